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
#         read a balance table and a {term}`Love plot`, and say what the {term}`SMD` is divided
#         by
#       - >-
#         find the treated patient who has no near control, and say how firmly a {term}`matching`
#         is fixed by its data
#       - >-
#         tell {term}`optimal matching` from {term}`greedy matching`, and say what a {term}`caliper`
#         does
#       - >-
#         say what matching on four variables cannot repair, and how much hidden bias a result
#         can bear
#     before: '[the cohort](01_cohort)'
#     minutes: 55
#     needs:
#       tables: [patients.csv]
#       arms: [MSC, mCTRL]
#     estimand: >-
#       The {glue:text}`n_matched` matched controls were not randomised. Matching makes some measured
#       variables alike. A difference that remains is an {term}`association`: hospital, unit,
#       period and the day from which days are counted go together with treatment.
#     ledger:
#       title: 'Matching: paper against recomputed'
# ---

# %% [markdown]
# # Matching: who was chosen, and who could have been?
#
# {{ head }}

# %% tags=["parameters", "hide-input"]
data_dir = "data"  # folder with patients.csv and events.csv
distance = "mahalanobis"  # distance of the demonstration, see rescat.match
pools = 100  # invented pools of 79 in the demonstration
studies = 150  # invented studies with a severity that nobody measured

# %% tags=["hide-input"]
import pandas as pd

import rescat
from rescat import figures, pages, tables

patients = rescat.load_patients(data_dir)
trial = rescat.load_trial()
treated = patients[patients["arm"].eq("MSC")]
matched = patients[patients["arm"].eq("mCTRL")]
pool = rescat.synthetic_pool(members=matched)
names = {
    "age": "Age, years",
    "male": "Male",
    "bmi": "BMI, kg/m²",
    "pao2_fio2": "PaO2/FiO2, mmHg",
}
four = list(names)

rescat.banner(patients, trial, pool)

# %% tags=["remove-cell"]
pages.say(
    n_msc=len(treated),
    n_matched=len(matched),
    pool_size=len(pool),
    n_invented=int(pool["origin"].eq("synthetic").sum()),
)

# %% [markdown]
# {{ estimand }}
#
# ```{admonition} Synthetic means synthetic
# :class: warning
# The first part uses the patients of Table 1. The second and third part use **invented**
# patients, because the pool is not public. What they show is how methods behave. It is not
# evidence about any real patient, or about how the matched controls were chosen.
# ```
#
# ## What the paper says
#
# > To compare the cytokine profile of patients receiving MSC to that of patients treated with
# > standard therapy, the MSC cohort was further matched 1:2 by age, gender, BMI, and PaO₂/FIO₂
# > ratio (measured at the time of admission) to a group of COVID-19 patients not exposed to MSC
# > (matched controls—mCTRL) extracted from a dataset of COVID-19 patients admitted to intensive
# > care unit […]. Matching procedure is showed in eFigure 1, Supplement.
#
# (*Methods* {cite}`tonelli2025`; the dataset {cite}`bonetto2022`.) The main text does not name a
# distance, a caliper, or which control belongs to which patient.
#
# ## The data
#
# The four variables are printed for all {glue:text}`n_msc` MSC patients and
# {glue:text}`n_matched` matched controls. The other patients of the pool (at most
# {glue:text}`pool_size` in all) are not public.

# %% [markdown]
# ## Part 1: the match that was made
#
# ### Balance of each variable
#
# The standardised mean difference ({term}`SMD`) is the difference of the two means divided by a
# standard deviation. Which one must be said: that of the treated, or the pooled one (the root of
# the mean of both variances). For yes or no we show the difference of shares instead. The
# variance ratio compares the spread; the last two columns are the mean and the largest distance
# between the cumulative distributions.

# %%
by_treated = rescat.balance(treated, matched, covariates=four)
by_pooled = rescat.balance(
    treated, matched, covariates=four, denominator="pooled"
)

