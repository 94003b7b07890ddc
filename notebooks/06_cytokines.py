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
#       elsewhere. **How sure:** not very. Data that agree with all that is printed can have a *P*
#       of {glue:text}`reached_leave_one_out` for IL1RA without one patient, and
#       {glue:text}`reached_permutation_welch` by another test. **What would change it:** the
#       patients' values, or randomised controls.
#     objectives:
#       - >-
#         read the slopes of a panel of markers with their limits, from the {term}`random-slope
#         <random slope>` model
#       - say what the printed {term}`P values <P value>` and limits tell about each other
#       - >-
#         tell how far a result depends on one patient, on one test, on the way time is counted,
#         or on data that nobody has seen
#       - say why a difference from controls who were not randomised is an {term}`association`
#     before: '[random slopes](05_random_slopes)'
#     needs:
#       tables: [biomarkers.csv]
#       kind: inflammatory
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
from IPython.display import HTML

import rescat
from rescat import figures, pages, tables
from rescat.synthetic.twin import weight_of_randomised

biomarkers = rescat.load_biomarkers(data_dir)
kinds = rescat.load_table("markers").set_index("marker")["kind"]
slopes = rescat.load_slopes()

rescat.banner(biomarkers, slopes)

# %% tags=["audit"]
limits = rescat.printed_differences(slopes)

# %% tags=["hide-input", "audit", "slide"]
figures.show(
    figures.printed_differences_forest(limits), name="printed-differences"
)

# %% [markdown] tags=["audit"]
# Each line is the slope with MSC less the slope of the controls, with limits from the printed limits of
# both. Left of zero: less rise with MSC.

# %% tags=["remove-cell"]
arms = biomarkers.drop_duplicates("patient_id")["arm"].value_counts()
arms = arms.reindex(["MSC", "CTRL", "mCTRL"], fill_value=0)
pages.say(
    n_historical=int(arms["mCTRL"]),
    n_control=int(arms["CTRL"] + arms["mCTRL"]),
    n_treated=int(arms["MSC"]),
)

# %% [markdown]
# {{ estimand }}
#
# ```{admonition} Synthetic means synthetic
# :class: warning
# The patients' values are not public. Unless you gave your own data, this chapter runs on the
# **twin**: invented patients, made so that their fits agree with the printed figures. What the
# twin shows about one of its patients, or beyond the printed figures, is **not evidence** about
# anybody. Its limits and *P* values are both by Satterthwaite's *t*; by that route one printed figure
# is not met, the *P* value of the IL18 difference (ledger CYT-04). By R's usual route all can be.
# ```
#
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
# (*Results, infused MSC impact on cytokine profile* {cite}`tonelli2025`.) The scale of the values
# is not printed. We take log10, the more plausible one; it is a parameter of this notebook.
#
# ## The data
#
# In the trial four markers (IL-1β, IL-2, IL-17, IL-33) were "below the detection range in both
# groups". In the twin each of their values is, so that there is nothing to model. Where a marker has only some values below the limit, the notebook
# replaces them by a rule, which is a parameter.

# %%
fitted = rescat.fit_markers(biomarkers, scale=scale, rule=below_limit)
inflammatory = [
    m for m in fitted.markers if kinds.get(m, "inflammatory") == "inflammatory"
]
fitted[inflammatory[0]].sampling

# %% tags=["hide-input"]
tables.show_table(
    fitted.left_out,
    name="not-modelled",
    title="Markers that are not modelled",
    source="The values behind this page",
)

# %% tags=["remove-cell"]
samples = fitted.samples
focus = [m for m in ("IL1RA", "IL18", "IL6", "PTX3") if m in inflammatory]
focus = focus or inflammatory[:4]
pages.say(main=focus[0])

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
# The paper does not print how many samples there were. In the twin an MSC patient has
# {glue:text}`per_MSC` samples on average, a randomised control {glue:text}`per_CTRL` and a matched
# control {glue:text}`per_mCTRL`, none of them after discharge. The two randomised controls carry
# {glue:text}`twin_share` of the slope of the twelve for IL1RA. That is an assumption. It is one of
# a few that agree both with the stays of Table 1 and with the printed limits (see [who was
# sampled](06b_sampling)).

# %% [markdown]
# The paper's Figure 2B shows the mean lines alone. Here each patient is drawn too.

