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
#       **How alike are the treated patients and their matched controls?** In age, sex, BMI
#       and oxygenation they are more alike than most randomised groups of this size; {glue:text}`widest` differs
#       most. **How sure:** these values are printed. What nobody matched on is not: hospital,
#       period, intensive care, severity, drugs. **What would change it:** those values of each
#       patient. Matching does not make {glue:text}`n_matched` chosen controls randomised ones.
#     objectives:
#       - >-
#         read a balance table and a {term}`Love plot`, say what the {term}`SMD` is divided by, and
#         how large it is by chance alone in groups of this size
#       - >-
#         find the matched controls whom the trial would not have taken
#       - >-
#         say which differences between the groups {term}`matching` on four variables did not touch
#     before: '[the cohort](01_cohort)'
#     needs:
#       tables: [patients.csv]
#       arms: {MSC: 2, mCTRL: 2}
#       values: [age, male, bmi, pao2_fio2]
#     estimand: >-
#       The {glue:text}`n_matched` matched controls were not randomised. Matching makes some
#       measured variables alike. A difference that remains is an {term}`association`: hospital,
#       unit, period and the day from which days are counted go together with treatment.
#     ledger:
#       title: 'Matching: paper against recomputed'
# ---

# %% [markdown]
# # Matching: who was chosen, and how alike are they?

# %% [markdown] tags=["audit"]
# {{ answer }}

# %% tags=["parameters", "hide-input"]
data_dir = "data"  # folder with patients.csv and events.csv

# %% tags=["hide-input"]
import numpy as np

import rescat
from rescat import figures, pages, tables

patients = rescat.load_patients(data_dir)
trial = rescat.load_trial()
treated = patients[patients["arm"].eq("MSC")]
matched = patients[patients["arm"].eq("mCTRL")]
names = {
    "age": "Age, years",
    "male": "Male",
    "bmi": "BMI, kg/m²",
    "pao2_fio2": "PaO2/FiO2, mmHg",
}
four = list(names)

rescat.banner(patients, trial)

# %%
by_treated = rescat.balance(treated, matched, covariates=four)
by_pooled = rescat.balance(
    treated, matched, covariates=four, denominator="pooled"
)

# %% tags=["hide-input", "slide"]
figures.show(
    figures.love_plot_by_denominator(
        by_treated, by_pooled, names, what="of MSC against matched controls"
    ),
    name="balance-of-the-ten",
)

# %% tags=["remove-cell"]
pages.say(
    n_msc=len(treated),
    n_matched=len(matched),
    pool_size=int(rescat.fact(trial, "icu_pool")),
)

# %% [markdown]
# Each point is the difference of the two groups in one variable, divided by a
# standard deviation (SD): the standardised mean difference, {term}`SMD`. At 0 the means are equal.
# For sex it is the difference of shares.
#
# {{ estimand }}
#
# ## What the paper says
#
# > To compare the cytokine profile of patients receiving MSC to that of patients treated with
# > standard therapy, the MSC cohort was further matched 1:2 by age, gender, BMI, and PaO₂/FIO₂
# > ratio (measured at the time of admission) to a group of COVID-19 patients not exposed to MSC
# > (matched controls—mCTRL) extracted from a dataset of COVID-19 patients admitted to intensive
# > care unit […]. Matching procedure is showed in eFigure 1, Supplement.
#
# (*Methods* {cite}`tonelli2025`; the dataset {cite}`bonetto2022`.) {term}`MSC` are the treated
# patients. The main text does not say how near a control had to be, or which control belongs to
# which patient.

# %% tags=["remove-cell"]
of = by_treated[by_treated["kind"].eq("continuous")].set_index("covariate")
widest = of["smd"].abs().idxmax()
ratio = of.loc[widest, "variance_ratio"]
pages.say(
    widest=names[widest].split(",")[0],
    smd_treated=f"{of.loc[widest, 'smd']:.2f}",
    smd_pooled=f"{by_pooled.set_index('covariate').loc[widest, 'smd']:.2f}",
    spread_of_controls=f"{1 / ratio:.1f}" if ratio > 0 else "not known",
)

