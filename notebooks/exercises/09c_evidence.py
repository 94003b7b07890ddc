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
# # Exercises: strength of evidence
#
# These are the exercises of the chapter [{{ chapter }}](../09c_evidence.ipynb). The figures, tables and
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
differences = rescat.printed_differences(slopes)

rescat.banner(slopes)

# %% [markdown] tags=["exercise"]
# ## Exercise 1: read an analysis of bias
#
# *Read a table · 5 minutes*
#
# In the table *What is left of each difference*, on the log10 scale: which marker has **more** left than
# the printed difference if the matched controls have some of the rate in intensive care? Give its name, as
# a text in quotation marks.

# %% tags=["stub"]
marker = ...
rescat.check("09c-1", marker)

# %% tags=["solution"]
left = rescat.bias_analysis(
    differences,
    rescat.bias_priors(slopes).query("prior == 'some of the ICU rate'"),
).set_index("marker")["slope"]
more = left.abs() / differences.set_index("marker")["slope"].abs()
marker = more.idxmax()
print(marker, f"{100 * more.max():.0f} %")
rescat.check("09c-1", marker)

# %% [markdown] tags=["instructor"]
# Typical error: bias always makes an effect smaller. This marker falls in intensive care elsewhere, so
# that such a bias would have hidden a part of the difference.

# %% [markdown] tags=["exercise"]
# ## Exercise 2: a bias by hand
#
# *Recompute · 6 minutes*
#
# The difference of slopes of NFL is -0.027 per day as printed, and MSC do nothing. The matched
# controls have a weight of 0.6 in the slope of all controls. How much faster per day than the
# randomised ones must they rise? And with a weight of 0.3?

# %% tags=["stub"]
with_60 = ...
with_30 = ...
rescat.check("09c-2", with_60, with_30)

# %% tags=["solution"]
needed = rescat.bias_needed(slopes, [0.6, 0.3]).query("marker == 'NFL'")
with_60, with_30 = needed["whole"]
print(f"{with_60:.3f} and {with_30:.3f} per day")
print(f"{10 ** (28 * with_60):.0f} times in 28 days, if log10")
rescat.check("09c-2", with_60, with_30)

# %% [markdown] tags=["instructor"]
# Typical error: to multiply by the weight. Ask: if only a part of the controls rise, must they rise
# more or less than the mean of all? And is such a rise seen anywhere?

# %% [markdown] tags=["exercise"]
# ## Exercise 3: how sceptical may one be?
#
# *Recompute · 6 minutes*
#
# A difference has a 95 % interval from 0.01 to 0.09. The {term}`scepticism limit` is the square of its
# width, divided by four times the root of the product of its ends. What is it? And for an interval
# from 0.04 to 0.06?

# %% tags=["stub"]
limit_wide = ...
limit_narrow = ...
rescat.check("09c-3", limit_wide, limit_narrow)

# %% tags=["solution"]
limit_wide, limit_narrow = (
    (high - low) ** 2 / (4 * np.sqrt(low * high))
    for low, high in ((0.01, 0.09), (0.04, 0.06))
)
print(f"{limit_wide:.3f} and {limit_narrow:.4f}")
rescat.check("09c-3", limit_wide, limit_narrow)

# %% [markdown] tags=["instructor"]
# Typical error: a larger limit is taken for stronger evidence. The smaller the limit, the more sceptical
# a reader may be and still be convinced. Both intervals have the same middle.

# %% [markdown] tags=["exercise"]
# ## Exercise 4: one estimate, one prior
#
# *Recompute · 7 minutes*
#
# An estimate is 0.03 with a standard error of 0.01. A sceptic's {term}`prior` is normal around zero with an
# SD of 0.01. What is the mean after the data, and its SD? Each counts by one over its variance.

# %% tags=["stub"]
mean_after = ...
sd_after = ...
rescat.check("09c-4", mean_after, sd_after)

# %% tags=["solution"]
precision = np.array([1 / 0.01**2, 1 / 0.01**2])  # of the prior, of the data
mean_after = precision @ [0, 0.03] / precision.sum()
sd_after = 1 / np.sqrt(precision.sum())
print(f"{mean_after:.3f}, SD {sd_after:.4f}")
rescat.check("09c-4", mean_after, sd_after)

# %% [markdown] tags=["instructor"]
# Typical error: the SDs are averaged. Prior and data together know more than either, so the SD becomes
# smaller. Ask whether this reader is convinced: the mean is about two SDs from zero.

# %% [markdown] tags=["exercise"]
# ## Exercise 5: half of the rate at most
#
# *Re-run with other parameters · 8 minutes*
#
# Suppose that the matched controls can have at most **half** of the rate in intensive care: in the rows
# *some of the ICU rate* of `rescat.bias_priors(slopes)` let `part_high` be 0.5, and give them to
# `rescat.bias_analysis(differences, ...)`. How much of the difference of NFL is left (median, per day), and
# in which share of the draws does it keep its sign?

# %% tags=["stub"]
left_of_nfl = ...
share_of_draws = ...
rescat.check("09c-5", left_of_nfl, share_of_draws)

# %% tags=["solution"]
halved = rescat.bias_priors(slopes).query("prior == 'some of the ICU rate'")
halved = halved.assign(part_high=0.5)
row = rescat.bias_analysis(differences, halved).set_index("marker").loc["NFL"]
left_of_nfl, share_of_draws = row["slope"], row["same_sign"]
print(f"{left_of_nfl:.3f} per day, {100 * share_of_draws:.0f} %")
rescat.check("09c-5", left_of_nfl, share_of_draws)

# %% [markdown] tags=["instructor"]
# Typical error: the rate is halved as well. Ask who could say which part is right: somebody who has
# measured NFL in patients with HFNO and without ventilation.

# %% [markdown] tags=["exercise"]
# ## Exercise 6: is it speculation?
#
# *Think · 6 minutes*
#
# An author answers: "Your analysis of bias is pure speculation; we report what we measured." Reply in
# two courteous sentences.

# %% [markdown] tags=["solution"]
# One possible answer: *To call the difference an effect also assumes a bias, namely one of exactly zero. We
# say what we assume and where it comes from, and your slopes of the two kinds of controls would replace
# our assumption.*
#
# A good answer names the assumption that is made silently, and what would settle it.

# %% [markdown] tags=["instructor"]
# Look for courtesy: the authors call their associations exploratory. Ask what the fellows would print
# if the trial were theirs.
