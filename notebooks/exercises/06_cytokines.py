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
# # Exercises: cytokines
#
# These are the exercises of the chapter [{{ chapter }}](../06_cytokines.ipynb). The figures, tables and
# sections that they name are there. **Minutes**: {{ minutes }}.
#
# Replace each `...` by your answer and run the cell: it says what is wrong. Solutions are folded
# on the page. Each exercise needs only the cell of parameters and the one below it.
#
# The patients are invented: their fits agree with what the paper prints.

# %% [markdown] tags=["page"]
# ```{notebook-files}
# ```

# %% tags=["parameters"]
data_dir = "data"  # folder with biomarkers.csv
scale = "log10"  # logarithm of the concentrations: log10 or ln
below_limit = "half"  # a value below detection: limit, half, root2 or drop

# %%
import numpy as np
from scipy import stats

import rescat

biomarkers = rescat.load_biomarkers(data_dir)
slopes = rescat.load_slopes()
logged, _ = rescat.ready_to_fit(biomarkers, scale=scale, rule=below_limit)
kinds = rescat.load_table("markers").set_index("marker")["kind"]
cytokines = logged["marker"].map(kinds).eq("inflammatory")
panel = rescat.fit_panel(logged, logged.loc[cytokines, "marker"].unique())

rescat.banner(biomarkers, slopes)

# %% [markdown] tags=["exercise"]
# ## Exercise 1: intervals without zero
#
# *Read a figure · 4 minutes*
#
# In the second figure of *All cytokines* (a line for each difference), find the cytokines whose 95 %
# confidence interval leaves out zero. Give their names as a list, such as `["IL4", "IL8"]`.

# %% tags=["stub"]
names = ...
rescat.check("06-1", names)

# %% tags=["solution"]
of_difference = panel[panel["term"].eq("difference")]
without_zero = of_difference["ci_low"].gt(0) | of_difference["ci_high"].lt(0)
names = list(of_difference.loc[without_zero, "marker"])
print(*names)
rescat.check("06-1", names)

# %% [markdown] tags=["instructor"]
# Typical errors: a cytokine whose point is far from zero, but whose line is long; one whose line
# just touches zero. Ask how many such cytokines chance alone would give in a panel of this size.

# %% [markdown] tags=["exercise"]
# ## Exercise 2: not significant, and not small
#
# *Read a figure · 5 minutes*
#
# In the same plot, or with `panel[panel["marker"].eq("IL8")]`, find the upper end of the interval of the
# difference of IL8, with four decimals. It is a log10 per day. Suppose
# that both groups start together and that this upper end is the truth. How many times higher is the
# concentration with MSC after 28 days?

# %% tags=["stub"]
times_higher = ...
rescat.check("06-2", times_higher)

# %% tags=["solution"]
il8 = panel[panel["marker"].eq("IL8")].set_index("term")
upper_limit = il8.loc["difference", "ci_high"]
times_higher = 10 ** (28 * upper_limit)
print(f"{upper_limit:.3f} per day: {times_higher:.1f} times")
rescat.check("06-2", times_higher)

# %% [markdown] tags=["instructor"]
# Typical errors: 28 times the slope without the power of ten; a power of *e*. Ask for the lower
# end too. Then ask what "no significant difference" says here.

# %% [markdown] tags=["exercise"]
# ## Exercise 3: a P value from printed numbers
#
# *Recompute · 7 minutes*
#
# The chapter's *What the paper says* quotes the slopes of IL1RA with their 95 % intervals: with MSC, and
# then in the controls. A 95 % interval is 2 × 1.96 standard errors wide. Treat the two slopes as
# independent: the squares of their standard errors add up. Use the normal distribution:
# `stats.norm.sf(z)` is the one-sided P value. What is the difference, MSC minus controls, and what
# is its two-sided P value? Give P with three decimals or more. The numbers are also in the table
# `slopes`.

# %% tags=["stub"]
slope_difference = ...
p_difference = ...
rescat.check("06-3", slope_difference, p_difference)

# %% tags=["solution"]
il1ra_print = slopes[slopes["marker"].eq("IL1RA")].set_index("term")
se = (il1ra_print["ci_high"] - il1ra_print["ci_low"]) / (
    2 * stats.norm.ppf(0.975)
)
slope_difference = (
    il1ra_print.loc["treated", "slope"] - il1ra_print.loc["control", "slope"]
)
z = slope_difference / np.hypot(se["treated"], se["control"])
p_difference = 2 * stats.norm.sf(abs(z))
print(f"{slope_difference:.3f}, P = {p_difference:.3f}")
rescat.check("06-3", slope_difference, p_difference)

# %% [markdown] tags=["instructor"]
# Typical errors: standard errors are added in place of their squares; a one-sided P value. The
# result is near the printed one and not the same: the intervals are rounded, and with few patients *t*
# takes the place of the normal distribution. The table of allowed P values shows the range.

# %% [markdown] tags=["exercise"]
# ## Exercise 4: IL6 without each patient
#
# *Re-run with other parameters · 8 minutes*
#
# The chapter leaves each patient out for its first marker. Do the same for IL6:
# `rescat.leave_one_out` and
# `rescat.one_marker`. For how many patients is the P value
# above 0.05 without them? What is the highest P value? (In
# [the chapter](../06_cytokines.ipynb) you can leave out a patient of the first marker by hand.)

# %% tags=["stub"]
n_above = ...
highest_p = ...
rescat.check("06-4", n_above, highest_p)

# %% tags=["solution"]
il6_without = rescat.leave_one_out(rescat.one_marker(logged, "IL6"))
n_above = il6_without["p_value"].gt(0.05).sum()
highest_p = il6_without["p_value"].max()
print(f"{n_above} of {len(il6_without)}; highest P {highest_p:.3f}")
rescat.check("06-4", n_above, highest_p)

# %% [markdown] tags=["instructor"]
# Typical error: a conclusion about a real patient. The patients are invented. What can be said: a
# P value just below 0.05 in so few patients can depend on one of them, treated or control.

# %% [markdown] tags=["exercise"]
# ## Exercise 5: two statements on IL6
#
# *Think · 6 minutes*
#
# The paper says that IL6 fell significantly with MSC, and that its course differed
# significantly from that of the controls. Which of the two needs the controls? What would you ask
# before you call either of them an effect of MSC?

# %% [markdown] tags=["solution"]
# One possible answer: *The fall is a statement about the treated patients alone. IL6 falls in many patients
# who recover, so by itself it does not speak for MSC. The second statement needs the controls, and most
# of them were treated in another hospital and period. I would ask for the course in the
# randomised patients, and which drugs against IL6 were given.*

# %% [markdown] tags=["instructor"]
# Look for three things: recovery without treatment, the controls who were not randomised, and
# other drugs. A mean fall can also come from one patient with a high first value.
