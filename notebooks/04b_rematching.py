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
#       **Would the same controls be chosen again?** Nobody outside can say: the
#       {glue:text}`n_matched` came from a pool whose values are not public. Who belongs to whom is
#       not fixed even among the printed ones: other pairs are in total only
#       {glue:text}`extra_low` to {glue:text}`extra_high` % farther apart. Patient {glue:text}`far` has no near control. **How sure:**
#       computed from Table 1; the pool here is invented. **What would change it:** the values of
#       the pool.
#     objectives:
#       - >-
#         say how firmly a {term}`matching` is fixed by its data
#       - >-
#         find the treated patient who has no near control
#       - >-
#         tell {term}`optimal matching` from {term}`greedy matching`, and say what a {term}`caliper` does
#     before: '[matching](04_matching)'
#     needs:
#       tables: [patients.csv]
#       arms: {MSC: 2, mCTRL: 2}
#       most: {MSC: 39, mCTRL: 79}
#       values: [age, male, bmi, pao2_fio2]
#       differ: true
#     estimand: >-
#       The {glue:text}`n_matched` matched controls were not randomised. Another choice of
#       controls changes who is compared. It makes no {term}`association` an effect of
#       treatment.
#     ledger: none
# ---

# %% [markdown]
# # Rematching: would the same controls be chosen again?

# %% [markdown] tags=["audit"]
# {{ answer }}

# %% tags=["parameters", "hide-input"]
data_dir = "data"  # folder with patients.csv
distance = "mahalanobis"  # distance of the demonstration, see rescat.match
pools = 100  # invented pools of 79 in the demonstration

# %% tags=["hide-input"]
import rescat
from rescat import figures, pages, tables

patients = rescat.load_patients(data_dir)
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

rescat.banner(patients, pool)

# %%
assigned = rescat.assign_controls(treated, matched)

# %% tags=["hide-input", "slide"]
figures.show(
    figures.assignment_grids(assigned.grids), name="who-belongs-to-whom"
)

# %% [markdown]
# Each row is a treated patient, and each point a matched control: the farther to the right, the less alike the two are in
# age, sex, BMI and PaO2/FiO2 together. The filled points are the pairs with the least sum, the ringed ones the next best
# choice. Each panel measures the distance in another way.

# %% tags=["remove-cell"]
pages.say(
    n_msc=len(treated),
    n_matched=len(matched),
    n_invented=int(pool["origin"].eq("synthetic").sum()),
)

# %% [markdown]
# {{ estimand }}
#
# ```{admonition} Synthetic means synthetic
# :class: warning
# Who belongs to whom is computed from Table 1. All that is said of a *pool* uses **invented** patients,
# because the real pool is not public. It shows how methods behave. It is not evidence about any real
# patient, or about how the matched controls were chosen.
# ```
#
# ## What the paper says
#
# > […] (matched controls—mCTRL) extracted from a dataset of COVID-19 patients admitted to intensive
# > care unit […]. Matching procedure is showed in eFigure 1, Supplement.
#
# (*Methods* {cite}`tonelli2025`.) For each treated patient two controls were chosen. The main text does
# not print which two, or how near they had to be.

# %% tags=["remove-cell"]
totals = assigned.totals
pages.say(
    n_distances=len(assigned.best),
    n_families=assigned.n_families,
    same_sets=", ".join(assigned.same_sets) or "none",
    extra_low=f"{abs(round(totals['extra'].min(), 1)):.1f}",  # no -0.0
    extra_high=f"{totals['extra'].max():.1f}",
    refused=" ".join(f"No {t}: {why}." for t, why in assigned.refused.items()),
)

# %% [markdown]
# ## Other pairs fit nearly as well
#
# Which assignment of the {glue:text}`n_matched` controls to the {glue:text}`n_msc` treated
# patients has the least total distance? It depends on the distance: {glue:text}`n_distances` ways
# to measure it give {glue:text}`n_families` different best sets. Under the same distance the pairs
# of the next best choice are in total only {glue:text}`extra_low` to {glue:text}`extra_high` %
# farther apart. So the data do not tell who belongs to whom. An analysis that uses the pairs would
# depend on a choice that is not printed.

# %%
near = rescat.nearest_controls(treated, matched)

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

# %% [markdown] tags=["audit"]
# ## One treated patient has no near control

# %% [markdown]
# Patient {glue:text}`far` ({glue:text}`far_age` years, BMI {glue:text}`far_bmi` kg/m²) is
# {glue:text}`far_distance` from the nearest matched control, on a scale that counts all four
# variables, roughly in standard deviations. The others are {glue:text}`other_low` to
# {glue:text}`other_high` from theirs. Whether nearer patients were in the pool, we cannot know. In
# a group of five, one such patient matters: the comparison says little about patients like this
# one.
#
# ## The pool decides, and it is not public
#
# Would the same ten be chosen again? We draw {glue:text}`n_pools` **invented** pools. The matched
# controls of Table 1 are in each of them, among {glue:text}`n_invented` invented patients. How
# many of them are chosen again?

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
# Matching with the least total distance ({term}`optimal matching`) takes
# {glue:text}`again_mean` of the {glue:text}`n_matched` on average, and never more than
# {glue:text}`again_max` in any pool and by any of the three ways. By chance alone it would be
# {glue:text}`by_chance`. This does **not** show that the authors matched in another way, or badly.
# Their pool may have held fewer near patients than ours, patients without stored samples could not
# be chosen, and the PaO2/FiO2 that they used is not printed. It shows that the pool decides, and
# that nobody can check a matching without it.

