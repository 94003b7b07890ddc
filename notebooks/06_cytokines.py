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
#       **Did inflammation take another course after MSC?** Of the inflammatory markers, two have a
#       printed difference with *P* below 0.05: IL1RA and IL6. Nearly all controls were treated
#       elsewhere. **How sure:** not very. A search found data that agree with all that is printed
#       of IL1RA, and in which *P* without one patient is up to {glue:text}`reached_leave_one_out`, or by
#       another test up to {glue:text}`reached_permutation_welch`; others have a smaller *P*. **What
#       would change it:** the patients' values, or randomised controls.
#     objectives:
#       - >-
#         read the slopes of a panel of markers with their confidence intervals, from the {term}`random-slope
#         <random slope>` model
#       - say what the printed {term}`P values <P value>` and intervals tell about each other
#       - >-
#         tell how far a result depends on one patient, on one test, on the way time is counted,
#         or on data that nobody has seen
#       - say why a difference from controls who were not randomised is an {term}`association`
#     before: '[random slopes](05_random_slopes)'
#     needs:
#       tables: [biomarkers.csv]
#       markers: 1
#       kind: inflammatory
#       spare: true
#     estimand: >-
#       {glue:text}`n_historical` of the {glue:text}`n_control` controls of the trial were not
#       randomised. Treatment goes together with hospital, unit, period and the day that counts
#       as day 0. A difference of slopes is an {term}`association`, not an effect of treatment.
#     ledger:
#       title: 'Cytokines: paper against recomputed'
# ---

# %% [markdown]
# # Cytokines: did inflammation take another course after MSC?

# %% [markdown] tags=["audit"]
# {{ answer }}

# %% tags=["parameters", "hide-input"]
data_dir = "data"  # folder with biomarkers.csv and patients.csv
scale = "log10"  # logarithm of the concentrations: log10 or ln
below_limit = "half"  # a value below detection: limit, half, root2 or drop

# %% tags=["hide-input"]
import warnings
from math import comb

import numpy as np
import pandas as pd
import statsmodels.formula.api as smf

import rescat
from rescat import figures, pages, tables
from rescat.synthetic.twin import weight_of_randomised

biomarkers = rescat.load_biomarkers(data_dir)
kinds = rescat.load_table("markers").set_index("marker")["kind"]
slopes = rescat.load_slopes()

rescat.banner(biomarkers, slopes)

# %% tags=["audit"]
limits = rescat.printed_differences(slopes)
silent = [
    m for m in slopes["marker"].unique() if m not in set(limits["marker"])
]

# %% tags=["hide-input", "audit", "slide"]
figures.show(
    figures.printed_differences_forest(limits, silent),
    name="printed-differences",
)

# %% [markdown] tags=["audit"]
# Each line is the printed slope with MSC minus that of the controls, with a 95 % confidence interval
# from the printed intervals of both. Left of zero: more fall, or less rise, with MSC. The scale at the
# top says the same as a ratio after 28 days, if the values are log10.

# %% tags=["remove-cell"]
arms = biomarkers.drop_duplicates("patient_id")["arm"].value_counts()
arms = arms.reindex(["MSC", "CTRL", "mCTRL"], fill_value=0)
pages.say(
    n_historical=int(arms["mCTRL"]),
    n_control=int(arms["CTRL"] + arms["mCTRL"]),
    n_treated=int(arms["MSC"]),
)

# %% tags=["hide-input"]
fitted = rescat.fit_markers(biomarkers, scale=scale, rule=below_limit)
inflammatory = [
    m for m in fitted.markers if kinds.get(m, "inflammatory") == "inflammatory"
]
samples = fitted.samples
spare = fitted.with_one_to_spare(inflammatory)
focus = [m for m in ("IL1RA", "IL18", "IL6", "PTX3") if m in spare]
focus = focus or spare[:4]
one = fitted.samples_of(focus[0])
without = rescat.leave_one_out(one)

