"""Who was studied: flow, recruitment periods, Table 1 and the summaries of it."""

import numpy as np
import pandas as pd

from ..base.origin import origin_of
from ..data.trial_facts import ARMS, fact
from ..data.validation import NOT_REPORTED
from ..printed.quantiles import compare_quartiles
from ..printed.rounding import PrintedNumber, parse_printed

__all__ = [
    "against_treated",
    "approval_dates",
    "beyond_stay",
    "count_arms",
    "days_between_cohorts",
    "describe_cohort",
    "entry_criteria",
    "entry_limits",
    "fitting_definitions",
    "had_support",
    "oxygen_days",
    "participant_flow",
    "printed_quartiles",
    "recruitment_periods",
    "rounded_age_limits",
    "sampling_days",
    "sweep_oxygen_days",
    "unlike_groups",
]

# How days on different support may add up to "days to oxygen weaning". The one called SHARED is
# the only one that gives the printed days, so every other figure uses it.
SHARED = "HFNO and NIV on the same days, then COT"
OVERLAPS = {
    "one after the other": lambda h, n, c: h + n + c,
    SHARED: lambda h, n, c: np.maximum(h, n) + c,
    "all on the same days": lambda h, n, c: np.maximum(np.maximum(h, n), c),
}


def count_arms(patients: pd.DataFrame) -> dict[str, int]:
    """Patients of each arm, 0 where there is none.

    Parameters
    ----------
    patients : DataFrame, one row per patient
        From :func:`rescat.load_patients`; ``arm``.

    Returns
    -------
    dict of str to int
        Each of :data:`rescat.ARMS` to its number of patients.

    Examples
    --------
    >>> count_arms(pd.DataFrame({"arm": ["MSC", "MSC", "mCTRL"]}))
    {'MSC': 2, 'CTRL': 0, 'mCTRL': 1}
    """
    return patients["arm"].value_counts().reindex(ARMS, fill_value=0).to_dict()


def participant_flow(
    patients: pd.DataFrame, events: pd.DataFrame, trial: pd.DataFrame
) -> pd.DataFrame:
    """The boxes of a CONSORT-style flow diagram.

    Parameters
    ----------
    patients : DataFrame, one row per patient
        From :func:`rescat.load_patients`.
    events : DataFrame, one row per event
        From :func:`rescat.load_events`.
    trial : DataFrame, one row per fact
        From :func:`rescat.load_trial`.

    Returns
    -------
    DataFrame
        ``stream`` (randomised or matched), ``step``, ``arm`` (empty where a box is for all),
        ``label``, ``n`` (text: a number or "not reported") and ``origin``.

    Raises
    ------
    OriginError
        If a frame does not say where its data come from.

    Notes
    -----
    Boxes of CONSORT 2010 (Schulz and others, BMJ 2010;340:c332).

    Examples
    --------
    >>> import rescat
    >>> tables = rescat.load_patients(), rescat.load_events(), rescat.load_trial()
    >>> flow = rescat.participant_flow(*tables)
    >>> print(flow.loc[:2, ['label', 'n']].to_string(index=False))
             label            n
          Screened not reported
          Eligible not reported
    Randomised 2:1            7
    """
    n = count_arms(patients)
    infused = int(patients["msc_source"].isin(["AT", "UC"]).sum())
    if origin_of(patients, events) == "published":
        late = f"{fact(trial, 'late_deaths'):.0f}"
        pool = f"≤ {fact(trial, 'icu_pool'):.0f}"
        alive = {arm: _alive(n, trial, arm) for arm in ARMS}
    else:  # the paper's facts are not about these patients
        late = pool = NOT_REPORTED
        alive = dict.fromkeys(ARMS, NOT_REPORTED)
    boxes = [
        ("randomised", 0, "", "Screened", fact(trial, "patients_screened")),
        ("randomised", 1, "", "Eligible", fact(trial, "patients_eligible")),
        ("randomised", 2, "", "Randomised 2:1", n["MSC"] + n["CTRL"]),
        ("matched", 1, "", "ICU patients of another study", pool),
        ("matched", 3, "mCTRL", "Matched 1:2 to MSC", n["mCTRL"]),
        ("randomised", 3, "MSC", "Allocated to MSC", n["MSC"]),
        ("randomised", 3, "CTRL", "Allocated to CTRL", n["CTRL"]),
        ("randomised", 4, "MSC", "Received MSC, as stated", infused),
        ("randomised", 4, "CTRL", "Standard care, no placebo", n["CTRL"]),
        *(("", 5, arm, "Alive 4 weeks after treatment", alive[arm]) for arm in ARMS),
        *(("", 6, arm, "In the biomarker analysis", n[arm]) for arm in ARMS),
        ("randomised", 7, "MSC", "Follow-up: died 5 months later", late),
    ]
    frame = pd.DataFrame(boxes, columns=["stream", "step", "arm", "label", "n"])
    frame["n"] = frame["n"].astype(str)
    frame["stream"] = np.where(frame["arm"].eq("mCTRL"), "matched", frame["stream"])
    frame["stream"] = frame["stream"].replace("", "randomised")
    frame["origin"] = origin_of(patients, events)
    frame.loc[frame["n"].str.startswith("≤"), "origin"] = "evidence"
    return frame


