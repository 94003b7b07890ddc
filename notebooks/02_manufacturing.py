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
#       **Were there enough cells, and enough patients?** Cells: yes, if an infusion took at most
#       {glue:text}`at_enough` bags of cells from fat, or {glue:text}`uc_enough` of cells from the
#       cord. Patients: no. {glue:text}`randomised` of {glue:text}`target` planned were randomised,
#       {glue:text}`rate` a month (95 % confidence interval
#       {glue:text}`rate_low` to {glue:text}`rate_high`). **How sure:**
#       the numbers are printed, but the bags in an infusion, and so the dose, are not. **What would
#       change it:** the dose.
#     objectives:
#       - >-
#         say how many bags and patients one {term}`lot` of cells can serve, and which number
#         you must assume to say it
#       - >-
#         check that the composition of a bag adds up, and put its {term}`DMSO` beside an accepted
#         limit
#       - compare a {term}`viability` with the {term}`release criteria` of other products
#       - say why a yield without the number of cells seeded gives no growth rate
#       - put an exact interval around a recruitment rate
#     before: '[the cohort](01_cohort)'
#     needs: only the paper
#     estimand: none
#     ledger:
#       title: 'Manufacturing: paper against recomputed'
# ---

# %% [markdown]
# # Manufacturing and feasibility: were there enough cells, and enough patients?

# %% [markdown] tags=["audit"]
# {{ answer }}

# %% tags=["parameters", "hide-input"]
data_dir = "data"  # folder with patients.csv and events.csv
bags_per_infusion = [1, 2, 5, 10]  # not printed in the paper
infusions_per_patient = 2  # as printed
lots_made = [1, 2, 3, 4]  # lots of cells from one source
body_weights = [50, 60, 80, 100, 120]  # kg; not printed in the paper
cells_seeded = [1e4, 1e5, 1e6, 1e7, 1e8]  # not printed in the paper

# %% tags=["hide-input"]
import numpy as np

import rescat
from rescat import figures, pages, tables

patients = rescat.load_patients(data_dir)
made = rescat.load_manufacturing()
trial = rescat.load_trial()
limits = rescat.load_exposure_limits()
criteria = rescat.load_release_criteria()

rescat.banner(made, criteria, patients)

# %% tags=["hide-input", "slide"]
by_age = rescat.planned_by_age(trial, patients)
figures.show(figures.recruitment_by_age(by_age), name="recruitment")

# %% [markdown]
# The bars compare the ages of the patients who were planned, and of those who were randomised.
#
# ## What the paper says
#
# > From 2.5 grams of adipose tissue, 1.22×10¹⁰ AT-MSCs were obtained in 16 days. Regarding the
# > umbilical cord, a 12-cm fragment yielded 1.12×10⁹ cells after 27 days.
# >
# > The final medicinal product consists of 50×10⁶ allogeneic AT-MSCs, formulated in 25 mL of
# > freezing medium composed of 20 mL saline solution (80%), supplemented with 2.5 mL DMSO (10%)
# > and 2.5 mL Albumin 200g/l (10%).
#
# (*Results, allogeneic MSC intravenous infusions are feasible* {cite}`tonelli2025`.)
# {term}`AT <AT-MSC>` are cells from fat (adipose tissue), {term}`UC <UC-MSC>` from the umbilical
# cord. The paper calls the treatment feasible. Feasible has two sides: enough product for the
# patients, and enough patients for the trial.
#
# ## Most of the planned patients were missing
#
# The trial was registered for {glue:text}`target` patients (EU Clinical Trials Register), and
# {glue:text}`randomised` were randomised, {glue:text}`share`. That is {glue:text}`rate` patients a
# month (95 % confidence interval {glue:text}`rate_low` to {glue:text}`rate_high`); at that rate
# the target would have taken {glue:text}`years` years. The paper says why: the pandemic waned,
# other trials competed, approvals came late, and the exclusion criteria were strict
# (*Discussion*). The mix of ages differs as well: {glue:text}`older` of {glue:text}`randomised`
# was 65 or over, and {glue:text}`planned_older` of {glue:text}`target` were planned. If chance
# alone had filled the places as planned, so few would be seen with a probability of
# {glue:text}`p_older`.
#
# ## Whether the cells were enough depends on a dose that is not printed