# %% tags=["remove-cell"]
pages.say(
    main=focus[0],
    loo_low=f"{without['p_value'].min():.3f}",
    loo_high=f"{without['p_value'].max():.3f}",
)

# %% tags=["remove-cell", "audit"]
extremes = rescat.load_table("extremes")
highest = extremes.query("marker == 'IL1RA' and direction == 'highest'")
lines = slopes[slopes["slope"].notna()].set_index(["marker", "term"])
p_printed = slopes.set_index(["marker", "term"])["p_value"]
of = limits.set_index("marker")
pages.say(
    **{
        f"reached_{r.quantity}": f"{r.reached:.2f}"
        for r in highest.itertuples()
    },
    **{
        f"{marker.lower()}_{term}_{scale}": rescat.fold_in_words(
            lines.loc[marker, term], scale=scale
        )
        for marker in ("IL1RA", "IL18")
        for term in ("treated", "control")
        for scale in ("log10", "ln")
    },
    il1ra_difference=rescat.fold_in_words(of.loc["IL1RA"]),
    il1ra_printed="{slope:.3f} ({ci_low:.3f} to {ci_high:.3f})".format(
        **lines.loc["IL1RA", "treated"]
    ),
    ptx3_p=f"{p_printed['PTX3', 'difference']:.3f}",
    il1ra_p=f"{p_printed['IL1RA', 'difference']:.3f}",
    il18_p=f"{p_printed['IL18', 'difference']:.3f}",
)

# %% [markdown]
# {{ estimand }}

# %% [markdown] tags=["audit"]
# ## What the paper says
#
# > In CTRL-mCTRL, IL1RA and IL18 significantly increased over time (P = 0.044 and P = 0.032
# > respectively). […] Treatment with MSC prevented the increase of these cytokines resulting in a
# > significantly different trajectory of IL1RA (slope -0.007 [-0.019 – 0.004] versus 0.013 CI [0
# > – 0.025], P = 0.025), and a trend toward significance for IL18 (slope -0.002 [-0.008 – 0.004]
# > versus 0.007 CI [0.001 – 0.013], P = 0.068).
#
# > Notably, MSC treatment significantly reduced IL6 levels (P = 0.033). Moreover, the trajectory
# > of IL6 differed significantly between MSC-treated and CTRL-mCTRL COVID-19 patients (P =
# > 0.047).
#
# (*Results, infused MSC impact on cytokine profile* {cite}`tonelli2025`.) CRP differed too, in words
# and without a number. PTX3 fell in both groups (*P* of the difference {glue:text}`ptx3_p`). Four
# markers could not be detected. All others showed no significant change, or comparable trends.

# %% [markdown] tags=["audit"]
# ## The intervals include a rise with MSC
#
# A slope is the change of a logarithm in one day, which nobody can feel. So we say what it makes of a
# concentration in 28 days. With MSC the printed slope of IL1RA is {glue:text}`il1ra_printed` per day: it
# falls to {glue:text}`il1ra_treated_log10` what it was, if the values are log10. In brackets is the 95 %
# confidence interval. It also includes a rise, so that the paper's word *prevented* says more than its
# numbers.

# %% tags=["hide-input", "audit"]
pages.slopes_table(
    slopes[slopes["marker"].isin(["IL1RA", "IL18"]) & slopes["slope"].notna()],
    name="printed-slopes",
    title="The printed slopes, and what they make of a concentration in 28 days",
    source="The paper, results. It does not print whether log10 or ln was used",
    scales=("log10", "ln"),
)

# %% [markdown] tags=["audit"]
# Together: on log10 the ratio of MSC to controls changes to {glue:text}`il1ra_difference` for IL1RA. So the
# difference may be large, or small. The paper does not print its scale; we take log10, which [fits better](06b_sampling).
# And IL1RA is a *brake* on inflammation: the body makes it to block IL-1. Less of it need not mean less
# inflammation ([ledger](10_ledger), CYT-24).

# %% [markdown]
# ## With few patients, one of them can carry a result
#
# With {glue:text}`n_treated` treated patients each of them is a large part of the evidence. So we leave out
# one patient at a time, and compute the difference of {glue:text}`main` again.

