"""Tables that a reader can search, sort and filter in the page.

They are plain HTML tables, which print and can be read without scripts. The script
``book/_static/findable.js`` adds the controls, the same in a folder on a disk and on a server.
"""

import pandas as pd

from ..base.inert import Html, json_attribute
from ..base.origin import origin_label
from ..base.tabular import table
from .tables import marked

__all__ = ["findable_table"]


def findable_table(
    cells: pd.DataFrame,
    *,
    name: str,
    title: str,
    note: str,
    filters: dict[str, pd.Series] | None = None,
    row_ids: pd.Series | None = None,
) -> Html:
    """A table as HTML, with what the script needs to search, sort and filter it.

    Parameters
    ----------
    cells : DataFrame, shape (rows, columns)
        Text of each cell, or ``rescat.base.inert.Html``; the columns are the headings. The
        column ``origin`` is not shown: it becomes the note below the table.
    name : str
        Identifier of the table in the page.
    title, note : str
        Above and below the table, as text.
    filters : dict of str to Series, optional
        Label of a filter to the value of each row. A categorical gives its order to the choices.
    row_ids : Series, optional
        Identifier of each row in the page, so that it can be linked to.

    Returns
    -------
    Html
        The table, with its note below.

    Raises
    ------
    OriginError
        If the frame does not say where its data come from.

    Examples
    --------
    >>> import pandas as pd
    >>> import rescat
    >>> cells = pd.DataFrame({"Marker": ["NFL", "IL-6 < IL-8"], "origin": "published"})
    >>> made = rescat.findable_table(cells, name="markers", title="Two rows", note="Of Figure 2.")
    >>> "<td>IL-6 &lt; IL-8</td>" in made
    True
    >>> print(made.splitlines()[-1])
    <p class="table-note"><strong>Published.</strong> Of Figure 2.</p></div>
    """
    origin, shown = origin_label(cells), cells.drop(columns="origin")
    filters = {label: values.astype("category") for label, values in (filters or {}).items()}
    choices = {label: list(values.cat.categories) for label, values in filters.items()}
    rows = [
        _attributes(
            None if row_ids is None else row_ids[i],
            {label: values[i] for label, values in filters.items()},
        )
        for i in cells.index
    ]
    return table(
        shown,
        caption=marked(title, cells),
        note=Html("<strong>{}.</strong> {}").format(origin, note),
        name=name,
        rows=rows,
        classes="findable",
        attributes=Html(" id=\"{}\" data-filters='{}'").format(name, json_attribute(choices)),
    )


def _attributes(row_id: str | None, values: dict) -> Html:
    """What the script needs to know of a row, and its place in the page."""
    place = Html(' id="{}"').format(row_id) if row_id else ""
    return Html("{} data-values='{}'").format(place, json_attribute(values))