# %% [markdown] tags=["audit"]
# ## In what was matched, the groups are closer than most randomised ones

# %% [markdown]
# The widest difference is that of {glue:text}`widest`, an SMD of {glue:text}`smd_pooled`. A common
# rule asks for less than 0.1. It suits large studies: in randomised groups of 1,000 each only
# {glue:text}`beyond_in_thousands` of variables are beyond it. How large is an SMD by chance alone,
# if {glue:text}`n_msc` and {glue:text}`n_matched` patients are *randomised*? The curves give the
# answer.

# %%
numbers = by_pooled[by_pooled["kind"].eq("continuous")]
three = len(numbers)
chance = rescat.smd_by_chance(
    np.linspace(0, 1.6, 161),
    len(treated),
    len(matched),
    denominator="pooled",
    variables=(1, three),
).assign(origin=rescat.origin_of(patients))

# %% tags=["hide-input", "slide"]
observed = numbers.set_index("covariate")["smd"].abs()
figures.show(
    figures.smd_by_size(
        chance, {names[c].split(",")[0]: smd for c, smd in observed.items()}
    ),
    name="balance-by-chance",
)

# %% tags=["remove-cell"]
largest = observed.max()
asked = rescat.smd_by_chance(
    [0.1, largest],
    len(treated),
    len(matched),
    denominator="pooled",
    variables=(1, three),
)
share = asked["probability"].map("{:.0%}".format).str.replace("%", " %")
thousands = rescat.smd_by_chance([0.1], 1000, 1000)["probability"].item()
pages.say(
    beyond_in_thousands=f"{100 * thousands:.0f} %",
    beyond_rule=share[0],
    beyond_widest=share[1],
    largest_beyond=share[3],
    n_numbers=three,
    largest_smd=f"{largest:.2f}",
)

# %% [markdown]
# In {glue:text}`beyond_rule` of such randomised trials a variable is beyond 0.1. An SMD of
# {glue:text}`largest_smd` or more has a probability of {glue:text}`beyond_widest`, and the largest of
# {glue:text}`n_numbers` independent variables is as large in {glue:text}`largest_beyond`.

# %% [markdown] tags=["audit"]
# So the {glue:text}`n_msc` and the {glue:text}`n_matched` are more alike in the matched numbers
# than most randomised groups of this size would be. That is what matching is for, and all that it
# does.

# %% [markdown] tags=["audit"]
# ## Hospital and period separate the groups completely

# %%
unlike = rescat.unlike_groups(patients, trial)

# %% tags=["hide-input"]
tables.show_table(
    unlike,
    name="not-matched",
    title="Not matched: MSC against matched controls",
    subtitle="Median (lowest to highest), or patients/patients with a value",
    source="Table 1; Methods",
)

# %% [markdown]
# No patient of one group is like any of the other in hospital or period, so no
# weighting or matching can take these into account. The days of Table 1 count from another event,
# and the unit probably differs for most.

# %% [markdown] tags=["audit"]
# Drugs, smoking and scores of severity are missing for all matched controls. The groups are alike
# in four variables at entry, and not known to be alike in anything else.

# %% [markdown]
# ## What this does not show
#
# - How the matched controls were chosen. The procedure is in a supplement that we could not read,
#   and the pool is not public.
# - That the groups differ in severity. Table 1 prints no score of severity for the matched
#   controls; that is the difficulty.
# - That other controls would have been nearer, or farther: see [rematching](04b_rematching).
# - What hidden differences do to a result: see [hidden bias](04c_hidden_bias).

# %% [markdown]
# ## The details
#
# What the SMD is divided by, why there is no test of significance, who could not have entered the
# trial, variables that were not matched, and when PaO2/FiO2 was measured. The four variables are
# printed for all {glue:text}`n_msc` MSC patients and {glue:text}`n_matched` matched controls; the
# other patients of the pool (at most {glue:text}`pool_size` in all) are not public.
#
# Two chapters go on from here: [rematching](04b_rematching) asks who else could have been chosen,
# and [hidden bias](04c_hidden_bias) what no matching repairs. The exercises and the quiz of this
# chapter are about all three.
#
# ### An SMD depends on the standard deviation that it is divided by
#
# The SMD is the difference of the two means divided by a standard deviation. Which one must be
# said: that of the treated patients, or the pooled one (the root of the mean of both variances).
# For yes or no we show the difference of shares instead. The variance ratio compares the spread;
# the last two columns are the mean and the largest distance between the cumulative distributions.

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