# %% [markdown] tags=["audit"]
# The patients' values are not public. The picture shows **invented patients**, made so that their fit agrees
# with the printed numbers (the book calls them the *twin*). It is an example, and no evidence about anybody.

# %% tags=["hide-input"]
whose = without.loc[without["p_value"].idxmax(), "left_out"]
pages.show_explorable(
    "one-patient",
    question=f"How much of the result for {focus[0]} is one patient?",
    picture=figures.leave_one_out_forest(without, fitted[focus[0]], focus[0]),
    fixed="The samples of all other patients, and the model: a random slope for each patient. The permutation test "
    "fits it again for every way to call as many patients treated.",
    patient=str(whose),
    day=float(one.loc[one["patient_id"].eq(whose), "day"].max()),
    shift=0,
    out=False,
    other=False,
    statistic="t",
    base=10 if scale == "log10" else float(np.e),
    unit=f"{focus[0]}, {scale}",
    **pages.patient_settings(
        one, fitted[focus[0]], rescat.permutation_test(one, progress=False)
    ),
)

# %% [markdown]
# When one patient is left out, *P* goes from {glue:text}`loo_low` to {glue:text}`loo_high` in these values. The one that is
# chosen above makes the largest difference. Leave this patient out, or drag one point: the slopes, their
# interval, *P* and the whole permutation test are computed again. What happens if only the label is wrong?

# %% [markdown] tags=["audit"]
# In this invented example it is chance which patient matters. That one of them *can* matter so much is not.
# How much could it be in the trial? A computer search found invented values from which all follows that the
# paper prints of IL1RA, with *P* = {glue:text}`il1ra_p` as well. When one patient is left out, *P* is
# {glue:text}`reached_leave_one_out`. Another search reached *P* = {glue:text}`reached_permutation_welch` with
# all patients, by a test that allows the groups to vary differently. Nobody says that the trial's data are
# like that. What is printed does not exclude it.

# %% [markdown]
# ## What this does not show
#
# - Whether MSC change a cytokine. Nearly all controls were treated elsewhere, earlier, in another
#   unit, and their day 0 is another day. No test repairs that.
# - Anything about a real patient: the values are invented, unless they are yours.
# - That "no significant difference" is "no difference". The confidence interval says how large a
#   difference remains possible.

# %% [markdown]
# ## The details
#
# Below: every marker and patient, the model in two programs, other tests, and other choices of patients and of
# time.

# %% [markdown]
# ### The values behind this page
#
# Where a marker has some values below the limit of detection, the notebook replaces them by a rule, which is a
# parameter; so is the scale. The model is `value ~ day * treated + (day | patient)`: a line for each group, and
# patients who differ in level and in slope ([random slopes](05_random_slopes)).

# %% [markdown] tags=["audit"]
# The public edition has no values of patients. It takes the twin: invented patients, made so that their fits agree with the
# printed numbers. What the twin shows beyond those is **not evidence**. Its confidence intervals and *P* values are both by
# Satterthwaite's *t*. By that way one printed number is not met, the *P* value of the IL18 difference (ledger
# CYT-04); by R's usual way all can be.
#
# In the trial four markers (IL-1β, IL-2, IL-17, IL-33) were "below the detection range in both groups". In the
# invented data each of their values is, so that there is nothing to model.

# %% tags=["hide-input"]
tables.show_table(
    fitted.left_out,
    name="not-modelled",
    title="Markers that are not modelled",
    source="The values behind this page",
)

# %% tags=["remove-cell", "audit"]
own = rescat.one_marker(
    rescat.to_scale(rescat.load_biomarkers("data"), scale), "IL1RA"
)
taken = own.groupby("arm")["patient_id"].agg(["size", "nunique"])
pages.say(
    twin_share=f"{100 * weight_of_randomised(own):.0f} %",
    **{
        f"per_{arm}": f"{row['size'] / row['nunique']:.1f}"
        for arm, row in taken.iterrows()
    },
)