# %% tags=["hide-input"]
shown = by_treated.assign(
    covariate=by_treated["covariate"].map(names),
    smd_pooled=by_pooled["smd"],
)[
    [
        "covariate", "mean_treated", "mean_control", "difference", "smd", "smd_pooled",
        "variance_ratio", "ecdf_mean", "ecdf_max", "origin",
    ]
]  # fmt: skip
tables.show_table(
    shown,
    name="balance-table",
    title="The matched variables: MSC against matched controls",
    subtitle="Means (of yes or no: shares)",
    source="Table 1",
    decimals={
        "mean_treated": 2,
        "mean_control": 2,
        "difference": 2,
        "smd": 2,
        "smd_pooled": 2,
        "variance_ratio": 2,
        "ecdf_mean": 2,
        "ecdf_max": 2,
    },
)

# %% tags=["hide-input", "slide"]
figures.show(
    figures.love_plot_by_denominator(
        by_treated, by_pooled, names, what="of MSC against matched controls"
    ),
    name="balance-of-the-ten",
)

# %% tags=["remove-cell"]
numbers = by_treated[by_treated["kind"].eq("continuous")].set_index("covariate")
widest = numbers["smd"].abs().idxmax()
ratio = numbers.loc[widest, "variance_ratio"]
pages.say(
    widest=names[widest].split(",")[0],
    smd_treated=f"{numbers.loc[widest, 'smd']:.2f}",
    smd_pooled=f"{by_pooled.set_index('covariate').loc[widest, 'smd']:.2f}",
    spread_of_controls=f"{1 / ratio:.1f}" if ratio > 0 else "not known",
)

# %% [markdown]
# The widest difference is that of {glue:text}`widest`: an SMD of {glue:text}`smd_treated` with
# the SD of the treated, and of {glue:text}`smd_pooled` with the pooled one. The two differ so much
# because the controls' variance is {glue:text}`spread_of_controls` times that of the treated. A
# common rule, also in the guide to MatchIt {cite}`ho2011`, asks for less than 0.1. So "matched" is true of the method. How alike the groups are
# is a question of its own, and it has an answer for each variable.
#
# **Why no test of significance?** A test asks about a population from which both groups were
# drawn. Balance is a property of these very patients. With {glue:text}`n_msc` treated patients a
# test misses almost any difference, and the smaller the sample, the better the balance would
# seem. Guides on matching advise against such tests {cite}`ho2007`.

# %% [markdown]
# ### Who could not have entered the trial?
#
# Table 1 lets us check three of the trial's own entry criteria (see [the cohort](01_cohort)).

# %%
criteria = rescat.entry_criteria(matched, trial)
outside = criteria[criteria["met"].eq(False)]

# %% tags=["hide-input"]
tables.show_table(
    outside[["patient_id", "criterion", "value", "origin"]],
    name="outside-criteria",
    title="Matched controls outside an entry criterion of the trial",
    source="Table 1; criteria: Methods, patients",
)

# %% [markdown]
# ### What was not matched
#
# What goes together with treatment, but is not among the four variables:

# %%
unlike = rescat.unlike_groups(patients, trial)

# %% tags=["hide-input"]
tables.show_table(
    unlike,
    name="not-matched",
    title="Not matched: MSC against matched controls",
    subtitle="Median [lowest, highest], or patients/patients with a value",
    source="Table 1; Methods",
)

# %% [markdown]
# Hospital and period separate the two groups **completely**. The days of Table 1 count from another
# event, and the unit probably differs for most (the ward of an MSC patient is not printed). No
# weighting or matching of these patients can take hospital or period into account, because no
# patient of one group is like any of the other.
#
# For four variables at entry this is the balance. Severity scores, smoking and drugs are missing for
# all matched controls too. A value that is not
# printed is a difference too, so it has a line of its own.

# %%
unmatched = rescat.balance(
    treated,
    matched,
    covariates=["map", "hfno", "respiratory_rate", "rox"],
    denominator="pooled",
).dropna(subset="difference")

# %% tags=["hide-input", "slide"]
more = {
    "map": "Mean arterial pressure",
    "hfno": "HFNO",
    "respiratory_rate": "Respiratory rate",
    "rox": "ROX index",
}
figures.show(
    figures.love_plot(
        unmatched,
        more,
        what="of variables that were not matched, MSC against matched controls",
    ),
    name="balance-not-matched",
)

# %% tags=["remove-cell"]
since = treated["days_from_diagnosis"]
pages.say(
    days_low=f"{since.min():g}",
    days_high=f"{since.max():g}",
    mean_pf_msc=f"{treated['pao2_fio2'].mean():.0f}",
    mean_pf_matched=f"{matched['pao2_fio2'].mean():.0f}",
)

