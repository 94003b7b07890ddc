# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   language_info:
#     name: python
#   rescat:
#     answer: >-
#       **How strong is the evidence?** Taken by itself, NFL is hard to explain by chance. Doubt about the controls
#       weighs more: matched controls who rise {glue:text}`nfl_near` per day faster than randomised
#       ones, {glue:text}`nfl_part` of a rate seen in ventilated patients, bring zero into the
#       interval. For IL1RA it takes {glue:text}`il1ra_near`. In typical trials, results with such *P*
#       values are {glue:text}`exaggeration` times too large. **How sure:** arithmetic; priors are ours.
#       **What would change it:** the slopes of both kinds of controls.
#     objectives:
#       - >-
#         say how large a bias of chosen controls explains a difference, and which bias brings
#         zero into its interval
#       - >-
#         read a {term}`probabilistic bias analysis`, and tell what in it was assumed
#       - >-
#         compute how sceptical one may be before a result no longer convinces
#       - >-
#         say what a {term}`prior` does to an estimate, and where a prior can come from
#     before: '[multiplicity](09_multiplicity)'
#     needs: only the paper
#     estimand: >-
#       Ten of the twelve controls were not randomised, so that a difference in slopes is an
#       {term}`association`. This chapter asks how much of it a treatment can have made, if the
#       matched controls changed by themselves.
#     ledger: none
# ---

# %% [markdown]
# # Strength of evidence: how much should these results move you?

# %% [markdown] tags=["audit"]
# {{ answer }}

# %% tags=["parameters", "hide-input"]
data_dir = "data"  # not read: this chapter needs the printed slopes alone
draws = 200_000  # of the bias analysis

# %% tags=["hide-input"]
import numpy as np
import pandas as pd
from scipy import stats

import rescat
from rescat import figures, pages, tables

slopes = rescat.load_slopes()
differences = rescat.printed_differences(slopes)
rates = rescat.outside_rates()
bias_priors = rescat.bias_priors(slopes)

rescat.banner(slopes, rates)

# %% tags=["hide-input", "slide"]
left = rescat.bias_analysis(differences, bias_priors, n=draws)
again = rescat.reanalyse(differences, rescat.stated_priors(differences))
SHOWN = {
    "neutral": ("as printed", "print"),
    "either direction": ("controls differ, either direction", "controls"),
    "some of the ICU rate": ("controls differ, some of the ICU rate", "controls"),
    "sceptical": ("sceptical prior", "prior"),
    "trials at large": ("as trials at large", "prior"),
}  # fmt: skip
MARKERS = ["NFL", "IL1RA", "IL18"]
both = pd.concat([left, again])
both = both[both["prior"].isin(SHOWN)].assign(
    what=lambda t: t["prior"].map(lambda p: SHOWN[p][0]),
    kind=lambda t: t["prior"].map(lambda p: SHOWN[p][1]),
    order=lambda t: (
        10 * t["marker"].map(MARKERS.index) + t["prior"].map(list(SHOWN).index)
    ),
)
both = both.sort_values("order")[
    ["marker", "what", "kind", "slope", "ci_low", "ci_high", "origin"]
]
figures.show(figures.differences_left(both), name="differences-left")

