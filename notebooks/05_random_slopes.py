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
#       **Does a marker change differently in two groups?** A random-slope model answers it when
#       patients, not samples, are counted. With {glue:text}`n_invented` patients the test matters:
#       on the invented trial of this chapter *P* is {glue:text}`wald_p` with *z* and
#       {glue:text}`t_p` with *t*. **How sure:** exact for this model; {glue:text}`sets` invented
#       trials show how often each test errs. **What would change it:** groups that vary
#       differently, which few patients cannot show.
#     objectives:
#       - say what a {term}`random slope` is, and why repeated samples of one patient need it
#       - >-
#         read a {term}`standard error` with its {term}`degrees of freedom`, and say why 17 patients
#         need *t* and not *z*
#       - recognise a {term}`singular fit`, and say what it does not show
#       - >-
#         say what a {term}`permutation test` assumes, and why it assumes a lot where controls
#         were not randomised
#       - name a test for groups that vary differently
#     before: '[the cohort](01_cohort)'
#     needs:
#       tables: [biomarkers.csv]
#       markers: 1
#     estimand: >-
#       {glue:text}`n_historical` of the {glue:text}`n_control` controls of the trial were not
#       randomised. Treatment goes together with hospital, unit, period and the day that counts
#       as day 0. A difference of slopes between MSC and controls is an {term}`association`, whatever
#       test is used.
#     ledger:
#       title: The method, as the paper states it
#       after: >-
#         The widths of the printed intervals are a hint about the sampling, which is not printed:
#         that is why one setting above samples the controls more sparsely (E).
# ---

# %% [markdown]
# # Random slopes: does a marker change differently in two groups?

# %% [markdown] tags=["audit"]
# {{ answer }}

# %% tags=["parameters", "hide-input"]
data_dir = "data"  # folder with biomarkers.csv, for the last section
marker = "NFL"  # biomarker of the last section
below_limit = "half"  # a value below detection: limit, half, root2 or drop
n_bootstrap = 4000  # trials drawn for each bootstrap

# %% tags=["hide-input"]
import numpy as np
import pandas as pd
import statsmodels.formula.api as smf

import rescat
from rescat import figures, pages, tables

biomarkers = rescat.load_biomarkers(data_dir)
samples = rescat.load_table("teaching_trial")
lme4 = rescat.load_table("teaching_lme4")
calibration = rescat.load_table("calibration")

rescat.banner(biomarkers, samples)

# %% tags=["hide-input", "slide"]
fit = rescat.fit_slopes(samples)
figures.show(figures.trajectories_by_group(samples, fit), name="teaching-trial")

# %% [markdown]
# A trial that we **invented**, with as many patients and sampling days as RESCAT. Each thin line is a patient,
# each thick one a group. We know the truth, because we made it: with treatment the values rise by 0.02 per day (to
# {glue:text}`true_fold` in 28 days, if they are log10), in the controls not at all.

# %% tags=["remove-cell"]
arms = biomarkers.drop_duplicates("patient_id")["arm"].value_counts()
arms = arms.reindex(["MSC", "CTRL", "mCTRL"], fill_value=0)
pages.say(
    n_control=int(arms["CTRL"] + arms["mCTRL"]), n_historical=int(arms["mCTRL"])
)

# %% tags=["remove-cell"]
pages.say(n_samples=len(samples), n_invented=samples["patient_id"].nunique())

# %% [markdown]
# {{ estimand }}

# %% [markdown]
# ## What the paper says
#
# > To assess whether the change in the concentration of the circulating biomarkers differed over
# > time and between treated and control patients, we used random-effect (RE) linear regression
# > [18], whose details are reported in the Supplement. Analyses were performed with R, version
# > 4.3.2, using the lme4 package.
#
# (*Methods, statistics* {cite}`tonelli2025`.) The results add that it considers "the individual trajectory
# (i.e., slope) for each patient". In R this is most likely `value ~ day * treated + (day | patient)`. It is the model of
# this book too.
#
# ## Many samples of one patient are not many patients
#
# Samples of one patient belong together. Who starts high stays high; who rises goes on rising. So
# {glue:text}`n_samples` samples of {glue:text}`n_invented` patients are not {glue:text}`n_samples` independent
# facts. A {term}`random-slope model <random slope>` draws a line for each group, and lets each patient differ from it,
# in level and in slope. How much the patients differ decides how sure the group's line can be. The comparison rests on
# {glue:text}`n_invented` patients, five of them treated.
#
# ## The same difference has several P values

