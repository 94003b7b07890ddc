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
# # Exercises: the cohort
#
# These are the exercises of the chapter [{{ chapter }}](../01_cohort.ipynb). The figures, tables and
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
ages = patients.query("arm == 'MSC'")["age"]

rescat.banner(patients)

# %% [markdown] tags=["exercise"]
# ## Exercise 1: longer than every treated patient
#
# *Read a figure · 3 minutes*
#
# In the figure *Every patient*, how many matched controls stayed in hospital longer than **every**
# MSC patient?

# %% tags=["stub"]
n_longer = ...
rescat.check("01-1", n_longer)

# %% tags=["solution"]
stays = patients.set_index("arm")["length_of_stay"]
n_longer = (stays["mCTRL"] > stays["MSC"].max()).sum()
rescat.check("01-1", n_longer)

# %% [markdown] tags=["instructor"]
# Typical error: to count points above the *median* of MSC, or to count one point twice because
# its number is printed in it. Ask what the longest stay might have to do with the day from which
# it is counted.

# %% [markdown] tags=["exercise", "words"]
# ## Exercise 2: who breathed better at entry?
#
# *Recompute · 5 minutes*
#
# Compute the median PaO2/FiO2 of the MSC patients minus that of the matched controls, in mmHg.
# What does the sign say about the two groups before any treatment?

# %% tags=["stub"]
difference = ...
rescat.check("01-2", difference)

# %% tags=["solution"]
medians = patients.groupby("arm")["pao2_fio2"].median()
difference = medians["MSC"] - medians["mCTRL"]
print(f"MSC {medians['MSC']:g}, mCTRL {medians['mCTRL']:g} mmHg")
rescat.check("01-2", difference)

# %% [markdown] tags=["instructor"]
# Typical errors: the other order (wrong sign), or the mean in place of the median. A positive sign
# means a higher median in the treated patients. The two values are not of the same moment, and
# with a mask they are estimates: see the chapter on matching.

# %% [markdown] tags=["exercise"]
# ## Exercise 3: another upper age
#
# *Change a parameter · 5 minutes*
#
# Suppose that the trial had admitted patients of at most 70 years. Which of the seventeen lie
# outside? Give a list of patient numbers, such as `[1, 2]`.

# %% tags=["stub"]
outside_ids = ...
rescat.check("01-3", outside_ids)

# %% tags=["solution"]
outside_ids = patients.loc[patients["age"] > 70, "patient_id"].tolist()
print(outside_ids)
rescat.check("01-3", outside_ids)

# %% [markdown] tags=["instructor"]
# Typical error: only the matched controls are searched. One of the patients is a treated one: the
# same who is far from all controls in age and body mass index together. Ask what leaving this
# patient out would do to a group of five.

# %% [markdown] tags=["exercise"]
# ## Exercise 4: another quartile
#
# *Re-run with other parameters · 8 minutes*
#
# Suppose that the paper had printed a third quartile of 64.9 years in place of the one it prints,
# and that ages were cut to whole years. Which definitions give this third quartile? Give a list of
# their numbers. The section *With so few patients, nine definitions of a quartile differ* shows the
# call, on the same `ages`.

# %% tags=["stub"]
definitions = ...
rescat.check("01-4", definitions)

# %% tags=["solution"]
other = rescat.parse_printed("58.3; 56.5; 64.9")
again = rescat.compare_quartiles(
    ages, other, rule="truncated", printed_rule="truncated"
)
definitions = again.loc[again["q3_fits"], "type"].tolist()
print(definitions)
rescat.check("01-4", definitions)

# %% [markdown] tags=["instructor"]
# Typical error: to read the column `reproduces`, which asks for all three figures at once and says
# no everywhere. That is the lesson too: no definition gives this row as a whole.

# %% [markdown] tags=["exercise"]
# ## Exercise 5: how many days on oxygen?
#
# *Re-run with other parameters · 8 minutes*
#
# `rescat.oxygen_days(patients, overlap)` adds the days of support up in the way that `overlap`
# names: `"HFNO and NIV on the same days, then COT"` or `"one after the other"`. Compute the mean
# of the MSC patients for each.

# %% tags=["stub"]
mean_shared = ...
mean_in_turn = ...
rescat.check("01-5", mean_shared, mean_in_turn)

# %% tags=["solution"]
msc = patients[patients["arm"].eq("MSC")]
mean_shared = rescat.oxygen_days(
    msc, "HFNO and NIV on the same days, then COT"
).mean()
mean_in_turn = rescat.oxygen_days(msc, "one after the other").mean()
print(f"{mean_shared:.1f} and {mean_in_turn:.1f} days")
rescat.check("01-5", mean_shared, mean_in_turn)

# %% [markdown] tags=["instructor"]
# Typical error: all seventeen patients are averaged; the matched controls have no printed days of
# COT, so the result is missing or too low. One patient makes the whole difference: ask which.

# %% [markdown] tags=["exercise"]
# ## Exercise 6: an estimand in one sentence
#
# *Think · 8 minutes*
#
# Write the estimand of five against two for the variable "length of stay". Include what you would
# do about a patient who dies in hospital.

# %% [markdown] tags=["solution"]
# One possible answer: *In patients who meet the entry criteria of the trial, the difference in
# mean days from enrolment to discharge between two infusions of MSC on top of standard care and
# standard care alone, whatever other drugs are given later; a death in hospital counts as the
# longest stay.*
#
# A good answer names population, treatments, variable, what happens after a death, and the
# summary. To leave the dead out would make a deadly treatment look short.

# %% [markdown] tags=["instructor"]
# Look for the five attributes; the one that is missing most often is the intercurrent event. Two
# fellows who swap their sentences find the gaps of the other's.
