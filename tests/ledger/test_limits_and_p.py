"""Checks of printed P values against printed intervals say what they take for granted."""

import pandas as pd
import pytest

import rescat
from rescat.ledger.checks.cytokines import p_fits_limits
from rescat.ledger.checks.random_slopes import one_df_for_all, widths_under_equal_sampling
from rescat.printed.lines import ASSUMED

TABLES = rescat.Tables()
CLAIM = rescat.Claim("X-01", "P = 0.068", [])


@pytest.mark.parametrize("marker", ["IL1RA", "IL18", "NFL"])
def test_what_is_taken_for_granted_is_named(marker):
    found = [
        p_fits_limits(CLAIM, TABLES, marker, "difference"),
        one_df_for_all(CLAIM, TABLES, marker),
    ]
    conditional = [f for f in found if f.detail]
    assert conditional
    for finding in conditional:
        assert ASSUMED in finding.explanation
        assert "profile confidence interval" in finding.detail
        assert "any degrees of freedom" not in finding.recomputed


def with_p(marker: str, p: float):
    """The tables with another printed P value of the difference of a marker."""
    slopes = TABLES.slopes.copy()
    own = slopes["marker"].eq(marker) & slopes["term"].eq("difference")
    slopes.loc[own, "p_value"] = p
    tables = rescat.Tables()
    tables.slopes = slopes
    return tables


@pytest.mark.parametrize(
    ("p", "said"),
    [
        (0.060, "The confidence interval and P fit each other"),
        (0.068, "the slope is not in the middle of the confidence interval"),
        (0.080, "the slope is not in the middle of the confidence interval"),
        (0.900, "if it need not be"),
    ],
)
def test_the_finding_follows_the_p_value(p, said):
    """Reached by z; by an uneven interval or two methods; and by nothing."""
    finding = p_fits_limits(CLAIM, with_p("IL18", p), "IL18", "difference")
    texts = [finding.recomputed, finding.detail, finding.explanation]
    assert [said in text for text in texts].count(True) == 1


def test_variances_that_differ_are_named_as_a_matter_of_the_model():
    """Pooled variances, as lme4 fits them, leave the ratio of the widths to the sampling."""
    finding = widths_under_equal_sampling(CLAIM, TABLES, "IL1RA")
    assert "variances of its own for each group" in finding.detail
    assert "more variation" not in finding.detail
    trial = rescat.simulate_trial(3, kept=1.0)
    noisy = trial.assign(value=trial["value"].where(~trial["treated"], 3 * trial["value"]))
    ratios = pd.Series(
        {
            name: se["control"] / se["treated"]
            for name, se in (
                ("alike", rescat.fit_slopes(trial).table["se"]),
                ("unlike", rescat.fit_slopes(noisy).table["se"]),
            )
        }
    )
    assert ratios["unlike"] == pytest.approx(ratios["alike"], rel=1e-6)
    own = rescat.fit_slopes(noisy, variance="by_group").table["se"]
    assert own["control"] / own["treated"] < 0.8 * ratios["alike"]
