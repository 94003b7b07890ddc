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
#       arms: [MSC, mCTRL]
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

# %% [markdown]
# Exercise 4 of [matching](04_matching) is about this chapter, and so are questions of its quiz.
# [Rematching](04b_rematching) asks who else could have been chosen.

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
# {{ estimand }}
#
# ```{admonition} Synthetic means synthetic
# :class: warning
# The studies of this chapter are **invented**, and their treatment does nothing. They show how a
# method behaves under our assumptions. They are not evidence about any real patient.
# ```
#
# ## What the paper says
#
# > […] we did not account for potential confounders, such as variations in pharmacological
# > treatments […]
#
# (*Discussion, limitations* {cite}`tonelli2025`.) The authors name the limit themselves. How much
# such a confounder could do can be computed.
#
# ## The data
#
# Of the trial this chapter uses one number, the {glue:text}`n_msc` treated patients. Two published
# examples come from other fields ([evidence](../evidence.md)).

# %% [markdown]
# ## A severity that nobody measured
#
# The picture at the head of this chapter shows studies that we invent, in which treatment has **no effect**. One thing is not measured: how severely
# ill a patient is. The treated are less ill than the pool (by {glue:text}`gap` SD). Severity lowers
# PaO2/FiO2 (correlation {glue:text}`correlation`) and raises the outcome. So the four variables
# carry a part of it.

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
# The truth is 0. Without matching the estimate is {glue:text}`small_none` SD on average. Matching
# on the four variables leaves {glue:text}`small_four`. A large study makes the estimate precise,
# not right: {glue:text}`large_four`. If severity had been measured, matching on it too would leave
# {glue:text}`large_five` in the large study; in the small one {glue:text}`small_five`, because
# among 79 patients there are too few who are like the treated in everything.
#
# These figures follow from our assumptions. The direction is what matters: controls from intensive
# care are likely to be the more severely ill.

# %% [markdown]
# ## How much hidden bias can a result bear?
#
# {term}`Rosenbaum bounds` turn the question round. Suppose that, because of something hidden, one
# of two patients in a set had up to Γ times the odds of being treated. What is the largest P value
# that this allows? Here is the last of the large studies above, in which nothing but hidden
# severity is at work:

# %%
bounds = rescat.rosenbaum_bounds(
    last.assign(value=-last["value"]),
    statistic="aligned_rank",
    gammas=[1, 1.5, 2, 2.5, 3, 4],
)


# %% tags=["hide-input"]
def p_words(p):
    """A P value as people print it."""
    return "< 0.0001" if p < 0.0001 else f"{p:.4f}"


tables.show_table(
    bounds.assign(p_low=bounds["p_low"].map(p_words), p_high=bounds["p_high"].map(p_words)),
    name="bounds",
    title="An effect that is not there, and how much hidden bias explains it",
    subtitle=f"One-sided P: are values lower in the treated? {len(last) // 3} sets of 1:2, ranks",
    source="rescat.hidden_severity",
    
)  # fmt: skip

# %% tags=["remove-cell"]
explained = bounds.loc[bounds["p_high"].gt(0.05), "gamma"]
pages.say(
    p_naive=f"{bounds['p_high'].iloc[0]:.4f}",
    gamma_enough=f"{explained.min():g}" if len(explained) else "more than 4",
    gamma_pairs=f"{rescat.largest_gamma(len(treated), 1):.2f}",
    gamma_two=f"{rescat.largest_gamma(len(treated), 2):.2f}",
)

# %% [markdown]
# Taken at its face (Γ = 1), the P value is {glue:text}`p_naive`. With Γ = {glue:text}`gamma_enough`
# it may exceed 0.05.
#
# For a study as small as this one, no data are needed to see the limit. Let every treated patient
# be better than both controls, the best result that {glue:text}`n_msc` sets can give. With a hidden
# bias of Γ = {glue:text}`gamma_two` even that is no longer significant, one-sided at 0.05; with one
# control each it would be {glue:text}`gamma_pairs`.

# %%
# Arithmetic, no data. Below 1: not even with randomised sets.
sets = pd.Index((3, 5, 10, 20, 50), name="sets")
pd.DataFrame(
    {
        f"1:{k}": [round(rescat.largest_gamma(n, k), 2) for n in sets]
        for k in (1, 2, 4)
    },
    index=sets,
)

# %% [markdown]
# A published example, to see what a firm result looks like. Of {glue:text}`discordant` pairs of a
# heavy smoker and a nonsmoker in which one of the two died of lung cancer, it was the smoker in
# {glue:text}`smokers` (Hammond 1964, as in {cite}`rosenbaum2002`):

# %%
known = evidence.set_index(["example", "quantity"])["value"]
pairs = int(known["smoking", "discordant pairs"])
died = int(known["smoking", "of these the smoker died"])
smoking = rescat.discordant_pairs(pairs, died)
hammond = rescat.rosenbaum_bounds(
    smoking, statistic="binary", gammas=[1, 2, 3, 4, 5, 6]
)

# %% tags=["hide-input"]
tables.show_table(
    hammond.assign(p_high=hammond["p_high"].map(p_words)).drop(columns="p_low"),
    name="smoking",
    title="Smoking and lung cancer: how much hidden bias would explain it",
    source="data/evidence/hidden_bias.csv; exact binomial bounds",
    decimals={"gamma": 0},
)

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
# The {term}`E-value` asks the same of a risk ratio: how strongly must something hidden be
# associated with treatment **and** with the outcome to explain it all? Infants who were not
# breast-fed had {glue:text}`risk` times the risk of death by respiratory infection (lower 95 %
# limit {glue:text}`lower`) {cite}`vanderweele2017`. `rescat.e_value` gives {glue:text}`e_risk`, and
# {glue:text}`e_lower` for the limit, as printed there.

# %% [markdown]
# An E-value is not a verdict. Whether a hidden cause of that strength exists is a question about
# medicine, not arithmetic.

# %% [markdown]
# ## What this does not show
#
# - That the groups differ in severity. Table 1 prints no score of severity for the matched
#   controls; that is the difficulty.
# - That hidden bias explains a difference. It shows how little would be enough in so few sets.
# - How strong a hidden cause really is. The strengths above are assumed.
#
# The biomarkers come next: what changes within a patient, and what differs between groups
# ([random slopes](05_random_slopes)).

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
