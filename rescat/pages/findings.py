"""The findings as a list with links to the ledger."""

import pandas as pd

from ..base.inert import Html
from .ledger import link_claims

__all__ = ["findings_list"]


def findings_list(found: pd.DataFrame, ledger: str = "chapters/10_ledger.html") -> Html:
    """The findings as a numbered list in HTML, each with links to its rows of the ledger."""
    items = []
    for row in found.itertuples():
        claims = link_claims(", ".join(row.evidence), set(row.evidence), ledger)
        items.append(
            Html(
                '<li><strong>{}.</strong> {} <span class="finding-evidence">({})</span></li>'
            ).format(row.headline, row.sentence, claims)
        )
    return Html('<ol class="findings">{}</ol>').format(Html("").join(items))