# %% [markdown]
# ### Does PaO2/FiO2 mean the same in both parts of Table 1?
#
# Part A prints {term}`PaO2/FiO2` "at enrollment", part B "at admission" ([ledger of the
# cohort](01_cohort), COH-31). The text says that matching used the value at admission, which is
# not printed for the MSC patients, who were enrolled {glue:text}`days_low` to
# {glue:text}`days_high` days after diagnosis. Support
# matters too: with {term}`HFNO` the fraction of inhaled oxygen is set, with a simple mask it
# is estimated. So {glue:text}`mean_pf_msc` and {glue:text}`mean_pf_matched` mmHg, the two means, may
# be of two different quantities, and their nearness says less than it seems to.

# %% [markdown]
# ### Who belongs to whom?
#
# The paper does not print the sets. We can ask which assignment of the ten to the five has the
# least total distance. A distance puts the four variables on one scale, and there are several:
#
# - *Mahalanobis* divides by the variances within the groups and allows for correlation;
# - *of the ranks* does the same with ranks, so that one extreme value counts less;
# - *propensity* compares the estimated odds of being treated (a {term}`propensity score`);
# - *robust* divides each variable by its median absolute deviation.

# %%
assigned = rescat.assign_controls(treated, matched)
assigned.best["mahalanobis"]

# %% tags=["hide-input", "slide"]
figures.show(
    figures.assignment_grids(assigned.grids), name="who-belongs-to-whom"
)

# %% tags=["hide-input"]
totals = assigned.totals
tables.show_table(
    totals,
    name="totals",
    title="How firmly is the assignment fixed?",
    subtitle="Total distance of the ten to the five, under several distances",
    source="Table 1",
    decimals={"optimal": 2, "second": 2, "extra": 2, "greedy": 1},
)

# %% tags=["remove-cell"]
pages.say(
    n_distances=len(assigned.best),
    n_families=assigned.n_families,
    same_sets=", ".join(assigned.same_sets) or "none",
    extra_low=f"{totals['extra'].min():.1f}",
    extra_high=f"{totals['extra'].max():.1f}",
    refused=" ".join(f"No {t}: {why}." for t, why in assigned.refused.items()),
)

# %% [markdown]
# Under {glue:text}`n_distances` distances there are {glue:text}`n_families` different optimal
# families of sets (MSC patients with the same two controls under all: {glue:text}`same_sets`). The
# runner-up costs only {glue:text}`extra_low` to {glue:text}`extra_high` % more. An extra cost of 0
# is a tie: along one score, two pairs can often be exchanged at no cost. So the data do not
# tell who belongs to whom. An analysis that uses the sets (such as a test within sets) would
# depend on a choice that is not printed. {glue:text}`refused`

# %% [markdown]
# ### Which MSC patient has no near control?
#
# For each patient, the nearest matched control in each variable alone, and in all together
# (Mahalanobis). The last line is the smallest {term}`caliper` with which every patient could
# still have two controls.

# %%
near = rescat.nearest_controls(treated, matched)

# %% tags=["hide-input"]
tables.show_table(
    near,
    name="nearest",
    title="Distance to the nearest matched control",
    source="Table 1",
    labels={"patient": "MSC patient", "together": "All four, Mahalanobis"}
    | {k: v for k, v in names.items() if k != "male"},
    decimals={"age": 0, "bmi": 1, "pao2_fio2": 0, "together": 2},
)

# %% tags=["remove-cell"]
alone = near.iloc[:-1].set_index("patient")["together"]
far = alone.idxmax()
farthest, others = treated.set_index("patient_id").loc[far], alone.drop(far)
pages.say(
    far=far,
    far_age=f"{farthest['age']:g}",
    far_bmi=f"{farthest['bmi']:g}",
    far_distance=f"{alone[far]:.1f}",
    other_low=f"{others.min():.1f}",
    other_high=f"{others.max():.1f}",
)

# %% [markdown]
# Patient {glue:text}`far` ({glue:text}`far_age` years, BMI {glue:text}`far_bmi` kg/m²) has no near
# control: {glue:text}`far_distance` to the nearest, against {glue:text}`other_low` to
# {glue:text}`other_high` for the others. Whether nearer patients were in the pool, we cannot know.

