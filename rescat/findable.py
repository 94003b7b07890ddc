"""Tables that a reader can search, sort and filter in the page.

They are plain HTML tables, which print and can be read without scripts. The script
``book/_static/findable.js`` adds the controls, the same in a folder on a disk and on a server.
"""

import html
import json

import pandas as pd

from .origin import MARKED, origin_label, origin_of

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
) -> str:
    """A table as HTML, with what the script needs to search, sort and filter it.

    Parameters
    ----------
    cells : DataFrame, shape (rows, columns)
        HTML of each cell, escaped where it is text; the columns are the headings. The column
        ``origin`` is not shown: it becomes the note below the table.
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

    Raises
    ------
    OriginError
        If the frame does not say where its data come from.
    """
    origin, headings = origin_label(cells), [c for c in cells if c != "origin"]
    mark = f" ({origin_of(cells).upper()})" if origin_of(cells) in MARKED else ""
    filters = {label: values.astype("category") for label, values in (filters or {}).items()}
    choices = {label: list(values.cat.categories) for label, values in filters.items()}
    head = "".join(f'<th scope="col">{html.escape(heading)}</th>' for heading in headings)
    rows = [
        _row(
            {heading: cells[heading][i] for heading in headings},
            None if row_ids is None else row_ids[i],
            {label: values[i] for label, values in filters.items()},
            {heading: values[i] for heading, values in (colours or {}).items()},
        )
        for i in cells.index
    ]
    return (
        f'<div class="findable-box"><table class="findable" id="{name}" '
        f"data-filters='{_attribute(choices)}'>"
        f"<caption>{html.escape(title + mark)}</caption><thead><tr>{head}</tr></thead>\n<tbody>"
        + "\n".join(rows)
        + f"</tbody></table>\n<p><strong>{origin}.</strong> {html.escape(note)}</p></div>"
    )


def _row(cells: dict, row_id: str | None, values: dict, colours: dict) -> str:
    """One row; each cell repeats its heading, which a narrow screen shows beside it."""
    shown = []
    for heading, cell in cells.items():
        colour = f' style="background-color:{colours[heading]}"' if heading in colours else ""
        kind = ' class="coloured"' if colour else ""
        shown.append(f'<td{kind}{colour} data-label="{html.escape(heading)}">{cell}</td>')
    anchor = f' id="{row_id}"' if row_id else ""
    return f"<tr{anchor} data-values='{_attribute(values)}'>{''.join(shown)}</tr>"


def _attribute(value: dict) -> str:
    """JSON for an attribute in single quotes."""
    return html.escape(json.dumps(value, ensure_ascii=False), quote=False).replace("'", "&#39;")
