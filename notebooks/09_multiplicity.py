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
#       **How many of many tests come out by chance?** Of {glue:text}`n_tests` tests
#       {glue:text}`expected` is expected, and {glue:text}`n_hits` or more have a probability of
#       {glue:text}`chance_percent` if the tests are independent. After Benjamini and Hochberg's
#       correction no printed *P* can be below {glue:text}`least_bh`. **How sure:** exact for what
#       is printed; {glue:text}`n_silent` *P* values are not. **What would change it:** those *P*
#       values, or one marker named before the trial.
#     objectives:
#       - count the tests behind a statement, and say which of them were not counted
#       - >-
#         compute how many tests come out by chance, and what the correlation between them does
#       - >-
#         recompute {term}`P values <P value>` corrected in five ways, and say what is certain
#         of them if most are not printed
#       - >-
#         say how much evidence a P value is at most
#       - >-
#         judge all differences together by {term}`partial pooling`, and say how far a significant
#         estimate from a small study may mislead, for true sizes from outside of it
#     before: '[random slopes](05_random_slopes)'
#     needs:
#       tables: [biomarkers.csv]
#       markers: 3
#       besides: [CRP]
#     estimand: >-
#       {glue:text}`n_historical` of the {glue:text}`n_control` controls were not randomised.
#       A corrected *P* value answers chance alone. It does not make an {term}`association` an
#       effect of treatment.
#     ledger:
#       title: 'Multiplicity: paper against recomputed'
# ---

# %% [markdown]
# # Multiplicity: how many of many tests come out by chance?

# %% [markdown] tags=["audit"]
# {{ answer }}

# %% tags=["parameters", "hide-input"]
data_dir = "data"  # folder with biomarkers.csv and patients.csv
scale = "log10"  # logarithm of the concentrations: log10 or ln
below_limit = "half"  # a value below detection: limit, half, root2 or drop
not_counted = "CRP"  # markers outside the family of tests, apart by commas

# %% tags=["hide-input"]
from math import comb

import numpy as np
from scipy import stats
from statsmodels.stats.multitest import multipletests

import rescat
from rescat import figures, pages, tables

biomarkers = rescat.load_biomarkers(data_dir)
slopes = rescat.load_slopes()

rescat.banner(biomarkers, slopes)

# %% tags=["hide-input", "audit", "slide"]
null = rescat.load_table("joint_null")
family_null = null[null["family"].eq("Figure 2")]
figures.show(
    figures.hits_by_chance(
        family_null, observed=rescat.printed_hits(slopes)[0]
    ),
    name="hits-in-twins",
)

# %% [markdown] tags=["audit"]
# Bars: how many of {glue:text}`n_tests` independent tests give *P* < 0.05 when no difference is real. Points: the same in
# invented patients whose groups were exchanged at random, so that their markers stay correlated.

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
# > A total of 20 tests were conducted, one for each biomarker. Under the null hypothesis of no real
# > difference between slopes, 5% of tests performed at the 0.05 level would be expected to be
# > significant by chance, equating to one false positive. Given that three biomarkers reached
# > statistical significance, we are confident that the observed differences are unlikely to be solely
# > attributable to type I error inflation from multiple testing. Nonetheless, we acknowledge the
# > inherent limitations of multiple comparisons in small studies and have exercised caution in the
# > interpretation of these results.
#
# (*Discussion, limitations* {cite}`tonelli2025`.) The authors raise the question themselves, with
# numbers that a reader can check. The three are NFL, IL1RA and IL6. A fourth marker, CRP, "also exhibited
# a significantly different trajectory" (*results*). It is not among the twenty.

# %% [markdown] tags=["audit"]
# ## Three of twenty by chance are not rare
#
# One false hit of twenty is expected, as the paper says. But what is expected is an average, and it is common to
# have more. If no slope differs and the tests are independent, {glue:text}`n_hits` or more hits have a
# probability of {glue:text}`chance_percent`. That is above the 5 % at which each test was made. Markers of
# the same patients are not independent. In {glue:text}`n_twins` sets of invented patients, where their
# correlation is assumed, the probability is {glue:text}`twin_hits`. Whatever the correlation, it is at most
# {glue:text}`largest`.
#
# With CRP there would be {glue:text}`k_with` hits of {glue:text}`n_with`, with a probability of
# {glue:text}`crp_independent` if independent. So the answer depends on one test that was not counted. And the argument
# cannot say **which** of the differences is real.