# %% [markdown]
# ## Part 2: the match that could have been
#
# The pool below holds the {glue:text}`n_matched` matched controls and {glue:text}`n_invented`
# **invented** patients. Age, sex and PaO2/FiO2 of the invented follow an early series of ICU
# patients of the same region {cite}`grasselli2020`; BMI is an assumption, and so are the shapes of
# the distributions (see [evidence](../evidence.md)). The real pool was treated in another wave and may
# look otherwise.

# %% tags=["hide-input"]
tables.show_table(
    rescat.describe_pool(pool),
    name="pool-table",
    title="Who is in the pool",
    subtitle="Median [lowest, highest]",
    source="rescat.synthetic_pool, around Table 1",
    labels={"who": "Who", "patients": "Patients", "men": "Men"} | names,
)

# %% [markdown]
# Four ways to choose two controls for each MSC patient:

# %%
ways = {
    "optimal": {},
    "greedy": {"method": "greedy"},
    "optimal, same sex": {"exact": "male"},
    "optimal, calipers": {
        "exact": "male",
        "caliper": {"age": 10, "bmi": 5, "pao2_fio2": 50},
    },
}
chosen = {
    name: rescat.match(
        treated, pool, covariates=four, distance=distance, **options
    )
    for name, options in ways.items()
}
chosen["optimal, calipers"]

# %% tags=["hide-input"]
tables.show_table(
    rescat.compare_matches(chosen, matched),
    name="four-ways",
    title="Four ways to choose from one invented pool",
    subtitle="X01 and so on are invented. The names of real patients are those of Table 1",
    source="rescat.synthetic_pool",
    decimals={"total": 2},
)

# %% tags=["remove-cell"]
optimal, greedy = (chosen[way].total_distance for way in ("optimal", "greedy"))
left = chosen["optimal, calipers"].unmatched
pages.say(
    greedy_more=f"{100 * (greedy / optimal - 1):.1f}",
    n_left=len(left),
    left=", ".join(left) or "none",
    sd_treated=f"{treated['pao2_fio2'].std():.0f}",
    sd_pool=f"{pool['pao2_fio2'].std():.0f}",
)

# %% [markdown]
# {term}`Greedy matching <greedy matching>` gives each patient the nearest control that is free, in
# the order of the rows; here its total is {glue:text}`greedy_more` % above the least one. A
# {term}`caliper` refuses pairs that are too far apart. Patients without a control under the
# calipers: {glue:text}`n_left` ({glue:text}`left`). They then drop out, and the question changes:
# it is no longer about all who were treated.

# %% tags=["hide-input"]
figures.show(
    figures.love_plot(
        rescat.balance_of_matches(treated, pool, chosen),
        names,
        what="before and after four matchings from an invented pool",
    ),
    name="love-plot-pool",
)

# %% [markdown]
# All points of a variable are divided by the same SD, that of all treated patients. Only means can
# move a point. PaO2/FiO2 stays far from 0 although its means are near: in the treated its SD is
# small ({glue:text}`sd_treated` mmHg; in the pool {glue:text}`sd_pool`). The distance weighs it by
# the spread within both groups, and finds the same mmHg unimportant. A caliper can move a point
# *away* from 0, because the patient who drops out changes the mean of the treated.
#
# ### Would the ten come out again?
#
# One invented pool is one draw. So we draw {glue:text}`n_pools` pools. The matched controls of
# Table 1 are in each of them; how many of them are chosen again?

# %%
again = rescat.members_chosen(
    treated,
    matched,
    range(pools),
    {
        "optimal": {"distance": distance},
        "greedy": {"distance": distance, "method": "greedy"},
        "optimal, ranks": {"distance": "rank_mahalanobis"},
    },
)

# %% tags=["hide-input", "slide"]
figures.show(figures.chosen_again(again, len(matched)), name="chosen-again")

# %% tags=["remove-cell"]
mean_again = again.groupby("method")["chosen"].mean()
pages.say(
    n_pools=pools,
    again_mean=f"{mean_again['optimal']:.1f}",
    again_max=f"{again['chosen'].max():.0f}",
    by_chance=f"{len(matched) ** 2 / len(pool):.1f}",
)

