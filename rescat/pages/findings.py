"""The findings as a list with links to the ledger."""

import pandas as pd

from ..base.inert import Html
from .ledger import link_claims

__all__ = ["findings_list"]


def findings_list(found: pd.DataFrame, ledger: str = "chapters/10_ledger.html") -> Html:
    """The findings as a numbered list in HTML, each with links to its rows of the ledger.

    Parameters
    ----------
    found : DataFrame, one row per finding
        From :func:`rescat.findings`: ``headline, sentence, evidence`` (list of claims).
    ledger : str
        Address of the ledger, as seen from the page of the list.

    Returns
    -------
    Html

    Examples
    --------
    >>> import pandas as pd
    >>> import rescat
    >>> found = pd.DataFrame(
    ...     {"headline": ["Stays"], "sentence": ["15 days."], "evidence": [["SAF-15"]]}
    ... )
    >>> made = rescat.findings_list(found)
    >>> made.striptags()
    'Stays. 15 days. (SAF-15)'
    >>> '<a href="chapters/10_ledger.html#SAF-15">SAF-15</a>' in made
    True
    """
    items = []
    for row in found.itertuples():
        claims = link_claims(", ".join(row.evidence), set(row.evidence), ledger)
        items.append(
            Html(
                '<li><strong>{}.</strong> {} <span class="finding-evidence">({})</span></li>'
            ).format(row.headline, row.sentence, claims)
        )
    return Html('<ol class="findings">{}</ol>').format(Html("").join(items))