# %% tags=["hide-input", "slide"]
figures.show(
    figures.trajectories_of_markers(
        fitted.only(focus), f"{scale} concentration"
    ),
    name="cytokine-trajectories",
)

# %% [markdown]
# ## One marker with statsmodels
#
# The model is `value ~ day * treated + (day | patient)`. We fit it to {glue:text}`main`, with time
# in units of 28 days so that the search for the minimum works.

# %%
one = fitted.samples_of(focus[0])
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
HTML(by_statsmodels.summary().tables[1].to_html(border=0))

# %% tags=["hide-input"]
print("statsmodels says:", *{str(w.message) for w in said} or {"nothing"})

# %% [markdown]
# The same model with the degrees of freedom that few patients need, per day:

# %%
fitted[focus[0]]

# %% [markdown]
# ## All cytokines
#
# The paper's Figure 2A shows the slopes as colours. Here each colour has its limits.

# %%
panel = fitted.only(inflammatory).table

# %% tags=["hide-input"]
figures.show(figures.slope_heat_map(panel, "cytokine"), name="cytokine-slopes")

# %% tags=["hide-input", "slide"]
figures.show(figures.difference_forest(panel), name="cytokine-differences")

# %% tags=["remove-cell"]
pages.say(
    n_markers=len(inflammatory),
    n_singular=int(panel.groupby("marker")["singular"].any().sum()),
)

# %% [markdown]
# {glue:text}`n_singular` of the {glue:text}`n_markers` fits are {term}`singular <singular fit>`.
# For the markers without printed figures the twin only meets what is said of them ("no
# significant changes over time or comparable trends"), so their slopes here mean nothing.
#
# ## Six tests of the same difference

# %%
tests = rescat.panel_tests(fitted.samples, inflammatory)

# %% tags=["hide-input"]
pages.tests_table(tests, name="cytokine-tests")

# %% [markdown]
# No correction for many tests was made here or, as far as is printed, in the paper.
#
# ## One patient out
#
# With {glue:text}`n_treated` treated patients each of them is a fifth of the evidence.

# %%
without = rescat.leave_one_out(one)

# %% tags=["hide-input"]
figures.show(
    figures.leave_one_out_forest(without, fitted[focus[0]], focus[0]),
    name="leave-one-out",
)

# %% tags=["remove-cell"]
pages.say(
    loo_low=f"{without['p_value'].min():.3f}",
    loo_high=f"{without['p_value'].max():.3f}",
)

# %% [markdown]
# In these values *P* goes from {glue:text}`loo_low` to {glue:text}`loo_high`. In the twin it is
# chance which patient matters. That one patient *can* matter as much is not.
#
# ## Who is analysed, and how time is counted
#
# One MSC patient of the trial had an {term}`IL-6 blocker`, one got cells from another source, and
# ten controls were not randomised. Days 0, 3, 6, 14 and 28 may count as days, as visits 0 to 4, or
# bend as a {term}`spline`. Each choice can be defended. What does each of them give?

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
# two that give a *t* as large. The trial randomised five patients to MSC and two to control. There
# are {glue:text}`ways_randomised` ways, so that **no values at all could give an exact *P* below
# {glue:text}`least_randomised`** (if every choice was possible; with blocks or by hospital the limit is
# higher, see [chapter 3](03_safety)): alone, the randomised patients can hardly show a difference. The row
# *CTRL v mCTRL* ({glue:text}`ways_controls` ways) compares the two kinds of controls, which were
# treated in different hospitals and units ({term}`ICU` or not). If they differ, the difference between
# MSC and controls may be one between hospitals. These controls were not randomised, so that there
# "exact" assumes that they could be exchanged. The *P* value of the spline is from a likelihood
# ratio, which is too small with few patients.

# %% [markdown] tags=["audit"]
# ## Many twins, the same printed figures
#
# The printed figures leave much open. So we made {glue:text}`n_twins` twins; each agrees with the
# same printed slopes and limits, and its invented patients differ. They are **a family that we
# chose**: normal values, samplings that we assumed, one correlation between markers, the same slope in
# both kinds of controls, and of several draws the one that lies furthest inside the rounding. What do
# other tests say of them?

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

# %% [markdown] tags=["audit"]
# And how much depends on one patient, on the kind of controls, and on the way time is counted?
# These are quantiles over invented data. They are **not evidence about any patient**.