# %% [markdown]
# ## What this does not show
#
# - How the matched controls were chosen. The procedure is in a supplement that we could not read,
#   and the pool is not public.
# - Who was in the real pool. Ours is invented around published medians.
# - That another matching would have given another result for any biomarker: no values are public.

# %% [markdown]
# ## The details
#
# The distances and how firmly each fixes the sets, the nearest control of each patient, and four
# ways to choose from an invented pool. Table 1 has age, sex, BMI and PaO2/FiO2 of the
# {glue:text}`n_msc` MSC patients and the {glue:text}`n_matched` matched controls.
# [Matching](04_matching) shows how alike the groups are; its exercises 2 and 3 are about this
# chapter.
#
# ### Four distances give different sets
#
# A distance puts the four variables on one scale, and there are several:
#
# - *Mahalanobis* divides by the variances within the groups and allows for correlation;
# - *of the ranks* does the same with ranks, so that one extreme value counts less;
# - *propensity* compares the estimated odds of being treated (a {term}`propensity score`);
# - *robust* divides each variable by its median absolute deviation.

# %% tags=["hide-input"]
tables.show_table(
    totals,
    name="totals",
    title="How firmly is the assignment fixed?",
    subtitle="Total distance of the ten to the five, under several distances",
    source="Table 1",
    decimals={"optimal": 2, "second": 2, "extra": 2, "greedy": 1},
)

# %% [markdown] tags=["audit"]
# A distance also decides how much each variable counts. Below each is divided by its median absolute
# deviation, as in *robust*, and then has the weight that you choose. Set the weight of sex to 0: who is matched
# with whom, and what is left of age?

# %% tags=["hide-input", "audit"]
grids = assigned.grids
pages.show_explorable(
    "matching",
    question="Who is matched with whom, if some variables count more than others?",
    picture=figures.assignment_grids(grids[grids["panel"].eq("Robust")]),
    fixed="The five MSC patients and the ten matched controls of Table 1, two controls for each MSC "
    "patient, each control once. The distance is the root of the weighted sum of squares. All ways to match are "
    "compared, so that the total is the least there is.",
    names={
        "age": ["age", "years", 1],
        "male": ["sex", "", 0],
        "bmi": ["BMI", "kg/m²", 1],
        "pao2_fio2": ["PaO2/FiO2", "mmHg", 0],
    },
    **dict.fromkeys(four, 1),
    **pages.matching_settings(treated, matched, four),
)

# %% [markdown]
# MSC patients with the same two controls under all distances: {glue:text}`same_sets`. An extra
# distance of 0 is a tie: along one score, two pairs can often be exchanged without any.
# {glue:text}`refused`
#
# ### How near the nearest control is
#
# For each patient, the nearest matched control in each variable alone, and in all together
# (Mahalanobis). The last line is the smallest {term}`caliper` (the largest distance that is
# allowed) with which every patient could still have two controls.

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

# %% [markdown]
# ### An invented pool, and four ways to choose from it
#
# The pool holds the {glue:text}`n_matched` matched controls and {glue:text}`n_invented` **invented**
# patients. Age, sex and PaO2/FiO2 of the invented follow an early series of ICU
# patients of the same region {cite}`grasselli2020`; BMI is an assumption, and so are the shapes of
# the distributions (see [evidence](../evidence.md)). The real pool was treated in another wave and may
# look otherwise.

# %% tags=["hide-input"]
tables.show_table(
    rescat.describe_pool(pool),
    name="pool-table",
    title="Who is in the pool",
    subtitle="Median (lowest to highest)",
    source="Invented, around Table 1",
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

# %% tags=["hide-input"]
tables.show_table(
    rescat.compare_matches(chosen, matched),
    name="four-ways",
    title="Four ways to choose from one invented pool",
    subtitle="X01 and so on are invented. The names of real patients are those of Table 1",
    source="Invented pool, around Table 1",
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
# All points of a variable are divided by the same SD, that of all treated patients.
# Only means can move a point. PaO2/FiO2 stays far from 0 although its means are near: in the
# treated patients its SD is small ({glue:text}`sd_treated` mmHg; in the pool
# {glue:text}`sd_pool`). The distance weighs it by the spread within both groups, and finds the
# same mmHg unimportant. A caliper can move a point *away* from 0, because the patient who drops
# out changes the mean of the treated group.

# %% [markdown]
# Whoever is chosen: a patient of another hospital and period stays one. What that does to a result
# is the subject of [hidden bias](04c_hidden_bias).

# %% [markdown] tags=["teaching"]
# ## Common misreadings
#
# - *"The best sets are the true sets."* The runner-up is nearly as good, and another distance
#   chooses other sets.
# - *"The ten do not come out again, so they were chosen badly."* The pool is invented. It shows that
#   the pool decides.
# - *"A caliper makes every comparison better."* It makes pairs nearer, and it may leave patients
#   out. Then the question is another one.

# %% [markdown] tags=["teaching"]
# ## For the course
#
# {{ aims }}
