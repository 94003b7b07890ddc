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
#       **Was the brain spared?** The printed lines of NFL differ: {glue:text}`ratio_log10_28` times
#       apart on day 28, if the scale is log10 and they start together. But NFL rises as fast or
#       faster in ventilated patients without any cells, and most controls were in intensive care.
#       If chosen controls gave no blood on day 28, a short rise that ends can give the same
#       printed lines. **How sure:** that the lines differ; not why.
#       **What would change it:** each patient's values.
#     objectives:
#       - >-
#         read the result for NFL with its confidence interval, from the {term}`random-slope <random slope>`
#         model of the markers of nerve injury
#       - >-
#         compute a ratio of concentrations on a given day from a slope, and hold it against the
#         text
#       - >-
#         say what a straight line makes of a {term}`transient`, and why that depends on who was
#         sampled when
#       - >-
#         say how fast NFL would have to rise in intensive care, to give the same printed figures without
#         any effect of treatment
#     before: '[random slopes](05_random_slopes)'
#     needs:
#       tables: [biomarkers.csv]
#       markers: 1
#       kind: neuro
#       spare: true
#     estimand: >-
#       {glue:text}`n_historical` of the {glue:text}`n_control` controls of the trial were not
#       randomised. They were patients of an intensive care unit; of the others the paper says
#       semi-intensive or intensive. A difference of slopes is an {term}`association`, not an
#       effect of treatment.
#     ledger:
#       title: 'Neuro-markers: paper against recomputed'
# ---

# %% [markdown]
# # Neuro-markers: was the brain spared, or was the line too straight?

# %% [markdown] tags=["audit"]
# {{ answer }}

# %% tags=["parameters", "hide-input"]
data_dir = "data"  # folder with biomarkers.csv and patients.csv
scale = "log10"  # logarithm of the concentrations: log10 or ln
below_limit = "half"  # a value below detection: limit, half, root2 or drop

# %% tags=["hide-input"]
import math
import warnings

import numpy as np
import pandas as pd
import statsmodels.formula.api as smf

import rescat
from rescat import figures, pages, tables
from rescat.panel.designs import SAMPLINGS

biomarkers = rescat.load_biomarkers(data_dir)
kinds = rescat.load_table("markers").set_index("marker")["kind"]
slopes = rescat.load_slopes()

rescat.banner(biomarkers, slopes)

# %% tags=["audit"]
line_twin = rescat.one_marker(
    rescat.to_scale(rescat.load_biomarkers("data")), "NFL"
)
transient_twin = rescat.to_scale(rescat.load_table("nfl_transient"))
transient_twin["treated"] = transient_twin["arm"].eq("MSC")
twins = {
    name: (samples, rescat.fit_slopes(samples))
    for name, samples in (
        ("straight lines", line_twin),
        ("a transient", transient_twin),
    )
}

# %% tags=["hide-input", "audit", "slide"]
figures.show(figures.two_twins(twins, "NFL"), name="nfl-two-twins")

# %% [markdown] tags=["audit"]
# Two sets of **invented** patients. From both follow the same printed slopes, confidence intervals and {term}`P values <P value>`
# of NFL. In the first the groups drift apart for good. In the second they part for two weeks, and are together again on
# day 28.
#
# ## Two different courses give the same printed lines
#
# NFL (neurofilament light chain) in blood is a sign of injured nerve fibres. In the first example the
# mean of the controls is {glue:text}`lasting_28` times that of MSC on day 28. In the second one it is
# {glue:text}`transient_14` times on day 14 and {glue:text}`transient_28` times on day 28, and no chosen control
# gave blood on day 28. The paper prints two straight lines, and does not say who gave blood when. So they
# cannot tell these two stories apart.

# %% tags=["remove-cell"]
arms = biomarkers.drop_duplicates("patient_id")["arm"].value_counts()
arms = arms.reindex(["MSC", "CTRL", "mCTRL"], fill_value=0)
pages.say(
    n_historical=int(arms["mCTRL"]), n_control=int(arms["CTRL"] + arms["mCTRL"])
)

# %% [markdown]
# {{ estimand }}

