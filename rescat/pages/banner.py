"""The line at the head of a page that says where its data come from."""

import pandas as pd
from IPython.display import HTML

from ..base.inert import Html, displayed
from ..base.origin import ORIGINS, origins_of

__all__ = ["banner"]


def banner(*frames: pd.DataFrame) -> HTML:
    """A line at the head of a page that says where its data come from.

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
    >>> print(rescat.banner(rescat.load_patients()).data)
    <div class="origin origin-published" role="note">PUBLISHED: figures that the paper prints</div>
    """
    origins = origins_of(*frames)
    lines = Html("<br>").join(ORIGINS[o] for o in origins)
    line = Html('<div class="origin origin-{}" role="note">{}</div>').format(origins[-1], lines)
    return displayed(line)