# %% [markdown] tags=["audit"]
# The paper does not print how many samples there were. In the invented data an MSC patient has
# {glue:text}`per_MSC` samples on average, a randomised control {glue:text}`per_CTRL` and a matched
# control {glue:text}`per_mCTRL`, none of them after discharge. The two randomised controls carry
# {glue:text}`twin_share` of the slope of the twelve for IL1RA. That is an assumption. It is one of
# a few that agree both with the stays of Table 1 and with the printed intervals (see [who was
# sampled](06b_sampling)).

# %% tags=["hide-input", "slide"]
figures.show(
    figures.trajectories_of_markers(
        fitted.only(focus), f"{scale} concentration"
    ),
    name="cytokine-trajectories",
)

# %% [markdown]
# ### The model in two programs
#
# First statsmodels, with time in units of 28 days, so that its search works. It counts {glue:text}`main`'s
# patients like a large sample (*z*).

# %%
scaled = one.assign(
    weeks4=one["day"].astype(float) / 28, treated=one["treated"].astype(int)
)
model = smf.mixedlm(
    "value ~ weeks4 * treated",
    scaled,
    groups="patient_id",
    re_formula="~weeks4",
)
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    by_statsmodels = model.fit(reml=True, method="lbfgs")
pages.mixed_model_table(
    by_statsmodels.summary().tables[1],
    name="by-statsmodels",
    title=f"{focus[0]}, fitted by statsmodels",
    source="The values behind this page. Time in units of 28 days",
    origin=rescat.origin_of(one),
)

# %% tags=["remove-cell"]
warned = sorted({str(w.message) for w in said})
pages.say(warned=" ".join(warned) if warned else "It gave no warning.")

# %% [markdown]
# {glue:text}`warned` The same model with the degrees of freedom that few patients need (*t*), per day:

# %% tags=["hide-input"]
pages.slopes_table(
    fitted[focus[0]].table.reset_index(),
    name="main-slopes",
    title=f"{focus[0]}: slopes of both groups, and their difference",
    source="The values behind this page. Satterthwaite's degrees of freedom",
    scales=(scale,),
    decimals=4,
)

# %% [markdown]
# ### All cytokines, with their confidence intervals
#
# The paper's Figure 2A shows the slopes as colours. Here each slope has its confidence interval.

# %%
panel = fitted.only(inflammatory).table

# %% tags=["hide-input"]
figures.show(
    figures.slopes_of_groups(panel, "cytokine"), name="cytokine-slopes"
)

# %% tags=["hide-input", "slide"]
figures.show(figures.difference_forest(panel), name="cytokine-differences")

# %% tags=["remove-cell"]
pages.say(
    n_markers=len(inflammatory),
    n_singular=int(panel.groupby("marker")["singular"].any().sum()),
)

# %% [markdown]
# {glue:text}`n_singular` of the {glue:text}`n_markers` fits are {term}`singular <singular fit>`: the samples
# cannot tell the patients' differences from noise.

# %% [markdown] tags=["audit"]
# For the markers without printed numbers the twin only meets what is said of them in words ("no
# significant changes over time or comparable trends"), so that their slopes here mean nothing.

# %% [markdown]
# ### Six tests of one difference give different P values

# %%
tests = rescat.panel_tests(fitted.samples, inflammatory)

# %% tags=["hide-input"]
pages.tests_table(tests, name="cytokine-tests")

# %% [markdown]
# No correction for many tests was made here: that is [chapter 9](09_multiplicity).

# %% [markdown]
# ### Who is analysed, and how time is counted
#
# The controls may be all, or of one kind. Days may count as days, as visits 0, 1, 2 and so on, or bend as
# a {term}`spline`. Each choice can be defended. What does each of them give?

# %%
patients, absent = rescat.patients_beside(one, data_dir)
pages.choices(
    focus[0],
    None if absent else rescat.sensitivity(one, patients, fit=fitted[focus[0]]),
    absent,
)

