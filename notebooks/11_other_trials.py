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
#       **Do these cells lower the risk of death in COVID-19?** Perhaps; it is not known. In
#       {glue:text}`n_trials` randomised trials the risk with cells was {glue:text}`main` times that
#       without. The largest found {glue:text}`large_treated` against {glue:text}`large_control`.
#       RESCAT, with no death within four weeks in {glue:text}`rescat_treated` and
#       {glue:text}`rescat_control` patients, adds almost nothing. **What would change it:** a trial of about
#       {glue:text}`needed` patients, or the deaths that we could not read.
#     objectives:
#       - read a forest plot, and say what the square, the diamond and the thin line mean
#       - say what one more trial of seven patients adds to all trials before it
#       - >-
#         name the choices on which a pooled result depends, and see which of them change it
#       - check a printed {term}`P value` or percentage of another trial from its counts
#       - say how large a trial must be to settle the question
#     before: '[safety and clinical course](03_safety)'
#     needs: only the paper
#     estimand: none
#     ledger:
#       title: 'Other trials: paper against recomputed'
# ---

# %% [markdown]
# # Other trials: do these cells save lives, and what does RESCAT add?

# %% [markdown] tags=["audit"]
# {{ answer }}

# %% tags=["parameters", "hide-input"]
data_dir = "data"  # folder with patients.csv and events.csv
day = 28  # deaths are taken at the horizon nearest to this day

# %% tags=["hide-input"]
import pandas as pd

import rescat
from rescat import figures, pages, tables

trials = rescat.load_trials()
pooled_rows = trials[trials["pooled"]]
covid = rescat.trials_near(
    pooled_rows[pooled_rows["population"].eq("COVID-19")], day=day
)
ards = rescat.trials_near(
    pooled_rows[pooled_rows["population"].eq("ARDS without COVID-19")], day=day
)
patients, events = rescat.load_patients(data_dir), rescat.load_events(data_dir)
rescat_row = rescat.rescat_as_trial(patients, events)

randomised = covid[covid["randomised"].fillna(False)]
main = rescat.pool_trials(randomised)
ards_main = rescat.pool_trials(ards[ards["randomised"].fillna(False)])

rescat.banner(trials, patients)

# %% tags=["remove-cell"]
large = main.table.loc[main.table["weight"].idxmax()]
rest = rescat.pool_trials(randomised[randomised["trial"].ne(large["trial"])])
years = rescat.cumulative_pool(randomised)
early = years[years["trials"].ge(5)].iloc[0]
died, treated_n, died_controls, control_n = main.events


def rounded(pooled):
    return (
        f"{pooled.estimate:.2f} ({pooled.ci_low:.2f} to {pooled.ci_high:.2f})"
    )


def in_words(ratio):
    return f"{abs(100 * (ratio - 1)):.0f} % {'fewer' if ratio < 1 else 'more'} deaths"


def share(events, patients):
    return f"{100 * events / patients:.0f} %"


pages.say(
    n_trials=main.trials,
    n_patients=treated_n + control_n,
    main=rounded(main),
    died=f"{died} of {treated_n}",
    died_controls=f"{died_controls} of {control_n}",
    at_best=in_words(main.ci_low),
    at_worst=in_words(main.ci_high),
    next_trial=f"{main.predicted_low:.2f} to {main.predicted_high:.2f}",
    rest=rounded(rest),
    early=rounded(early),
    early_year=int(early["what"]),
    large=large["trial"],
    large_n=int(large["treated_patients"] + large["control_patients"]),
    large_share=share(
        large["treated_patients"] + large["control_patients"],
        treated_n + control_n,
    ),
    large_treated=share(large["treated_events"], large["treated_patients"]),
    large_control=share(large["control_events"], large["control_patients"]),
    large_ratio=f"{large['estimate']:.2f} ({large['ci_low']:.2f} to {large['ci_high']:.2f})",
    rescat_treated=int(rescat_row["treated_patients"].iloc[0]),
    rescat_control=int(rescat_row["control_patients"].iloc[0]),
    ards=rounded(ards_main),
    n_ards=ards_main.trials,
)