# %% [markdown] tags=["audit"]
# ## After correction no printed P value is below 0.05
#
# A correction for many tests makes each *P* value larger, so that false hits become rare. The paper prints
# {glue:text}`n_printed` of {glue:text}`n_tests` *P* values, and says that the others are not significant. That is enough to
# say how small a corrected *P* can be at least.

# %% tags=["audit"]
ranges = rescat.printed_p_ranges(slopes)

# %% tags=["hide-input", "audit", "slide"]
bounds = rescat.adjusted_p_bounds(ranges)
hits = ranges.loc[ranges["printed"].lt(0.05), "marker"]
shown = bounds[bounds["marker"].isin(ranges.dropna()["marker"])]
figures.show(figures.adjusted_p_ranges(shown, in_full=hits), name="corrected-p")

# %% [markdown] tags=["audit"]
# By the mildest of five usual corrections (Benjamini and Hochberg) none can be below {glue:text}`least_bh`. NFL, the smallest, is
# {glue:text}`nfl_holm` by Holm's. This holds as long as each of the {glue:text}`n_silent` *P* values that are not printed is
# 0.05 or more. It does not show that the differences *are* chance.

# %% [markdown]
# ## A correction answers chance alone
#
# A corrected *P* value says how easily chance gives such a result. It does not say why the groups differ: not randomised
# controls stay not randomised. The best cure for many tests comes before the trial: name one marker, and
# say what the others are for. Afterwards, judge all markers together, by how large the differences are (in the details).

# %% [markdown]
# ## What this does not show
#
# - That the differences are chance. A corrected *P* above 0.05 is no proof of equality.
# - That they are effects of MSC. No correction for many tests repairs a comparison with controls who
#   were not randomised.
# - How real markers are correlated: in invented patients that is assumed.
# - What was planned. Which tests belong to one family should be known before the data are seen.

# %% [markdown]
# ## The details
#
# Below: all corrections, the markers with their values, what the correlation between them does, and partial pooling.

# %% [markdown] tags=["audit"]
# The patients' values are not public. The parts that need them run on the **twin**: invented patients, made so that their
# fits agree with what the paper prints (but for the *P* value of the IL18 difference, see [chapter 6](06_cytokines)). How
# its markers are correlated is an assumption. What it shows beyond the printed numbers is **not evidence** about anybody.
#
# ### Which tests were made, and which counted
#
# The table counts every test of a slope that the text speaks of. *Significant* means: called so, with
# a *P* value or in words.

# %% tags=["audit"]
made = rescat.printed_tests(slopes)

# %% tags=["hide-input", "audit"]
tables.show_table(
    made.assign(counted=made["counted"].map({True: "yes", False: "no"})),
    name="tests-made",
    title="Tests of slopes in the paper",
    source="The text of the paper, and the names in Figure 2",
    labels={"what": "Test"},
    decimals={"expected": 2},
)

# %% tags=["remove-cell", "audit"]
n_hits, n_tests = rescat.printed_hits(slopes)
k_with, n_with = rescat.printed_hits(slopes, "with CRP")
pages.say(
    n_tests=n_tests,
    n_hits=n_hits,
    n_all=int(made["tests"].sum()),
    n_with=n_with,
    k_with=k_with,
    n_neuro=rescat.printed_hits(slopes, "neuro")[1],
    expected=f"{n_tests * 0.05:g}",
)

# %% [markdown] tags=["audit"]
# - The {glue:text}`n_tests` are the comparisons of slopes for the markers of Figure 2.
# - CRP is not among them, although it was tested and called significant. No *P* value of it is
#   printed.
# - Each group's own slope was tested as well ("slopes statistically different from zero are reported
#   with an asterisk"). Some of these tests carry statements of the abstract. The asterisks of the
#   figure are not in the text, so there may be more than are counted here.
# - The {glue:text}`n_neuro` neuro-markers are among the tests of "the primary biomarker analysis". The
#   aims call them a sensitivity analysis.
#
# In all the text speaks of {glue:text}`n_all` tests of slopes. Which of them form one **family** is a
# choice, and best made before the data are seen. We go on with the paper's family, and say where
# another family gives another answer.
#
# ### The chance depends on the correlation between markers
#
# If no slope differs and the tests are independent, the number of significant ones is binomial. Below every two
# tests have the same {term}`correlation`, and the probabilities are exact for normal statistics. Set *Tests* to
# {glue:text}`n_with` and the hits to {glue:text}`k_with` to count CRP too. Then raise the correlation: what happens to
# "none", and what to "many"?

