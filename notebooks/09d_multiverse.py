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
#       **Do the findings depend on the analysis?** In invented twins that agree with the printed
#       figures, NFL is significant in {glue:text}`share_nfl` of {glue:text}`analyses` defensible
#       analyses, IL1RA in {glue:text}`share_il1ra`, IL6 in {glue:text}`share_il6`. What moves NFL most:
#       {glue:text}`top_nfl`. With the two randomised controls alone it is
#       {glue:text}`range_randomised`, from twin to twin: the paper does not say. **How sure:** given
#       these twins. **What would change it:** the patients' data, or a plan written before them.
#     objectives:
#       - >-
#         name the choices that an analysis of samples over time makes
#       - >-
#         read a specification curve, and find the choice that moves a conclusion most
#       - >-
#         judge whether a choice is one of taste, or one of who is compared
#     before: '[random slopes](05_random_slopes) and [operating characteristics](09b_operating_characteristics)'
#     needs: only the paper
#     estimand: >-
#       Most of these analyses compare patients who were not randomised with each other. That a
#       conclusion survives every analysis does not make it an effect: the {term}`association` is then
#       merely a stable one.
#     ledger: none
# ---

# %% [markdown]
# # The multiverse: every defensible choice

# %% [markdown] tags=["audit"]
# {{ answer }}

# %% tags=["parameters", "hide-input"]
data_dir = "data"  # not read: the tables of this chapter are made by simulation

# %% tags=["hide-input"]
import pandas as pd

import rescat
from rescat import figures, pages, tables
from rescat.studies.choices import CHOICES, TITLES

choices = rescat.load_table("multiverse_choices")
flips = rescat.load_table("multiverse_flips")
curve = rescat.load_table("multiverse_curve")

rescat.banner(choices, flips, curve)

# %% tags=["remove-cell"]
# What the paper says of the difference: that there is one, or that there is none.
SAYS = {
    "NFL": True,
    "IL1RA": True,
    "IL6": True,
    "CRP": True,
    "IL18": False,
    "PTX3": False,
}
printed = rescat.load_slopes().query("term == 'difference'")
printed = printed.set_index("marker")["p_value"].map("{:.3f}".format)
WORDS = {"CRP": "slopes differ, no P", **("P = " + printed)}
WORDS["IL18"] += ", a trend"
of = choices.set_index(["marker", "choice", "level"])
flipped = flips.set_index(["marker", "choice"])


def most_of(marker):
    """The choice that flips most verdicts of a marker, and the share of pairs that it flips."""
    own = flipped.loc[marker, "flipped"]
    return own.idxmax(), own.max()


def over_twins(marker, choice="all", level="all", name="share"):
    """From the 10 % to the 90 % quantile of the twins, as a share or as P."""
    row = of.loc[(marker, choice, level)]
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    if name == "p":
        return f"{low:.3f} to {high:.3f}"
    return f"{100 * low:.0f} to {100 * high:.0f} %"


agreeing = {}
for marker, says in SAYS.items():
    share = of.loc[(marker, "all", "all"), "share"]
    agreeing[marker] = share if says else 1 - share