# %% tags=["remove-cell"]
pages.say(
    ways_randomised=comb(7, 2),
    least_randomised=f"{1 / comb(7, 2):.3f}",
    ways_controls=comb(12, 2),
)

# %% [markdown]
# With two patients in a group the degrees of freedom of Satterthwaite are hardly known, and its *P*
# value must not stand alone. So an exact *P* stands beside it: the share of all ways to choose the
# two that give a *t* as large. The *P* value of the spline is from a likelihood ratio, which is too small
# with few patients.

# %% [markdown] tags=["audit"]
# ### Alone, the randomised patients can hardly show a difference
#
# The trial randomised five patients to MSC and two to control. There are {glue:text}`ways_randomised` ways
# to choose two of seven, so that **no values at all could give an exact *P* below
# {glue:text}`least_randomised`** (if every choice was possible; with blocks or by hospital the bound is
# higher, see [chapter 3](03_safety)). The row *CTRL v mCTRL* ({glue:text}`ways_controls` ways) compares the
# two kinds of controls, which were treated in different hospitals and units ({term}`ICU` or not). If they
# differ, the difference between MSC and controls may be one between hospitals. These controls were not
# randomised: there "exact" assumes that they could be exchanged.
#
# One MSC patient of the trial had an {term}`IL-6 blocker`, and one got cells from another source. What the
# rows above say of them is about invented patients.

# %% [markdown] tags=["audit"]
# ### Invented trials with the same printed numbers differ by test and by patient
#
# What is printed leaves much open. So we made {glue:text}`n_twins` twins. Each agrees with the
# same printed slopes and intervals, and its invented patients differ. They are **a family that we
# chose**: normal values, samplings that we assumed, one correlation between markers, the same slope in
# both kinds of controls, and of several draws the one that lies furthest inside the rounding. They are **not evidence about any
# patient**, and no bounds for the trial: another family has others.

# %% tags=["hide-input", "audit"]
ensemble = rescat.load_table("ensemble")
shown = ensemble[ensemble["marker"].isin(["IL1RA", "IL6"])]
pages.say(
    n_twins=int(ensemble["twin"].nunique()),
    n_samplings=int(ensemble["sampling"].nunique()),
)
figures.show(
    figures.ranges_over_twins(
        shown, figures.TWIN_TESTS, "of the difference by five tests"
    ),
    name="twin-tests",
)

# %% tags=["remove-cell", "audit"]
il1ra = ensemble[ensemble["marker"].eq("IL1RA")]
keys = [
    *("permutation_t", "permutation_welch", "highest", "visits"),
    *("without_il6_blocker", "randomised_only", "randomised_only_exact"),
]
pages.say(
    **{
        f"range_{key}": rescat.spread_in_words(p)
        for key, p in il1ra[keys].items()
    }
)

# %% [markdown] tags=["audit"]
# For IL1RA, in {glue:text}`n_twins` twins that all give *P* = {glue:text}`il1ra_p` (median, and in
# brackets the quantiles of 5 % and 95 %):
#
# - the permutation of *t* gives {glue:text}`range_permutation_t`, that of Welch's *t*
#   {glue:text}`range_permutation_welch`;
# - when each patient is left out in turn, the highest *P* is {glue:text}`range_highest`; without the patient
#   with an IL-6 blocker it is {glue:text}`range_without_il6_blocker`;
# - with the randomised patients alone *P* is {glue:text}`range_randomised_only_exact` exactly, and
#   {glue:text}`range_randomised_only` by Satterthwaite;
# - with time as visits it is {glue:text}`range_visits`.
#
# The {glue:text}`n_samplings` samplings each agree with the stays of Table 1 and with the printed intervals.
#
# ### With every printed number kept, P can go almost anywhere
#
# Thirty draws do not show what is possible. So we *searched*: a program changed the
# values of an invented trial step by step. After each step a linear programme restored everything
# that is printed of the marker, and the step was kept if the *P* value went further. So each *P* value below
# **can** occur: the book has the invented values. Data may exist that go further still.