def _alive(n: dict[str, int], trial: pd.DataFrame, arm: str) -> str:
    deaths = fact(trial, "deaths_4_weeks", arm)
    return deaths if deaths == NOT_REPORTED else f"{n[arm] - deaths:.0f}"


def recruitment_periods(trial: pd.DataFrame) -> pd.DataFrame:
    """When each cohort was recruited.

    Parameters
    ----------
    trial : DataFrame, one row per fact
        From :func:`rescat.load_trial`.

    Returns
    -------
    DataFrame
        ``group, start, end`` (timestamps), ``precision`` (day or month), ``days`` (counted with
        both ends), ``origin``. A month stands for all of its days.

    Examples
    --------
    >>> import rescat
    >>> periods = rescat.recruitment_periods(rescat.load_trial())
    >>> print(periods[['group', 'start', 'end', 'days']].to_string(index=False))
        group      start        end  days
       Modena 2021-05-17 2022-02-10   270
      Vicenza 2021-12-11 2022-02-28    80
    Milan ICU 2020-11-01 2021-02-28   120
       RESCAT 2021-05-01 2022-02-28   304
    """
    starts = trial[trial["item"].eq("recruitment_start")].set_index("group")
    ends = trial[trial["item"].eq("recruitment_end")].set_index("group")
    frame = pd.DataFrame({"start": starts["value"], "end": ends["value"]})
    monthly = starts["value_type"].eq("month")
    frame["precision"] = np.where(monthly, "month", "day")
    frame["start"] = pd.to_datetime(frame["start"], format="ISO8601")
    frame["end"] = pd.to_datetime(frame["end"], format="ISO8601")
    frame.loc[monthly, "end"] += pd.offsets.MonthEnd(0)
    frame["days"] = (frame["end"] - frame["start"]).dt.days + 1
    frame["origin"] = starts["origin"]
    return frame.reset_index()


def days_between_cohorts(periods: pd.DataFrame) -> int:
    """The least number of days between the last matched control and the first of the trial.

    Parameters
    ----------
    periods : DataFrame, one row per cohort
        From :func:`recruitment_periods`.

    Returns
    -------
    int
        Days on which nobody was recruited: the first and the last day of a period do not count.

    Raises
    ------
    KeyError
        If the period of Modena or of the ICU in Milan is not there.

    Examples
    --------
    >>> import rescat
    >>> rescat.days_between_cohorts(rescat.recruitment_periods(rescat.load_trial()))
    77
    """
    by_group = periods.set_index("group")
    return (by_group.loc["Modena", "start"] - by_group.loc["Milan ICU", "end"]).days - 1


def approval_dates(trial: pd.DataFrame) -> pd.DataFrame:
    """When ethics committees and the medicines agency approved the trial.

    Parameters
    ----------
    trial : DataFrame, one row per fact
        From :func:`rescat.load_trial`.

    Returns
    -------
    DataFrame, one row per approval
        ``group`` (who approved), ``date`` (timestamp), ``origin``.

    Examples
    --------
    >>> import rescat
    >>> print(rescat.approval_dates(rescat.load_trial()).to_string(index=False))
          group       date    origin
          Milan 2020-10-10 published
           AIFA 2020-10-20 published
    Spallanzani 2020-12-28 published
    """
    approvals = trial[trial["item"].str.endswith("_approval")]
    return approvals.assign(date=pd.to_datetime(approvals["value"]))[["group", "date", "origin"]]