# %% tags=["remove-cell"]
priors = bias_priors.set_index(["marker", "prior"])
weights = tuple(bias_priors[["weight_low", "weight_high"]].iloc[0])
middle = float(np.mean(weights))
near = (
    rescat.bias_needed(slopes, [weights[0], middle, weights[1]])
    .set_index(["marker", "weight"])
    .sort_index()
)
rate = rates.dropna(subset="rate").set_index("marker")["rate"]
found = left.set_index(["marker", "prior"])
after = again.set_index(["marker", "prior"])
by_p = differences.assign(
    se=lambda t: t["slope"].abs() / stats.norm.isf(t["p_value"] / 2),
    ci_low=lambda t: t["slope"] - stats.norm.isf(0.025) * t["se"],
    ci_high=lambda t: t["slope"] + stats.norm.isf(0.025) * t["se"],
)
limits = pd.concat(
    [
        rescat.sceptical_limits(own).assign(se_from=words)
        for words, own in (
            ("printed intervals", differences),
            ("printed P", by_p),
        )
    ]
)
sceptics = limits.groupby("marker")["limit"].agg(["min", "max"])
printed = (
    slopes[slopes["term"].eq("difference")]
    .dropna(subset="p_value")
    .sort_values("p_value", kind="stable")
)
typical = rescat.typical_trial(printed["p_value"]).assign(
    marker=printed["marker"].to_numpy()
)
significant = typical[typical["p_value"].lt(0.05)]
trials = int(rescat.load_table("signal_to_noise")["trials"].max())
counts = np.linspace(0, 1, 101)
borrowed = rescat.borrowed_differences(slopes, counted=counts)
kept_clear = borrowed[borrowed["ci_high"].lt(0)]


def interval(row, decimals=3):
    """A difference with its interval, in words."""
    return (
        f"{row['slope']:.{decimals}f} ({row['ci_low']:.{decimals}f} to "
        f"{row['ci_high']:.{decimals}f})"
    )


def least_counted(marker):
    """The least count of matched controls with zero outside the interval, by sampling."""
    own = kept_clear[kept_clear["marker"].eq(marker)]
    least = own.groupby("design")["counted"].min()
    return f"{100 * least.min():.0f} to {100 * least.max():.0f} %"


def near_zero(marker):
    """Bias that brings zero into the interval, over the weights that agree."""
    own = near.loc[marker, "interval"]
    return f"{own.min():.3f} to {own.max():.3f}"


pages.say(
    nfl_near=near_zero("NFL"),
    il1ra_near=near_zero("IL1RA"),
    nfl_part=" to ".join(
        f"{100 * x / rate['NFL']:.0f}"
        for x in sorted(near.loc["NFL", "interval"].iloc[[0, -1]])
    )
    + " %",
    nfl_whole=f"{near.loc['NFL', 'whole'].min():.3f} to {near.loc['NFL', 'whole'].max():.3f}",
    nfl_rate=f"{rate['NFL']:.3f}",
    il1ra_rate=f"{rate['IL1RA']:.3f}",
    il18_rate=f"{rate['IL18']:.3f}",
    weights=f"{weights[0]:.2f} to {weights[1]:.2f}",
    nfl_printed=interval(after.loc[("NFL", "neutral")]),
    nfl_some=interval(found.loc[("NFL", "some of the ICU rate")]),
    nfl_all=interval(found.loc[("NFL", "all of the ICU rate")]),
    nfl_either=interval(found.loc[("NFL", "either direction")]),
    nfl_some_sign=pages.percent(found.loc[("NFL", "some of the ICU rate"), "same_sign"]),
    nfl_all_sign=pages.percent(found.loc[("NFL", "all of the ICU rate"), "same_sign"]),
    il18_printed=interval(after.loc[("IL18", "neutral")]),
    il18_some=interval(found.loc[("IL18", "some of the ICU rate")]),
    worst_error=f"{left[[c for c in left if c.endswith('_error') and c != 'same_sign_error']].max().max():.4f}",
    n_trials=f"{trials:,}",
    nfl_limit="{min:.3f} (by the printed intervals) or {max:.3f} (by its P value)".format(**sceptics.loc["NFL"]),
    nfl_limit_fold="{:.0f} and {:.0f} times".format(*rescat.fold_change(sceptics.loc["NFL"])),
    il1ra_limit="{min:.3f} to {max:.3f}".format(**sceptics.loc["IL1RA"]),
    il18_limit=f"{sceptics.loc['IL18', 'min']:.3f}",
    il18_p=f"{printed.set_index('marker').loc['IL18', 'p_value']:.3f}",
    exaggeration=f"{significant['exaggeration'].min():.1f} to {significant['exaggeration'].max():.1f}",
    wrong=f"{100 * significant['wrong_sign'].min():.0f} to {100 * significant['wrong_sign'].max():.0f} %",
    nfl_sceptical=interval(after.loc[("NFL", "sceptical")]),
    nfl_counted=least_counted("NFL"),
    il1ra_counted=least_counted("IL1RA"),
    il18_counted=least_counted("IL18"),
)  # fmt: skip

