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
# # Exercises: operating characteristics
#
# These are the exercises of the chapter [{{ chapter }}](../09b_operating_characteristics.ipynb). The
# figures, tables and sections that they name are there. **Minutes**: {{ minutes }}.
#
# Replace each `...` by your answer and run the cell: it says what is wrong. Solutions are folded
# on the page. Each exercise needs only the cell of parameters and the one below it. All trials are
# **invented**.

# %% [markdown] tags=["page"]
# ```{notebook-files}
# ```

# %% tags=["parameters"]
data_dir = "data"  # these exercises need no table of patients

# %%
from math import comb

import rescat

tests = rescat.load_table("operating_tests").query("marker == 'NFL'")
sizes = rescat.load_table("operating_sizes").query("marker == 'NFL'")

rescat.banner(tests, sizes)

# %% [markdown] tags=["exercise"]
# ## Exercise 1: errors that come from the controls
#
# *Read a figure · 5 minutes*
#
# In the first figure of the chapter, take the design with all controls (5 v 12 pooled). In which share
# of trials is a difference found if there is none, and in which share if the historical controls rise
# as in intensive care? Answer as shares from 0 to 1.

# %% tags=["stub"]
if_alike = ...
if_icu = ...
rescat.check("09b-1", if_alike, if_icu)

# %% tags=["solution"]
pooled = tests.query(
    "design == '5 v 12 pooled' and method == 'satterthwaite'"
).set_index("condition")["rate"]
if_alike = pooled["no difference"]
if_icu = pooled["historical controls rise as intensive care"]
print(f"{if_alike:.3f} and {if_icu:.2f}")
rescat.check("09b-1", if_alike, if_icu)

# %% [markdown] tags=["instructor"]
# Typical error: the second is called a failure of the test. The test does what it should: it finds a
# difference that is there. The fault is to call it an effect of treatment. Ask what no test can tell.

# %% [markdown] tags=["exercise"]
# ## Exercise 2: the smallest P value that can be
#
# *Recompute · 5 minutes*
#
# Five treated patients and two randomised controls. In how many ways could the label *control* be
# given to two of seven? If the true allocation gives the most extreme result of all of them, what is
# the exact two-sided *P* at least?

# %% tags=["stub"]
ways = ...
least_p = ...
rescat.check("09b-2", ways, least_p)

# %% tags=["solution"]
ways = comb(7, 2)
least_p = 1 / ways
print(ways, f"{least_p:.3f}")
rescat.check("09b-2", ways, least_p)

# %% [markdown] tags=["instructor"]
# Typical error: two over the number of ways. Two-sided means that results are counted by their
# distance from zero, whatever their sign; the observed one is one of them. Ask what that means
# for twenty markers.

# %% [markdown] tags=["exercise"]
# ## Exercise 3: how many patients?
#
# *Read a table · 6 minutes*
#
# In the table *Power by the number of patients in each arm*, with sampling by stay: with which of the
# sizes that were tried does a trial reach a power of 80 % for **half** of the rise of NFL? And
# with every sample taken?

# %% tags=["stub"]
size_by_stay = ...
size_complete = ...
rescat.check("09b-3", size_by_stay, size_complete)

# %% tags=["solution"]
enough = sizes.query("part == 0.5 and rate >= 0.8").groupby("sampling")["size"]
size_by_stay, size_complete = enough.min()[["by stay", "complete"]]
print(size_by_stay, size_complete)
rescat.check("09b-3", size_by_stay, size_complete)

# %% [markdown] tags=["instructor"]
# Typical error: the row of the whole rise. Ask what costs more, ten more patients or a visit after
# discharge for each.

# %% [markdown] tags=["exercise"]
# ## Exercise 4: estimates that are significant
#
# *Re-run with other parameters · 6 minutes*
#
# A true difference is as large as its standard error. How many times too large are the estimates that are
# significant, on average (`rescat.design_analysis(1, 1)`)? Run it again for a study with four times as many
# patients: the standard error is half of it.

# %% tags=["stub"]
times_small = ...
times_large = ...
rescat.check("09b-4", times_small, times_large)

# %% tags=["solution"]
times_small, times_large = (
    rescat.design_analysis(1, se)["exaggeration"].item() for se in (1, 0.5)
)
print(f"{times_small:.2f} and {times_large:.2f} times")
rescat.check("09b-4", times_small, times_large)

# %% [markdown] tags=["instructor"]
# Typical error: the true difference is halved too. It stays; the study becomes more precise. Ask where a true
# size could come from for this trial, and why not from its own estimate.

# %% [markdown] tags=["exercise"]
# ## Exercise 5: more of the same
#
# *Think · 5 minutes*
#
# A colleague proposes to add thirty more matched patients of intensive care to the controls, "to have
# enough power". Answer in two sentences.

# %% [markdown] tags=["solution"]
# One possible answer: *More patients of the same kind make the interval narrower around a difference that
# may come from intensive care. They make a false difference harder to doubt; randomised controls
# would answer the question.*
#
# A good answer separates chance, which more patients reduce, from bias, which they do not.

# %% [markdown] tags=["instructor"]
# Many answer that more data are always better. Ask what the point of the figure would do that stands for
# the historical controls.
