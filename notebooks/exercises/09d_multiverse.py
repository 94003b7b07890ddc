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
# # Exercises: the multiverse
#
# These are the exercises of the chapter [{{ chapter }}](../09d_multiverse.ipynb). The figures, tables and
# sections that they name are there. **Minutes**: {{ minutes }}.
#
# Replace each `...` by your answer and run the cell: it says what is wrong. Solutions are folded
# on the page. Each exercise needs only the cell of parameters and the one below it.

# %% [markdown] tags=["page"]
# ```{notebook-files}
# ```

# %% tags=["parameters"]
data_dir = "data"  # not read: the tables of these exercises are invented

# %%
import rescat

choices = rescat.load_table("multiverse_choices")
flips = rescat.load_table("multiverse_flips")
trial = rescat.simulate_trial(5, slope=(0, 0.02))  # an invented trial

rescat.banner(choices, trial)

# %% [markdown] tags=["exercise"]
# ## Exercise 1: how many analyses?
#
# *Read a table · 4 minutes*
#
# The table `choices` has a row for each level of each choice (the choice `all` is none). If every level
# of every choice went with every other, how many analyses would there be?

# %% tags=["stub"]
every = ...
rescat.check("09d-1", every)

# %% tags=["solution"]
levels = (
    choices[choices["choice"].ne("all")].groupby("choice")["level"].nunique()
)
every = levels.prod()
print(f"{every:,} combinations; {choices['analyses'].max():,} are admissible")
rescat.check("09d-1", every)

# %% [markdown] tags=["instructor"]
# Typical error: the levels are added. Ask which combinations make no sense, and have the fellows find
# two (matched sets with the randomised controls; a curve with one slope for each patient).

# %% [markdown] tags=["exercise"]
# ## Exercise 2: one level on day 0
#
# *Re-run with other parameters · 6 minutes*
#
# In the invented trial `trial`, what is the difference of the slopes if each group has its own level on
# day 0 (`rescat.fit_with_baseline(trial, baseline="free")`)? Run it again with one level for both:
# `baseline="constrained"`.

# %% tags=["stub"]
free = ...
constrained = ...
rescat.check("09d-2", free, constrained)

# %% tags=["solution"]
free, constrained = (
    rescat.fit_with_baseline(trial, baseline=baseline).loc[
        "difference", "slope"
    ]
    for baseline in ("free", "constrained")
)
print(f"{free:.4f}, {constrained:.4f}")
rescat.check("09d-2", free, constrained)

# %% [markdown] tags=["instructor"]
# Typical error: the constrained model is taken for the better one, since it assumes less. It assumes
# more: that nothing but chance makes the groups differ on day 0. Ask for which of the two kinds of
# controls this holds.

# %% [markdown] tags=["exercise"]
# ## Exercise 3: which choice decides?
#
# *Read a table · 4 minutes*
#
# In the table `flips`, which choice flips most pairs for NFL (as it stands in the column `choice`), and
# what share of them?

# %% tags=["stub"]
decides = ...
share = ...
rescat.check("09d-3", decides, share)

# %% tags=["solution"]
of_nfl = flips[flips["marker"].eq("NFL")].set_index("choice")["flipped"]
decides, share = of_nfl.idxmax(), of_nfl.max()
print(decides, f"{share:.2f}")
rescat.check("09d-3", decides, share)

# %% [markdown] tags=["instructor"]
# Typical error: the share of significant analyses with this level is given. A flip is a pair: two
# analyses that are the same but for one choice.
