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
#     objectives:
#       - >-
#         read the slopes of a panel of markers with their limits, from the {term}`random-slope
#         <random slope>` model
#       - say what the printed {term}`P values <P value>` and limits tell about each other
#       - >-
#         tell how far a result hangs on one patient, on one test, on the way time is counted,
#         or on data that nobody has seen
#       - say why a difference from controls who were not randomised is an {term}`association`
#     before: '[random slopes](05_random_slopes)'
#     minutes: 45
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
#
# {{ head }}

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
# a few that agree both with the stays of Table 1 and with the printed limits (see *What the printed
# limits say about the sampling* below).

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
# ## Many twins, one print
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
# And how much hangs on one patient, on the kind of controls, and on the way time is counted?
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
# ## How far can data go that agree with the print?
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
# are like that. The print does not exclude it.
#
# ## The limits of the differences, which are not printed
#
# The paper prints limits of each slope, and of a difference only its *P* value. The limits can be
# computed from those of both slopes.

# %% tags=["audit"]
limits = rescat.printed_differences(slopes)

# %% tags=["hide-input", "audit", "slide"]
figures.show(
    figures.printed_differences_forest(limits), name="printed-differences"
)

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
# ## What the printed limits say about the sampling
#
# Twelve controls should tell more than five treated: with one set of variances and the same days
# for everybody the controls' {term}`standard error` is {glue:text}`full_ratio` times that of the
# treated. The printed
# limits are another story. They are evidence about the sampling, which is not printed.

# %% tags=["audit"]
fits = rescat.design_fits(slopes, residual_ratios=[1.0])

# %% tags=["hide-input", "audit"]
figures.show(figures.widths_by_design(fits), name="sampling")

# %% tags=["remove-cell", "audit"]
everybody = fits["design"].str.startswith(("everybody", "one sample"))
agreeing = fits[fits["fits"]].groupby("marker")["design"].unique()
in_all = set.intersection(*(set(d) for d in agreeing))
pages.say(
    full_ratio=f"{fits.loc[everybody, 'expected'].max():.2f}",
    in_all="; ".join(sorted(in_all)) or "none",
    full_fits=int(fits.loc[everybody, "fits"].sum()),
)

# %% [markdown] tags=["audit"]
# Complete sampling of everybody gives {glue:text}`full_ratio`, and {glue:text}`full_fits` of its
# points lie in a band. Samplings with a point in each of the three bands: {glue:text}`in_all`. So
# the controls gave less information than their number says.
#
# **Who could be sampled?** Table 1 prints how long everybody stayed in hospital: the randomised from
# enrolment, the matched controls from admission.

# %% tags=["audit"]
patients = rescat.load_patients()
stays = rescat.in_hospital(patients)

# %% tags=["hide-input", "audit"]
tables.show_table(
    stays.rename(
        columns={c: f"Day {c:g}" for c in stays if isinstance(c, float)}
    ),
    name="in-hospital",
    title="Patients who were in hospital on the planned days of sampling",
    source="data/published/patients.csv (length of stay; the day of discharge counts)",
    labels={"arm": "Arm", "patients": "Patients"},
)

# %% tags=["remove-cell", "audit"]
by_arm = stays.set_index("arm")
pages.say(
    randomised_28=int(by_arm.loc[["MSC", "CTRL"], 28.0].sum()),
    n_randomised=int(by_arm.loc[["MSC", "CTRL"], "patients"].sum()),
    historical_28=int(by_arm.loc["mCTRL", 28.0]),
    n_matched=int(by_arm.loc["mCTRL", "patients"]),
)

# %% [markdown] tags=["audit"]
# On day 28 {glue:text}`randomised_28` of the {glue:text}`n_randomised` randomised patients were in
# hospital, and {glue:text}`historical_28` of the {glue:text}`n_matched` matched controls. So the late
# samples of the randomised are from visits (the methods have visits two and four weeks after the
# treatment). Of the matched controls, half could be sampled to the end without any visit.
#
# So we searched: nobody is sampled after discharge but the randomised who come back, and then
# samples are left out in several ways, until the widths come out.

# %% tags=["audit"]
search = rescat.sampling_search(slopes)
overview = rescat.sampling_overview(slopes)

