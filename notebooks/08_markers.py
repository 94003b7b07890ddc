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

# %% tags=["parameters", "hide-input"]
data_dir = "data"  # folder with biomarkers.csv
scale = "log10"  # logarithm of the concentrations: log10 or ln
below_limit = "half"  # a value below detection: limit, half, root2 or drop

# %% tags=["hide-input"]
from myst_nb import glue

import rescat
from rescat import figures, pages

biomarkers = rescat.load_biomarkers(data_dir)
logged, left_out = rescat.ready_to_fit(
    biomarkers, scale=scale, rule=below_limit
)
markers = list(logged["marker"].unique())
panel = rescat.fit_panel(logged, markers)

rescat.banner(biomarkers)

# %% tags=["remove-cell"]
kinds = rescat.load_table("markers").set_index("marker")["kind"]
neuro = [m for m in markers if kinds.get(m) == "neuro"]
others = [m for m in markers if m not in neuro]
differences = panel[panel["term"].eq("difference")]
glue("n_modelled", len(markers), display=False)
glue("n_not_modelled", len(left_out), display=False)
glue("by_chance", f"{0.05 * len(markers):.1f}", display=False)
glue("n_below", int(differences["p_value"].lt(0.05).sum()), display=False)

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
# prints, and with nothing else.
# ```
#
# ## Inflammatory markers

# %% tags=["hide-input"]
if others:
    figures.show(
        figures.small_multiples(logged, others),
        alt="Small panels, one for each inflammatory marker, with a thin line for each patient and "
        f"thick lines for MSC and controls: {', '.join(others)}.",
        data=panel[panel["marker"].isin(others)],
        name="small-multiples-inflammatory",
    )

# %% [markdown]
# ## Neuro-markers and growth factors

# %% tags=["hide-input"]
if neuro:
    figures.show(
        figures.small_multiples(logged, neuro),
        alt="Small panels, one for each neuro-marker, with a thin line for each patient and thick "
        f"lines for MSC and controls: {', '.join(neuro)}.",
        data=panel[panel["marker"].isin(neuro)],
        name="small-multiples-neuro",
    )

# %% [markdown]
# ## A page for each

# %% tags=["hide-input"]
pages.index_table(panel, left_out)

# %% [markdown]
# {glue:text}`n_modelled` markers were modelled, {glue:text}`n_not_modelled` were not. Of as many
# tests {glue:text}`by_chance` fall below 0.05 by chance alone, if nothing differs; here
# {glue:text}`n_below` do.
#
# ## The supplement

# %% tags=["remove-input", "audit"]
pages.supplement_slopes()

# %% [markdown]
# ## What this does not show
#
# Small panels invite the eye to pick the striking one. Decide which marker matters **before** you
# look.
#
# ## Exercises
#
# 1. Choose a marker without looking at the panels. Read its page. Would you have chosen it after
#    looking?
# 2. Which markers does the paper give with figures, and which only in words? What would you need
#    to see for the others?
# 3. Run one page with another rule for values below detection:
#    `papermill notebooks/marker.ipynb build/out.ipynb -p marker IL6 -p below_limit root2`.
