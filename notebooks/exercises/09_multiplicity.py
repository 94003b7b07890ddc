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
# # Exercises: multiplicity
#
# These are the exercises of the chapter [{{ chapter }}](../09_multiplicity.ipynb). The figures, tables and
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
from statsmodels.stats.multitest import multipletests

import rescat

slopes = rescat.load_slopes()
made = rescat.printed_tests(slopes)
biomarkers = rescat.load_biomarkers(data_dir)
logged, _ = rescat.ready_to_fit(biomarkers, scale=scale, rule=below_limit)
family = [marker for marker in logged["marker"].unique() if marker != "CRP"]

rescat.banner(biomarkers, slopes)

# %% [markdown] tags=["exercise"]
# ## Exercise 1: tests that were not counted
#
# *Read a table · 4 minutes*
#
# In the table *Tests of slopes in the paper*, how many tests are **not** among the 20? How many of
# them are expected to be significant by chance?

# %% tags=["stub"]
n_outside = ...
expected_outside = ...
rescat.check("09-1", n_outside, expected_outside)

# %% tags=["solution"]
outside_rows = made[~made["counted"]]
n_outside = outside_rows["tests"].sum()
expected_outside = outside_rows["expected"].sum()
print(n_outside, f"{expected_outside:.2f}")
rescat.check("09-1", n_outside, expected_outside)

# %% [markdown] tags=["instructor"]
# Typical error: CRP alone is counted. The slope of each group against zero is a test too, and the
# abstract speaks of such tests. Ask which of them the fellows would put into one family.

# %% [markdown] tags=["exercise"]
# ## Exercise 2: twelve tests
#
# *Recompute · 6 minutes*
#
# Twelve independent tests are made at the level 0.05, and no null hypothesis is false. What is the
# probability of one or more significant results? And of two or more?

# %% tags=["stub"]
one_or_more = ...
two_or_more = ...
rescat.check("09-2", one_or_more, two_or_more)

# %% tags=["solution"]
one_or_more = rescat.chance_of_at_least(1, 12)
two_or_more = rescat.chance_of_at_least(2, 12)
print(f"{one_or_more:.3f}, {two_or_more:.3f}")
rescat.check("09-2", one_or_more, two_or_more)

# %% [markdown] tags=["instructor"]
# Typical error: twelve times 0.05. That is the expected number, and only a bound for the
# probability. Ask for the way by hand: none has probability 0.95 to the power of twelve.

# %% [markdown] tags=["exercise"]
# ## Exercise 3: which correction keeps it?
#
# *Recompute · 6 minutes*
#
# The smallest of twenty {term}`P values <P value>` is 0.002. Which procedures keep it below 0.05 **whatever the
# other nineteen are**? Give the names as in `rescat.ADJUSTMENTS`, in a list.

# %% tags=["stub"]
safe = ...
rescat.check("09-3", safe)

# %% tags=["solution"]
worst_case = [0.002] + [1.0] * 19
safe = [
    name
    for method, name in rescat.ADJUSTMENTS.items()
    if multipletests(worst_case, method=method)[1][0] < 0.05
]
print(safe)
rescat.check("09-3", safe)

# %% [markdown] tags=["instructor"]
# Typical error: Benjamini-Hochberg alone, because it is the least strict. In the worst case four
# procedures do the same to the smallest *P*. The fifth may keep it, if other *P* values are small
# too: let the fellows try nineteen others of 0.002.

# %% [markdown] tags=["exercise", "words"]
# ## Exercise 4: tests that go together
#
# *Change a parameter · 6 minutes*
#
# Twenty tests at the level 0.05 have a correlation of 0.5 between every two
# (`rescat.chance_of_at_least` with `correlation=0.5`). What is the probability of one or more hits,
# and of three or more? Compare both with independent tests: which rises, and which falls?

# %% tags=["stub"]
one_correlated = ...
three_correlated = ...
rescat.check("09-4", one_correlated, three_correlated)

# %% tags=["solution"]
one_correlated, three_correlated = (
    rescat.chance_of_at_least(k, 20, correlation=0.5) for k in (1, 3)
)
one_alone, three_alone = (rescat.chance_of_at_least(k, 20) for k in (1, 3))
print(f"one or more: {one_alone:.3f} becomes {one_correlated:.3f}")
print(f"three or more: {three_alone:.3f} becomes {three_correlated:.3f}")
rescat.check("09-4", one_correlated, three_correlated)

# %% [markdown] tags=["instructor"]
# Typical error: both are thought to rise. The expected number of hits stays the same. Correlated
# hits come together, so trials with several hits are more frequent, and so are trials with none.

# %% [markdown] tags=["exercise"]
# ## Exercise 5: let CRP count
#
# *Re-run with other parameters · 8 minutes*
#
# Put CRP into the family: fit `[*family, "CRP"]` with `rescat.fit_panel(logged, ...)`. How many markers have *P* below 0.05 alone? What is the least corrected
# *P* by Benjamini-Hochberg? Mind that these values are invented.

# %% tags=["stub"]
n_alone = ...
least_corrected = ...
rescat.check("09-5", n_alone, least_corrected)

# %% tags=["solution"]
with_crp_fits = rescat.fit_panel(logged, [*family, "CRP"])
p_alone = with_crp_fits.loc[
    with_crp_fits["term"].eq("difference"), "p_value"
].to_numpy()
n_alone = (p_alone < 0.05).sum()
least_corrected = multipletests(p_alone, method="fdr_bh")[1].min()
print(n_alone, f"{least_corrected:.3f}")
rescat.check("09-5", n_alone, least_corrected)

# %% [markdown] tags=["instructor"]
# Typical error: the *P* of CRP is read as evidence. It is a *P* of invented values: the paper calls
# CRP significant and prints no *P*. Ask which conclusion of the chapter changes with the family, and
# which does not.

# %% [markdown] tags=["exercise"]
# ## Exercise 6: does pooling hide effects?
#
# *Think · 6 minutes*
#
# A colleague says: "After shrinkage nothing is left, so partial pooling hides effects." Answer in
# two sentences.

# %% [markdown] tags=["solution"]
# One possible answer: *Each difference is drawn towards zero as far as the scatter of all markers
# looks like noise. Little is left because the data say little. A large difference that is
# precisely known would remain, and one may say openly that the common distribution is an
# assumption.*
#
# A good answer names the noise of the single estimates, and that the amount of shrinkage is
# estimated from the data.

# %% [markdown] tags=["instructor"]
# Many answer that shrinkage is conservative. Ask what a significant estimate alone would be worth:
# the section on type M errors says by how much it exaggerates.
