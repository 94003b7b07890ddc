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
#       **What happened to the patients?** No randomised patient died within four weeks; an MSC
#       patient died {glue:text}`late_months` months later. {glue:text}`any` of {glue:text}`n_msc` had an
#       adverse event, and patient {glue:text}`sae_patient` all {glue:text}`n_sae` serious ones,
#       called unlikely to be related. The {glue:text}`n_ctrl` controls had none. **How sure:** no
#       *related* serious event in {glue:text}`n_msc` allows a true risk of up to
#       {glue:text}`zero_msc`; hardly any test of {glue:text}`n_msc` against {glue:text}`n_ctrl` could
#       show a difference. **What would change it:** many more patients.
#     objectives:
#       - read a table of adverse events and count patients, not only events
#       - tell *serious* from *severe*, and *unlikely* from *unrelated*
#       - >-
#         put an {term}`exact confidence interval` around a proportion, zero included, and say
#         what "0 of 5" does not exclude
#       - >-
#         compare two durations with a {term}`randomisation test`, and name the smallest P value
#         that it could ever give
#       - say how many patients a safety question needs
#     before: '[the cohort](01_cohort)'
#     needs:
#       tables: [patients.csv, events.csv]
#       arms: {MSC: 1, CTRL: 1}
#       values: [days_hfno, days_cot, length_of_stay]
#     estimand: >-
#       Only the comparison of the five {term}`MSC` patients with the two {term}`CTRL` patients
#       is randomised. The ten matched controls were treated in another hospital, unit and period;
#       where they appear beside the others, a difference is an association, not an effect of
#       treatment.
#     ledger:
#       title: 'Safety and clinical course: paper against recomputed'
# ---

# %% [markdown]
# # Safety and clinical course: what happened to the patients?

# %% [markdown] tags=["audit"]
# {{ answer }}

# %% tags=["parameters", "hide-input"]
data_dir = "data"  # folder with patients.csv and events.csv

# %% tags=["hide-input"]
import rescat
from rescat import figures, pages, tables

patients = rescat.load_patients(data_dir, arms=("MSC", "CTRL"))
events = rescat.load_events(data_dir)
trial = rescat.load_trial()
ctcae = rescat.load_ctcae()
sampling_days = rescat.sampling_days(trial)

rescat.banner(patients, ctcae)

# %% tags=["hide-input", "slide"]
course = rescat.clinical_course(patients)
figures.show(
    figures.swimmer(course, patients, events, sampling_days),
    name="clinical-course",
)

# %% [markdown]
# Each bar is a patient, with the days of support: {term}`NIV` is ventilation by mask, {term}`HFNO`
# high-flow oxygen and {term}`COT` conventional oxygen. {term}`MSC` are the treated patients,
# {term}`CTRL` the randomised controls and {term}`mCTRL` the matched ones.
#
# {{ estimand }}
#
# ## What the paper says
#
# > Among MSC patients, incidence of AEs and SAEs was 3 and 3 respectively while there were no AEs
# > and SAEs for CTRL. All SAE occurred in the same patient and were not related to MSC infusion.
#
# > MSC group reached oxygen weaning after 8 (4–13.5) days as compared to 5 (4–6) days of CTRL.
# > Length of hospital stay was 15 (11.5–18.5) days for MSC and 11 (10–12) days for CTRL.
#
# (*Results, allogeneic MSC infusions retain an acceptable safety profile with clinical impact*
# {cite}`tonelli2025`.) AE is an adverse event, SAE a serious one. Of the matched controls no event
# is reported.

# %%
event_table = rescat.event_table(events, patients)

# %% [markdown] tags=["audit"]
# ## One patient had every serious event


# %% tags=["hide-input"]
def risk_in_words(row):
    """A confidence interval; where nobody had the event, its upper limit."""
    if not row.patients:
        return f"up to {100 * row.high:.0f} %"
    return f"{100 * row.low:.1f} to {100 * row.high:.1f} %"