# %% [markdown]
# For {glue:text}`widest` it is {glue:text}`smd_treated` with the SD of the treated patients, and
# {glue:text}`smd_pooled` with the pooled one. The two differ so much because the controls' variance is
# {glue:text}`spread_of_controls` times that of the treated patients.
#
# The rule of 0.1 is also in the guide to MatchIt {cite}`ho2011`. The curves of chance above are
# exact for normal variables, with the pooled SD; the largest of several assumes that they are
# independent. An SMD describes these patients, but how large it comes out by chance depends on
# their number, as a {term}`P value` does.
#
# ### A test of significance would not tell whether the groups are balanced
#
# A test asks about a population from which both groups were drawn. Balance is a property of these
# very patients. With {glue:text}`n_msc` treated patients a test misses almost any difference, and
# the smaller the sample, the better the balance would seem. Guides on matching advise against such
# tests {cite}`ho2007`.

# %% [markdown] tags=["audit"]
# ### Some matched controls could not have entered the trial

# %% tags=["remove-cell"]
criteria = rescat.entry_criteria(matched, trial)
outside = criteria[criteria["met"].eq(False)]
pages.say(
    outside="; ".join(
        f"patient {p.patient_id} ({p.criterion}: {p.value:g})"
        for p in outside.itertuples()
    )
    or "none"
)

# %% [markdown]
# Table 1 lets us check three of the trial's own entry criteria ([the cohort](01_cohort) shows them).
# Matched controls who do not meet one: {glue:text}`outside`.

# %% [markdown] tags=["audit"]
# ### What was not matched differs too

# %% [markdown]
# For these variables at entry a balance can be computed. A value that is not printed
# is a difference too, so it has a line of its own.

# %%
others = ["map", "hfno", "respiratory_rate", "rox"]
both = patients[patients["arm"].isin(["MSC", "mCTRL"])]
unmatched = rescat.balance(
    treated,
    matched,
    covariates=[c for c in others if both[c].notna().any()],
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
# ### PaO2/FiO2 may not mean the same in both parts of Table 1
#
# Part A prints {term}`PaO2/FiO2` "at enrollment", part B "at admission" ([ledger of the
# cohort](01_cohort), COH-31). The text says that matching used the value at admission, which is
# not printed for the MSC patients, who were enrolled {glue:text}`days_low` to
# {glue:text}`days_high` days after diagnosis. Support matters too: with {term}`HFNO` the fraction
# of inhaled oxygen is set, with a simple mask it is estimated. So {glue:text}`mean_pf_msc` and
# {glue:text}`mean_pf_matched` mmHg, the two means, may be of two different quantities, and their
# nearness says less than it seems to.
#
# The paper does not print which control belongs to which patient. [Rematching](04b_rematching) asks
# how firmly the ten can be assigned to the five, and who is left without a near control.

# %% [markdown] tags=["audit"]
# ### The paper's own picture of the matching
#
# The supplement has a picture of it (eFigure 1).

# %% tags=["remove-input", "audit"]
pages.supplement_matching(rescat.load_supplement("supplement_matching"))

# %% [markdown] tags=["audit"]
# {{ ledger }}

# %% [markdown] tags=["teaching"]
# ## Common misreadings
#
# - *"Matched means alike."* Matched is what was done. How alike the groups are is a result, and it
#   can differ from variable to variable.
# - *"An SMD above 0.1 shows that matching failed."* In groups this small, randomised ones are beyond
#   it as a rule.
# - *"No difference was significant, so the groups are balanced."* In small groups almost no
#   difference is significant. Look at the size of the difference.
# - *"Matched on PaO2/FiO2, so equally ill."* One value at one time is not severity, and the two parts
#   of Table 1 may not even mean the same value.

# %% [markdown] tags=["teaching"]
# ## Exercises
#
# {{ aims }}
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
