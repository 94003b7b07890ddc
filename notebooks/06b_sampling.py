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
#       **Who gave blood on which day?** The paper does not say. With one set of variances its
#       confidence intervals come out only if samples of controls are missing that could have been taken:
#       {glue:text}`missing_controls` of their later ones. Then {glue:text}`carried` of the
#       controls' slope comes from the two randomised controls. **How sure:** a search over assumed
#       samplings. **What would change it:** the number of samples by arm and day.
#     objectives:
#       - read from printed confidence intervals how much each group told
#       - compare samplings with the stays of the patients
#       - say who can have been sampled on which day, and who carries the slope of the controls
#       - judge which scale the printed intervals fit best, and say why that is no proof
#     before: '[cytokines](06_cytokines)'
#     needs: only the paper
#     estimand: none
#     ledger: none
# ---

# %% [markdown]
# # Who was sampled? What the printed intervals say

# %% [markdown] tags=["audit"]
# {{ answer }}

# %% tags=["parameters", "hide-input"]
data_dir = "data"  # folder with patients.csv

# %% tags=["hide-input"]
import numpy as np
import pandas as pd

import rescat
from rescat import figures, pages, tables

slopes = rescat.load_slopes()
patients = rescat.load_patients(data_dir)

rescat.banner(slopes, patients)

# %%
fits = rescat.design_fits(slopes, residual_ratios=[1.0])

# %% tags=["hide-input"]
figures.show(figures.widths_by_design(fits), name="sampling")

# %% [markdown]
# Points: how wide the controls' interval would be, over that of MSC, under sampling plans that we assumed. Band: how wide
# it is printed. A plan fits if its point lies in the band.
#
# ## The controls told less than their number
#
# More patients give a narrower {term}`confidence interval`. Twelve controls should tell more than five treated
# patients: if everybody gave blood on the same days, the controls' {term}`standard error` would be
# {glue:text}`full_ratio` times that of MSC. The printed intervals say otherwise. No plan in which everybody is
# sampled alike has a point in a band ({glue:text}`full_fits` points). So the controls gave less information than their number
# says. Which samples there were is not printed.
#
# ## Half of the matched controls were still in hospital on day 28
#
# Table 1 prints how long everybody stayed: the randomised from enrolment, the matched controls from admission. On day 28
# {glue:text}`randomised_28` of the {glue:text}`n_randomised` randomised patients were in hospital, and
# {glue:text}`historical_28` of the {glue:text}`n_matched` matched controls. So the late
# samples of the randomised are from visits (the methods have visits two and four weeks after the
# treatment). Of the matched controls, half could be sampled to the end without any visit.
#
# ## Samples of controls must be missing
#
# We searched: nobody is sampled after discharge but the randomised who come back, and then samples are left
# out in several ways. Samples that are missing in all arms alike do not help. With one set of variances, the printed widths come out only if
# **samples of controls are missing that could have been taken, while MSC patients have theirs**: {glue:text}`missing_controls` of
# the later samples of all controls, or {glue:text}`missing_historical` of those of the matched ones. The paper does not speak of
# missing samples. The number of samples by arm and day would settle it.
#
# ## Two randomised patients carry much of the controls' slope
#
# Who is sampled late has more weight in a slope. Under the {glue:text}`n_agreeing` plans that agree with the stays and with the
# printed intervals, **{glue:text}`carried` of the controls' slope comes from the two randomised controls**. With all samples it would be two
# twelfths. So the course of two patients may stand for that of twelve.

# %% tags=["remove-cell"]
everybody = fits["design"].str.startswith(("everybody", "one sample"))
agreeing = fits[fits["fits"]].groupby("marker")["design"].unique()
in_all = set.intersection(*(set(d) for d in agreeing))
pages.say(
    full_ratio=f"{fits.loc[everybody, 'expected'].max():.2f}",
    in_all="; ".join(sorted(in_all)) or "none",
    full_fits=int(fits.loc[everybody, "fits"].sum()),
)

# %% [markdown]
# ## What this does not show
#
# - Which samplings there were. Those that agree with the printed intervals are few of many that could be
#   tried, and they rest on one set of variances for both groups.
# - Whether a missing sample has to do with how a patient did. If it has, the slopes are biased.
# - That log10 was used. It is the likelier of two scales, under these assumptions.

# %% [markdown]
# ## The details
#
# Below: the stays, the search, the weight of each arm and day, and which scale the printed intervals fit best.
#
# ### Which plans fit
#
# Sampling plans with a point in each of the three bands: {glue:text}`in_all`.

# %%
stays = rescat.in_hospital(patients)

# %% tags=["hide-input"]
tables.show_table(
    stays.rename(
        columns={c: f"Day {c:g}" for c in stays if isinstance(c, float)}
    ),
    name="in-hospital",
    title="Patients who were in hospital on the planned days of sampling",
    source="Table 1 (length of stay; the day of discharge counts)",
    labels={"arm": "Arm", "patients": "Patients"},
)