# %% [markdown] tags=["audit"]
# ## What the paper says
#
# > By analyzing plasma levels of brain and astrocytic/BBB damage biomarkers, we observed a steep
# > increase overtime of NFL in CTRL patients (P < 0.001). Of note, MSC treatment abolished the NFL
# > temporal rise, leading to a significantly different slope compared to CTRL patients (slope
# > 0.002 [-0.012 – 0.015] versus 0.029 CI [0.016 – 0.041], P = 0.012).
#
# (*Results* {cite}`tonelli2025`. The other neuro-markers and growth factors "did not show significant
# differences between groups".) And in the discussion:
#
# > In our study, while NFL levels appeared to align between the MSC and control groups by day 28,
# > a notable divergence was observed at day 14, suggesting a potential early effect of MSC therapy
# > on neurological injury markers.

# %% [markdown] tags=["audit"]
# ## Lines that start together are furthest apart on day 28
#
# The printed slopes are {glue:text}`treated_slope` per day with MSC and {glue:text}`control_slope` in the
# controls (in brackets the 95 % {term}`confidence interval`). If the values are log10, NFL changes in 28 days to
# {glue:text}`treated_fold` with MSC, and to {glue:text}`control_fold` in the controls. So the interval with MSC includes
# a rise as well.

# %% tags=["audit"]
days = np.arange(0, 29)
ratios = rescat.implied_ratios(slopes, "NFL", days=days)
together = ratios[ratios["together_on"].eq(0)]

# %% tags=["hide-input", "audit", "slide"]
figures.show(figures.ratios_between_lines(together, "NFL"), name="nfl-ratios")

# %% [markdown] tags=["audit"]
# If both lines start together, the controls are at {glue:text}`ratio_log10_14` times the level of MSC on day 14,
# and at {glue:text}`ratio_log10_28` times on day 28 ({glue:text}`ratio_ln_28` with the natural logarithm: which one
# was used is not printed). The discussion says that the groups *align* on day 28. So lines and discussion
# do not describe the same course. Both can come from the same patients, if the true courses are curves.

# %% [markdown]
# ## A straight line cannot show a rise that ends
#
# The model draws one straight line for each group. A line that rises cannot come back. If few patients
# are sampled on the last days, it sees the rise and not the return, and it runs on to a day on which hardly anybody
# was seen. So look at the patients' own values too; they are in the details.

# %% [markdown] tags=["audit"]
# ## Intensive care is a rival explanation
#
# All ten matched controls were in an {term}`ICU`; none of the MSC patients needed one (*Discussion*). In
# ventilated patients of another study, without any cells, NFL rose by {glue:text}`icu_slope` per day on log10:
# to {glue:text}`icu_fold` in 28 days. On that scale it is faster than the printed line of the controls. But the
# controls of this trial were not ventilated invasively, and how fast NFL rises in such patients is not known.

# %% [markdown]
# ## What this does not show
#
# - Whether MSC protect the brain. The groups differ in hospital, unit and period, and NFL
#   also rises with age, with poor kidney function and in nerves outside the brain.
# - That the difference was one that ends, or that it was not. The printed numbers fit both.
# - Anything about a real patient: the values are invented, unless they are yours.

# %% [markdown]
# ## The details
#
# Below: every patient and marker, the model in two programs, other tests, and other choices of patients and of
# time.

# %% [markdown]
# ### Each patient's values

# %% [markdown] tags=["audit"]
# The patients' values are not public. This chapter runs on the **twin**: invented patients, made so that their fits agree with
# what the paper prints. What the twin shows beyond that is **not evidence** about anybody.

# %% tags=["hide-input"]
fitted = rescat.fit_markers(biomarkers, scale=scale, rule=below_limit)
neuro = [m for m in fitted.markers if kinds.get(m) == "neuro"]
spare = fitted.with_one_to_spare(neuro)
main = "NFL" if "NFL" in spare else spare[0]
one = fitted.samples_of(main)

# %% tags=["hide-input"]
focus = [m for m in ("NFL", "GFAP", "TAU", "BDNF") if m in neuro] or neuro[:4]
figures.show(
    figures.trajectories_of_markers(
        fitted.only(focus), f"{scale} concentration"
    ),
    name="neuro-trajectories",
)

