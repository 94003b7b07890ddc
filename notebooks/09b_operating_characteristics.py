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
#       **What can 17 patients show?** In invented trials of this design, tests for few patients
#       keep their 5 % if groups are alike. If the matched controls rise as NFL does in intensive
#       care, {glue:text}`icu_rate` of trials find a difference that no treatment made. An effect of
#       that size is found in {glue:text}`power_pooled`; with the two randomised controls alone, in
#       {glue:text}`power_randomised`. **How sure:** simulated; some variances are assumed. **What
#       would change it:** more randomised controls, and samples after discharge.
#     objectives:
#       - >-
#         say how often a design finds a difference that the treatment did not make
#       - >-
#         compare analyses by how often they err when an assumption fails
#       - >-
#         judge what the number of patients decides, and what late samples do
#     before: '[multiplicity](09_multiplicity)'
#     needs: only the paper
#     estimand: >-
#       In these invented trials the true difference is known. In the trial it is not: ten of the
#       twelve controls were not randomised, so that a difference in slopes is an
#       {term}`association`.
#     ledger: none
# ---

# %% [markdown]
# # Operating characteristics: what can 17 patients show?

# %% [markdown] tags=["audit"]
# {{ answer }}

# %% tags=["parameters", "hide-input"]
data_dir = "data"  # not read: the tables of this chapter are made by simulation

# %% tags=["hide-input"]
import rescat
from rescat import figures, pages, tables

tests = rescat.load_table("operating_tests")
family = rescat.load_table("operating_family")
sizes = rescat.load_table("operating_sizes")

rescat.banner(tests, family, sizes)

# %% tags=["hide-input", "slide"]
shown = tests.query("marker == 'NFL' and method == 'satterthwaite'")
figures.show(figures.rates_by_condition(shown), name="operating-rates")

# %% tags=["remove-cell"]
rates = tests[tests["marker"].eq("NFL")].set_index(
    ["design", "condition", "method"]
)["rate"]
POOLED, RANDOMISED = "5 v 12 pooled", "5 v 2 randomised"
NULL, RISE = "no difference", "effect: a change read elsewhere"
VARY = "slopes of treated patients vary twice as much"
ICU = "historical controls rise as intensive care"
many = family.set_index(["condition", "correlation", "significant"])["at_least"]


def least_size(marker, part, sampling="by stay", power=0.8):
    """The smallest size of an arm with this power, of those that were simulated."""
    own = sizes.query(
        "marker == @marker and part == @part and sampling == @sampling"
    )
    enough = own.loc[own["rate"].ge(power), "size"]
    return (
        f"{enough.min():g}"
        if len(enough)
        else f"more than {own['size'].max():g}"
    )


tried = sorted(sizes["size"].unique())
[weak] = tests.query(
    "marker == 'NFL' and design == @RANDOMISED and method == 'satterthwaite' and "
    "condition == 'effect: half of a change read elsewhere'"
).to_dict("records")
pages.say(
    icu_rate=pages.percent(rates[POOLED, ICU, "satterthwaite"]),
    icu_half=pages.percent(
        rates[
            POOLED,
            "historical controls rise as half of intensive care",
            "satterthwaite",
        ]
    ),
    power_pooled=pages.percent(rates[POOLED, RISE, "satterthwaite"]),
    power_randomised=pages.percent(rates[RANDOMISED, RISE, "satterthwaite"]),
    power_half=pages.percent(
        rates[
            POOLED, "effect: half of a change read elsewhere", "satterthwaite"
        ]
    ),
    null_wald=pages.percent(rates[POOLED, NULL, "wald"]),
    null_satterthwaite=pages.percent(rates[POOLED, NULL, "satterthwaite"]),
    null_exact=pages.percent(rates[POOLED, NULL, "permutation_t"]),
    vary_satterthwaite=pages.percent(rates[POOLED, VARY, "satterthwaite"]),
    vary_exact=pages.percent(rates[POOLED, VARY, "permutation_t"]),
    vary_welch=pages.percent(rates[POOLED, VARY, "welch"]),
    exact_randomised=pages.percent(rates[RANDOMISED, RISE, "permutation_t"]),
    smallest_randomised=f"{tests.loc[tests['design'].eq(RANDOMISED), 'smallest_p'].min():.3f}",
    three_null=pages.percent(many[NULL, 0.3, 3]),
    three_strong=pages.percent(many[NULL, 0.8, 3]),
    three_icu=pages.percent(
        many[
            "historical controls rise as intensive care, in every marker",
            0.3,
            3,
        ]
    ),
    power_complete=pages.percent(
        rates[POOLED, "effect, and all samples taken", "satterthwaite"]
    ),
    power_randomised_complete=pages.percent(
        rates[RANDOMISED, "effect, and all samples taken", "satterthwaite"]
    ),
    exaggeration_randomised=f"{weak['exaggeration']:.1f}",
    sign_randomised=pages.percent(weak["wrong_sign"]),
    size_full=least_size("NFL", 1.0),
    size_half=least_size("NFL", 0.5),
    size_quarter=least_size("NFL", 0.25),
    size_half_complete=least_size("NFL", 0.5, "complete"),
    sizes_tried=", ".join(map(str, tried[:-1])) + f" and {tried[-1]}",
    trials=f"{shown['trials'].max():,}",
    worst_error=f"{100 * tests['rate_error'].max():.1f}",
)