# %% tags=["hide-input", "slide"]
without_events = pd.concat(
    [randomised[randomised["trial"].isin(main.left_out)], rescat_row],
    ignore_index=True,
)
figures.show(
    figures.forest_of_trials(
        {
            "COVID-19, randomised": main,
            "ARDS without COVID-19, randomised": ards_main,
        },
        alone=without_events,
    ),
    name="forest-of-trials",
)

# %% [markdown]
# ## Fewer deaths in the small trials, no clear difference in the largest
#
# A **risk ratio** of 1 means the same risk with and without cells, 0.5 half the risk. With cells
# {glue:text}`died` patients died, without {glue:text}`died_controls`. All trials together give
# {glue:text}`main`. The numbers in brackets are a 95 % {term}`confidence interval`.
#
# - The interval reaches from {glue:text}`at_best` to {glue:text}`at_worst`.
# - One trial, {glue:text}`large`, has {glue:text}`large_n` patients, {glue:text}`large_share` of all.
#   It was stopped early, because it could no longer reach the gain that it was planned for. It alone
#   gives {glue:text}`large_ratio`, all others together {glue:text}`rest`.
# - The first trials looked better. Those published by {glue:text}`early_year` together gave
#   {glue:text}`early`.
# - Trials differ. One more such trial may find any ratio from {glue:text}`next_trial` (the thin
#   line: the {term}`prediction interval`).
# - In other acute respiratory distress (ARDS), the {glue:text}`n_ards` trials that could be counted
#   give {glue:text}`ards`, which says next to nothing.
#
# ## What the paper says
#
# > However, RCTs have yet to consistently demonstrate a survival benefit. […] Recent meta-analyses
# > indicate that MSC therapy may reduce mortality with low heterogeneity, but larger, high-quality
# > trials are needed to confirm its clinical impact [27].
#
# > All patients survived and were discharged within 3 weeks of randomization, with hospital stays
# > comparable to those of the control group.
#
# (*Discussion* {cite}`tonelli2025`.) The first passage is a fair summary, and the counts above agree with it. The
# second is about the first weeks: the results tell of an MSC patient who died months later
# ([safety](03_safety)).

# %% tags=["remove-cell"]
differences = rescat.pool_trials(randomised, "RD", method="MH")
with_rescat = rescat.pool_trials(
    pd.concat([randomised, rescat_row], ignore_index=True), "RD", method="MH"
)
half_added = rescat.risk_effects(rescat_row).iloc[0]


def points(x):
    return f"{100 * x:+.2f}"


pages.say(
    rd_before=points(differences.estimate),
    rd_after=points(with_rescat.estimate),
    width_before=f"{100 * (differences.ci_high - differences.ci_low):.1f}",
    width_after=f"{100 * (with_rescat.ci_high - with_rescat.ci_low):.1f}",
    weight_rescat=f"{100 * with_rescat.table.set_index('trial').loc['RESCAT', 'weight']:.1f} %",
    half_ratio=f"{half_added['estimate']:.2f} ({half_added['ci_low']:.2f} to "
    f"{half_added['ci_high']:.1f})",
    zero_msc=f"{100 * rescat.upper_bound_of_zero(int(rescat_row['treated_patients'].iloc[0])):.0f} %",
)

# %% [markdown]
# ## No early death in five patients changes nothing
#
# A trial without any death in these weeks has no risk ratio, so it cannot enter the figure above. It has a
# *difference* of risks: zero, with a wide interval.

# %% tags=["hide-input"]
figures.show(
    figures.weight_of_one_trial(differences, with_rescat, "RESCAT"),
    name="what-rescat-adds",
)

# %% [markdown]
# With RESCAT the pooled difference moves from {glue:text}`rd_before` to {glue:text}`rd_after`
# deaths in 100 patients, and the interval from {glue:text}`width_before` to
# {glue:text}`width_after` points wide. Its weight is {glue:text}`weight_rescat`. Five treated
# patients without a death in four weeks are compatible with a true risk of up to {glue:text}`zero_msc`.
#

