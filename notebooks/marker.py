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

notes = rescat.load_table("marker_notes")
levels = rescat.load_table("marker_levels")
printed = rescat.load_slopes()
biomarkers = rescat.load_biomarkers(data_dir)
values = rescat.one_marker(biomarkers, marker)
page, unit = pages.page_name(marker), values["unit"].iloc[0]

# %% tags=["remove-input", "own"]
rescat.banner(values)

# %% tags=["remove-input", "audit"]
panel = rescat.load_table("markers")
HTML(pages.marker_answer(marker, notes, printed, panel))

# %% [markdown] tags=["audit"]
# ## Levels in other studies
#
# Concentrations depend on the assay and on the sample. Compare only lines of the same study.

# %% tags=["remove-input", "audit"]
drawing = figures.levels_of_marker(levels, marker, unit)
if drawing is not None:
    figures.show(drawing, name=f"{page}-levels-elsewhere")

# %% tags=["remove-input", "audit"]
pages.sources_of_levels(marker, levels)

# %% [markdown]
# ## What it is

# %% tags=["remove-input"]
HTML(pages.what_it_is(marker, notes))

# %% [markdown]
# ## What the paper says

# %% tags=["remove-input"]
HTML(pages.what_the_paper_says(marker, notes))

# %% [markdown] tags=["audit"]
# Ten of the twelve controls of the trial were not randomised: a difference of slopes is an
# {term}`association`, not an effect of treatment.

# %% [markdown] tags=["own"]
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

# %% tags=["remove-input", "own"]
pages.levels_elsewhere(marker, levels)

# %% [markdown]
# ## Other trials of these cells
#
# *Between groups* compares arms. *Within the treated group* is before and after, without controls.
# All markers together are in [other trials](../chapters/11_other_trials).

# %% tags=["remove-input"]
pages.directions_elsewhere(marker, rescat.load_table("marker_directions"))

# %% [markdown] tags=["audit"]
# ## What nobody outside the trial can know

# %% tags=["remove-input", "audit"]
HTML(pages.what_nobody_knows(marker, notes, levels, printed, panel))

# %% [markdown] tags=["audit", "invented"]
# ## Invented: what data that print this could look like

# %% tags=["remove-input", "audit", "invented"]
example = None
if marker in set(printed["marker"]):
    invented = rescat.one_marker(rescat.load_biomarkers("data"), marker)
    example = rescat.fit_markers(invented)
rescat.banner(invented) if example else None

# %% tags=["remove-input", "audit", "invented"]
HTML(pages.invented_example(invented, example.left_out)) if example else None

# %% tags=["hide-input", "audit", "invented"]
if example:
    figures.show(
        figures.trajectories_of_markers(example, f"log10 of {unit}"),
        name=f"{page}-invented",
    )

# %% tags=["remove-input", "audit", "invented"]
pages.printed_beside(marker, example[marker], printed) if example else None

# %% [markdown] tags=["own"]
# ## The values on this page

# %% tags=["remove-input", "own"]
fitted = rescat.fit_markers(values, scale=scale, rule=below_limit)
HTML(pages.values_in_words(values, fitted.left_out))

# %% tags=["hide-input", "model", "own"]
if fitted.markers:
    fit, samples = fitted[marker], fitted.samples
    figures.show(
        figures.trajectories_of_markers(fitted, f"{scale} of {unit}"),
        name=f"{page}-values",
    )

# %% [markdown] tags=["model", "own"]
# ## The fit
#
# The model is `value ~ day * treated + (day | patient)`, explained in
# [random slopes](../chapters/05_random_slopes).

# %% tags=["model", "own"]
fit if fitted.markers else None

# %% tags=["hide-input", "model", "own"]
pages.printed_beside(marker, fit, printed) if fitted.markers else None

# %% [markdown] tags=["model", "own"]
# ## The same difference by other tests
#
# Each test has its own assumptions. The permutations refit the model to every way to call as many
# patients treated.

# %% tags=["model", "own"]
if fitted.markers:
    tests = rescat.slope_tests(
        samples, fit=fit, intervals=False, progress=False, skip=True
    )

# %% tags=["hide-input", "model", "own"]
if fitted.markers:
    figures.show(
        figures.tests_forest(
            tests,
            what=f"{marker}: the difference of the slopes by several tests.",
            limits_in_words=False,
        ),
        name=f"{page}-tests",
    )

# %% [markdown] tags=["model", "own"]
# ## One patient out
#
# With few patients, one of them can carry a result. Each line leaves one patient out.

# %% tags=["hide-input", "model", "own"]
if fitted.with_one_to_spare(fitted.markers):
    without = rescat.leave_one_out(samples)
    figures.show(
        figures.leave_one_out_forest(without, fit, marker),
        name=f"{page}-one-out",
    )

# %% [markdown] tags=["model", "own"]
# ## Other patients, other controls, another clock
#
# The same difference without the patients who had an {term}`IL-6 blocker`, without the rarer
# source of cells, in the randomised patients alone, and with time as visits or as a
# {term}`spline`. If the values are invented, this is not evidence about any patient.

# %% tags=["hide-input", "model", "own"]
if fitted.markers:
    patients, absent = rescat.patients_beside(samples, data_dir)
    others = None if absent else rescat.sensitivity(samples, patients, fit=fit)
pages.choices(marker, others, absent) if fitted.markers else None

# %% [markdown] tags=["own"]
# ## What this page does not show
#
# - Whether MSC change this marker: see *Estimand first*.
# - Anything about a real patient, if the line at the head of the page says SYNTHETIC.

# %% [markdown] tags=["model", "own"]
# - That no significant difference is no difference. The limits say how large one could be.