# %% [markdown]
# How often a design finds what is there, and what is not, are its {term}`operating characteristics`.
# Each point is a condition in which the truth is known: {glue:text}`trials` invented trials, with the
# patients of this trial, its five days, and nobody sampled after the discharge that Table 1 prints.
#
# {{ estimand }}
#
# ```{admonition} Synthetic means synthetic
# :class: warning
# The trials of this chapter are **invented**. They show what a design can do. They are not evidence
# about any real patient.
# ```

# %% [markdown]
# ## What the paper says
#
# > Initially, the RESCAT trial aimed to enroll a larger cohort […]. Consequently, as previously stated,
# > the small sample size limits statistical confidence in detecting meaningful associations between MSC
# > therapy and inflammatory biomarker trajectories […].
#
# (*Discussion, limitations* {cite}`tonelli2025`.) The main text does not say how many patients were
# planned, or for which effect. What this number can show is computed here.
#
# ## If the groups are alike, tests for few patients keep their level
#
# With no difference, five treated patients and twelve controls, the normal approximation
# ({term}`Wald test`) finds one in {glue:text}`null_wald` of trials; Satterthwaite's *t* in
# {glue:text}`null_satterthwaite` and the exact permutation test in {glue:text}`null_exact`. It should
# be 5 %. If one group varies more than the other, they do not keep it (in the details).
#
# ## Another ward makes a difference that no treatment made
#
# NFL rises in intensive care ([neuro-markers](07_neuromarkers)). If the matched controls rise at that
# rate and the others do not, {glue:text}`icu_rate` of trials are significant without any effect; at
# half of the rate, {glue:text}`icu_half`. No test can tell this from an effect. More patients of the
# same kind make it worse.
#
# ## The two randomised controls can show almost nothing
#
# How often a trial finds an effect of a stated size is its {term}`power`. An effect as large as the
# whole rise is found in {glue:text}`power_pooled` of trials with all controls, and half of it in
# {glue:text}`power_half`. Against the two randomised controls alone the whole effect is found in
# {glue:text}`power_randomised`, and by the exact test in {glue:text}`exact_randomised`: there the
# smallest possible *P* is {glue:text}`smallest_randomised`.
#
# If the effect is half of the rise, and a trial with the two randomised controls alone finds a
# significant difference, this is {glue:text}`exaggeration_randomised` times too large on average
# ({term}`type M error`), and in {glue:text}`sign_randomised` of these trials it has the wrong sign
# ({term}`type S error`).
#
# ## Late samples decide as much as the number of patients
#
# If everybody gives blood on all five days, the same effect is found in {glue:text}`power_complete` of
# trials with all controls, and in {glue:text}`power_randomised_complete` with the two randomised. A
# slope is read from its ends.
#
# ## How many patients a randomised trial needs
#
# Trials with {glue:text}`sizes_tried` patients in each arm were tried. The first of these sizes that
# has a power of 80 % in NFL is {glue:text}`size_full` in each arm for the whole rise,
# {glue:text}`size_half` for half of it, and {glue:text}`size_quarter` for a quarter. With every sample
# taken, half of the rise needs {glue:text}`size_half_complete` in each arm.
#
# ## What this does not show
#
# - What happened in the trial. The conditions are possible, not known.
# - The variances. Levels and residuals are from other patients ({glue:text}`worst_error` points is the
#   largest Monte Carlo error of a rate, of the costly analyses with fewer trials); that slopes vary by
#   0.05 residual SDs a day is assumed.
# - Values that are not normal, and batches of an assay.

# %% [markdown]
# ## Design your own trial
#
# Set the patients, the difference that matters, how much patients vary, the days, and how many leave
# before the last day. Trials with these settings are drawn and tested. Start from what others found,
# not from the result of your own data: the power of a trial that is over says nothing new.

# %% tags=["hide-input", "slide"]
own = rescat.design(5, 5, difference=0.02, left=0.5)
found = own.performance.loc["satterthwaite"]
pages.show_explorable(
    "own-trial",
    question="What could a trial of your own show?",
    picture=figures.power_curve(
        own.curve(), 10, found["rate"], found["rate_error"]
    ),
    fixed="Invented trials, allocated at random, with straight lines and normal distributions; the SD of the "
    "levels is 0.4, and both groups vary alike. Who leaves does so at a constant rate. In Python, "
    "rescat.design does the same, with any days and a variance for each group.",
    **pages.design_settings(own),
)