# %% tags=["audit"]
chance = stats.binom.sf(n_hits - 1, n_tests, 0.05)

# %% tags=["hide-input", "audit"]
with_crp = f"{k_with} or more of {n_with}, with CRP"
curves = rescat.chance_curves(
    {
        f"{n_hits} or more of {n_tests}": (n_hits, n_tests),
        with_crp: (k_with, n_with),
    }
)
pages.show_explorable(
    "chance-hits",
    question="How often do so many of many tests come out by chance?",
    picture=figures.chance_by_correlation(curves),
    fixed="No difference is real. Every two of the normal statistics behind the tests have the same "
    "correlation, and each test is two-sided.",
    tests=n_tests,
    hits=n_hits,
    correlation=0,
    alpha=0.05,
)

# %% tags=["remove-cell", "audit"]
of_crp = curves[curves["what"].eq(with_crp)].set_index("correlation")["chance"]
rising = of_crp[: of_crp.idxmax()]
pages.say(
    chance_percent=f"{100 * chance:.1f} %",
    largest=f"{rescat.largest_chance_of_at_least(n_hits, n_tests):.2f}",
    crp_independent=f"{of_crp.iloc[0]:.3f}",
    crp_crosses=f"{np.interp(0.05, rising, rising.index):.2f}",
)

# %% [markdown] tags=["audit"]
# The largest probability, {glue:text}`largest`, follows from the mean number of hits, {glue:text}`expected`:
# {glue:text}`n_hits` at a time can't come more often. With CRP the probability is above 0.05 from a correlation of
# about {glue:text}`crp_crosses`. The correlation is not printed.
#
# The patients themselves can tell it. Give the label *treated* to five other patients,
# **the same five for all markers**, and count the hits again: the markers stay together as they are.
# There are {glue:text}`n_ways` ways. At the head of this chapter they are done for {glue:text}`n_twins`
# twins. There {glue:text}`n_hits` or more hits have a probability of
# {glue:text}`twin_hits` (median, and in brackets the quantiles of 5 % and 95 %), and with CRP
# {glue:text}`k_with` or more {glue:text}`twin_crp`. Two *t* of a twin correlate by {glue:text}`twin_r`
# on average, without regard to sign. The twins are a family that we chose: normal values, samplings
# that we assumed, one correlation between markers. That of real cytokines may be stronger.
#
# **So does the paper's argument hold?** That {glue:text}`expected` hit is expected is right. That
# {glue:text}`n_hits` are then unlikely to be chance alone does not follow at the 5 % level for the
# tests as counted. Nor does the number show that they *are* chance: {glue:text}`chance_percent` is some
# evidence that some slope differs, and with CRP it may be more.

# %% tags=["remove-cell", "audit"]
joint_tests = rescat.load_table("joint_tests").query("family == 'Figure 2'")
n_twins = int(null["twin"].nunique())
reached = family_null.query("markers == @n_hits")["at_least"]
crp_null = null.query("family == 'with CRP' and markers == @k_with")["at_least"]
r = joint_tests["mean_correlation"]
pages.say(
    n_twins=n_twins,
    n_ways=f"{comb(17, 5):,}",
    twin_hits=rescat.spread_in_words(reached),
    twin_crp=rescat.spread_in_words(crp_null),
    twin_r=rescat.spread_in_words(r, 2),
)

# %% [markdown] tags=["audit"]
# ### Corrected P values have bounds, even where P values are not printed
#
# {term}`Bonferroni`, {term}`Holm` and {term}`Hochberg` bound the {term}`family-wise error`: the chance
# of even one false hit. {term}`Benjamini-Hochberg` and {term}`Benjamini-Yekutieli` bound the
# {term}`false discovery rate`, which is less strict. In each of these procedures a corrected *P* can't fall when any *P*
# of the family rises. So the least corrected *P* is the one where every unknown *P* is as small as it can be, and the
# greatest the one where each is 1. The text says that the others are not significant: they are at least 0.05.
#
# **Proven, as long as each of the {glue:text}`n_silent` other *P* values is 0.05 or more:** none of
# the differences is significant at 5 % after any of the five corrections. The least that any of them can be is
# {glue:text}`least_bh` (Benjamini-Hochberg) or {glue:text}`least_hochberg` (Hochberg).
#
# Two weak points of this proof. It takes the printed *P* values as they are. And it takes the text at its word that
# the others are not significant: if one knew nothing of them, the least corrected *P* of NFL would be
# {glue:text}`silent`, because many small *P* values would help each other.
#
# Which tests form one **family** is a choice, best made before the data are seen. Another family gives other values:

# %% tags=["remove-cell", "audit"]
least = bounds.groupby("method")["low"].min()
nfl = bounds[bounds["marker"].eq("NFL")].set_index("method")
silent = rescat.adjusted_p_bounds(
    rescat.printed_p_ranges(slopes, unprinted=(0.0, 1.0)), ["fdr_bh"]
).set_index("marker")
pages.say(
    n_printed=int(ranges["printed"].notna().sum()),
    n_silent=int(ranges["printed"].isna().sum()),
    least_bh=f"{least['Benjamini-Hochberg']:.3f}",
    least_hochberg=f"{least['Hochberg']:.3f}",
    nfl_holm="{low:.2f} to {high:.2f}".format(**nfl.loc["Holm"]),
    silent=f"{silent.loc['NFL', 'low']:.3f}",
)

# %% tags=["hide-input", "audit"]
tables.show_table(
    rescat.adjusted_p_by_family(slopes, [*hits, "CRP"], ["holm", "fdr_bh"]),
    name="families",
    title="Corrected P values in four families of tests",
    source="The paper. P values that are not printed lie between 0.05 and 1, that of "
    "CRP below 0.05",
    labels={"method": "Procedure", "low": "Least", "high": "Greatest"},
    decimals={"low": 3, "high": 3},
)

# %% [markdown] tags=["audit"]
# CRP alone may survive a correction, because its *P* value is not printed: it can be anything below
# 0.05. For NFL among the neuro-markers alone Benjamini-Hochberg comes to the limit and not below it.

# %% [markdown]
# ### All markers with their values
#
# With the values themselves no bounds are needed. Here are all differences of the data of this page. The corrections are those
# of statsmodels' `multipletests`.

# %%
panel = rescat.fit_markers(biomarkers, scale=scale, rule=below_limit)
logged = panel.samples
outside = {name.strip() for name in not_counted.split(",")}
family = [m for m in panel.markers if m not in outside]
fits = panel.only(family)
differences = fits.table.query("term == 'difference'").reset_index(drop=True)

corrected = differences[["marker", "slope", "p_value"]].copy()
for method, name in rescat.ADJUSTMENTS.items():
    corrected[name] = multipletests(differences["p_value"], method=method)[1]

# %% tags=["hide-input"]
tables.show_table(
    corrected.assign(origin=differences["origin"]),
    name="corrected",
    title="Differences of the slopes, with corrected P values",
    source="The values behind this page",
    labels={"slope": "Difference"},
    decimals={
        "slope": 4,
        "p_value": 3,
        **dict.fromkeys(rescat.ADJUSTMENTS.values(), 3),
    },
)

# %% [markdown]
# These corrections know nothing of the dependence between markers. {term}`Max-T <max-T>` uses it:
# every relabelling is the same for all markers, and each |*t*| is compared with the **largest** |*t*|
# of all markers under each relabelling. The step-down form then goes on with the markers that are
# left {cite}`westfall1993`.

# %%
joint = rescat.joint_permutation(logged, family)

# %% tags=["hide-input"]
tables.show_table(
    joint.table.sort_values("step_down", kind="stable").drop(
        columns="difference"
    ),
    name="max-t",
    title="Each marker alone, and corrected by relabelling all markers together",
    source="The values behind this page",
    labels={"permutation": "P by permutation, alone"},
    decimals={
        "statistic": 2,
        **dict.fromkeys(
            ["satterthwaite", "permutation", "max_t", "step_down", "min_p"], 3
        ),
    },
)

# %% tags=["hide-input"]
figures.show(
    figures.hits_by_chance(joint.counts, observed=joint.observed),
    name="hits-here",
)

# %% tags=["remove-cell"]
chances = joint.counts.set_index("markers")["at_least"]
pages.say(
    here_hits=joint.observed,
    here_family=len(family),
    here_chance=f"{chances[joint.observed]:.3f}",
    here_r=f"{joint.mean_correlation:.2f}",
    rate_low=f"{joint.rates.min():.3f}",
    rate_high=f"{joint.rates.max():.3f}",
)