# %%
side = rescat.slope_tests(samples, n=n_bootstrap, progress=False)

# %% tags=["hide-input", "slide"]
figures.show(figures.tests_forest(side), name="tests")

# %% [markdown]
# In this invented trial all tests see nearly the same difference: {glue:text}`t_ci` per day (in brackets the 95 %
# confidence interval), or a ratio of {glue:text}`t_fold` in 28 days. But *P* is {glue:text}`wald_p` with *z* and
# {glue:text}`t_p` with *t*. We chose it because the tests disagree. The reason is general: with few patients the
# {term}`standard error` is itself uncertain. *t* allows for that and *z* does not, so that *z* is too sure. No conclusion
# should depend on the choice. Choose the test before you see the results.
#
# ## When one group varies more, most tests find too much
#
# A treatment may help some and harm others. We drew {glue:text}`sets` trials in which the mean slopes are equal, and the five treated
# patients vary twice as much. *z* calls {glue:text}`d_wald` of them significant, and *t* {glue:text}`d_satterthwaite`,
# where 5 % is promised. Welch's *t*, which lets each group vary in its own way, keeps to {glue:text}`d_welch`. Five
# patients cannot show which case is theirs.
#
# ## No test replaces randomisation
#
# A {term}`permutation test` asks how often the result would come out if the labels had been given to other patients. It needs
# no normal distribution. But it is fair only where the labels *could* have been given to others. Randomisation makes that
# true. The matched controls of the trial could not have received MSC. For them it is an assumption, which no test can
# check.

# %% [markdown]
# ## What this does not show
#
# - Nothing about MSC, or about any marker: the trial above is invented.
# - Not that a straight line is the right curve. A marker that rises and falls again has a slope
#   of about zero.
# - Not that missing samples are harmless. The model allows for gaps that depend on values which
#   were seen, not for gaps that depend on the unseen ones (a patient who went home, or died).
# - No test repairs a comparison of patients who could never have been exchanged.

# %% [markdown]
# ## The details
#
# Below: the model step by step in three programs, what each test assumes and how often it errs, and the same tests on a
# marker.
#
# ### The invented trial
#
# The patients of this chapter are made by a program: a difference of 0.02 per day, patients whose slopes vary with an
# SD of 0.012, and a few samples missing. The random seed was *chosen* so that the tests disagree. Real data are often less
# instructive. Nothing here is evidence about any real patient or marker. Its first samples:

# %%
again = rescat.simulate_trial(236, slope=(0, 0.02), sd_slope=0.012)
assert (again["value"].round(6) == samples["value"]).all()
tables.show_table(
    samples.head(),
    name="first-samples",
    title="The first samples of the invented trial",
    source="data/synthetic/teaching_trial.csv",
    labels={"value": "Value, log10", "day": "Day"},
)

# %% tags=["hide-input"]
flat_samples = samples.astype({"treated": int})
ordinary = smf.ols("value ~ day * treated", flat_samples).fit()
pages.say(
    ols_slope=f"{ordinary.params['day:treated']:.4f}",
    ols_se=f"{ordinary.bse['day:treated']:.4f}",
    model_se=f"{fit.table.loc['difference', 'se']:.4f}",
)

# %% [markdown]
# ### One regression through all points counts samples, not patients
#
# An ordinary regression takes all samples as independent, and its standard error is wrong: too large or too small. Here it
# gives a difference of {glue:text}`ols_slope` with a standard error of {glue:text}`ols_se`; the random-slope model's
# standard error is {glue:text}`model_se`.
#
# ### One line per patient is simple, and wastes something
#
# A least-squares line for each patient gives one number per patient, the slope. Welch's *t* test compares the groups. A
# patient with two samples counts as much as one with five.

# %%
own = rescat.patient_slopes(samples)
by_group = own.groupby("group", sort=False)["slope"].agg(
    ["count", "mean", "std"]
)
tables.show_table(
    by_group.reset_index().assign(origin=rescat.origin_of(samples)),
    name="own-lines",
    title="Slopes of the patients' own lines",
    source="The invented trial, per day",
    labels={
        "count": "Patients",
        "mean": "Mean slope",
        "std": "SD of the slopes",
    },
    decimals={"mean": 4, "std": 4},
)

