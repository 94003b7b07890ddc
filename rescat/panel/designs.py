"""Designs of sampling: who was sampled when, and what a straight line makes of it.

With given variances, the slope that generalised least squares fits to a group is a weighted sum of
the group's mean values on the days of sampling. The weights depend on the design alone. So a design
says, without any data, how wide an interval will be and what slope a curve will give.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
import pandas as pd

from ..base.arguments import check_choice
from ..base.errors import ModelError
from ..base.origin import origin_of
from ..data.trial_facts import ARM_SIZES, DAYS, STAYS

__all__ = [
    "DESIGNS",
    "SAMPLING",
    "SAMPLING_TRANSIENT",
    "arm_weights",
    "borrowed_error",
    "design_of",
    "in_hospital",
    "line_weights",
]

_ALL = (1.0, 1.0, 1.0, 1.0, 1.0)
_LINE = np.column_stack([np.ones_like(DAYS), DAYS])  # a straight line on the five days
_TAKEN = np.array(list(product((False, True), repeat=len(DAYS))))  # every set of days


def _design(mctrl, ctrl=_ALL, msc=_ALL, **sizes) -> dict[str, np.ndarray]:
    """The probability of each sample, by arm: shape (patients measured, 5)."""
    sizes = ARM_SIZES | sizes
    arms = {"MSC": msc, "CTRL": ctrl, "mCTRL": mctrl}
    return {arm: np.broadcast_to(p, (sizes[arm], len(DAYS))) for arm, p in arms.items()}


def design_by_stay(
    stays: Mapping[str, Sequence[float]] = STAYS,
    *,
    visits: Collection[str] = ("MSC", "CTRL"),
    kept: Mapping[str, float] | None = None,
    day_0_only: int = 0,
    historical_to: float = np.inf,
) -> dict[str, np.ndarray]:
    """A design in which nobody is sampled after discharge but those who come back.

    Parameters
    ----------
    stays : mapping
        Arm to the days in hospital of each of its patients; those of Table 1 if not given. The day
        of discharge counts as one in hospital.
    visits : collection of str
        Arms whose patients come back for every later sample.
    kept : mapping, optional
        Arm to the share of the samples after day 0 that were taken; all if not given.
    day_0_only : int
        Historical controls who have one sample only, spread evenly over the order of their stays.
    historical_to : float
        Last day of a sample of the historical controls.

    Returns
    -------
    dict
        As :data:`rescat.DESIGNS`.

    Examples
    --------
    >>> design = design_by_stay(kept={"mCTRL": 0.5})
    >>> print(design["mCTRL"].sum(axis=0))
    [10.   5.   5.   4.5  2.5]
    """
    design = {}
    for arm, days in stays.items():
        there = np.greater_equal.outer(np.asarray(days, float), DAYS) | (arm in visits)
        design[arm] = there * np.where(DAYS > 0, (kept or {}).get(arm, 1.0), 1.0)
    historical = design["mCTRL"]
    historical[:, historical_to < DAYS] = 0.0
    single = np.linspace(0, len(historical), day_0_only, endpoint=False).astype(int)
    historical[np.argsort(stays["mCTRL"], kind="stable")[single], 1:] = 0.0
    return design


# Designs that could lie behind what is printed. All are assumptions: the paper prints planned days,
# and no number of samples. Those "by stay" sample nobody after the discharge of Table 1,
# but for visits of the randomised; rescat.sampling_overview tells of each design how many
# samples it needs after discharge, and how many are missing that could have been taken.
BY_STAY = {
    "by stay: in hospital only": {"visits": ()},
    "by stay: the randomised come back": {},
    "by stay: half of the controls missing": {"kept": {"CTRL": 0.5, "mCTRL": 0.5}},
    "by stay: 60 % of the historical missing": {"kept": {"mCTRL": 0.4}},
    "by stay: six historical on day 0 only": {"day_0_only": 6},
    "by stay: the historical to day 14": {"historical_to": 14},
    "by stay: to day 14, 30 % of the historical missing": {
        "historical_to": 14,
        "kept": {"mCTRL": 0.7},
    },
}
DESIGNS = {
    "everybody on all five days": _design(_ALL),
    "one sample in ten missing, everybody": _design(*[(1.0, 0.9, 0.9, 0.9, 0.9)] * 3),
    "half of the controls' later samples missing": _design(*[(1.0, 0.5, 0.5, 0.5, 0.5)] * 2),
    "all controls to day 14": _design(*[(1.0, 1.0, 1.0, 1.0, 0.0)] * 2),
    "all controls to day 6": _design(*[(1.0, 1.0, 1.0, 0.0, 0.0)] * 2),
    "historical controls to day 14": _design((1.0, 1.0, 1.0, 1.0, 0.0)),
    "historical controls to day 6": _design((1.0, 1.0, 1.0, 0.0, 0.0)),
    "half of the historical controls measured": _design(_ALL, mCTRL=5),
    **{name: design_by_stay(**options) for name, options in BY_STAY.items()},
}
# Three that agree with the stays of Table 1 and with every printed standard error
# (rescat.sampling_overview); the twins of the book have them in turn.
SAMPLINGS = (
    "by stay: half of the controls missing",
    "by stay: 60 % of the historical missing",
    "by stay: to day 14, 30 % of the historical missing",
)
SAMPLING = DESIGNS[SAMPLINGS[-1]]  # of these, the one with the fewest samples missing
# For a twin whose NFL is together again on day 28: of the historical controls, the share of those
# in hospital. It asks much: none of them on day 28, when half were still there. With SAMPLING, the
# nearest of the samplings above, twelve patterns of three seeds each did not give the printed
# lines.
SAMPLING_TRANSIENT = {
    "MSC": (1.0, 1.0, 1.0, 1.0, 1.0),
    "CTRL": (1.0, 1.0, 1.0, 1.0, 1.0),
    "mCTRL": (1.0, 0.5, 0.5, 0.7, 0.0),
}


def in_hospital(patients: pd.DataFrame) -> pd.DataFrame:
    """How many patients of each arm were in hospital on the days of sampling.

    Parameters
    ----------
    patients : DataFrame, one row per patient
        From :func:`rescat.load_patients`: ``arm`` and ``length_of_stay`` (days from enrolment, or
        from admission for the matched controls).

    Returns
    -------
    DataFrame, one row per arm
        ``arm``, ``patients`` (whose stay is known), a column of counts for each of the five days,
        and ``origin``. The day of discharge counts as one in hospital.

    Examples
    --------
    On day 28 all randomised patients were at home, and half of the matched controls in hospital.

    >>> import rescat
    >>> table = rescat.in_hospital(rescat.load_patients())
    >>> print(table.drop(columns="origin").to_string(index=False))
      arm  patients  0.0  3.0  6.0  14.0  28.0
      MSC         5    5    5    5     3     0
     CTRL         2    2    2    2     0     0
    mCTRL        10   10   10   10     9     5
    """
    rows = []
    for arm, stays in patients.dropna(subset="length_of_stay").groupby("arm")["length_of_stay"]:
        counts = np.greater_equal.outer(stays.to_numpy(float), DAYS).sum(axis=0)
        rows.append({"arm": arm, "patients": len(stays), **dict(zip(DAYS, counts, strict=True))})
    table = pd.DataFrame(rows).sort_values(
        "arm", key=lambda arm: arm.map(list(ARM_SIZES).index), kind="stable"
    )
    return table.reset_index(drop=True).assign(origin=origin_of(patients))


def design_of(samples: pd.DataFrame, *, by: str = "group") -> dict[str, np.ndarray]:
    """The design of some samples: one row per patient and a column for each of the days.

    Parameters
    ----------
    samples : DataFrame
        Of one marker, one row per sample, with ``patient_id``, ``treated`` (bool) and ``day``
        (days since enrolment: 0, 3, 6, 14 or 28); and ``arm``, if asked for.
    by : {"group", "arm"}
        Whether the design is one of two groups or of three arms.

    Returns
    -------
    dict
        ``control`` and ``treated``, or MSC, CTRL and mCTRL: arrays of float, shape (patients, 5),
        with 1 where a sample was taken and 0 where none was. It can be given to
        :func:`line_weights`, and that of arms to :func:`arm_weights`.

    Raises
    ------
    ModelError
        If a sample is of another day than those planned.

    Examples
    --------
    >>> import rescat
    >>> design = rescat.design_of(rescat.simulate_trial(1))
    >>> print(design["treated"])
    [[1. 1. 1. 1. 1.]
     [1. 1. 1. 1. 1.]
     [1. 1. 0. 1. 1.]
     [1. 1. 0. 1. 1.]
     [1. 1. 1. 1. 1.]]
    >>> print(design["control"].sum(axis=0))
    [12. 10. 11. 10. 11.]
    """
    check_choice("by", by, ("group", "arm"))
    days = samples["day"].astype(float)
    other = sorted(set(days) - set(DAYS))
    if other:
        raise ModelError(
            f"found day {other[0]:g}, expected one of {', '.join(f'{d:g}' for d in DAYS)}"
        )
    taken = pd.crosstab(samples["patient_id"], days).reindex(columns=DAYS, fill_value=0)
    if by == "arm":
        member, names = samples.groupby("patient_id")["arm"].first(), list(ARM_SIZES)
    else:
        treated = samples.groupby("patient_id")["treated"].first().astype(bool)
        member, names = treated.map({True: "treated", False: "control"}), ["control", "treated"]
    member = member.reindex(taken.index).to_numpy(object)
    return {name: taken.to_numpy(float)[member == name] for name in names}


def line_weights(
    design: dict,
    *,
    sd_residual: float = 1.0,
    sd_intercept: float = 1.0,
    sd_slope: float = 0.0,
    correlation: float = 0.0,
    of: str = "slope",
) -> pd.DataFrame:
    """What each day's mean adds to a group's slope or intercept, and its standard error.

    Parameters
    ----------
    design : dict
        One of :data:`rescat.DESIGNS` (arm to the probability of each sample, shape (patients, 5)),
        or from :func:`design_of`. A probability counts as that share of a sample: the weights are
        those of the expected information.
    sd_residual : float
        SD of a value around its patient's line, on the scale of the values; above zero.
    sd_intercept : float
        SD of the patients' intercepts, on the scale of the values.
    sd_slope : float
        SD of the patients' slopes, on the scale of the values per day.
    correlation : float
        Of a patient's intercept and slope, from -1 to 1. These four hold in both groups.
    of : {"slope", "intercept"}
        Which of the two numbers of a line the weights give.

    Returns
    -------
    DataFrame, index ``group`` (control, treated)
        A column for each of the five days (its weight; of a slope, per day), ``se`` (standard
        error, on the scale of the values, of a slope per day) and ``samples`` (expected number).

    Raises
    ------
    ModelError
        If a group is sampled on one day only, an SD or the correlation is out of its range, or
        ``of`` is not known.

    Notes
    -----
    With Z = [1, t] of a patient's samples and V = ZGZ' + σ²I, the line of a group is
    (ΣZ'V⁻¹Z)⁻¹ ΣZ'V⁻¹y: Laird and Ware (1982), Biometrics 38: 963-974.

    Examples
    --------
    Late days count for a rise and early days against it. More patients make the standard error
    smaller, and leave the weights as they are.

    >>> import rescat
    >>> weights = rescat.line_weights(rescat.DESIGNS["everybody on all five days"])
    >>> print(weights.reset_index().round(4).to_string())
         group     0.0     3.0     6.0    14.0    28.0      se  samples
    0  control -0.0202 -0.0143 -0.0083  0.0075  0.0353  0.0128     60.0
    1  treated -0.0202 -0.0143 -0.0083  0.0075  0.0353  0.0199     25.0
    """
    check_choice("of", of, ("slope", "intercept"))
    place = int(of == "slope")
    rows = []
    variance = _Variance(sd_residual, sd_intercept, sd_slope, correlation)
    samples = expected_samples(design)
    for group, arms in _patterns_of(design).items():
        a, inverse = _line(arms, variance, group)
        rows.append(
            {
                "group": group,
                **dict(zip(DAYS, inverse[place] @ a, strict=True)),
                "se": np.sqrt(inverse[place, place]),
                "samples": samples[group],
            }
        )
    return pd.DataFrame(rows).set_index("group")


def slope_errors(design: dict, variances: Sequence[dict]) -> list[dict[str, float]]:
    """The standard errors of :func:`line_weights` alone, under each of several variances.

    Parameters
    ----------
    design : dict
        As of :func:`line_weights`.
    variances : sequence of dict
        The SDs and the correlation, by their names in :func:`line_weights`.

    Returns
    -------
    list of dict
        For each variance: ``control`` and ``treated``, on the scale of the values, per day.

    Raises
    ------
    ModelError
        As :func:`line_weights`.

    Examples
    --------
    >>> from rescat.panel.designs import DESIGNS, slope_errors
    >>> everybody = DESIGNS["everybody on all five days"]
    >>> for found in slope_errors(everybody, [{"sd_slope": 0}, {"sd_slope": 0.1}]):
    ...     print({group: round(float(se), 4) for group, se in found.items()})
    {'control': 0.0128, 'treated': 0.0199}
    {'control': 0.0316, 'treated': 0.049}
    """
    patterns = _patterns_of(design)  # which no variance changes
    found = []
    for names in variances:
        variance = _Variance(**names)
        inverses = {group: _line(arms, variance, group)[1] for group, arms in patterns.items()}
        found.append({group: np.sqrt(inverse[1, 1]) for group, inverse in inverses.items()})
    return found


def expected_samples(design: dict) -> dict[str, float]:
    """How many samples a design expects in each group; ``design`` as of :func:`line_weights`.

    Examples
    --------
    >>> from rescat.panel.designs import DESIGNS, expected_samples
    >>> expected_samples(DESIGNS["everybody on all five days"])
    {'control': 60.0, 'treated': 25.0}
    """
    return {
        group: sum(_samples(p, n) for p, n in arms.values())
        for group, arms in _groups(design).items()
    }


def arm_weights(
    design: dict,
    *,
    sd_residual: float = 1.0,
    sd_intercept: float = 1.0,
    sd_slope: float = 0.0,
    correlation: float = 0.0,
) -> pd.DataFrame:
    """How much of the controls' slope each of the two arms of controls carries.

    Parameters
    ----------
    design : dict
        One of :data:`rescat.DESIGNS`, or from :func:`design_of` with ``by="arm"``.
    sd_residual, sd_intercept, sd_slope, correlation : float
        As of :func:`line_weights`.

    Returns
    -------
    DataFrame, one row per arm of controls (CTRL, mCTRL)
        ``arm``; ``weight``: if every patient of this arm rose by one more unit per day, from the
        same day 0, the fitted slope of the controls would rise by this much (the weights of the
        two arms add up to 1); a column for each of the five days: the weight of the arm's mean on
        that day, per day, as of :func:`line_weights`, so that the columns of the two arms add up
        to the weights of the controls; and ``samples`` (expected number).

    Raises
    ------
    ModelError
        If the design does not say who of the controls is of which arm, or as
        :func:`line_weights`.

    Notes
    -----
    With A = ΣZ'V⁻¹Z over the patients of an arm, and M the sum over both arms, an arm whose line
    lies by (a, b) above the other's moves the common line by M⁻¹A(a, b)'. The weight is the
    element for b of the slope. The days' columns times their day add up to it; the columns alone
    add up to what a higher level of the arm by 1 would add to the slope. Variances are taken as
    known: see :func:`line_weights`. An arm with hardly a late sample can have a weight just below
    0, and the other one just above 1.

    Examples
    --------
    With everybody sampled on all days the two randomised controls carry two twelfths.

    >>> import rescat
    >>> weights = rescat.arm_weights(rescat.DESIGNS["everybody on all five days"])
    >>> print(weights.round(4).to_string(index=False))
      arm  weight     0.0     3.0     6.0   14.0   28.0  samples
     CTRL  0.1667 -0.0034 -0.0024 -0.0014 0.0013 0.0059     10.0
    mCTRL  0.8333 -0.0168 -0.0119 -0.0069 0.0063 0.0294     50.0
    """
    arms, parts = _arms_of_controls(design, sd_residual, sd_intercept, sd_slope, correlation)
    of_slope = _inverse(sum(parts.values()) @ _LINE, "control")[1]
    rows = []
    for arm, part in parts.items():
        of_days = of_slope @ part
        days = dict(zip(DAYS, of_days, strict=True))
        samples = _samples(*arms[arm])
        rows.append({"arm": arm, "weight": of_days @ DAYS, **days, "samples": samples})
    return pd.DataFrame(rows)


def borrowed_error(
    design: dict,
    *,
    counted: float = 1.0,
    sd_between: float = 0.0,
    sd_residual: float = 1.0,
    sd_intercept: float = 1.0,
    sd_slope: float = 0.0,
    correlation: float = 0.0,
) -> float:
    """The standard error of the randomised controls' slope, if the matched ones are borrowed.

    Parameters
    ----------
    design : dict
        As of :func:`arm_weights`.
    counted : float
        How much of each matched control counts, from 0 to 1: the power of a power prior.
    sd_between : float
        SD of the difference between the slopes of the two kinds of controls, on the scale of the
        values per day: that of a commensurate prior. Both start at the same level.
    sd_residual, sd_intercept, sd_slope, correlation : float
        As of :func:`line_weights`.

    Returns
    -------
    float
        On the scale of the values, per day. With 1 and 0 that of all controls together.

    Raises
    ------
    ModelError
        If a share or an SD is out of its range, the matched controls alone have no slope and an SD
        between the kinds is asked for, or as :func:`arm_weights`.

    Notes
    -----
    With A = ΣZ'V⁻¹Z of an arm: (A + aB)⁻¹ for a power a (Ibrahim and Chen 2000, Statistical Science
    15: 46-60), and (A + (B⁻¹ + diag(0, τ²))⁻¹)⁻¹ for an SD τ (Hobbs, Carlin, Mandrekar and Sargent
    2011, Biometrics 67: 1047-1056, with its variance given). Variances are taken as known.

    Examples
    --------
    >>> from rescat.panel.designs import DESIGNS, borrowed_error
    >>> everybody = DESIGNS["everybody on all five days"]
    >>> [round(borrowed_error(everybody, counted=a), 4) for a in (1, 0.5, 0)]
    [0.0128, 0.0168, 0.0315]
    >>> round(borrowed_error(everybody, sd_between=0.01), 4)
    0.0151
    """
    if not (0 <= counted <= 1 and sd_between >= 0):
        raise ModelError(
            f"counted={counted!r}, sd_between={sd_between!r}: expected a share from 0 to 1, and an "
            "SD of at least 0"
        )
    _, parts = _arms_of_controls(design, sd_residual, sd_intercept, sd_slope, correlation)
    own, matched = (parts[arm] @ _LINE for arm in ("CTRL", "mCTRL"))
    if sd_between > 0:
        apart = _inverse(matched, "matched control")
        apart[1, 1] += sd_between**2
        matched = np.linalg.inv(apart)
    return float(np.sqrt(_inverse(own + counted * matched, "control")[1, 1]))


def _arms_of_controls(design: dict, *sds: float) -> tuple[dict, dict[str, np.ndarray]]:
    """The arms of the controls of a design, and ΣZ'V⁻¹ of each."""
    arms = _groups(design)["control"]
    if "control" in arms:
        raise ModelError(
            "found a design of the groups control and treated, expected one of arms: "
            'design_of(samples, by="arm")'
        )
    variance = _Variance(*sds)
    return arms, {arm: _information(_patterns(*own), variance) for arm, own in arms.items()}