# %% [markdown]
# In these values {glue:text}`here_hits` of {glue:text}`here_family` markers have *P* < 0.05; so many or
# more are in a share of {glue:text}`here_chance` of the relabellings. Two *t* correlate by {glue:text}`here_r`
# on average. A single marker is significant in a share of {glue:text}`rate_low` to {glue:text}`rate_high` of
# the relabellings, where 0.05 is meant: with so few patients the model's own *P* values are rough.
#
# Max-T compares the *t* of different markers. It favours a marker whose *t* rests on few
# {term}`degrees of freedom`: a large *t* is then less rare than it looks. {term}`Min-P <min-P>` compares
# each marker's own permutation *P* values and treats the markers alike, but with few relabellings
# it is coarse. Where the two differ, neither is proof. Choose before you look.

# %% tags=["hide-input", "audit"]
columns = ["permutation", "step_down", "min_p", "holm", "fdr_bh"]
tables.show_table(
    rescat.spread_over_twins(joint_tests, columns),
    name="twins-corrected",
    title="Corrected P over the twins: median (5 % to 95 %)",
    subtitle=f"{n_twins} twins of a family that we chose",
    source="Invented patients",
    labels={"step_down": "Max-T", "min_p": "Min-P"},
)

# %% tags=["remove-cell", "audit"]
of_nfl = joint_tests[joint_tests["marker"].eq("NFL")]
pages.say(
    nfl_step_down=rescat.spread_in_words(of_nfl["step_down"]),
    nfl_min_p=rescat.spread_in_words(of_nfl["min_p"]),
    nfl_below=f"{of_nfl['step_down'].lt(0.05).sum()} of {n_twins}",
    nfl_min_p_below=f"{of_nfl['min_p'].lt(0.05).sum()} of {n_twins}",
)

# %% [markdown] tags=["audit"]
# What is proven above is about corrections of the **printed** *P* values. Relabelling needs the
# patients. Over the twins the corrected *P* of NFL is {glue:text}`nfl_step_down` by max-T, below 0.05 in
# {glue:text}`nfl_below`, and {glue:text}`nfl_min_p` by min-P ({glue:text}`nfl_min_p_below`). So
# corrections that use the correlation could go either way, for NFL alone. Only the authors' data can
# tell. These are invented data, and **not evidence about any patient**. And a relabelling treats all patients as exchangeable,
# which those of an intensive care unit in another city are not.

# %% [markdown]
# ### Judge all slopes together: partial pooling
#
# Corrections ask of each marker: significant or not? {term}`Partial pooling` asks: how large are the
# differences, given what **all** markers show {cite}`efron1975,gelman2012`? The true differences are
# taken as draws from one distribution around zero. Its spread is estimated from the markers
# themselves: if they scatter hardly more than their {term}`standard errors <standard error>` say, each
# is drawn far towards zero.
#
# Markers differ in scale, so each difference is counted in its own standard errors
# {cite}`vanzwet2021`.

# %%
pooled = rescat.shrink_slopes(differences)

# %% tags=["hide-input"]
figures.show(figures.pooled_differences(pooled), name="partial-pooling")

# %% tags=["remove-cell"]
pages.say(
    kept=f"{100 * pooled.table['kept'].mean():.0f} %",
    sd_between=f"{pooled.sd:.2f}",
    sd_limits=f"{pooled.sd_low:.2f} to {pooled.sd_high:.2f}",
    alone=int(differences["p_value"].lt(0.05).sum()),
    clear=pooled.n_clear,
    strongest=pooled.clearest["marker"],
    wrong_sign=f"{pooled.clearest['wrong_sign']:.2f}",
)

# %% [markdown]
# The SD of the true differences is {glue:text}`sd_between` standard errors (95 % confidence interval
# {glue:text}`sd_limits`): that far it is known. On average {glue:text}`kept` of each difference is
# kept. {glue:text}`alone` of the differences are significant alone; {glue:text}`clear` have an interval
# without zero when judged together. The clearest is {glue:text}`strongest`: the probability that its
# true difference has the other sign is {glue:text}`wrong_sign`.
#
# This needs no correction, because no marker was picked: what would be many false hits becomes much
# shrinkage. Its price is an assumption, that the differences come from one distribution. And
# markers of the same patients are not independent, so the interval of the SD is somewhat too narrow.