# %% tags=["hide-input", "audit"]
found = search[search["agrees"]].groupby("way")["share"].agg(["min", "max"])
by_way = search.groupby("way", sort=False).agg(
    start_low=("ratio_low", "first"), start_high=("ratio_high", "first")
)
by_way = by_way.join(found).reset_index()
tables.show_table(
    by_way.assign(origin="published"),
    name="sampling-search",
    title="How many later samples must be missing for all three printed widths to come out",
    subtitle="Who is sampled, and of whom samples are missing. Ratio: standard error of the "
    "controls over that of the treated with none missing. Share missing: empty if no share does it",
    source="data/published/slopes.csv and the stays of Table 1; one residual SD, one multiplier",
    labels={
        "way": "Sampling: missing are those of",
        "start_low": "Lowest ratio",
        "start_high": "Highest ratio",
        "min": "Share missing, from",
        "max": "to",
    },
    decimals={"start_low": 2, "start_high": 2},
    percent={"min": 0, "max": 0},
)

# %% tags=["remove-cell", "audit"]
ways = by_way.set_index("way")


def shares(way):
    row = ways.loc[way]
    return f"{100 * row['min']:.0f} to {100 * row['max']:.0f} %"


alike = search[search["way"].str.endswith("all arms")]
agreeing_designs = overview[overview["agrees"]]
alone = overview.set_index("design").loc["by stay: in hospital only"]
pages.say(
    in_hospital_ratio=f"{ways.iloc[0]['start_low']:.2f} to {ways.iloc[0]['start_high']:.2f}",
    back_ratio="{:.2f} to {:.2f}".format(
        *ways.loc[
            "the randomised come back: all arms", ["start_low", "start_high"]
        ]
    ),
    alike_ratio=f"{alike['ratio_low'].min():.2f} to {alike['ratio_high'].max():.2f}",
    alike_agree=int(alike["agrees"].sum()),
    missing_controls=shares("the randomised come back: the controls"),
    missing_historical=shares("the randomised come back: the historical"),
    carried="{:.0f} to {:.0f} %".format(
        100 * agreeing_designs["randomised_low"].min(),
        100 * agreeing_designs["randomised_high"].max(),
    ),
    carried_in_hospital="{:.0f} to {:.0f} %".format(
        100 * alone["randomised_low"], 100 * alone["randomised_high"]
    ),
    n_agreeing=len(agreeing_designs),
)

# %% [markdown] tags=["audit"]
# Without any visit the ratio would be {glue:text}`in_hospital_ratio`. If the randomised came back for
# every sample it would be {glue:text}`back_ratio`. Neither fits. Samples that are missing in all arms
# alike do not help: the ratio stays at {glue:text}`alike_ratio`. **With the stays of Table 1, one set of
# variances, and limits by one multiplier, the printed widths come out only if samples of controls are
# missing that could have been taken, while the treated have theirs**: {glue:text}`missing_controls` of the later samples of all controls,
# {glue:text}`missing_historical` of those of the historical ones, or the samples of day 28 of all
# {glue:text}`historical_28` historical ones who were still in hospital. If each group has the
# multiplier of its own *t*, that of the controls is smaller, and more must be missing. The paper
# does not speak of missing samples; the number of samples by arm and day would settle it.
#
# There is another way to such widths: variances that are fitted for each group apart, or a model
# for each group. The paper does not say so, and the random-slope model that it names has one set of
# variances for all. Profile limits change the widths as well; we did not search them.
#
# **Who carries the slope of the controls?** The sampling decides it. The table gives the share that
# the randomised controls carry; the rest is that of the historical ones.

# %% tags=["hide-input", "audit"]
tables.show_table(
    overview.drop(columns="agrees"),
    name="sampling-overview",
    title="Assumed samplings beside Table 1, the printed widths, and who carries the slope",
    subtitle="After discharge: samples of historical controls. Missing: of the controls' samples that "
    "could have been taken. Carried: share of the controls' slope that the two randomised "
    "controls carry, for slopes that vary by 0 to 0.1 residual SD per day",
    source="data/published/slopes.csv and the stays of Table 1",
    labels={
        "design": "Sampling",
        "after_discharge": "After discharge",
        "missing": "Missing",
        "fits": "Printed widths that fit",
        "randomised_low": "Carried, from",
        "randomised_high": "to",
    },
    decimals={"after_discharge": 1},
    percent={"missing": 0, "randomised_low": 0, "randomised_high": 0},
)

