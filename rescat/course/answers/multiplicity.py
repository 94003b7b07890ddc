"""The expected answers of the chapter on multiplicity, each computed by a way of its own."""

from scipy import integrate, stats

from ...data.marker_names import measured_markers
from ..registry import exercise
from .cytokines import difference, logged

__all__: list[str] = []


@exercise(
    "09-1",
    "tests outside the 20",
    "tests expected to be significant by chance among them",
    within=0.001,
    hint="In the last column of the table these rows say no.",
)
def _not_counted():
    printed = measured_markers()["printed"]
    spoken = int(printed.eq("significant difference").sum())  # CRP
    figure = len(printed) - spoken - int(printed.eq("below detection").sum())
    n = spoken + 2 * figure  # CRP's difference, and each group's own slope for each marker
    return n, 0.05 * n


@exercise(
    "09-2",
    "the probability of one or more",
    "the probability of two or more",
    within=0.001,
    hint="One or more is the opposite of none.",
)
def _twelve_tests():
    none, one = 0.95**12, 12 * 0.05 * 0.95**11
    return 1 - none, 1 - none - one


@exercise(
    "09-3",
    "the names of the procedures",
    hint="The worst case is that each of the other P values is 1. Names as in ADJUSTMENTS.",
)
def _safe_procedures():
    n, p = 20, 0.002
    harmonic = sum(1 / i for i in range(1, n + 1))
    # With all others at 1 each procedure multiplies the smallest by all n tests.
    factors = {"Benjamini-Yekutieli": n * harmonic}
    factors |= dict.fromkeys(("Bonferroni", "Holm", "Hochberg", "Benjamini-Hochberg"), n)
    return {name for name, factor in factors.items() if factor * p < 0.05}


@exercise(
    "09-4",
    "the probability of one or more",
    "the probability of three or more",
    within=0.001,
    hint="Change the correlation alone: twenty tests at the level 0.05.",
)
def _correlated_tests():
    limit, r = stats.norm.isf(0.025), 0.5

    def given(u, k):
        upper, lower = ((side * limit - r**0.5 * u) / (1 - r) ** 0.5 for side in (1, -1))
        rate = stats.norm.sf(upper) + stats.norm.cdf(lower)
        return stats.norm.pdf(u) * stats.binom.sf(k - 1, 20, rate)

    return tuple(integrate.quad(given, -9, 9, args=(k,), limit=200)[0] for k in (1, 3))


@exercise(
    "09-5",
    "markers with P below 0.05 alone",
    "the least corrected P value",
    within=0.002,
    hint="Fit 21 markers: the family and CRP. Then multipletests with method='fdr_bh'.",
)
def _with_crp():
    p = sorted(difference(marker).p_value for marker in logged())
    return sum(x < 0.05 for x in p), min(len(p) * x / rank for rank, x in enumerate(p, 1))