moved_most = {marker: most_of(marker)[0] for marker in SAYS}
of_nfl = flipped.loc["NFL", "flipped"].sort_values(ascending=False)
mean_flips = flips.groupby("choice")["flipped"].mean()
pages.say(
    printed_il18=printed["IL18"],
    printed_il6=printed["IL6"],
    analyses=f"{int(choices['analyses'].max()):,}",
    twins=f"{choices['twins'].max()}",
    share_nfl=pages.percent(of.loc[("NFL", "all", "all"), "share"]),
    share_il1ra=pages.percent(of.loc[("IL1RA", "all", "all"), "share"]),
    share_il6=pages.percent(of.loc[("IL6", "all", "all"), "share"]),
    share_il18=pages.percent(of.loc[("IL18", "all", "all"), "share"]),
    p_il18=f"{of.loc[('IL18', 'all', 'all'), 'p']:.3f}",
    range_nfl=over_twins("NFL"),
    range_all=over_twins("NFL", "controls", "all"),
    range_matched=over_twins("NFL", "controls", "matched"),
    range_randomised=over_twins("NFL", "controls", "randomised"),
    range_randomised_il1ra=over_twins("IL1RA", "controls", "randomised"),
    p_randomised=over_twins("NFL", "controls", "randomised", "p"),
    top_nfl=", ".join(TITLES[c].lower() for c in of_nfl.index[:3]),
    next_nfl=" and ".join(
        f"{TITLES[c].lower()} ({pages.percent(share)})"
        for c, share in of_nfl.drop("controls").iloc[:2].items()
    ),
    below=pages.percent(curve.query("marker == 'NFL'")["change"].lt(0).mean()),
    controls_flip_nfl=pages.percent(
        flipped.loc[("NFL", "controls"), "flipped"]
    ),
    by_choice="; ".join(
        f"{title.lower()} in {', '.join(m for m in SAYS if moved_most[m] == choice)}"
        for choice, title in TITLES.items()
        if choice in moved_most.values()
    ),
    raw_il6=pages.percent(of.loc[("IL6", "scale", "raw"), "share"]),
    log_il6=pages.percent(of.loc[("IL6", "scale", "log"), "share"]),
    own_nfl=pages.percent(of.loc[("NFL", "random", "own"), "share"]),
    level_nfl=pages.percent(of.loc[("NFL", "random", "intercept"), "share"]),
    constrained_il6=over_twins("IL6", "baseline", "constrained", "p"),
    covariate_il6=over_twins("IL6", "baseline", "covariate", "p"),
    agree_ptx3=pages.percent(agreeing["PTX3"]),
    detection_flips=pages.percent(mean_flips["detection"]),
    test_flips=pages.percent(mean_flips["test"]),
)

# %% tags=["hide-input"]
shown = curve[curve["marker"].eq("NFL")]
in_curve = {
    choice: {
        k: v for k, v in CHOICES[choice].items() if k in set(shown[choice])
    }
    for choice in ("controls", "patients", "time", "baseline", "random", "test")
}
figures.show(
    figures.specification_curve(shown, in_curve, TITLES), name="multiverse-nfl"
)

# %% tags=["remove-cell", "slide"]
# As much of it as can be read from the back of a room.
in_talk = {choice: in_curve[choice] for choice in ("controls", "random")}
figures.show(
    figures.specification_curve(shown, in_talk, TITLES), name="multiverse-talk"
)

# %% [markdown]
# An analysis of samples over time makes many choices, and most of them are not printed. Here every
# defensible combination, {glue:text}`analyses` of them, is made of {glue:text}`twins` invented twins
# of the trial. The twins agree with the printed figures, but for the *P* value of IL18
# ({glue:text}`p_il18` in them and {glue:text}`printed_il18` in the paper), if they are analysed as the paper seems to have
# done it. So what is asked is: *given what is printed, would another reasonable analyst have found the
# same?*
#
# {{ estimand }}
#
# ```{admonition} Synthetic means synthetic
# :class: warning
# All values behind this chapter are **invented**. They show on which choices a conclusion could
# depend. They are not evidence about any real patient.
# ```

