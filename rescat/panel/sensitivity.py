"""How far the difference of the slopes depends on who is analysed, and on how time is counted."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from ..base.door import from_extra
from ..base.errors import ModelError
from ..slopes.fit import fit_slopes
from ..slopes.permutation import permutation_test
from ..slopes.result import SlopeFit

__all__ = ["SENSITIVITY", "sensitivity"]

# The analyses of :func:`sensitivity`, with the question that each answers.
SENSITIVITY = {
    "all_patients": "All patients, time in days",
    "without_il6_blocker": "Without patients who had an IL-6 blocker",
    "without_other_source": "Without treated patients whose cells came from the rarer source",
    "randomised_only": "Randomised patients only: MSC v CTRL",
    "matched_only": "Historical controls only: MSC v mCTRL",
    "control_arms": "Do the two kinds of controls differ? CTRL v mCTRL",
    "visits": "Time as visits 0, 1, 2, 3, 4 in place of days",
    "spline": "Time as a curve: does it differ between the groups at all?",
}
IL6_BLOCKERS = ("tocilizumab", "sarilumab", "siltuximab")
VISITS = (0, 3, 6, 14, 28)
# With so few patients in a group Satterthwaite's P value is not shown without an exact one.
FEW = 2


class _NotApplicable(Exception):
    """Why an analysis cannot be done with these patients."""


@dataclass(frozen=True)
class _Subset:
    """What one analysis is fitted to."""

    samples: pd.DataFrame
    note: str = ""
    group: str = "treated"
    time: str = "day"


def sensitivity(
    samples: pd.DataFrame,
    patients: pd.DataFrame,
    *,
    fit: SlopeFit | None = None,
    spline_df: int = 2,
    **options,
) -> pd.DataFrame:
    """The difference of the slopes under other choices of patients, controls and time.

    Parameters
    ----------
    samples : DataFrame
        Of one marker, one row per sample, with ``patient_id``, ``arm``, ``treated``, ``day`` (of
        days 0, 3, 6, 14 and 28 for the analysis ``visits``), ``origin``, and ``value`` on the scale
        of the model.
    patients : DataFrame
        One row per patient, with ``patient_id``, ``therapy`` and ``msc_source``: see
        :func:`rescat.patients_of`.
    fit : SlopeFit, optional
        The model of all samples with the same options, if it was fitted already.
    spline_df : int
        Columns of the natural cubic spline: 2 has one knot between the first and the last day.
    **options
        Of :func:`rescat.fit_slopes`.

    Returns
    -------
    DataFrame, one row for each of :data:`rescat.SENSITIVITY`
        ``key``, ``analysis``, ``controls`` and ``treated`` (patients; for ``control_arms`` mCTRL
        and CTRL), ``difference`` with ``ci_low`` and ``ci_high``, ``df``, ``p_value``,
        ``exact_p``, ``note`` and ``origin``. The difference is per day, but per visit in
        ``visits``; the spline has a P value only. ``exact_p`` is that of
        :func:`rescat.permutation_test`, for straight lines with two patients or fewer in a group;
        it is missing elsewhere. Where an analysis cannot be done, its figures are missing and the
        note says why.

    Raises
    ------
    ModelError
        If a patient of the samples is not in the table of patients, or the samples as a whole
        cannot be modelled.

    Notes
    -----
    The straight lines are those of :func:`rescat.fit_slopes`, whose intervals and P values rest on
    approximate degrees of freedom. Beside two patients they are not to be trusted alone. There
    ``exact_p`` compares the t of every way to choose who belongs to the smaller group. The note
    says how many ways there are and the smallest P that any values could have given. For
    randomised patients it is exact if every choice was equally probable; for others that is an
    assumption. The curves are natural cubic splines
    with a random intercept and slope, fitted by maximum likelihood with statsmodels. The ratio of
    their likelihoods, with and without a difference over time, is compared with chi-squared
    (Wilks 1938, Annals of Mathematical Statistics 9: 60-62). That holds for many patients; with
    few the P value is too small.

    Examples
    --------
    A spline of five columns needs six days of sampling: that one analysis is not done.

    >>> import rescat
    >>> twin = rescat.load_biomarkers("data")
    >>> nfl = rescat.to_scale(rescat.one_marker(twin, "NFL"))
    >>> table = rescat.sensitivity(nfl, rescat.patients_of(twin), spline_df=5)
    >>> few = table[table["key"].isin(["all_patients", "randomised_only", "matched_only"])]
    >>> columns = ["key", "controls", "treated", "difference", "p_value", "exact_p"]
    >>> print(few[columns].round(3).to_string())
                   key  controls  treated  difference  p_value  exact_p
    0     all_patients        12        5      -0.027    0.012      NaN
    3  randomised_only         2        5      -0.017    0.119    0.143
    4     matched_only        10        5      -0.038    0.006      NaN
    >>> table["note"].iloc[-1]
    'not done: a curve needs 6 days, and there are 5'
    """
    strangers = sorted(set(samples["patient_id"]) - set(patients["patient_id"]))
    if strangers:
        raise ModelError(
            f"patient {', '.join(map(str, strangers))} has samples but is not in the table of "
            "patients: give the patients.csv that belongs to these samples"
        )
    rows = []
    for key, analysis in SENSITIVITY.items():
        row = {"key": key, "analysis": analysis}
        try:
            subset = _SUBSETS[key](samples, patients)
            row |= _counts(subset)
            if key == "spline":
                fitted = _curves(subset, spline_df)
            elif key == "all_patients" and fit is not None:
                fitted = _difference(fit)
            else:
                fitted = _difference(_line(subset, options))
            exact = {} if key == "spline" else _exactly(subset, row, options)
            notes = [n for n in (subset.note, fitted.pop("note"), exact.pop("note", "")) if n]
            row |= exact
            row |= {**fitted, "note": "; ".join(notes)}
        except (_NotApplicable, ModelError) as reason:
            if key == "all_patients":
                raise
            row["note"] = f"not done: {reason}"
        rows.append(row)
    columns = ["key", "analysis", "controls", "treated", "difference", "ci_low", "ci_high", "df"]
    table = pd.DataFrame(rows).reindex(columns=[*columns, "p_value", "exact_p", "note"])
    table[["controls", "treated"]] = table[["controls", "treated"]].astype("Int64")
    return table.assign(origin=samples["origin"].iloc[0]) if "origin" in samples else table


def _counts(subset: _Subset) -> dict[str, int]:
    of = subset.samples.groupby(subset.group)["patient_id"].nunique()
    return {"controls": int(of.get(False, 0)), "treated": int(of.get(True, 0))}


def _line(subset: _Subset, options: dict) -> SlopeFit:
    return fit_slopes(subset.samples, group=subset.group, time=subset.time, **options)


def _exactly(subset: _Subset, counts: dict, options: dict) -> dict[str, object]:
    """The exact P value where a group has few patients, and what it can be at least."""
    if min(counts["controls"], counts["treated"]) > FEW:
        return {}
    kept = {name: options[name] for name in ("random", "duplicates") if name in options}
    test = permutation_test(
        subset.samples, group=subset.group, time=subset.time, progress=False, **kept
    )
    note = f"{test.n_permutations} assignments, smallest exact P = {test.smallest_p:.3f}"
    return {"exact_p": test.p_value, "note": note}


def _difference(fit: SlopeFit) -> dict[str, object]:
    """The difference of two straight lines, with what is wrong with the fit."""
    row = fit.table.loc["difference"]
    trouble = ["singular fit"] * fit.singular + ["no minimum was found"] * (not fit.converged)
    row = row.rename({"slope": "difference"})
    kept = row[["difference", "ci_low", "ci_high", "df", "p_value"]].to_dict()
    return {**kept, "note": "; ".join(trouble)}


def _curves(subset: _Subset, spline_df: int) -> dict[str, object]:
    """Likelihood-ratio test of every term by which the curves of the groups differ over time.

    Natural cubic splines with a random intercept and slope, by statsmodels and ML. Chi-squared
    needs many patients: with few it gives P values that are too small.
    """
    own = subset.samples.dropna(subset="value")
    days = own["day"].nunique()
    if days < spline_df + 1:
        raise _NotApplicable(f"a curve needs {spline_df + 1} days, and there are {days}")
    scaled = own.assign(
        time=own["day"].astype(float) / max(own["day"].max(), 1),
        value=(own["value"] - own["value"].mean()) / own["value"].std(),
        treated=own["treated"].astype(int),
    )
    curve = f"cr(time, df={spline_df}, constraints='center')"
    small, said = _by_likelihood(f"value ~ {curve} + treated", scaled)
    full, more = _by_likelihood(f"value ~ {curve} * treated", scaled)
    ratio = 2 * (full.llf - small.llf)
    df = len(full.fe_params) - len(small.fe_params)
    notes = [f"likelihood ratio {ratio:.2f} on {df} degrees of freedom", *said, *more]
    usable = full.converged and small.converged and ratio > -1e-6
    if not usable:
        notes.append("statsmodels found no maximum, so there is no P value")
    p = float(stats.chi2.sf(max(ratio, 0.0), df)) if usable else np.nan
    return {"df": float(df), "p_value": p, "note": "; ".join(dict.fromkeys(notes))}


# Two optimisers whose logarithms of the likelihood are this close have found one maximum.
_ALIKE = 1e-6


def _by_likelihood(formula: str, scaled: pd.DataFrame):
    """The best of two optimisers' fits, or of three if they differ, and what was said of it."""
    smf = from_extra("statsmodels.formula.api", "The fit of a curve")

    fits, broken = [], []
    for optimiser in ("lbfgs", "bfgs", "powell"):
        if len(fits) == 2 and all(f[0] for f in fits) and abs(fits[0][1] - fits[1][1]) < _ALIKE:
            break
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            model = smf.mixedlm(formula, scaled, groups="patient_id", re_formula="~time")
            try:
                fit = model.fit(reml=False, method=[optimiser])
            except np.linalg.LinAlgError as error:
                broken.append(f"{optimiser}: {error}")
                continue
        said = [" ".join(str(w.message).split()) for w in caught]
        fits.append((fit.converged, fit.llf, fit, said))
    if not fits:
        raise ModelError(f"statsmodels has no fit of the curve ({'; '.join(broken)})")
    best = max(fits, key=lambda f: f[:2])
    return best[2], [f"statsmodels: {s}" for s in dict.fromkeys(best[3])]


