"""Invented trials: samples over time drawn from the random-slope model itself."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..base.errors import ModelError

__all__ = ["simulate_trial"]


def simulate_trial(
    seed,
    *,
    controls: int = 12,
    treated: int = 5,
    days: Sequence[float] = (0, 3, 6, 14, 28),
    kept: float | tuple[float, float] = 0.9,
    level: float | tuple[float, float] = 2.0,
    slope: float | tuple[float, float] = 0.0,
    sd_intercept: float | tuple[float, float] = 0.4,
    sd_slope: float | tuple[float, float] = 0.015,
    correlation: float | tuple[float, float] = 0.0,
    sd_residual: float | tuple[float, float] = 0.25,
) -> pd.DataFrame:
    """Draw one trial with two groups of patients. Nothing in it is data of any patient.

    Parameters
    ----------
    seed : int or numpy.random.Generator
    controls, treated : int
        Patients.
    days : sequence of float
        Planned days of sampling.
    kept : float or (control, treated)
        Probability that a sample after the first day is there. The first day's always is.
    level, slope : float or (control, treated)
        Value at day 0 and its change per day, in the group as a whole.
    sd_intercept, sd_slope, correlation : float or (control, treated)
        Between patients.
    sd_residual : float or (control, treated)
        Around the patient's own line.

    Returns
    -------
    DataFrame
        ``patient_id`` (S01 …, the treated first), ``treated``, ``day``, ``value`` and ``origin``.

    Raises
    ------
    ModelError
        If a probability, a standard deviation or a correlation is out of its range.

    Notes
    -----
    Laird and Ware (1982), Biometrics 38: 963-974: the model that :func:`rescat.fit_slopes` fits.

    Examples
    --------
    >>> import rescat
    >>> print(rescat.simulate_trial(5, slope=(0, 0.02)).head(3).to_string(index=False))
    patient_id  treated  day    value    origin
           S01     True  0.0 1.417246 synthetic
           S01     True  3.0 1.587835 synthetic
           S01     True  6.0 1.421705 synthetic
    """
    pairs = {
        "kept": kept, "level": level, "slope": slope, "sd_intercept": sd_intercept,
        "sd_slope": sd_slope, "correlation": correlation, "sd_residual": sd_residual,
    }  # fmt: skip
    for name, pair in pairs.items():
        if np.size(pair) not in (1, 2):
            raise ModelError(f"{name}={pair}: expected one number, or one for each group")
    by_group = {k: np.broadcast_to(np.asarray(v, float), 2) for k, v in pairs.items()}
    bounds = {"kept": (0, 1), "correlation": (-1, 1)}
    bounds |= {k: (0, np.inf) for k in ("sd_intercept", "sd_slope", "sd_residual")}
    for name, (low, high) in bounds.items():
        if not ((by_group[name] >= low) & (by_group[name] <= high)).all():
            raise ModelError(f"{name}={pairs[name]}: expected {low} to {high}")
    if not (isinstance(controls, int) and isinstance(treated, int)) or min(controls, treated) < 0:
        raise ModelError(f"controls={controls}, treated={treated}: expected numbers of patients")
    if controls + treated == 0 or len(days) == 0:
        raise ModelError("a trial needs a patient and a day")
    rng = np.random.default_rng(seed)
    n, times = controls + treated, np.asarray(days, float)
    label = np.arange(n) < treated
    parameters = {name: pair[label.astype(int)][:, None] for name, pair in by_group.items()}
    # Every number is drawn whether or not it is used: a change of one setting changes no other.
    u, v = rng.standard_normal((2, n, 1))
    noise = rng.standard_normal((n, len(times)))
    sampled = rng.random((n, len(times))) < parameters["kept"]
    sampled[:, 0] = True
    r = parameters["correlation"]
    intercepts = parameters["level"] + parameters["sd_intercept"] * u
    slopes = parameters["slope"] + parameters["sd_slope"] * (r * u + np.sqrt(1 - r**2) * v)
    value = intercepts + slopes * times + parameters["sd_residual"] * noise
    patient, sample = np.nonzero(sampled)
    width = max(2, len(str(n)))
    return pd.DataFrame(
        {
            "patient_id": [f"S{i + 1:0{width}d}" for i in patient],
            "treated": label[patient],
            "day": times[sample],
            "value": value[sampled],
            "origin": "synthetic",
        }
    )
