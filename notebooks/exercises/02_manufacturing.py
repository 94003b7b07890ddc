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
# # Exercises: manufacturing and feasibility
#
# These are the exercises of the chapter [{{ chapter }}](../02_manufacturing.ipynb). The figures,
# tables and sections that they name are there. **Minutes**: {{ minutes }}.
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

made = rescat.load_manufacturing()
lots = rescat.lot_capacity(made)
limits = rescat.load_exposure_limits()
criteria = rescat.load_release_criteria()

rescat.banner(made, criteria)

# %% [markdown] tags=["exercise"]
# ## Exercise 1: large infusions
#
# *Read a figure · 4 minutes*
#
# Take the figure of patients treatable, with one panel per product. Suppose that one infusion
# takes ten bags, and that each patient has two infusions. How many patients can **one** lot from
# fat treat? How many can one lot from the cord, in bags of 50 million cells?

# %% tags=["stub"]
from_fat = ...
from_cord = ...
rescat.check("02-1", from_fat, from_cord)

# %% tags=["solution"]
full_bags = lots[lots["cells_per_bag"].eq(50e6)].set_index("msc_source")
from_fat, from_cord = rescat.patients_treatable(
    full_bags.loc[["AT", "UC"], "bags"], bags_per_infusion=10, infusions=2
)
print(from_fat, from_cord)
rescat.check("02-1", from_fat, from_cord)

# %% [markdown] tags=["instructor"]
# Typical errors: bags are counted for one infusion and not for two, or the result is rounded up.
# A patient who has half of the bags is not treated. Ask why the number of bags in one infusion is
# a good question to the authors.

# %% [markdown] tags=["exercise"]
# ## Exercise 2: just at the limit
#
# *Read a table · 4 minutes*
#
# In the table *Viability required for release elsewhere*, how many of the criteria does a bag meet
# that has exactly 80 % of viable cells? How many does a bag with 82 % meet?

# %% tags=["stub"]
met_at_80 = ...
met_at_82 = ...
rescat.check("02-2", met_at_80, met_at_82)

# %% tags=["solution"]
strict = criteria["relation"].eq(">")
required = criteria["viability"]
met_at_80 = ((required < 80) | (required.eq(80) & ~strict)).sum()
met_at_82 = (required < 82).sum()
print(met_at_80, met_at_82)
rescat.check("02-2", met_at_80, met_at_82)

# %% [markdown] tags=["instructor"]
# Typical error: "more than" is read as "at least". The two differ only for a bag that lies exactly
# at the limit, but a release criterion must be clear there too. Ask what the assay adds to this.

# %% [markdown] tags=["exercise"]
# ## Exercise 3: DMSO for other patients
#
# *Change a parameter · 5 minutes*
#
# How many times below the limit is the DMSO of one infusion of two bags for a patient of 80 kg? And
# that of three bags for a patient of 50 kg? `rescat.excipient_exposure(made, limits, weights, bags)`
# takes a list of weights and a list of numbers of bags.

# %% tags=["stub"]
times_80_kg = ...
times_50_kg = ...
rescat.check("02-3", times_80_kg, times_50_kg)

# %% tags=["solution"]
heavy = rescat.excipient_exposure(made, limits, [80], [2])
light = rescat.excipient_exposure(made, limits, [50], [3])
times_80_kg = 1 / heavy["dmso_share_of_limit"].iloc[0]
times_50_kg = 1 / light["dmso_share_of_limit"].iloc[0]
print(f"{times_80_kg:.1f} and {times_50_kg:.1f} times")
rescat.check("02-3", times_80_kg, times_50_kg)

# %% [markdown] tags=["instructor"]
# Typical errors: the share of the limit in place of how many times below it; mL in place of g (DMSO
# is denser than water). The same bag is more for a light patient. Ask what a dose per kg of body
# weight would change.

# %% [markdown] tags=["exercise"]
# ## Exercise 4: a doubling in two days
#
# *Re-run with other parameters · 8 minutes*
#
# How many **thousand** cells must have been seeded so that each source had a doubling time of two
# days? Solve the two formulas of the chapter's section on growth. Then check your numbers with
# `rescat.growth_curves(made, [...])`, which takes cells and not thousands.

# %% tags=["stub"]
seeded_fat = ...
seeded_cord = ...
rescat.check("02-4", seeded_fat, seeded_cord)

# %% tags=["solution"]
start = {
    source: rescat.quantity(made, "cells_obtained", source)
    / 2 ** (rescat.quantity(made, "culture_time", source) / 2)
    for source in ("AT", "UC")
}
seeded_fat = start["AT"] / 1000
seeded_cord = start["UC"] / 1000
print(f"{seeded_fat:,.0f} and {seeded_cord:,.0f} thousand")
rescat.check("02-4", seeded_fat, seeded_cord)

# %% [markdown] tags=["instructor"]
# Typical errors: cells in place of thousands; the same start for both. The two starts are far from
# each other, and both are possible. So equal growth of the two sources is as compatible with the
# printed figures as unequal growth.

# %% [markdown] tags=["exercise"]
# ## Exercise 5: a target that can be reached
#
# *Recompute · 10 minutes*
#
# Your centre expects ten patients a year, at a constant rate. The number in two years then follows
# a Poisson distribution with mean 20. What is the largest target that you reach with a probability
# of at least 90 %? How probable is it that you reach a target of 20? `stats.poisson.sf(n - 1, 20)`
# is the probability of `n` patients or more.

# %% tags=["stub"]
largest_target = ...
chance_of_20 = ...
rescat.check("02-5", largest_target, chance_of_20)

# %% tags=["solution"]
reached = {n: stats.poisson.sf(n - 1, 20) for n in range(1, 41)}
largest_target = max(n for n, chance in reached.items() if chance >= 0.9)
chance_of_20 = reached[20]
print(largest_target, f"{chance_of_20:.2f}")
rescat.check("02-5", largest_target, chance_of_20)

# %% [markdown] tags=["instructor"]
# Typical errors: `sf(n, 20)`, which is the probability of *more* than n; the expected number is
# taken as a number that is safe. It is missed almost as often as it is reached. Ask what speaks
# against a constant rate in this trial, and in the fellows' own centre.