# %% [markdown]
# ### The random-slope model weighs each patient
#
# The model {cite}`laird1982` keeps the idea of one line per patient and weighs each patient by
# what the samples tell:
#
# $$y_{ij} = (\beta_0 + u_{0i}) + (\beta_1 + u_{1i})\, t_{ij} + \varepsilon_{ij}$$
#
# with one pair $\beta_0, \beta_1$ for each group. The $\beta$ are the {term}`fixed effects <fixed
# effect>`: the line of the group. The $u$ are the {term}`random effects <random effect>`: how the
# line of patient $i$ differs from it. They are not estimated one by one. The model estimates how
# much they *vary*: the SD of the intercepts, the SD of the slopes, their correlation, and the SD
# of what is left. {term}`REML` finds the values under which the data are most likely, and allows
# for the fixed effects that were estimated too.
#
# #### With statsmodels
#
# One rule for this package: **give it time in a scale near 1**, such as days / 28. On raw days
# its search often stops at a wrong place, sometimes without a warning.

# %%
scaled = samples.assign(
    weeks4=samples["day"] / 28, treated=samples["treated"].astype(int)
)
model = smf.mixedlm(
    "value ~ weeks4 * treated",
    scaled,
    groups="patient_id",
    re_formula="~weeks4",
)
by_statsmodels = model.fit(reml=True, method="lbfgs")
pages.mixed_model_table(
    by_statsmodels.summary().tables[1],
    name="by-statsmodels",
    title="The invented trial, fitted by statsmodels",
    source="Time in units of 28 days",
    origin=rescat.origin_of(samples),
)

# %% [markdown]
# The row `weeks4:treated` is the difference of the slopes, per 28 days. The column *z* treats 17
# patients like a thousand (see below).
#
# #### With R
#
# The same model in the package that the paper names {cite}`bates2015`, on the same file:
#
# ```r
# library(lmerTest)  # lme4, with degrees of freedom
# d <- read.csv("data/synthetic/teaching_trial.csv")
# model <- value ~ day * treated + (day | patient_id)
# summary(lmer(model, data = d))
# ```
#
# #### With this book
#
# `fit_slopes` fits the same model, and reports each group's own slope.

# %% tags=["hide-input"]
pages.slopes_table(
    fit.table.reset_index(),
    name="teaching-slopes",
    title="The invented trial: slopes of both groups, and their difference",
    source="Satterthwaite's degrees of freedom",
    decimals=4,
)

# %% [markdown]
# The three agree. lme4's numbers are stored with the book. A test runs R again and compares them,
# and the fits of many further invented trials.

# %%
theirs = rescat.fit_slopes(samples, engine="statsmodels")
engines = {
    "statsmodels MixedLM": theirs.table.loc["difference"],
    "R: lme4 with lmerTest": lme4.set_index("term").loc["difference"],
    "this book": fit.table.loc["difference"],
}
criteria = [theirs.criterion, lme4["criterion"].iloc[0], fit.criterion]

# %% tags=["hide-input"]
side_by_side = pd.DataFrame(
    [(e, r["slope"], r["se"], r["df"]) for e, r in engines.items()],
    columns=["engine", "slope", "se", "df"],
).replace(np.inf, np.nan)
tables.show_table(
    side_by_side.assign(criterion=criteria, origin="synthetic"),
    name="engines",
    title="Difference of the slopes by three programs",
    subtitle="statsmodels has no degrees of freedom: it uses the normal distribution",
    source="The invented trial",
    labels={"slope": "Difference per day", "criterion": "REML criterion"},
    decimals={"slope": 5, "se": 5, "df": 2, "criterion": 4},
)

# %% tags=["remove-cell"]
difference = fit.table.loc["difference"]
extra = theirs.table.loc["difference", "se"] / difference["se"] - 1
pages.say(
    extra_se=f"{100 * extra:.1f} %",
    t_fold=rescat.fold_in_words(difference),
    true_fold=f"{rescat.fold_change(0.02):.1f} times",
)

