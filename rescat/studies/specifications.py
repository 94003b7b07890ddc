"""What is written of the multiverse: shares of analyses, and the curve of their differences."""

import numpy as np
import pandas as pd

from .analyses import ALPHA, ROUNDING
from .choices import CHOICES, PRINTED, specifications

__all__ = ["summary"]

_SHOWN = 120  # analyses of a marker in the curve


def summary(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Shares and middles over the twins: what is written of the rows of all cells.

    Parameters
    ----------
    tables : dict of str to DataFrame
        ``multiverse``: the rows of :func:`analyses_of`.

    Returns
    -------
    dict of str to DataFrame
        ``multiverse_choices``: for each marker and each level of each choice (and for all
        analyses), the share of the analyses with P of 0.05 or less, over the twins; and what the
        printed analysis gives if this choice alone is changed. ``multiverse_flips``: how often
        two analyses that differ in one choice alone disagree. ``multiverse_curve``: for each
        marker, some of the analyses on logarithms in the order of their difference.
    """
    rows = tables["multiverse"]
    chosen = pd.DataFrame(specifications(), columns=list(CHOICES))
    rows = rows.dropna(subset="p").assign(found=rows["p"] <= ALPHA + ROUNDING)
    choices, flips, curves = [], [], []
    for marker, own in rows.groupby("marker", sort=False):
        of_spec = chosen.loc[own["spec"]].set_axis(own.index)
        printed = chosen.eq(pd.Series(PRINTED)).all(axis=1)
        for choice, levels in {"all": {"all": ""}, **CHOICES}.items():
            for level in levels:
                part = own if choice == "all" else own[of_spec[choice].eq(level)]
                if choice == "all" or PRINTED[choice] == level:
                    one = printed
                else:
                    one = _nearest(chosen, choice, level)
                choices.append(
                    {"marker": marker, "choice": choice, "level": level}
                    | _shares(part)
                    | _changed(part[part["spec"].isin(chosen.index[one])])
                )
            if choice != "all":
                flips.append({"marker": marker, "choice": choice} | _flips(own, chosen, choice))
        curves.append(_curve(own, chosen).assign(marker=marker))
    curve = pd.concat(curves, ignore_index=True)
    return {
        "multiverse_choices": pd.DataFrame(choices),
        "multiverse_flips": pd.DataFrame(flips),
        "multiverse_curve": curve[["marker", *curve.columns.drop("marker")]],
    }


def _nearest(chosen: pd.DataFrame, choice: str, level: str) -> pd.Series:
    """The analyses with this level that are nearest to the printed one."""
    own = chosen[choice].eq(level)
    apart = chosen.ne(pd.Series(PRINTED)).sum(axis=1)
    return own & apart.eq(apart[own].min())


def _quantiles(values: pd.Series, name: str) -> dict[str, float]:
    low, middle, high = values.quantile([0.1, 0.5, 0.9])
    return {name: middle, f"{name}_low": low, f"{name}_high": high}


def _shares(part: pd.DataFrame) -> dict[str, float]:
    """The share of significant analyses of a twin: its middle and 10 % and 90 % quantiles."""
    share = part.groupby("twin")["found"].mean()
    counts = {"twins": part["twin"].nunique(), "analyses": part["spec"].nunique()}
    return {**counts, **_quantiles(share, "share")}


def _changed(part: pd.DataFrame) -> dict[str, float]:
    """What one change gives over the twins: P, how often it is 0.05 or less, and the change."""
    per_twin = part.groupby("twin").agg(p=("p", "median"), change=("change", "median"))
    found = float((per_twin["p"] <= ALPHA + ROUNDING).mean())
    return {**_quantiles(per_twin["p"], "p"), "found": found, "change": per_twin["change"].median()}


def _flips(own: pd.DataFrame, chosen: pd.DataFrame, choice: str) -> dict[str, float]:
    """Of all pairs of analyses that differ in one choice alone, the share that disagrees."""
    rest = chosen.groupby(list(chosen.columns.drop(choice)), sort=False).ngroup()
    of = own.assign(rest=rest.loc[own["spec"]].to_numpy()).groupby(["twin", "rest"])["found"]
    n, k = of.size(), of.sum()
    pairs, apart = (n * (n - 1) / 2).groupby("twin").sum(), (k * (n - k)).groupby("twin").sum()
    return {"pairs": int(pairs.max()), **_quantiles(apart / pairs, "flipped")}


def _curve(own: pd.DataFrame, chosen: pd.DataFrame) -> pd.DataFrame:
    """Analyses in the order of their difference, evenly of all of them: middles over the twins."""
    own = own.dropna(subset="change")
    middle = own.groupby("spec")[["change", "low", "high", "p"]].median()
    middle["found"] = own.groupby("spec")["found"].mean()
    middle = middle.sort_values("change", kind="stable")
    of_all = np.unique(np.linspace(0, len(middle) - 1, _SHOWN).round().astype(int))
    shown = middle.iloc[of_all].assign(place=of_all + 1, of=len(middle))
    return pd.concat([shown, chosen.loc[shown.index]], axis=1).reset_index(drop=True)