def _everybody(samples: pd.DataFrame, patients: pd.DataFrame) -> _Subset:
    return _Subset(samples)


def _of_samples(samples: pd.DataFrame, patients: pd.DataFrame) -> pd.DataFrame:
    return patients[patients["patient_id"].isin(samples["patient_id"])]


def _left_out(samples: pd.DataFrame, who: pd.Series, note: str = "") -> _Subset:
    named = f"without {', '.join(map(str, who))}"
    rest = samples[~samples["patient_id"].isin(who)]
    return _Subset(rest, f"{named}; {note}" if note else named)


def _without_il6_blocker(samples: pd.DataFrame, patients: pd.DataFrame) -> _Subset:
    own = _of_samples(samples, patients)
    therapy = own["therapy"].astype("string").str.lower()
    blocked = therapy.str.contains("|".join(IL6_BLOCKERS)).fillna(False).astype(bool)
    unknown = int((therapy.isna() | therapy.eq("not reported")).sum())
    known = f"therapy of {unknown} patients not reported" if unknown else ""
    if not blocked.any():
        reason = f"column therapy names none of {', '.join(IL6_BLOCKERS)}"
        raise _NotApplicable(f"{reason}; {known}" if known else reason)
    return _left_out(samples, own.loc[blocked, "patient_id"], known)