# %% tags=["hide-input"]
residual = [fits[m].variance["sd_residual"].iloc[0] for m in family]
tables.show_table(
    rescat.compare_pooling(
        differences.assign(residual_sd=residual),
        {"se": "standard errors", "residual_sd": "residual SDs per day"},
    ),
    name="pooling-methods",
    title="How far the result depends on the method",
    source="The values behind this page",
    labels={"least": "Least share kept"},
    decimals={"sd": 3},
    percent={"least": 0, "most": 0},
)

# %% [markdown]
# With another unit, the residual SD, markers with large standard errors are drawn further than
# others. The unit is a choice too.

# %% [markdown] tags=["audit"]
# ### A P value near 0.05 is weak evidence
#
# A *P* value of 0.05 sounds like one in twenty. It is not the probability that there is no difference.
# How far can it move that probability? There is a bound for a wide class of views about the size
# {cite}`sellke2001`: below *P* = 1/e a {term}`Bayes factor` against "no difference" is at most
# 1 / (-e *P* ln *P*). The class is that of all views under which small *P* values become more likely as a
# falling beta density has it. Who is sure of one size, and happens to name the estimate itself, gets
# more.

# %% tags=["audit"]
printed = slopes[slopes["term"].eq("difference")].sort_values(
    "p_value", kind="stable"
)
bounds_of_p = rescat.evidence_bounds(printed["p_value"], priors=[0.5, 0.1])

# %% tags=["hide-input", "audit"]
keeps = bounds_of_p.pivot(index="p_value", columns="prior", values="null_keeps")
at_most = bounds_of_p.groupby("p_value")["at_most"].first()
tables.show_table(
    printed[["marker", "p_value", "origin"]].assign(
        at_most=at_most[printed["p_value"]].to_numpy(),
        even=keeps.loc[printed["p_value"], 0.5].to_numpy(),
        sceptical=keeps.loc[printed["p_value"], 0.1].to_numpy(),
    ),
    name="evidence-of-p",
    title="How much evidence each printed P value is at most",
    subtitle="What 'no difference' keeps at least, if a difference had a probability of one in two, "
    "or one in ten, before the data",
    source="The printed P values",
    labels={
        "at_most": "Evidence, to one",
        "even": "Kept, from one in two",
        "sceptical": "Kept, from one in ten",
    },
    decimals={"p_value": 3, "at_most": 1},
    percent={"even": 0, "sceptical": 0},
)

# %% tags=["remove-cell", "audit"]
nfl_p = printed.set_index("marker").loc["NFL", "p_value"]
pages.say(
    nfl_at_most=f"{at_most[nfl_p]:.1f}",
    nfl_keeps=f"{np.floor(100 * keeps.loc[nfl_p, 0.1]):.0f} %",
    nfl_even=f"{np.floor(100 * keeps.loc[nfl_p, 0.5]):.0f} %",
)

# %% [markdown] tags=["audit"]
# By this bound the smallest *P* value, that of NFL, raises the odds of a difference at most
# {glue:text}`nfl_at_most` times. Who thought a difference as likely as not keeps at least {glue:text}`nfl_even` for "no
# difference"; who gave it one in ten keeps at least {glue:text}`nfl_keeps`. With twenty markers and no
# forecast of which, one in ten is no harsh view. This takes each *P* value alone, as printed, and
# asks of a difference, not of its cause.

# %% [markdown] tags=["audit"]
# ### A significant estimate is too large, if the true difference is small
#
# A small study finds significance only where the estimate happens to be large. Gelman and Carlin name
# two errors of a **significant** estimate: {term}`type S <type S error>`, the wrong sign, and
# {term}`type M <type M error>`, exaggeration {cite}`gelman2014`. Both depend on the **true** size, and
# that must come from outside: to put in the estimate itself only says its *P* value in other words
# {cite}`hoenig2001`.
#
# Which sizes are known? We read of no trial of MSC that gives a rate of these markers with its
# error. What others measured is how fast some markers change by themselves in intensive care (log10;
# some with wide intervals). A treatment that **stopped** such a change altogether would make a difference
# of that size. Nothing says that MSC do, so for the markers that rise it is more of an upper bound.
# IL18 and IL6 fall there, so that stopping it would give a difference of the other sign than the one
# printed: of these only the size is used.

