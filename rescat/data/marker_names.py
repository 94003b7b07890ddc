"""The names of the markers: how they are spelt, and what their pages are called."""

import re
import unicodedata
from functools import cache

import pandas as pd

from ..base.inert import file_name, plain_name
from .validation import load

__all__ = ["load_marker_names", "marker_name", "page_name"]


def load_marker_names() -> pd.DataFrame:
    """Other names of the markers of the panel: ``marker``, ``alias``, ``source``.

    Returns
    -------
    DataFrame, one row per spelling
        ``marker``, ``alias``, ``source``, ``origin``.

    Raises
    ------
    DataError
        If the file is missing or breaks its description.

    Examples
    --------
    >>> import rescat
    >>> names = rescat.load_marker_names()
    >>> names.loc[names['marker'].eq('CCL2'), 'alias'].tolist()
    ['MCP-1', 'monocyte chemoattractant protein-1', 'MCP1/CCL2', 'CCL2/MCP-1']
    """
    return load("marker_names")


def measured_markers() -> pd.DataFrame:
    """The markers that the trial measured: the rows of ``markers.csv`` that make up its panel."""
    markers = load("markers")
    return markers[markers["printed"].ne("not measured")].reset_index(drop=True)


def marker_name(text: str) -> str | None:
    """The panel's name of a marker, however it is spelt; None if it is not of the panel.

    Case, spaces, hyphens and underscores do not count.

    Parameters
    ----------
    text : str
        As a laboratory spells it.

    Returns
    -------
    str or None

    Examples
    --------
    >>> import rescat
    >>> rescat.marker_name('il 6'), rescat.marker_name('MCP-1'), rescat.marker_name('VEGF')
    ('IL6', 'CCL2', None)
    """
    return _names().get(comparable(text))


def _names() -> dict[str, str]:
    names = {comparable(marker): marker for marker in load("markers")["marker"]}
    return names | {comparable(row.alias): row.marker for row in load_marker_names().itertuples()}


def comparable(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s_‐‑‒–—−-]+", "", folded)


def unified(found: pd.Series) -> pd.Series:
    """Names of the panel where there is one; else the first spelling of the file."""
    names = _names()
    for text in found.dropna():
        names.setdefault(comparable(text), text)
    return found.map(lambda text: names[comparable(text)], na_action="ignore")


def page_name(marker: str) -> str:
    """Return the name of the marker's page, for files and addresses.

    Those of the panel are plain (``TNFα`` is ``TNFa``); another marker has the mark of its spelling
    behind its name, unless the name is safe as it is. So two markers never share a page.

    Parameters
    ----------
    marker : str
        As :func:`rescat.load_biomarkers` names it.

    Returns
    -------
    str

    Examples
    --------
    >>> from rescat.data.marker_names import page_name
    >>> page_name('TNFα'), page_name('VEGF/A')
    ('TNFa', 'VEGF-A-b4bf6ff8')
    """
    panel = _panel_pages()
    return panel[marker] if marker in panel else file_name(marker, taken=panel.values())


@cache
def _panel_pages() -> dict[str, str]:
    return {marker: plain_name(marker) for marker in load("markers")["marker"]}