# %%
lots = rescat.lot_capacity(made)

# %% tags=["remove-cell"]
filled = lots.set_index(["msc_source", "cells_per_bag"])["bags"].to_dict()
pages.say(
    at_bags=filled["AT", 50_000_000],
    uc_bags=filled["UC", 50_000_000],
    uc_bags_small=filled["UC", 25_000_000],
)

# %%
capacity = rescat.capacity_grid(
    lots, lots_made, bags_per_infusion, infusions_per_patient
)

# %% tags=["hide-input", "slide"]
figures.show(
    figures.capacity_curves(capacity, patients, infusions_per_patient),
    name="lot-capacity",
)

# %% tags=["remove-cell"]
treated = rescat.treated_by_source(patients)
enough = rescat.most_bags_per_infusion(lots, treated, infusions_per_patient)
pages.say(
    per_patient=infusions_per_patient,
    at_enough=enough["AT"],
    uc_enough=enough["UC"],
    at_infusions=treated["AT"] * infusions_per_patient,
    uc_infusions=treated["UC"] * infusions_per_patient,
)

# %% [markdown]
# One {term}`lot` of cells from fat fills {glue:text}`at_bags` bags, one lot from the
# cord {glue:text}`uc_bags` bags of 50 million cells. The curves show how many patients that is. It
# depends on the bags in one infusion, and the paper does not print this number. With
# {glue:text}`per_patient` infusions each, the patients needed {glue:text}`at_infusions` infusions
# of cells from fat and {glue:text}`uc_infusions` of cells from the cord. One lot of each was
# enough if an infusion took at most {glue:text}`at_enough` bags from fat and
# {glue:text}`uc_enough` from the cord. These are high numbers, so production was probably
# sufficient.
#
# ## The DMSO of a bag is far below an accepted limit
#
# Cells are frozen in {term}`DMSO`, which is infused with them. A bag holds {glue:text}`dmso_g` g.
# For a patient of 60 kg that is {glue:text}`dmso_60` times below the amount accepted for a day (1
# g per kg). The limit is custom and not a proof of safety. Both printed viabilities, the share of
# cells alive after thawing, are above what {glue:text}`n_criteria` other products ask for. That
# compares a bag and a study of stability, and says nothing of how lots vary.

# %% [markdown]
# ## What this does not show
#
# - It does not show the dose that any patient received: neither bags per infusion nor cells per kg
#   are printed.
# - It does not show how lots vary. One yield per source is one observation.
# - It does not show potency. A living cell need not act.
# - It does not show that the trial was feasible as planned: the yields as printed could be enough,
#   but most of the patients were missing.

# %% [markdown]
# ## The details
#
# How many bags a lot fills, what a bag contains, DMSO and albumin for each body weight, the
# viabilities beside the {term}`release criteria` of other products, the growth of the cells, the
# rate of recruitment, and each statement of the paper beside our figure. Every manufacturing
# figure of the paper is used as printed. Three that matter are **not printed**: the bags in one
# infusion, the body weights, and the number of cells seeded. We try several values of each.
# In bags of 25 million cells, which the paper prints too, a lot from the cord fills
# {glue:text}`uc_bags_small`. Losses at filling and testing are not printed, so all these numbers of
# bags are the most that is possible.
#
# ### The bag adds up

# %%
bags = rescat.bag_composition(made)

# %% tags=["hide-input"]
tables.show_table(
    bags.assign(
        cells_per_bag=bags["cells_per_bag"] / 1e6,
        cells_per_ml=bags["cells_per_ml"] / 1e6,
        cells_per_ml_diluted=bags["cells_per_ml_diluted"] / 1e6,
    )[
        [
            "msc_source",
            "cells_per_bag",
            "saline_volume",
            "dmso_volume",
            "albumin_volume",
            "volume_sum",
            "share_sum",
            "cells_per_ml",
            "cells_per_ml_diluted",
            "albumin_g",
            "origin",
        ]
    ],
    name="bag-composition",
    title="One bag",
    subtitle="AT: adipose tissue; UC: umbilical cord",
    source="Results, infusions feasible. Only the cord product is diluted 1:1 at thawing",
    labels={"cells_per_bag": "Cells, millions"},
    decimals={
        "cells_per_bag": 0,
        "saline_volume": 0,
        "volume_sum": 0,
        "share_sum": 0,
    },
)

