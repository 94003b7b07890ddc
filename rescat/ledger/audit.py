"""The audit: every claim of the ledger, recomputed, with its verdict.

A verdict comes from a named check wherever arithmetic or logic can decide. Where it takes a
judgement, or nothing public decides, the ledger holds the verdict with its reason.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from ..base.errors import DataError
from ..base.origin import origin_of
from ..data import loaders as data
from ..data import paper as paper_text
from ..printed.rounding import PrintedNumber, parse_printed

__all__ = [
    "VERDICTS",
    "Claim",
    "Finding",
    "Tables",
    "audit",
    "check",
    "source_of",
    "verdict_counts",
    "verdict_sentence",
]

REPRODUCED = "reproduced"
WITHIN_ROUNDING = "consistent within rounding"
ONLY_IF = "attainable only if"
NOT_REPRODUCED = "not reproduced"
TENSION = "in tension with"
NOT_CHECKABLE = "not checkable"

# Each verdict, and what it says.
VERDICTS = {
    REPRODUCED: "the public tables give the same figure or statement",
    WITHIN_ROUNDING: "the public tables give it, once rounding is allowed for",
    ONLY_IF: "the figure can be right if the condition named beside it holds",
    NOT_REPRODUCED: "the public tables give another figure",
    TENSION: "it is hard to hold together with what is named beside it",
    NOT_CHECKABLE: "nothing public decides it; the reason is given",
}


@dataclass(frozen=True)
class Claim:
    """One row of the ledger, as a check sees it."""

    claim_id: str
    quotation: str
    printed: list[PrintedNumber]

    @property
    def values(self) -> list[float]:
        """The printed figures as numbers."""
        return [p.value for p in self.printed]


@dataclass(frozen=True)
class Finding:
    """What a check found.

    Attributes
    ----------
    verdict : str
        One of ``VERDICTS``.
    recomputed : str
        The figure that the tables give.
    detail : str
        Completes "attainable only if" and "in tension with".
    explanation : str
        How it was computed, and what may explain a difference.
    """

    verdict: str
    recomputed: str
    detail: str = ""
    explanation: str = ""


@dataclass
class Tables:
    """The tables that checks read, each loaded once, when first used."""

    data_dir: str | None = None

    @cached_property
    def patients(self) -> pd.DataFrame:
        """Table 1."""
        return data.load_patients(self.data_dir)

    @cached_property
    def events(self) -> pd.DataFrame:
        """Table 2."""
        return data.load_events(self.data_dir)

    @cached_property
    def manufacturing(self) -> pd.DataFrame:
        """The manufacturing figures."""
        return data.load_manufacturing()

    @cached_property
    def slopes(self) -> pd.DataFrame:
        """The printed slopes."""
        return data.load_slopes()

    @cached_property
    def trial(self) -> pd.DataFrame:
        """The facts of the trial."""
        return data.load_trial()

    @cached_property
    def claims(self) -> pd.DataFrame:
        """The ledger itself, for checks that compare several claims."""
        return data.load_claims()

    @cached_property
    def paper(self) -> str:
        """The text of the paper."""
        return paper_text.load_paper()

    @cached_property
    def markers(self) -> pd.DataFrame:
        """The markers, with what the paper says of each."""
        return data.load_table("markers")

    @cached_property
    def score_bands(self) -> pd.DataFrame:
        """The points of clinical scores."""
        return data.load_table("score_bands")

    @cached_property
    def cited_results(self) -> pd.DataFrame:
        """Results of trials that the paper cites."""
        return data.load_table("cited_results")

    @cached_property
    def ctcae(self) -> pd.DataFrame:
        """The CTCAE grades of each event term."""
        return data.load_ctcae()

    def arm(self, *arms: str) -> pd.DataFrame:
        """The patients of some arms."""
        return self.patients[self.patients["arm"].isin(arms)]


_CHECKS: dict[str, Callable[..., Finding]] = {}


def check(function: Callable[..., Finding]) -> Callable[..., Finding]:
    """Register a check under its own name, for the ledger to call."""
    _CHECKS[function.__name__] = function
    return function


def source_of(check_name: str) -> str:
    """The file that holds a check of the ledger, such as ``rescat/ledger/checks/cohort.py``.

    Empty for a verdict that was typed and not computed.
    """
    from . import checks  # noqa: F401  (importing it registers the checks)

    function = _CHECKS.get(check_name)
    return "" if function is None else function.__module__.replace(".", "/") + ".py"


def audit(claims: pd.DataFrame | None = None, tables: Tables | None = None) -> pd.DataFrame:
    """The ledger with its verdicts.

    Parameters
    ----------
    claims : DataFrame, optional
        From :func:`rescat.load_claims` (default), or some of its rows.
    tables : Tables, optional
        The tables to check against; the published ones by default.

    Returns
    -------
    DataFrame
        ``claim_id, chapter, section, quotation, kind, printed, verdict, detail, recomputed,
        explanation, check, origin``.

    Raises
    ------
    DataError
        If a row names no check and no typed verdict, or one that does not exist.
    """
    from . import checks  # noqa: F401  (importing it registers the checks)

    claims = data.load_claims() if claims is None else claims
    tables = tables or Tables()
    findings = [_examine(row, tables) for row in claims.itertuples()]
    frame = claims.drop(columns=["arguments", "typed_verdict", "reason"]).reset_index(drop=True)
    for name in ("verdict", "detail", "recomputed", "explanation"):
        frame[name] = [getattr(f, name) for f in findings]
    frame["printed"] = frame["printed"].fillna("")
    frame["check"] = frame["check"].fillna("typed judgement")
    # A ledger checked against somebody's own patients is as private as they are.
    read = [vars(tables)[name] for name in ("patients", "events") if name in vars(tables)]
    frame["origin"] = origin_of(claims, *read)
    return frame


def _examine(row, tables: Tables) -> Finding:
    where = f"claims.csv, claim {row.claim_id}"
    if pd.isna(row.check):
        typed = "" if pd.isna(row.typed_verdict) else row.typed_verdict
        verdict, _, detail = typed.partition(": ")
        if verdict not in VERDICTS or pd.isna(row.reason):
            raise DataError(
                f"{where}: found no check and the typed verdict {typed!r}\n"
                f"  expected: a check, or one of {', '.join(VERDICTS)} with a reason"
            )
        return Finding(verdict, "", detail, row.reason)
    if row.check not in _CHECKS:
        raise DataError(
            f"{where}, column check: found {row.check!r}\n  expected one of {', '.join(_CHECKS)}"
        )
    printed = [] if pd.isna(row.printed) else parse_printed(row.printed)
    arguments = (
        {} if pd.isna(row.arguments) else dict(a.split("=", 1) for a in row.arguments.split())
    )
    claim = Claim(row.claim_id, row.quotation, printed)
    finding = _CHECKS[row.check](claim, tables, **arguments)
    if pd.isna(row.reason):
        return finding
    return replace(finding, explanation=f"{finding.explanation} {row.reason}".strip())


def verdict_sentence(audited: pd.DataFrame) -> str:
    """The verdicts of some claims, counted in one sentence."""
    counts = verdict_counts(audited)
    words = {ONLY_IF: "attainable under a condition", TENSION: "in tension"}
    parts = [f"{count} {words.get(verdict, verdict)}" for verdict, count in counts.items() if count]
    return f"Of {counts.sum()} statements: {', '.join(parts)}."


def verdict_counts(audited: pd.DataFrame) -> pd.Series:
    """How many claims have each verdict, in the order of ``VERDICTS``."""
    return audited["verdict"].value_counts().reindex(list(VERDICTS), fill_value=0)