# %% [markdown]
# ## The details
#
# The study is one command, `python -m rescat study operating`; the tables and their columns are in
# the [data dictionary](../data-dictionary.md).
#
# ### Every analysis, without a difference
#
# Which analysis keeps its 5 %, and under which condition does it not? No treatment acts in any of these
# trials. What is above 5 % is a false finding too often; what is far below it costs power.

# %% tags=["hide-input"]
NAMES = {
    "wald": "Wald, normal", "satterthwaite": "Satterthwaite's t", "kenward_roger": "Kenward-Roger's t",
    "by_group": "Variances by group", "welch": "Welch's t of own slopes",
    "permutation_welch": "Exact, Welch's t", "permutation_t": "Exact, pooled t",
    "bootstrap": "Bootstrap of the likelihood ratio",
}  # fmt: skip
null = tests.query(
    "marker == 'NFL' and effect == 0 and design == @POOLED"
).assign(
    method=lambda t: t["method"].map(NAMES), rate=lambda t: 100 * t["rate"]
)
wide = null.pivot(index="condition", columns="method", values="rate").reindex(
    index=list(dict.fromkeys(null["condition"])),
    columns=[name for name in NAMES.values() if name in set(null["method"])],
)
tables.show_table(
    wide.reset_index().assign(origin=rescat.origin_of(tests)),
    name="operating-null",
    title="False positives of every analysis, in percent",
    subtitle="Five treated patients and twelve controls; it should be 5. Empty: not computed",
    source="Simulated",
    labels={"condition": "Condition"},
    decimals=dict.fromkeys(wide.columns, 1),
)

# %% [markdown]
# ### Unequal variation breaks even the exact test
#
# If the slopes of the treated patients vary twice as much as those of the controls, with the same
# mean, Satterthwaite's *t* rejects in {glue:text}`vary_satterthwaite`, the exact test in
# {glue:text}`vary_exact`, and Welch's *t* of the patients' own slopes in {glue:text}`vary_welch`.
#
# ### Three hits of twenty
#
# Without any difference, three or more of twenty markers are significant in {glue:text}`three_null` of
# trials, if the markers have a {term}`correlation` of 0.3, and in {glue:text}`three_strong` if it is
# 0.8. If every marker of the matched controls rose as NFL does in intensive care, it would be
# {glue:text}`three_icu`.
#
# ### What an analysis finds, and how far it misleads
#
# If there is an effect, how often is it found, does its confidence interval hold the true value, and
# what are the significant estimates worth? *Wrong sign* and *exaggeration* are those of the
# significant estimates alone: their share with the wrong sign, and how many times they are too large.

# %% tags=["hide-input"]
found = tests.query(
    "marker == 'NFL' and effect != 0 and method == 'satterthwaite'"
)
tables.show_table(
    found[
        [
            "design",
            "condition",
            "rate",
            "coverage",
            "wrong_sign",
            "exaggeration",
            "origin",
        ]
    ],
    name="operating-found",
    title="Power, coverage, wrong signs and exaggeration, by Satterthwaite",
    subtitle="NFL. Coverage is that of the 95 % confidence interval",
    source="Simulated",
    labels={
        "design": "Design",
        "condition": "Condition",
        "rate": "Power",
        "coverage": "Coverage",
        "wrong_sign": "Wrong sign",
        "exaggeration": "Exaggeration",
    },
    decimals={"rate": 2, "coverage": 2, "wrong_sign": 3, "exaggeration": 2},
)

# %% [markdown]
# ### Sizes of a randomised trial
#
# How many patients must be randomised to each arm, to find which part of the change? *By stay*: nobody
# is sampled after a discharge as in Table 1. *Complete*: everybody gives blood on all five days.

# %% tags=["hide-input"]
power = sizes.pivot(
    index=["marker", "part", "sampling"], columns="size", values="rate"
)
power.columns = [f"{n} v {n}" for n in power]
tables.show_table(
    power.reset_index().assign(origin=rescat.origin_of(sizes)),
    name="operating-sizes",
    title="Power by the number of patients in each arm",
    subtitle="Part: of the change that was read elsewhere (NFL in intensive care, IL6)",
    source="Simulated",
    labels={"marker": "Marker", "part": "Part", "sampling": "Sampling"},
    decimals={"part": 2} | dict.fromkeys(power.columns, 2),
)

# %% [markdown] tags=["teaching"]
# ## Common misreadings
#
# - *"The test is exact, so the result is safe."* It is exact for one hypothesis: that the label changes
#   nothing, neither the mean nor the variation.
# - *"A small P value excludes chance and bias."* It answers chance alone.
# - *"More patients would settle it."* More patients of the same kind make a false difference more
#   certain.

# %% [markdown] tags=["teaching"]
# ## Exercises
#
# {{ aims }}
#
# The [exercises of this chapter](exercises/09b_operating_characteristics.ipynb) have a page and a
# notebook of their own.

# %% [markdown] tags=["page"]
# ```{notebook-files}
# ```

# %% [markdown] tags=["page"]
# ## Check yourself
#
# ```{quiz} 09b_operating_characteristics
# ```
