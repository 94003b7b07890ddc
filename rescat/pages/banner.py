"""The line at the head of a page that says where its data come from."""

import pandas as pd
from IPython.display import HTML

from ..base.inert import Html, displayed
from ..base.origin import ORIGINS, origins_of

__all__ = ["banner"]

# JupyterLab would set every cell to the right, sentences too; a page of the book has no such part.
_IN_JUPYTER = Html(
    "<style>.jp-RenderedHTMLCommon .tabular :is(th, td, caption)"
    "{text-align:left;vertical-align:top}"
    ".jp-RenderedHTMLCommon .tabular caption{font-weight:bold}"
    ".jp-RenderedHTMLCommon .subtitle{display:block;font-weight:normal}</style>"
)


def banner(*frames: pd.DataFrame) -> HTML:
    """A line at the head of a page that says where its data come from.

    With it comes what JupyterLab needs to show the tables of a notebook well.

    Parameters
    ----------
    *frames : DataFrame
        The tables of the page, each with a column ``origin``.

    Returns
    -------
    IPython.display.HTML
        A sentence for each origin, the least public one last.

    Raises
    ------
    OriginError
        If a frame has no column ``origin``, or one that is not known.

    Examples
    --------
    >>> import rescat
    >>> print(rescat.banner(rescat.load_patients()).data.partition("<style>")[0])
    <div class="origin origin-published" role="note">PUBLISHED: figures that the paper prints</div>
    """
    origins = origins_of(*frames)
    lines = Html("<br>").join(ORIGINS[o] for o in origins)
    line = Html('<div class="origin origin-{}" role="note">{}</div>').format(origins[-1], lines)
    return displayed(line + _IN_JUPYTER)