# %% tags=["remove-cell"]
by_arm = stays.set_index("arm")
pages.say(
    randomised_28=int(by_arm.loc[["MSC", "CTRL"], 28.0].sum()),
    n_randomised=int(by_arm.loc[["MSC", "CTRL"], "patients"].sum()),
    historical_28=int(by_arm.loc["mCTRL", 28.0]),
    n_matched=int(by_arm.loc["mCTRL", "patients"]),
)

# %% [markdown]
# ### How many samples of controls must be missing

# %%
search = rescat.sampling_search(slopes)
overview = rescat.sampling_overview(slopes)

# %% tags=["hide-input"]
found = search[search["agrees"]].groupby("way")["share"].agg(["min", "max"])
by_way = search.groupby("way", sort=False).agg(
    start_low=("ratio_low", "first"), start_high=("ratio_high", "first")
)
by_way = by_way.join(found).reset_index()
tables.show_table(
    by_way.assign(origin="published"),
    name="sampling-search",
    title="How many later samples must be missing for all three printed widths to come out",
    subtitle="Who is sampled, and of whom samples are missing. Ratio: standard error of the "
    "controls over that of the MSC patients with none missing. Share missing: empty if no share does it",
    source="The printed intervals and the stays of Table 1; one residual SD, one multiplier",
    labels={
        "way": "Sampling: missing are those of",
        "start_low": "Lowest ratio",
        "start_high": "Highest ratio",
        "min": "Share missing, from",
        "max": "Share missing, to",
    },
    decimals={"start_low": 2, "start_high": 2},
    percent={"min": 0, "max": 0},
)

# %% tags=["remove-cell"]
ways = by_way.set_index("way")


def shares(way):
    row = ways.loc[way]
    return f"{100 * row['min']:.0f} to {100 * row['max']:.0f} %"


alike = search[search["way"].str.endswith("all arms")]
agreeing_designs = overview[overview["agrees"]]
alone = overview.set_index("design").loc["by stay: in hospital only"]
pages.say(
    in_hospital_ratio=f"{ways.iloc[0]['start_low']:.2f} to {ways.iloc[0]['start_high']:.2f}",
    back_ratio="{:.2f} to {:.2f}".format(
        *ways.loc[
            "the randomised come back: all arms", ["start_low", "start_high"]
        ]
    ),
    alike_ratio=f"{alike['ratio_low'].min():.2f} to {alike['ratio_high'].max():.2f}",
    alike_agree=int(alike["agrees"].sum()),
    missing_controls=shares("the randomised come back: the controls"),
    missing_historical=shares("the randomised come back: the historical"),
    carried="{:.0f} to {:.0f} %".format(
        100 * agreeing_designs["randomised_low"].min(),
        100 * agreeing_designs["randomised_high"].max(),
    ),
    carried_in_hospital="{:.0f} to {:.0f} %".format(
        100 * alone["randomised_low"], 100 * alone["randomised_high"]
    ),
    n_agreeing=len(agreeing_designs),
)

# %% [markdown]
# Without any visit the ratio would be {glue:text}`in_hospital_ratio`. If the randomised came back for
# every sample it would be {glue:text}`back_ratio`. Neither fits. If samples are missing in all arms
# alike, the ratio stays at {glue:text}`alike_ratio`. A third way that fits: the samples of day 28 of all
# {glue:text}`historical_28` matched controls who were still in hospital are missing. If each group has the
# multiplier of its own *t*, that of the controls is smaller, and more must be missing.
#
# There is another way to such widths: variances that are fitted for each group apart, or a model
# for each group. The paper does not say so, and the random-slope model that it names has one set of
# variances for all. Profile intervals change the widths as well; we did not search them.
#
# ### Who carries the slope of the controls
#
# The table gives the share that the randomised controls carry; the rest is that of the matched ones.

# %% tags=["hide-input"]
tables.show_table(
    overview.drop(columns="agrees"),
    name="sampling-overview",
    title="Assumed samplings beside Table 1, the printed widths, and who carries the slope",
    subtitle="After discharge: samples of historical controls. Missing: of the controls' samples that "
    "could have been taken. Carried: share of the controls' slope that the two randomised "
    "controls carry, for slopes that vary by 0 to 0.1 residual SD per day",
    source="The printed intervals and the stays of Table 1",
    labels={
        "design": "Sampling",
        "after_discharge": "After discharge",
        "missing": "Missing",
        "fits": "Printed widths that fit",
        "randomised_low": "Carried, from",
        "randomised_high": "Carried, to",
    },
    decimals={"after_discharge": 1},
    percent={"missing": 0, "randomised_low": 0, "randomised_high": 0},
)

