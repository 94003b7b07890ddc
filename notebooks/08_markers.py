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
#   rescat:
#     answer: >-
#       **Which markers differ?** The paper prints a difference with a *P* value for few of them,
#       and speaks of another in words. For most it prints no number. So what
#       {glue:text}`n_modelled` markers show here is invented data that agree with what is printed.
#       **How sure:** only of what is printed. **What would change it:** the supplement, or the
#       patients' values.
#     objectives:
#       - find the page of a biomarker, and say what the paper states about it
#       - 'read {term}`small multiples <small multiple>`: the same small figure for each marker'
#       - say how many of such panels would look remarkable by chance alone
#     before: '[random slopes](05_random_slopes)'
#     needs:
#       tables: [biomarkers.csv]
#     estimand: >-
#       Ten of the twelve controls of the trial were not randomised. A difference between MSC
#       and controls is an {term}`association`, not an effect of treatment.
#     ledger: none
# ---

# %% [markdown]
# # The biomarkers at a glance

# %% [markdown] tags=["audit"]
# {{ answer }}

# %% tags=["parameters", "hide-input"]
data_dir = "data"  # folder with biomarkers.csv
scale = "log10"  # logarithm of the concentrations: log10 or ln
below_limit = "half"  # a value below detection: limit, half, root2 or drop

# %% tags=["hide-input"]

import rescat
from rescat import figures, pages, tables

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
# {{ estimand }}
#
# ```{admonition} Synthetic means synthetic
# :class: warning
# Unless you gave your own data, every value here is invented. The twin agrees with the figures that
# the paper prints (but for one *P* value that its route to limits and *P* can't meet, that of the IL18
# difference: see [chapter 6](06_cytokines)), not with all its words, and with nothing else.
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

# %% [markdown] tags=["audit"]
# ## What the paper says in words
#
# The twin was made to meet the printed figures. The paper also says things in words, which nothing in
# the twin was made for. Where it does not meet them, the twin is not like the trial, or the words and
# the printed lines do not go together.

# %% tags=["hide-input", "audit"]
words = rescat.words_against_twin(rescat.load_biomarkers("data"))
tables.show_table(
    words.assign(met=words["met"].map({True: "yes", False: "no"})),
    name="printed-words",
    title="What the paper says of the markers in words, and what the twin shows",
    subtitle="Aligned: the means differ by at most 0.1 on log10 (1.26 times)",
    source="The paper (results and discussion), and the twin of the book",
    labels={"said": "The paper says", "shown": "The twin shows", "met": "Met"},
)

# %% tags=["remove-cell", "audit"]
pages.say(words_met=int(words["met"].sum()), n_words=len(words))

# %% [markdown] tags=["audit"]
# {glue:text}`words_met` of {glue:text}`n_words` are met. That two groups with straight lines as far
# apart as those printed for NFL are aligned on day 28 takes a curve, and a sampling that does not see
# it end: see [chapter 7](07_neuromarkers.ipynb).

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
# {{ aims }}
#
# The [exercises of this chapter](exercises/08_markers.ipynb) have a page and a notebook of their own.

# %% [markdown] tags=["page"]
# ```{notebook-files}
# ```

# %% [markdown] tags=["page"]
# ## Check yourself
#
# ```{quiz} 08_markers
# ```
