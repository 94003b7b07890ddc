"""What an analysis of samples over time has to choose, and which choices go together."""

from functools import cache
from itertools import product

__all__ = ["CHOICES", "PRINTED", "TITLES", "admissible", "specifications"]

TITLES = {
    "controls": "Controls",
    "patients": "Patients",
    "scale": "Scale",
    "time": "Time",
    "detection": "Values below detection",
    "baseline": "First values",
    "random": "What varies between patients",
    "test": "Test",
}
CHOICES = {
    "controls": {
        "all": "all 12 controls",
        "matched": "the 10 matched controls",
        "randomised": "the 2 randomised controls",
    },
    "patients": {
        "everybody": "everybody",
        "no blocker": "without the IL-6 blocker",
        "one source": "without the other cells",
        "neither": "without both",
    },
    "scale": {"log": "logarithms", "raw": "concentrations"},
    "time": {
        "days": "days",
        "visits": "visits 0 to 4",
        "diagnosis": "days from diagnosis",
        "later": "days, without day 0",
        "curve": "a curve",
    },
    "detection": {
        "measured": "no value below the limit",
        "half": "half the limit",
        "limit": "the limit",
        "censored": "censored likelihood",
    },
    "baseline": {
        "free": "levels free",
        "constrained": "one level on day 0",
        "covariate": "first value as covariate",
        "sets": "matched sets as strata",
    },
    "random": {
        "slope": "level and slope",
        "uncorrelated": "the same, uncorrelated",
        "intercept": "level only",
        "own": "each patient's own slope",
    },
    "test": {
        "satterthwaite": "Satterthwaite's t",
        "kenward_roger": "Kenward-Roger's t",
        "wald": "normal (z)",
        "by_group": "variances by group",
        "welch": "Welch's t",
        "exact": "exact permutation",
        "ratio": "likelihood ratio",
    },
}
# The paper's own analysis, as far as it is printed: what one choice at a time is changed from.
PRINTED = {
    "controls": "all", "patients": "everybody", "scale": "log", "time": "days",
    "detection": "measured", "baseline": "free", "random": "slope", "test": "satterthwaite",
}  # fmt: skip


def admissible(choice: dict[str, str]) -> bool:
    """Whether a combination of choices is an analysis that somebody could defend.

    Examples
    --------
    >>> admissible(PRINTED), admissible(PRINTED | {"baseline": "sets"})
    (True, False)
    >>> admissible(PRINTED | {"baseline": "sets", "controls": "matched"})
    True
    """
    time, baseline = choice["time"], choice["baseline"]
    random, test = choice["random"], choice["test"]
    straight = time != "curve"
    rules = (
        # A curve has no one difference: a test of all its terms, and nothing else, is for it.
        straight == (test != "ratio"),
        straight or baseline == "free",
        # A common level needs a day 0 that means the same to everybody, and samples of it.
        baseline != "constrained" or time in ("days", "visits"),
        baseline != "covariate" or time != "later",
        baseline != "sets" or choice["controls"] == "matched",
        # Own slopes have their own tests, and these no model.
        (random == "own") == (test in ("welch", "exact")),
        random != "own" or baseline == "free" or (baseline == "sets" and test == "exact"),
        test != "kenward_roger" or (baseline == "free" and random == "slope"),
        test != "by_group" or (baseline == "free" and choice["controls"] != "randomised"),
    )
    if choice["detection"] == "censored":
        # A normal distribution below the limit is for logarithms; it has large-sample errors only.
        plain = PRINTED | {name: choice[name] for name in ("controls", "patients", "time")}
        plain |= {"detection": "censored", "test": "wald"}
        return choice == plain and time in ("days", "visits")
    return all(rules)


@cache
def specifications() -> tuple[tuple[str, ...], ...]:
    """Every admissible combination, in the order of ``CHOICES``; the printed one is among them."""
    every = product(*CHOICES.values())
    return tuple(c for c in every if admissible(dict(zip(CHOICES, c, strict=True))))
