"""The invented tables of the book, written to ``data/synthetic``."""

import pandas as pd

from ..base.files import write_whole
from ..data.contract import DATA
from ..panel.designs import SAMPLING_TRANSIENT
from .patients import PATIENT_ARMS, PATIENTS, synthetic_events, synthetic_patients
from .pool import synthetic_pool
from .twin import twin

COMMITTED = 1  # the seed of the twin that the book uses
TRANSIENT = 3  # the seed of the twin whose NFL is together again on day 28


def write_twin(seed: int = COMMITTED) -> None:
    """Write the twin that the book uses to ``data/synthetic``: values, patients and events."""
    for name, text in committed_tables(seed).items():
        write_whole(DATA / "synthetic" / name, text)


def committed_tables(seed: int = COMMITTED) -> dict[str, str]:
    """The text of each file of the twin that the book uses, by its name."""
    patients = synthetic_patients(seed, PATIENTS, PATIENT_ARMS)
    only = {"markers": ["NFL"], "transient": ["NFL"], "sampling": SAMPLING_TRANSIENT}
    curved = twin(TRANSIENT, **only)
    frames = {
        "biomarkers.csv": _as_cells(next(twin(seed)).biomarkers),
        "patients.csv": patients,
        "events.csv": synthetic_events(seed, patients),
        "nfl_transient.csv": _as_cells(next(curved).biomarkers),
    }
    return {
        name: frame.drop(columns="origin").to_csv(index=False, lineterminator="\n")
        for name, frame in frames.items()
    }


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