# %% [markdown]
# {{ estimand }}
#
# ## What the paper says
#
# > [...] given the small sample size, any observed associations between MSC treatment and NFL
# > trajectories remain exploratory, as the study underpowered.
#
# (*Discussion* {cite}`tonelli2025`.) The authors say it themselves. This chapter puts numbers to it.
#
# ## For NFL and IL1RA, a part of a rate seen elsewhere brings zero into the interval

# %% tags=["hide-input", "slide"]
needed = rescat.bias_needed(slopes)
figures.show(
    figures.biases_needed(needed, rates, weights), name="biases-needed"
)

# %% [markdown]
# Suppose that MSC do nothing, and that the matched controls change faster than the randomised ones.
# To print the whole difference of NFL they need {glue:text}`nfl_whole` per day more; in ventilated
# patients elsewhere NFL rose by {glue:text}`nfl_rate`. To leave a difference whose interval includes
# zero, {glue:text}`nfl_near` is enough ({glue:text}`nfl_part` of that rate). The range is that of
# their **weight**, the part that they have in the slope of all controls: {glue:text}`weights` under
# samplings that agree with what is printed. The matched controls had no invasive ventilation, so their rate may well be smaller.
#
# For IL1RA, {glue:text}`il1ra_near` is enough, and in intensive care elsewhere it rose by
# {glue:text}`il1ra_rate`. IL18 **fell** there ({glue:text}`il18_rate`): that bias would hide a
# difference and not make one.
#
# ## What is left, if we say what we assume
#
# A {term}`probabilistic bias analysis` draws the unknown bias from a stated distribution and adds
# chance. Of the difference of NFL, {glue:text}`nfl_printed` per day as printed, is left:
#
# - {glue:text}`nfl_either`, if the matched controls may differ in either direction;
# - {glue:text}`nfl_some`, if they have a part, from none to all, of the rate elsewhere. The sign stays in
#   {glue:text}`nfl_some_sign` of draws;
# - {glue:text}`nfl_all`, if they have all of it. The sign stays in {glue:text}`nfl_all_sign`.
#
# That of IL18 becomes larger with a part of the rate elsewhere: {glue:text}`il18_some`, from
# {glue:text}`il18_printed`. So doubt about the controls does not show that there is no effect. It shows that these numbers
# cannot exclude that there is none.
#
# ## A sceptic who allows for rates seen elsewhere is convinced by NFL, not by the others
#
# How sceptical may one be? If you think that true differences of NFL beyond {glue:text}`nfl_limit` per
# day hardly exist ({glue:text}`nfl_limit_fold` in 28 days, if log10), the result does not convince you. A
# rate like that of ventilated patients, {glue:text}`nfl_rate`, is beyond both: who holds that possible
# may be convinced, as far as chance goes and if NFL is taken by itself. For IL1RA one must
# hold differences of {glue:text}`il1ra_limit` possible, and for IL18 of {glue:text}`il18_limit` (by its
# *P* value it is not significant). Those are more than the rates at which these markers change in intensive care.
#
# ## Results with such P values are usually too large
#
# By the results of {glue:text}`n_trials` randomised trials {cite}`vanzwet2021`, those with the *P* values of NFL, IL1RA
# and IL6 are {glue:text}`exaggeration` times as large as the truth (median), and in {glue:text}`wrong` of
# them the truth has the other sign. That is for randomised trials. Here most controls were chosen.
#
# ## Whether both kinds of controls have one slope matters more than how they count
#
# The authors could count each matched control in part. If both kinds of controls have the printed
# slope, the interval of NFL leaves zero out if each counts at least {glue:text}`nfl_counted` of a
# randomised one; how much exactly depends on who was sampled when. For IL1RA it takes {glue:text}`il1ra_counted`, and for IL18 {glue:text}`il18_counted`. (Variances are
# taken as known. With two patients they are not.) So for NFL the count is not what matters. What matters
# is whether the two kinds have the same slope, and that is not printed.
#
# ## What this does not show
#
# - That the controls were biased, or by how much. The priors of the bias are ours.
# - That there is no effect. On log10, most of what is left has the printed sign.
# - The scale. Rates elsewhere are in log10. If the paper's are natural logarithms, they count 2.3
#   times as much (in the details).
# - Anything about many markers: each is taken alone ([multiplicity](09_multiplicity)).