def sampling_days(trial: pd.DataFrame) -> list[float]:
    """The days after randomisation on which the protocol takes blood samples.

    Parameters
    ----------
    trial : DataFrame, one row per fact
        From :func:`rescat.load_trial`.

    Returns
    -------
    list of float
        Days, in the order of the table.

    Examples
    --------
    >>> import rescat
    >>> rescat.sampling_days(rescat.load_trial())
    [0.0, 3.0, 6.0, 14.0, 28.0]
    """
    return trial.loc[trial["item"].eq("sampling_day"), "value"].astype(float).tolist()


# The rows of Table 1 and their titles, in the order of :func:`describe_cohort`.
TABLE_ONE = {
    "age": "Age, years",
    "male": "Male",
    "bmi": "Body mass index, kg/m²",
    "smoking": "Former smoker",
    "comorbidities": "Any comorbidity",
    "days_from_diagnosis": "Days from diagnosis to randomisation",
    "mews": "MEWS, score",
    "sofa": "SOFA, score",
    "hacor": "HACOR, score",
    "rox": "ROX, index",
    "gcs": "Glasgow Coma Scale",
    "map": "Mean arterial pressure, mmHg",
    "respiratory_rate": "Respiratory rate, per minute",
    "pao2_fio2": "PaO2/FiO2, mmHg",
    "hfno": "High-flow nasal oxygen",
    "niv": "Non-invasive ventilation",
    "cot_only": "Conventional oxygen only",
    "therapy": "Steroids",
    "days_hfno": "Days with HFNO",
    "days_niv": "Days with NIV",
    "days_cot": "Days with COT",
    "length_of_stay": "Length of stay, days",
}
# Columns of words, and what is counted in them.
_COUNTED = {
    "smoking": lambda words: words.eq("Former"),
    "comorbidities": lambda words: words.ne("None"),
    "therapy": lambda words: words.str.contains("Steroids"),
}


def describe_cohort(patients: pd.DataFrame) -> pd.DataFrame:
    """Table 1 by arm: one row per characteristic, one column per arm.

    Numbers are median (lowest to highest), the honest summary of few patients; the two values
    themselves for two patients. Yes or no, and words, are counts of patients with a value. A dash
    says that no patient of the arm has a value.

    Parameters
    ----------
    patients : DataFrame, one row per patient
        From :func:`rescat.load_patients`.

    Returns
    -------
    DataFrame
        ``characteristic``, one column per arm, ``origin``.

    Raises
    ------
    OriginError
        If a frame does not say where its data come from.

    Examples
    --------
    >>> import rescat
    >>> table = rescat.describe_cohort(rescat.load_patients())
    >>> print(table.loc[:2].drop(columns='origin').to_string(index=False))
            characteristic               MSC          CTRL                mCTRL
                Age, years     58 (52 to 78)      57 (all)        59 (49 to 75)
                      Male               4/5           2/2                 8/10
    Body mass index, kg/m² 26.5 (25.2 to 40) 26.9 and 29.9 27.55 (24.3 to 38.1)
    """
    rows = [
        {"characteristic": title}
        | {arm: _summary(patients.loc[patients["arm"].eq(arm), column], column) for arm in ARMS}
        for column, title in TABLE_ONE.items()
    ]
    return pd.DataFrame(rows).assign(origin=origin_of(patients))


def _summary(values: pd.Series, column: str) -> str:
    given = values[values.notna() & values.ne(NOT_REPORTED)]
    if given.empty:
        return "–"
    if column in _COUNTED:
        given = _COUNTED[column](given)
    if given.dtype in ("boolean", "bool"):
        return f"{int(given.sum())}/{len(given)}"
    low, high = given.min(), given.max()
    if low == high:
        return f"{low:g} (all)"
    return (
        f"{low:g} and {high:g}"
        if len(given) == 2
        else f"{given.median():.4g} ({low:g} to {high:g})"
    )


def against_treated(patients: pd.DataFrame, column: str) -> dict[str, int]:
    """How many matched controls lie below, within and above the range of the MSC patients.

    Parameters
    ----------
    patients : DataFrame
        From :func:`rescat.load_patients`.
    column : str
        A column of numbers.

    Returns
    -------
    dict
        ``below``, ``within`` (both ends belong to the range) and ``above``. A control without a
        value is in none of them.

    Examples
    --------
    >>> frame = pd.DataFrame({"arm": ["MSC", "MSC", "mCTRL", "mCTRL"], "age": [40, 50, 50, 51]})
    >>> against_treated(frame, "age")
    {'below': 0, 'within': 1, 'above': 1}
    """
    values = patients.set_index("arm")[column]
    treated = values[values.index == "MSC"]
    matched = values[values.index == "mCTRL"]
    return {
        "below": int((matched < treated.min()).sum()),
        "within": int(matched.between(treated.min(), treated.max()).sum()),
        "above": int((matched > treated.max()).sum()),
    }


