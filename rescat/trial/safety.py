"""Adverse events, exact intervals, clinical course, and what five patients cannot show."""

import numpy as np
import pandas as pd
from scipy import optimize, stats

from ..base.origin import origin_of
from ..data.trial_facts import fact
from .cohort import count_arms, had_support, oxygen_days

__all__ = [
    "after_discharge",
    "chances_of_none",
    "chances_of_seeing",
    "clinical_course",
    "discharged_before",
    "durations",
    "event_table",
    "exact_interval",
    "patients_needed",
    "per_arm_needed",
    "safety_proportions",
    "severity_against_ctcae",
    "upper_bound_of_zero",
]

RELATED = ["Possibly", "Probably", "Definitely"]
# Outcomes after which a patient is not known to be alive.
NOT_RECOVERED = ["Unresolved", "Fatal"]
# Words of severity, and the CTCAE grade that each usually names.
FIRST_GRADE = {"Mild": 1, "Moderate": 2, "Severe": 3, "Life-threatening": 4, "Fatal": 5}
SEVERITIES = list(FIRST_GRADE)


def event_table(events: pd.DataFrame, patients: pd.DataFrame, arm: str = "MSC") -> pd.DataFrame:
    """Adverse events as clinicians expect them: patients, not only events.

    Parameters
    ----------
    events : DataFrame, one row per event
        From :func:`rescat.load_events`.
    patients : DataFrame, one row per patient
        From :func:`rescat.load_patients`.
    arm : str
        Whose events.

    Returns
    -------
    DataFrame
        One row for any event, any serious event, any event at least possibly related, and each
        term: ``patients`` (each counted once), ``n`` of the arm, ``events``, ``severity``
        (the highest as printed), ``relation``, exact 95 % interval, ``low`` to ``high``,
        ``origin``. Where no patient had it, ``high`` is one-sided: :func:`upper_bound_of_zero`.

    Raises
    ------
    OriginError
        If a frame does not say where its data come from.

    Examples
    --------
    >>> import rescat
    >>> table = rescat.event_table(rescat.load_events(), rescat.load_patients())
    >>> print(table.loc[:2, ['event', 'patients', 'n', 'events']].to_string(index=False))
                       event  patients  n  events
                   Any event         3  5       6
     Any event printed as AE         2  5       3
    Any event printed as SAE         1  5       3
    """
    in_arm = patients.loc[patients["arm"].eq(arm), "patient_id"]
    own = events[events["patient_id"].isin(in_arm)]
    related = own["relation"].isin(RELATED)
    groups = [
        ("Any event", own),
        ("Any event printed as AE", own[own["category"].eq("AE")]),
        ("Any event printed as SAE", own[own["category"].eq("SAE")]),
        ("Any event at least possibly related", own[related]),
        ("Any serious and related event", own[related & own["category"].eq("SAE")]),
    ]
    groups += [(term, rows) for term, rows in own.groupby("term", sort=False)]
    table = pd.DataFrame([_event_row(label, rows, len(in_arm)) for label, rows in groups])
    table["origin"] = origin_of(events, patients)
    return table


def _event_row(label: str, rows: pd.DataFrame, n: int) -> dict:
    count = rows["patient_id"].nunique()
    low, high = _limits(count, n)
    graded = rows.loc[rows["severity"].isin(SEVERITIES), "severity"]
    worst = max(graded, key=SEVERITIES.index, default="")
    return {
        "event": label,
        "patients": count,
        "n": n,
        "events": len(rows),
        "severity": worst,
        "relation": ", ".join(dict.fromkeys(rows["relation"])),
        "low": low,
        "high": high,
    }


