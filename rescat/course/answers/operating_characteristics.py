"""The expected answers of the chapter on operating characteristics."""

from itertools import combinations

from scipy import integrate, stats

from ...data.loaders import load_table
from ..registry import exercise

__all__: list[str] = []


@exercise(
    "09b-1",
    "the share of trials if there is no difference",
    "the share if the historical controls rise as in intensive care",
    within=0.01,
    hint="Round points of the figure, and the axis below them. A share: 5 % is 0.05.",
)
def _false_positives():
    rows = [
        row
        for row in load_table("operating_tests").to_dict("records")
        if (row["design"], row["marker"], row["method"])
        == ("5 v 12 pooled", "NFL", "satterthwaite")
    ]
    wanted = ("no difference", "historical controls rise as intensive care")
    counts = {row["condition"]: row["rejections"] / row["trials"] for row in rows}
    return tuple(counts[name] for name in wanted)


@exercise(
    "09b-2",
    "the number of ways",
    "the least P value",
    within=0.001,
    hint="Choose two of seven. The observed allocation is one of them.",
)
def _smallest_p():
    ways = list(combinations(range(7), 2))
    return len(ways), 1 / len(ways)


@exercise(
    "09b-3",
    "the size of an arm with sampling by stay",
    "the size of an arm with every sample taken",
    hint="Rows of NFL whose part is 0.5; the first column with 0.80 or more.",
)
def _sizes():
    table = load_table("operating_sizes")
    found = {}
    for row in table.sort_values("size").itertuples():
        if row.marker == "NFL" and row.part == 0.5 and row.rate >= 0.8:
            found.setdefault(row.sampling, int(row.size))
    return found["by stay"], found["complete"]


@exercise(
    "09b-4",
    "how many times too large in the small study",
    "how many times too large in the large study",
    within=0.02,
    hint="The column exaggeration. Change the second argument alone.",
)
def _exaggeration():
    found = []
    for se in (1.0, 0.5):
        limit, density = 1.96 * se, stats.norm(1.0, se).pdf
        size = power = 0.0
        for low, high in ((limit, 12.0), (-12.0, -limit)):
            size += integrate.quad(lambda x, f=density: abs(x) * f(x), low, high, limit=200)[0]
            power += integrate.quad(density, low, high, limit=200)[0]
        found.append(size / power)
    return tuple(found)