def _without_other_source(samples: pd.DataFrame, patients: pd.DataFrame) -> _Subset:
    own = _of_samples(samples, patients)
    own = own[own["arm"].eq("MSC") & own["msc_source"].isin(["AT", "UC"])]
    counts = own["msc_source"].value_counts()
    if len(counts) < 2:
        raise _NotApplicable("column msc_source does not name two sources")
    if counts.iloc[0] == counts.iloc[1]:
        raise _NotApplicable(f"both sources have {counts.iloc[0]} patients: neither is the rarer")
    rarer = own["msc_source"].eq(counts.index[-1])
    return _left_out(samples, own.loc[rarer, "patient_id"], f"cells: {counts.index[-1]}")


def _arms(first: str, second: str) -> Callable[[pd.DataFrame, pd.DataFrame], _Subset]:
    def subset(samples: pd.DataFrame, patients: pd.DataFrame) -> _Subset:
        own = samples[samples["arm"].isin([first, second])]
        absent = [arm for arm in (first, second) if arm not in set(own["arm"])]
        if absent:
            raise _NotApplicable(f"there is no sample of {' and '.join(absent)}")
        return _Subset(own.assign(first_arm=own["arm"].eq(first)), group="first_arm")

    return subset


def _visits(samples: pd.DataFrame, patients: pd.DataFrame) -> _Subset:
    other = sorted(set(samples["day"]) - set(VISITS))
    if other:
        raise _NotApplicable(
            f"found day {other[0]:g}, and the visits are on days {', '.join(map(str, VISITS))}"
        )
    number = samples["day"].map({day: i for i, day in enumerate(VISITS)}).astype(float)
    return _Subset(samples.assign(visit=number), "per visit", time="visit")


_SUBSETS = {
    "all_patients": _everybody,
    "without_il6_blocker": _without_il6_blocker,
    "without_other_source": _without_other_source,
    "randomised_only": _arms("MSC", "CTRL"),
    "matched_only": _arms("MSC", "mCTRL"),
    "control_arms": _arms("CTRL", "mCTRL"),
    "visits": _visits,
    "spline": _everybody,
}
