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
    "load_trials",
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

    Examples
    --------
    >>> import rescat
    >>> patients = rescat.load_patients()
    >>> patients.shape
    (17, 29)
    >>> print(patients.loc[:2, ['patient_id', 'arm', 'age', 'pao2_fio2']])
      patient_id   arm   age  pao2_fio2
    0          1   MSC  58.0      193.0
    1          2  CTRL  57.0      175.0
    2          3   MSC  60.0      209.0
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

    Parameters
    ----------
    data_dir : path, optional
        A folder of your own, or the project's ``data`` folder (default).

    Returns
    -------
    DataFrame, shape (events, 10)
        The columns of the data dictionary and ``origin``. ``day`` is days since randomisation.

    Raises
    ------
    DataError
        If the file is missing or breaks its description, or names a patient whom the
        ``patients.csv`` beside it does not have.

    Examples
    --------
    >>> import rescat
    >>> events = rescat.load_events()
    >>> print(events.loc[:2, ['patient_id', 'category', 'term', 'day', 'severity']])
      patient_id category                 term   day  severity
    0          4       AE              Dyspnea  15.0      Mild
    1          5       AE  Rash maculo-papular  35.0  Moderate
    2          5       AE          Hemorrhoids   NaN      Mild
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

    Returns
    -------
    DataFrame, one row per patient
        As :func:`load_patients`.

    Raises
    ------
    DataError
        As :func:`load_patients`.

    Examples
    --------
    >>> import rescat
    >>> twin = rescat.load_biomarkers()
    >>> rescat.patients_of(twin)['patient_id'].head(3).tolist()
    ['INVENTED-01', 'INVENTED-02', 'INVENTED-03']
    """
    beside = find("patients", data_dir)
    if origin_of(biomarkers) == "synthetic" and beside and beside[1] == "published":
        return load("synthetic_patients")
    return load_patients(data_dir)


def patients_beside(
    biomarkers: pd.DataFrame, data_dir: str | Path | None = None
) -> tuple[pd.DataFrame | None, str]:
    """As :func:`patients_of`; where it cannot be, the reason in place of an error.

    Parameters
    ----------
    biomarkers : DataFrame, one row per value
        From :func:`load_biomarkers`.
    data_dir : path, optional
        The same as for the values.

    Returns
    -------
    patients : DataFrame or None
        One row per patient.
    absent : str
        Why there is no table of the patients; empty if there is one.

    Raises
    ------
    OriginError
        If the values do not say where they come from.

    Examples
    --------
    >>> import rescat
    >>> patients, absent = rescat.patients_beside(rescat.load_biomarkers())
    >>> len(patients), absent
    (17, '')

    Values of your own (invented ones stand for them) in a folder without ``patients.csv``:

    >>> own = rescat.load_biomarkers().assign(origin="private")
    >>> rescat.patients_beside(own, "no_such_folder")
    (None, 'patients.csv: file not found')
    """
    try:
        return patients_of(biomarkers, data_dir), ""
    except DataError as error:
        return None, str(error).split("\n")[0]


def load_manufacturing() -> pd.DataFrame:
    """Every manufacturing figure of the paper, one row each, with its unit and its words.

    Returns
    -------
    DataFrame, one row per figure
        ``quantity``, ``msc_source`` (AT, UC or both), ``value`` in ``unit``, ``quotation`` and
        other columns of the data dictionary, and ``origin``.

    Raises
    ------
    DataError
        If the file is missing or breaks its description.

    Examples
    --------
    >>> import rescat
    >>> made = rescat.load_manufacturing()
    >>> print(made.loc[:2, ['quantity', 'msc_source', 'value', 'unit']])
                quantity msc_source         value   unit
    0  starting_material         AT  2.500000e+00      g
    1  starting_material         UC  1.200000e+01     cm
    2     cells_obtained         AT  1.220000e+10  cells
    """
    return load("manufacturing")


def load_slopes() -> pd.DataFrame:
    """Every printed slope, standard error, confidence interval and P value, with its decimals.

    The rows of the main text; when the supplement is there (``data/supplement/slopes.csv``), its
    rows too, by :func:`rescat.with_supplement`.

    Returns
    -------
    DataFrame, one row per marker and term
        ``marker``, ``term`` (treated, control, difference), ``slope`` (per day), ``se``,
        ``ci_low``, ``ci_high``, ``p_value``, the printed decimals of each, and ``origin``.

    Raises
    ------
    DataError
        If the file is missing or breaks its description.

    Examples
    --------
    >>> import rescat
    >>> slopes = rescat.load_slopes().query("marker == 'NFL'")
    >>> print(slopes[['term', 'slope', 'ci_low', 'ci_high', 'p_value']].to_string(index=False))
          term  slope  ci_low  ci_high  p_value
       treated  0.002  -0.012    0.015      NaN
       control  0.029   0.016    0.041    0.001
    difference    NaN     NaN      NaN    0.012
    """
    return with_supplement(load("slopes"))


def load_trial() -> pd.DataFrame:
    """Dates, centres, eligibility, sampling days and the register record.

    Returns
    -------
    DataFrame, one row per fact
        ``item``, ``group``, ``value`` (text) with ``value_type``, ``quotation`` and other columns
        of the data dictionary, and ``origin``; :func:`rescat.fact` reads one of them.

    Raises
    ------
    DataError
        If the file is missing or breaks its description, or a number is not in the words of the
        paper that stand beside it.

    Examples
    --------
    >>> import rescat
    >>> rescat.fact(rescat.load_trial(), 'patients_randomised')
    7.0
    """
    return load("trial")


def load_trials() -> pd.DataFrame:
    """Other controlled trials of these cells, as their reports or reviews give them.

    Returns
    -------
    DataFrame, one row per trial, outcome and horizon
        ``trial``, ``year``, ``population``, ``outcome``, ``horizon_days`` (missing where no source
        says it), the four counts (of patients; missing where they were not read), the design of
        the trial, ``read`` (what was read), ``source`` and ``origin``.

    Raises
    ------
    DataError
        If the file is missing or breaks its description: among others more events than patients,
        a row without a source, counts without a word on their horizon, or a trial that is
        described in two ways.

    Examples
    --------
    >>> import rescat
    >>> trials = rescat.load_trials()
    >>> rows = trials[trials["trial"].eq("Monsel 2022") & trials["outcome"].eq("deaths")]
    >>> [int(n) for n in rows.iloc[0][["treated_events", "treated_patients"]]]
    [5, 21]
    """
    return load("trials")


def load_claims() -> pd.DataFrame:
    """The ledger of the paper's claims; :func:`rescat.audit` gives the verdicts.

    Returns
    -------
    DataFrame, one row per statement
        ``claim_id``, ``chapter``, ``quotation``, ``printed``, ``check`` and other columns of the
        data dictionary, and ``origin``.

    Raises
    ------
    DataError
        If the file is missing or breaks its description.

    Examples
    --------
    >>> import rescat
    >>> claims = rescat.load_claims().set_index('claim_id')
    >>> claims.loc['COH-09', 'printed']
    '58.3; 56.5; 60.2'
    """
    return load("claims")


def load_release_criteria() -> pd.DataFrame:
    """Viability that other MSC products must have to be released.

    Returns
    -------
    DataFrame, one row per product and criterion
        ``product``, ``viability`` (%), ``relation`` (> or >=), ``assay``, ``source``, ``origin``.

    Raises
    ------
    DataError
        If the file is missing or breaks its description.

    Examples
    --------
    >>> import rescat
    >>> rescat.load_release_criteria()['viability'].tolist()
    [70.0, 80.0, 80.0, 80.0, 85.0]
    """
    return load("release_criteria")


def load_exposure_limits() -> pd.DataFrame:
    """Densities and accepted limits of the excipients.

    Returns
    -------
    DataFrame, one row per quantity
        ``quantity``, ``value`` in ``unit``, ``source``, ``origin``.

    Raises
    ------
    DataError
        If the file is missing or breaks its description.

    Examples
    --------
    >>> import rescat
    >>> limits = rescat.load_exposure_limits()
    >>> print(limits[['quantity', 'value', 'unit']].to_string(index=False))
         quantity   value     unit
     dmso_density  1.0955     g/mL
       dmso_limit  1.0000 g/kg/day
      dmso_custom  1.0000     g/kg
     dmso_msc_low  2.5000    times
    dmso_msc_high 30.0000    times
    albumin_limit  2.0000 g/kg/day
    """
    return load("exposure_limits")


def load_quantile_defaults() -> pd.DataFrame:
    """The quartile definition that common software uses unless told otherwise.

    Returns
    -------
    DataFrame, one row per program
        ``software``, ``type`` (1 to 9, as :data:`rescat.HYNDMAN_FAN`), ``source``, ``origin``.

    Raises
    ------
    DataError
        If the file is missing or breaks its description.

    Examples
    --------
    >>> import rescat
    >>> rescat.load_quantile_defaults()['type'].tolist()
    [7, 7, 7, 6, 6, 6, 6, 2, 2]
    """
    return load("quantile_defaults")


def load_table(name: str) -> pd.DataFrame:
    """Any table of the project by its name in the data package.

    Parameters
    ----------
    name : str
        A key of :func:`rescat.resources`.

    Returns
    -------
    DataFrame
        The columns of the data dictionary and ``origin``.

    Raises
    ------
    KeyError
        If no table has that name; the message lists those that there are.
    DataError
        If the file is missing or breaks its description.

    Examples
    --------
    >>> import rescat
    >>> rescat.load_table('markers')['marker'].head(3).tolist()
    ['IL1RA', 'IL6', 'IL18']
    """
    return load(name)


def load_ctcae() -> pd.DataFrame:
    """The grades that CTCAE 5.0 defines for each event of Table 2.

    Returns
    -------
    DataFrame, one row per term
        ``term`` (as printed), ``ctcae_term``, ``grades`` (those defined, apart by spaces),
        ``origin`` and other columns of the data dictionary.

    Raises
    ------
    DataError
        If the file is missing or breaks its description.

    Examples
    --------
    >>> import rescat
    >>> print(rescat.load_ctcae()[['term', 'grades']].head(2).to_string(index=False))
                   term    grades
                Dyspnea 1 2 3 4 5
    Rash maculo-papular     1 2 3
    """
    return load("ctcae")


def check_data(data_dir: str | Path | None = None) -> list[str]:
    """Load every table; return their names.

    A folder of your own may lack some of ``patients.csv``, ``events.csv`` and ``biomarkers.csv``,
    and nobody need have added the supplement.

    Parameters
    ----------
    data_dir : path, optional
        A folder of your own, or the project's ``data`` folder (default).

    Returns
    -------
    list of str
        Names of the tables, those of the folder first.

    Raises
    ------
    DataError
        With every fault of the three tables of the folder; else at the first other table that is
        missing or broken.

    Examples
    --------
    >>> import rescat
    >>> rescat.check_data()[:4]
    ['patients', 'events', 'biomarkers', 'manufacturing']
    """
    own = {"patients": load_patients, "events": load_events, "biomarkers": load_biomarkers}
    public = DATA in {base.resolve() for base in bases(data_dir)}
    checked = [name for name in own if public or find(name, data_dir)]
    if not checked:
        locate("patients", data_dir)  # says where it looked
    refused = []
    for name in checked:
        try:
            own[name](data_dir)
        except DataError as error:
            refused.append(error)
    if refused:  # who mends one table should know of the others
        faults = [fault for error in refused for fault in error.faults]
        raise DataError("\n\n".join(map(str, refused)), faults)
    others = [name for name in resources() if name not in (*own, *SUPPLEMENT_TABLES)]
    for name in others:
        load(name)
    return checked + others + [n for n in SUPPLEMENT_TABLES if load_supplement(n) is not None]


def reporting_status(data_dir: str | Path | None = None) -> pd.DataFrame:
    """For every cell of Table 1: printed, not reported (NA), or not a row of that part.

    Parameters
    ----------
    data_dir : path, optional
        A folder of your own, or the project's ``data`` folder (default).

    Returns
    -------
    DataFrame
        Tidy: ``patient_id, arm, column, status, origin``.

    Raises
    ------
    DataError
        If the file is missing or cannot be read.

    Examples
    --------
    >>> import rescat
    >>> rescat.reporting_status()['status'].value_counts().to_dict()
    {'printed': 302, 'not reported': 90, 'no such row': 50}
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