def exact_interval(count: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Clopper-Pearson confidence interval of a proportion.

    Parameters
    ----------
    count, n : int
        Patients with an event, and all patients.
    confidence : float
        Of the interval, two-sided.

    Returns
    -------
    low, high : float

    Raises
    ------
    ValueError
        If n is 0 or the count is not between 0 and n.

    Notes
    -----
    Clopper and Pearson (1934), Biometrika 26: 404-413, by scipy.

    Examples
    --------
    >>> import rescat
    >>> low, high = rescat.exact_interval(1, 5)
    >>> print(f'{low:.3f} to {high:.3f}')
    0.005 to 0.716
    """
    if n < 1 or not 0 <= count <= n:
        raise ValueError(f"found {count} of {n}, expected a count from 0 to n and n of at least 1")
    limits = stats.binomtest(count, n).proportion_ci(confidence, method="exact")
    return float(limits.low), float(limits.high)


def safety_proportions(
    events: pd.DataFrame, patients: pd.DataFrame, trial: pd.DataFrame
) -> pd.DataFrame:
    """The proportions of patients that bear on safety, with exact intervals.

    Parameters
    ----------
    events : DataFrame, one row per event
        From :func:`rescat.load_events`.
    patients : DataFrame, one row per patient
        From :func:`rescat.load_patients`.
    trial : DataFrame, one row per fact
        From :func:`rescat.load_trial`.

    Returns
    -------
    DataFrame, one row per proportion
        ``label, arm, patients`` (with the event), ``n`` (of the arm), exact 95 % interval, ``low``
        to ``high``, ``origin``. Where no patient had it, ``high`` is one-sided:
        :func:`upper_bound_of_zero`. Deaths are those that the paper counts, so they are left out
        for other patients.

    Raises
    ------
    OriginError
        If a frame does not say where its data come from.
    ValueError
        If an arm has no patient.

    Notes
    -----
    Limits of Clopper and Pearson: :func:`exact_interval`.

    Examples
    --------
    >>> import rescat
    >>> tables = rescat.load_events(), rescat.load_patients(), rescat.load_trial()
    >>> shares = rescat.safety_proportions(*tables).round(2)
    >>> print(shares.loc[:2, ['label', 'patients', 'n', 'low', 'high']].to_string(index=False))
                             label  patients  n  low  high
            Any adverse event, MSC         3  5 0.15  0.95
                      Any SAE, MSC         1  5 0.01  0.72
    At least possibly related, MSC         1  5 0.01  0.72
    """
    seen = event_table(events, patients).set_index("event")["patients"]
    treated, controls = (patients[patients["arm"].eq(arm)] for arm in ("MSC", "CTRL"))
    rows = [
        ("Any adverse event, MSC", "MSC", seen["Any event"]),
        ("Any SAE, MSC", "MSC", seen["Any event printed as SAE"]),
        ("At least possibly related, MSC", "MSC", seen["Any event at least possibly related"]),
        ("Serious and related, MSC", "MSC", seen["Any serious and related event"]),
        ("HFNO or NIV at entry, MSC", "MSC", had_support(treated).sum()),
        (
            "Any adverse event, CTRL",
            "CTRL",
            controls["patient_id"].isin(events["patient_id"]).sum(),
        ),
    ]
    if origin_of(patients) == "published":
        rows += [
            (f"Death within 4 weeks, {arm}", arm, fact(trial, "deaths_4_weeks", arm))
            for arm in ("MSC", "CTRL")
        ]
    frame = pd.DataFrame(rows, columns=["label", "arm", "patients"])
    frame["patients"] = frame["patients"].astype(int)
    frame["n"] = frame["arm"].map(count_arms(patients))
    frame[["low", "high"]] = [_limits(row.patients, row.n) for row in frame.itertuples()]
    return frame.assign(origin=origin_of(events, patients))


def _limits(count: int, n: int) -> tuple[float, float]:
    """Exact 95 % interval; of zero patients the one-sided, since nothing lies below zero."""
    return exact_interval(count, n) if count else (0.0, upper_bound_of_zero(n))


def upper_bound_of_zero(n: int, confidence: float = 0.95) -> float:
    """The largest risk that zero events in n patients do not exclude (one-sided).

    Parameters
    ----------
    n : int
        Patients.
    confidence : float
        One-sided.

    Returns
    -------
    float
        No patient excludes no risk: 1 if n is 0.

    Notes
    -----
    Solves (1 - risk)^n = 1 - confidence; 3/n approximates it (Hanley and Lippman-Hand 1983,
    JAMA 249:1743).

    Examples
    --------
    >>> import rescat
    >>> round(rescat.upper_bound_of_zero(5), 3)
    0.451
    """
    if n == 0:
        return 1.0
    return float(1 - (1 - confidence) ** (1 / n))


def patients_needed(risk, probability: float = 0.95):
    """Patients to treat to see at least one event of a given risk with a given probability.

    Parameters
    ----------
    risk : float or array
        Of one patient, above 0 and below 1.
    probability : float
        Of seeing an event.

    Returns
    -------
    int or int array
        The smallest n with 1 - (1 - risk)^n of at least the probability.

    Examples
    --------
    >>> import rescat
    >>> rescat.patients_needed([0.05, 0.01]).tolist()
    [59, 299]
    """
    # The slack keeps a whole number whole where the two logarithms are not exact.
    return np.ceil(np.log(1 - probability) / np.log1p(-np.asarray(risk)) - 1e-9).astype(int)


def chances_of_none(patients: pd.DataFrame, arm: str = "MSC") -> pd.DataFrame:
    """The probability that no patient of an arm has an event, over its true risk.

    Parameters
    ----------
    patients : DataFrame, one row per patient
        From :func:`rescat.load_patients`.
    arm : str
        Whose patients.

    Returns
    -------
    DataFrame, one row per risk
        ``risk`` (of one patient: from 0 to 1 by 0.01), ``probability, origin``.

    Raises
    ------
    OriginError
        If the frame does not say where its data come from.

    Notes
    -----
    The probability is (1 - risk)^n, if patients have the event independently of each other. Where
    it is 5 %, the risk is the one-sided 95 % upper limit of none in n: :func:`upper_bound_of_zero`.

    Examples
    --------
    >>> import rescat
    >>> chances = rescat.chances_of_none(rescat.load_patients())
    >>> some = chances[chances['risk'].isin([0.1, 0.45])].round(2)
    >>> print(some[['risk', 'probability']].to_string(index=False))
     risk  probability
     0.10         0.59
     0.45         0.05
    """
    risk = np.arange(101) / 100
    probability = (1 - risk) ** count_arms(patients)[arm]
    frame = pd.DataFrame({"risk": risk, "probability": probability})
    return frame.assign(origin=origin_of(patients))


def chances_of_seeing(patients: pd.DataFrame, risks: dict[str, float]) -> pd.DataFrame:
    """The chance to see at least one event, over the number of patients treated.

    Parameters
    ----------
    patients : DataFrame, one row per patient
        From :func:`rescat.load_patients`. The number of the MSC patients is among those computed.
    risks : dict of str to float
        Name of a true risk to the risk, from 0 to 1.

    Returns
    -------
    DataFrame, one row per risk and number of patients
        ``patients`` (treated: 1 to 500, in equal steps of their logarithm), ``risk`` (its name),
        ``probability, origin``.

    Raises
    ------
    OriginError
        If the frame does not say where its data come from.

    Notes
    -----
    The probability is 1 - (1 - risk)^n, if patients have the event independently of each other.

    Examples
    --------
    >>> import rescat
    >>> chances = rescat.chances_of_seeing(rescat.load_patients(), {'1 in 10': 0.1})
    >>> some = chances[chances['patients'].isin([1, 5, 500])].round(2)
    >>> print(some[['patients', 'risk', 'probability']].to_string(index=False))
     patients    risk  probability
            1 1 in 10         0.10
            5 1 in 10         0.41
          500 1 in 10         1.00
    """
    sizes = np.round(np.geomspace(1, 500, 80)).astype(int)
    sizes = np.union1d(sizes, count_arms(patients)["MSC"])
    chances = pd.DataFrame(
        {"patients": size, "risk": name, "probability": 1 - (1 - risk) ** size}
        for name, risk in risks.items()
        for size in sizes
    )
    return chances.assign(origin=origin_of(patients))


def per_arm_needed(control: float, treated: float, power: float = 0.8, alpha: float = 0.05) -> int:
    """Patients per arm to tell two risks apart, two-sided.

    Parameters
    ----------
    control, treated : float
        Risks, from 0 to 1.
    power : float
        Between alpha and 1.
    alpha : float
        Two-sided.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If the risks are equal or no risks, or the power is not above alpha.

    Notes
    -----
    By Cohen's effect size for proportions (the difference of their arcsine transforms) and the
    normal approximation: Cohen (1988), Statistical Power Analysis for the Behavioral Sciences.

    Examples
    --------
    >>> import rescat
    >>> rescat.per_arm_needed(0.05, 0.10)
    424
    """
    if control == treated or not (0 <= min(control, treated) <= max(control, treated) <= 1):
        raise ValueError(
            f"found the risks {control} and {treated}, expected two that differ, from 0 to 1"
        )
    if not alpha < power < 1:
        raise ValueError(f"found the power {power}, expected one between alpha ({alpha}) and 1")
    effect = 2 * abs(np.arcsin(np.sqrt(treated)) - np.arcsin(np.sqrt(control)))
    limit = stats.norm.isf(alpha / 2)

    def lacking(n):
        shift = effect * np.sqrt(n / 2)
        return power - stats.norm.sf(limit - shift) - stats.norm.cdf(-limit - shift)

    # Without the far tail the answer is this one, and the far tail only makes it smaller.
    enough = 2 * ((limit + stats.norm.isf(1 - power)) / effect) ** 2
    return int(np.ceil(optimize.brentq(lacking, 1e-9, 2 * enough)))


def severity_against_ctcae(events: pd.DataFrame, ctcae: pd.DataFrame) -> pd.DataFrame:
    """Severity as printed beside the grades that CTCAE 5.0 defines for the same term.

    A printed word is never turned into a grade. The comparison only asks whether CTCAE has,
    for that term, the grade that the word usually names (mild 1, moderate 2, severe 3).

    Parameters
    ----------
    events : DataFrame, one row per event
        From :func:`rescat.load_events`.
    ctcae : DataFrame, one row per term
        From :func:`rescat.load_ctcae`.

    Returns
    -------
    DataFrame
        ``patient_id, term, category, severity, ctcae_term, grades, usual_grade, defined, origin``;
        ``defined`` is missing where the severity is not reported or the list lacks the term.

    Raises
    ------
    OriginError
        If a frame does not say where its data come from.

    Examples
    --------
    >>> import rescat
    >>> graded = rescat.severity_against_ctcae(rescat.load_events(), rescat.load_ctcae())
    >>> graded.loc[~graded['defined'], 'term'].tolist()
    ['Respiratory failure', 'Cardiac arrest']
    """
    frame = events.merge(ctcae[["term", "ctcae_term", "grades"]], on="term", how="left")
    frame["usual_grade"] = frame["severity"].map(FIRST_GRADE).astype("Int64")
    known = frame["usual_grade"].notna() & frame["grades"].notna()
    pairs = zip(frame["usual_grade"].astype(str), frame["grades"].fillna(""), strict=True)
    defined = [grade in grades.split() for grade, grades in pairs]
    frame["defined"] = pd.Series(defined, index=frame.index, dtype="boolean").mask(~known)
    columns = ["patient_id", "term", "category", "severity", "ctcae_term", "grades"]
    frame["origin"] = origin_of(events, ctcae)
    return frame[[*columns, "usual_grade", "defined", "origin"]]


def clinical_course(patients: pd.DataFrame) -> pd.DataFrame:
    """Respiratory support over time, for a swimmer plot.

    Table 1 prints how many days, not which. Three assumptions place them: support starts on day 0;
    HFNO and NIV share their days (which alone reproduces the printed weaning times); COT follows.

    Parameters
    ----------
    patients : DataFrame, one row per patient
        From :func:`rescat.load_patients`.

    Returns
    -------
    DataFrame
        Tidy: ``patient_id, arm, phase, start, end`` (days since the patient's time origin),
        ``origin``. After the last support comes "No oxygen support" until the end of the stay, and
        for the matched controls, whose COT is not reported, "Not reported".

    Raises
    ------
    OriginError
        If a frame does not say where its data come from.

    Examples
    --------
    >>> import rescat
    >>> course = rescat.clinical_course(rescat.load_patients())
    >>> print(course.loc[:2, ['patient_id', 'phase', 'start', 'end']].to_string(index=False))
    patient_id             phase  start  end
             1              HFNO    0.0  3.0
             1               COT    3.0  6.0
             1 No oxygen support    6.0 13.0
    """
    rows = []
    for patient in patients.itertuples():
        hfno, niv = (0 if pd.isna(d) else d for d in (patient.days_hfno, patient.days_niv))
        high = max(hfno, niv)
        phases = [("HFNO", 0, hfno), ("NIV", 0, niv)]
        if pd.isna(patient.days_cot):
            phases.append(("Not reported", high, patient.length_of_stay))
        else:
            weaned = high + patient.days_cot
            phases += [("COT", high, weaned), ("No oxygen support", weaned, patient.length_of_stay)]
        rows += [
            (patient.patient_id, patient.arm, phase, start, end)
            for phase, start, end in phases
            if end > start
        ]
    frame = pd.DataFrame(rows, columns=["patient_id", "arm", "phase", "start", "end"])
    frame["origin"] = origin_of(patients)
    return frame


def after_discharge(events: pd.DataFrame, patients: pd.DataFrame) -> pd.DataFrame:
    """The events that came after their patient had left hospital.

    Parameters
    ----------
    events : DataFrame, one row per event
        From :func:`rescat.load_events`; ``day`` since randomisation.
    patients : DataFrame, one row per patient
        From :func:`rescat.load_patients`; ``length_of_stay`` in days.

    Returns
    -------
    DataFrame, one row per event
        Rows of ``events``; one without a day, or of a patient without a stay, is not among them.

    Examples
    --------
    >>> import rescat
    >>> later = rescat.after_discharge(rescat.load_events(), rescat.load_patients())
    >>> print(later[['patient_id', 'term', 'day']].to_string(index=False))
    patient_id                term   day
             5 Rash maculo-papular  35.0
             7 Respiratory failure  33.0
             7   Rectal hemorrhage  33.0
             7      Cardiac arrest 161.0
    """
    stay = events["patient_id"].map(patients.set_index("patient_id")["length_of_stay"])
    return events[(events["day"] > stay).fillna(False)]


def discharged_before(patients: pd.DataFrame, day: float) -> int:
    """How many randomised patients had left hospital before a day.

    Parameters
    ----------
    patients : DataFrame, one row per patient
        From :func:`rescat.load_patients`; ``length_of_stay`` in days. Matched controls are not
        counted, nor is a patient whose stay is not reported.
    day : float
        Days since randomisation; a patient who left on this day had not left before it.

    Returns
    -------
    int

    Examples
    --------
    Before the sample of day 14:

    >>> import rescat
    >>> rescat.discharged_before(rescat.load_patients(), 14)
    4
    """
    randomised = patients[patients["arm"].ne("mCTRL")]
    return int((randomised["length_of_stay"] < day).sum())


def durations(patients: pd.DataFrame) -> pd.DataFrame:
    """Days to oxygen weaning, days with support and length of stay, long, for one plot.

    Parameters
    ----------
    patients : DataFrame, one row per patient
        From :func:`rescat.load_patients`.

    Returns
    -------
    DataFrame
        ``patient_id, arm, measure, days, origin``.

    Examples
    --------
    >>> import rescat
    >>> long = rescat.durations(rescat.load_patients())
    >>> print(long.loc[:1, ['patient_id', 'measure', 'days']].to_string(index=False))
    patient_id        measure  days
             1 Days with HFNO   3.0
             2 Days with HFNO   0.0
    """
    frame = patients[
        ["patient_id", "arm", "origin", "days_hfno", "days_niv", "length_of_stay"]
    ].copy()
    weaned = oxygen_days(patients)
    frame["days_to_weaning"] = weaned.to_numpy()
    names = {
        "days_hfno": "Days with HFNO",
        "days_niv": "Days with NIV",
        "days_to_weaning": "Days to oxygen weaning",
        "length_of_stay": "Length of stay",
    }
    long = frame.melt(["patient_id", "arm", "origin"], names, "measure", "days").dropna()
    long["measure"] = long["measure"].map(names)
    return long.reset_index(drop=True)
