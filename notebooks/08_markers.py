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
#       **Which markers differ?** For {glue:text}`n_slopes` of {glue:text}`n_measured` markers the
#       paper prints slopes with intervals, and for {glue:text}`n_p_only` more *P* values alone.
#       Of one more it says in words that it differs. For the other {glue:text}`n_no_number` it
#       gives words and no number. **How sure:** only of what is printed. **What would change
#       it:** the supplement, which lists every slope, or the patients' values.
#     objectives:
#       - find the page of a biomarker, and say what the paper states about it
#       - say for which markers the paper prints a number, and what is known of the others
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
table = rescat.load_table("markers")
printed = rescat.load_slopes()

# %% tags=["remove-input", "own"]
rescat.banner(biomarkers)

# %% tags=["hide-input", "audit"]
measured = table[table["printed"].ne("not measured")]
figures.show(figures.given_of_markers(measured), name="what-the-paper-gives")

# %% [markdown] tags=["audit"]
# Every marker that the trial measured, by what the paper gives of it: full tiles have numbers, pale
# ones have words.

# %% tags=["remove-input", "audit"]
rescat.banner(printed, table)

# %% tags=["remove-cell"]
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

# %% tags=["remove-cell", "audit"]
with_slope = printed.loc[printed["slope"].notna(), "marker"].unique()
with_number = printed["marker"].unique()
below = measured["printed"].eq("below detection")
claimed = measured["printed"].eq("significant difference")
compared = printed.query("term == 'difference' and p_value < 0.05")["marker"]
n_hits, n_tests = rescat.printed_hits(printed)
pages.say(
    n_measured=len(measured),
    n_slopes=len(with_slope),
    n_p_only=len(with_number) - len(with_slope),
    n_number=len(with_number),
    n_no_number=len(measured) - len(with_number) - int(claimed.sum()),
    n_hits=n_hits,
    n_tests=n_tests,
    hits_by_chance=f"{0.05 * n_tests:.0f}",
    in_words_alone=", ".join(measured.loc[claimed, "marker"]),
    n_below_detection=int(below.sum()),
    significant=", ".join(compared),
)

# %% [markdown]
# {{ estimand }}

# %% [markdown] tags=["audit"]
# ## Most markers have words and no number
#
# The trial measured {glue:text}`n_measured` markers in blood. The paper prints a number for
# {glue:text}`n_number` of them. {glue:text}`n_below_detection` were below the detection range in
# both groups: they can show neither a rise nor a fall. The others are described in words, such as
# no significant change. Such words do not say how large a difference was, nor how large it could
# have been. With so few patients, even a large difference can be missed.
#
# What is known of a marker has a page: what it is, levels in other studies, what the paper says,
# and the direction that other trials of these cells report. The page also says what nobody outside
# the trial can know.
#
# ## One of these tests can be below 0.05 by chance alone
#
# The paper's Figure 2 has {glue:text}`n_tests` markers. If nothing differs, about
# {glue:text}`hits_by_chance` of as many tests is below 0.05. The paper prints {glue:text}`n_hits`
# such *P* values ({glue:text}`significant`). {glue:text}`in_words_alone` is not among these
# markers: the text says, without a number, that it differs too. [Chapter 9](09_multiplicity) says
# what these numbers can mean.
# Decide which marker matters **before** you look at the results.
#
# ## A page for each marker

# %% tags=["remove-input", "audit"]
pages.known_of_markers(
    measured,
    printed,
    rescat.load_table("marker_levels"),
    rescat.load_table("marker_directions"),
)

# %% [markdown] tags=["audit"]
# *If on log10*: the paper does not print the scale of its slopes. Other trials: how many report the
# marker, and how many of them compare it between groups.

# %% [markdown]
# ## The details

# %% [markdown] tags=["own"]
# ### Inflammatory markers

# %% [markdown] tags=["audit"]
# ### Invented: inflammatory markers
#
# The exercises of this chapter need values, and the trial's are not public. A program invented
# patients until the printed numbers came out (but for one {term}`P value`, that of the IL18 difference:
# see [chapter 6](06_cytokines)). In this invented example {glue:text}`n_modelled` markers have a
# panel. Where the paper prints no number, nothing but a program decided what a panel shows.

# %% tags=["remove-input", "audit"]
rescat.banner(biomarkers)

# %% tags=["hide-input"]
if others:
    figures.show(
        figures.small_multiples(fitted.only(others), "inflammatory marker"),
        name="small-multiples-inflammatory",
    )

# %% [markdown] tags=["own"]
# ### Neuro-markers and growth factors

# %% [markdown] tags=["audit"]
# ### Invented: neuro-markers and growth factors

# %% tags=["hide-input"]
if neuro:
    figures.show(
        figures.small_multiples(fitted.only(neuro), "neuro-marker"),
        name="small-multiples-neuro",
    )

# %% [markdown] tags=["audit"]
# ### Invented: what the paper says in words, and what this example shows
#
# The invented example was made to meet the printed figures. The paper also says things in words,
# for which nothing in the example was made. Where the example does not meet them, it is not like
# the trial, or the words and the printed lines do not go together.

# %% tags=["hide-input", "audit"]
words = rescat.words_against_twin(rescat.load_biomarkers("data"))
tables.show_table(
    words.assign(met=words["met"].map({True: "yes", False: "no"})),
    name="printed-words",
    title="What the paper says of the markers in words, and what the invented example shows",
    subtitle="Aligned: the means differ by at most 0.1 on log10 (1.26 times)",
    source="The paper (results and discussion), and the invented example of the book",
    labels={
        "said": "The paper says",
        "shown": "The example shows",
        "met": "Met",
    },
)

# %% tags=["remove-cell", "audit"]
pages.say(words_met=int(words["met"].sum()), n_words=len(words))

# %% [markdown] tags=["audit"]
# {glue:text}`words_met` of {glue:text}`n_words` are met. That two groups with straight lines as far
# apart as those printed for NFL are aligned on day 28 takes a curve, and a sampling that does not see
# it end: see [chapter 7](07_neuromarkers.ipynb).

# %% [markdown] tags=["own"]
# ### A page for each

# %% tags=["hide-input", "own"]
pages.index_table(panel, left_out, table)

# %% [markdown] tags=["own"]
# {glue:text}`n_modelled` markers were modelled, {glue:text}`n_not_modelled` were not. Of as many
# tests {glue:text}`by_chance` fall below 0.05 by chance alone, if nothing differs; here
# {glue:text}`n_below` do.

# %% [markdown] tags=["audit"]
# ### The supplement

# %% tags=["remove-input", "audit"]
pages.supplement_slopes(
    rescat.load_supplement("supplement_slopes"),
    rescat.supplement_disagreements(),
)

# %% [markdown]
# ### What this does not show
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
# - *"The panels agree with the paper, so the paper is confirmed."* The invented example was made to
#   agree.

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
