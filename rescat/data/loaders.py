"""Loaders: each reads one table, validates it and labels it with its origin.

A table that breaks its description ends in one :class:`rescat.DataError` that lists every fault:
file, row, column, what was found and what was expected.
"""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from ..base.errors import DataError, Fault
from ..base.origin import origin_of
from .biomarkers import load_biomarkers
from .contract import DATA, resources
from .supplement import SUPPLEMENT_TABLES, load_supplement, with_supplement
from .validation import NOT_REPORTED, arms_faults, bases, examine, find, load, locate, read_cells

__all__ = [
    "check_data",
    "load_claims",
    "load_ctcae",
    "load_events",
    "load_exposure_limits",
    "load_manufacturing",
    "load_patients",
    "load_quantile_defaults",
    "load_release_criteria",
    "load_slopes",
    "load_table",
    "load_trial",
    "patients_beside",
    "patients_of",
    "reporting_status",
]


def load_patients(data_dir: str | Path | None = None, *, arms: Sequence[str] = ()) -> pd.DataFrame:
    """Table 1 of the paper: one row per patient.

    Parameters
    ----------
    data_dir : path, optional
        A folder with a ``patients.csv`` of your own, or the project's ``data`` folder (default).
    arms : sequence of str, optional
        Arms that must have a patient, for an analysis that cannot do without them.

    Returns
    -------
    DataFrame, shape (patients, 29)
        The columns of the data dictionary and ``origin``. In columns of numbers and of
        yes or no, both an empty cell and "not reported" become missing;
        :func:`reporting_status` keeps them apart.

    Raises
    ------
    DataError
        If the file is missing, breaks its description, or has no MSC patient, no control, or nobody
        in one of ``arms``.
    """
    path, origin = locate("patients", data_dir)
    patients, faults = examine_patients(path, origin)
    absent = [] if faults else [arm for arm in arms if arm not in set(patients["arm"])]
    if absent:
        expected = f"at least one of each of {', '.join(arms)}, which are compared here"
        found = f"found no patient of {' and '.join(absent)}"
        faults = [Fault(path, found, expected, column="arm")]
    if faults:
        raise DataError.of(faults)
    return patients.reset_index(drop=True)


def examine_patients(path: Path, origin: str) -> tuple[pd.DataFrame | None, list[Fault]]:
    """Every fault of a ``patients.csv``; see :func:`rescat.data.validation.examine`."""
    patients, faults = examine("patients", path, origin)
    return patients, faults or arms_faults(path, patients["arm"])


def load_events(data_dir: str | Path | None = None) -> pd.DataFrame:
    """Table 2 of the paper: one row per adverse event.

    Raises
    ------
    DataError
        If the file is missing or breaks its description, or names a patient whom the
        ``patients.csv`` beside it does not have.
    """
    return load("events", data_dir)


def patients_of(biomarkers: pd.DataFrame, data_dir: str | Path | None = None) -> pd.DataFrame:
    """The table of the patients whose values these are: of the twin, those of the twin.

    Parameters
    ----------
    biomarkers : DataFrame
        From :func:`load_biomarkers`.
    data_dir : path, optional
        The same as for the values.

    Raises
    ------
    DataError
        As :func:`load_patients`.
    """
    if origin_of(biomarkers) == "synthetic":
        return load("synthetic_patients")
    return load_patients(data_dir)


def patients_beside(
    biomarkers: pd.DataFrame, data_dir: str | Path | None = None
) -> tuple[pd.DataFrame | None, str]:
    """As :func:`patients_of`; where it cannot be, the reason in place of an error.

    Returns
    -------
    patients : DataFrame or None
    absent : str
        Why there is no table of the patients; empty if there is one.
    """
    try:
        return patients_of(biomarkers, data_dir), ""
    except DataError as error:
        return None, str(error).split("\n")[0]


def load_manufacturing() -> pd.DataFrame:
    """Every manufacturing figure of the paper, one row each, with its unit and its words."""
    return load("manufacturing")


def load_slopes() -> pd.DataFrame:
    """Every printed slope, standard error, confidence interval and P value, with its decimals.

    The rows of the main text; when the supplement is there (``data/supplement/slopes.csv``), its
    rows too, by :func:`rescat.with_supplement`.
    """
    return with_supplement(load("slopes"))


def load_trial() -> pd.DataFrame:
    """Dates, centres, eligibility, sampling days and the register record.

    Raises
    ------
    DataError
        If the file is missing or breaks its description, or a number is not in the words of the
        paper that stand beside it.
    """
    return load("trial")


def load_claims() -> pd.DataFrame:
    """The ledger of the paper's claims; :func:`rescat.audit` gives the verdicts."""
    return load("claims")


def load_release_criteria() -> pd.DataFrame:
    """Viability that other MSC products must have to be released."""
    return load("release_criteria")


def load_exposure_limits() -> pd.DataFrame:
    """Densities and accepted limits of the excipients."""
    return load("exposure_limits")


def load_quantile_defaults() -> pd.DataFrame:
    """The quartile definition that common software uses unless told otherwise."""
    return load("quantile_defaults")


def load_table(name: str) -> pd.DataFrame:
    """Any table of the project by its name in the data package."""
    return load(name)


def load_ctcae() -> pd.DataFrame:
    """The grades that CTCAE 5.0 defines for each event of Table 2."""
    return load("ctcae")


def check_data(data_dir: str | Path | None = None) -> list[str]:
    """Load every table; return their names.

    A folder of your own may lack some of ``patients.csv``, ``events.csv`` and ``biomarkers.csv``,
    and nobody need have added the supplement.

    Raises
    ------
    DataError
        At the first table that is missing or broken.
    """
    own = {"patients": load_patients, "events": load_events, "biomarkers": load_biomarkers}
    public = DATA in {base.resolve() for base in bases(data_dir)}
    checked = [name for name in own if public or find(name, data_dir)]
    if not checked:
        locate("patients", data_dir)  # says where it looked
    for name in checked:
        own[name](data_dir)
    others = [name for name in resources() if name not in (*own, *SUPPLEMENT_TABLES)]
    for name in others:
        load(name)
    return checked + others + [n for n in SUPPLEMENT_TABLES if load_supplement(n) is not None]


def reporting_status(data_dir: str | Path | None = None) -> pd.DataFrame:
    """For every cell of Table 1: printed, not reported (NA), or not a row of that part.

    Returns
    -------
    DataFrame
        Tidy: ``patient_id, arm, column, status, origin``.
    """
    path, origin = locate("patients", data_dir)
    cells, faults = read_cells(path)
    if faults:
        raise DataError.of(faults)
    long = cells.melt(id_vars=["patient_id", "arm"], var_name="column", value_name="cell")
    status = {NOT_REPORTED: "not reported", "": "no such row"}
    long["status"] = long["cell"].map(status).fillna("printed")
    long["origin"] = origin
    return long.drop(columns="cell")
