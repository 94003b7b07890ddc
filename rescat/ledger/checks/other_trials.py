"""Checks of what the paper says about other trials of these cells."""

from ...meta.pool import pool_trials
from ...trial.peers import trials_near
from ..tables import Tables
from ..verdicts import NOT_REPRODUCED, REPRODUCED, SOURCE_DIFFERS, Claim, Finding, verdict

_LOW = 25.0  # I² of up to so many percent is usually called low


@verdict
def survival_benefit(claim: Claim, tables: Tables) -> Finding:
    """Randomised trials have not consistently shown fewer deaths."""
    rows = tables.trials[tables.trials["pooled"] & tables.trials["population"].eq("COVID-19")]
    near = trials_near(rows, "deaths", 28)
    pooled = pool_trials(near[near["randomised"].fillna(False)])
    below = int(pooled.table["ci_high"].lt(1).sum())
    found = (
        f"{below} of {pooled.trials} randomised trials have an interval below 1; together "
        f"{pooled.estimate:.2f} ({pooled.ci_low:.2f} to {pooled.ci_high:.2f})"
    )
    return Finding(
        REPRODUCED if below < pooled.trials else NOT_REPRODUCED,
        found,
        explanation="Risk ratios of death, from the counts that could be read.",
    )


@verdict
def low_heterogeneity(claim: Claim, tables: Tables, review: str) -> Finding:
    """A review that is cited found fewer deaths, and little heterogeneity."""
    deaths = tables.meta_analyses.query("name == @review and outcome == 'deaths'")
    row = deaths.iloc[0]
    found = (
        f"{row['measure']} {row['estimate']:g} ({row['ci_low']:g} to {row['ci_high']:g}), "
        f"I² {row['i2_percent']:g} %"
    )
    where = f"Source: {row['source']}."
    if row["ci_high"] < 1 and row["i2_percent"] <= _LOW:
        return Finding(REPRODUCED, found, explanation=where)
    return Finding(SOURCE_DIFFERS, found, f"the result of {review}", where)