# %% [markdown]
# ## The result depends on which trials count, and on the method
#
# We made {glue:text}`n_choices` reasonable choices: which trials count, and by which method. The pooled ratios go from
# {glue:text}`lowest` to {glue:text}`highest`. In {glue:text}`n_below_one` of them the interval stays below 1. A reader who
# is shown one of them alone can leave with either message.
#
# ## To settle it takes a trial of many hundreds of patients
#
# If the cells lowered a risk of 40 % by a fifth, {glue:text}`needed` patients would be needed in
# all. All trials of this page together have {glue:text}`n_patients`. RESCAT was planned for {glue:text}`planned`
# patients. The next trial should be blinded, in one kind of patients, with one product, a dose that is printed,
# and all patients followed to a day that is fixed before.

# %% [markdown]
# ## What this does not show
#
# - Counts that could not be read are missing, and they may not be like the others. REALIST
#   (Gorman 2023) says in words that deaths did not differ; its counts are not here.
# - Several counts come from the table of a review, and not from the article.
# - Trials differ in cells, dose, patients, controls and year. The pooled ratio is an average over
#   all that, and not the effect of one product.
# - No risk of bias was judged for each trial here. Blinding and randomisation are as reported.

# %% [markdown]
# ## The details
#
# Below: each choice, serious events, markers in other trials, the size of the next trial, every trial that was looked
# for, and the methods.
#
# ### Each choice, and its pooled result

# %% tags=["hide-input"]
recomputed = rescat.recompute_printed(rescat.load_table("trial_checks"))
doubtful = sorted(
    set(recomputed.loc[recomputed["fits"].eq(""), "trial"])
    & set(covid["trial"])
)
stated = randomised[randomised["horizon_days"].notna()]
blinded = randomised[randomised["blinded"].fillna(False)]


def line(group, what, pooled):
    ends = (pooled.estimate, pooled.ci_low, pooled.ci_high)
    row = dict(zip(("estimate", "ci_low", "ci_high"), ends, strict=True))
    return {
        "group": group,
        "what": f"{what} ({pooled.trials})",
        **row,
        "origin": "evidence",
    }


which, how = "Which trials (how many)", "Which method (how many trials)"
choices = [
    line(which, "randomised: the main analysis", main),
    line(which, "also those not randomised", rescat.pool_trials(covid)),
    line(which, "blinded only", rescat.pool_trials(blinded)),
    line(which, f"without {large['trial']}", rest),
    line(
        which,
        "umbilical cord",
        rescat.pool_trials(
            randomised[randomised["cells"].eq("umbilical cord")]
        ),
    ),
    line(which, "day of the count is known", rescat.pool_trials(stated)),
    line(
        which,
        "without those with a printed figure that differs",
        rescat.pool_trials(randomised[~randomised["trial"].isin(doubtful)]),
    ),
    line(how, "REML, Hartung and Knapp", main),
    line(
        how,
        "the same, never narrower than normal",
        rescat.pool_trials(randomised, interval="wider"),
    ),
    line(
        how, "REML, normal", rescat.pool_trials(randomised, interval="normal")
    ),
    line(
        how, "Mantel and Haenszel", rescat.pool_trials(randomised, method="MH")
    ),
    line(
        how,
        "odds ratio, exact counts",
        rescat.pool_trials(randomised, "OR", method="binomial-normal"),
    ),
]
choices = pd.DataFrame(choices)
figures.show(
    figures.pooled_by_choice(
        choices,
        reference=main.estimate,
        xlabel="Pooled risk ratio of death (last line: odds ratio)",
    ),
    name="pooled-by-choice",
)

# %% tags=["remove-cell"]
left_out = rescat.leave_one_trial_out(randomised)
small = rescat.small_study_effect(randomised)
by_cells = rescat.pool_by(randomised, "cells")
below_one = int((choices["ci_high"] < 1).sum())
pages.say(
    n_choices=len(choices),
    n_below_one=below_one,
    lowest=f"{choices['estimate'].min():.2f}",
    highest=f"{choices['estimate'].max():.2f}",
    least_out=f"{left_out['estimate'].min():.2f}",
    most_out=f"{left_out['estimate'].max():.2f}",
    out_below_one=int((left_out["ci_high"] < 1).sum()),
    tau2=f"{main.tau2:.3f} ({main.tau2_low:.3f} to {main.tau2_high:.2f})",
    i2=f"{100 * main.i2:.0f} %",
    small=f"{small['slope']:.2f} ({small['ci_low']:.2f} to {small['ci_high']:.2f})",
)

