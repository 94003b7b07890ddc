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
# # Exercises: safety and clinical course
#
# These are the exercises of the chapter [{{ chapter }}](../03_safety.ipynb). The figures, tables and
# sections that they name are there. **Minutes**: {{ minutes }}.
#
# Replace each `...` by your answer and run the cell: it says what is wrong. Solutions are folded
# on the page. Each exercise needs only the cell of parameters and the one below it.

# %% [markdown] tags=["page"]
# ```{notebook-files}
# ```

# %% tags=["parameters"]
data_dir = "data"  # folder with patients.csv and events.csv

# %%
import rescat

patients = rescat.load_patients(data_dir, arms=("MSC", "CTRL"))
events = rescat.load_events(data_dir)

rescat.banner(patients, events)

# %% [markdown] tags=["exercise"]
# ## Exercise 1: one serious event in five patients
#
# *Read a figure · 4 minutes*
#
# In the table *Adverse events of the MSC patients*, or in the forest plot, find the row for any
# event printed as SAE. What is the 95 % confidence interval of the risk? Give its lower and its
# upper limit as shares between 0 and 1.

# %% tags=["stub"]
low = ...
high = ...
rescat.check("03-1", low, high)

# %% tags=["solution"]
low, high = rescat.exact_interval(1, 5)
print(f"{100 * low:.1f} % to {100 * high:.1f} %")
rescat.check("03-1", low, high)

# %% [markdown] tags=["instructor"]
# Typical errors: per cent in place of a share; the upper limit of 0 of 5 in place of the interval
# of 1 of 5. Ask what a doctor could say to the sixth patient.

# %% [markdown] tags=["exercise"]
# ## Exercise 2: the event called probably related
#
# *Read a figure · 5 minutes*
#
# In the table *Adverse events of the MSC patients*, find the event whose relation to the infusion
# is printed as *Probably*. Then find its patient in the picture at the head of the chapter, which
# has a bar for each patient. How many days after discharge was the event, if the
# {term}`length of stay` is counted from the day of randomisation too? The tables `events` and
# `patients` have the exact days.

# %% tags=["stub"]
days_after = ...
rescat.check("03-2", days_after)

# %% tags=["solution"]
related = events[events["relation"].eq("Probably")]
event = related.merge(patients, on="patient_id")
days_after = (event["day"] - event["length_of_stay"]).min()
print(*event["term"], f"{days_after:g} days after discharge")
rescat.check("03-2", days_after)

# %% [markdown] tags=["instructor"]
# Typical error: the day of the event itself, which is counted from randomisation. From which day the
# stay is counted is not printed; if it is admission, the true number is larger. Good questions to
# the authors: who saw the rash, which other drugs were new, and what happened on the days
# between.

# %% [markdown] tags=["exercise"]
# ## Exercise 3: serious or severe?
#
# *Read a table · 5 minutes*
#
# How many patients had an event printed as SAE, and how many of these events are printed as
# *Severe*?

# %% tags=["stub"]
n_patients = ...
n_severe = ...
rescat.check("03-3", n_patients, n_severe)

# %% tags=["solution"]
sae = events[events["category"].eq("SAE")]
n_patients = sae["patient_id"].nunique()
n_severe = sae["severity"].eq("Severe").sum()
rescat.check("03-3", n_patients, n_severe)

# %% [markdown] tags=["instructor"]
# Typical error: events are counted in place of patients. Ask how a *moderate* event can be
# serious: it led to hospital.

# %% [markdown] tags=["exercise"]
# ## Exercise 4: rarer harms
#
# *Change a parameter · 6 minutes*
#
# How many patients must be treated to see at least one event with a probability of 95 %, if the
# true risk is 0.5 %, and if it is 2 %?

# %% tags=["stub"]
for_half_percent = ...
for_two_percent = ...
rescat.check("03-4", for_half_percent, for_two_percent)

# %% tags=["solution"]
for_half_percent = int(rescat.patients_needed(0.005))
for_two_percent = int(rescat.patients_needed(0.02))
print(for_half_percent, for_two_percent)
rescat.check("03-4", for_half_percent, for_two_percent)

# %% [markdown] tags=["instructor"]
# Typical error: 0.5 is typed for 0.5 %. The rule of three (3 divided by the risk) gives nearly
# the same, and needs no computer.

# %% [markdown] tags=["exercise"]
# ## Exercise 5: a trial of twelve
#
# *Re-run with other parameters · 8 minutes*
#
# Suppose that twelve patients had been randomised, eight of them to MSC, and that every choice of
# eight had been possible. How many allocations are there? What is the smallest P value that a
# two-sided randomisation test of a difference of means could give?
# `rescat.all_assignments(n, n_treated)` lists the allocations.

# %% tags=["stub"]
n_allocations = ...
smallest = ...
rescat.check("03-5", n_allocations, smallest)

# %% tags=["solution"]
allocations = rescat.all_assignments(12, 8)
n_allocations = len(allocations)
smallest = allocations["probability"].min()
print(n_allocations, f"{smallest:.4f}")
rescat.check("03-5", n_allocations, smallest)

# %% [markdown] tags=["instructor"]
# Typical error: the P value is doubled because the test is two-sided. With unequal arms the most
# extreme difference of means has no equal on the other side, as a rule, so nothing is doubled. (A
# test on ranks has one, and its floor is twice as high.) Compare with the
# trial as it was: five more patients make the smallest P value more than twenty times smaller.

# %% [markdown] tags=["exercise"]
# ## Exercise 6: one sentence on safety
#
# *Think · 6 minutes*
#
# Write the sentence on safety that you would have put into the abstract.

# %% [markdown] tags=["solution"]
# One possible answer: *Among five treated patients no serious adverse event was judged related to
# the infusion; this does not exclude common serious harm, and events of the matched controls are
# not reported.*
#
# A good answer gives the number of patients, what was seen, and what so few patients cannot
# exclude. It avoids the word *safe*.

# %% [markdown] tags=["instructor"]
# Look for three things: the denominator, the limit, and the absent comparison. Read some aloud,
# without names.
