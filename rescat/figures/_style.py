"""The house style: colours, an opaque light background, the origin on the face of each figure."""

import base64
import io
import warnings
from dataclasses import dataclass

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from IPython.display import Image, display
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter

from ..base import inert
from ..base.errors import OriginError
from ..base.inert import Html
from ..base.origin import MARKED, origin_label, origin_of
from ..base.tabular import table

# Okabe and Ito's colours, which readers with any kind of colour vision can tell apart; the green
# is darkened so that white digits on it can be read.
ARM_COLOURS = {"MSC": "#D55E00", "CTRL": "#0072B2", "mCTRL": "#007A5A"}
ARM_MARKERS = {"MSC": "o", "CTRL": "s", "mCTRL": "D"}
# The two sources of cells; the colours of the arms are for arms alone.
SOURCE_COLOURS = {"AT": "#6A3D9A", "UC": "#A07800"}
GREY = "#5F6B76"
INK = "#1B242C"
# Lines of groups. All controls together have no arm's colour: such a line may run on where one of
# their two arms has no sample.
LINE_COLOURS = {"control": INK, "treated": ARM_COLOURS["MSC"]}
WIDTH = 7.2  # inches: text keeps its size when the page shows the figure at full width
DPI = 150

# For letters that the first font lacks: what this computer has, else an empty box is drawn.
OTHER_FONTS = (
    "Noto Sans CJK JP", "WenQuanYi Zen Hei", "Hiragino Sans", "PingFang SC", "Yu Gothic",
    "Microsoft YaHei", "Malgun Gothic", "Segoe UI Symbol", "Symbola",
)  # fmt: skip
warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from", UserWarning)

sns.set_theme(
    style="whitegrid",
    font=["DejaVu Sans", *sorted(set(OTHER_FONTS) & set(font_manager.get_font_names()))],
    rc={
        "figure.facecolor": "white",
        "axes.facecolor": "white",
        "savefig.facecolor": "white",
        "axes.edgecolor": GREY,
        "axes.labelcolor": INK,
        "text.color": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "font.size": 10,
        "axes.titlesize": 11,
        "axes.labelsize": 10,
        "legend.fontsize": 9,
        "xtick.labelsize": 9.5,
        "ytick.labelsize": 9.5,
        "grid.color": "#DDE2E6",
        "figure.constrained_layout.use": True,
    },
)


def canvas(height: float, *args, **kwargs):
    """A figure of the book's width with its axes, as ``plt.subplots`` gives them."""
    return plt.subplots(*args, figsize=(WIDTH, height), **kwargs)


def forest(axes, rows: pd.DataFrame, *, estimate="slope", colours=INK, faces=None, markers="o"):
    """Draw an estimate with its interval and P value on each line, the first on top.

    Parameters
    ----------
    axes : matplotlib Axes
    rows : DataFrame
        With the estimate, ``ci_low``, ``ci_high`` and ``p_value``. Interval and P may be missing; a
        column ``p_relation`` may say that P is below what stands there.
    estimate : str
        Column of the estimate.
    colours, faces, markers : str or list of str
        Of all lines, or of each; faces are the insides of the points.
    """
    own = [
        [x] * len(rows) if isinstance(x, str) else x for x in (colours, faces or colours, markers)
    ]
    looks = zip(rows.itertuples(), *own, strict=True)
    for place, (row, colour, face, marker) in enumerate(looks):
        axes.plot([row.ci_low, row.ci_high], [-place, -place], color=colour, lw=1.6)
        axes.scatter(
            getattr(row, estimate), -place, s=32, color=face, edgecolor=colour, marker=marker,
            zorder=3,
        )  # fmt: skip
        if pd.notna(row.p_value):
            below = getattr(row, "p_relation", "=") == "<"
            axes.text(
                1.02, -place, f"P {'<' if below else '='} {row.p_value:.3f}", va="center",
                fontsize=8.5, transform=axes.get_yaxis_transform(),
            )  # fmt: skip