# %% [markdown]
# Some programs add half a patient to each group so that a ratio can be computed of a trial without any death. RESCAT would
# then read {glue:text}`half_ratio`: half the risk, out of no death at all, only because the groups have
# five and two patients. We leave such trials out of ratios.

# %% [markdown]
# ### Serious events: too few counts to say anything

# %% tags=["hide-input"]
harms = rescat.trials_near(
    pooled_rows[pooled_rows["population"].eq("COVID-19")],
    "patients with serious events",
    day,
)
harm_rows = pd.concat(
    [
        harms,
        rescat.rescat_as_trial(
            patients, events, "patients with serious events"
        ),
    ],
    ignore_index=True,
)
harm = rescat.pool_trials(harm_rows, interval="wider")
harm_mh = rescat.pool_trials(harm_rows, method="MH")
without_harm = harm_rows[harm_rows["trial"].isin(harm.left_out)]
figures.show(
    figures.forest_of_trials(
        {"COVID-19": harm}, alone=without_harm, what="serious events"
    ),
    name="forest-of-serious-events",
)

# %% tags=["remove-cell"]
pages.say(
    n_harm=harm.trials,
    harm=rounded(harm),
    harm_mh=rounded(harm_mh),
    n_covid_trials=covid["trial"].nunique(),
)

# %% [markdown]
# {glue:text}`n_harm` trials have a patient with a serious event and say in how many patients such
# events were; one is RESCAT, whose events came after discharge. Together they give
# {glue:text}`harm`; by Mantel and Haenszel {glue:text}`harm_mh`. Many reports count *events*, which
# cannot be pooled: one patient can have three.

# %% [markdown]
# ### Outside RESCAT, a fall of CRP has support, and one of IL6 has little

# %% tags=["hide-input", "slide"]
directions = rescat.load_table("marker_directions")
order = rescat.load_table("markers")["marker"]
figures.show(
    figures.directions_of_markers(directions, order),
    name="directions-of-markers",
)

# %% tags=["remove-cell"]
between = directions[directions["compared"].eq("between groups")]
seen = between.groupby("marker")["trial"].nunique()
reviews = rescat.load_table("meta_analyses")
il6 = reviews[reviews["outcome"].eq("IL6")].iloc[0]
crp = reviews[reviews["outcome"].eq("CRP")].iloc[0]
pages.say(
    n_markers_seen=len(seen),
    il6_trials=int(seen.get("IL6", 0)),
    crp_trials=int(seen.get("CRP", 0)),
    il6_review=f"{il6['estimate']:+.2f} ({il6['ci_low']:+.2f} to {il6['ci_high']:+.2f})",
    crp_review=f"{crp['estimate']:+.0f} ({crp['ci_low']:+.0f} to {crp['ci_high']:+.0f})",
)

# %% [markdown]
# A filled sign compares the groups; an open one is before and after, in treated patients alone. Of the
# trials that could be read, {glue:text}`il6_trials` compares IL6 between the groups, and
# {glue:text}`crp_trials` CRP. The open signs say little: IL6 also falls in patients of intensive care who
# get no cells ([chapter 9](09_multiplicity)). Mostly abstracts were read, and abstracts name what
# changed: an empty place is no sign that nothing did.
#
# What size of effect is plausible? A review of cord cells pooled a mean difference of
# {glue:text}`crp_review` in CRP (mg/L, if its unit is the usual one) and of {glue:text}`il6_review`
# in IL6 (pg/mL, likewise). So a fall of CRP has support from outside, and one of IL6 has none in
# that review. Most reports print levels at one day, not slopes; the [chapter on
# multiplicity](09_multiplicity) therefore takes the natural change of a marker as its outside size.

# %% [markdown]
# ### How large must a trial be?