shown = event_table.assign(
    of=[f"{row.patients} of {row.n}" for row in event_table.itertuples()],
    risk=[risk_in_words(row) for row in event_table.itertuples()],
)
tables.show_table(
    shown[["event", "of", "risk", "events", "severity", "relation", "origin"]],
    name="adverse-events",
    title="Adverse events of the MSC patients",
    subtitle="Each patient counted once per row; severity and relation as printed",
    source="Tables 1 and 2 of the paper",
    labels={
        "of": "Patients",
        "risk": "95 % confidence interval of the risk",
        "severity": "Highest severity",
    },
)

# %% tags=["remove-cell"]
n_arm = rescat.count_arms(patients)
found = event_table.set_index("event").to_dict("index")
serious = events[events["category"].eq("SAE")]
pages.say(
    n_msc=n_arm["MSC"],
    n_ctrl=n_arm["CTRL"],
    any=found["Any event"]["patients"],
    n_events=found["Any event"]["events"],
    n_sae=len(serious),
    n_moderate=int(serious["severity"].eq("Moderate").sum()),
    sae_patient=" and ".join(serious["patient_id"].unique()),
)

# %% [markdown]
# One patient can have many events, so clinicians count patients: {glue:text}`n_events` events, in
# {glue:text}`any` of {glue:text}`n_msc`. All {glue:text}`n_sae` SAEs are of patient
# {glue:text}`sae_patient`. The picture at the head of this chapter shows when the events came:
# {glue:text}`n_after` of them after discharge. An event is *serious* by what it led to, such as
# death or a stay in hospital; *severe* says how strong it was.

# %% [markdown] tags=["audit"]
# The serious events are printed as *unlikely* to be related to the infusion, and the rash as
# *probably* related.

# %% [markdown] tags=["audit"]
# ## None in five patients still allows a large risk

# %% tags=["hide-input", "slide"]
proportions = rescat.safety_proportions(events, patients, trial)
figures.show(figures.interval_plot(proportions), name="exact-intervals")

# %% tags=["remove-cell"]
entry = proportions.set_index("label").loc["HFNO or NIV at entry, MSC"]
two_sided = rescat.exact_interval(0, n_arm["MSC"])[1]
pages.say(
    two_sided=f"{100 * two_sided:.0f} %",
    zero_msc=f"{100 * rescat.upper_bound_of_zero(n_arm['MSC']):.0f} %",
    zero_ctrl=f"{100 * rescat.upper_bound_of_zero(n_arm['CTRL']):.0f} %",
    supported=int(entry["patients"]),
)

# %% tags=["remove-cell", "audit"]
late = rescat.load_claims().set_index("claim_id").loc["SAF-08"]
pages.say(late_months=late["printed"])

# %% [markdown]
# The line of each row is the 95 % {term}`confidence interval <exact confidence interval>`: all the
# true risks that would not make the observed number surprising. With so few patients it is wide.
# Where nobody had the event only its upper limit matters: {glue:text}`zero_msc` for none of
# {glue:text}`n_msc`, and {glue:text}`zero_ctrl` for none of {glue:text}`n_ctrl`. If one patient in
# twenty had a serious reaction, {glue:text}`n_msc` patients would show one with a probability of
# only {glue:text}`seen_five`.

# %% tags=["hide-input"]
pages.show_explorable(
    "zero-of-n",
    question="Nobody had the event: how large can the true risk still be?",
    picture=figures.none_of_n(
        rescat.chances_of_none(patients),
        n_arm["MSC"],
        rescat.upper_bound_of_zero(n_arm["MSC"]),
    ),
    fixed="Nobody had the event. All patients have the same true risk, each independently of the "
    "others. The limit is the risk with which none of so many has just the probability that the "
    "confidence leaves out.",
    n=n_arm["MSC"],
    confidence=95,
    two_sided=False,
)