# %% [markdown]
# ### The model in two programs
#
# First statsmodels, with time in units of 28 days, so that its search works. It counts the patients like a
# large sample (*z*).

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
    title=f"{main}, fitted by statsmodels",
    source="The values behind this page. Time in units of 28 days",
    origin=rescat.origin_of(one),
)

# %% tags=["remove-cell"]
warned = sorted({str(w.message) for w in said})
pages.say(warned=" ".join(warned) if warned else "It gave no warning.")

# %% [markdown]
# {glue:text}`warned` The same model with the degrees of freedom that few patients need (*t*), per day:

# %% tags=["hide-input"]
fit = fitted[main]
pages.slopes_table(
    fit.table.reset_index(),
    name="main-slopes",
    title=f"{main}: slopes of both groups, and their difference",
    source="The values behind this page. Satterthwaite's degrees of freedom",
    scales=(scale,),
    decimals=4,
)

# %% [markdown]
# ### All neuro-markers and growth factors

# %%
panel = fitted.only(neuro).table

# %% tags=["hide-input"]
figures.show(figures.difference_forest(panel), name="neuro-differences")

# %% [markdown]
# ### Six tests of one difference give different P values

# %%
tests = rescat.panel_tests(fitted.samples, neuro)

# %% tags=["hide-input"]
pages.tests_table(tests, name="neuro-tests")

# %% [markdown]
# ### Without one patient, and under other choices

# %%
without = rescat.leave_one_out(one)

# %% tags=["hide-input"]
figures.show(
    figures.leave_one_out_forest(without, fitted[main], main),
    name="neuro-leave-one-out",
)

# %%
patients, absent = rescat.patients_beside(one, data_dir)
pages.choices(
    main,
    None if absent else rescat.sensitivity(one, patients, fit=fitted[main]),
    absent,
)

# %% [markdown] tags=["audit"]
# Over many invented trials that agree with the same printed numbers (*exact*: the share of all ways to choose the two
# controls that give a *t* as large):

# %% tags=["hide-input", "audit"]
ensemble = rescat.load_table("ensemble").query("marker == 'NFL'")
figures.show(
    figures.ranges_over_twins(
        ensemble,
        figures.TWIN_TESTS | figures.TWIN_CHOICES,
        "of the NFL difference by several tests, and under other choices of "
        "patients, controls and time",
    ),
    name="nfl-twin-ranges",
)

# %% [markdown] tags=["audit"]
# The twins are **a family that we chose**: normal values, samplings that we assumed, one
# correlation between markers, and **the same slope in both kinds of controls**. So the rows with
# CTRL alone, with mCTRL alone, and of CTRL against mCTRL show what we put in. Another family has other
# quantiles. They are of invented data, and **not evidence about any patient**.
#
# ### How far apart the lines are depends on a scale that is not printed
#
# With logarithms a difference is a ratio of concentrations, and which ratio depends on the base. On log10 the
# controls' line is {glue:text}`ratio_log10_14` times that of MSC on day 14 and {glue:text}`ratio_log10_28` times
# on day 28; with the natural logarithm {glue:text}`ratio_ln_14` and {glue:text}`ratio_ln_28`. If each marker was first
# put in SD units (z scores of the logarithms, common for a heat map of many markers), the lines are
# {glue:text}`apart_28` SD apart on day 28, and **no ratio of concentrations follows**. What is printed does not
# exclude that scale ([who was sampled](06b_sampling)). Where the lines begin is not printed either. For lines that
# meet on day 28 the controls would have to *start* lower than MSC: {glue:text}`start_log10` times lower on log10,
# {glue:text}`start_ln` times on ln.

# %% tags=["remove-cell", "audit"]
at = together.set_index(["scale", "day"])
apart = ratios.set_index(["scale", "together_on", "day"])["ratio"]
pages.say(
    start_log10=f"{1 / apart['log10', 28, 0]:.1f}",
    start_ln=f"{1 / apart['ln', 28, 0]:.1f}",
    apart_28=f"{at.loc[('log10', 28), 'difference']:.2f}",
    **{
        f"ratio_{s}_{d}": f"{r['ratio']:.1f} ({r['ratio_low']:.1f} to {r['ratio_high']:.1f})"
        for (s, d), r in at.iterrows()
        if d in (14, 28)
    },
)

