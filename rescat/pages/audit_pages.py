"""What the pages about the audit show: the findings, the checklists, the corrections."""

import os

import pandas as pd

import rescat

from ..ledger.audit import audit, verdict_sentence
from ..ledger.checklists import CHECKLISTS, checklist_counts, checklist_table, load_checklist
from ..ledger.corrections import corrections_received, how_to_correct, load_corrections
from ..ledger.findings import findings, findings_list

__all__ = ["audit_facts"]


def audit_facts(audited: pd.DataFrame | None = None) -> dict[str, str]:
    """Return the substitutions for the summary, the checklists and the page of corrections.

    Parameters
    ----------
    audited : DataFrame, optional
        The whole ledger, from :func:`rescat.ledger.audit`.

    Returns
    -------
    dict of str to str
        ``findings``, ``verdict_sentence``, ``version``, a table and a sentence of counts for
        each checklist, ``corrections_received`` and ``how_to_correct``.
    """
    audited = audit() if audited is None else audited
    facts = {
        "findings": findings_list(findings(audited)),
        "verdict_sentence": verdict_sentence(audited),
        "version": rescat.__version__,
        "corrections_received": corrections_received(load_corrections()),
        "how_to_correct": how_to_correct(
            os.environ.get("BOOK_REPOSITORY_URL"), os.environ.get("BOOK_CONTACT")
        ),
    }
    for name in CHECKLISTS:
        facts[name] = checklist_table(name)
        facts[f"{name}_counts"] = checklist_counts(load_checklist(name))
    return facts
