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
# # Exercises: neuro-markers
#
# These are the exercises of the chapter [{{ chapter }}](../07_neuromarkers.ipynb). The figures, tables and
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
import numpy as np

import rescat

slopes = rescat.load_slopes()
needed = rescat.transient_needed(slopes, "NFL", sd_slopes=[0.05])

rescat.banner(slopes)

# %% [markdown] tags=["exercise"]
# ## Exercise 1: two lines, two days
#
# *Read a figure · 5 minutes*
#
# The figure on the ratio between the printed lines takes both groups to start together. On the
# log10 scale, how many times as high is the line of the controls as that of MSC on day 14, and on
# day 28? Read the line in the middle, or the text below the figure.

# %% tags=["stub"]
on_day_14 = ...
on_day_28 = ...
rescat.check("07-1", on_day_14, on_day_28)

# %% tags=["solution"]
ratios = rescat.implied_ratios(slopes, "NFL", days=[0, 14, 28])
at = ratios[ratios["together_on"].eq(0)].set_index(["scale", "day"])
on_day_14 = at.loc[("log10", 14), "ratio"]
on_day_28 = at.loc[("log10", 28), "ratio"]
print(f"{on_day_14:.1f} times, then {on_day_28:.1f} times")
rescat.check("07-1", on_day_14, on_day_28)

# %% [markdown] tags=["instructor"]
# Typical errors: the natural logarithm; the upper end of the interval in place of the line. Ask on which of the two
# days the discussion of the paper sees the groups apart, and on which together.

# %% [markdown] tags=["exercise"]
# ## Exercise 2: from a slope to a ratio
#
# *Recompute · 6 minutes*
#
# The slopes of a marker differ by 0.03 per day on a log10 scale, and both groups start together.
# How many times higher is the marker in one group after 14 days? After how many days is it twice
# as high?

# %% tags=["stub"]
times_after_14 = ...
days_to_double = ...
rescat.check("07-2", times_after_14, days_to_double)

# %% tags=["solution"]
times_after_14 = 10 ** (0.03 * 14)
days_to_double = np.log10(2) / 0.03
print(f"{times_after_14:.2f} times; twice after {days_to_double:.0f} days")
rescat.check("07-2", times_after_14, days_to_double)

# %% [markdown] tags=["instructor"]
# Typical errors: 14 times 0.03 is given as the ratio; *e* in place of ten. A useful habit for the
# ward: turn each slope on a log scale into the days until a value doubles.

# %% [markdown] tags=["exercise"]
# ## Exercise 3: how large must a rise be that ends?
#
# *Read a table · 5 minutes*
#
# The table *How large the difference on day 14 must be* has one row for each assumed sampling. How
# many log10 units must the controls rise to print the NFL difference, if everybody was sampled on
# all five days? How many, if all controls were sampled to day 14 and not later?

# %% tags=["stub"]
units_everybody = ...
units_to_day_14 = ...
rescat.check("07-3", units_everybody, units_to_day_14)

# %% tags=["solution"]
by_design = needed.set_index("design")["needed"]
units_everybody = by_design["everybody on all five days"]
units_to_day_14 = by_design["all controls to day 14"]
print(f"{units_everybody:.2f} and {units_to_day_14:.2f} units of log10")
rescat.check("07-3", units_everybody, units_to_day_14)

# %% [markdown] tags=["instructor"]
# Typical error: the column with the difference of slopes. Ask which of the two answers is possible
# in a patient: one unit of log10 is a factor of ten. With complete sampling a line hides such a
# transient. With controls sampled to day 14 only, a much smaller rise is enough.

# %% [markdown] tags=["exercise"]
# ## Exercise 4: an earlier peak
#
# *Re-run with other parameters · 8 minutes*
#
# Suppose that the controls rise by one unit to day **7** and are back on day 28:
# `earlier = {"control": rescat.tent(peak=7), "treated": np.zeros(5)}`. With MSC nothing changes. Which slope does the model give to the controls
# with the sampling `"everybody on all five days"`, and which with `"all controls to day 14"`? Use
# `rescat.expected_line(earlier, rescat.DESIGNS[name], sd_slope=0.05, sd_intercept=1.25)["control"]`.

# %% tags=["stub"]
slope_all_days = ...
slope_to_day_14 = ...
rescat.check("07-4", slope_all_days, slope_to_day_14)

# %% tags=["solution"]
earlier = {"control": rescat.tent(peak=7), "treated": np.zeros(5)}
slope_all_days, slope_to_day_14 = (
    rescat.expected_line(
        earlier, rescat.DESIGNS[name], sd_slope=0.05, sd_intercept=1.25
    )["control"]
    for name in ("everybody on all five days", "all controls to day 14")
)
print(f"{slope_all_days:+.4f} and {slope_to_day_14:+.4f} per day")
rescat.check("07-4", slope_all_days, slope_to_day_14)

# %% [markdown] tags=["instructor"]
# Typical error: the difference in place of the control slope, which changes the sign. The same
# course prints as a fall or as a rise: only the days of sampling differ. Ask the fellows to draw
# both lines over the curve.

# %% [markdown] tags=["exercise"]
# ## Exercise 5: two sentences for a colleague
#
# *Think · 6 minutes*
#
# Write two sentences on NFL: what was found, and what it may also be due to. Then name the data
# that you would ask the authors for, to tell a lasting difference from a transient one.

# %% [markdown] tags=["solution"]
# One possible answer: *In the controls NFL rose; in the patients treated with MSC no rise was shown,
# but a smaller rise is not excluded; the slopes differed. Most controls were patients of intensive
# care in another hospital. A rise of NFL is known from other studies of intensive care, where more
# patients were on a ventilator, and the printed slopes do not show whether the difference was still
# there at the end.*
#
# The data: the arm, the day and the value of each sample, with the number of patients sampled on
# each day.

# %% [markdown] tags=["instructor"]
# Look for four things: the word *association* or its meaning, intensive care, the course that is
# not known, and courtesy. Age and kidney function are good further answers.
