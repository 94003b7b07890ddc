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
#       **Who was compared with whom?** {glue:text}`n_msc` treated patients with
#       {glue:text}`n_controls` controls. Only {glue:text}`n_ctrl` of these were randomised. The
#       other {glue:text}`n_mctrl` lay in intensive care in another hospital, {glue:text}`gap_days`
#       days or more before the trial began. **How sure:** the paper prints all of this. **What
#       would change it:** little. How many patients were screened, and how the {glue:text}`n_mctrl`
#       were chosen, is not printed.
#     objectives:
#       - >-
#         follow the 17 patients of the paper from recruitment to analysis, and name the steps
#         that are not reported
#       - >-
#         tell a randomised comparison from a matched one, and write down the {term}`estimand`
#         of each
#       - >-
#         recompute a median with {term}`quartiles <quartile>` under nine definitions, and say
#         which ones the paper can have used
#       - find the patients who lie outside the entry criteria of the trial
#     before: '[how to read this book](../how-to-read.md)'
#     needs:
#       tables: [patients.csv, events.csv]
#       arms: {MSC: 3}
#       values: [days_hfno, days_cot, length_of_stay]
#     estimand: >-
#       Only MSC and CTRL were randomised. Where matched controls stand beside them, a difference
#       is an association: hospital, unit, period and the day from which days are counted differ
#       too.
#     ledger:
#       title: 'The cohort: paper against recomputed'
#       before: >-
#         The statements of the paper that this chapter examines, each with its {term}`verdict`.
# ---

# %% [markdown]
# # The cohort: who was studied, and who was compared with whom?

# %% [markdown] tags=["audit"]
# {{ answer }}

# %% tags=["parameters", "hide-input"]
data_dir = "data"  # folder with patients.csv and events.csv

# %% tags=["hide-input"]
import rescat
from rescat import figures, pages, tables

patients = rescat.load_patients(data_dir)
events = rescat.load_events(data_dir)
trial = rescat.load_trial()

rescat.banner(patients, trial)

# %% tags=["hide-input", "slide"]
flow = rescat.participant_flow(patients, events, trial)
figures.show(figures.flow_diagram(flow), name="participant-flow")

# %% [markdown]
# {{ estimand }}
#
# ## What the paper says
#
# > Seventeen patients (MSC = 5, CTRL = 2, mCTRL = 10) were analyzed.
# >
# > At the time of randomization, all patients presented with mild to moderate respiratory failure,
# > with none having a PaO₂/FiO₂ < 100 mmHg.
#
# (Abstract and *Results, study population* {cite}`tonelli2025`.) Three groups stand behind these
# words. The {term}`MSC` patients received stromal cells in the randomised trial RESCAT. The
# {term}`CTRL` patients are its controls. The {term}`mCTRL` patients, the matched controls, were not
# in the trial.

# %% tags=["remove-cell"]
n_arm = rescat.count_arms(patients)
pages.say(
    n_msc=n_arm["MSC"],
    n_ctrl=n_arm["CTRL"],
    n_mctrl=n_arm["mCTRL"],
    n_controls=n_arm["CTRL"] + n_arm["mCTRL"],
    n_randomised=n_arm["MSC"] + n_arm["CTRL"],
    pool=int(rescat.fact(trial, "icu_pool")),
)

# %% [markdown] tags=["audit"]
# ## Most controls were not randomised

# %% [markdown]
# The diagram above shows two ways into one analysis. Of the {glue:text}`n_controls` controls,
# {glue:text}`n_ctrl` were randomised. The other {glue:text}`n_mctrl` come from an intensive care unit
# in Milan. They were chosen afterwards, out of at most {glue:text}`pool` patients
# {cite}`bonetto2022`, because they resembled the MSC patients. A dashed box is a number that the
# paper does not give. How many patients were screened for the trial is one of these, so nobody can
# say how selected the {glue:text}`n_randomised` are.
#
# This makes two comparisons. **MSC against CTRL** is randomised. Chance alone decided who was treated,
# so a difference would be an effect of treatment, or chance. With {glue:text}`n_msc` against
# {glue:text}`n_ctrl` patients almost nothing can be told from chance. **MSC against all controls** is
# larger, and not randomised. A difference there is an association: it goes together with treatment,
# and with everything else that differs.

# %% [markdown] tags=["audit"]
# ## The matched controls were treated before the trial began

