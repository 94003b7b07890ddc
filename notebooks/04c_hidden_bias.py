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
#       **What can no matching repair?** A cause that was not measured. If severity drove both the
#       choice and the outcome, matching on four variables can leave most of a false difference, and
#       more patients only make it more precise. **How sure:** shown on invented patients, under
#       assumptions that are named. **What would change it:** randomised controls, or severity
#       measured alike in both hospitals.
#     objectives:
#       - >-
#         say what matching on four variables cannot repair, and why more patients do not help
#       - >-
#         compute how much hidden bias a result can bear
#       - >-
#         read {term}`Rosenbaum bounds` and an {term}`E-value`
#     before: '[matching](04_matching)'
#     needs:
#       tables: [patients.csv]
#       arms: {MSC: 1, mCTRL: 1}
#     estimand: >-
#       The {glue:text}`n_matched` matched controls were not randomised. What nobody measured
#       may differ between the groups, and then a difference is an {term}`association`, however
#       alike the measured variables are.
#     ledger: none
# ---

# %% [markdown]
# # Hidden bias: what can no matching repair?

# %% [markdown] tags=["audit"]
# {{ answer }}

# %% tags=["parameters", "hide-input"]
data_dir = "data"  # folder with patients.csv
studies = 150  # invented studies with a severity that nobody measured

# %% tags=["hide-input"]
import pandas as pd

import rescat
from rescat import figures, pages, tables

patients = rescat.load_patients(data_dir)
treated = patients[patients["arm"].eq("MSC")]
pool = rescat.load_table("pool")  # invented studies draw patients like these
evidence = rescat.load_table("hidden_bias")

rescat.banner(patients, evidence, pool)

