"""The audit: every claim of the ledger, recomputed, with its verdict.

A verdict comes from a named check wherever arithmetic or logic can decide. Where it takes a
judgement, or nothing public decides, the ledger holds the verdict with its reason.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache, lru_cache

import pandas as pd

from ..base.door import all_modules
from ..base.errors import DataError
from ..base.origin import origin_of
from ..data import contract
from ..printed.rounding import parse_printed
from . import checks
from .arguments import arguments_of
from .tables import Tables
from .verdicts import CHECKS, VERDICTS, WITH_DETAIL, Claim, Finding, file_of

__all__ = ["audit", "source_of"]


def source_of(check_name: str) -> str:
    """The file that holds a check of the ledger, such as ``rescat/ledger/checks/cohort.py``.

    Parameters
    ----------
    check_name : str
        As in the column ``check`` of :func:`rescat.audit`.

    Returns
    -------
    str
        Empty for a verdict that was typed and not computed.

    Examples
    --------
    >>> import rescat
    >>> rescat.source_of("arm_counts")
    'rescat/ledger/checks/cohort.py'
    """
    function = _known_checks().get(check_name)
    return "" if function is None else file_of(function)


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
        ``claim_id, chapter, document, section, quotation, kind, printed, finding, importance,
        verdict, detail, recomputed, explanation, check, source, origin``. ``source`` is the file
        of the check, such as ``rescat/ledger/checks/cohort.py``; empty where a person judged.

    Raises
    ------
    DataError
        If a row names no check and no typed verdict, or one that does not exist, or if its
        arguments are not those of the check.

    Examples
    --------
    >>> import rescat
    >>> audited = rescat.audit(rescat.load_claims().query("claim_id == 'SAF-15'"))
    >>> print(audited[["claim_id", "verdict", "recomputed"]].to_string(index=False))
    claim_id    verdict        recomputed
      SAF-15 reproduced 15 (11.5 to 18.5)

    With a stay of one day more for each patient:

    >>> tables = rescat.Tables()
    >>> stay = tables.patients["length_of_stay"]
    >>> tables.patients = tables.patients.assign(length_of_stay=stay + 1)
    >>> changed = rescat.audit(rescat.load_claims().query("claim_id == 'SAF-15'"), tables)
    >>> changed["verdict"].item()
    'not reproduced'
    """
    if claims is None and tables is None:
        return _of_the_project(_project_content()).copy()
    tables = tables or Tables()
    claims = tables.claims if claims is None else claims
    findings = [_examine(row, tables) for row in claims.itertuples()]
    frame = claims.drop(columns=["arguments", "typed_verdict", "reason"]).reset_index(drop=True)
    for name in ("verdict", "detail", "recomputed", "explanation"):
        frame[name] = [getattr(f, name) for f in findings]
    frame["printed"] = frame["printed"].fillna("")
    frame["check"] = frame["check"].fillna("typed judgement")
    frame["source"] = frame["check"].map(source_of)
    # A ledger checked against somebody's own patients is as private as they are.
    read = [vars(tables)[name] for name in ("patients", "events") if name in vars(tables)]
    frame["origin"] = origin_of(claims, *read)
    return frame


@lru_cache(maxsize=4)  # a build and a report ask for the whole ledger many times
def _of_the_project(content: tuple) -> pd.DataFrame:
    """The whole ledger, once for each content of the project's files."""
    return audit(tables=Tables())


def _project_content() -> tuple:
    """The project's files of data, each with the checksum of its bytes; private ones do not count.

    A change of one byte makes another content, whatever the time stamps say.
    """
    files = (path for path in contract.DATA.rglob("*") if path.is_file())
    public = (path for path in files if "private" not in path.relative_to(contract.DATA).parts)
    return tuple((path, contract.checksum(path.read_bytes())) for path in sorted(public))


@cache
def _known_checks() -> dict[str, Callable[..., Finding]]:
    """Every check by its name; each file of ``checks`` registers its own."""
    all_modules(checks)
    return CHECKS


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
        if bool(detail) != (verdict in WITH_DETAIL):
            raise DataError(
                f"{where}, column typed_verdict: found {typed!r}\n"
                f"  expected: words after a colon for {', '.join(WITH_DETAIL)}, and for no other"
            )
        return Finding(verdict, "", detail, row.reason)
    known = _known_checks()
    if row.check not in known:
        raise DataError(
            f"{where}, column check: found {row.check!r}\n"
            f"  expected one of {', '.join(sorted(known))}\n"
            "  or a new function of that name in a file of rescat/ledger/checks, below @verdict"
        )
    printed = [] if pd.isna(row.printed) else parse_printed(row.printed)
    check, cell = known[row.check], "" if pd.isna(row.arguments) else row.arguments
    arguments = arguments_of(cell, check, row.claim_id)
    claim = Claim(row.claim_id, row.quotation, printed)
    try:
        finding = check(claim, tables, **arguments)
    except Exception as error:
        error.add_note(f"{where}: the check {row.check} of {file_of(check)}, arguments {cell!r}")
        raise
    if pd.isna(row.reason):
        return finding
    return replace(finding, explanation=f"{finding.explanation} {row.reason}".strip())
