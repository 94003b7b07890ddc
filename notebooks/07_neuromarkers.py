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
#     objectives:
#       - >-
#         read the result for NFL with its limits, from the {term}`random-slope <random slope>`
#         model of the markers of nerve injury
#       - >-
#         compute a ratio of concentrations on a given day from a slope, and hold it against the
#         text
#       - >-
#         say what a straight line makes of a {term}`transient`, and why that depends on who was
#         sampled when
#       - name a rival explanation for a rise of NFL in patients of intensive care
#     before: '[random slopes](05_random_slopes)'
#     minutes: 45
#     needs:
#       tables: [biomarkers.csv]
#       kind: neuro
#     estimand: >-
#       {glue:text}`n_historical` of the {glue:text}`n_control` controls of the trial were not
#       randomised. They were patients of an intensive care unit; of the others the paper says
#       semi-intensive or intensive. A difference of slopes is an {term}`association`, not an
#       effect of treatment.
#     ledger:
#       title: 'Neuro-markers: paper against recomputed'
# ---

# %% [markdown]
# # Neuro-markers: was the brain spared, or was the line too straight?
#
# {{ head }}

# %% tags=["parameters", "hide-input"]
data_dir = "data"  # folder with biomarkers.csv and patients.csv
scale = "log10"  # logarithm of the concentrations: log10 or ln
below_limit = "half"  # a value below detection: limit, half, root2 or drop

# %% tags=["hide-input"]
import warnings

import numpy as np
import pandas as pd
import statsmodels.formula.api as smf
from IPython.display import HTML

import rescat
from rescat import figures, pages, tables

biomarkers = rescat.load_biomarkers(data_dir)
kinds = rescat.load_table("markers").set_index("marker")["kind"]
slopes = rescat.load_slopes()

rescat.banner(biomarkers, slopes)

# %% tags=["remove-cell"]
arms = biomarkers.drop_duplicates("patient_id")["arm"].value_counts()
arms = arms.reindex(["MSC", "CTRL", "mCTRL"], fill_value=0)
pages.say(
    n_historical=int(arms["mCTRL"]), n_control=int(arms["CTRL"] + arms["mCTRL"])
)

# %% [markdown]
# {{ estimand }}
#
# ```{admonition} Synthetic means synthetic
# :class: warning
# The patients' values are not public. Unless you gave your own data, this chapter runs on the
# **twin**: invented patients, made so that their fits agree with what the paper prints. What the
# twin shows beyond that is **not evidence** about anybody.
# ```
#
# ## What the paper says
#
# > By analyzing plasma levels of brain and astrocytic/BBB damage biomarkers, we observed a steep
# > increase overtime of NFL in CTRL patients (P < 0.001). Of note, MSC treatment abolished the NFL
# > temporal rise, leading to a significantly different slope compared to CTRL patients (slope
# > 0.002 [-0.012 – 0.015] versus 0.029 CI [0.016 – 0.041], P = 0.012).
#
# > Trajectories of the neuronal biomarkers TAU, UCHL-1, the astrocytic/BBB biomarkers GFAP, and
# > MMP9 and their associated pro-survival growth factors (BDNF, NGF-beta and PDGF-AB) did not show
# > significant differences between groups.
#
# (*Results* {cite}`tonelli2025`.) And in the discussion:
#
# > In our study, while NFL levels appeared to align between the MSC and control groups by day 28,
# > a notable divergence was observed at day 14, suggesting a potential early effect of MSC therapy
# > on neurological injury markers. This transient difference may reflect the short-term paracrine
# > activity of MSCs.
#
# The results describe two straight lines that move apart for 28 days. The discussion describes
# curves that part and meet again. Can both be true?
#
# ## The data

# %%
fitted = rescat.fit_markers(biomarkers, scale=scale, rule=below_limit)
neuro = [m for m in fitted.markers if kinds.get(m) == "neuro"]
main = "NFL" if "NFL" in neuro else neuro[0]
one = fitted.samples_of(main)
fitted[main].sampling

# %% tags=["hide-input"]
focus = [m for m in ("NFL", "GFAP", "TAU", "BDNF") if m in neuro] or neuro[:4]
figures.show(
    figures.trajectories_of_markers(
        fitted.only(focus), f"{scale} concentration"
    ),
    name="neuro-trajectories",
)

# %% [markdown]
# ## One marker with statsmodels