# %% tags=["hide-input"]
control_risk = died_controls / control_n
sizes = pd.DataFrame(
    [
        {
            "control": risk,
            "ratio": ratio,
            "treated": risk * ratio,
            "per_arm": rescat.per_arm_needed(risk, risk * ratio, power=0.9),
        }
        for risk in (0.1, 0.25, 0.4)
        for ratio in (0.7, 0.8, 0.9)
    ]
).assign(origin="evidence")
tables.show_table(
    sizes,
    name="trial-sizes",
    title="Patients for each arm, to see such a difference with a power of 90 %",
    subtitle="Two-sided test at 5 %",
    source="Computed; the controls of the trials above died in "
    f"{share(died_controls, control_n)}",
    labels={
        "control": "Risk without cells",
        "ratio": "True risk ratio",
        "treated": "Risk with cells",
        "per_arm": "Patients for each arm",
    },
    percent={"control": 0, "treated": 1},
    decimals={"ratio": 1, "per_arm": 0},
)

# %% tags=["remove-cell"]
pages.say(
    needed=f"{2 * int(sizes.query('control == 0.4 and ratio == 0.8')['per_arm'].iloc[0]):,}",
    planned=f"{rescat.fact(rescat.load_trial(), 'register_target', 'all ages'):.0f}",
)

# %% [markdown]
# ### Every trial that was looked for
#
# A count enters with its source, its day and its caveat. What could not be read is listed as such: it
# is not known to be zero.

# %% tags=["hide-input"]
unknown = trials["read"].map(
    lambda r: "" if r == "not read" else "not reported"
)
listed = trials.assign(
    horizon_days=trials["horizon_days"]
    .astype("string")
    .where(trials["horizon_days"].notna(), unknown),
    treated_events=trials["treated_events"].astype("string")
    + " / "
    + trials["treated_patients"].astype("string"),
    control_events=trials["control_events"].astype("string")
    + " / "
    + trials["control_patients"].astype("string"),
)
tables.show_table(
    listed[
        [
            "trial",
            "population",
            "outcome",
            "horizon_days",
            "treated_events",
            "control_events",
            "read",
            "note",
            "origin",
        ]
    ],
    name="trials",
    title="Counts of other trials",
    source="The trials' reports; each row of the saved table has its address",
    labels={
        "trial": "Trial",
        "population": "Patients",
        "horizon_days": "Day",
        "treated_events": "With cells",
        "control_events": "Controls",
        "read": "What was read",
    },
)

# %% [markdown]
# ### Dose and schedule beside RESCAT

# %% tags=["hide-input"]
design = trials.drop_duplicates("trial")
design = design[design["infusions"].notna()]
bag = rescat.quantity(rescat.load_manufacturing(), "cells_per_bag", "AT")
lanzoni = design.set_index("trial").loc["Lanzoni 2021", "dose_per_infusion"]
dose = design["dose_per_infusion"].map(
    lambda x: "" if pd.isna(x) else f"{x / 1e6:g}"
)
design = design.assign(
    dose=(dose + " million " + design["dose_unit"].fillna("")).where(
        dose.ne(""), "not read"
    )
)
ours = {
    "trial": "RESCAT",
    "population": "COVID-19",
    "cells": "fat or umbilical cord",
    "infusions": 2,
    "dose": "not reported",
    "severity": "PaO2/FiO2 150 to 300, not intensive care",
    "control": "standard care",
    "patients": int(patients["arm"].isin(["MSC", "CTRL"]).sum()),
    "origin": "published",
}
counted = trials.dropna(subset="treated_patients").drop_duplicates("trial")
counted = counted.set_index("trial")
together = counted["treated_patients"] + counted["control_patients"]
design = design.assign(patients=design["trial"].map(together))
tables.show_table(
    pd.concat([pd.DataFrame([ours]), design], ignore_index=True)[
        [
            "trial",
            "population",
            "patients",
            "cells",
            "infusions",
            "dose",
            "severity",
            "control",
            "origin",
        ]
    ],
    name="doses",
    title="Cells, infusions and dose of other trials, beside RESCAT",
    subtitle="Patients: of both groups, where they could be read",
    source="The trials' reports; RESCAT: its text",
    labels={
        "trial": "Trial",
        "population": "Illness",
        "cells": "Cells from",
        "infusions": "Infusions",
        "dose": "One infusion",
        "severity": "How ill",
        "control": "Controls had",
    },
)

