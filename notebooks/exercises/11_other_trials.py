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
# # Exercises: other trials
#
# These are the exercises of the chapter [{{ chapter }}](../11_other_trials.ipynb). The figures, tables and
# sections that they name are there. **Minutes**: {{ minutes }}.
#
# Replace each `...` by your answer and run the cell: it says what is wrong. Solutions are folded
# on the page. Each exercise needs only the cell of parameters and the one below it.

# %% [markdown] tags=["page"]
# ```{notebook-files}
# ```

# %% tags=["parameters"]
data_dir = "data"  # no table of your own is used here
day = 28  # deaths are taken at the horizon nearest to this day

# %%
import numpy as np

import rescat

trials = rescat.load_trials()
covid = trials[trials["pooled"] & trials["population"].eq("COVID-19")]
deaths = rescat.trials_near(covid, "deaths", day)
randomised = deaths[deaths["randomised"].fillna(False)]

rescat.banner(trials)

# %% [markdown] tags=["exercise"]
# ## Exercise 1: the weight of the largest
#
# *Read a table · 4 minutes*
#
# In the frame `randomised`, how many patients has the largest trial, and how many have all trials
# together? Count both groups.

# %% tags=["stub"]
largest = ...
together = ...
rescat.check("11-1", largest, together)

# %% tags=["solution"]
patients = randomised["treated_patients"] + randomised["control_patients"]
largest, together = patients.max(), patients.sum()
print(largest, together, f"{100 * largest / together:.0f} %")
rescat.check("11-1", largest, together)

# %% [markdown] tags=["instructor"]
# Typical error: only the patients with cells are counted. Ask whether the trial with most patients must have most
# weight: with other methods the number of deaths counts, and a variance between trials makes the
# weights more equal.

# %% [markdown] tags=["exercise"]
# ## Exercise 2: a risk ratio by hand
#
# *Recompute · 8 minutes*
#
# In one trial 2 of 12 patients with cells died, and 7 of 12 without. What is the risk ratio, and what
# are the ends of its 95 % interval? The standard error of the logarithm of the ratio is
# √(1/2 − 1/12 + 1/7 − 1/12).

# %% tags=["stub"]
ratio = ...
low = ...
high = ...
rescat.check("11-2", ratio, low, high)

# %% tags=["solution"]
ratio = (2 / 12) / (7 / 12)
error = np.sqrt(1 / 2 - 1 / 12 + 1 / 7 - 1 / 12)
low = np.exp(np.log(ratio) - 1.96 * error)
high = np.exp(np.log(ratio) + 1.96 * error)
print(f"{ratio:.2f} ({low:.2f} to {high:.2f})")
rescat.check("11-2", ratio, low, high)

# %% [markdown] tags=["instructor"]
# Typical error: 1.96 standard errors are added to the ratio itself, and the lower end is below zero.
# Ask why the interval is not symmetric about the ratio.

# %% [markdown] tags=["exercise"]
# ## Exercise 3: which test was it?
#
# *Recompute · 6 minutes*
#
# In another trial 8 of 8 patients with cells and 19 of 24 matched controls were alive on day 28. The
# abstract prints P = 0.025. Give the {term}`P value` of Fisher's exact test, and the name of the test of
# `rescat.two_group_tests` that comes nearest to the printed one.

# %% tags=["stub"]
exact_p = ...
nearest = ...
rescat.check("11-3", exact_p, nearest)

# %% tags=["solution"]
tests = rescat.two_group_tests(8, 8, 19, 24)
exact_p = tests["Fisher's exact test"]
nearest = min(tests, key=lambda name: abs(tests[name] - 0.025))
print(f"{exact_p:.3f}; {nearest}")
rescat.check("11-3", exact_p, nearest)

# %% [markdown] tags=["instructor"]
# Typical error: the printed value is called false. None of these tests gives it, but a comparison of
# survival times could. The nearest one is not fit for a group in which everybody survived: the
# variance of that group is then zero.

# %% [markdown] tags=["exercise", "words"]
# ## Exercise 4: without the largest
#
# *Re-run with other parameters · 6 minutes*
#
# Pool the trials of `randomised` by Mantel and Haenszel (`rescat.pool_trials` with `method="MH"`),
# with all of them and without the one with most patients. Give both risk ratios. Which message does
# each support?

# %% tags=["stub"]
with_all = ...
without_largest = ...
rescat.check("11-4", with_all, without_largest)

# %% tags=["solution"]
size = randomised["treated_patients"] + randomised["control_patients"]
with_all = rescat.pool_trials(randomised, method="MH").estimate
without_largest = rescat.pool_trials(
    randomised[size.lt(size.max())], method="MH"
).estimate
print(f"{with_all:.2f}, {without_largest:.2f}")
rescat.check("11-4", with_all, without_largest)

# %% [markdown] tags=["instructor"]
# Typical error: the fellows say that the largest trial is an outlier and leave it out. It is the one
# trial that was large enough to see a large effect. Ask which of the others were planned for deaths.

# %% [markdown] tags=["exercise"]
# ## Exercise 5: what RESCAT could have shown
#
# *Think · 5 minutes*
#
# Nobody died among RESCAT's five treated and two control patients within four weeks. Write two
# sentences for a patient who asks: "So the cells are safe, and they work?"

# %% [markdown] tags=["solution"]
# Nobody died, and that is good news for these seven people. With so few patients, a risk of death of
# nearly one in two would still often give the same result, so this trial cannot say whether the cells
# are safe or whether they work.

# %% [markdown] tags=["instructor"]
# Typical error: "no" as an answer. The trial does not show that the cells harm or fail. Let the
# fellows name the upper limit that five patients without a death allow.