# %% [markdown] tags=["audit"]
# ### How large a rise that ends must be depends on who was sampled when
#
# Suppose that MSC patients do not change, and that the controls rise to day 14 and are back on day
# 28 (a {term}`transient`). Which straight lines does the model fit?

# %% tags=["audit"]
needed = rescat.transient_needed(slopes, "NFL", sd_slopes=[0.05])

# %% tags=["hide-input", "audit"]
agreeing = rescat.sampling_overview(slopes).query("agrees")["design"]
compared = [
    "everybody on all five days",
    "all controls to day 14",
    "by stay: in hospital only",
    *agreeing,
]
few = needed[needed["design"].isin(compared)]
times = few["ratio_log10"].map(
    lambda x: f"{x:.1f}" if x < 1000 else "more than 1,000"
)
tables.show_table(
    few[["design", "slope_per_unit", "needed", "origin"]].assign(times=times),
    name="transient-needed",
    title="How large the difference on day 14 must be to print the NFL difference of slopes",
    subtitle="Slopes vary between patients by 0.05 residual SD per day. The last rows are samplings "
    "that agree with the stays of Table 1 and with the printed widths (see who was sampled)",
    source="The printed slopes, and samplings that are assumed",
    decimals={"slope_per_unit": 4, "needed": 2},
)

# %% tags=["remove-cell", "audit", "slide"]
curves = {"control": rescat.tent(), "treated": np.zeros(5)}
means = pd.DataFrame(
    [
        (g, d, v)
        for g, c in curves.items()
        for d, v in zip((0, 3, 6, 14, 28), c, strict=True)
    ],
    columns=["group", "day", "value"],
)
chosen = {
    "all five days": "everybody on all five days",
    "in hospital only": "by stay: in hospital only",
    "historical to day 14": "by stay: the historical to day 14",
}
sds = {"sd_slope": 0.05, "sd_intercept": 1.25}
lines = rescat.fitted_lines(curves, chosen, **sds).assign(origin="synthetic")
figures.show(
    figures.lines_over_a_transient(lines, means), name="transient-lines"
)

# %% tags=["hide-input", "audit"]
pages.show_explorable(
    "two-courses",
    question="Which straight line does a rise that ends give?",
    picture=figures.lines_over_a_transient(lines, means),
    fixed="The course is invented; log10 values; MSC patients change as the printed line says. The "
    "sampling plans are assumed, and so are the SDs between patients, in residual SDs: 0.05 per day "
    "of slopes, 1.25 of levels. The line is the one that the model is expected to give.",
    **pages.course_settings(
        slopes, "NFL", [*chosen.values(), *agreeing], **sds
    ),
    design="by stay: the historical to day 14",
    peak=14,
    height=1,
    end=28,
    left=0,
)

# %% [markdown] tags=["audit"]
# Lower the peak until the line has the printed slope of the controls, {glue:text}`control_slope_only`. Then choose
# *everybody on all five days*: how high must the same rise be now? Then let it last (*from then on* as high as
# the peak): two courses, one line.

# %% [markdown] tags=["audit"]
# With everybody sampled on all five days the rise and the fall almost cancel, and the line shows
# little of them. If few controls were sampled on day 28, the line sees the rise and not the return.
# **A line that steep does not tell us that NFL was high on day 28.**
#
# Table 1 had {glue:text}`historical_28` of {glue:text}`n_matched` matched controls still in hospital on
# day 28. If none of them was sampled on that day, a difference of {glue:text}`needed_without` times on
# day 14 is enough. If they were, in the numbers that agree with the printed widths, it takes
# {glue:text}`needed_with` times (all on log10).
#
# ### Both invented examples return every printed number of NFL
#
# The examples at the head of this chapter: the first one was made with straight lines, and is that of the rest of the
# book. The second one was made with a rise that ends. For this none of its matched controls has a sample
# of day 28, although half of them were in hospital, and some miss earlier ones.

