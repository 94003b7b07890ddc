"""The numbers that the quiz on operating characteristics names."""

from ...data.loaders import load_table

__all__ = ["NUMBERS"]


def _rate(condition: str, design: str = "5 v 12 pooled", column: str = "rate") -> float:
    """In percent: how often Satterthwaite's t finds a difference of NFL."""
    [row] = load_table("operating_tests").query(
        "marker == 'NFL' and method == 'satterthwaite' and condition == @condition and "
        "design == @design"
    ).to_dict("records")  # fmt: skip
    return 100 * row[column]


NUMBERS = {
    "oc_null": lambda: _rate("no difference"),
    "oc_icu": lambda: _rate("historical controls rise as intensive care"),
    "oc_power": lambda: _rate("effect: a change read elsewhere"),
    "oc_power_randomised": lambda: _rate("effect: a change read elsewhere", "5 v 2 randomised"),
    "oc_power_complete": lambda: _rate("effect, and all samples taken"),
}
