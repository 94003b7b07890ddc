"""The line at the head of a page that says where its data come from."""

import pandas as pd
from IPython.display import HTML

from ..base.inert import Html, displayed
from ..base.origin import ORIGINS, origins_of

__all__ = ["banner"]


def banner(*frames: pd.DataFrame) -> HTML:
    """A line at the head of a page that says where its data come from."""
    origins = origins_of(*frames)
    lines = Html("<br>").join(ORIGINS[o] for o in origins)
    line = Html('<div class="origin origin-{}" role="note">{}</div>').format(origins[-1], lines)
    return displayed(line)