# %%
scaled = one.assign(
    weeks4=one["day"].astype(float) / 28, treated=one["treated"].astype(int)
)
model = smf.mixedlm(
    "value ~ weeks4 * treated",
    scaled,
    groups="patient_id",
    re_formula="~weeks4",
)
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    by_statsmodels = model.fit(reml=True, method="lbfgs")
HTML(by_statsmodels.summary().tables[1].to_html(border=0))

# %% tags=["hide-input"]
print("statsmodels says:", *{str(w.message) for w in said} or {"nothing"})

# %% [markdown]
# With degrees of freedom for few patients, per day:

# %%
fit = rescat.fit_slopes(one)
fit

# %% [markdown]
# ## All neuro-markers and growth factors

# %%
panel = fitted.only(neuro).table

# %% tags=["hide-input"]
figures.show(figures.slope_heat_map(panel, "neuro-marker"), name="neuro-slopes")

# %% tags=["hide-input"]
differences = panel[panel["term"].eq("difference")]
figures.show(figures.difference_forest(panel), name="neuro-differences")

# %%
tests = rescat.panel_tests(fitted.samples, neuro)

# %% tags=["hide-input"]
pages.tests_table(tests, name="neuro-tests")

# %% [markdown]
# ## One patient out, and other choices

# %%
without = rescat.leave_one_out(one)

# %% tags=["hide-input"]
figures.show(
    figures.leave_one_out_forest(without, fitted[main], main),
    name="neuro-leave-one-out",
)

# %%
patients, absent = rescat.patients_beside(one, data_dir)
pages.choices(
    main,
    None if absent else rescat.sensitivity(one, patients, fit=fitted[main]),
    absent,
)

# %% [markdown] tags=["audit"]
# Over thirty twins of the same print:

# %% tags=["hide-input", "audit"]
ensemble = rescat.load_table("ensemble").query("marker == 'NFL'")
figures.show(
    figures.ranges_over_twins(
        ensemble,
        figures.TWIN_TESTS | figures.TWIN_CHOICES,
        "of the NFL difference by several tests, and under other choices of "
        "patients, controls and time",
    ),
    name="nfl-twin-ranges",
)

# %% [markdown] tags=["audit"]
# These are ranges over invented data, and **not evidence about any patient**.
#
# ## What the printed lines say of day 14 and day 28
#
# Two lines with different slopes that start together never meet again. The printed slopes say how
# far apart they are, without any patient's data. The scale of the values is not printed, so we
# show two.

# %% tags=["audit"]
days = np.arange(0, 29)
ratios = rescat.implied_ratios(slopes, "NFL", days=days)
together = ratios[ratios["together_on"].eq(0)]

# %% tags=["hide-input", "audit", "slide"]
figures.show(figures.ratios_between_lines(together, "NFL"), name="nfl-ratios")

# %% tags=["remove-cell", "audit"]
at = together.set_index(["scale", "day"])
apart = ratios.set_index(["scale", "together_on", "day"])["ratio"]
pages.say(
    start_log10=f"{1 / apart['log10', 28, 0]:.1f}",
    **{
        f"ratio_{s}_{d}": f"{r['ratio']:.1f} ({r['ratio_low']:.1f} to {r['ratio_high']:.1f})"
        for (s, d), r in at.iterrows()
        if d in (14, 28)
    },
)

# %% [markdown] tags=["audit"]
# On a log10 scale the controls' line is {glue:text}`ratio_log10_14` times that of MSC on day 14 and
# {glue:text}`ratio_log10_28` times on day 28; with the natural logarithm {glue:text}`ratio_ln_14`
# and {glue:text}`ratio_ln_28`. The lines are **furthest apart on day 28**, where the text says that the
# groups align. For lines that meet on day 28 the controls would have to *start* at
# {glue:text}`start_log10` times less than MSC.
#
# So the lines and the discussion do not describe the same course. Both can still come from the same
# data, if the true courses are curves.
#
# ## What a line makes of a transient
#
# Suppose that the treated do not change, and that the controls rise to day 14 and are back on day
# 28. Which straight lines does the model fit? That depends on **who was sampled when**.

# %% tags=["audit"]
needed = rescat.transient_needed(slopes, "NFL", sd_slopes=[0.05])