# %% tags=["remove-cell"]
pages.say(bag=f"{bag / 1e6:.0f}", bags_lanzoni=f"{lanzoni / bag:.0f}")

# %% [markdown]
# A bag of RESCAT's cells from fat holds {glue:text}`bag` million, but how many bags made an infusion is not printed (see
# [manufacturing](02_manufacturing)). An infusion of Lanzoni 2021 had as
# many cells as {glue:text}`bags_lanzoni` such bags.
#
# ### Heterogeneity, small trials, and each trial left out
#
# - The variance between trials (of the logarithm of the ratio) is {glue:text}`tau2`, by restricted
#   maximum likelihood, with an interval by the Q profile; I² is {glue:text}`i2`. A wide interval means
#   that these trials cannot tell whether they agree.
# - Small trials: the slope of the effect on its standard error is {glue:text}`small` (Egger). Below
#   zero would mean that smaller trials found larger effects. With so few trials this test finds
#   little, and for ratios it is not fair even without bias: we draw no conclusion from it.
# - Without each trial in turn the ratio goes from {glue:text}`least_out` to {glue:text}`most_out`; in
#   {glue:text}`out_below_one` of these the interval stays below 1.

# %% tags=["hide-input"]
tables.show_table(
    left_out[
        ["what", "trials", "estimate", "ci_low", "ci_high", "p_value", "origin"]
    ],
    name="leave-one-trial-out",
    title="Risk ratio of death without each trial in turn",
    source="Other trials; REML, Hartung and Knapp",
    labels={"what": "Left out", "trials": "Trials", "estimate": "Risk ratio"},
    decimals={"estimate": 2, "ci_low": 2, "ci_high": 2, "p_value": 3},
)

# %% tags=["hide-input"]
tables.show_table(
    years[["what", "trials", "estimate", "ci_low", "ci_high", "origin"]],
    name="by-year",
    title="Risk ratio of death, from all trials published until then",
    source="Other trials; REML, Hartung and Knapp",
    labels={"what": "Until", "trials": "Trials", "estimate": "Risk ratio"},
    decimals={"estimate": 2, "ci_low": 2, "ci_high": 2},
)

# %% tags=["hide-input"]
# A dose that is not by weight is taken for a patient of 80 kg.
per_kg = randomised["dose_per_infusion"] / randomised["dose_unit"].map(
    {"cells": 80, "cells/kg": 1}
)
doses = {True: "dose: up to 1 million per kg", False: "dose: more than that"}
by_dose = rescat.pool_by(
    randomised.assign(dose=(per_kg <= 1e6).map(doses)), "dose"
)
by_cells = pd.concat(
    [by_cells.assign(what="cells: " + by_cells["what"]), by_dose],
    ignore_index=True,
)
tables.show_table(
    by_cells[["what", "trials", "estimate", "ci_low", "ci_high", "origin"]],
    name="by-cells",
    title="Risk ratio of death by the source of the cells, and by the dose of one infusion",
    subtitle="Trials of one kind also differ in patients and blinding. 80 kg for each patient, where the dose is not by weight",
    source="Other trials",
    labels={"what": "Kind", "trials": "Trials", "estimate": "Risk ratio"},
    decimals={"estimate": 2, "ci_low": 2, "ci_high": 2},
)

# %% [markdown]
# ### Published reviews beside ours

# %% tags=["hide-input"]
deaths = reviews[reviews["outcome"].eq("deaths")].sort_values(["year", "name"])
beside = deaths.assign(
    group="Published reviews",
    what=deaths["name"]
    + deaths["horizon"].map(
        lambda when: "" if when == "not stated" else f", {when}"
    )
    + deaths["measure"].map({"RR": "", "OR": " (odds)"}),
)[["group", "what", "estimate", "ci_low", "ci_high", "origin"]]
ours = pd.DataFrame([line("This chapter", "randomised, COVID-19", main)])
figures.show(
    figures.pooled_by_choice(
        pd.concat([ours, beside], ignore_index=True),
        reference=main.estimate,
        xlabel="Risk ratio of death (odds ratio where it says so)",
    ),
    name="published-reviews",
)