def short(name: object, most: int = 28) -> str:
    """A name from the data in the room that a figure has for it; the page has the whole name."""
    text = str(name)
    return text if len(text) <= most else f"{text[: most - 9]}…{text[-8:]}"


def _without_formulas(figure: Figure) -> None:
    """Draw dollar signs as they stand. Only the ticks of a scale are set as formulas."""
    texts = figure.findobj(Text)
    axes = [axis for a in figure.axes for axis in (a.xaxis, a.yaxis)]
    ticks = {label for axis in axes for tick in (*axis.majorTicks, *axis.minorTicks)
             for label in (tick.label1, tick.label2)}  # fmt: skip
    for text in texts:
        if text not in ticks:
            text.set_parse_math(False)
    for axis in axes:
        names = axis.get_major_formatter()
        if isinstance(names, FixedFormatter):
            names.seq = [str(name).replace("$", r"\$") for name in names.seq]


def stamp(figure: Figure, *frames: pd.DataFrame, source: str) -> Figure:
    """Write the origin and the source on the figure; mark what is not public data across it."""
    origin, named = origin_of(*frames), origin_label(*frames)
    figure.supxlabel(f"{named}. {source}", fontsize=8, color=GREY, x=0.01, ha="left")
    if origin in MARKED:
        figure.text(
            0.5, 0.5, origin.upper(), fontsize=48, color="#B00020", alpha=0.18,
            ha="center", va="center", rotation=25, zorder=10,
        )  # fmt: skip
    return figure


@dataclass(frozen=True)
class Drawing:
    """A figure with its words and its numbers; :func:`show` puts it on a page.

    Attributes
    ----------
    figure : Figure
    alt : str
        What the figure shows, in words: for readers who do not see it.
    data : DataFrame
        The numbers behind the figure, with their origin.
    """

    figure: Figure
    alt: str
    data: pd.DataFrame


def show(drawing: Drawing, *, name: str) -> None:
    """Display a figure with its alternative text, and its data folded below it.

    Parameters
    ----------
    drawing : Drawing
        From any function of ``rescat.figures``; of a figure of your own,
        ``Drawing(figure, alt, data)``.
    name : str
        Name of the file that the reader can save.

    Raises
    ------
    OriginError
        If the data do not say where they come from, or are invented or private and the figure
        does not say so across its face.
    ValueError
        If the alternative text is empty.
    """
    figure, alt, data = drawing.figure, drawing.alt, drawing.data
    mark = origin_of(data).upper()
    if mark.lower() in MARKED and mark not in [text.get_text() for text in figure.texts]:
        raise OriginError(f"{name}: the data are {mark}, and the figure is not marked so: stamp it")
    if not alt.strip():
        raise ValueError("a figure needs an alternative text: say in words what it shows")
    _without_formulas(figure)
    buffer = io.BytesIO()
    # savefig would draw twice, once to lay the figure out; to draw does that too.
    figure.set_dpi(DPI)
    # Without the software's name and date the same figure is the same file.
    FigureCanvasAgg(figure).print_png(buffer, metadata={"Software": None})
    plt.close(figure)
    if mark.lower() in MARKED:
        alt = f"{mark.capitalize()}. {alt}"  # for who cannot see the mark
    display(Image(buffer.getvalue(), format="png", alt=alt))
    display(inert.displayed(_data_below(data, name)))


def _data_below(data: pd.DataFrame, name: str) -> Html:
    """The numbers of a figure: a folded table, and a file that saves without a network."""
    encoded = base64.b64encode(inert.csv_text(data).encode()).decode()
    shown = table(data, classes="figure-data")
    return Html(
        '<details class="figure-data-box"><summary>Data of this figure ({rows} rows)</summary>'
        '<p><a download="{name}.csv" href="data:text/csv;base64,{encoded}">'
        "Save as {name}.csv</a></p>"
        '<div class="figure-data-scroll">{table}</div></details>'
    ).format(rows=len(data), name=name, encoded=encoded, table=shown)