# %% [markdown]
# Optimal matching takes {glue:text}`again_mean` of the ten on average, and never more than
# {glue:text}`again_max` in any pool and by any of the three ways. By chance alone it would be
# {glue:text}`by_chance`. This does **not** show that the authors matched in another way, or badly:
# their pool may have held fewer near patients than ours, patients without stored samples could not
# be chosen, and the value of PaO2/FiO2 they used is not printed. It shows that the pool decides,
# and that nobody can check a matching without it.

# %% [markdown]
# ## Part 3: what matching on four variables cannot repair
#
# We invent studies in which treatment has **no effect**. One thing is not measured: how severely
# ill a patient is. The treated are less ill than the pool (by {glue:text}`gap` SD). Severity lowers
# PaO2/FiO2 (correlation {glue:text}`correlation`) and raises the outcome. So the four variables
# carry a part of it.

# %%
assumed = {"gap": 1.0, "correlation": 0.5}
small, _ = rescat.hidden_severity(studies, **assumed)
large, last = rescat.hidden_severity(
    max(studies // 6, 5), treated=50, pool=3000, **assumed
)

# %% tags=["hide-input", "slide"]
estimates = pd.concat(
    {"5 treated, pool of 79": small, "50 treated, pool of 3,000": large},
    names=["size"],
).reset_index("size")
figures.show(figures.estimates_by_analysis(estimates), name="hidden-severity")

# %% tags=["remove-cell"]
of_small, of_large = (
    own.groupby("analysis")["estimate"].mean().map("{:.2f}".format)
    for own in (small, large)
)
pages.say(
    gap=f"{assumed['gap']:g}",
    correlation=f"{assumed['correlation']:g}",
    small_none=of_small["nobody matched"],
    small_four=of_small["four variables"],
    small_five=of_small["four and severity"],
    large_four=of_large["four variables"],
    large_five=of_large["four and severity"],
)

# %% [markdown]
# The truth is 0. Without matching the estimate is {glue:text}`small_none` SD on average. Matching
# on the four variables leaves {glue:text}`small_four`. A large study makes the estimate precise,
# not right: {glue:text}`large_four`. If severity had been measured, matching on it too would leave
# {glue:text}`large_five` in the large study; in the small one {glue:text}`small_five`, because
# among 79 patients there are too few who are like the treated in everything.
#
# These figures follow from our assumptions. The direction is what matters: controls from intensive
# care are likely to be the more severely ill.

# %% [markdown]
# ### How much hidden bias can a result bear?
#
# {term}`Rosenbaum bounds` turn the question round. Suppose that, because of something hidden, one
# of two patients in a set had up to Γ times the odds of being treated. What is the largest P value
# that this allows? Here is the last of the large studies above, in which nothing but hidden
# severity is at work:

# %%
bounds = rescat.rosenbaum_bounds(
    last.assign(value=-last["value"]),
    statistic="aligned_rank",
    gammas=[1, 1.5, 2, 2.5, 3, 4],
)


# %% tags=["hide-input"]
def p_words(p):
    """A P value as people print it."""
    return "< 0.0001" if p < 0.0001 else f"{p:.4f}"


tables.show_table(
    bounds.assign(p_low=bounds["p_low"].map(p_words), p_high=bounds["p_high"].map(p_words)),
    name="bounds",
    title="An effect that is not there, and how much hidden bias explains it",
    subtitle=f"One-sided P: are values lower in the treated? {len(last) // 3} sets of 1:2, ranks",
    source="rescat.hidden_severity",
    
)  # fmt: skip

# %% tags=["remove-cell"]
explained = bounds.loc[bounds["p_high"].gt(0.05), "gamma"]
pages.say(
    p_naive=f"{bounds['p_high'].iloc[0]:.4f}",
    gamma_enough=f"{explained.min():g}" if len(explained) else "more than 4",
    gamma_pairs=f"{rescat.largest_gamma(len(treated), 1):.2f}",
    gamma_two=f"{rescat.largest_gamma(len(treated), 2):.2f}",
)

# %% [markdown]
# Taken at its face (Γ = 1), the P value is {glue:text}`p_naive`. With Γ = {glue:text}`gamma_enough`
# it may exceed 0.05.
#
# For a study as small as this one, no data are needed to see the limit. Let every treated patient
# be better than both controls, the best result that {glue:text}`n_msc` sets can give. With a hidden
# bias of Γ = {glue:text}`gamma_two` even that is no longer significant, one-sided at 0.05; with one
# control each it would be {glue:text}`gamma_pairs`.

# %%
# Arithmetic, no data. Below 1: not even with randomised sets.
sets = pd.Index((3, 5, 10, 20, 50), name="sets")
pd.DataFrame(
    {
        f"1:{k}": [round(rescat.largest_gamma(n, k), 2) for n in sets]
        for k in (1, 2, 4)
    },
    index=sets,
)

# %% [markdown]
# A published example, to see what a firm result looks like. Of {glue:text}`discordant` pairs of a
# heavy smoker and a nonsmoker in which one of the two died of lung cancer, it was the smoker in
# {glue:text}`smokers` (Hammond 1964, as in {cite}`rosenbaum2002`):

# %%
known = rescat.load_table("hidden_bias").set_index(["example", "quantity"])[
    "value"
]
pairs = int(known["smoking", "discordant pairs"])
died = int(known["smoking", "of these the smoker died"])
smoking = rescat.discordant_pairs(pairs, died)
hammond = rescat.rosenbaum_bounds(
    smoking, statistic="binary", gammas=[1, 2, 3, 4, 5, 6]
)

# %% tags=["hide-input"]
tables.show_table(
    hammond.assign(p_high=hammond["p_high"].map(p_words)).drop(columns="p_low"),
    name="smoking",
    title="Smoking and lung cancer: how much hidden bias would explain it",
    source="data/evidence/hidden_bias.csv; exact binomial bounds",
    decimals={"gamma": 0},
)

# %% tags=["remove-cell"]
risk, lower = (
    known["infant feeding", quantity]
    for quantity in ("risk ratio", "lower 95 % limit")
)
pages.say(
    discordant=pairs,
    smokers=died,
    risk=f"{risk:g}",
    lower=f"{lower:g}",
    e_risk=f"{rescat.e_value(risk):.2f}",
    e_lower=f"{rescat.e_value(lower):.2f}",
)

# %% [markdown]
# The {term}`E-value` asks the same of a risk ratio: how strongly must something hidden be
# associated with treatment **and** with the outcome to explain it all? Infants who were not
# breast-fed had {glue:text}`risk` times the risk of death by respiratory infection (lower 95 %
# limit {glue:text}`lower`) {cite}`vanderweele2017`. `rescat.e_value` gives {glue:text}`e_risk`, and
# {glue:text}`e_lower` for the limit, as printed there.

# %% [markdown]
# An E-value is not a verdict. Whether a hidden cause of that strength exists is a question about
# medicine, not arithmetic.

# %% [markdown] tags=["audit"]
# ## The paper's own figure
#
# The supplement has a figure of the matching (eFigure 1).

# %% tags=["remove-input", "audit"]
pages.supplement_matching(rescat.load_supplement("supplement_matching"))

# %% [markdown] tags=["audit"]
# {{ ledger }}

# %% [markdown]
# ## What this does not show
#
# - How the matched controls were chosen. The procedure is in a supplement that we could not read,
#   and the pool is not public.
# - That the groups differ in severity. Table 1 prints no score of severity for the matched
#   controls; that is the difficulty.
# - That another matching would have given another result for any biomarker: no values are public.
# - That hidden bias explains a difference. It shows how little would be enough in so few sets.

# %% [markdown] tags=["teaching"]
# ## Common misreadings
#
# - *"Matched means alike."* Matched is what was done. How alike the groups are is a result, and it
#   can differ from variable to variable.
# - *"No difference was significant, so the groups are balanced."* In small groups almost no
#   difference is significant. Look at the size of the difference.
# - *"The best sets are the true sets."* The runner-up is nearly as good, and another distance
#   chooses other sets.
# - *"More patients would remove the hidden bias."* They make the estimate precise. They do not move
#   it towards the truth.
# - *"A large E-value proves that nothing is hidden."* It says how strong a hidden cause would have
#   to be, not that there is none.

# %% [markdown] tags=["teaching"]
# ## Exercises
#
# The [exercises of this chapter](exercises/04_matching.ipynb) have a page and a notebook of their own.

# %% [markdown] tags=["page"]
# ```{notebook-files}
# ```

# %% [markdown] tags=["page"]
# ## Check yourself
#
# ```{quiz} 04_matching
# ```