# %% [markdown]
# ## What the paper says
#
# > […] we used random-effect (RE) linear regression [18], whose details are reported in the Supplement.
#
# (*Methods, statistics* {cite}`tonelli2025`.) The main text does not print the scale, the
# {term}`degrees of freedom`, the rule for values below detection, or whether first values were adjusted
# for. We could not read the supplement.
#
# ## NFL is found by more analyses than any other marker
#
# NFL differs between the groups in {glue:text}`share_nfl` of the analyses ({glue:text}`range_nfl`, from
# the 10 % to the 90 % quantile of the twins). With all controls it is {glue:text}`range_all`; with the
# matched controls alone, {glue:text}`range_matched`. If two analyses differ in the controls and in
# nothing else, {glue:text}`controls_flip_nfl` of such pairs disagree: one finds a difference, and the
# other does not. Next come {glue:text}`next_nfl`. The direction hardly ever turns: in {glue:text}`below`
# of the analyses of the figure the middle over the twins is a steeper rise of the controls.
#
# ## What the randomised controls alone would show, the paper does not say
#
# With the two randomised controls alone, NFL differs in {glue:text}`range_randomised` of the analyses,
# and IL1RA in {glue:text}`range_randomised_il1ra`. The printed analysis, with these controls alone,
# gives a *P* from {glue:text}`p_randomised`. All these twins agree with the printed figures. Whoever wants to
# know what randomisation showed has to ask for the data.
#
# ## Which choice moves which finding most
#
# What flips most pairs: {glue:text}`by_choice`. A scale is no matter of taste: IL6 differs in
# {glue:text}`log_il6` of the analyses of logarithms and in {glue:text}`raw_il6` of those of
# concentrations as they are. Nor is what is taken to vary between patients: NFL differs in
# {glue:text}`level_nfl` of the analyses in which only levels vary, and in {glue:text}`own_nfl` of those
# of each patient's own slope.
#
# ## The findings near 0.05 depend on everything
#
# IL6 differs in {glue:text}`share_il6` of the analyses and IL18 in {glue:text}`share_il18`: in print
# their *P* values lie on two sides of 0.05, and both are near it. Take the printed analysis of IL6
# ({glue:text}`printed_il6`) and change only what is done with the first values. With one common level on day 0 its *P* is
# from {glue:text}`constrained_il6`; with the first value as covariate, from
# {glue:text}`covariate_il6`. That PTX3 does not differ agrees with {glue:text}`agree_ptx3` of the
# analyses.
#
# ## What matters less
#
# How values below the limit of detection are handled flips {glue:text}`detection_flips` of the pairs,
# if a tenth of the values lies below it, and the test alone {glue:text}`test_flips` (the mean of the
# markers).
#
# ## Which conclusions survive which choices
#
# Would an analyst who chose otherwise have come to the conclusion of the paper? The table says in how
# many of the analyses, marker by marker.

# %% tags=["hide-input", "slide"]
survival = choices[choices["choice"].eq("all")].set_index("marker")
rows = []
for marker, says in SAYS.items():
    choice, share = most_of(marker)
    row = survival.loc[marker]
    low, high = row["share_low"], row["share_high"]
    low, high = (low, high) if says else (1 - high, 1 - low)
    rows.append(
        {
            "marker": marker,
            "paper": WORDS[marker],
            "agree": 100 * agreeing[marker],
            "range": f"{100 * low:.0f} to {100 * high:.0f}",
            "randomised": over_twins(marker, "controls", "randomised").replace(
                " %", ""
            ),
            "choice": TITLES[choice].lower(),
            "flipped": 100 * share,
        }
    )
tables.show_table(
    pd.DataFrame(rows).assign(origin=rescat.origin_of(choices)),
    name="multiverse-survival",
    title="Analyses that come to the conclusion of the paper",
    subtitle="In percent of all defensible analyses: the middle over the twins, and 10 % to 90 %",
    source="Invented twins",
    labels={
        "marker": "Marker",
        "paper": "The paper",
        "agree": "Analyses that agree",
        "range": "Over the twins",
        "randomised": "Significant with the 2 randomised",
        "choice": "The choice that moves it most",
        "flipped": "Pairs that it flips",
    },
    decimals={"agree": 0, "flipped": 0},
)

# %% [markdown]
# ## What this does not show
#
# - What the patients' data would give. The twins agree with the printed figures; many other data would too.
# - Which analysis is right. They are counted, not weighed: a share depends on what is listed, and on how
#   finely.
# - What nobody printed: slopes of the randomised controls alone, batches of an assay, samples that were
#   lost. In the invented data both kinds of controls have
#   the same slope but for chance.

# %% [markdown]
# ## The details
#
# The study is one command, `python -m rescat study multiverse`; the tables and their columns are in
# the [data dictionary](../data-dictionary.md). Multiverse analysis is by Steegen and others
# {cite}`steegen2016`, the specification curve by Simonsohn and others {cite}`simonsohn2020`.
#
# ### How often a choice flips the verdict
#
# Two analyses that differ in one choice and in nothing else are a pair. The table has the share of
# pairs of which one has a *P* of 0.05 or less and the other has not.