# %% tags=["hide-input", "slide"]
periods = rescat.recruitment_periods(trial)
figures.show(
    figures.recruitment_timeline(periods, rescat.approval_dates(trial)),
    name="recruitment-periods",
)

# %% tags=["remove-cell"]
pages.say(gap_days=rescat.days_between_cohorts(periods))

# %% [markdown]
# The bars are the periods in which patients were recruited. They do not touch: at
# least {glue:text}`gap_days` days lie between the last day of the matched controls and the first
# day of the trial. The virus, vaccines, treatment and the wards may have changed in between. This
# is {term}`confounding` by period: treatment and period can't be told apart.
# {term}`Matching <matching>` on age, sex, BMI and oxygenation does not remove it.

# %% [markdown] tags=["audit"]
# ## The groups are alike in what was matched, not in the rest

# %% tags=["hide-input"]
described = rescat.describe_cohort(patients)
first = ["Age, years", "Male", "Body mass index, kg/m²", "PaO2/FiO2, mmHg"]
other = ["High-flow nasal oxygen", "Steroids", "Length of stay, days"]
by_arm = {arm: f"{arm} (n = {n_arm[arm]})" for arm in rescat.ARMS}
tables.show_table(
    described[described["characteristic"].isin(first + other)],
    name="groups-in-short",
    title="The three groups at enrolment (MSC, CTRL) or admission (mCTRL)",
    subtitle="Median (lowest to highest), both values of two patients, or patients/patients with a value",
    source="Recomputed from Table 1 of the paper",
    labels=by_arm,
)

# %% tags=["remove-cell"]
pages.say(
    stay_inside=rescat.against_treated(patients, "length_of_stay")["within"],
    hfno_above=rescat.against_treated(patients, "days_hfno")["above"],
)

# %%
criteria = rescat.entry_criteria(patients, trial)
outside = criteria[criteria["met"].eq(False)]

# %% tags=["remove-cell"]
pages.say(
    n_outside=len(outside),
    outside_ids=" and ".join(outside["patient_id"]) or "none",
)

# %% [markdown]
# A dash means that no value is printed.

# %% [markdown] tags=["audit"]
# Age, sex, BMI and {term}`PaO2/FiO2` were matched, and overlap. The matched controls were
# intensive care patients, all of them on high-flow oxygen ({term}`HFNO`), and
# {glue:text}`hfno_above` of {glue:text}`n_mctrl` had more days of it than any MSC patient. Their
# days count from admission, not from enrolment. {glue:text}`n_outside` of them (patients
# {glue:text}`outside_ids`) had a PaO2/FiO2 below the trial's limit and could not have been
# randomised. Which drugs they received is not reported.

# %% [markdown]
# ## What this does not show
#
# - It does not show whether the randomised patients resemble those who were screened: that number is
#   not reported.
# - It does not show that the groups are alike. Resemblance in four variables says nothing about drugs,
#   ward or period, and little about severity beyond oxygenation ([matching](04_matching) looks closer).
# - A test of "no difference at baseline" would not help, and we make none. With five patients it would
#   miss almost any difference, and the matched controls were chosen to look alike.

# %% [markdown]
# ## The details
#
# The exact question of each comparison, all that Table 1 prints, each patient, what is not
# reported, and how the printed quartiles were computed. The numbers are from Tables 1 and 2, dates
# in the text, and a few facts from elsewhere; the [data dictionary](../data-dictionary.md) says
# where each stands. No programming is needed: the button *Show code*, above, shows how a figure is
# made.

# %% [markdown] tags=["audit"]
# The last part sets each statement of the paper beside our figure.

# %% [markdown] tags=["audit"]
# ### Five against two is fair but tiny, five against twelve is not randomised

