# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
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
# # The biomarkers at a glance
#
# **After this chapter you can**
#
# - find the page of a biomarker, and say what the paper states about it;
# - read {term}`small multiples <small multiple>`: the same small figure for each marker;
# - say how many of such panels would look remarkable by chance alone.
#
# **Before it**: [random slopes](05_random_slopes) · **Minutes**: 20 to read, 28 for the
# exercises

# %% tags=["parameters", "hide-input"]
data_dir = "data"  # folder with biomarkers.csv
scale = "log10"  # logarithm of the concentrations: log10 or ln
below_limit = "half"  # a value below detection: limit, half, root2 or drop

# %% tags=["hide-input"]

import rescat
from rescat import figures, pages

biomarkers = rescat.load_biomarkers(data_dir)
fitted = rescat.fit_markers(biomarkers, scale=scale, rule=below_limit)
markers, panel, left_out = fitted.markers, fitted.table, fitted.left_out

rescat.banner(biomarkers)

# %% tags=["remove-cell"]
table = rescat.load_table("markers")
kinds = table.set_index("marker")["kind"]
neuro = [m for m in markers if kinds.get(m) == "neuro"]
others = [m for m in markers if m not in neuro]
differences = panel[panel["term"].eq("difference")]
pages.say(
    n_modelled=len(markers),
    n_not_modelled=len(left_out),
    by_chance=f"{0.05 * len(markers):.1f}",
    n_below=int(differences["p_value"].lt(0.05).sum()),
)

# %% [markdown]
# ```{admonition} Estimand first
# :class: warning
# Ten of the twelve controls of the trial were not randomised. A difference between MSC and
# controls is an {term}`association`, not an effect of treatment.
# ```
#
# ```{admonition} Synthetic means synthetic
# :class: warning
# Unless you gave your own data, every value here is invented. The twin agrees with what the paper
# prints (but for one *P* value, that of the IL18 difference: ledger CYT-04), and with nothing else.
# ```
#
# ## Inflammatory markers

# %% tags=["hide-input"]
if others:
    figures.show(
        figures.small_multiples(fitted.only(others), "inflammatory marker"),
        name="small-multiples-inflammatory",
    )

# %% [markdown]
# ## Neuro-markers and growth factors

# %% tags=["hide-input"]
if neuro:
    figures.show(
        figures.small_multiples(fitted.only(neuro), "neuro-marker"),
        name="small-multiples-neuro",
    )

# %% [markdown]
# ## A page for each

# %% tags=["hide-input"]
pages.index_table(panel, left_out, table)

# %% [markdown]
# {glue:text}`n_modelled` markers were modelled, {glue:text}`n_not_modelled` were not. Of as many
# tests {glue:text}`by_chance` fall below 0.05 by chance alone, if nothing differs; here
# {glue:text}`n_below` do.
#
# ## The supplement

# %% tags=["remove-input", "audit"]
pages.supplement_slopes(
    rescat.load_supplement("supplement_slopes"),
    rescat.supplement_disagreements(),
)

# %% [markdown]
# ## What this does not show
#
# Small panels invite the eye to pick the striking one. Decide which marker matters **before** you
# look.

# %% [markdown] tags=["teaching"]
# ## Common misreadings
#
# - *"This panel is striking, so this marker matters."* Among many panels one is often striking by
#   chance.
# - *"Not significant, so the marker does not change."* With so few patients even a large difference
#   can be missed.
# - *"No panel, so no effect."* A marker below its limit of detection shows nothing, in either
#   direction.
# - *"The panels agree with the paper, so the paper is confirmed."* The twin was made to agree.

# %% [markdown] tags=["teaching"]
# ## Exercises
#
# Replace each `...` by your answer and run the cell: it says what is wrong. Solutions are folded
# on the page.

# %% [markdown] tags=["page"]
# ```{exercise-files} 08_markers
# ```

# %% [markdown] tags=["exercise"]
# ### Exercise 1: limits without zero
#
# *Read a table · 4 minutes*
#
# In the table *The biomarkers, each with a page of its own*: for which markers do the 95 % limits of
# the difference not include zero? Give a list of names, such as `["BDNF", "TAU"]`.

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
# markers that the paper calls significant; the twin was made so. Ask what this proves.

# %% [markdown] tags=["exercise"]
# ### Exercise 2: figures or words
#
# *Read a table · 4 minutes*
#
# In the same table, for which markers does the paper give **figures**, as limits or *P* values? The
# others are described in words.

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
# ### Exercise 3: one striking panel
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

# %% [markdown] tags=["exercise"]
# ### Exercise 4: another logarithm
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
# ### Exercise 5: choose, then look
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

# %% [markdown] tags=["page"]
# ## Check yourself
#
# ```{quiz} 08_markers
# ```