# %% tags=["hide-input", "audit"]
tables.show_table(
    rescat.extremes_beside(extremes, slopes),
    name="extremes",
    title="P values that a search reached, with every printed number of the marker kept",
    source="A search over invented values",
    labels={"printed": "P as printed", "quantity": "Analysis"},
    decimals={"printed": 3, "lowest": 4, "highest": 3},
)

# %% tags=["remove-cell", "audit"]
pages.say(
    il18_high=f"{of.loc['IL18', 'ci_high']:.4f}",
    il18_high_range="{high_least:.4f} to {high_most:+.4f}".format(
        **of.loc["IL18"]
    ),
    **{
        f"limits_{m}": f"{row['ci_low']:.4f} to {row['ci_high']:.4f}"
        for m, row in of.iterrows()
    },
)

# %% [markdown] tags=["audit"]
# ### The interval of IL18 ends beside zero
#
# The paper prints the intervals of the slopes, and of a difference only its *P* value. The 95 % intervals of
# the differences per day follow from those of both slopes: {glue:text}`limits_IL1RA` (IL1RA), {glue:text}`limits_IL18` (IL18)
# and {glue:text}`limits_NFL` (NFL). This takes the two slopes to be independent, and the printed intervals to
# lie evenly about them, with the same multiplier. Intervals by a profile of the likelihood, which R's
# lme4 gives, need not.
#
# The interval of IL18 just leaves out zero: it ends at {glue:text}`il18_high`, and with the
# rounding of the printed numbers anywhere from {glue:text}`il18_high_range`. Its printed *P* is
# {glue:text}`il18_p`, which says that zero is inside. Neither says much more than the
# other. IL18 is at the border, and the paper calls it a trend.
#
# ### The P value of IL18 and its interval can come by two methods
#
# A slope with its interval fixes its *P* value, up to rounding and to the degrees of freedom, if three
# things hold. None of them is printed:
#
# - the interval is **even** about the slope, as a slope plus and minus a multiple of its standard error
#   is;
# - *P* comes from the **same statistic** as the interval: slope over standard error;
# - for a difference, the two slopes are **independent**, as they are in a model without covariates.
#
# So we can ask, without any patient's data, which *P* values the printed intervals allow then, and which
# they allow without the first.

# %% tags=["audit"]
assumed = [np.inf, 15, 10, 5]
ranges = pd.concat(
    rescat.allowed_differences(
        slopes, ["IL1RA", "IL18"], assumed, even=even
    ).assign(limits=words)
    for words, even in (("even", True), ("need not be even", False))
)
mixed = rescat.fitting_df(slopes, "IL18", "difference", limits_df=np.inf)
routes = rescat.load_table("routes")

# %% tags=["hide-input", "audit"]
lines = pages.p_settings(slopes, ["IL18", "IL1RA", "NFL"])
pages.show_explorable(
    "p-of-limits",
    question="Which P values do the printed slopes and intervals allow?",
    picture=figures.p_ranges(
        ranges.sort_values(["marker", "limits"], kind="stable")
    ),
    fixed="95 % intervals and two-sided P. P comes from the statistic behind the interval, but with "
    "the number of degrees of freedom that you choose. The two slopes of a difference are independent. "
    "Each figure may lie anywhere in its rounding.",
    **lines["IL18, difference"],
    decimals=3,
    convention="z",
    df=15,
    even=True,
    examples=lines,
)

# %% [markdown] tags=["audit"]
# The printed *P* of the IL18 difference, {glue:text}`il18_p`, is outside. Choose *z the interval, t the P*, and look for
# the degrees of freedom that let it in. Then start from *IL1RA, difference*: is its *P* inside?