# %% tags=["audit"]
sizes = rescat.outside_sizes()
known = sizes.dropna(subset="size").set_index("marker")["size"]
design = rescat.printed_design_analysis(slopes, known.to_dict())

# %% tags=["hide-input", "audit"]
tables.show_table(
    sizes.drop(columns="source").assign(
        times=rescat.fold_change(sizes["size"])
    ),
    name="outside-sizes",
    title="How fast markers change by themselves in intensive care",
    subtitle="Log10 per day, without sign; and what trials of MSC give of IL6",
    source="Published studies",
    labels={
        "size": "Change",
        "se": "Standard error",
        "what": "Of whom",
        "times": "In 28 days, times",
    },
    decimals={"size": 4, "se": 4, "times": 1},
)

# %% tags=["hide-input", "audit", "slide"]
figures.show(figures.exaggeration_by_size(design), name="exaggeration")

# %% tags=["remove-cell", "audit"]
of_nfl = design[design["marker"].eq("NFL")].set_index("se_from")
third = rescat.design_analysis(of_nfl["true"] / 3, of_nfl["se"])
FEW = 6  # degrees of freedom that fit the printed interval and P of NFL (chapter 7)
by_t = rescat.design_analysis(of_nfl["true"], of_nfl["se"], df=FEW)
pages.say(
    se_limits=f"{of_nfl.loc['limits', 'se']:.4f}",
    se_p=f"{of_nfl.loc['P', 'se']:.4f}",
    power_nfl=f"{100 * of_nfl['power'].min():.0f} to {100 * of_nfl['power'].max():.0f} %",
    power_t=f"{100 * by_t['power'].min():.0f} to {100 * by_t['power'].max():.0f} %",
    few_df=FEW,
    third_size=f"{of_nfl['true'].iloc[0] / 3:.3f}",
    third_fold=f"{rescat.fold_change(of_nfl['true'].iloc[0] / 3):.1f} times",
    third_power=f"{100 * third['power'].min():.0f} to {100 * third['power'].max():.0f} %",
    third_m=f"{third['exaggeration'].min():.1f} to {third['exaggeration'].max():.1f}",
)

# %% [markdown] tags=["audit"]
# For NFL the standard error is {glue:text}`se_limits` by the intervals and {glue:text}`se_p` by the *P*
# value, if both are by *z*; by *t* both can have one ([neuro-markers](07_neuromarkers)). If
# MSC stopped a rise as steep as that of ventilated patients, a study like this would find it in
# {glue:text}`power_nfl` of cases by *z*, and in {glue:text}`power_t` by *t* with {glue:text}`few_df`
# degrees of freedom, hardly exaggerated. If the true difference were a third of that,
# {glue:text}`third_size` per day ({glue:text}`third_fold` in 28 days), it would find it in {glue:text}`third_power`, and those estimates
# would be {glue:text}`third_m` times too large on average. So the estimate is as good as the true size
# is large, and the curve says it for any size. **Not known:** the true size of any of these
# differences. For IL6 even the standard error is not printed, and the abstracts of the trials of MSC
# above that report a fall of it give no rate. Plan the next trial for a smaller
# difference than the printed one. What a trial of this design can show, by simulation:
# [operating characteristics](09b_operating_characteristics).

# %% [markdown] tags=["audit"]
# {{ ledger }}

# %% [markdown] tags=["teaching"]
# ## Common misreadings
#
# - *"More hits than expected, so they are not chance."* More than expected is common. Ask how
#   probable so many or more are.
# - *"Only the tests that are reported count."* Each test that was made had its chance of a false hit.
# - *"Not significant after correction, so nothing differs."* A correction makes a claim harder. It
#   does not show equality.
# - *"Significant after correction, so it is the treatment."* A correction answers chance alone, and
#   not how the groups came about.
# - *"The estimate is significant, so its size can be trusted."* If the true size is small for the
#   study, a significant estimate is too large on average.
# - *"P is 0.012, so there are 1.2 % for no difference."* What it leaves depends on what was thought
#   before, and is many times more.

# %% [markdown] tags=["teaching"]
# ## Exercises
#
# {{ aims }}
#
# The [exercises of this chapter](exercises/09_multiplicity.ipynb) have a page and a notebook of their own.

# %% [markdown] tags=["page"]
# ```{notebook-files}
# ```

# %% [markdown] tags=["page"]
# ## Check yourself
#
# ```{quiz} 09_multiplicity
# ```
