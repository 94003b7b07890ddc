"""The numbers that the quiz on the strength of evidence names."""

from ...data.loaders import load_slopes
from ...panel.bias import bias_analysis, bias_needed, bias_priors
from ...panel.evidence import evidence_bounds, sceptical_limits, typical_trial
from ...panel.printed_tests import printed_differences
from ...panel.tipping import icu_rise

__all__ = ["NUMBERS"]


def _printed_p() -> float:
    slopes = load_slopes().set_index(["marker", "term"])
    return float(slopes.loc[("NFL", "difference"), "p_value"])


def _needed(column: str) -> float:
    """Per day, with half of the weight."""
    return bias_needed(load_slopes(), [0.5]).set_index("marker").loc["NFL", column]


def _left(marker: str) -> float:
    """In percent of the printed difference, if the controls have some of the rate elsewhere."""
    slopes = load_slopes()
    priors = bias_priors(slopes).query("marker == @marker and prior == 'some of the ICU rate'")
    printed = printed_differences(slopes)
    left = bias_analysis(printed, priors)["slope"].item()
    return 100 * left / printed.set_index("marker").loc[marker, "slope"]


NUMBERS = {
    "ev_whole": lambda: _needed("whole"),
    "ev_interval": lambda: _needed("interval"),
    "ev_icu": lambda: icu_rise()["slope"],
    "ev_left_nfl": lambda: _left("NFL"),
    "ev_left_il18": lambda: _left("IL18"),
    "ev_limit": lambda: (
        sceptical_limits(printed_differences(load_slopes())).set_index("marker").loc["NFL", "limit"]
    ),
    "ev_odds": lambda: evidence_bounds([_printed_p()], [0.5])["at_most"].item(),
    "ev_keeps": lambda: 100 * evidence_bounds([_printed_p()], [0.5])["null_keeps"].item(),
    "ev_too_large": lambda: typical_trial([_printed_p()])["exaggeration"].item(),
}