def beyond_stay(patients: pd.DataFrame, *supports: str) -> pd.DataFrame:
    """Patients with more days of support than days in hospital.

    Parameters
    ----------
    patients : DataFrame
        From :func:`rescat.load_patients`.
    *supports : str
        Columns of days, which are added up; what is not reported counts as none.

    Returns
    -------
    DataFrame, one row per such patient
        ``patient_id``, ``support`` and ``stay`` (days).

    Examples
    --------
    >>> frame = pd.DataFrame({"patient_id": ["1", "2"], "days_niv": [6, 2], "length_of_stay": 5})
    >>> beyond_stay(frame, "days_niv")
      patient_id  support  stay
    0          1        6     5
    """
    frame = pd.DataFrame(
        {
            "patient_id": patients["patient_id"],
            "support": patients[list(supports)].sum(axis=1),
            "stay": patients["length_of_stay"],
        }
    )
    return frame[frame["support"] > frame["stay"]].reset_index(drop=True)


def had_support(patients: pd.DataFrame) -> pd.Series:
    """Whether each patient had HFNO or NIV at entry; what is not reported counts as no.

    Parameters
    ----------
    patients : DataFrame, one row per patient
        From :func:`rescat.load_patients`.

    Returns
    -------
    Series of bool
        One for each row of ``patients``.

    Examples
    --------
    >>> import rescat
    >>> patients = rescat.load_patients()
    >>> int(rescat.had_support(patients).sum()), len(patients)
    (13, 17)
    """
    return patients["hfno"].fillna(False) | patients["niv"].fillna(False)


def oxygen_days(patients: pd.DataFrame, overlap: str = SHARED) -> pd.Series:
    """Days to oxygen weaning, under an assumption about supports that overlap.

    Parameters
    ----------
    patients : DataFrame, one row per patient
        From :func:`rescat.load_patients`.
    overlap : str
        A key of ``OVERLAPS``.

    Returns
    -------
    Series
        Days, by ``patient_id``; missing where the days with COT are not reported.

    Raises
    ------
    KeyError
        If the assumption is not one of those.

    Examples
    --------
    >>> import rescat
    >>> rescat.oxygen_days(rescat.load_patients()).head(3).to_dict()
    {'1': 6.0, '2': 6.0, '3': 2.0}
    """
    days = (patients[c].fillna(0).to_numpy() for c in ("days_hfno", "days_niv", "days_cot"))
    total = pd.Series(OVERLAPS[overlap](*days), index=patients["patient_id"], name="oxygen_days")
    known = patients.set_index("patient_id")["days_cot"].notna()
    return total.where(known)


def sweep_oxygen_days(patients: pd.DataFrame, printed, arm: str) -> pd.DataFrame:
    """Every assumption about overlap against every quartile definition.

    Parameters
    ----------
    patients : DataFrame, one row per patient
        From :func:`rescat.load_patients`.
    printed : sequence of PrintedNumber
        Median, first and third quartile of the days to weaning.
    arm : str

    Returns
    -------
    DataFrame
        ``overlap`` and the columns of :func:`rescat.compare_quartiles`.

    Examples
    --------
    >>> import rescat
    >>> claim = rescat.load_claims().set_index('claim_id').loc['SAF-13', 'printed']
    >>> printed = rescat.parse_printed(claim)
    >>> sweep = rescat.sweep_oxygen_days(rescat.load_patients(), printed, 'MSC')
    >>> sweep.loc[sweep['reproduces'], ['overlap', 'type']].values.tolist()
    [['HFNO and NIV on the same days, then COT', 6]]
    """
    group = patients[patients["arm"].eq(arm)]
    frames = []
    for overlap in OVERLAPS:
        compared = compare_quartiles(oxygen_days(group, overlap), printed, printed_rule="exact")
        compared.insert(0, "overlap", overlap)
        frames.append(compared)
    return pd.concat(frames, ignore_index=True)