# %% [markdown]
# Ours has fewer trials than the largest reviews, because it takes only what could be read with
# numbers of patients. The reviews differ from each other for reasons that can be named: trials that
# were not randomised, cells from the cord alone, other illnesses beside COVID-19, products without
# cells, different days. A ratio at 28 days is further from 1 than one at 90 days: some deaths come
# later.

# %% tags=["hide-input"]
tables.show_table(
    deaths[["name", "trials", "horizon", "note", "origin"]],
    name="reviews",
    title="Published meta-analyses of deaths: what differs from ours",
    source="The reviews; each row of the saved table has its address",
    labels={"name": "Review", "trials": "Studies", "horizon": "When"},
)

# %% [markdown]
# ### Printed numbers of other trials, computed again

# %% tags=["hide-input"]
tables.show_table(
    recomputed.assign(
        printed=recomputed["kind"]
        + " "
        + recomputed["relation"]
        + " "
        + recomputed["printed"].map("{:g}".format),
        fits=recomputed["fits"].replace("", "none of the usual ways"),
        counts=recomputed["treated_events"].astype(str)
        + "/"
        + recomputed["treated_patients"].astype(str)
        + ", "
        + recomputed["control_events"].astype(str)
        + "/"
        + recomputed["control_patients"].astype(str),
    )[
        [
            "trial",
            "about",
            "counts",
            "printed",
            "computed",
            "fits",
            "reason",
            "origin",
        ]
    ],
    name="trial-checks",
    title="Printed numbers of other trials, computed again from their counts",
    subtitle="Computed: Fisher's exact test for P; the percentage, or the ratio of the risks",
    source="The trials' abstracts",
    labels={
        "trial": "Trial",
        "about": "What",
        "counts": "Counts",
        "computed": "Computed",
        "fits": "Printed number is given by",
        "reason": "A reason that may apply",
    },
    decimals={"computed": 3},
)

# %% tags=["remove-cell"]
pages.say(
    n_checked=len(recomputed),
    n_doubtful=int(recomputed["fits"].eq("").sum()),
    n_exact=int(recomputed["fits"].str.contains("Fisher").sum()),
)

# %% [markdown]
# Of {glue:text}`n_checked` printed numbers, {glue:text}`n_doubtful` are given by none of the usual
# ways. That does not make them wrong: the comparison may have been another one than the abstract
# says. Others depend on the test. With small groups a test without a correction gives a smaller *P*
# than an exact one from the same counts, and the exact one is the safer.
#
# ### Methods
#
# Main analysis: randomised trials in COVID-19, deaths at the horizon nearest to 28 days, risk ratio,
# weights of one over the variance with a variance between trials by restricted maximum likelihood,
# interval of Hartung and Knapp. With few trials that agree by chance that interval can be too
# narrow, so the figure also shows it with the normal one as a least width. Nothing is added to a
# trial with a zero by Mantel and Haenszel or by the exact counts; by REML half a patient is added to
# each cell. All are checked against R's metafor to 1e-6.

# %% [markdown] tags=["audit"]
# {{ ledger }}

# %% [markdown] tags=["teaching"]
# ## Common misreadings
#
# - *"The ratio is 0.7, so the cells prevent three of ten deaths."* That is one value in an interval
#   that also holds 1.
# - *"The interval crosses 1, so the cells do nothing."* It also holds a large benefit.
# - *"All five survived, so it works."* Both controls survived these weeks as well, and an
#   MSC patient died months later.
# - *"I² is small, so the trials agree."* With few small trials I² says little; its interval is wide.
# - *"No usual test gives the printed P, so it is false."* Another comparison may have been made.

# %% [markdown] tags=["teaching"]
# ## Exercises
#
# {{ aims }}
#
# The [exercises of this chapter](exercises/11_other_trials.ipynb) have a page and a notebook of their own.

# %% [markdown] tags=["page"]
# ```{notebook-files}
# ```

# %% [markdown] tags=["page"]
# ## Check yourself
#
# ```{quiz} 11_other_trials
# ```