@dataclass(frozen=True)
class _Variance:
    """The variances of a random-slope model, the same for every patient."""

    sd_residual: float = 1.0
    sd_intercept: float = 1.0
    sd_slope: float = 0.0
    correlation: float = 0.0

    def __post_init__(self) -> None:
        sds = self.sd_intercept, self.sd_slope
        if not (self.sd_residual > 0 and min(sds) >= 0 and abs(self.correlation) <= 1):
            raise ModelError(
                f"sd_residual={self.sd_residual}, sd_intercept={sds[0]}, sd_slope={sds[1]}, "
                f"correlation={self.correlation}: expected SDs of at least 0 (residual above 0)"
            )

    def of(self, z: np.ndarray) -> np.ndarray:
        """The covariance of samples with these rows of Z."""
        both = self.correlation * self.sd_intercept * self.sd_slope
        g = np.array([[self.sd_intercept**2, both], [both, self.sd_slope**2]])
        return z @ g @ z.T + self.sd_residual**2 * np.eye(len(z))


def _groups(design: dict) -> dict[str, dict[str, tuple[np.ndarray, np.ndarray]]]:
    """By group and arm: rows of probabilities, and how many patients each row stands for."""
    if set(design) == {"control", "treated"}:
        arms = {"control": ["control"], "treated": ["treated"]}
    else:
        arms = {"control": ["CTRL", "mCTRL"], "treated": ["MSC"]}
    return {
        group: {
            arm: np.unique(np.reshape(design[arm], (-1, len(DAYS))), axis=0, return_counts=True)
            for arm in names
        }
        for group, names in arms.items()
    }