def fitting_definitions(compared: pd.DataFrame) -> list[int]:
    """The quartile definitions that reproduce a printed summary.

    Parameters
    ----------
    compared : DataFrame, one row per definition
        The rows of one summary, from :func:`rescat.compare_quartiles` or
        :func:`printed_quartiles`.

    Returns
    -------
    list of int
        Numbers of Hyndman and Fan's definitions, from 1 to 9; empty if none reproduces it.

    Notes
    -----
    Hyndman and Fan (1996), The American Statistician 50: 361-365.

    Examples
    --------
    Which definitions give the median 3 and the quartiles 2 and 4 for five numbers:

    >>> import rescat
    >>> printed = rescat.parse_printed("3.0; 2.0; 4.0")
    >>> rescat.fitting_definitions(rescat.compare_quartiles([1, 2, 3, 4, 5], printed))
    [1, 2, 7]
    """
    return compared.loc[compared["reproduces"], "type"].tolist()


def rounded_age_limits(
    ages: pd.Series, first_quartile: PrintedNumber
) -> tuple[float, float, float]:
    """What the age of the second youngest must have been, if ages were rounded to whole years.

    Of five patients, the first quartile of some definitions is the age of the second youngest. It
    is not below the least number that prints as this quartile, and below the half year at which
    it would round to the next year.

    Parameters
    ----------
    ages : Series
        Whole years, as printed.
    first_quartile : PrintedNumber
        In years.

    Returns
    -------
    printed, low, high : float
        Years: the printed age of the second youngest, and the limits of the age behind it.

    Examples
    --------
    >>> printed, low, high = rounded_age_limits(
    ...     pd.Series([60, 56, 58]), PrintedNumber.parse("57.9")
    ... )
    >>> print(printed, round(low, 2), high)
    58 57.85 58.5
    """
    second = sorted(ages)[1]
    high = PrintedNumber.parse(f"{second:.0f}").interval()[1]
    return second, first_quartile.interval()[0], high


# Claims that print a median with quartiles: what of, of whom, and how the values are printed.
_QUARTILE_CLAIMS = {
    "COH-09": ("Age", "age", "MSC", "either"),
    "SAF-13": ("Weaning", "weaning", "MSC", "exact"),
    "SAF-15": ("Stay", "length_of_stay", "MSC", "exact"),
    "SAF-14": ("Weaning", "weaning", "CTRL", "exact"),
    "SAF-16": ("Stay", "length_of_stay", "CTRL", "exact"),
}