# %% [markdown]
# Volumes and percentages agree with each other. The cord product is diluted 1:1 at
# thawing, so it is more dilute when it is infused. A wash is described only for testing (5 mL of
# saline in one bag), so we assume that all of the DMSO is infused.
#
# ### DMSO and albumin stay far below accepted limits
#
# The US label of a licensed cord-blood product recommends at most 1 g of DMSO per kg of body
# weight and day. A review of MSC products, by authors who work for a maker of such cells, calls 1
# g/kg the amount typically accepted; with premedication it found at most isolated reactions to
# infusions {cite}`niebergallroth2025`. The limit is custom: in a survey of transplant centres no
# guideline for the use of DMSO existed {cite}`windrum2005`.

# %%
exposure = rescat.excipient_exposure(
    made, limits, body_weights, bags_per_infusion
)

# %% tags=["hide-input", "slide"]
figures.show(figures.excipient_curves(exposure), name="excipients")

# %% tags=["remove-cell"]
bag = rescat.excipient_exposure(made, limits, [60, 100], [1])
bag = bag.set_index("weight")
limit = limits.set_index("quantity")["value"]
pages.say(
    dmso_g=f"{bag.loc[60, 'dmso_g']:.2f}",
    dmso_60=f"{1 / bag.loc[60, 'dmso_share_of_limit']:.0f}",
    dmso_100=f"{1 / bag.loc[100, 'dmso_share_of_limit']:.0f}",
    bags_at_limit=rescat.most_bags_per_day(made, limits, weight=60),
    dmso_low=f"{limit['dmso_msc_low']:g}",
    dmso_high=f"{limit['dmso_msc_high']:g}",
    albumin_g=f"{bag.loc[60, 'albumin_g']:g}",
    albumin_60=f"{1 / bag.loc[60, 'albumin_share_of_limit']:.0f}",
)

# %% [markdown]
# For a patient of 100 kg one bag is {glue:text}`dmso_100` times below the limit; a
# patient of 60 kg would stay below it with up to {glue:text}`bags_at_limit` bags in a day. The
# review gives {glue:text}`dmso_low` to {glue:text}`dmso_high` times below the limit for MSC
# products. The albumin of a bag, {glue:text}`albumin_g` g, is {glue:text}`albumin_60` times below
# the daily limit in the US label of a 20 % albumin (60 kg). The thawing solution of the cord
# product adds albumin of unprinted strength.

# %% [markdown]
# ### The printed viabilities meet the criteria of other products
#
# The paper prints two {term}`viabilities <viability>`, both of cells from fat 45 minutes after
# thawing. Its own release criteria are in the supplement, which we could not read.

# %%
margins = rescat.viability_margins(made, criteria)

# %% tags=["hide-input", "slide"]
figures.show(figures.viability_against_criteria(margins), name="viability")

# %% tags=["remove-cell"]
pages.say(
    n_criteria=len(criteria),
    all_pass="both pass" if margins["passes"].all() else "not both pass",
    smallest_margin=f"{margins['margin'].min():.2f}",
)

# %% tags=["hide-input"]
signs = criteria["relation"].replace({">=": "≥"})
required = signs + " " + criteria["viability"].map("{:g} %".format)
tables.show_table(
    criteria.assign(viability=required).drop(columns=["relation", "unit"]),
    name="release-criteria",
    title="Viability required for release elsewhere",
    source="One source per row",
    labels={"viability": "Required"},
)