# %% tags=["hide-input", "audit"]
figures.show(
    figures.ranges_over_twins(
        shown,
        figures.TWIN_CHOICES,
        "under other choices of patients, controls and time",
    ),
    name="twin-choices",
)

# %% tags=["remove-cell", "audit"]
il1ra = ensemble[ensemble["marker"].eq("IL1RA")]
keys = [
    *("permutation_t", "permutation_welch", "highest", "visits"),
    *("without_il6_blocker", "randomised_only", "randomised_only_exact"),
]
p_printed = slopes.set_index(["marker", "term"])["p_value"]
pages.say(
    il1ra_p=f"{p_printed['IL1RA', 'difference']:.3f}",
    **{
        f"range_{key}": rescat.spread_in_words(p)
        for key, p in il1ra[keys].items()
    },
)

# %% [markdown] tags=["audit"]
# For IL1RA, in {glue:text}`n_twins` twins that all print *P* = {glue:text}`il1ra_p` (median, and in
# brackets the quantiles of 5 % and 95 %):
#
# - the permutation of *t* gives {glue:text}`range_permutation_t`, that of Welch's *t*
#   {glue:text}`range_permutation_welch`;
# - with one patient out, the highest *P* is {glue:text}`range_highest`; without the patient with
#   an IL-6 blocker {glue:text}`range_without_il6_blocker`;
# - with the randomised patients alone *P* is {glue:text}`range_randomised_only_exact` exactly, and
#   {glue:text}`range_randomised_only` by Satterthwaite;
# - with time as visits {glue:text}`range_visits`.
#
# These are quantiles of a family **that we chose**: normal distributions, {glue:text}`n_samplings`
# samplings in turn, each of which agrees with the stays of Table 1 and with the printed limits, and
# **one slope for both kinds of controls**: if only the matched ones rose, the rows with CTRL alone would
# be others. They are no limits for the trial: another family has others.
#
# ## How far can data go that agree with the printed figures?
#
# Thirty draws do not show the limits of what is possible. So we *searched*: a program changed the
# values of an invented trial step by step. After each step a linear programme restored everything
# that is printed of the marker, and the step was kept if the *P* value went further. The
# invented values behind each row are in `data/synthetic/extremes_samples.csv`, so each *P* value
# **can** occur. Data may exist that go further still.

# %% tags=["hide-input", "audit"]
extremes = rescat.load_table("extremes")
tables.show_table(
    rescat.extremes_beside(extremes, slopes),
    name="extremes",
    title="P values that a search reached, with every printed figure of the marker kept",
    source="data/synthetic/extremes.csv (benchmarks/extremes.py)",
    labels={"printed": "P as printed", "quantity": "Analysis"},
    decimals={"printed": 3, "lowest": 4, "highest": 3},
)

# %% tags=["remove-cell", "audit"]
highest = extremes.query("marker == 'IL1RA' and direction == 'highest'")
pages.say(
    **{
        f"reached_{r.quantity}": f"{r.reached:.2f}"
        for r in highest.itertuples()
    }
)

# %% [markdown] tags=["audit"]
# So there are data that print all that the paper prints of IL1RA and give *P* =
# {glue:text}`reached_permutation_t` by the permutation of *t*,
# {glue:text}`reached_permutation_welch` by that of Welch's *t*, and
# {glue:text}`reached_leave_one_out` when one patient is left out. Nobody says that the trial's data
# are like that. What is printed does not exclude it.
#
# ## The limits of the differences, which are not printed
#
# The paper prints limits of each slope, and of a difference only its *P* value. The limits can be
# computed from those of both slopes.

# %% tags=["remove-cell", "audit"]
of = limits.set_index("marker")
pages.say(
    il18_high=f"{of.loc['IL18', 'ci_high']:.4f}",
    il18_high_range="{high_least:.4f} to {high_most:+.4f}".format(
        **of.loc["IL18"]
    ),
    il18_p=f"{of.loc['IL18', 'p_value']:.3f}",
    **{
        f"limits_{m}": f"{row['ci_low']:.4f} to {row['ci_high']:.4f}"
        for m, row in of.iterrows()
    },
)

