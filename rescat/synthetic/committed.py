"""The invented tables of the book, written to ``data/synthetic``."""

import pandas as pd

from ..base.files import write_whole
from ..data.contract import DATA
from ..panel.designs import BY_STAY, SAMPLING_TRANSIENT, SAMPLINGS, design_by_stay
from .patients import PATIENT_ARMS, PATIENTS, synthetic_events, synthetic_patients
from .pool import synthetic_pool
from .twin import Twin, twin

# The first seed whose historical controls are in hospital on each day in the numbers of Table 1.
OF_PATIENTS = 35
COMMITTED = 1  # the seed of the twins
TWINS = 30  # made, with the samplings in turn
# The number of the twin that the book uses: the most typical of the thirty, see most_typical.
TYPICAL = 22
TRANSIENT = 3  # the seed of the twin whose NFL is together again on day 28


def committed_twin(number: int, markers: list[str] | None = None) -> tuple[str, Twin]:
    """One of the twins of the book, and the name of its sampling in :data:`rescat.DESIGNS`.

    The historical controls among the invented patients have no sample after their discharge.
    """
    name = SAMPLINGS[number % len(SAMPLINGS)]
    sampling = design_by_stay(_stays(), **BY_STAY[name])
    return name, next(twin(COMMITTED, sampling=sampling, first=number, markers=markers))


def invented_patients() -> pd.DataFrame:
    """The patients of all twins of the book."""
    return synthetic_patients(OF_PATIENTS, PATIENTS, PATIENT_ARMS)


def _stays() -> dict[str, list[float]]:
    """Days in hospital of the invented patients, by arm."""
    patients = invented_patients()
    return {
        arm: own["length_of_stay"].astype(float).tolist()
        for arm, own in patients.groupby("arm", sort=False)
    }


def transient_twin() -> Twin:
    """The twin whose NFL is together again on day 28; no historical control has a late sample."""
    there = design_by_stay(_stays())
    sampling = {arm: there[arm] * p for arm, p in SAMPLING_TRANSIENT.items()}
    return next(twin(TRANSIENT, markers=["NFL"], transient=["NFL"], sampling=sampling))


def most_typical(ensemble: pd.DataFrame) -> int:
    """The twin nearest to the middle of all, so that the book does not show an outlier.

    Parameters
    ----------
    ensemble : DataFrame
        The table ``ensemble``, one row per twin and marker.

    Returns
    -------
    int
        The twin for which the largest distance from the median over the twins, in quartile ranges,
        is smallest. Distances are of its number of samples of each arm of controls, and of what
        the randomised controls carry of the slope, marker by marker.
    """
    table = ensemble.assign(samples_mctrl=ensemble["samples_control"] - ensemble["samples_ctrl"])
    wide = table.pivot(
        index="twin", columns="marker", values=["samples_ctrl", "samples_mctrl", "weight_ctrl"]
    )
    quarter, middle, last = (wide.quantile(q) for q in (0.25, 0.5, 0.75))
    spread = (last - quarter).where(last > quarter, 1.0)
    return int(((wide - middle).abs() / spread).max(axis=1).idxmin())


def write_twin() -> None:
    """Write the twin that the book uses to ``data/synthetic``: values, patients and events."""
    for name, text in committed_tables().items():
        write_whole(DATA / "synthetic" / name, text)


def committed_tables() -> dict[str, str]:
    """The text of each file of the twin that the book uses, by its name."""
    patients = invented_patients()
    frames = {
        "biomarkers.csv": _as_cells(committed_twin(TYPICAL)[1].biomarkers),
        "patients.csv": patients,
        "events.csv": synthetic_events(OF_PATIENTS, patients),
        "nfl_transient.csv": _as_cells(transient_twin().biomarkers),
    }
    return {name: frame.to_csv(index=False, lineterminator="\n") for name, frame in frames.items()}


def _as_cells(biomarkers: pd.DataFrame) -> pd.DataFrame:
    """Values as ``biomarkers.csv`` holds them."""
    below = biomarkers["below_lod"].map({True: "y", False: "n"})
    return biomarkers.drop(columns="treated").assign(below_lod=below)


def write_pool() -> None:
    """Write the pool that the book describes to ``data/synthetic/pool.csv``."""
    write_whole(DATA / "synthetic" / "pool.csv", pool_as_text(synthetic_pool()))


def pool_as_text(pool: pd.DataFrame) -> str:
    """The pool as the file has it."""
    words = pool.assign(
        age=pool["age"].astype(int),
        pao2_fio2=pool["pao2_fio2"].astype(int),
        male=pool["male"].map({True: "y", False: "n"}),
    )
    return words.to_csv(index=False, lineterminator="\n")