# %% [markdown]
# statsmodels inverts the joint information of slopes and variances; lme4 uses that of the slopes
# alone. Here the standard error of statsmodels is {glue:text}`extra_se` larger.
#
# #### What the model does with a patient
#
# The predicted slope of a patient is usually pulled from the patient's own line towards the line
# of the group. This is {term}`shrinkage`: the fewer and noisier the samples, the stronger the
# pull. The patient's level counts too, because intercept and slope are correlated. So a slope may
# move past the line of the group, or away from it: here {glue:text}`moved_away`.

# %% tags=["hide-input", "slide"]
predicted = fit.patients()
figures.show(figures.shrinkage(predicted), name="shrinkage")

# %% tags=["remove-cell"]
of_group = predicted["group"].map(fit.table["slope"])
before = predicted["slope"] - of_group
after = predicted["predicted_slope"] - of_group
away = (after.abs() > before.abs()) | (after * before < 0)
pages.say(moved_away=", ".join(predicted.loc[away, "subject"]) or "nobody")

# %% [markdown]
# ### Seventeen patients need *t*, and its degrees of freedom
#
# A {term}`standard error` is an estimate too. It rests on variances between 17 patients, and so
# it is uncertain itself. The normal distribution (Wald's *z*) ignores that; the *t* distribution
# allows for it. How many degrees of freedom? Satterthwaite's answer asks how precisely the
# standard error was estimated {cite}`kuznetsova2017`. Kenward and Roger also enlarge the standard
# error a little {cite}`kenward1997`. lme4 itself prints no P values: for samples as irregular as
# these the exact distribution of *t* is not known.
#
# We can try it. We draw trials from the fitted model, fit each of them, and
# see how far the statistic is from the truth.

# %%
drawn = rescat.parametric_bootstrap(samples, n=n_bootstrap, seed=1)

# %% tags=["hide-input", "slide"]
figures.show(
    figures.statistic_under_the_null(drawn, fit), name="statistic-first-200"
)

# %% tags=["remove-cell"]
z = (drawn["difference"] - difference["slope"]) / drawn["se_difference"]
pages.say(
    beyond=f"{100 * (z.abs() > 1.96).mean():.1f} %",
    wald_p=f"{side.set_index('test').loc['Wald z', 'p_value']:.3f}",
    t_p=f"{difference['p_value']:.3f}",
    t_df=f"{difference['df']:.1f}",
    t_ci="{slope:.4f} ({ci_low:.4f} to {ci_high:.4f})".format(**difference),
)

# %% [markdown]
# {glue:text}`beyond` of the drawn trials lie beyond ±1.96, where the normal distribution promises
# 5 %. In our trial the difference has {glue:text}`t_df` degrees of freedom.
#
# ### A singular fit does not show that patients are alike
#
# Sometimes the best estimate of a variance is **zero**, or the best correlation is ±1. Programs
# then say *singular fit* or *boundary*. It is common in small trials and no error of the program. Here is a second invented
# trial in which it happens.

# %% tags=["hide-input"]
unlucky = rescat.simulate_trial(5, sd_slope=0.008)
flat = rescat.fit_slopes(unlucky)

# %% tags=["remove-cell"]
stricter = rescat.fit_slopes(unlucky, df="kenward_roger")
pages.say(
    flat_sd=f"{flat.variance['sd_slope'].iloc[0]:.4f}",
    flat_r=f"{flat.variance['correlation'].iloc[0]:.0f}",
    flat_df=f"{flat.table.loc['difference', 'df']:.0f}",
    flat_kr=f"{stricter.table.loc['difference', 'df']:.0f}",
)

# %% [markdown]
# These patients were drawn with slopes that do differ (SD 0.008 per day). The estimate is
# {glue:text}`flat_sd`, with a correlation of {glue:text}`flat_r`: intercept and slope are no
# longer told apart. How often does that happen? We draw trials from the model that was fitted to
# our first trial, where the slopes do vary.

# %% tags=["hide-input", "slide"]
truth = float(fit.variance["sd_slope"].iloc[0])
figures.show(
    figures.slope_sd_estimates(drawn, truth), name="slope-sd-first-200"
)

# %% tags=["remove-cell"]
pages.say(singular_share=f"{100 * drawn['singular'].mean():.0f} %")