# %% [markdown]
# ## The details
#
# Everything is computed from slopes, intervals and *P* values as printed, and from tables of other
# studies ([evidence from outside](../evidence)). The paper does not print the interval of a
# difference. Ours takes the two slopes as independent and the intervals as even. For IL18 it leaves out
# zero, although the printed *P* is {glue:text}`il18_p`: these two do not fit each other
# ([cytokines](06_cytokines)).
#
# ### The bias analysis: what was assumed
#
# What is left is the printed difference, plus *weight* times *part* times *rate*, plus chance
# {cite}`lash2014`. The weight is uniform over {glue:text}`weights`, part and rate as in the table. Both
# kinds of controls are taken to start at the same level.

# %% tags=["hide-input"]
tables.show_table(
    bias_priors[["marker", "prior", "words", "rate", "rate_sd", "origin"]],
    name="bias-priors",
    title="What is assumed of the matched controls: how much faster they change, per day",
    subtitle="Log10. Rates and their standard errors are from other studies; that the matched controls "
    "have a part of them, or all, is our assumption. That of NFL is between two medians, whose error is "
    "not known: taken as exact",
    source="Other studies, and assumptions that are ours",
    labels={"prior": "Prior", "words": "In words", "rate": "Rate", "rate_sd": "Its SD"},
    decimals={"rate": 4, "rate_sd": 4},
)  # fmt: skip

# %% tags=["hide-input"]
ln = rescat.bias_analysis(
    differences, rescat.bias_priors(slopes, scale="ln"), n=draws
)
results = pd.concat([left.assign(scale="log10"), ln.assign(scale="ln")])
tables.show_table(
    results[
        [
            "marker",
            "scale",
            "prior",
            "slope",
            "ci_low",
            "ci_high",
            "same_sign",
            "origin",
        ]
    ],
    name="bias-results",
    title="What is left of each difference, per day",
    subtitle=f"Median and 95 % simulation interval of {draws:,} draws; the largest Monte Carlo error of "
    f"these is {results[['slope_error', 'ci_low_error', 'ci_high_error']].max().max():.4f}. Scale: of the "
    "printed slopes, which the paper does not name",
    source="The printed slopes, other studies, and assumptions that are ours",
    labels={
        "prior": "Prior",
        "slope": "Left",
        "ci_low": "Lower end",
        "ci_high": "Upper end",
        "scale": "Scale",
        "same_sign": "Sign as printed",
    },
    decimals={"slope": 3, "ci_low": 3, "ci_high": 3},
    percent={"same_sign": 0},
)

# %% [markdown]
# With natural logarithms the rates elsewhere count 2.3 times as much. Then a part of the rise in
# ventilated patients explains the difference of NFL, and the whole rise would even turn it around. The
# largest Monte Carlo error of a median or of an end of an interval in log10 is
# {glue:text}`worst_error`.
#
# ### How sceptical one may be
#
# Turn Bayes' theorem around {cite}`matthews2018`. Instead of choosing a {term}`prior`, ask which one
# leaves the result just unconvincing. The sceptic expects no difference, and in 19 of 20 cases none
# beyond the {term}`limit <scepticism limit>`. A result is
# {term}`intrinsically credible <intrinsic credibility>` if it would even surprise the sceptic whom it
# just fails to convince; for that *P* must be below 0.0056 {cite}`held2019`. The interval and the *P* value
# of NFL do not give the same answer, because they do not fit each other if both are by *z*.

