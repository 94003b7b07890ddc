"""Estimates, standard errors and tests of any combination of the fixed effects."""

import numpy as np
import pandas as pd
from scipy import stats

from .blocks import Block, parts_of
from .kenward_roger import kenward_roger
from .trajectories import Trajectories

# Below this many degrees of freedom a standard error says nothing.
_LEAST_DF = 1.0
# Less curvature of the criterion than this is none.
_FLAT = 1e-12


def contrast_table(
    data: Trajectories,
    blocks: tuple[Block, ...],
    weights: np.ndarray,
    names: list[str],
    *,
    random: str,
    method: str,
    df_method: str,
    level: float,
) -> pd.DataFrame:
    """Some combinations of the intercepts (at time zero) and slopes of the groups.

    Parameters
    ----------
    data : Trajectories
    blocks : tuple of Block
        From the fit: one, or one for each group.
    weights : array, shape (contrasts, 2 * groups)
        Of (intercept, slope) of the controls and of the treated group.
    names : list of str
        One for each row.
    random, method, df_method, level
        As the fit had them.

    Returns
    -------
    DataFrame
        Columns estimate, se, df, statistic, p_value, ci_low, ci_high.
    """
    lines = np.concatenate([b.lines for b in blocks])
    covariances = np.concatenate([b.covariance_of_lines for b in blocks])
    by_group = weights.reshape(len(weights), data.groups, 2)
    variance = np.einsum("kgi,gij,kgj->kg", by_group, covariances, by_group)
    total = variance.sum(axis=1)
    se = np.sqrt(np.where(total > 0, total, np.nan))
    if df_method == "wald":
        df = np.full(len(weights), np.inf)
    elif df_method == "kenward_roger":
        se, df = kenward_roger(data, blocks, random, weights)
    elif len(blocks) == 1:
        df = satterthwaite(data, blocks[0], by_group, random, method)
    else:  # Welch and Satterthwaite: variances of separate fits add up
        parts = [
            satterthwaite(part, block, by_group[:, [k]], random, method)
            for k, (part, _, block) in enumerate(parts_of(data, blocks))
        ]
        terms = np.where(variance > 0, variance**2 / np.column_stack(parts), 0.0)
        df = total**2 / terms.sum(axis=1)
    table = pd.DataFrame({"estimate": weights @ lines.ravel(), "se": se, "df": df}, index=names)
    return with_inference(table, "estimate", level)


def with_inference(table: pd.DataFrame, estimate: str, level: float) -> pd.DataFrame:
    """Add the statistic, its two-sided P value and interval to estimates with se and df."""
    columns = {name: table[name].to_numpy() for name in table}  # one frame, made once
    value, se, df = columns[estimate], columns["se"], columns["df"]
    df = np.where(df >= _LEAST_DF, df, np.nan)
    statistic = value / se
    reach = stats.t.ppf(0.5 + level / 2, df) * se
    columns |= {
        "df": df,
        "statistic": statistic,
        "p_value": 2 * stats.t.sf(np.abs(statistic), df),
        "ci_low": value - reach,
        "ci_high": value + reach,
    }
    return pd.DataFrame(columns, index=table.index)


def satterthwaite(
    data: Trajectories, block: Block, weights: np.ndarray, random: str, method: str
) -> np.ndarray:
    """Degrees of freedom of combinations of the lines of one block.

    Parameters
    ----------
    data : Trajectories
        The patients of the block.
    block : Block
    weights : array, shape (contrasts, groups, 2)
        Of intercept (at time zero) and slope of each group, in the units of the data.
    random, method : str

    Returns
    -------
    array, shape (contrasts,)
        2v² / var(v) for the variance v of each; NaN where the criterion is not curved.

    Notes
    -----
    var(v) follows from the derivatives of v by Λ and σ and from the Hessian of the criterion in
    them, as in lmerTest (Kuznetsova, Brockhoff and Christensen 2017, Journal of Statistical
    Software 82(13)). :mod:`rescat.slopes.reml` has the same for slopes, compiled.
    """
    from . import reml

    at = reml.curvature(
        data.statistics(random != "uncorrelated"),
        data.label,
        block.relative,
        random=random,
        reml=method == "REML",
    )
    back = np.array([[1.0, -block.centre / block.scale], [0.0, 1.0 / block.scale]])
    scaled = weights @ back
    moved = np.einsum("gij,kgj->kgi", at.c[: data.groups], scaled)
    variance = at.sigma2 * np.einsum("kgi,kgi->k", scaled, moved)
    by_g = at.sigma2 * np.einsum("kgi,geij,kgj->ke", moved, at.php[: data.groups], moved)
    by_lambda, by_sigma = by_g @ at.jacobian, 2 * variance / np.sqrt(at.sigma2)
    cross = -2 * at.d_rss @ at.jacobian / at.sigma2**1.5
    by_sigma_twice = 4 * at.nu / at.sigma2
    size = {"slope": [0, 1, 2], "uncorrelated": [0, 2], "intercept": [0]}[random]
    free = [h for h in size if at.hessian[h, h] > _FLAT]
    right = (by_lambda - np.outer(by_sigma, cross) / by_sigma_twice)[:, free]
    unit = np.sqrt(np.diag(at.hessian)[free])
    hessian = at.hessian[np.ix_(free, free)] / np.outer(unit, unit)
    if len(free) and not np.linalg.eigvalsh(hessian)[0] > _FLAT:
        return np.full(len(weights), np.nan)
    solved = np.linalg.solve(hessian, (right / unit).T).T / unit if free else right
    with np.errstate(divide="ignore", invalid="ignore"):
        return variance**2 / ((right * solved).sum(axis=1) + by_sigma**2 / by_sigma_twice)