# %% [markdown]
# {glue:text}`singular_share` of these fits are singular, although the slopes differ in truth. So
# a singular fit **does not show** that patients are alike. It shows that this many samples cannot
# tell their differences from noise. Two consequences:
#
# - Report it, and keep the random slope. The estimate of its variance is mostly too small in such
#   a trial, and then the standard error is too. To leave the random slope out would only hide that.
# - Satterthwaite's degrees of freedom are often large in singular fits, because less is left to
#   estimate: {glue:text}`flat_df` above. Kenward and Roger's are not: {glue:text}`flat_kr`.

# %% [markdown]
# ### Permutation assumes no distribution
#
# If the group made no difference to anybody's values, the labels "treated" and "control" could be
# exchanged. The {term}`permutation test` takes every way to call as many patients treated as
# there were, fits the model to each, and asks how often |*t*| is at least as large as observed
# {cite}`fisher1935`. Here there are {glue:text}`n_ways` ways, and *P* is {glue:text}`permuted_p`. No normal distribution
# and no degrees of freedom are needed.

# %%
permuted = rescat.permutation_test(samples)

# %% tags=["remove-cell"]
pages.say(
    n_ways=f"{permuted.n_permutations:,}", permuted_p=f"{permuted.p_value:.3f}"
)

# %% tags=["hide-input", "slide"]
figures.show(
    figures.permutation_distribution(permuted), name="permutation-every-31st"
)

# %% [markdown]
# #### What exactly does it assume here?
#
# It assumes that we know how probable each assignment was. For randomised patients the allocation
# scheme says it, *by design*. For the {glue:text}`n_historical` matched controls of the trial it
# cannot hold: they could not have received MSC. For them "the labels could be exchanged" is an
# **assumption** ({term}`exchangeability`): that patients of another hospital and period would
# have had the same values, and the same days of sampling. A test cannot check it, and a small *P*
# may mean that it fails.
#
# Only the seven randomised patients give a test that needs no such assumption, and it is weak.
# Suppose that two of our invented controls had been randomised, and that the order of allocation
# was that of the trial's patient numbers. The trial's allocation scheme is not published, so we
# show three.

# %%
order = ["S01", "S06", "S02", "S03", "S04", "S07", "S05"]
randomised = samples[samples["patient_id"].isin(order)]
columns = [*order, "probability"]
schemes = {
    "randomised, any 5 of 7": rescat.all_assignments(7, 5),
    "randomised, blocks of 3": rescat.block_assignments(7, 5, 3),
    "randomised, blocks of 6": rescat.block_assignments(7, 5, 6),
}
tests = {
    name: rescat.permutation_test(
        randomised, assignments=scheme.set_axis(columns, axis=1)
    )
    for name, scheme in schemes.items()
}
tests = {"all 17, any 5 of 17": permuted, **tests}

# %% tags=["hide-input"]
tables.show_table(
    rescat.compare_schemes(tests),
    name="permutation-schemes",
    title="The same question under four schemes",
    subtitle="The last column is the smallest P value that any data could have given",
    source="The invented trial",
    labels={
        "difference": "Difference per day",
        "n": "Assignments",
        "least": "Smallest possible P",
    },
    decimals={"difference": 4, "n": 0, "p": 4, "least": 4},
)

# %% tags=["hide-input"]
of_seven = {name: tests[name] for name in schemes}
pages.show_explorable(
    "allocations",
    question="Which allocations were possible, and how small could P be?",
    picture=figures.allocation_statistics(of_seven),
    fixed="Seven invented patients in their order of allocation, five of them treated; their samples, "
    "and the model, which is fitted again for each allocation. P is exact: the probability of the "
    "allocations whose |t| is at least as large.",
    scheme=next(iter(of_seven)),
    effect=0,
    **pages.allocation_settings(randomised, order, schemes, of_seven),
)

# %% [markdown]
# Let the treatment add a slope, as large as you like: *t* grows, and *P* stops at the smallest that the scheme allows.
# Then choose blocks. Press on a patient, or on a point, to treat others. With blocks no result whatever could have
# reached 0.05. The many assignments of all 17 patients rest on the assumption of exchangeability.