# %% [markdown]
# How many patients without the event bring the limit down to 5 %? Set *Patients* to {glue:text}`n_five`.
# Then choose *Two-sided* for the higher limit that other software prints.

# %% [markdown] tags=["audit"]
# "No serious related event was seen" is true. "The treatment is safe" says more than five patients can.

# %% [markdown] tags=["audit"]
# ## Neither a shorter nor a longer stay was shown

# %% [markdown]
# The mean stay of the MSC patients differed from that of CTRL by {glue:text}`stay_difference` days
# (exact P = {glue:text}`p_any`). With {glue:text}`n_msc` against {glue:text}`n_ctrl` patients
# hardly any result could have been significant: the smallest P value possible is
# {glue:text}`least_any`.

# %% [markdown] tags=["audit"]
# The groups also differed from the start. {glue:text}`supported` of {glue:text}`n_msc` MSC
# patients were on high-flow oxygen or ventilation by mask, and no control was. The paper makes no
# such test and says why: it wished "to prevent overstating the findings".

# %% [markdown]
# ## What this does not show
#
# - It does not show that MSC are unsafe. An event after an infusion need not come from it.
# - It does not show that they are safe. Five patients can't exclude a common serious harm, and no
#   later follow-up than six months was planned.
# - It does not compare adverse events with the matched controls: theirs are not reported.
# - It does not show an effect on oxygen weaning or stay, in either direction.

# %% [markdown]
# ## The details
#
# What *serious*, *severe* and *unlikely* mean, how the confidence intervals are computed, what the
# picture above assumes, oxygenation, the exact test of five against two, and how many patients a
# question of safety needs. Table 2 lists the events and is headed "for MSC patients"; that the two
# controls had none is stated in the text.

# %% [markdown] tags=["audit"]
# The last part sets each statement of the paper beside our figure.

# %% [markdown]
# ### Serious is not severe
#
# {term}`Serious <serious adverse event>` says what an event led to: death, danger to life, admission to
# hospital or a longer stay, lasting disability {cite}`ich1994`. {term}`Severe <severity>` says how
# intense it was.

# %% [markdown] tags=["audit"]
# The paper spells out SAE as "severe adverse event". {glue:text}`n_moderate` of the
# {glue:text}`n_sae` are printed as *moderate*, so the columns fit "serious" and the word is probably a
# slip.

# %% [markdown]
# ### CTCAE does not define every grade for every event
#
# The methods say that events were coded by {term}`CTCAE` version 5.0 {cite}`ctcae5`, a dictionary of
# adverse events with grades from 1 to 5. We do not turn a printed word
# into a grade.

# %%
graded = rescat.severity_against_ctcae(events, ctcae)

# %% tags=["hide-input"]
tables.show_table(
    pages.patient_links(graded).assign(
        defined=graded["defined"]
        .map({True: "yes", False: "no"})
        .fillna("not listed")
    )[
        [
            "patient_id",
            "term",
            "category",
            "severity",
            "usual_grade",
            "grades",
            "defined",
            "origin",
        ]
    ],
    name="ctcae",
    title="Printed severity, and the CTCAE grades of the same term",
    source="Severity: Table 2. Grades: two stored copies of CTCAE 5.0 that agree",
    labels={"term": "Event"},
)

# %% tags=["remove-cell"]
undefined = graded[graded["defined"].eq(False).fillna(False)]
words = undefined["severity"].str.lower() + " " + undefined["term"].str.lower()
pages.say(undefined=" and ".join(words))

# %% [markdown] tags=["audit"]
# For {glue:text}`undefined` CTCAE defines no such grade: both terms start at grade 4,
# life-threatening. The paper never prints a grade, so it may have taken the terms from CTCAE and
# the severity from a scale of three words. It matters for anyone who pools these events with
# others.

# %% [markdown] tags=["audit"]
# ### Unlikely is not unrelated
#
# Table 2 gives the rash as *probably* related and the other five as *unlikely*. The text says that
# these were "not related" and "unrelated". In the usual scales of causality, "unlikely" and "unrelated"
# are two different levels.

