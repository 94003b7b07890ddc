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
# # Exercises: the biomarkers at a glance
#
# These are the exercises of the chapter [{{ chapter }}](../08_markers.ipynb). The figures, tables and
# sections that they name are there. **Minutes**: {{ minutes }}.
#
# Replace each `...` by your answer and run the cell: it says what is wrong. Solutions are folded
# on the page. Each exercise needs only the cell of parameters and the one below it.

# %% [markdown] tags=["page"]
# ```{notebook-files}
# ```

# %% tags=["parameters"]
data_dir = "data"  # folder with biomarkers.csv
scale = "log10"  # logarithm of the concentrations: log10 or ln
below_limit = "half"  # a value below detection: limit, half, root2 or drop

# %%
import rescat
from rescat import tables

biomarkers = rescat.load_biomarkers(data_dir)
logged, _ = rescat.ready_to_fit(biomarkers, scale=scale, rule=below_limit)
markers = list(logged["marker"].unique())
panel = rescat.fit_panel(logged, markers)
differences = panel[panel["term"].eq("difference")]

rescat.banner(biomarkers)

# %% tags=["hide-input"]
tables.show_table(
    differences[["marker", "slope", "ci_low", "ci_high", "p_value", "origin"]],
    name="invented-differences",
    title="Differences of the slopes per day in the invented example",
    subtitle="Where the paper prints no number, a program decided them",
    source="The values behind these exercises",
    labels={"slope": "Difference"},
    decimals={"slope": 4, "ci_low": 4, "ci_high": 4, "p_value": 3},
)

# %% [markdown] tags=["exercise"]
# ## Exercise 1: limits without zero
#
# *Read a table · 4 minutes*
#
# In the table *Differences of the slopes per day in the invented example* above: for which markers does
# the 95 % confidence interval of the difference not include zero? Give a list of names, such as `["BDNF", "TAU"]`.

# %% tags=["stub"]
without_zero = ...
rescat.check("08-1", without_zero)

# %% tags=["solution"]
one_side = (differences["ci_low"] > 0) | (differences["ci_high"] < 0)
without_zero = differences.loc[one_side, "marker"].tolist()
print(without_zero)
rescat.check("08-1", without_zero)

# %% [markdown] tags=["instructor"]
# Typical error: a limit near zero is read as zero, because the signs are overlooked. These are the
# markers that the paper calls significant; the invented example was made so. Ask what this proves.

# %% [markdown] tags=["exercise"]
# ## Exercise 2: figures or words
#
# *Read a table · 4 minutes*
#
# In the table *The biomarkers, each with a page of its own* of the chapter: for which markers does
# the paper give a **number**, as slopes with confidence intervals or as *P* values? The others are described in
# words.

# %% tags=["stub"]
with_figures = ...
rescat.check("08-2", with_figures)

# %% tags=["solution"]
gives = rescat.load_table("markers").set_index("marker")["printed"]
with_figures = gives[gives.isin(["limits", "P values"])].index.tolist()
print(with_figures)
rescat.check("08-2", with_figures)

# %% [markdown] tags=["instructor"]
# Typical error: CRP is named. It is called significant, but no figure of it is printed. Ask what
# a meta-analysis could do with the markers that have words only.

# %% [markdown] tags=["exercise"]
# ## Exercise 3: one striking panel
#
# *Recompute · 8 minutes*
#
# As many independent tests as there are panels (`len(markers)`) are made at 0.05, and nothing
# differs. What is the probability that one or more are below 0.05? And at which level must each test
# be made so that this probability is 0.05?

# %% tags=["stub"]
any_striking = ...
own_level = ...
rescat.check("08-3", any_striking, own_level)

# %% tags=["solution"]
any_striking = rescat.chance_of_at_least(1, len(markers))
own_level = 1 - 0.95 ** (1 / len(markers))
print(f"{any_striking:.2f}; {own_level:.5f}")
rescat.check("08-3", any_striking, own_level)

# %% [markdown] tags=["instructor"]
# Typical error: 0.05 times the number of panels, which can exceed 1. The second answer is nearly
# 0.05 divided by that number: this is Bonferroni. Markers of the same patients are not independent,
# so both answers are approximate.

# %% [markdown] tags=["exercise", "words"]
# ## Exercise 4: another logarithm
#
# *Re-run with other parameters · 6 minutes*
#
# Run the chapter with `scale = "ln"`, or prepare the values here with
# `rescat.ready_to_fit(biomarkers, scale="ln", rule=below_limit)`. What is the difference of the
# slopes of NFL now, and its *P* value? Which of the two changed?

# %% tags=["stub"]
difference_ln = ...
p_ln = ...
rescat.check("08-4", difference_ln, p_ln)

# %% tags=["solution"]
natural, _ = rescat.ready_to_fit(biomarkers, scale="ln", rule=below_limit)
nfl_ln = rescat.fit_panel(natural, ["NFL"]).set_index("term").loc["difference"]
difference_ln, p_ln = nfl_ln["slope"], nfl_ln["p_value"]
print(f"{difference_ln:.4f} per day, P = {p_ln:.3f}")
rescat.check("08-4", difference_ln, p_ln)

# %% [markdown] tags=["instructor"]
# Typical error: the difference in log10 is given again. A natural logarithm is a fixed multiple of
# it, so limits and slopes are stretched alike and *P* stays. Ask why a paper must name its
# logarithm nevertheless.

# %% [markdown] tags=["exercise"]
# ## Exercise 5: choose, then look
#
# *Think · 6 minutes*
#
# Choose one marker by what is known of it, without looking at the panels. Then read its page. Would
# you have chosen it after looking? Write two sentences.

# %% [markdown] tags=["solution"]
# One possible answer: *I chose GFAP, because it is released by injured cells of the brain. After
# looking I would have chosen NFL, and its P value would then have been the smallest of many, which
# means less than the P value of a marker that was chosen before.*
#
# A good answer names the reason for the choice, and what the choice does to the *P* value.

# %% [markdown] tags=["instructor"]
# Many choose a marker that they know from the abstract. That is a choice after looking, too. Ask
# where a choice could have been written down before: in the protocol.