# %% [markdown]
# A comparison needs an {term}`estimand`: an exact statement of what is to be estimated.
# {term}`ICH E9(R1)` asks for five attributes {cite}`iche9r1`. The paper does not print an
# estimand; the table is our reading of what each comparison can mean.
#
# | Attribute | Five against two (randomised): length of stay | Five against twelve: biomarkers |
# |---|---|---|
# | Population | Patients who met the entry criteria in two Italian centres, May 2021 to February 2022 | The same five, and twelve controls of whom ten were ICU patients in Milan, November 2020 to February 2021 |
# | Treatment | Two infusions of allogeneic MSC on top of standard care, against standard care without placebo | MSC in the trial, against standard care in the trial or in another hospital, unit and period |
# | Variable | Days from enrolment to discharge | Slope of a biomarker per day, from randomisation (seven patients) or, we assume, ICU admission (ten) |
# | Intercurrent events and strategy | Another drug after enrolment: ignored (treatment policy). Death in hospital: none occurred; it would count as the longest stay (composite) | Discharge before day 28: samples taken until then (while on treatment), unless later ones exist. Another drug: ignored (treatment policy) |
# | Summary | Difference in mean days: an estimate of the effect of treatment, because chance alone decided who was treated; unblinded, and very imprecise | Difference in mean slopes: an **association**. Treatment goes together with centre, period, unit and time origin |
#
# The paper gives tocilizumab (one MSC patient) as 7 days before the infusion, and no day for the
# antibodies against the virus (one CTRL patient). We take both as given at or before enrolment. Then
# they are differences at baseline, not intercurrent events.
#
# No number in this book can turn the second comparison into the first.

# %% [markdown]
# ### All that Table 1 prints, group by group
#
# With two to ten patients per group, the median and the full range say more than a mean.

# %% tags=["hide-input"]
tables.show_table(
    described,
    name="table-one",
    title="Patients at enrolment (MSC, CTRL) or admission (mCTRL)",
    subtitle="Median (lowest to highest), both values of two patients, or patients/patients with a value",
    source="Recomputed from Table 1 of the paper",
    labels=by_arm,
)

# %% [markdown]
# ### Every patient
#
# Seventeen patients fit on one page, so a summary should not be all that you see. The dashed lines are
# the entry criteria of the trial.

# %% tags=["hide-input", "slide"]
columns = ["age", "bmi", "pao2_fio2", "map", "days_hfno", "length_of_stay"]
columns = [c for c in columns if patients[c].notna().any()]
figures.show(
    figures.patient_strips(patients, columns, rescat.entry_limits(trial)),
    name="every-patient",
)

# %% [markdown] tags=["audit"]
# Age, body mass index and mean arterial pressure overlap. The {term}`length of stay` of the matched
# controls reaches much further, although {glue:text}`stay_inside` of {glue:text}`n_mctrl` lie within
# the range of the MSC patients.

# %% [markdown] tags=["audit"]
# ### Some matched controls could not have entered the trial

# %% tags=["hide-input"]
tables.show_table(
    pages.patient_links(outside)[
        ["patient_id", "arm", "criterion", "value", "origin"]
    ],
    name="outside",
    title="Patients outside an entry criterion of the trial",
    source="Table 1; criteria: Methods, patients",
)

# %% [markdown] tags=["audit"]
# The matched controls were not enrolled in the trial, so this breaks no rule. All randomised patients
# meet the three criteria that Table 1 lets us check: age, PaO2/FiO2 and {term}`MEWS`, an early warning
# score.

# %% [markdown] tags=["audit"]
# ### The drugs of the matched controls are not reported

# %% [markdown]
# In the paper "NA" means "not available". We keep three cases apart: a printed value, a printed NA,
# and a row that one part of Table 1 does not have.

# %% tags=["hide-input", "slide"]
figures.show(
    figures.reporting_grid(rescat.reporting_status(data_dir)),
    name="what-is-reported",
)

# %% [markdown] tags=["audit"]
# The grid matters for the comparison: the drugs of the matched controls are unknown, and so are the
# days from diagnosis to their first sample.

# %% [markdown]
# ### With so few patients, nine definitions of a quartile differ
#
# The paper prints a median age of 58.3 years for five patients whose printed ages are whole
# years. Can whole years give 58.3? Not directly: the ages in Table 1 must have lost their
# decimals, by {term}`rounding or truncation <truncation>`.
#
# The quartiles carry more information. Software uses nine definitions of a quartile
# {cite}`hyndman1996`, and with five patients they differ by years. We compute each definition
# twice, from the lowest and from the highest ages that give the quartiles of Table 1. A printed
# quartile between the two results is possible; one outside is not.

# %%
ages = patients.query("arm == 'MSC'")["age"]
printed = rescat.load_claims().set_index("claim_id")["printed"]
printed_age = rescat.parse_printed(printed["COH-09"])
truncated = rescat.compare_quartiles(
    ages, printed_age, rule="truncated", printed_rule="truncated"
)
rounded = rescat.compare_quartiles(ages, printed_age, rule="rounded")