# %%
assumed = {"gap": 1.0, "correlation": 0.5}
small, _ = rescat.hidden_severity(studies, **assumed)
large, last = rescat.hidden_severity(
    max(studies // 6, 5), treated=50, pool=3000, **assumed
)

# %% tags=["hide-input", "slide"]
estimates = pd.concat(
    {"5 treated, pool of 79": small, "50 treated, pool of 3,000": large},
    names=["size"],
).reset_index("size")
figures.show(figures.estimates_by_analysis(estimates), name="hidden-severity")

# %% tags=["remove-cell"]
pages.say(n_msc=len(treated), n_matched=int(patients["arm"].eq("mCTRL").sum()))

# %% [markdown]
# Each box shows the results of many invented studies, and its point their mean. The true effect,
# the line at 0, is none in all of them.
#
# {{ estimand }}
#
# ```{admonition} Synthetic means synthetic
# :class: warning
# The studies of this chapter are **invented**, and their treatment does nothing. They show how a
# method behaves under our assumptions. They are not evidence about any real patient.
# ```
# ## What the paper says
#
# > […] we did not account for potential confounders, such as variations in pharmacological
# > treatments […]
#
# (*Discussion, limitations* {cite}`tonelli2025`.) A {term}`confounder <confounding>` is a cause of
# both: of who is treated, and of the outcome. The authors name the limit themselves. How much such
# a confounder could do can be computed.
#
# ## Matching repairs only what was measured
#
# In the invented studies one thing is not measured: how severely ill a patient is. The treated
# patients are less ill than the pool (by {glue:text}`gap` standard deviation, SD). Severity lowers
# PaO2/FiO2 (correlation {glue:text}`correlation`) and raises the outcome, so the four matched
# variables carry a part of it.

# %% tags=["remove-cell"]
of_small, of_large = (
    own.groupby("analysis")["estimate"].mean().map("{:.2f}".format)
    for own in (small, large)
)
pages.say(
    gap=f"{assumed['gap']:g}",
    correlation=f"{assumed['correlation']:g}",
    small_none=of_small["nobody matched"],
    small_four=of_small["four variables"],
    small_five=of_small["four and severity"],
    large_four=of_large["four variables"],
    large_five=of_large["four and severity"],
)

# %% [markdown]
# The truth is 0. Without matching the estimate is {glue:text}`small_none` SD on
# average. Matching on the four variables leaves {glue:text}`small_four`. A large study makes the
# estimate precise, not right: {glue:text}`large_four`. Had severity been measured, matching on it
# too would leave {glue:text}`large_five` in the large study. In the small one it would leave
# {glue:text}`small_five`, because among 79 patients too few are like the treated patients in
# everything.
#
# These figures follow from our assumptions. The direction is what matters: controls from intensive
# care are likely to be the more severely ill.
#
# ## So few patients can bear little hidden bias
#
# Suppose that every treated patient is better than both of the matched controls, the best result
# that {glue:text}`n_msc` sets of 1:2 can give. Suppose also that something hidden made one patient
# of a set more likely to be treated than another. If the odds of treatment could differ by
# {glue:text}`gamma_two` times, even this best result is no longer significant (one-sided, 0.05).
# No data are needed to see this. It follows from the number of patients.

# %%
bounds = rescat.rosenbaum_bounds(
    last.assign(value=-last["value"]),
    statistic="aligned_rank",
    gammas=[1, 1.5, 2, 2.5, 3, 4],
)

# %% tags=["remove-cell"]
explained = bounds.loc[bounds["p_high"].gt(0.05), "gamma"]
pages.say(
    p_naive=f"{bounds['p_high'].iloc[0]:.4f}",
    gamma_enough=f"{explained.min():g}" if len(explained) else "more than 4",
    gamma_pairs=f"{rescat.largest_gamma(len(treated), 1):.2f}",
    gamma_two=f"{rescat.largest_gamma(len(treated), 2):.2f}",
)

# %% [markdown]
# ## What this does not show
#
# - That the groups differ in severity. Table 1 prints no score of severity for the matched
#   controls; that is the difficulty.
# - That hidden bias explains a difference. It says how little would be enough in so few sets.
# - How strong a hidden cause really is. The strengths above are assumed.
#
# The biomarkers come next: what changes within a patient, and what differs between groups
# ([random slopes](05_random_slopes)).

# %% [markdown]
# ## The details
#
# How much hidden bias a result can bear ({term}`Rosenbaum bounds` and the {term}`E-value`), with
# two published examples from other fields ([evidence](../evidence.md)). Of the trial this chapter
# uses one number, the {glue:text}`n_msc` treated patients. Exercise 4 of [matching](04_matching)
# and questions of its quiz are about this chapter; [rematching](04b_rematching) asks who else
# could have been chosen.
#
# ### A clear result that hidden bias alone has made
#
# {term}`Rosenbaum bounds` ask how strong a hidden cause must be. Suppose that, because of
# something hidden, one of two patients in a set had up to Γ (gamma) times the odds of being
# treated. What is the largest P value that this allows? Here is the last of the large invented
# studies, in which nothing but hidden severity is at work.


# %% tags=["hide-input"]
def p_words(p):
    """A P value as people print it."""
    return "< 0.0001" if p < 0.0001 else f"{p:.4f}"


tables.show_table(
    bounds.assign(p_low=bounds["p_low"].map(p_words), p_high=bounds["p_high"].map(p_words)),
    name="bounds",
    title="An effect that is not there, and how much hidden bias explains it",
    subtitle=f"One-sided P: are values lower in the MSC patients? {len(last) // 3} sets of 1:2, ranks",
    source="Invented study",
)  # fmt: skip

# %% [markdown]
# Without any hidden bias (Γ = 1) the P value is {glue:text}`p_naive`. With Γ =
# {glue:text}`gamma_enough` it may exceed 0.05.
#
# ### The fewer the sets, the less they bear
#
# For the best possible result, the table gives the Γ with which it is no longer significant
# (one-sided, 0.05). Below 1: not even with randomised sets. {glue:text}`n_msc` sets with one
# control each bear {glue:text}`gamma_pairs`, with two {glue:text}`gamma_two`.

# %% tags=["hide-input"]
sets = [3, 5, 10, 20, 50]
bearable = pd.DataFrame(
    {"sets": sets}
    | {f"1:{k}": [rescat.largest_gamma(n, k) for n in sets] for k in (1, 2, 4)}
)
tables.show_table(
    bearable.assign(origin=rescat.origin_of(patients)),
    name="bearable",
    title="The largest hidden bias (Γ) that the best possible result can bear",
    subtitle="Columns: treated patients to controls in a set",
    source="Arithmetic, no data",
    labels={"sets": "Sets"},
    decimals={"1:1": 2, "1:2": 2, "1:4": 2},
)

# %% [markdown]
# ### A firm result bears far more: smoking and lung cancer
#
# Of {glue:text}`discordant` pairs of a heavy smoker and a nonsmoker in which one of the two died
# of lung cancer, it was the smoker in {glue:text}`smokers` (Hammond 1964, as in
# {cite}`rosenbaum2002`).

# %%
known = evidence.set_index(["example", "quantity"])["value"]
pairs = int(known["smoking", "discordant pairs"])
died = int(known["smoking", "of these the smoker died"])
smoking = rescat.discordant_pairs(pairs, died)
hammond = rescat.rosenbaum_bounds(
    smoking, statistic="binary", gammas=[1, 2, 3, 4, 5, 6]
)

# %% tags=["remove-cell"]
borne = hammond.loc[hammond["p_high"].le(0.05), "gamma"].max()
pages.say(borne=f"{borne:g}")

# %% [markdown]
# This result stays significant (one-sided, 0.05; exact binomial bounds) even if the odds differ by
# {glue:text}`borne` times.

# %% tags=["remove-cell"]
risk, lower = (
    known["infant feeding", quantity]
    for quantity in ("risk ratio", "lower 95 % limit")
)
pages.say(
    discordant=pairs,
    smokers=died,
    risk=f"{risk:g}",
    lower=f"{lower:g}",
    e_risk=f"{rescat.e_value(risk):.2f}",
    e_lower=f"{rescat.e_value(lower):.2f}",
)

# %% [markdown]
# ### The E-value asks the same of a risk ratio
#
# How strongly must something hidden be associated with treatment **and** with the outcome to
# explain it all? Infants who were not breast-fed had {glue:text}`risk` times the risk of death by
# respiratory infection (lower limit of the 95 % confidence interval {glue:text}`lower`)
# {cite}`vanderweele2017`. The E-value is {glue:text}`e_risk`, and {glue:text}`e_lower` for the
# limit, as printed there. It is not a verdict: whether a hidden cause of that strength exists is a
# question about medicine, not arithmetic.

# %% [markdown] tags=["teaching"]
# ## Common misreadings
#
# - *"More patients would remove the hidden bias."* They make the estimate precise. They do not move
#   it towards the truth.
# - *"A large E-value proves that nothing is hidden."* It says how strong a hidden cause would have
#   to be, not that there is none.
# - *"Γ is an effect."* It says how unequal the odds of being treated may have been within a set.

# %% [markdown] tags=["teaching"]
# ## For the course
#
# {{ aims }}