# %% tags=["remove-cell", "audit"]
met = routes.pivot(index=["limits", "p"], columns="marker", values="all")
of_il18 = routes.query("marker == 'IL18'").set_index(["limits", "p"])
in_words = {
    route: f"{row['all']} of {row['lines']}"
    for route, row in of_il18.iterrows()
}
pages.say(
    mixed_low=f"{min(mixed):g}",
    mixed_high=f"{max(mixed):g}",
    n_drawn=int(routes["trials"].max()),
    by_zz=in_words["z", "z"],
    by_tt=in_words["t", "t"],
    il18_routes="; ".join(
        f"{rescat.LIMITS_ROUTES[limits]}, with P by {rescat.P_ROUTES[p]} ({in_words[limits, p]})"
        for limits, p in of_il18.index[of_il18["all"].gt(0)]
    )
    or "none",
    all_markers="; ".join(
        f"{rescat.LIMITS_ROUTES[limits]}, with P by {rescat.P_ROUTES[p]}"
        for limits, p in met.index[met.gt(0).all(axis=1)]
    )
    or "none",
)

# %% [markdown] tags=["audit"]
# The *P* value of IL1RA is allowed. That of IL18 is not if all three things hold. It can be right if
# interval and *P* come by different methods:
#
# - *z* for the interval and *t* with {glue:text}`mixed_low` to {glue:text}`mixed_high` degrees of freedom
#   for *P*;
# - **a profile interval and Satterthwaite's *P***, which is R's usual way: `confint()` of a model by lme4
#   gives profile intervals, which are not even about the slope, and lmerTest gives the *P* value.
#
# A *P* value by likelihood ratio, from `anova()` of two models, is one more way. We drew {glue:text}`n_drawn`
# trials of this design and asked of each, by every pair of methods, whether some lines and some factor for all values
# give all that the paper prints of a marker: slopes, intervals and *P* values.

# %% tags=["hide-input", "audit"]
shown = routes.assign(
    met=routes["all"].astype(str) + " of " + routes["lines"].astype(str)
).pivot(index=["limits", "p"], columns="marker", values="met")
shown = shown.loc[
    [(a, b) for a in rescat.LIMITS_ROUTES for b in rescat.P_ROUTES]
]
tables.show_table(
    shown.reset_index()
    .replace({"limits": rescat.LIMITS_ROUTES, "p": rescat.P_ROUTES})
    .assign(origin="synthetic"),
    name="routes",
    title="Invented trials that can give every printed number, by the way to interval and P",
    subtitle="Of the trials that can give the slopes and intervals, those that can give the P "
    "values as well. The same draws for all",
    source="Drawn trials",
    labels={"limits": "Interval", "p": "P"},
)

# %% [markdown] tags=["audit"]
# For IL18, by *z* for both it is {glue:text}`by_zz`, by *t* for both {glue:text}`by_tt`. Pairs that can
# give all of IL18: {glue:text}`il18_routes`. Pairs that can give all of each of the three markers:
# {glue:text}`all_markers`.
#
# So the printed numbers of IL18 do not contradict each other (ledger CYT-04). Which way was taken is
# not printed. The counts compare the ways; they depend on what was drawn, and do not say how probable each
# is. `rescat.twin(limits="profile")` makes twins that meet every printed number. The intervals also say something
# of who gave blood on which day: [who was sampled](06b_sampling).

# %% [markdown] tags=["audit"]
# {{ ledger }}

# %% [markdown] tags=["teaching"]
# ## Common misreadings
#
# - *"P is below 0.05, so MSC changed this cytokine."* Nearly all controls were treated in another
#   hospital and period. A difference from them is an association.
# - *"The rise is significant in the controls and not with MSC, so the groups differ."* Only
#   a test of the difference says that.
# - *"No significant difference means the same course."* The confidence interval may include a large difference.
# - *"One small P value in a panel is a finding."* The more markers are tested, the more of them
#   have a small P value by chance.
# - *"The twin shows what happened to the patients."* Its patients are invented. Only what agrees
#   with the printed figures is about the trial.

# %% [markdown] tags=["teaching"]
# ## Exercises
#
# {{ aims }}
#
# The [exercises of this chapter](exercises/06_cytokines.ipynb) have a page and a notebook of their own.

# %% [markdown] tags=["page"]
# ```{notebook-files}
# ```

# %% [markdown] tags=["page"]
# ## Check yourself
#
# ```{quiz} 06_cytokines
# ```