# %% tags=["hide-input"]
limits = limits.assign(
    fold=rescat.fold_change(limits["limit"]),
    elsewhere=limits["marker"].map(rate).abs(),
)
tables.show_table(
    limits[
        ["marker", "se_from", "limit", "fold", "elsewhere", "p_intrinsic", "origin"]
    ],
    name="sceptical-limits",
    title="How sceptical one may be before a difference no longer convinces",
    subtitle="Per day; empty where the interval includes zero, so that no scepticism is needed. "
    "Elsewhere: change in intensive care, log10, without sign",
    source="The printed slopes and P values; other studies",
    labels={
        "se_from": "Standard error from",
        "limit": "Limit",
        "fold": "In 28 days, times, if log10",
        "elsewhere": "Elsewhere",
        "p_intrinsic": "Intrinsic P",
    },
    decimals={"limit": 3, "fold": 1, "elsewhere": 3, "p_intrinsic": 3},
)  # fmt: skip

# %% [markdown]
# ### With few patients a P value can be more evidence than with many
#
# [Multiplicity](09_multiplicity) has the usual bound of the {term}`Bayes factor`. Two others look at the
# size {cite}`held2018`: true differences that are normal around zero, with the SD that is best for the
# result; and one size that happens to be the best, which is the most that anybody can get. With few
# {term}`degrees of freedom` the same *P* needs a larger *t*, and can be more evidence.

# %% tags=["hide-input"]
bounds = []
for alternatives, words in (
    ("beta", "falling with P (any df)"),
    ("normal", "normal around zero"),
    ("best", "the best size"),
):
    for df in (6, 15, np.inf):
        if alternatives == "beta" and np.isfinite(df):
            continue
        at_most = rescat.evidence_bounds(
            printed["p_value"], [0.5], alternatives=alternatives, df=df
        )["at_most"]
        named = (
            "any"
            if alternatives == "beta"
            else f"{df:g}".replace("inf", "normal")
        )
        bounds.append(
            {"what": words, "df": named} | dict(zip(printed["marker"], at_most, strict=True))
        )  # fmt: skip
bounds = pd.DataFrame(bounds)
tables.show_table(
    bounds.assign(origin=rescat.origin_of(slopes)),
    name="bounds-few",
    title="How many times a printed P value can raise the odds of a difference, at most",
    subtitle="By what is thought of the size of a difference, and by degrees of freedom",
    source="The printed P values",
    labels={"what": "Sizes", "df": "df"},
    decimals=dict.fromkeys(printed["marker"], 1),
)

# %% [markdown]
# ### The same estimates with three priors
#
# **Neutral** assumes nothing, and gives the interval again. **Sceptical** expects no difference, and in
# 19 of 20 cases none beyond the rate at which the marker changes by itself in intensive care: a
# treatment that stopped it altogether would make that difference. **Trials at large** is the one that
# rests on evidence: the true differences of {glue:text}`n_trials` randomised trials, in standard errors
# {cite}`vanzwet2021`. No trial of MSC gives a rate of these markers with its error, so none can be the
# prior. All of them answer chance alone.

# %% tags=["hide-input"]
tables.show_table(
    again[
        [
            "marker",
            "prior",
            "slope",
            "ci_low",
            "ci_high",
            "kept",
            "same_sign",
            "origin",
        ]
    ],
    name="other-priors",
    title="The printed differences with priors that have not seen them",
    subtitle="Mean and 95 % credible interval, per day; log10",
    source="The printed slopes; other studies",
    labels={
        "prior": "Prior",
        "slope": "Difference",
        "kept": "Of the estimate",
        "same_sign": "Sign as printed",
    },
    decimals={"slope": 3, "ci_low": 3, "ci_high": 3},
    percent={"kept": 0, "same_sign": 0},
)