# %% [markdown] tags=["audit"]
# The differences per day are {glue:text}`limits_IL1RA` (IL1RA), {glue:text}`limits_IL18` (IL18) and
# {glue:text}`limits_NFL` (NFL). Each estimate may be a small difference or one twice as large. This
# takes the two slopes to be independent, and the printed limits to lie evenly about them, with the
# same multiplier. Limits by a profile of the likelihood, which R's lme4 gives, need not.
#
# The limits of IL18 leave out zero, by a hair: they end at {glue:text}`il18_high`, and with the
# rounding of the printed figures anywhere from {glue:text}`il18_high_range`. Its printed *P* is
# {glue:text}`il18_p`, which says that zero is inside. To be fair: neither says much more than the
# other. IL18 is at the border, and the paper calls it a trend (see the next section and CYT-04).
#
# ## What the printed figures say of each other
#
# A slope with its limits fixes its *P* value, up to rounding and to the degrees of freedom, if three
# things hold. None of them is printed:
#
# - the limits are **even** about the slope, as a slope plus and minus a multiple of its standard error
#   is;
# - *P* comes from the **same statistic** as the limits: slope over standard error;
# - for a difference, the two slopes are **independent**, as they are in a model without covariates.
#
# So we can ask, without any patient's data, which *P* values the printed limits allow then, and which
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
tables.show_table(
    ranges.sort_values(
        ["marker", "limits"], ascending=[False, True], kind="stable"
    ),
    name="attainable",
    title="P values of the difference that the printed slopes and limits allow",
    subtitle="If P comes from the statistic behind the limits, and the two slopes are independent",
    source="data/published/slopes.csv, with rounding to three decimals",
    labels={
        "printed": "P as printed",
        "low": "Lowest P",
        "high": "Highest P",
        "limits": "Limits about the slope",
    },
    decimals={"printed": 3, "low": 4, "high": 4},
)

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
# limits and *P* come by different methods:
#
# - *z* for the limits and *t* with {glue:text}`mixed_low` to {glue:text}`mixed_high` degrees of freedom
#   for *P*;
# - **profile limits and Satterthwaite's *P***, which is R's usual route: `confint()` of a model by lme4
#   gives profile limits, which are not even about the slope, and lmerTest gives the *P* value.
#
# A *P* value by likelihood ratio, from `anova()` of two models, is one more route. The table below
# says whether it reaches these figures.
#
# How easily? We drew {glue:text}`n_drawn` trials of this design and asked of each, by every pair of
# routes, whether some lines and some factor for all values print all that the paper prints of a
# marker: slopes, limits and *P* values.

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
    title="Trials that can print every figure, by the route to limits and P",
    subtitle="Of the trials that can print the slopes and limits, those that can print the P "
    "values as well. The same draws for all",
    source="data/synthetic/routes.csv, made by benchmarks/routes.py",
    labels={"limits": "Limits", "p": "P"},
)

# %% [markdown] tags=["audit"]
# For IL18, by *z* for both it is {glue:text}`by_zz`, by *t* for both {glue:text}`by_tt`. Pairs that can
# print all of IL18: {glue:text}`il18_routes`. Pairs that can print all of each of the three markers:
# {glue:text}`all_markers`.
#
# So the printed figures of IL18 do not contradict each other (ledger CYT-04). Which route was taken is
# not printed. The counts compare routes; they depend on what was drawn, and do not say how probable a
# route is. `rescat.twin(limits="profile")` makes twins that meet every printed figure.

# %% [markdown] tags=["audit"]
# The limits also say something of who gave blood on which day. That is a story of its own: [who was
# sampled](06b_sampling).

# %% [markdown] tags=["audit"]
# {{ ledger }}

# %% [markdown]
# ## What this does not show
#
# - Whether MSC change a cytokine. Nearly all controls were treated elsewhere, earlier, in another
#   unit, and their day 0 is another day.
# - Anything about a real patient: the values are invented, unless they are yours.
# - That "no significant difference" is "no difference". The limits say how large a difference
#   remains possible.

# %% [markdown] tags=["teaching"]
# ## Common misreadings
#
# - *"P is below 0.05, so MSC changed this cytokine."* Nearly all controls were treated in another
#   hospital and period. A difference from them is an association.
# - *"The rise is significant in the controls and not in the treated, so the groups differ."* Only
#   a test of the difference says that.
# - *"No significant difference means the same course."* The limits may allow a large difference.
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