# %% tags=["hide-input"]
wide = flips.pivot(index="choice", columns="marker", values="flipped")
wide = (100 * wide.loc[list(TITLES), list(SAYS)]).rename(index=TITLES)
tables.show_table(
    wide.reset_index().assign(origin=rescat.origin_of(flips)),
    name="multiverse-flips",
    title="Pairs of analyses that disagree, in percent",
    subtitle="They differ in this choice alone; the middle over the twins",
    source="Invented twins",
    labels={"choice": "Choice"},
    decimals=dict.fromkeys(wide.columns, 0),
)

# %% [markdown]
# ### Each level of each choice
#
# The share of analyses with a *P* of 0.05 or less among all that have this level. Not every level goes
# with every other: matched sets are strata only among the matched controls, a group of two has no
# variance of its own, a common level needs a day 0 that means the same to everybody, and the censored
# likelihood is for logarithms. So compare levels within a choice with care; the table above does it in
# pairs.

# %% tags=["hide-input"]
levels = choices[choices["choice"].ne("all")].pivot(
    index=["choice", "level"], columns="marker", values="share"
)
order = [(choice, level) for choice, own in CHOICES.items() for level in own]
levels = (100 * levels.loc[order, list(SAYS)]).reset_index()
levels["level"] = [
    CHOICES[choice][level]
    for choice, level in zip(levels["choice"], levels["level"], strict=True)
]
tables.show_table(
    levels.replace({"choice": TITLES}).assign(origin=rescat.origin_of(choices)),
    name="multiverse-levels",
    title="Analyses with P of 0.05 or less, in percent, by what was chosen",
    subtitle="The middle over the twins",
    source="Invented twins",
    labels={"choice": "Choice", "level": "What is chosen"},
    decimals=dict.fromkeys(SAYS, 0),
)

# %% [markdown]
# ### One change at a time
#
# The printed analysis has all controls, everybody, logarithms, days, levels that are free, a random
# level and slope, and, as we take it, Satterthwaite's *t*. Here one choice is changed, and all else as
# little as this demands.

# %% tags=["hide-input"]
own = choices[choices["choice"].ne("all")]
one = own.pivot(index=["choice", "level"], columns="marker", values="p")
one = one.loc[order, list(SAYS)].reset_index()
one["level"] = [
    CHOICES[choice][level]
    for choice, level in zip(one["choice"], one["level"], strict=True)
]
tables.show_table(
    one.replace({"choice": TITLES}).assign(origin=rescat.origin_of(choices)),
    name="multiverse-one-change",
    title="P of the difference if one choice is changed",
    subtitle="The middle over the twins",
    source="Invented twins",
    labels={"choice": "Choice", "level": "Changed to"},
    decimals=dict.fromkeys(SAYS, 3),
)

# %% [markdown]
# ### Two analyses that are new here
#
# - **One level on day 0.** In a randomised trial the groups can differ before treatment by chance
#   alone. The constrained longitudinal model {cite}`liang2000` says so: both lines begin at one point.
#   Where most controls were not randomised this is an assumption, and a strong one
#   (`rescat.fit_with_baseline`).
# - **Censored likelihood.** A value below the limit adds the probability of being below it, and no
#   figure is put in its place {cite}`hughes1999` (`rescat.fit_censored`). It has large-sample errors
#   only, which with 17 patients are too small.
#
# ### A test of the whole panel
#
# Whether *any* of the markers differs is a question of its own. The chapter on
# [multiplicity](09_multiplicity) tests all of them together, over thirty twins.

# %% [markdown] tags=["teaching"]
# ## Common misreadings
#
# - *"Most analyses find it, so it is true."* They share the same patients, and most of
#   them the controls who were not randomised. What is wrong with that comparison is wrong in each of
#   these.
# - *"One analysis does not find it, so it is false."* An analysis of seven patients can miss nearly
#   everything.
# - *"The share of significant analyses is a P value."* It is not: the analyses are neither independent
#   nor a sample of anything.

# %% [markdown] tags=["teaching"]
# ## Exercises
#
# {{ aims }}
#
# The [exercises of this chapter](exercises/09d_multiverse.ipynb) have a page and a notebook of their own.

# %% [markdown] tags=["page"]
# ```{notebook-files}
# ```

# %% [markdown] tags=["page"]
# ## Check yourself
#
# ```{quiz} 09d_multiverse
# ```