def _samples(probability: np.ndarray, patients: np.ndarray) -> float:
    return float(patients @ probability.sum(axis=1))


def _inverse(information: np.ndarray, group: str) -> np.ndarray:
    if np.linalg.det(information) <= 1e-12 * information[0, 0] * information[1, 1]:
        raise ModelError(f"the {group} group is sampled on one day only: it has no slope")
    return np.linalg.inv(information)


def _line(arms: list[np.ndarray], variance: _Variance, group: str) -> tuple[np.ndarray, np.ndarray]:
    """ΣZ'V⁻¹ of the patterns of a group's arms, and the covariance of the group's line."""
    a = sum(_information(patterns, variance) for patterns in arms)
    return a, _inverse(a @ _LINE, group)


def _information(patterns: np.ndarray, variance: _Variance) -> np.ndarray:
    """Expected ΣZ'V⁻¹, a column for each day, over the samples that may be there."""
    return np.tensordot(patterns, _projections(variance), 1)


def _patterns_of(design: dict) -> dict[str, list[np.ndarray]]:
    """By group, the patterns of each of its arms."""
    return {g: [_patterns(*own) for own in arms.values()] for g, arms in _groups(design).items()}


def _patterns(probability: np.ndarray, patients: np.ndarray) -> np.ndarray:
    """How many patients are expected for each set of days sampled: (32,)."""
    each = np.where(_TAKEN, probability[:, None], 1 - probability[:, None])
    return patients @ each.prod(axis=2)


@lru_cache(maxsize=64)
def _projections(variance: _Variance) -> np.ndarray:
    """Z'V⁻¹ of one patient for each set of days sampled, zero where a day is not: (32, 2, 5)."""
    found = np.zeros((len(_TAKEN), 2, len(DAYS)))
    for place, taken in enumerate(_TAKEN):
        z = _LINE[taken]
        found[place][:, taken] = np.linalg.solve(variance.of(z), z).T
    return found