# %% [markdown]
# ### None of five has one upper limit here, and a higher one in other software
#
# The intervals are exact (Clopper–Pearson) {cite}`clopper1934`. An interval of 95 % leaves out
# 2.5 % at each end. Where nobody had the event, nothing lies below the observed 0 %, so we leave
# out all 5 % at the upper end {cite}`hanley1983`. That is the one-sided limit,
# {glue:text}`zero_msc` for none of {glue:text}`n_msc`, and the one that this chapter uses. Much
# software prints the two-sided interval for zero too, which ends at {glue:text}`two_sided`: the
# same data, with 2.5 % left out in place of 5 %.

# %% [markdown]
# ### The picture above rests on four assumptions
#
# Table 1 prints *how many* days of each support a patient had, not *which* days. So the picture at
# the head of this chapter assumes that
#
# 1. support starts on the first day that the paper counts (enrolment for RESCAT, admission for the
#    matched controls);
# 2. {term}`HFNO` and {term}`NIV` share their days, the only reading that reproduces the printed weaning
#    times (see [the cohort](01_cohort));
# 3. {term}`COT` comes after them;
# 4. the stay is counted from the same day (its row in Table 1 does not say from when).
#
# The days of the two infusions are not printed and so are not drawn. For the matched controls COT is
# not reported, nor whether they left hospital alive.

# %% tags=["remove-cell"]
too_long = rescat.beyond_stay(patients, "days_hfno")
listed = [
    f"patient {p.patient_id}: {p.support:g} days of HFNO, stay {p.stay:g}"
    for p in too_long.itertuples()
]
last = max(sampling_days)
pages.say(
    n_after=len(rescat.after_discharge(events, patients)),
    too_long="; ".join(listed) or "none",
    last_sample=f"{last:g}",
    home_by_28=rescat.discharged_before(patients, last),
    n_randomised=n_arm["MSC"] + n_arm["CTRL"],
)

# %% [markdown] tags=["audit"]
# ### Every serious event came after discharge

# %% [markdown]
# - {glue:text}`n_after` of the {glue:text}`n_events` events came after discharge.
# - {glue:text}`home_by_28` of {glue:text}`n_randomised` randomised patients were discharged before the
#   last blood sample of day {glue:text}`last_sample`. Whether it was taken is not reported.
# - More days of HFNO than of stay are printed for some patients ({glue:text}`too_long`). One of the two
#   counts may include the first day, and the other not.

# %% [markdown] tags=["audit"]
# ### The table of events does not name a cancer that the text reports
#
# The text tells of a lung cancer, diagnosed two months after discharge in a former smoker of the
# MSC arm who then died. Table 2 does not name a cancer or a death; its "cardiac arrest,
# unresolved" of patient {glue:text}`sae_patient` fits the month. A cancer found later need not
# come from the treatment, but a table of safety should show it.

# %% [markdown] tags=["audit"]
# ### The oxygenation that improved is not printed
#
# > 3 out of 5 patients who received MSC treatment exhibited an early increase in PaO₂/FiO₂
# > following infusion, with all patients showing improved PaO₂/FiO₂ levels from baseline within
# > 14 days (data not shown). […] A similar trend was observed in the control group
#
# (*Discussion*.) Figure 1A of the paper draws the trend, by its legend. We had the text of the
# paper and not its pictures; as numbers, text and tables print only the values at entry. Patients
# who enter a trial because they are ill tend to be better later, with or without treatment
# ({term}`regression to the mean` and natural recovery). An increase in three of five treated
# patients is therefore no sign of an effect unless controls do not show it, and the paper says
# that they did. The value of each patient on each protocol day, with the days of infusion, would
# settle what the text claims.

# %% [markdown] tags=["audit"]
# ### The randomised controls needed less support from the start

# %%
durations = rescat.durations(patients)

# %% tags=["hide-input", "slide"]
figures.show(figures.duration_strips(durations), name="durations")

