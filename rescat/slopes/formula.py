"""The random-slope model by its formula, as lme4 and statsmodels write it."""

import re

import pandas as pd

from ..base.errors import ModelError
from .fit import fit_slopes
from .result import SlopeFit

__all__ = ["fit_formula"]

POSSIBLE = """Possible are, with your own names of columns:
  value ~ day * treated + (day | patient)    intercepts and slopes vary, and are correlated
  value ~ day * treated + (day || patient)   the same without the correlation
  value ~ day * treated + (1 | patient)      intercepts vary
  value ~ day + (day | patient)              one group; also with (day || patient), (1 | patient)
The columns are taken as they are: for a logarithm make a column of it first."""
_NAME = r"`[^`]+`|[^\W\d][\w.]*"
_BARS = re.compile(r"\(([^()|]*)(\|\|?)([^()|]*)\)")


def fit_formula(formula: str, frame: pd.DataFrame, **options) -> SlopeFit:
    """Fit the random-slope model that a formula names.

    Parameters
    ----------
    formula : str
        ``value ~ day * treated + (day | patient_id)`` with your names of columns, or one of its
        small variants: ``(day || patient_id)`` without the correlation, ``(1 | patient_id)`` with
        intercepts only, and without ``* treated`` for one group. ``day * treated`` may be written
        as ``day + treated + day:treated``, and ``(day | …)`` as ``(1 + day | …)``. A name with a
        space stands in backticks. The group is a column of True (treated) and False.
    frame : DataFrame, one row per sample of one marker
    **options
        Of :func:`rescat.fit_slopes`: variance, method, df, engine, level, duplicates.

    Returns
    -------
    SlopeFit

    Raises
    ------
    ModelError
        If the formula is of another family, with the formulas that are possible; or as
        :func:`rescat.fit_slopes`.

    Notes
    -----
    The notation is that of lme4: Bates, Mächler, Bolker and Walker (2015), Journal of Statistical
    Software 67(1), section 2. It says the same as the arguments of :func:`rescat.fit_slopes`.

    Examples
    --------
    >>> import rescat
    >>> trial = rescat.simulate_trial(5, slope=(0, 0.02))
    >>> fit = rescat.fit_formula("value ~ day * treated + (day | patient_id)", trial)
    >>> print(fit.table["slope"].round(4).to_dict())
    {'control': -0.0055, 'treated': 0.0112, 'difference': 0.0167}
    """
    taken = {"value", "time", "group", "subject", "random"} & set(options)
    if taken:
        raise ModelError(f"{min(taken)}=…: the formula says this already; leave it out")
    return fit_slopes(frame, **columns_of(formula, frame), **options)


def columns_of(formula: str, frame: pd.DataFrame) -> dict[str, str | None]:
    """The arguments of :func:`fit_slopes` that a formula says."""
    if not isinstance(formula, str) or formula.count("~") != 1:
        raise _refusal(formula, "expected a text with one ~")
    response, right = formula.split("~")
    [value] = _names(response, formula, 1)
    bars = _BARS.findall(right)
    if not bars:
        raise _refusal(formula, "there is no term such as (day | patient) for what varies")
    subjects = {_names(subject, formula, 1)[0] for _, _, subject in bars}
    if len(subjects) > 1:
        raise _refusal(formula, f"effects of {' and '.join(sorted(subjects))}: expected one column")
    random, slope = _random(bars, formula)
    main, interactions = _fixed(_BARS.sub("", right), formula)
    time = slope or _time(main, frame, formula)
    if time not in main:
        raise _refusal(formula, f"slopes of {time} vary, but {time} is no fixed effect")
    group = next((name for name in main if name != time), None)
    if len(main) > 2 or interactions != ([{time, group}] if group else []):
        terms = [*main, *(":".join(sorted(pair)) for pair in interactions)]
        raise _refusal(formula, f"the fixed effects are {', '.join(terms)}")
    return {
        "value": value, "time": time, "group": group, "subject": subjects.pop(), "random": random,
    }  # fmt: skip


def _random(bars: list[tuple[str, str, str]], formula: str) -> tuple[str, str | None]:
    """What varies, and the column of times if slopes do."""
    kinds = []
    for effects, bar, _ in bars:
        terms = [term.strip() for term in effects.split("+")]
        named = [term for term in terms if term not in ("0", "1")]
        if len(named) > 1 or (not named and terms != ["1"]) or {"0", "1"} <= set(terms):
            raise _refusal(formula, f"found ({effects.strip()} {bar} …)")
        slope = _names(named[0], formula, 1)[0] if named else None
        kinds.append(("0" not in terms, slope, bar))
    if len(kinds) == 1:
        intercept, slope, bar = kinds[0]
        if not intercept:
            raise _refusal(formula, "slopes vary and intercepts do not")
        if slope is None:
            return "intercept", None
        return ("slope" if bar == "|" else "uncorrelated"), slope
    # (1 | patient) + (0 + day | patient) is another way to write (day || patient).
    kinds.sort(key=lambda kind: kind[1] is not None)
    if len(kinds) == 2 and kinds[0][:2] == (True, None) and not kinds[1][0]:
        return "uncorrelated", kinds[1][1]
    raise _refusal(formula, f"found {len(kinds)} terms of what varies")


def _fixed(text: str, formula: str) -> tuple[list[str], list[set[str]]]:
    """The main effects, each once, and the interactions."""
    main, interactions = [], []
    for term in text.split("+"):
        term = term.strip()
        if term in ("", "1"):
            continue
        sign = "*" if "*" in term else ":"
        names = _names(term, formula, 2 if sign in term else 1, sign)
        if sign == "*" or len(names) == 1:
            main += [name for name in names if name not in main]
        if len(names) == 2 and set(names) not in interactions:
            interactions.append(set(names))
    return main, interactions


def _time(main: list[str], frame: pd.DataFrame, formula: str) -> str:
    """Which fixed effect is time, where only intercepts vary: the one that is not True or False."""
    times = [c for c in main if not (c in frame and frame[c].isin([0, 1]).all())]
    if len(main) == 1:
        return main[0]
    if len(times) != 1:
        raise _refusal(
            formula,
            f"one of {', '.join(main) or 'no column'} must be time, and the other a column of True "
            "(treated) and False",
        )
    return times[0]


def _names(text: str, formula: str, count: int, sign: str = "*") -> list[str]:
    """Names of columns, without backticks; other than the names that are allowed is refused."""
    parts = [part.strip() for part in text.split(sign)]
    for part in parts:
        if not re.fullmatch(_NAME, part):
            raise _refusal(formula, f"found {part!r}, expected the name of a column")
    if len(parts) != count:
        raise _refusal(formula, f"found {text.strip()!r}")
    return [part.strip("`") for part in parts]


def _refusal(formula: object, found: str) -> ModelError:
    return ModelError(f"the formula {formula!r} is of another family: {found}.\n{POSSIBLE}")
