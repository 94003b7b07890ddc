"""One trial as the random-slope engine takes it, and its fit."""

from dataclasses import dataclass

import numpy as np

from ..base.errors import ModelError
from .trajectories import GROUPS, Trajectories

STARTS = ((1.0, 0.0, 1.0), (0.3, 0.0, 0.3), (3.0, 0.0, 3.0), (10.0, 0.0, 1.0), (1.0, -0.5, 0.3))


@dataclass(frozen=True)
class Block:
    """One set of variance parameters, with the lines of the groups that share it.

    Attributes
    ----------
    lines : array, shape (groups, 2)
        Intercept (at time 0) and slope.
    covariance_of_lines : array, shape (groups, 2, 2)
    covariance : array, shape (2, 2)
        Of the patients' intercepts and slopes.
    sigma : float
        Residual standard deviation.
    criterion : float
        -2 log likelihood, restricted or full, as lme4 gives it.
    df : array, shape (3,)
        Satterthwaite's, of the slope of the control, of the treated and of the difference; NaN for
        what the block does not have.
    singular, converged : bool
    relative : array, shape (3,)
        (a, l, c) of the scaled fit: where a fit of similar data may start.
    centre, scale : float
        What was taken off time, and by what it was divided, in the scaled fit.
    """

    lines: np.ndarray
    covariance_of_lines: np.ndarray
    covariance: np.ndarray
    sigma: float
    criterion: float
    df: np.ndarray
    singular: bool
    converged: bool
    relative: np.ndarray
    centre: float
    scale: float

    @property
    def factor(self) -> np.ndarray:
        """Square root of the covariance of intercept and slope, on the scaled time."""
        a, l, c = self.relative  # noqa: E741
        return self.sigma * np.array([[a, 0.0], [l, c]])


def parts_of(
    data: Trajectories, blocks: tuple[Block, ...]
) -> list[tuple[Trajectories, np.ndarray, Block]]:
    """Who shares one set of variances: the samples, which patients they are of, and the block."""
    if len(blocks) == 1:
        return [(data, np.ones(len(data.patients), bool), blocks[0])]
    members = [data.label == k for k in range(2)]
    return [(data.only(rows), rows, block) for rows, block in zip(members, blocks, strict=True)]


def fit_block(
    data: Trajectories, random: str = "slope", method: str = "REML", common_slope: bool = False
) -> Block:
    """Fit one set of variances to all of some patients."""
    from . import reml  # numba takes half a second to load: not before the first fit

    if data.spread == 0:
        raise ModelError(
            "in one of the groups every value is the same: no variance of its own can be estimated"
        )
    centred = random != "uncorrelated"
    fits = reml.many(
        data.statistics(centred),
        data.label,
        random=random,
        reml=method == "REML",
        held="difference" if common_slope else None,
        starts=STARTS,
        threads=1,
    )
    if reml.column(fits, "status")[0] == reml.NOT_ESTIMABLE:
        raise ModelError(
            "a line cannot be estimated in one of the groups: all its samples are at one time. "
            "Look at the samples of each group"
        )
    if reml.column(fits, "sigma2")[0] < 1e-12:  # of values with variance 1
        raise ModelError(
            "each patient's samples lie exactly on a line (the residual standard deviation is "
            "below a millionth of that of the values), so that no scatter is left from which a "
            "standard error could be computed. Is the column of values a computed one?"
        )
    return block_of(data, fits[0], random, method, common_slope)


def block_of(
    data: Trajectories, fit: np.ndarray, random: str, method: str, common_slope: bool = False
) -> Block:
    """A fit of the scaled values and times, in the units of the data."""
    from . import reml

    value = dict(zip(reml.COLUMNS, fit, strict=True))
    centre = data.centre * (random != "uncorrelated")
    back = np.array([[1.0, -centre / data.scale], [0.0, 1.0 / data.scale]])
    lines, covariances = [], []
    for group in GROUPS[: data.groups]:
        line = np.array([value[f"intercept_{group}"], value[f"slope_{group}"]])
        vii, vis, vss = (value[f"{v}_{group}"] for v in ("vii", "vis", "vss"))
        lines.append(data.spread * back @ line + [data.location, 0.0])
        covariances.append(data.spread**2 * back @ np.array([[vii, vis], [vis, vss]]) @ back.T)
    factor = np.array([[value["a"], 0.0], [value["l"], value["c"]]])
    sigma = np.sqrt(value["sigma2"]) * data.spread
    n = len(data.value)
    fixed = data.groups * 2 - common_slope
    shift = 2 * (n - fixed if method == "REML" else n) * np.log(data.spread)
    if method == "REML":
        shift += 2 * (1 if common_slope else data.groups) * np.log(data.scale)
    return Block(
        lines=np.array(lines),
        covariance_of_lines=np.array(covariances),
        covariance=sigma**2 * back @ factor @ factor.T @ back.T,
        sigma=sigma,
        criterion=value["criterion"] + shift,
        df=np.array([value["df_control"], value["df_treated"], value["df_difference"]]),
        singular=bool(reml.singular(fit, random)),
        converged=value["status"] == reml.OK,
        relative=fit[:3].copy(),
        centre=centre,
        scale=data.scale,
    )


def starts_near(relative: np.ndarray) -> tuple:
    """Starts near a known minimum, but not at zero, where a search could stick; and elsewhere."""
    start = relative.copy()
    start[[0, 2]] = np.maximum(np.abs(start[[0, 2]]), 0.2)
    return start, (1.0, 0.0, 1.0)


def square_root(covariance: np.ndarray) -> np.ndarray:
    """(a, l, c) of a covariance of two, which may be singular."""
    a = np.sqrt(max(covariance[0, 0], 0.0))
    l = covariance[1, 0] / a if a > 0 else 0.0  # noqa: E741
    return np.array([a, l, np.sqrt(max(covariance[1, 1] - l * l, 0.0))])


def check_size(data: Trajectories, random: str, whole: bool) -> None:
    """Refuse samples that are too few for the random effects, as lme4 does."""
    effects = 1 if random == "intercept" else 2
    n, patients = len(data.value), len(data.patients)
    if n <= effects * patients:
        of = "" if whole else " of a group"
        raise ModelError(
            f"{n} samples of {patients} patients{of}: a model with {effects} random effect"
            f"{'s' * (effects > 1)} for each patient needs more than {effects * patients}. "
            + (
                "Give random='intercept', or more samples"
                if effects == 2
                else "More samples are needed"
            )
        )