# %% [markdown]
# ### How often each test errs
#
# "No effect of any kind" and "equal mean slopes" are different hypotheses. A treatment may help
# some and harm others: equal means, unequal variances. With 5 against 12 patients, and the small
# group varying more, every test with *one* set of variances rejects too often, **the permutation
# of t included**. Three remedies, the strictest first:
#
# - variances by group in the model (`variance="by_group"`), which is a separate fit of each
#   group;
# - Welch's *t* on the patients' own slopes {cite}`welch1947`;
# - the permutation of Welch's statistic: exact for "no effect of any kind", and approximate for
#   "equal mean slopes" {cite}`janssen1997`. With five patients the approximation is rough.
#
# How well do they keep their promise? We drew many trials in which the mean slopes are equal, and counted
# rejections at 5 %. A point in the band is a test that keeps to 5 %; one to the right of it
# (in magenta) rejects too often, one to the left too rarely. Of so many points a few fall outside
# by chance. Where nothing but the mean could differ (the first two panels), the permutations are
# exact, so what lies outside the band there is chance.

# %% tags=["hide-input"]
null = calibration.query("slope_difference == 0")
figures.show(figures.rejection_rates(null), name="rejection-rates")

# %% tags=["remove-cell"]
pages.say(
    **rescat.rates_in_words(calibration),
    sets=f"{int(null['sets'].iloc[0]):,}",
    true_difference=f"{calibration['slope_difference'].max():g}",
)

# %% [markdown]
# Each panel rests on {glue:text}`sets` drawn trials.
#
# - **Plausible variances (A)**: Wald's *z* rejects {glue:text}`a_wald`, Satterthwaite's *t*
#   {glue:text}`a_satterthwaite`, the permutation of *t* {glue:text}`a_permutation_t`.
# - **Treated vary twice as much (D)**: *t* {glue:text}`d_satterthwaite` and its permutation
#   {glue:text}`d_permutation_t`, more than they promise. By group: {glue:text}`d_by_group`;
#   Welch's *t*: {glue:text}`d_welch`. The permutation of Welch's *t* removes only a part of the
#   excess: {glue:text}`d_permutation_welch`.
# - **Controls sampled more sparsely (E)**: Satterthwaite's *t* {glue:text}`e_satterthwaite`,
#   permutation of *t* {glue:text}`e_permutation_t`, of Welch's *t*
#   {glue:text}`e_permutation_welch`. The permutations are not exact here: the days of sampling
#   depend on the group.
# - **What it costs**: with a true difference of {glue:text}`true_difference` per day and
#   plausible variances, Satterthwaite's *t* finds it in {glue:text}`power_satterthwaite` of the
#   trials, the permutation of Welch's *t* in {glue:text}`power_permutation_welch`.
#
# These rates belong to the settings that we drew from. They are not properties of the trial.
#
# #### Draw a thousand trials yourself

# %% tags=["hide-input"]
pages.show_explorable(
    "thousand-trials",
    question="Which test errs how often in trials of this size?",
    picture=figures.rejection_rates(
        null.query("scenario == 'A'"), pages.TESTS_IN_PAGE
    ),
    fixed="Invented trials of 5 treated patients and 12 controls, with five planned days of sampling, equal mean "
    "slopes, an SD of 0.4 of the levels and of 0.25 around each line, normal distributions. Of the "
    "treated patients' samples 90 % are there. Each test is that of this chapter.",
    **pages.trials_settings(
        calibration,
        "A",
        treated=5,
        controls=12,
        days=[0, 3, 6, 14, 28],
        level=[2, 2],
        slope=[0, 0],
        sd_intercept=[0.4, 0.4],
    ),
)

# %% [markdown]
# The first rates are those of the {glue:text}`sets` trials of panel A. Let the treated patients vary twice as much (0.030):
# which tests leave the band? Then let the controls vary more, or sample them more sparsely. Another draw number draws
# other trials.

# %% [markdown]
# #### Which question each test answers

# %% tags=["hide-input"]
tables.show_table(
    side[["test", "question", "p_value", "origin"]],
    name="questions",
    title="Which question each test answers",
    source="The invented trial",
    decimals={"p_value": 3},
)

# %% [markdown]
# The estimates hardly differ; the tests differ in what they take for granted. Report all that you computed.

