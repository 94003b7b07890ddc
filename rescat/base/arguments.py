"""Options of functions: one refusal, with what was found and what was expected."""

import numpy as np

from .errors import ModelError

__all__: list[str] = []  # for the modules of the package

_CHOICES = {
    "random": ("slope", "uncorrelated", "intercept"),
    "variance": ("pooled", "by_group"),
    "method": ("REML", "ML"),
    "df": ("satterthwaite", "kenward_roger", "wald"),
    "engine": ("newton", "statsmodels"),
    "kind": ("percentile", "basic", "studentised"),
}


def check_choice(name: str, found, known) -> None:
    """Refuse an option that is not one of those known."""
    if found not in known:
        raise ModelError(f"{name}={found!r}: expected one of {', '.join(known)}")


def check_options(**given) -> None:
    """Check choices, levels and counts, whichever are given.

    Raises
    ------
    ModelError
        With what was found and what was expected.
    """
    for name, found in given.items():
        if name in _CHOICES:
            check_choice(name, found, _CHOICES[name])
        elif name == "level":
            if not isinstance(found, (int, float)) or not 0 < found < 1:
                raise ModelError(f"level={found!r}: expected a number such as 0.95")
        elif found is not None:
            least = 0 if name in ("seed", "rng", "limit") else 1
            if not isinstance(found, (int, np.integer)) or found < least:
                raise ModelError(f"{name}={found!r}: expected a whole number of at least {least}")