# %% tags=["hide-input", "audit"]
days = [0.0, 3.0, 6.0, 14.0, 28.0]
by_day = []
for name in agreeing_designs["design"]:
    weights = rescat.arm_weights(rescat.DESIGNS[name], sd_slope=0.05)
    part = weights[days] * days  # what a rise from day 0 adds to the slope
    part.columns = [f"Day {day:g}" for day in days]
    by_day.append(pd.concat([weights[["arm", "weight"]], part], axis=1))
    by_day[-1].insert(0, "design", name)
tables.show_table(
    pd.concat(by_day).drop(columns="Day 0").assign(origin="published"),
    name="arm-weights",
    title="What each arm and day adds to the slope of the controls, if the arm rises",
    subtitle="If every patient of an arm rose by one more unit per day, the slope of the controls "
    "would rise by the weight; the days add up to it. Slopes vary by 0.05 residual SD per day",
    source="The samplings that agree with Table 1 and with the printed widths",
    labels={"design": "Sampling", "arm": "Arm", "weight": "Weight"},
    decimals=dict.fromkeys(
        ["weight", *(f"Day {day:g}" for day in days[1:])], 2
    ),
)

# %% [markdown] tags=["audit"]
# Under the {glue:text}`n_agreeing` samplings that agree with both, **{glue:text}`carried` of the
# controls' slope is randomised evidence**, from two patients; with all samples it would be two
# twelfths, and without any visit {glue:text}`carried_in_hospital`.
#
# The standard errors also speak of the **scale**. If patients do not differ in slope, each of them
# gives the largest residual SD that it allows.

# %% tags=["hide-input", "audit"]
residual = rescat.implied_residual_sd(slopes)
full = residual[residual["design"].eq("everybody on all five days")]
tables.show_table(
    full[
        ["marker", "term", "sd_low", "sd_high", "scale", "sd_within", "share"]
    ].assign(origin="evidence"),
    name="residual-sd",
    title="The largest residual SD that the printed limits allow, and SDs within patients elsewhere",
    subtitle="If everybody was sampled on all five days, the limits are 1.96 standard errors (z), and "
    "one residual SD holds for both groups. A share far below 1 says: too little scatter for this "
    "scale, unless the values scattered less than elsewhere",
    source="data/published/slopes.csv and data/evidence/markers.csv (NFL: an assumption)",
    decimals={"sd_low": 2, "sd_high": 2, "sd_within": 2, "share": 2},
)

# %% tags=["remove-cell", "audit"]
shares = full[full["term"].eq("treated")].set_index(["marker", "scale"])[
    "share"
]
pages.say(
    **{f"share_{s}_{m}": f"{share:.2f}" for (m, s), share in shares.items()}
)

# %% [markdown] tags=["audit"]
# One residual SD holds for all, so that the treated decide: their limits leave less room. On log10
# they leave room for {glue:text}`share_log10_IL1RA` (IL1RA) and {glue:text}`share_log10_IL18` (IL18)
# of the scatter that others found; with the natural logarithm for {glue:text}`share_ln_IL1RA` and
# {glue:text}`share_ln_IL18`. None of them fits in full, and log10 is nearer. For NFL the table does
# not decide. That is why we take log10. It is an inference and no proof, and it is one between two
# scales only.

# %% tags=["remove-cell", "audit"]
levels = rescat.load_table("markers").set_index("marker")
expected = levels["sd_within"] / np.hypot(
    levels["sd_between"], levels["sd_within"]
)
in_sd = full[full["term"].eq("treated") & full["scale"].eq("log10")]
in_sd = in_sd.set_index("marker")["sd_high"]
pages.say(
    **{f"z_{m}": f"{sd:.2f}" for m, sd in in_sd.items()},
    **{f"share_z_{m}": f"{sd / expected[m]:.2f}" for m, sd in in_sd.items()},
)

# %% [markdown] tags=["audit"]
# A third scale is possible: **SD units**, the {term}`z scores <z score>` of the logarithms, which are
# natural for a heat map of many markers (Figure 2A). There a residual SD lies between 0 and about 1.
# The limits of the treated allow {glue:text}`z_IL1RA` (IL1RA), {glue:text}`z_IL18` (IL18) and
# {glue:text}`z_NFL` (NFL) at most: {glue:text}`share_z_IL1RA`, {glue:text}`share_z_IL18` and
# {glue:text}`share_z_NFL` of the scatter that the evidence gives in these units. That is less than on
# log10; but assays differ, and it is no reason to exclude such a scale. If it is the right scale, a slope has no fold: "so many
# times as high" can't be computed from the print.

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
#   with the print is about the trial.

# %% [markdown] tags=["teaching"]
# ## Exercises
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