# %% tags=["remove-cell"]
of_own_slopes = side.set_index("test").loc[
    ["Welch t of the patients' own slopes", "Permutation of Welch's t"],
    "p_value",
]
pages.say(
    welch_p=f"{of_own_slopes.iloc[0]:.4f}",
    permuted_welch_p=f"{of_own_slopes.iloc[1]:.4f}",
)

# %% [markdown] tags=["page"]
# ### The same in R
#
# Two of these tests need R alone, without any package. They begin with a line for each patient. Save
# {download}`teaching_trial.csv <../data/synthetic/teaching_trial.csv>` in the folder in which your R works, and paste:
#
# ```r
# trial <- read.csv("teaching_trial.csv")
#
# # A line for each patient: its slope is the change per day.
# slope <- sapply(split(trial, trial$patient_id),
#                 function(samples) coef(lm(value ~ day, samples))[["day"]])
# treated <- tapply(trial$treated == "y", trial$patient_id, any)
# round(slope, 4)
#
# # Welch's t compares the slopes of both groups, and lets each group vary in its own way.
# t.test(slope[treated], slope[!treated])
#
# # The same t for every way to call as many patients treated.
# welch <- function(chosen) {
#   x <- slope[chosen]
#   y <- slope[-chosen]
#   (mean(x) - mean(y)) / sqrt(var(x) / length(x) + var(y) / length(y))
# }
# ways <- combn(length(slope), sum(treated), welch)
# length(ways)
#
# # P: how often it is at least as far from 0 as ours.
# observed <- welch(which(treated))
# mean(abs(ways) >= abs(observed) - 1e-9)
# ```
#
# R gives *P* = {glue:text}`welch_p` for Welch's *t* and *P* = {glue:text}`permuted_welch_p` for its permutation: the numbers of
# this book. (The `1e-9` counts ways whose *t* differs from ours by rounding alone.)

# %% [markdown]
# ### The same tests on a marker

# %% [markdown]
# Until here we chose the truth. Now we take {glue:text}`marker` as it comes: from the values behind this page (in the public
# book those of invented patients, whose fits agree with what the paper prints; else your own). Each marker has
# [a page of its own](08_markers).

# %% tags=["hide-input"]
panel = rescat.fit_markers(biomarkers, rule=below_limit)
if marker not in panel.markers:
    marker = panel.markers[0]
pages.slopes_table(
    panel[marker].table.reset_index(),
    name="marker-slopes",
    title=f"{marker}: slopes of both groups, and their difference",
    source="The values behind this page, log10",
    decimals=4,
)

# %%
of_marker = rescat.slope_tests(
    panel.samples_of(marker), intervals=False, progress=False, skip=True
)

# %% tags=["hide-input"]
figures.show(
    figures.tests_forest(
        of_marker,
        what=f"Forest plot of the difference of slopes of {marker} by several tests.",
        limits_in_words=False,
    ),
    name="tests-of-a-marker",
)

# %% tags=["remove-cell"]
least = of_marker["p_value"].min()
pages.say(
    marker=marker,
    least_p=f"{least:.3f}" if least >= 0.001 else "below 0.001",
    greatest_p=f"{of_marker['p_value'].max():.3f}",
)

# %% [markdown]
# In these values the *P* values of the tests for {glue:text}`marker` go from {glue:text}`least_p` to
# {glue:text}`greatest_p`. (Confidence intervals of the permutations take minutes and are left out here.) A reader who sees only one of
# them does not know that.

# %% [markdown] tags=["audit"]
# {{ ledger }}

# %% [markdown] tags=["teaching"]
# ## Common misreadings
#
# - *"A singular fit is an error."* It says that the samples cannot tell the patients' differences
#   from noise.
# - *"A permutation test needs no assumptions."* It needs labels that could have been exchanged.
#   Randomisation gives that; matching does not.
# - *"Eighty samples are a lot."* The comparison rests on patients, and there are seventeen.
# - *"The slope of a patient is what the model predicts."* The prediction is pulled towards the
#   group.

# %% [markdown] tags=["teaching"]
# ## Exercises
#
# {{ aims }}
#
# The [exercises of this chapter](exercises/05_random_slopes.ipynb) have a page and a notebook of their own.

# %% [markdown] tags=["page"]
# ```{notebook-files}
# ```

# %% [markdown] tags=["page"]
# ## Check yourself
#
# ```{quiz} 05_random_slopes
# ```
