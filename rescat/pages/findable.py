"""Tables that a reader can search, sort and filter in the page.

They are plain HTML tables, which print and can be read without scripts. The script
``book/_static/findable.js`` adds the controls, the same in a folder on a disk and on a server.
"""

import pandas as pd

from ..base.inert import Html, json_attribute
from ..base.origin import MARKED, origin_label, origin_of

__all__ = ["findable_table"]


def findable_table(
    cells: pd.DataFrame,
    *,
    name: str,
    title: str,
    note: str,
    filters: dict[str, pd.Series] | None = None,
    row_ids: pd.Series | None = None,
    colours: dict[str, pd.Series] | None = None,
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
    colours : dict of str to Series, optional
        Heading to the background of each of its cells, light enough for dark text.

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
    >>> '<td data-label="Marker">IL-6 &lt; IL-8</td>' in made
    True
    >>> print(made.splitlines()[-1])
    <p><strong>Published.</strong> Of Figure 2.</p></div>
    """
    origin, headings = origin_label(cells), [c for c in cells if c != "origin"]
    mark = f" ({origin_of(cells).upper()})" if origin_of(cells) in MARKED else ""
    filters = {label: values.astype("category") for label, values in (filters or {}).items()}
    choices = {label: list(values.cat.categories) for label, values in filters.items()}
    head = Html("").join(Html('<th scope="col">{}</th>').format(h) for h in headings)
    rows = [
        _row(
            {heading: cells[heading][i] for heading in headings},
            None if row_ids is None else row_ids[i],
            {label: values[i] for label, values in filters.items()},
            {heading: values[i] for heading, values in (colours or {}).items()},
        )
        for i in cells.index
    ]
    return Html(
        '<div class="findable-box"><table class="findable" id="{}" '
        "data-filters='{}'>"
        "<caption>{}</caption><thead><tr>{}</tr></thead>\n<tbody>"
        "{}"
        "</tbody></table>\n<p><strong>{}.</strong> {}</p></div>"
    ).format(name, json_attribute(choices), title + mark, head, Html("\n").join(rows), origin, note)


def _row(cells: dict, row_id: str | None, values: dict, colours: dict) -> Html:
    """One row; each cell repeats its heading, which a narrow screen shows beside it."""
    shown = []
    for heading, cell in cells.items():
        look = Html("")
        if heading in colours:
            look = Html(' class="coloured" style="background-color:{}"').format(colours[heading])
        shown.append(Html('<td{} data-label="{}">{}</td>').format(look, heading, cell))
    anchor = Html(' id="{}"').format(row_id) if row_id else ""
    return Html("<tr{} data-values='{}'>{}</tr>").format(
        anchor, json_attribute(values), Html("").join(shown)
    )