# %% tags=["hide-input", "audit"]
both = pd.concat(
    [
        fit.table.reset_index().assign(twin=name)
        for name, (_, fit) in twins.items()
    ]
)
tables.show_table(
    both[["twin", "term", "slope", "ci_low", "ci_high", "p_value", "origin"]],
    name="both-twins",
    title="NFL: the fits of both invented examples",
    source="Invented values, log10 per day. The paper prints these slopes, intervals and P values",
    labels={"twin": "Made with", "term": "Group"},
    decimals=dict.fromkeys(["slope", "ci_low", "ci_high", "p_value"], 3),
)

# %% tags=["remove-cell", "audit"]
stays = rescat.in_hospital(rescat.load_patients()).set_index("arm").loc["mCTRL"]
of_agreeing = few[few["design"].isin(agreeing)]
without = of_agreeing["design"].str.contains("to day 14")
with_late, without_late = (
    "{:.0f} to {:.0f}".format(*own["ratio_log10"].agg(["min", "max"]))
    for own in (of_agreeing[~without], of_agreeing[without])
)


def times_apart(samples, day):
    """Mean of the controls over that of MSC on one day, of log10 values."""
    means = samples[samples["day"].eq(day)].groupby("treated")["value"].mean()
    return f"{10 ** (means[False] - means[True]):.1f}"


pages.say(
    historical_28=int(stays[28.0]),
    n_matched=int(stays["patients"]),
    needed_with=with_late,
    needed_without=without_late,
    lasting_28=times_apart(line_twin, 28),
    transient_14=times_apart(transient_twin, 14),
    transient_28=times_apart(transient_twin, 28),
)

# %% [markdown] tags=["audit"]
# So the printed numbers cannot tell a lasting difference from one that ends, and they cannot tell
# either from chance. The values of days 14 and 28, by arm, would.
#
# ### A fast rise in intensive care alone gives the same printed lines
#
# All ten matched controls were patients of an {term}`ICU`. What do other studies say about NFL there?

# %% tags=["hide-input", "audit"]
icu = rescat.load_table("icu_and_nfl")
pages.findings_elsewhere(
    icu,
    name="icu-nfl",
    title="NFL and intensive care in other studies",
    source="Published studies",
)

# %% tags=["remove-cell", "audit"]
rise = rescat.icu_rise()
pages.say(
    icu_fold=f"{rescat.fold_change(rise['slope']):.1f} times",
    icu_first=f"{rise['first']:g}",
    icu_last=f"{rise['last']:g}",
    icu_days=f"{rise['days']:g}",
    icu_slope=f"{rise['slope']:.3f}",
    icu_ventilated=f"{100 * rise['ventilated']:.0f} %",
)

# %% [markdown] tags=["audit"]
# In one of them the median was {glue:text}`icu_first` pg/mL at admission and
# {glue:text}`icu_last` after {glue:text}`icu_days` days: {glue:text}`icu_slope` per day on a log10
# scale. **{glue:text}`icu_ventilated` of those patients had invasive ventilation. The paper says that
# none of its own patients went on to it** ([ledger](10_ledger), SAF-19): the matched controls had
# {term}`HFNO`. So {glue:text}`icu_slope` is a rate of sicker patients, and more of an upper bound
# than a guess. It is also a rate between two medians: who left before day 28 may be in the first and
# not in the second.
#
# Would such a rise be enough? Suppose that treatment does **nothing**. Then the two randomised
# controls (CTRL) behave as MSC ({glue:text}`others` per day), and the slope of all controls comes from the matched ones (mCTRL)
# alone. How fast they must rise is a {term}`tipping point`. It depends on their **weight** in the
# fitted line: two controls who are sampled for 28 days can weigh as much as ten who are not.

# %% tags=["audit"]
points = rescat.tipping_points(slopes, "NFL")

# %% tags=["remove-cell", "audit", "slide"]
elsewhere = {
    "ventilated patients elsewhere, log10": rise["slope"],
    "the same, natural logarithm": rise["slope"] * np.log(10),
}
figures.show(
    figures.tipping_curve(points, elsewhere, "NFL"), name="nfl-tipping"
)