# %% [markdown] tags=["audit"]
# Both randomised controls were on conventional oxygen from the start; {glue:text}`supported` of
# {glue:text}`n_msc` MSC patients were on HFNO or NIV. Randomisation makes such an imbalance a
# matter of chance, but with {glue:text}`n_randomised` patients chance is large.

# %% [markdown]
# ### So small a trial can hardly give a small P value
#
# A {term}`randomisation test` needs no assumption about distributions {cite}`fisher1935`. It
# asks: if the treatment changed nobody's days, how often would chance alone give a difference as
# large as the observed one? Chance here is the allocation, so we must know which allocations were
# possible. The paper says "2:1" and "central randomization", not more. In order of patient number
# the sequence is {glue:text}`sequence`, which fits blocks of {glue:text}`fits`.

# %%
randomised = patients[patients["arm"].isin(["MSC", "CTRL"])].dropna(
    subset=["length_of_stay", "days_cot"]
)
treated = randomised["arm"].eq("MSC").to_numpy()
fitting = rescat.fitting_blocks(treated, (3, 6))
pages.say(
    sequence=", ".join(randomised["arm"]),
    fits=" and of ".join(map(str, fitting)) or "no size that we tried",
)

# %% [markdown]
# A block is a small group of patients in which the numbers of each arm are fixed: two MSC and one
# CTRL in each three. That a sequence fits proves nothing: other schemes fit as well. The test is
# computed for each scheme that fits, and for a free choice.

# %% [markdown] tags=["audit"]
# Patient numbers seem to follow enrolment: a press report of January 2022 counted four patients
# enrolled and three treated (if it counts both hospitals), as numbers 1 to 4 are.

# %%
schemes = rescat.allocation_schemes(treated, fitting)
outcomes = {
    "Days to oxygen weaning": rescat.oxygen_days(randomised),
    "Length of stay": randomised["length_of_stay"],
}
tests = rescat.allocation_tests(outcomes, treated, schemes)

# %% tags=["hide-input"]
tables.show_table(
    tests.assign(origin=rescat.origin_of(patients)),
    name="randomisation-tests",
    title="MSC against CTRL: difference of means and exact P",
    subtitle="The last column is the smallest P value that any outcome could have given",
    source="Table 1, seven randomised patients",
    labels={"difference": "Difference, days", "p_value": "P (two-sided)"},
    decimals={"difference": 1, "p_value": 3, "smallest_p": 3},
)

# %% tags=["hide-input", "slide"]
stay_tests = tests[tests["outcome"].eq("Length of stay")].set_index("scheme")
free, blocked = stay_tests.iloc[0], stay_tests.iloc[1:]
differences = rescat.allocation_differences(outcomes["Length of stay"], schemes)
differences["origin"] = rescat.origin_of(patients)
figures.show(
    figures.randomisation_distribution(differences, free["difference"]),
    name="randomisation-distribution",
)

# %% tags=["remove-cell"]
least = [
    f"with {scheme}, none below {p:.2f}"
    for scheme, p in blocked["smallest_p"].items()
]
by_hospital = rescat.allocation_tests(
    {"Length of stay": outcomes["Length of stay"]},
    treated,
    {
        str(place): rescat.alone_in_centre(treated, place)
        for place in range(len(treated))
    },
)
low, high = by_hospital["p_value"].agg(["min", "max"])
ends = by_hospital["smallest_p"].agg(["min", "max"])
pages.say(
    p_centre=f"{low:.2f} to {high:.2f}",
    least_centre=f"{ends['min']:.2f} to {ends['max']:.2f}",
    p_any=f"{free['p_value']:.2f}",
    least_any=f"{free['smallest_p']:.3f}",
    least_blocks="; ".join(least) or "no blocks fit",
    stay_difference=f"{free['difference']:+.1f}",
)

