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
# # One biomarker
#
# This page is one of many: the same notebook, executed for each marker. All of them:
# [the biomarkers at a glance](../chapters/08_markers).

# %% tags=["parameters", "hide-input"]
marker = "NFL"  # the biomarker of the page, as biomarkers.csv names it
data_dir = "data"  # folder with biomarkers.csv
scale = "log10"  # logarithm of the concentrations: log10 or ln
below_limit = "half"  # a value below detection: limit, half, root2 or drop

# %% tags=["hide-input"]
from IPython.display import HTML

import rescat
from rescat import figures, pages

biomarkers = rescat.load_biomarkers(data_dir)
values = rescat.one_marker(biomarkers, marker)
logged, left_out = rescat.ready_to_fit(values, scale=scale, rule=below_limit)

rescat.banner(values)

# %% [markdown]
# ## What it is

# %% tags=["remove-input"]
HTML(pages.what_it_is(marker))

# %% [markdown]
# ## What the paper says

# %% tags=["remove-input"]
HTML(pages.what_the_paper_says(marker))

# %% [markdown]
# ```{admonition} Estimand first
# :class: warning
# Ten of the twelve controls of the trial were not randomised. Treatment goes together with
# hospital, unit, period and the day that counts as day 0. A difference of slopes is an
# {term}`association`, not an effect of treatment.
# ```
#
# ## Levels elsewhere
#
# Concentrations depend on the assay and on the sample. Compare only rows of the
# same source.

# %% tags=["remove-input"]
pages.levels_elsewhere(marker)

# %% [markdown]
# ## The values on this page

# %% tags=["remove-input"]
HTML(pages.values_in_words(values, left_out))

# %% tags=["hide-input", "model"]
if len(logged):
    fit = rescat.fit_slopes(logged)
    figures.show(
        figures.trajectories_of_markers(
            logged, [marker], f"{scale} of {values['unit'].iloc[0]}"
        ),
        alt=f"{marker}: thin lines for each patient over time and thick lines for MSC and for all "
        f"controls. The control line changes by {fit.table.loc['control', 'slope']:+.4f} per "
        f"day, the MSC line by {fit.table.loc['treated', 'slope']:+.4f}.",
        data=values,
        name=f"{pages.page_name(marker)}-values",
    )

# %% [markdown] tags=["model"]
# ## The fit
#
# The model is `value ~ day * treated + (day | patient)`, explained in
# [random slopes](../chapters/05_random_slopes).

# %% tags=["model"]
fit if len(logged) else None

# %% tags=["hide-input", "model"]
pages.printed_beside(marker, fit) if len(logged) else None

# %% [markdown] tags=["model"]
# ## The same difference by other tests
#
# Each test has its own assumptions. The permutations refit the model to every way to call as many
# patients treated.

# %% tags=["model"]
if len(logged):
    tests = rescat.slope_tests(logged, intervals=False, progress=False)

# %% tags=["hide-input", "model"]
if len(logged):
    figures.show(
        figures.tests_forest(tests),
        alt=f"{marker}: the difference of the slopes by several tests. "
        + " ".join(f"{t.test}: P {t.p_value:.3f}." for t in tests.itertuples()),
        data=tests.drop(columns="question"),
        name=f"{pages.page_name(marker)}-tests",
    )

# %% [markdown] tags=["model"]
# ## One patient out
#
# With few patients, one of them can carry a result. Each line leaves one patient out.

# %% tags=["hide-input", "model"]
if len(logged):
    without = rescat.leave_one_out(logged)
    figures.show(
        figures.leave_one_out_forest(without, fit.table.loc["difference"]),
        alt=f"{marker}: the difference of the slopes without each patient in turn. P goes from "
        f"{without['p_value'].min():.3f} to {without['p_value'].max():.3f}; with all patients "
        f"it is {fit.table.loc['difference', 'p_value']:.3f}.",
        data=without,
        name=f"{pages.page_name(marker)}-one-out",
    )

# %% [markdown] tags=["model"]
# ## Other patients, other controls, another clock
#
# The same difference without the patients who had an {term}`IL-6 blocker`, without the rarer
# source of cells, in the randomised patients alone, and with time as visits or as a
# {term}`spline`. If the values are invented, this is not evidence about any patient.

# %% tags=["hide-input", "model"]
pages.choices(logged, data_dir) if len(logged) else None

# %% [markdown]
# ## What this page does not show
#
# - Whether MSC change this marker: see *Estimand first*.
# - Anything about a real patient, if the line at the head of the page says SYNTHETIC.

# %% [markdown] tags=["model"]
# - That no significant difference is no difference. The limits say how large one could be.