def printed_quartiles(patients: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Every printed median with quartiles against the nine definitions.

    Ages may be rounded or truncated, and so may their summary. Days are taken as they stand: the
    paper prints 13.5 beside 4, so it drops no half.

    Parameters
    ----------
    patients, claims : DataFrame
        From the loaders.

    Returns
    -------
    DataFrame, nine rows per summary of which there is a value
        ``claim_id, summary, printed`` and the columns of :func:`rescat.compare_quartiles`, with
        ``origin``.

    Raises
    ------
    OriginError
        If a frame does not say where its data come from.

    Examples
    --------
    >>> import rescat
    >>> found = rescat.printed_quartiles(rescat.load_patients(), rescat.load_claims())
    >>> fitting = found[found['reproduces']].groupby('claim_id')['type'].agg(list)
    >>> fitting['COH-09'], fitting['SAF-15']
    ([1, 2, 7], [6])
    """
    printed = claims.set_index("claim_id")["printed"]
    frame = patients.assign(weaning=oxygen_days(patients).to_numpy())
    parts = []
    for claim_id, (name, column, arm, rule) in _QUARTILE_CLAIMS.items():
        values = frame.loc[frame["arm"].eq(arm), column]
        if values.dropna().empty:
            continue  # nothing to compare with what is printed
        figures = parse_printed(printed[claim_id])
        part = compare_quartiles(values, figures, rule=rule, printed_rule=rule)
        median, low, high = (figure.text for figure in figures)
        part.insert(0, "claim_id", claim_id)
        part.insert(1, "summary", f"{name}, {arm}")
        part.insert(2, "printed", f"{median} ({low}–{high})")
        parts.append(part)
    return pd.concat(parts, ignore_index=True).assign(origin=origin_of(patients))


def entry_limits(trial: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """The entry criteria of the trial that have a lowest and a highest value.

    Parameters
    ----------
    trial : DataFrame, one row per fact
        From :func:`rescat.load_trial`.

    Returns
    -------
    dict
        Column of the patients to lowest and highest value: ``age`` (years), ``pao2_fio2`` (mmHg).

    Raises
    ------
    KeyError
        If a limit is not among the facts.

    Examples
    --------
    >>> import rescat
    >>> rescat.entry_limits(rescat.load_trial())
    {'age': (18.0, 80.0), 'pao2_fio2': (150.0, 300.0)}
    """
    return {
        column: (fact(trial, f"{column}_minimum"), fact(trial, f"{column}_maximum"))
        for column in ("age", "pao2_fio2")
    }


def entry_criteria(patients: pd.DataFrame, trial: pd.DataFrame) -> pd.DataFrame:
    """Each patient against the trial's own entry criteria that Table 1 lets us check.

    Parameters
    ----------
    patients : DataFrame, one row per patient
        From :func:`rescat.load_patients`.
    trial : DataFrame, one row per fact
        From :func:`rescat.load_trial`.

    Returns
    -------
    DataFrame
        Tidy: ``patient_id, arm, criterion, value, met`` (missing where not reported), ``origin``.

    Raises
    ------
    KeyError
        If the table lacks one of the facts.

    Examples
    --------
    >>> import rescat
    >>> met = rescat.entry_criteria(rescat.load_patients(), rescat.load_trial())
    >>> print(met[~met['met'].fillna(True)].iloc[:, [0, 1, 3, 4]].to_string(index=False))
    patient_id   arm                 criterion  value
             8 mCTRL PaO2/FiO2 150 to 300 mmHg  142.0
            16 mCTRL PaO2/FiO2 150 to 300 mmHg  134.0
    """
    age, ratio = entry_limits(trial).values()
    mews = fact(trial, "mews_below")
    rules = {
        f"age {age[0]:g} to {age[1]:g} years": ("age", lambda v: v.between(*age)),
        f"PaO2/FiO2 {ratio[0]:g} to {ratio[1]:g} mmHg": ("pao2_fio2", lambda v: v.between(*ratio)),
        f"MEWS below {mews:g}": ("mews", lambda v: v < mews),
    }
    frames = []
    for criterion, (column, rule) in rules.items():
        frame = patients[["patient_id", "arm", "origin"]].copy()
        frame["criterion"], frame["value"] = criterion, patients[column]
        frame["met"] = rule(patients[column]).astype("boolean").mask(patients[column].isna())
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def unlike_groups(patients: pd.DataFrame, trial: pd.DataFrame) -> pd.DataFrame:
    """What goes together with treatment beside the matched variables: MSC and matched controls.

    Hospital, unit and period are those of the paper, so they are left out for other patients.

    Parameters
    ----------
    patients : DataFrame, one row per patient
        From :func:`rescat.load_patients`.
    trial : DataFrame, one row per fact
        From :func:`rescat.load_trial`.

    Returns
    -------
    DataFrame
        ``what, msc, mctrl`` (words), ``origin``.

    Raises
    ------
    OriginError
        If a frame does not say where its data come from.

    Examples
    --------
    >>> import rescat
    >>> unlike = rescat.unlike_groups(rescat.load_patients(), rescat.load_trial())
    >>> print(unlike.loc[:2, ['what', 'msc', 'mctrl']].to_string(index=False))
        what                         msc                          mctrl
    Hospital             Modena, Vicenza                          Milan
        Unit semi-intensive or intensive                 intensive care
      Period   May 2021 to February 2022 November 2020 to February 2021
    """
    groups = [patients[patients["arm"].eq(arm)] for arm in ("MSC", "mCTRL")]
    rows = []
    if origin_of(patients) == "published":
        rows = [
            ("Hospital", "Modena, Vicenza", "Milan"),
            ("Unit", "semi-intensive or intensive", "intensive care"),
            ("Period", _months(trial, "Modena", "Vicenza"), _months(trial, "Milan ICU")),
        ]
    rows += [
        (
            "Days in Table 1 count from",
            *(", ".join(group["time_origin"].unique()) for group in groups),
        ),
        ("HFNO at entry", *(_summary(group["hfno"], "hfno") for group in groups)),
        ("Drugs printed for", *(_printed_for(group["therapy"]) for group in groups)),
    ]
    for column in ("days_hfno", "days_from_diagnosis", "length_of_stay"):
        rows.append((TABLE_ONE[column], *(_summary(group[column], column) for group in groups)))
    return pd.DataFrame(rows, columns=["what", "msc", "mctrl"]).assign(origin=origin_of(patients))


def _months(trial: pd.DataFrame, *groups: str) -> str:
    """The months from the first to the last recruitment of some groups."""
    periods = recruitment_periods(trial).set_index("group").loc[list(groups)]
    return f"{periods['start'].min():%B %Y} to {periods['end'].max():%B %Y}"


def _printed_for(words: pd.Series) -> str:
    return f"{int(words.ne(NOT_REPORTED).sum())}/{len(words)}"