# %% [markdown]
# Against the {glue:text}`n_criteria` criteria {glue:text}`all_pass`; the smallest margin is
# {glue:text}`smallest_margin` percentage points. One figure comes from one bag and the other from a
# stability study without a printed spread, so neither says how much lots vary. No viability of the cord
# cells is printed. Assays differ too: dye exclusion and flow cytometry do not give the same number.
#
# ### Without the number of cells seeded there is no growth rate
#
# The number of {term}`population doublings <population doubling>` from $N_0$ cells seeded to $N$ cells
# obtained is
#
# $$ \text{doublings} = \log_2 \frac{N}{N_0}, \qquad \text{doubling time} = \frac{\text{days}}{\text{doublings}}. $$
#
# The paper prints $N$ and the days, but not $N_0$. So there is no growth rate, only a curve of what it
# would be.

# %%
starts = np.geomspace(min(cells_seeded), max(cells_seeded), 60)
curves = rescat.growth_curves(made, starts)

# %% tags=["hide-input", "slide"]
figures.show(figures.growth(curves), name="growth")

# %% [markdown]
# At any equal start the curve of the cord lies above that of fat. This compares
# nothing, because the starts were not equal: 2.5 g of fat and 12 cm of cord need not hold the same
# number of cells that grow.
#
# ### Recruitment was not constant

# %%
rate = rescat.recruitment_rate(trial)

# %% tags=["remove-cell"]
r = rate.iloc[0]
pages.say(
    share=f"{100 * r['share']:.1f} %",
    target=int(r["target"]),
    randomised=int(r["randomised"]),
    rate=f"{r['per_month']:.2f}",
    rate_low=f"{r['low']:.2f}",
    rate_high=f"{r['high']:.2f}",
    years=f"{r['months_to_target'] / 12:.1f}",
)
older = by_age[by_age["age_group"].str.startswith("65")]
older = older.set_index("kind")["patients"].to_dict()
pages.say(
    older=older["randomised"],
    planned_older=older["planned"],
    p_older=f"{rescat.chance_of_so_few_older(by_age):.3f}",
)
press = rescat.press_count(trial)
pages.say(
    press_date=f"{press['date']:%d %B %Y}",
    press_enrolled=press["enrolled"],
    press_after=press["after"],
    press_days=press["days"],
    factories=int(rescat.fact(trial, "cell_factories_planned")),
)

# %% [markdown]
# The confidence interval is exact, and assumes that patients came independently of
# each other. To expect this rate in other months assumes a constant one, which the data speak
# against: a press report of {glue:text}`press_date` counted {glue:text}`press_enrolled` patients.
# If that is both hospitals, {glue:text}`press_after` of {glue:text}`randomised` came in the last
# {glue:text}`press_days` days.
#
# The probability {glue:text}`p_older` is that of so few patients of 65 or over, or fewer, if each
# had been of that age with the planned probability.
#
# The funder's page and a press report of 2021 add what the paper does not mention:
# {glue:text}`factories` cell factories were planned, and a comparison of three sources of cells, bone
# marrow among them. The paper names two factories and two sources.

# %% [markdown] tags=["audit"]
# {{ ledger }}

# %% [markdown] tags=["teaching"]
# ## Common misreadings
#
# - *"There were enough cells, so the trial was feasible."* Cells are one side. Most of the patients
#   whom the plan needed were never randomised.
# - *"The cells from fat grew faster than those from the cord."* They gave more cells in fewer days,
#   but nobody printed how many there were at the start.
# - *"Viable means active."* Viability says that a cell lives, not what it does. That is
#   {term}`potency`, and it needs a test of its own.
# - *"Far below the limit of DMSO means without any reaction."* The limit is custom. It says what is
#   accepted, not what is harmless.
# - *"Each lot gives as many cells."* One lot of each source is printed. One value has no spread.

# %% [markdown] tags=["teaching"]
# ## Exercises
#
# {{ aims }}
#
# The [exercises of this chapter](exercises/02_manufacturing.ipynb) have a page and a notebook of
# their own.

# %% [markdown] tags=["page"]
# ```{notebook-files}
# ```

# %% [markdown] tags=["page"]
# ## Check yourself
#
# ```{quiz} 02_manufacturing
# ```
