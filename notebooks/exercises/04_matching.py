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
# ---

# %% [markdown]
# # Exercises: matching
#
# These are the exercises of the chapter [{{ chapter }}](../04_matching.ipynb). The figures, tables and
# sections that they name are there. **Minutes**: {{ minutes }}.
#
# Replace each `...` by your answer and run the cell: it says what is wrong. Solutions are folded
# on the page. Each exercise needs only the cell of parameters and the one below it.

# %% [markdown] tags=["page"]
# ```{notebook-files}
# ```

# %% tags=["parameters"]
data_dir = "data"  # folder with patients.csv

# %%
import rescat

patients = rescat.load_patients(data_dir)
treated = patients[patients["arm"].eq("MSC")]
matched = patients[patients["arm"].eq("mCTRL")]
four = ["age", "male", "bmi", "pao2_fio2"]
by_treated = rescat.balance(treated, matched, covariates=four)
by_pooled = rescat.balance(
    treated, matched, covariates=four, denominator="pooled"
)

rescat.banner(patients)

# %% [markdown] tags=["exercise"]
# ## Exercise 1: which variables are not balanced?
#
# *Read a figure · 4 minutes*
#
# In the first Love plot (MSC against matched controls), which variables differ by more than 0.1,
# to either side, with the SD of the treated patients **and** with the pooled SD? Choose from `"age"`,
# `"male"`, `"bmi"` and `"pao2_fio2"`, and give a list, such as `["age", "male"]`.

# %% tags=["stub"]
unbalanced = ...
rescat.check("04-1", unbalanced)

# %% tags=["solution"]
# For yes or no the plot has the difference of shares.
sizes = [
    rows["smd"].where(rows["kind"].eq("continuous"), rows["difference"]).abs()
    for rows in (by_treated, by_pooled)
]
wide = (sizes[0] > 0.1) & (sizes[1] > 0.1)
unbalanced = by_treated.loc[wide, "covariate"].tolist()
print(unbalanced)
rescat.check("04-1", unbalanced)

# %% [markdown] tags=["instructor"]
# Typical error: only the widest variable is named. For sex the plot has a difference of shares,
# which is not divided by any SD. Ask why the choice of the SD changes one variable much more than
# the others. The limit of 0.1 comes from large studies: had five and ten patients been randomised,
# chance alone would pass it in most trials. So it says who differs, and not that the matching failed.

# %% [markdown] tags=["exercise"]
# ## Exercise 2: a narrow caliper
#
# *Change a parameter · 8 minutes*
#
# Match the MSC patients to the ten matched controls again, but allow only pairs of the same sex,
# at most 10 years of age, 5 kg/m² of BMI and **20** mmHg of PaO2/FiO2 apart. Which MSC patients
# are left without any control? Give a list of their numbers. The chapter's cell with the four ways
# shows how to write a caliper; `.unmatched` of the result names those who are left without.

# %% tags=["stub"]
left_out = ...
rescat.check("04-2", left_out)

# %% tags=["solution"]
narrow = rescat.match(
    treated,
    matched,
    covariates=four,
    distance="mahalanobis",
    exact="male",
    caliper={"age": 10, "bmi": 5, "pao2_fio2": 20},
)
left_out = list(narrow.unmatched)
print(left_out)
rescat.check("04-2", left_out)

# %% [markdown] tags=["instructor"]
# Typical errors: the pool with invented patients in place of the ten; the sex is forgotten. Ask
# about whom the comparison speaks once these patients have dropped out, and what is left of a
# group of five.

# %% [markdown] tags=["exercise"]
# ## Exercise 3: another distance
#
# *Re-run with other parameters · 8 minutes*
#
# Find the optimal sets of the ten matched controls under the distance `"mahalanobis"`, and again
# under `"robust"`. Which MSC patients keep the **same two** controls? Give a list of their numbers.
# `rescat.match(treated, matched, covariates=four, distance=...)` has its sets in `.sets`.

# %% tags=["stub"]
same_two = ...
rescat.check("04-3", same_two)

# %% tags=["solution"]
under = {
    kind: rescat.match(treated, matched, covariates=four, distance=kind).sets
    for kind in ("mahalanobis", "robust")
}
same_two = [
    patient
    for patient, controls in under["mahalanobis"].items()
    if set(controls) == set(under["robust"][patient])
]
print(same_two)
rescat.check("04-3", same_two)

# %% [markdown] tags=["instructor"]
# Typical error: patients who keep **one** of their controls are counted too, or the order of the
# two is taken for a difference. Neither distance is wrong. So a test within sets depends on a
# choice that a paper has to print.

# %% [markdown] tags=["exercise"]
# ## Exercise 4: more sets and more controls
#
# *Change a parameter · 6 minutes*
#
# Think of a study with eight sets of 1:3, in which every treated patient is better than all of the
# controls of the set. With which Γ is this no longer significant, one-sided at 0.05? How many times
# the Γ of five sets of 1:2 is that? `rescat.largest_gamma(sets, controls)` computes it.

# %% tags=["stub"]
gamma_eight = ...
times_as_much = ...
rescat.check("04-4", gamma_eight, times_as_much)

# %% tags=["solution"]
gamma_eight = rescat.largest_gamma(8, 3)
times_as_much = gamma_eight / rescat.largest_gamma(5, 2)
print(f"{gamma_eight:.2f}, {times_as_much:.2f} times as much")
rescat.check("04-4", gamma_eight, times_as_much)

# %% [markdown] tags=["instructor"]
# Typical error: the two numbers are given in the wrong order, as eight controls for each of three
# patients. This is the best possible result; a real one bears less. With more sets and more controls
# a hidden bias must be stronger to make the best result not significant. They do not make hidden
# bias smaller.

# %% [markdown] tags=["exercise"]
# ## Exercise 5: a fifth variable
#
# *Think · 8 minutes*
#
# You may add one variable to the four. Which one would you choose for these two groups, and is it
# printed for both? Write two or three sentences.

# %% [markdown] tags=["solution"]
# One possible answer: *A score of severity at entry, because the matched controls were intensive
# care patients and may have been more ill. Table 1 prints no such score for them, so it cannot be
# matched with what is public.*
#
# Another: *The days from diagnosis to entry, because markers change with time. They are printed for
# the MSC patients, and not for the matched controls.*
#
# A good answer names a variable that was known **before** treatment and that has to do with both
# the group and the outcome. Hospital and period are good thoughts too, but nobody in one group is
# like anybody in the other. Length of stay is a poor choice: it comes after treatment.

# %% [markdown] tags=["instructor"]
# Listen for variables that come after treatment, such as days of support. Then ask the group to find
# the variable in Table 1, for both groups. What is missing there is itself a finding.