# %% [markdown]
# The last column of the table is the lesson: with every choice of patients possible,
# no outcome at all could have given a P value below {glue:text}`least_any`
# ({glue:text}`least_blocks`). A fourth scheme is an allocation by hospital: one of the seven was
# in Vicenza, and which one is not printed. That patient can't be exchanged. Whoever it was, the P
# value is {glue:text}`p_centre`, and the smallest possible one {glue:text}`least_centre`.
# In [chapter 5](05_random_slopes) you can choose the allocation and the blocks yourself.

# %% [markdown] tags=["audit"]
# ### The time after the second infusion is that of the whole stay

# %% [markdown] tags=["audit"]
# > Two MSC infusions were feasible and safe, with all patients discharged on average 15 ± 3.7
# > days postsecond infusion.
#
# (*Abstract*.)

# %% tags=["remove-cell"]
msc_stay = patients.query("arm == 'MSC'")["length_of_stay"]
planned_gap = rescat.fact(trial, "infusion_interval_planned")
pages.say(
    stay_mean=f"{msc_stay.mean():.1f}",
    stay_sd=f"{msc_stay.std():.2f}",
    gap=f"{planned_gap:g}",
    after_gap=f"{msc_stay.mean() - planned_gap:g}",
)

# %% [markdown] tags=["audit"]
# The whole length of stay of the MSC patients in Table 1 has a mean of {glue:text}`stay_mean` and an SD
# of {glue:text}`stay_sd` days. So the printed mean and SD are those of the *whole* stay. The label fits
# only where the second infusion came on the day from which the stay is counted. A press report of 2021
# gives the plan: two infusions {glue:text}`gap` days apart. Then the time from the second infusion to
# discharge averaged at most {glue:text}`after_gap` days. Newspapers of the time, which retell the
# hospital, do not fit the label either. It is probably a slip.

# %% [markdown]
# ### A rare harm needs many more patients

# %%
risks = {"1 %": 0.01, "5 %": 0.05, "10 %": 0.10, "20 %": 0.20}

# %% tags=["hide-input", "slide"]
chances = rescat.chances_of_seeing(patients, risks)
figures.show(
    figures.chance_of_seeing(chances, n_arm["MSC"]), name="chance-of-seeing"
)

# %% tags=["remove-cell"]
at_trial = chances[chances["patients"].eq(n_arm["MSC"])].set_index("risk")
pages.say(
    n_one=int(rescat.patients_needed(0.01)),
    n_five=int(rescat.patients_needed(0.05)),
    seen_five=f"{100 * at_trial.loc['5 %', 'probability']:.0f} %",
    per_arm=rescat.per_arm_needed(0.05, 0.10),
)

# %% [markdown]
# The curves are the probability to see at least one patient with the event. To see one with 95 %
# probability takes {glue:text}`n_five` patients if the risk is 5 %, and {glue:text}`n_one` if it
# is 1 %. To detect a doubling of a risk of 5 % (80 % power, two-sided 5 %) takes
# {glue:text}`per_arm` patients in each arm.

# %% [markdown] tags=["audit"]
# {{ ledger }}

# %% [markdown] tags=["teaching"]
# ## Common misreadings
#
# - *"No serious related event was seen, so the treatment is safe."* With five patients, none seen
#   is compatible with a large risk.
# - *"Severe and serious are the same."* Serious is about what the event led to; severe is how
#   strong it was.
# - *"Unlikely means unrelated."* It is a judgement, here of a data monitor, and it leaves a doubt.
# - *"P is above 0.05, so there is no difference."* With these patients only the most extreme
#   result could have given a P value below 0.05, and with blocks, or by hospital, none.

# %% [markdown] tags=["teaching"]
# ## Exercises
#
# {{ aims }}
#
# The [exercises of this chapter](exercises/03_safety.ipynb) have a page and a notebook of their own.

# %% [markdown] tags=["page"]
# ```{notebook-files}
# ```

# %% [markdown] tags=["page"]
# ## Check yourself
#
# ```{quiz} 03_safety
# ```
