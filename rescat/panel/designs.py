"""Designs of sampling: who was sampled when, and what a straight line makes of it.

With given variances, the slope that generalised least squares fits to a group is a weighted sum of
the group's mean values on the days of sampling. The weights depend on the design alone. So a design
says, without any data, how wide an interval will be and what slope a curve will print as.
"""

from itertools import product

import numpy as np
import pandas as pd

from ..base.arguments import check_choice
from ..base.errors import ModelError
from ..data.trial_facts import ARM_SIZES, DAYS

__all__ = ["DESIGNS", "SAMPLING", "SAMPLING_TRANSIENT", "design_of", "line_weights"]

# Probability that the sample of each day was taken. Nothing is printed about it. The standard
# errors that are printed ask for controls with about half the samples of the treated.
SAMPLING = {
    "MSC": (1.0, 0.95, 0.95, 0.95, 0.9),
    "CTRL": (1.0, 0.95, 0.95, 0.95, 0.9),
    "mCTRL": (1.0, 0.85, 0.65, 0.35, 0.15),
}
# The same, for a twin whose NFL is together again on day 28. With the sampling above a search of
# minutes found none that gives the printed lines: too many controls are there on day 28.
SAMPLING_TRANSIENT = {
    "MSC": (1.0, 1.0, 1.0, 1.0, 1.0),
    "CTRL": (1.0, 1.0, 1.0, 1.0, 1.0),
    "mCTRL": (1.0, 0.5, 0.5, 0.7, 0.0),
}
_ALL = (1.0, 1.0, 1.0, 1.0, 1.0)


def _design(mctrl, ctrl=_ALL, msc=_ALL, **sizes) -> dict[str, tuple[int, tuple[float, ...]]]:
    """Patients measured, and the probability of each day's sample, by arm."""
    sizes = ARM_SIZES | sizes
    return {arm: (sizes[arm], p) for arm, p in (("MSC", msc), ("CTRL", ctrl), ("mCTRL", mctrl))}


# Designs that could lie behind the print. All are assumptions: the paper prints the days that were
# planned, and no number of samples.
DESIGNS = {
    "everybody on all five days": _design(_ALL),
    "one sample in ten missing, everybody": _design(*[(1.0, 0.9, 0.9, 0.9, 0.9)] * 3),
    "half of the controls' later samples missing": _design(*[(1.0, 0.5, 0.5, 0.5, 0.5)] * 2),
    "all controls to day 14": _design(*[(1.0, 1.0, 1.0, 1.0, 0.0)] * 2),
    "all controls to day 6": _design(*[(1.0, 1.0, 1.0, 0.0, 0.0)] * 2),
    "historical controls to day 14": _design((1.0, 1.0, 1.0, 1.0, 0.0)),
    "historical controls to day 6": _design((1.0, 1.0, 1.0, 0.0, 0.0)),
    "historical controls on day 0 only": _design((1.0, 0.0, 0.0, 0.0, 0.0)),
    "half of the historical controls measured": _design(_ALL, mCTRL=5),
    "as the twin: historical controls fade": _design(
        SAMPLING["mCTRL"], SAMPLING["CTRL"], SAMPLING["MSC"]
    ),
}


def design_of(samples: pd.DataFrame) -> dict[str, np.ndarray]:
    """The design of some samples: one row per patient and a column for each of the days.

    Parameters
    ----------
    samples : DataFrame
        Of one marker, one row per sample, with ``patient_id``, ``treated`` (bool) and ``day``
        (days since enrolment: 0, 3, 6, 14 or 28).

    Returns
    -------
    dict
        ``control`` and ``treated``: arrays of float, shape (patients of the group, 5), with 1
        where a sample was taken and 0 where none was. It can be given to :func:`line_weights`.

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
    days = samples["day"].astype(float)
    other = sorted(set(days) - set(DAYS))
    if other:
        raise ModelError(
            f"found day {other[0]:g}, expected one of {', '.join(f'{d:g}' for d in DAYS)}"
        )
    taken = pd.crosstab(samples["patient_id"], days).reindex(columns=DAYS, fill_value=0)
    treated = samples.groupby("patient_id")["treated"].first().astype(bool)
    treated = treated.reindex(taken.index).to_numpy()
    return {"control": taken.to_numpy(float)[~treated], "treated": taken.to_numpy(float)[treated]}


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
        One of :data:`rescat.DESIGNS` (arm to its number of patients and the probability of each of
        the five days' samples), or from :func:`design_of`. A probability counts as that
        share of a sample: the weights are those of the expected information.
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
    if not (sd_residual > 0 and min(sd_intercept, sd_slope) >= 0 and abs(correlation) <= 1):
        raise ModelError(
            f"sd_residual={sd_residual}, sd_intercept={sd_intercept}, sd_slope={sd_slope}, "
            f"correlation={correlation}: expected SDs of at least 0 (residual above 0)"
        )
    check_choice("of", of, ("slope", "intercept"))
    place = int(of == "slope")
    both = correlation * sd_intercept * sd_slope
    g = np.array([[sd_intercept**2, both], [both, sd_slope**2]])
    z = np.column_stack([np.ones_like(DAYS), DAYS])
    rows = []
    for group, probability, patients in _groups(design):
        a = np.zeros((2, len(DAYS)))
        for p, n in zip(probability, patients, strict=True):
            a += n * _projection(p, z, g, sd_residual)
        information = a @ z
        if np.linalg.det(information) <= 1e-12 * information[0, 0] * information[1, 1]:
            raise ModelError(f"the {group} group is sampled on one day only: it has no slope")
        inverse = np.linalg.inv(information)
        rows.append(
            {
                "group": group,
                **dict(zip(DAYS, inverse[place] @ a, strict=True)),
                "se": np.sqrt(inverse[place, place]),
                "samples": float(patients @ probability.sum(axis=1)),
            }
        )
    return pd.DataFrame(rows).set_index("group")


def _groups(design: dict):
    """Probabilities and numbers of patients of the controls and of the treated."""
    if set(design) == {"control", "treated"}:
        for group, taken in design.items():
            yield group, np.asarray(taken, float), np.ones(len(taken))
        return
    for group, arms in (("control", ("CTRL", "mCTRL")), ("treated", ("MSC",))):
        own = [design[arm] for arm in arms]
        yield group, np.array([p for _, p in own]), np.array([n for n, _ in own], float)


def _projection(probability: np.ndarray, z: np.ndarray, g: np.ndarray, sigma: float) -> np.ndarray:
    """Expected Z'V⁻¹ of one patient, a column for each day, over the samples that may be there."""
    total = np.zeros((2, len(z)))
    for there in product((False, True), repeat=len(z)):
        chance = np.prod(np.where(there, probability, 1 - probability))
        if chance == 0 or not any(there):
            continue
        own = z[list(there)]
        v = own @ g @ own.T + sigma**2 * np.eye(len(own))
        total[:, list(there)] += chance * np.linalg.solve(v, own).T
    return total
