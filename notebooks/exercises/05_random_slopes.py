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
# # Exercises: random slopes
#
# These are the exercises of the chapter [{{ chapter }}](../05_random_slopes.ipynb). The figures, tables and
# sections that they name are there. **Minutes**: {{ minutes }}.
#
# Replace each `...` by your answer and run the cell: it says what is wrong. Solutions are folded
# on the page. Each exercise needs only the cell of parameters and the one below it.

# %% [markdown] tags=["page"]
# ```{notebook-files}
# ```

# %% tags=["parameters"]
data_dir = "data"  # these exercises need no table of patients

# %%
from scipy import stats

import rescat

samples = rescat.load_table("teaching_trial")  # the first invented trial
fit = rescat.fit_slopes(samples)
predicted = fit.patients()

rescat.banner(samples)

# %% [markdown] tags=["exercise"]
# ## Exercise 1: read a fit
#
# *Read a figure · 4 minutes*
#
# In the table of the first invented trial (*With this book*), read the slope of the **treated** group and
# the two ends of its 95 % confidence interval, per day.

# %% tags=["stub"]
slope_treated = ...
lower = ...
upper = ...
rescat.check("05-1", slope_treated, lower, upper)

# %% tags=["solution"]
treated_row = fit.table.loc["treated"]
slope_treated = treated_row["slope"]
lower, upper = treated_row["ci_low"], treated_row["ci_high"]
print(f"{slope_treated:.3f} ({lower:.3f} to {upper:.3f}) per day")
rescat.check("05-1", slope_treated, lower, upper)

# %% [markdown] tags=["instructor"]
# Typical error: the row of the difference. Ask why the interval of the treated patients can exclude zero
# while that of the difference does not: the controls are uncertain too.

# %% [markdown] tags=["exercise"]
# ## Exercise 2: the longest pull
#
# *Recompute · 4 minutes*
#
# In the figure on shrinkage several patients move far. Compute
# `predicted["predicted_slope"] - predicted["slope"]`: whose slope moves most between the own line and
# the prediction, up or down? Give the patient as text, such as `"S01"`.

# %% tags=["stub"]
who = ...
rescat.check("05-2", who)

# %% tags=["solution"]
shift = predicted["predicted_slope"] - predicted["slope"]
who = predicted.loc[shift.abs().idxmax(), "subject"]
print(who)
rescat.check("05-2", who)

# %% [markdown] tags=["instructor"]
# Typical error: the patient with the steepest own line is named, who need not be the one who
# moves most. Ask how many samples this patient has.

# %% [markdown] tags=["exercise", "words"]
# ## Exercise 3: a larger trial
#
# *Change a parameter · 8 minutes*
#
# Invent a trial with fifty patients in each group: `rescat.simulate_trial(1, controls=50,
# treated=50, slope=(0, 0.02), sd_slope=0.012)`. Fit it. How many degrees of freedom has the
# difference (`rescat.fit_slopes(large).table.loc["difference", "df"]`)? What is the value of *t* beyond which 5 % lie, on both sides together
# (`stats.t.ppf(0.975, df)`)? Does the choice between *z* and *t* still matter?

# %% tags=["stub"]
df_large = ...
t_limit = ...
rescat.check("05-3", df_large, t_limit)

# %% tags=["solution"]
large = rescat.simulate_trial(
    1, controls=50, treated=50, slope=(0, 0.02), sd_slope=0.012
)
df_large = rescat.fit_slopes(large).table.loc["difference", "df"]
t_limit = stats.t.ppf(0.975, df_large)
print(f"{df_large:.1f} degrees of freedom, limit {t_limit:.2f}")
rescat.check("05-3", df_large, t_limit)

# %% [markdown] tags=["instructor"]
# Typical error: another seed or other settings. The value is then nearly that of the normal
# distribution: with a hundred patients the choice hardly matters.

# %% [markdown] tags=["exercise"]
# ## Exercise 4: one sample only
#
# *Re-run with other parameters · 8 minutes*
#
# Take away all samples of patient S01 but that of day 0:
# `fewer = samples[samples["patient_id"].ne("S01") | samples["day"].eq(0)]`. How many patients still
# have a line of their own (`rescat.patient_slopes(fewer)`; count the slopes that are not missing)?
# How many does the model use (`rescat.fit_slopes(fewer).patients()`)?

# %% tags=["stub"]
n_lines = ...
n_in_model = ...
rescat.check("05-4", n_lines, n_in_model)

# %% tags=["solution"]
fewer = samples[samples["patient_id"].ne("S01") | samples["day"].eq(0)]
n_lines = rescat.patient_slopes(fewer)["slope"].notna().sum()
n_in_model = len(rescat.fit_slopes(fewer).patients())
print(n_lines, n_in_model)
rescat.check("05-4", n_lines, n_in_model)

# %% [markdown] tags=["instructor"]
# Typical error: the rows of `patient_slopes` are counted, also the one without a slope. A single
# sample tells the model about the level, not about the change.

# %% [markdown] tags=["exercise"]
# ## Exercise 5: three against six
#
# *Re-run with other parameters · 6 minutes*
#
# Invent a trial with three treated patients and six controls: `rescat.simulate_trial(3,
# controls=6, treated=3)`. How many relabellings does the permutation test have, and what is the
# smallest P value that any data could have given? (The [chapter](../05_random_slopes.ipynb)
# shows the same for seven patients: make the treatment's slope as large as you like.)

# %% tags=["stub"]
n_relabellings = ...
smallest = ...
rescat.check("05-5", n_relabellings, smallest)

# %% tags=["solution"]
small = rescat.simulate_trial(3, controls=6, treated=3)
result = rescat.permutation_test(small, progress=False)
n_relabellings, smallest = result.n_permutations, result.smallest_p
print(n_relabellings, f"{smallest:.4f}")
rescat.check("05-5", n_relabellings, smallest)

# %% [markdown] tags=["instructor"]
# Typical error: the P value of these data in place of the smallest that is possible. Ask how many
# patients a test at 0.001 would need.

# %% [markdown] tags=["exercise"]
# ## Exercise 6: what a P value needs to be believed
#
# *Think · 6 minutes*
#
# A paper reports *P* = 0.04 by a permutation test of 5 treated patients against 12 historical
# controls. Write one sentence on what this *P* value needs to be believed.

# %% [markdown] tags=["solution"]
# One possible answer: *The P value speaks about the treatment if, without it, the five and the
# twelve would have been exchangeable: the same hospital routine, period, severity and days of
# sampling. These data cannot show that, and a small P value may mean that it fails.*
#
# A good answer names exchangeability and at least one way in which historical controls break it.

# %% [markdown] tags=["instructor"]
# Many write that the sample is small. That is true, but the test is exact for small samples; what
# it lacks is randomisation.