# %% [markdown]
# By the sceptical prior NFL becomes {glue:text}`nfl_sceptical`. For IL6 no slope is printed; but its *P*
# value can be compared with those of other trials:

# %% tags=["hide-input"]
tables.show_table(
    typical[
        ["marker", "p_value", "kept", "exaggeration", "wrong_sign", "origin"]
    ],
    name="typical-trial",
    title="What each P value is worth, if the truth is as in randomised trials at large",
    subtitle="Kept: mean of the true difference over the estimate. Too large: the estimate over the "
    "median of the true size",
    source="The printed P values; a distribution that others fitted to many trials",
    labels={
        "kept": "Kept",
        "exaggeration": "Too large, times",
        "wrong_sign": "Other sign",
    },
    decimals={"p_value": 3, "exaggeration": 1},
    percent={"kept": 0, "wrong_sign": 0},
)

# %% [markdown]
# ### Borrowing: the matched controls counted in part
#
# Historical controls can be borrowed with a discount: a **power prior** counts each of them by a share
# {cite}`ibrahim2000`; a **commensurate prior** says how far their slope may be from that of the randomised
# controls {cite}`hobbs2011`. Only the authors can do it, with the values of both. What is printed tells
# how wide the interval would be, if both kinds had the printed slope: the case that is best for the
# result. Variances are taken as known. With two patients they are not, so that the first rows of each
# marker are too narrow.

# %% tags=["hide-input"]
SETTINGS = [
    (0.0, 0.0),
    (0.25, 0.0),
    (0.5, 0.0),
    (1.0, 0.02),
    (1.0, 0.005),
    (1.0, 0.0),
]
rows, words = [], "{ci_low:.4f} to {ci_high:.4f}"
for counted, sd in SETTINGS:
    own = rescat.borrowed_differences(
        slopes, counted=[counted], sd_between=[sd]
    )
    for marker, of_marker in own.groupby("marker", sort=False):
        ends = of_marker.sort_values("ci_high")
        rows.append(
            {
                "marker": marker,
                "counted": counted,
                "sd_between": sd,
                "narrowest": words.format(**ends.iloc[0]),
                "widest": words.format(**ends.iloc[-1]),
            }
        )
borrowing = pd.DataFrame(rows).sort_values(
    "marker", key=lambda m: m.map(MARKERS.index), kind="stable"
)
tables.show_table(
    borrowing.assign(origin=rescat.origin_of(slopes)),
    name="borrowing",
    title="The interval of the difference, if the matched controls are borrowed in part",
    subtitle="Per day, over three samplings that agree with what is printed. Slopes vary between patients "
    "by 0.05 residual SDs per day",
    source="The printed slopes, and samplings that are assumed",
    labels={
        "counted": "Each counts",
        "sd_between": "SD between both kinds",
        "narrowest": "Narrowest",
        "widest": "Widest",
    },
    decimals={"sd_between": 3},
    percent={"counted": 0},
)  # fmt: skip

# %% [markdown] tags=["teaching"]
# ## Common misreadings
#
# - *"The interval includes zero after the bias analysis, so there is no effect."* It says that none is
#   possible, not that it is so.
# - *"A bias analysis is speculation."* To leave the bias out is also an assumption: that it is zero.
# - *"P is 0.012, so 99 % of sceptics are convinced."* Conviction depends on what was thought before.
# - *"A prior is an opinion, so the result can be anything."* Each prior is stated, and the answers
#   can be compared. Where all agree, the data decide.
# - *"Historical controls that count a half repair the bias."* A discount widens the interval. It
#   does not move a slope that is wrong.

# %% [markdown] tags=["teaching"]
# ## Exercises
#
# {{ aims }}
#
# The [exercises of this chapter](exercises/09c_evidence.ipynb) have a page and a notebook of their own.

# %% [markdown] tags=["page"]
# ```{notebook-files}
# ```

# %% [markdown] tags=["page"]
# ## Check yourself
#
# ```{quiz} 09c_evidence
# ```