# %% tags=["hide-input", "audit"]
agreeing = rescat.sampling_overview(slopes).query("agrees")["design"]
compared = [
    "everybody on all five days",
    "all controls to day 14",
    "by stay: in hospital only",
    *agreeing,
]
few = needed[needed["design"].isin(compared)]
times = few["ratio_log10"].map(
    lambda x: f"{x:.1f}" if x < 1000 else "more than 1,000"
)
tables.show_table(
    few[["design", "slope_per_unit", "needed", "origin"]].assign(times=times),
    name="transient-needed",
    title="How large a transient must be on day 14 to print the NFL difference of slopes",
    subtitle="Slopes vary between patients by 0.05 residual SD per day. The last rows are samplings "
    "that agree with the stays of Table 1 and with the printed widths (chapter 6)",
    source="The printed slopes, and samplings that are assumed",
    decimals={"slope_per_unit": 4, "needed": 2},
)

# %% tags=["hide-input", "audit", "slide"]
curves = {"control": rescat.tent(), "treated": np.zeros(5)}
means = pd.DataFrame(
    [
        (g, d, v)
        for g, c in curves.items()
        for d, v in zip((0, 3, 6, 14, 28), c, strict=True)
    ],
    columns=["group", "day", "value"],
)
chosen = {
    "all five days": "everybody on all five days",
    "in hospital only": "by stay: in hospital only",
    "historical to day 14": "by stay: the historical to day 14",
}
lines = rescat.fitted_lines(
    curves, chosen, sd_slope=0.05, sd_intercept=1.25
).assign(origin="synthetic")
figures.show(
    figures.lines_over_a_transient(lines, means), name="transient-lines"
)

# %% [markdown] tags=["audit"]
# With everybody sampled on all five days the rise and the fall almost cancel, and the line shows
# little of them. If few controls were sampled on day 28, the line sees the rise and not the return:
# it goes on rising to a day on which hardly anybody was seen. **A line that steep does not tell us
# that NFL was high on day 28.**
#
# Table 1 had {glue:text}`historical_28` of {glue:text}`n_matched` historical controls still in hospital on
# day 28. If none of them was sampled on that day, a difference of {glue:text}`needed_without` times on
# day 14 is enough. If they were, in the numbers that agree with the printed widths, it takes
# {glue:text}`needed_with` times.
#
# ## Two twins, one print
#
# The left twin was made with straight lines. The right twin was made with a transient: its groups
# part until day 14 and are together on day 28. For this none of its historical controls has a sample
# of day 28, although half of them were in hospital, and some miss earlier ones. Both return every
# printed slope, limit and P value of NFL. But the left twin, which is that of the rest of the book,
# does not align on day 28: the mean of its controls is then {glue:text}`twin_28` times that of MSC.

# %% tags=["audit"]
line_twin = rescat.one_marker(
    rescat.to_scale(rescat.load_biomarkers("data")), "NFL"
)
transient_twin = rescat.to_scale(rescat.load_table("nfl_transient"))
transient_twin["treated"] = transient_twin["arm"].eq("MSC")
twins = {
    name: (samples, rescat.fit_slopes(samples))
    for name, samples in (
        ("straight lines", line_twin),
        ("a transient", transient_twin),
    )
}
both = pd.concat(
    [fit.table.assign(twin=name) for name, (_, fit) in twins.items()]
)
both[["twin", "slope", "ci_low", "ci_high", "p_value"]].round(3)

# %% tags=["remove-cell", "audit"]
means = line_twin.groupby(["day", "treated"])["value"].mean().unstack()
stays = rescat.in_hospital(rescat.load_patients()).set_index("arm").loc["mCTRL"]
of_agreeing = few[few["design"].isin(agreeing)]
without = of_agreeing["design"].str.contains("to day 14")
with_late, without_late = (
    "{:.0f} to {:.0f}".format(*own["ratio_log10"].agg(["min", "max"]))
    for own in (of_agreeing[~without], of_agreeing[without])
)
pages.say(
    historical_28=int(stays[28.0]),
    n_matched=int(stays["patients"]),
    needed_with=with_late,
    needed_without=without_late,
    twin_28=f"{10 ** (means.loc[28, False] - means.loc[28, True]):.1f}",
)

# %% tags=["hide-input", "audit"]
figures.show(figures.two_twins(twins, "NFL"), name="nfl-two-twins")

