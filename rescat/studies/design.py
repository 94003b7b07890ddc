"""Design a trial of one's own: what it could show, by trials drawn from its settings."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from ..base.errors import ModelError
from ..data.trial_facts import DAYS
from ..slopes.assignments import smallest_p_of_all
from . import analyses
from .analyses import ALPHA
from .operating import performance
from .trials import Trials

__all__ = ["TrialDesign", "design"]

_LARGEST = 100_000  # patients in an arm: beyond it a search for a size ends


@dataclass(frozen=True)
class TrialDesign:
    """What a design could show.

    Attributes
    ----------
    settings : dict
        As :func:`rescat.design` was told.
    performance : DataFrame
        A row for each test: ``rate`` (the power; with no true difference, the false positives),
        ``coverage`` of the 95 % confidence interval, and of the significant trials ``wrong_sign``
        (type S) and ``exaggeration`` (type M), each with the Monte Carlo error; ``trials`` and
        ``failed`` (no P value).
    se : float
        Standard deviation of the estimated difference over the drawn trials, per day.
    smallest_p : float
        The least P value that a test of all ways to allocate the patients can give, whatever the
        values.
    """

    settings: dict
    performance: pd.DataFrame
    se: float
    smallest_p: float

    def sizes(self, power: float = 0.8) -> tuple[int, int]:
        """About how many patients give this power, in the same ratio: (control, treated).

        Parameters
        ----------
        power : float
            Above 0.05, below 1.

        Returns
        -------
        tuple of int

        Raises
        ------
        ModelError
            If the power is out of its range, there is no true difference, or 100,000 patients in
            an arm would not be enough.

        Notes
        -----
        As :meth:`curve`. Draw trials of that size to be sure.

        Examples
        --------
        >>> import rescat
        >>> rescat.design(10, 10, difference=0.02, trials=400).sizes()
        (14, 14)
        """
        if not ALPHA < power < 1:
            raise ModelError(f"power: found {power}, expected a number above {ALPHA} and below 1")
        if not self.settings["difference"]:
            raise ModelError("There is no true difference: no number of patients finds it.")
        arms = np.array([self.settings["controls"], self.settings["treated"]])
        factors = np.geomspace(2 / arms.min(), _LARGEST / arms.max(), 20_000)
        enough = self._power(factors) >= power
        if not enough.any():
            raise ModelError(f"{_LARGEST:,} patients in an arm would not give a power of {power}.")
        controls, treated = np.ceil(factors[enough.argmax()] * arms - 1e-9).astype(int)
        return int(controls), int(treated)

    def curve(self, most: int = 100) -> pd.DataFrame:
        """About the power of trials with other numbers of patients, in the same ratio.

        Parameters
        ----------
        most : int
            Patients of the largest trial.

        Returns
        -------
        DataFrame
            ``patients`` (of both groups), ``power`` and ``origin``.

        Notes
        -----
        The standard error is taken to shrink with the square root of the patients, and t to have
        two degrees of freedom less than there are patients.

        Examples
        --------
        >>> import rescat
        >>> made = rescat.design(10, 10, difference=0.02, trials=400)
        >>> made.curve().query("patients in (20, 40)")["power"].round(2).tolist()
        [0.64, 0.92]
        """
        arms = self.settings["controls"], self.settings["treated"]
        least = int(np.ceil(2 * sum(arms) / min(arms)))
        patients = np.arange(least, max(most, sum(arms), least + 1) + 1)
        power = self._power(patients / sum(arms))
        return pd.DataFrame({"patients": patients, "power": power, "origin": "synthetic"})

    def _power(self, factors: np.ndarray) -> np.ndarray:
        """With so many times the patients: the noncentral t distribution."""
        df = factors * (self.settings["controls"] + self.settings["treated"]) - 2
        shift = abs(self.settings["difference"]) * np.sqrt(factors) / self.se
        limit = stats.t.isf(ALPHA / 2, df)
        return stats.nct.sf(limit, df, shift) + stats.nct.cdf(-limit, df, shift)


def design(
    treated: int = 5,
    controls: int = 12,
    *,
    difference: float,
    days: Sequence[float] = tuple(DAYS),
    sd_intercept: float | tuple[float, float] = 0.4,
    sd_slope: float | tuple[float, float] = 0.015,
    sd_residual: float | tuple[float, float] = 0.25,
    kept: float | tuple[float, float] = 1.0,
    left: float | tuple[float, float] = 0.0,
    trials: int = 2000,
    seed: int = 1,
) -> TrialDesign:
    """What a trial of one's own could show: power, type S and M, and the smallest P.

    Parameters
    ----------
    treated, controls : int
        Patients, allocated at random.
    difference : float
        True difference of the mean slopes, treated less control, per day, on the scale of the
        values (log10, say). Take it from outside: from other trials, or what would matter.
    days : sequence of float
        Planned days of sampling, ascending, from 0.
    sd_intercept, sd_slope, sd_residual : float or (control, treated)
        Between patients at day 0, between the slopes of patients per day, and around the line of
        a patient.
    kept : float or (control, treated)
        Share of the samples taken, of patients who are still there; all of day 0 are.
    left : float or (control, treated)
        Share of the patients who have left by the last day, at a constant rate.
    trials : int
        How many are drawn.
    seed : int

    Returns
    -------
    TrialDesign

    Raises
    ------
    ModelError
        If a setting is out of its range.

    See Also
    --------
    rescat.simulate_trial : one trial, as a table.

    Notes
    -----
    The tests are those of :func:`rescat.slope_tests` which need no resampling. Type S and M:
    Gelman and Carlin (2014), Perspectives on Psychological Science 9: 641-651.

    Examples
    --------
    >>> import rescat
    >>> made = rescat.design(5, 12, difference=0.02, trials=400)
    >>> made.performance.loc["satterthwaite", "rate"].round(2), round(made.smallest_p, 5)
    (np.float64(0.51), 0.00016)
    """
    settings = {
        "treated": treated, "controls": controls, "difference": difference, "days": list(days),
        "sd_intercept": sd_intercept, "sd_slope": sd_slope, "sd_residual": sd_residual,
        "kept": kept, "left": left, "trials": trials, "seed": seed,
    }  # fmt: skip
    _checked(settings)
    drawn = _drawn(settings)
    statistics, unit = drawn.scaled()
    fits = analyses.fits_of(statistics, drawn.label)
    pooled = analyses.pooled(fits, unit)
    found = {
        "satterthwaite": pooled["satterthwaite"],
        "wald": pooled["wald"],
        "by_group": analyses.by_group(statistics, drawn.label, unit),
        "welch": analyses.welch(drawn.own_slopes(), drawn.label),
    }
    rows = {name: performance(one, difference) for name, one in found.items()}
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("test")
    return TrialDesign(
        settings,
        table.assign(origin="synthetic"),
        float(np.nanstd(pooled["satterthwaite"].estimate, ddof=1)),
        smallest_p_of_all(treated, controls),
    )


def _pair(value) -> np.ndarray:
    """(control, treated) of one number or two."""
    return np.broadcast_to(np.asarray(value, float), 2)


def _checked(settings: dict) -> None:
    for name in ("treated", "controls", "trials"):
        if not isinstance(settings[name], int | np.integer) or settings[name] < 2:
            raise ModelError(f"{name}: found {settings[name]!r}, expected a whole number from 2")
    days = np.asarray(settings["days"], float)
    if len(days) < 2 or days[0] != 0 or not (np.diff(days) > 0).all():
        raise ModelError(f"days: found {settings['days']}, expected 0 and later days, ascending")
    if not np.isfinite(settings["difference"]):
        raise ModelError(f"difference: found {settings['difference']}, expected a number")
    ranges = {"sd_intercept": np.inf, "sd_slope": np.inf, "sd_residual": np.inf} | dict.fromkeys(
        ("kept", "left"), 1
    )
    for name, most in ranges.items():
        if np.size(settings[name]) not in (1, 2):
            raise ModelError(f"{name}: found {settings[name]!r}, expected one number or two")
        value = _pair(settings[name])
        if not ((value >= 0) & (value <= most) & np.isfinite(value)).all():
            upper = "" if most == np.inf else f" to {most}"
            raise ModelError(f"{name}: found {settings[name]}, expected 0{upper or ' or more'}")
    if not _pair(settings["sd_residual"]).all():
        raise ModelError("sd_residual: found 0, expected more than 0")


def _drawn(settings: dict) -> Trials:
    """Trials with these settings, treated patients first."""
    days = np.asarray(settings["days"], float)
    label = np.repeat([1, 0], [settings["treated"], settings["controls"]]).astype(np.int8)
    shape = (settings["trials"], len(label))
    rng = np.random.default_rng(settings["seed"])

    def of(name):
        return _pair(settings[name])[label]

    level = of("sd_intercept") * rng.standard_normal(shape)
    slope = settings["difference"] * label + of("sd_slope") * rng.standard_normal(shape)
    noise = of("sd_residual")[:, None] * rng.standard_normal((*shape, len(days)))
    value = level[:, :, None] + slope[:, :, None] * days + noise
    kept = rng.random((*shape, len(days))) < of("kept")[:, None]
    # At a constant rate, nobody is left by a day with probability (1 - left) ** (day / last day).
    stays = rng.random(shape)[:, :, None] < (1 - of("left"))[:, None] ** (days / days[-1])
    taken = kept & stays
    taken[:, :, 0] = True
    return Trials(days, value, taken, label)