# %% tags=["hide-input"]
tables.show_table(
    truncated[["type", "q1", "median", "q3", "reproduces"]].assign(
        reproduces=truncated["reproduces"].map({True: "yes", False: "no"}),
        origin=rescat.origin_of(patients),
    ),
    name="age-quartiles",
    title="Age of the MSC patients under nine definitions of a quartile",
    subtitle="What ages cut to whole years allow; printed: "
    + printed["COH-09"],
    source="Table 1",
)

# %% tags=["remove-cell"]
second, low, high = rescat.rounded_age_limits(ages, printed_age[1])
with_niv = patients[patients["days_niv"].gt(0)]
beyond = rescat.beyond_stay(with_niv, "days_hfno", "days_niv", "days_cot")
listed = [
    f"patient {p.patient_id}: {p.support:g} days of support in a stay of "
    f"{p.stay:g}"
    for p in beyond.itertuples()
]
pages.say(
    age_types=", ".join(map(str, rescat.fitting_definitions(truncated))),
    age_types_rounded=", ".join(map(str, rescat.fitting_definitions(rounded))),
    second_age=f"{second:.0f}",
    second_low=f"{low:.2f}",
    second_high=f"{high:.2f}",
    too_many="; ".join(listed) or "no patient in these data",
)

# %% [markdown]
# If the ages were cut to whole years, definitions {glue:text}`age_types` give the printed row. If
# they were rounded, it is definitions {glue:text}`age_types_rounded`, and only just: the age
# behind {glue:text}`second_age` must then lie between {glue:text}`second_low` and
# {glue:text}`second_high`.
#
# The durations differ. Table 1 prints whole days, and the text prints halves, so here we allow no
# rounding. The days of high-flow oxygen, {term}`NIV` (by mask) and {term}`COT` (conventional oxygen)
# can add up to more than the stay ({glue:text}`too_many`). Then some of them must be the same days.
# We try three readings with each definition.

# %%
printed_weaning = rescat.parse_printed(printed["SAF-13"])
sweep = rescat.sweep_oxygen_days(patients, printed_weaning, "MSC")

# %% tags=["remove-cell"]
ways = sweep[sweep["reproduces"]]
pages.say(
    weaning_ways="; ".join(
        f"{w.overlap}, by definition {w.type}" for w in ways.itertuples()
    )
    or "none"
)

# %% [markdown]
# What gives the three printed figures of days to weaning: {glue:text}`weaning_ways`. Now all printed
# summaries side by side.

# %% tags=["hide-input", "slide"]
compared = rescat.printed_quartiles(patients, rescat.load_claims())
figures.show(figures.quartile_grid(compared), name="quartile-definitions")

# %% tags=["remove-cell"]
stay_ctrl = compared[compared["summary"].eq("Stay, CTRL")]
defaults = (
    rescat.load_quantile_defaults().groupby("type")["software"].agg(", ".join)
)
pages.say(
    n_ctrl_types=len(rescat.fitting_definitions(stay_ctrl)),
    defaults="; ".join(
        f"definition {kind}: {names}" for kind, names in defaults.items()
    ),
)

# %% [markdown]
# No single definition gives the age row and the two MSC duration rows. Each row is right by its own
# definition, so this is no error in a number. Programs differ in the definition that they use unless
# told otherwise ({glue:text}`defaults`), so two programs, or two people, may have made the summaries;
# the paper names R. With two patients (CTRL), {glue:text}`n_ctrl_types` definitions give the printed
# row: the two values as quartiles, and their mean as median.

# %% [markdown] tags=["audit"]
# {{ ledger }}

# %% [markdown] tags=["teaching"]
# ## Common misreadings
#
# - *"Seventeen patients took part in the trial."* Seven did. The others were taken from another
#   study afterwards.
# - *"The groups do not differ in age, so they are comparable."* Resemblance in what was measured
#   says nothing about what was not: period, ward, drugs.
# - *"NA means none."* It means that the value is not available. A patient without a printed drug
#   may have had it.
# - *"Two different quartiles: one of them is wrong."* Nine definitions are in use. Ask which one.

# %% [markdown] tags=["teaching"]
# ## Exercises
#
# {{ aims }}
#
# The [exercises of this chapter](exercises/01_cohort.ipynb) have a page and a notebook of their own.

# %% [markdown] tags=["page"]
# ```{notebook-files}
# ```

# %% [markdown] tags=["page"]
# ## Check yourself
#
# ```{quiz} 01_cohort
# ```