# %% [markdown] tags=["audit"]
# So the printed figures cannot tell a lasting difference from a transient one, and they cannot tell
# either from chance. The values of days 14 and 28, by arm, would.
#
# ## A rival explanation: the stay in intensive care
#
# All ten historical controls were patients of an {term}`ICU`; none of the MSC patients needed one
# (*Discussion*). What do other studies say about NFL there?

# %% tags=["hide-input", "audit"]
icu = rescat.load_table("icu_and_nfl")
tables.show_table(
    icu,
    name="icu-nfl",
    title="NFL and intensive care in other studies",
    source="data/evidence/icu_and_nfl.csv",
    labels={column: column.capitalize() for column in icu},
)

# %% [markdown] tags=["audit"]
# A tenfold rise over the stay is a slope: log10 of 10, divided by the days. Table 1 prints the stay
# of each historical control.

# %% tags=["audit"]
stay = rescat.load_patients().query("arm == 'mCTRL'")["length_of_stay"]
fold = icu.loc[icu["unit"].eq("times"), "value"].item()
by_icu = np.log10(fold) / stay.agg(["max", "median", "min"])
by_icu.round(3)

# %% tags=["hide-input", "audit"]
printed = slopes[slopes["marker"].eq("NFL") & slopes["slope"].notna()]
by_arm = rescat.slopes_of_arms(line_twin)
rows = pd.concat(
    [
        printed.assign(arm="", label=printed["term"] + ", as printed"),
        by_arm.assign(label=by_arm["arm"] + ", twin"),
    ]
).assign(origin="synthetic")
figures.show(
    figures.slopes_by_arm(
        rows, (by_icu["max"], by_icu["median"], by_icu["min"]), "NFL"
    ),
    name="nfl-by-arm",
)

# %% tags=["remove-cell", "audit"]
nfl = printed.set_index("term").loc["control"]
control_arms = ensemble["control_arms"]
pages.say(
    control_arms=f"{control_arms.min():.3f} to {control_arms.max():.3f}",
    control_slope=f"{nfl['slope']:.3f} ({nfl['ci_low']:.3f} to {nfl['ci_high']:.3f})",
    icu_slope=f"{by_icu['median']:.3f}",
    stay_median=f"{stay.median():g}",
    icu_range=f"{by_icu['max']:.3f} to {by_icu['min']:.3f}",
)

# %% [markdown] tags=["audit"]
# For the median stay of {glue:text}`stay_median` days a tenfold rise gives {glue:text}`icu_slope`
# per day ({glue:text}`icu_range` over the stays), and the printed slope of the controls is
# {glue:text}`control_slope`. **A rise like the one that others found in intensive care would be
# enough to explain that of the controls.** That does not prove that it was the cause. The stay is
# that of Table 1, and it may count other days than those in intensive care.
#
# Could the data tell? Only the two randomised controls were neither treated nor in that ICU. Over
# the twins the *P* value of CTRL against mCTRL goes from {glue:text}`control_arms`: two patients
# cannot tell a difference between hospitals from none.

# %% [markdown] tags=["audit"]
# {{ ledger }}

# %% [markdown]
# ## What this does not show
#
# - Whether MSC protect the brain. Controls and treated differ in hospital, unit and period, and NFL
#   also rises with age, with poor kidney function and in nerves outside the brain.
# - That the course was a transient, or that it was not. The printed figures fit both.
# - Anything about a real patient: the values are invented, unless they are yours.

# %% [markdown] tags=["teaching"]
# ## Common misreadings
#
# - *"NFL did not rise with MSC, so MSC protected the brain."* Most controls were
#   patients of intensive care, where others also saw NFL rise. NFL also comes from nerves outside
#   the brain.
# - *"The line is high on day 28, so NFL was high on day 28."* A line is also drawn over days on
#   which hardly anybody was sampled.
# - *"A slope of a few hundredths per day is small."* It is a logarithm. Over four weeks it is a
#   large ratio.
# - *"The lines part, so the groups did not align on day 28."* A transient can print the same lines.
# - *"A rival explanation shows that the paper is wrong."* It shows that these data cannot choose
#   between the two.

# %% [markdown] tags=["teaching"]
# ## Exercises
#
# The [exercises of this chapter](exercises/07_neuromarkers.ipynb) have a page and a notebook of their own.

# %% [markdown] tags=["page"]
# ```{notebook-files}
# ```

# %% [markdown] tags=["page"]
# ## Check yourself
#
# ```{quiz} 07_neuromarkers
# ```