# %% tags=["hide-input"]
days = [0.0, 3.0, 6.0, 14.0, 28.0]
by_day = []
for name in agreeing_designs["design"]:
    weights = rescat.arm_weights(rescat.DESIGNS[name], sd_slope=0.05)
    part = weights[days] * days  # what a rise from day 0 adds to the slope
    part.columns = [f"Day {day:g}" for day in days]
    by_day.append(pd.concat([weights[["arm", "weight"]], part], axis=1))
    by_day[-1].insert(0, "design", name)
tables.show_table(
    pd.concat(by_day).drop(columns="Day 0").assign(origin="published"),
    name="arm-weights",
    title="What each arm and day adds to the slope of the controls, if the arm rises",
    subtitle="If every patient of an arm rose by one more unit per day, the slope of the controls "
    "would rise by the weight; the days add up to it. Slopes vary by 0.05 residual SD per day",
    source="The samplings that agree with Table 1 and with the printed widths",
    labels={"design": "Sampling", "arm": "Arm", "weight": "Weight"},
    decimals=dict.fromkeys(
        ["weight", *(f"Day {day:g}" for day in days[1:])], 2
    ),
)

# %% [markdown]
# Without any visit it would be {glue:text}`carried_in_hospital`.

# %% [markdown]
# ### The scale: log10 fits better than the natural logarithm
#
# The standard errors also speak of the scale. If patients do not differ in slope, each of them
# gives the largest residual SD (the scatter of a patient's values about the own line) that it allows.

# %% tags=["hide-input"]
residual = rescat.implied_residual_sd(slopes)
full = residual[residual["design"].eq("everybody on all five days")]
tables.show_table(
    full[
        ["marker", "term", "sd_low", "sd_high", "scale", "sd_within", "share"]
    ].assign(origin="evidence"),
    name="residual-sd",
    title="The largest residual SD that the printed intervals allow, and SDs within patients elsewhere",
    subtitle="If everybody was sampled on all five days, the intervals are 1.96 standard errors either side (z), and "
    "one residual SD holds for both groups. A share far below 1 says: too little scatter for this "
    "scale, unless the values scattered less than elsewhere",
    source="The printed intervals, and published studies (NFL: an assumption)",
    decimals={"sd_low": 2, "sd_high": 2, "sd_within": 2, "share": 2},
)

# %% tags=["remove-cell"]
shares = full[full["term"].eq("treated")].set_index(["marker", "scale"])[
    "share"
]
pages.say(
    **{f"share_{s}_{m}": f"{share:.2f}" for (m, s), share in shares.items()}
)

# %% [markdown]
# One residual SD holds for all, so that the MSC patients decide: their intervals leave less room. On log10
# they leave room for {glue:text}`share_log10_IL1RA` (IL1RA) and {glue:text}`share_log10_IL18` (IL18)
# of the scatter that others found; with the natural logarithm for {glue:text}`share_ln_IL1RA` and
# {glue:text}`share_ln_IL18`. None of them fits in full, and log10 is nearer. For NFL the table does
# not decide. That is why we take log10. It is an inference between two scales, and no proof. What it changes: the printed slope
# of IL1RA with MSC, {glue:text}`il1ra_slope` per day, is {glue:text}`il1ra_log10` in 28 days on log10, and
# {glue:text}`il1ra_ln` with the natural logarithm.

# %% tags=["remove-cell"]
levels = rescat.load_table("markers").set_index("marker")
expected = levels["sd_within"] / np.hypot(
    levels["sd_between"], levels["sd_within"]
)
in_sd = full[full["term"].eq("treated") & full["scale"].eq("log10")]
in_sd = in_sd.set_index("marker")["sd_high"]
il1ra = slopes.set_index(["marker", "term"]).loc[("IL1RA", "treated")]
pages.say(
    il1ra_slope=f"{il1ra['slope']:.3f}",
    il1ra_log10=rescat.fold_in_words(il1ra),
    il1ra_ln=rescat.fold_in_words(il1ra, scale="ln"),
    **{f"z_{m}": f"{sd:.2f}" for m, sd in in_sd.items()},
    **{f"share_z_{m}": f"{sd / expected[m]:.2f}" for m, sd in in_sd.items()},
)

# %% [markdown]
# A third scale is possible: **SD units**, the {term}`z scores <z score>` of the logarithms, which are
# natural for a heat map of many markers (Figure 2A). There a residual SD lies between 0 and about 1.
# The intervals of MSC allow {glue:text}`z_IL1RA` (IL1RA), {glue:text}`z_IL18` (IL18) and
# {glue:text}`z_NFL` (NFL) at most: {glue:text}`share_z_IL1RA`, {glue:text}`share_z_IL18` and
# {glue:text}`share_z_NFL` of the scatter that the evidence gives in these units. That is less than on
# log10; but assays differ, and it is no reason to exclude such a scale. If it is the right scale, "so many times as high"
# can't be computed from what is printed.

# %% [markdown] tags=["teaching"]
# ## For the course
#
# {{ aims }}
