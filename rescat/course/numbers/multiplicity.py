"""The numbers that the quiz on multiplicity names."""

from ...data.loaders import load_slopes
from ...panel.multiplicity import adjusted_p_bounds, chance_of_at_least, largest_chance_of_at_least
from ...panel.printed_tests import printed_p_ranges, printed_tests

__all__ = ["NUMBERS"]


def _counted(column: str) -> int:
    made = printed_tests(load_slopes())
    return int(made.loc[made["counted"], column].sum())


def _least(method: str) -> float:
    return adjusted_p_bounds(printed_p_ranges(load_slopes()), [method])["low"].min()


NUMBERS = {
    "family_tests": lambda: _counted("tests"),
    "family_hits": lambda: _counted("hits"),
    "family_expected": lambda: 0.05 * _counted("tests"),
    "all_slope_tests": lambda: int(printed_tests(load_slopes())["tests"].sum()),
    "chance_of_hits": lambda: 100 * chance_of_at_least(_counted("hits"), _counted("tests")),
    "chance_of_one": lambda: 100 * chance_of_at_least(1, _counted("tests")),
    "most_chance_of_hits": lambda: (
        100 * largest_chance_of_at_least(_counted("hits"), _counted("tests"))
    ),
    "least_corrected": lambda: _least("fdr_bh"),
}