# %% tags=["hide-input", "audit"]
everybody = points["design"].eq("everybody on all five days")
agreeing_weights = points.loc[points["design"].isin(SAMPLINGS), "weight"]
pages.show_explorable(
    "place-of-care",
    question="How fast must NFL rise in intensive care, so that nothing is left for the treatment?",
    picture=figures.tipping_curve(points, elsewhere, "NFL"),
    fixed="The printed slope of the controls with its interval, and the rise in ventilated patients of "
    "another study. Both kinds of controls start at the same level. If treatment does nothing, the "
    "randomised controls change as MSC patients do. Who was sampled when, and so the weight, is "
    "not printed.",
    rate=round(rise["slope"], 3),
    others=float(points["others"].iloc[0]),
    weight=round(points.loc[everybody, "weight"].iloc[0], 2),
    scale="log10",
    elsewhere=rise["slope"],
    agreeing=[float(w) for w in agreeing_weights.agg(["min", "max"])],
    **pages.printed_settings(slopes, "NFL"),
)

# %% [markdown] tags=["audit"]
# Set the weight to {glue:text}`weight_agreeing`, the least of the samplings that agree with the stays and the printed
# widths. Is the rise of ventilated patients then still enough? Then choose the natural logarithm.

# %% tags=["hide-input", "audit"]
flat = rescat.tipping_points(slopes, "NFL", others=0.0)
tables.show_table(
    rescat.tipping_in_words(points, flat),
    name="nfl-tipping-points",
    title="How fast NFL must rise in mCTRL, to print the slope of the controls without any effect",
    subtitle="Per day, on the scale of the paper. Brackets: for the ends of the printed interval of the controls' slope. Ranges: slopes "
    "that vary between patients by 0 to 0.1 residual SD per day",
    source="The printed slopes, and samplings that are assumed",
    labels={
        "weight": "Weight of mCTRL",
        "as_treated": "Needed, if CTRL behave as MSC",
        "flat": "Needed, if CTRL do not rise",
    },
)

# %% tags=["remove-cell", "audit"]
printed = slopes[slopes["marker"].eq("NFL") & slopes["slope"].notna()]
nfl = printed.set_index("term").loc["control"]
msc = printed.set_index("term").loc["treated"]
others = points["others"].iloc[0]
full = points[points["design"].eq("everybody on all five days")]["needed"]


agreeing = points.loc[points["design"].isin(SAMPLINGS), "needed"]


def weight_for(slope, rate):
    """Weight of mCTRL with which a rate of theirs prints a slope."""
    return f"{(slope - others) / (rate - others):.2f}"


pages.say(
    control_slope=f"{nfl['slope']:.3f} ({nfl['ci_low']:.3f} to {nfl['ci_high']:.3f})",
    treated_slope=f"{msc['slope']:.3f} ({msc['ci_low']:.3f} to {msc['ci_high']:.3f})",
    control_slope_only=f"{nfl['slope']:.3f}",
    control_fold=rescat.fold_in_words(nfl),
    treated_fold=rescat.fold_in_words(msc),
    others=f"{others:.3f}",
    needed_full=f"{full.iloc[0]:.3f}",
    weight_agreeing=f"{agreeing_weights.min():.2f}",
    needed_agreeing=f"{agreeing.min():.3f} to {agreeing.max():.3f}",
    weight_enough=weight_for(nfl["slope"], rise["slope"]),
    weight_low=weight_for(nfl["ci_low"], rise["slope"]),
    icu_slope_ln=f"{rise['slope'] * np.log(10):.3f}",
    weight_enough_ln=weight_for(nfl["slope"], rise["slope"] * np.log(10)),
)

# %% [markdown] tags=["audit"]
# The controls' printed slope is {glue:text}`control_slope`. If everybody was sampled alike, the
# matched controls must rise by {glue:text}`needed_full` per day to print it without any effect. With
# fewer or earlier samples of theirs they must rise faster; the samplings that agree with the stays and
# the printed widths ([who was sampled](06b_sampling)) ask for {glue:text}`needed_agreeing`.
#
# **Whether that is much depends on the scale, which is not printed.** On log10 the rise in ventilated
# patients was {glue:text}`icu_slope` per day. It is enough if the weight of mCTRL is
# {glue:text}`weight_enough` or more (for the lower end of the printed interval, {glue:text}`weight_low`).
# So the matched controls would have to rise as fast as ventilated patients, or faster. With the
# natural logarithm the same rise is {glue:text}`icu_slope_ln` per day, and a weight of
# {glue:text}`weight_enough_ln` is enough: a slower rise than theirs would do. In SD units nothing can be said.
# So intensive care alone is a possible explanation of the printed numbers, and not a sure one. Scale, weights and the
# rise in patients with HFNO are not known. (Both kinds of controls are taken to start at the same
# level. The rise elsewhere was not a straight line, so that early days may have another rate.)
#
# In the invented data each arm has a slope of its own:

# %% tags=["hide-input", "audit"]
by_arm = rescat.slopes_of_arms(line_twin)
rows = pd.concat(
    [
        printed.assign(arm="", label=printed["term"] + ", as printed"),
        by_arm.assign(label=by_arm["arm"] + ", twin", origin="synthetic"),
    ]
)
figures.show(
    figures.slopes_by_arm(rows, rise["slope"], "NFL"), name="nfl-by-arm"
)

# %% tags=["remove-cell", "audit"]
n_choices = math.comb(12, 2)
pages.say(n_choices=n_choices, least_choice=f"{1 / n_choices:.3f}")

# %% [markdown] tags=["audit"]
# Both kinds of controls of the twin were given the same slope, so that what differs between them here is
# chance. What the trial's own values say of the two is not printed.
#
# **Could the data tell?** In part. Only the two randomised controls had neither the cells nor that
# ICU. There are {glue:text}`n_choices` ways to choose two of twelve controls, so that a
# {term}`permutation test` of CTRL against mCTRL can give a *P* value as low as {glue:text}`least_choice`. It assumes that
# the two kinds could be exchanged and were sampled alike, and it can see a large difference at best.
# The authors can make this test; the paper does not print it.

# %% [markdown] tags=["audit"]
# ### The printed interval and P value of NFL can fit each other

# %% tags=["remove-cell", "audit"]
by_t = rescat.fitting_df(slopes, "NFL", "difference")
mixed = rescat.fitting_df(slopes, "NFL", "difference", limits_df=np.inf)
uneven = rescat.fitting_df(slopes, "NFL", "difference", even=False)
pages.say(
    **{
        f"df_{name}": f"{min(df):g} to {max(df):g}" if df else "no"
        for name, df in (("t", by_t), ("mixed", mixed), ("uneven", uneven))
    }
)

# %% [markdown] tags=["audit"]
# With intervals even about the slope, independent slopes and *P* from the same statistic as the
# interval, *t* with {glue:text}`df_t` degrees of freedom gives the printed *P* value of the difference,
# and *z* does not; with *z* for the interval and *t* for *P* it is {glue:text}`df_mixed`. Intervals that need
# not be even, as profile intervals, allow {glue:text}`df_uneven` for *t*. Which way was taken is not
# printed. [Chapter 6](06_cytokines) compares the ways on invented trials.

# %% [markdown] tags=["audit"]
# {{ ledger }}

# %% [markdown] tags=["teaching"]
# ## Common misreadings
#
# - *"NFL did not rise with MSC, so MSC protected the brain."* Most controls were
#   patients of intensive care, where others also saw NFL rise (in patients who were ventilated,
#   as these were not). NFL also comes from nerves outside the brain.
# - *"The line is high on day 28, so NFL was high on day 28."* A line is also drawn over days on
#   which hardly anybody was sampled.
# - *"A slope of a few hundredths per day is small."* It is a logarithm. Over four weeks it is a
#   large ratio.
# - *"The lines part, so the groups did not align on day 28."* A rise that ends can give the same printed lines.
# - *"A rival explanation shows that the paper is wrong."* It shows what would have to be true for
#   these data to come about without an effect. Whether that is so is another question.

# %% [markdown] tags=["teaching"]
# ## Exercises
#
# {{ aims }}
#
# The [exercises of this chapter](exercises/07_neuromarkers.ipynb) have a page and a notebook of their own.

# %% [markdown] tags=["page"]
# ```{notebook-files}
# ```

# %% [markdown] tags=["page"]
# ## Check yourself
#
# ```{quiz} 07_neuromarkers
# ```
