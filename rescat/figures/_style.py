"""The house style, and how a figure comes onto a page: drawn for two widths, with its caption."""

import warnings
from collections.abc import Callable
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import partial, wraps
from textwrap import fill
from urllib.parse import quote
from zlib import crc32

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from IPython.display import display
from matplotlib import font_manager
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter, MaxNLocator
from matplotlib.transforms import Affine2D

from ..base import inert
from ..base.addresses import patient_link
from ..base.errors import OriginError
from ..base.inert import Html, file_name
from ..base.origin import MARKED, marked_name, origin_label, origin_of
from ..base.tabular import table
from ._svg import ROOM_FOR_MARK, svg_of
from .palette import GREY, GRID, INK, RED

WIDTH = 7.2  # inches, on a desk
NARROW = 3.3  # on a phone, which shows an inch larger
_SMALLEST = {WIDTH: 7.5, NARROW: 8.5}  # points of text: 11 pixels on the screens that show it
ARM_MARKERS = {"MSC": "o", "CTRL": "s", "mCTRL": "D"}

# Columns with the numbers of patients: of each, or of who is matched with whom.
_NAMING = (["patient_id"], ["treated", "control"])

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
        # The page gives the ground.
        "figure.facecolor": "none",
        "axes.facecolor": "none",
        "legend.facecolor": "white",
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
        "grid.color": GRID,
        "figure.constrained_layout.use": True,
    },
)

_FOR_PHONE = ContextVar("for_phone", default=False)


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
    title : str
        What is found, in one sentence that is true of these data.
    note : str
        What is drawn and of whom, and what its signs mean.
    source : str
        Where the numbers are from.
    again : callable, optional
        Draws the figure once more, for a phone.
    """

    figure: Figure
    alt: str
    data: pd.DataFrame
    title: str = ""
    note: str = ""
    source: str = ""
    again: Callable[[], Figure] | None = None


def in_two_widths(draw: Callable[..., Drawing | None]) -> Callable[..., Drawing | None]:
    """Decorate a function that draws: its figure can be drawn once more, for a phone.

    Meanwhile :func:`on_phone` is true, and :func:`canvas` is narrow and stacks panels.
    """

    @wraps(draw)
    def drawn(*arguments, **named):
        made = draw(*arguments, **named)
        again = partial(_on_a_phone, draw, arguments, named)
        return made if made is None else replace(made, again=again)

    return drawn


@contextmanager
def phone():
    """Draw for a phone inside the block."""
    token = _FOR_PHONE.set(True)
    try:
        yield
    finally:
        _FOR_PHONE.reset(token)


def _on_a_phone(draw, arguments, named) -> Figure:
    with phone():
        return draw(*arguments, **named).figure


def on_phone() -> bool:
    """Whether what is drawn is the figure for a phone."""
    return _FOR_PHONE.get()


def canvas(height: float, nrows: int = 1, ncols: int = 1, *, squeeze: bool = True, **options):
    """A figure of the book's width with its axes, as ``plt.subplots`` gives them.

    On a phone panels that stand side by side are stacked, at most two beside each other.
    """
    if not on_phone():
        size = (WIDTH, height)
        return plt.subplots(nrows, ncols, figsize=size, squeeze=squeeze, **options)
    across = 2 if ncols > 3 else 1
    down = -(-nrows * ncols // across)
    options.pop("gridspec_kw", None)
    if down != nrows:
        options.pop("height_ratios", None)
    size = (NARROW, height * (1 if down == nrows else 0.85 * down / nrows))
    figure, axes = plt.subplots(down, across, figsize=size, squeeze=False, **options)
    for own in axes.flat:
        own.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
    flat = axes.ravel()
    for beyond in flat[nrows * ncols :]:
        beyond.set_axis_off()
    shaped = flat[: nrows * ncols].reshape(nrows, ncols)
    if not squeeze:
        return figure, shaped
    return figure, shaped.item() if shaped.size == 1 else shaped.squeeze()


def lines_high(lines: float, each: float) -> float:
    """Inches for some lines of a forest: on a phone a name stands above each."""
    return lines * (max(each, 0.46) if on_phone() else each)


def name_lines(axes, places, names, *, fontsize: float | None = None) -> None:
    """Name the lines of a forest: beside them, on a phone above them."""
    places, names = list(places), [str(name) for name in names]
    if not on_phone():
        axes.set_yticks(places, names, **({} if fontsize is None else {"fontsize": fontsize}))
        return
    axes.set_yticks(places, [""] * len(places))
    axes.tick_params(axis="y", length=0)
    across = axes.get_yaxis_transform()
    for place, name in zip(places, names, strict=True):
        axes.text(0, place + 0.42, name, transform=across, va="center", fontsize=8.2)
    axes.set_ylim(min(places) - 0.5, max(places) + 0.75)


def key(figure: Figure, *handles, ncols: int, loc: str = "outside upper center", **options) -> None:
    """A legend above the panels, on a phone in at most two columns."""
    narrow = options.pop("narrow", 2)
    ncols = min(ncols, narrow) if on_phone() else ncols
    look = {"frameon": False, "fontsize": 8.5}
    if on_phone():
        look |= {"fontsize": 8.2, "handlelength": 1.3, "columnspacing": 0.9, "handletextpad": 0.5}
    figure.legend(*handles, loc=loc, ncols=ncols, **look | options)


def shades(n: int) -> list[tuple]:
    """Steps of one colour, from light to dark, for an order; lines have a style or name too."""
    return [(*to_rgb(INK), 0.4 + 0.6 * k / max(n - 1, 1)) for k in range(n)]


def wrapped(text: object, wide: int = 200, narrow: int = 36) -> str:
    """A heading or a name in lines that fit."""
    return fill(str(text), narrow if on_phone() else wide)


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
            small = row.p_value < 0.0005
            below = small or getattr(row, "p_relation", "=") == "<"
            # On a phone above the line, at its end, beside the name.
            x, y, end = (1, 0.42, "right") if on_phone() else (1.02, 0, "left")
            words = f"P {'<' if below else '='} {max(row.p_value, 0.001 * small):.3f}"
            axes.text(
                x, y - place, words, va="center", ha=end, fontsize=8.5,
                transform=axes.get_yaxis_transform(),
            )  # fmt: skip


def short(name: object, most: int = 28) -> str:
    """A name from the data in the room that a figure has for it; the page has the whole name."""
    text = str(name)
    return text if len(text) <= most else f"{text[: most - 9]}…{text[-8:]}"


_WHO = {"synthetic": "Invented patient ", "private": "Your patient "}


def who(row) -> str:
    """The patient of a mark, in words, from a row with ``patient_id``, ``arm`` and ``origin``."""
    name = str(row.patient_id)
    kind = "" if name.startswith("INVENTED") else _WHO.get(row.origin, "Patient ")
    return f"{kind}{name}, {row.arm}"


def is_public(*frames: pd.DataFrame) -> bool:
    """Whether what is drawn was published: of other data no title may say what is found."""
    return origin_of(*frames) not in MARKED


def stamp(figure: Figure, *frames: pd.DataFrame) -> Figure:
    """Say on a figure where its data are from: a frame and a word above it if they are not public.

    The caption says it of every figure, so the figure keeps the words as its label.
    """
    origin = origin_of(*frames)
    figure.set_label(origin_label(*frames))
    if origin in MARKED:
        width, height = 72 * figure.get_size_inches()
        points = Affine2D().scale(1 / 72) + figure.dpi_scale_trans
        room, above = ROOM_FOR_MARK
        edge = Rectangle(
            (1 - room, 1 - room), width + 2 * room - 2, height + room + above - 2, fill=False,
            edgecolor=RED, lw=1.5, ls=(0, (4, 3)), transform=points,
        )  # fmt: skip
        figure.add_artist(edge).set_in_layout(False)
        for x, words, look in (
            (0, origin.upper(), {"fontsize": 9.5, "weight": "bold"}),
            (76, _WHAT_IT_IS[origin], {"fontsize": 8.5}),
        ):
            text = figure.text(x, height + 4.5, words, color=RED, transform=points, **look)
            text.set_in_layout(False)
    return figure


_WHAT_IT_IS = {"synthetic": "invented, not data of the trial", "private": "your own data"}


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


def _readable(figure: Figure) -> None:
    """No letter is smaller than a reader can read on the screen that shows it."""
    least = _SMALLEST[NARROW if figure.get_size_inches()[0] < (NARROW + WIDTH) / 2 else WIDTH]
    for text in figure.findobj(Text):
        text.set_fontsize(max(text.get_fontsize(), least))


def show(drawing: Drawing, *, name: str) -> None:
    """Display a figure with its caption, and its data folded below it.

    Parameters
    ----------
    drawing : Drawing
        From any function of ``rescat.figures``; of a figure of your own,
        ``Drawing(figure, alt, data)``.
    name : str
        Name of the file that the reader can save, and ``fig-`` with it the place on the page.

    Raises
    ------
    OriginError
        If the data do not say where they come from, or are invented or private and the figure
        does not say so.
    ValueError
        If the alternative text is empty.
    """
    display(inert.displayed(in_page(drawing, name=name)))


def in_page(drawing: Drawing, *, name: str) -> Html:
    """As :func:`show`, to be put into other HTML.

    Parameters
    ----------
    drawing : Drawing
    name : str

    Returns
    -------
    Html
    """
    alt, origin = drawing.alt, origin_of(drawing.data)
    marks = [text.get_text() for text in drawing.figure.texts]
    if origin in MARKED and origin.upper() not in marks:
        raise OriginError(
            f"{name}: the data are {origin.upper()}, and the figure is not marked so: stamp it"
        )
    if not alt.strip():
        raise ValueError("a figure needs an alternative text: say in words what it shows")
    # What is drawn may be less public than the data that go with it.
    origin = next((kind for kind in MARKED[::-1] if kind.upper() in marks), origin)
    marked = origin in MARKED
    if marked:
        alt = f"{origin.capitalize()}. {alt}"  # for who cannot see the mark
    place = f"fig-{file_name(name)}"
    figures = {"wide": drawing.figure}
    if drawing.again is not None:
        figures["narrow"] = drawing.again()
    drawn = []
    for variant, figure in figures.items():
        _without_formulas(figure)
        _readable(figure)
        made = svg_of(
            figure, f"{crc32(place.encode()) % 16**5:05x}{variant[0]}", alt, marked=marked
        )
        plt.close(figure)
        # Without the styles of the book the one for a phone is not seen.
        hidden = Html(" hidden") if variant == "narrow" else ""
        drawn.append(Html('<div class="fig-{}"{}>{}</div>').format(variant, hidden, made))
    both = " fig-both" if len(drawn) == 2 else ""
    file = marked_name(name, origin)
    return Html('<figure class="fig{}" id="{}" data-name="{}">{}{}</figure>{}').format(
        both, place, file, Html("").join(drawn), _caption(drawing, origin, place),
        _data_below(drawing.data, file),
    )  # fmt: skip


def _caption(drawing: Drawing, origin: str, place: str) -> Html:
    """Number, finding, what is drawn of whom, and source; the number is written by the book."""
    title = Html(" <strong>{}</strong>").format(_ended(drawing.title)) if drawing.title else ""
    number = Html('<a class="number" href="#{}">Figure.</a>').format(place)
    lines = [Html("<p>{}{}</p>").format(number, title)]
    if drawing.note:
        lines.append(Html("<p>{}</p>").format(_ended(drawing.note)))
    whence = drawing.figure.get_label() or origin.capitalize()
    source = f"{whence}. {_ended(drawing.source)}".strip()
    lines.append(Html('<p class="fig-source">{}</p>').format(source))
    named = next((kind for kind in _NAMING if {*kind} <= {*drawing.data}), [])
    if named and origin not in MARKED:
        patients = {str(patient) for column in named for patient in drawing.data[column]}
        links = Html(", ").join(patient_link(patient) for patient in sorted(patients, key=_order))
        line = Html('<p class="fig-patients">Patients in this figure: {}</p>').format(links)
        lines.append(line)
    return Html("<figcaption>{}</figcaption>").format(Html("").join(lines))


def _ended(sentence: str) -> str:
    whole = sentence if not sentence or sentence[-1] in ".?!" else f"{sentence}."
    return whole.replace(" %", "\u00a0%")


def _order(patient: str) -> tuple:
    return (int(patient), "") if patient.isdecimal() else (10**9, patient)


def _data_below(data: pd.DataFrame, name: str) -> Html:
    """The numbers of a figure: a folded table, and a file that saves without a network."""
    # What is the same in all rows is said once.
    same = [column for column in data if len(data) > 2 and data[column].nunique(dropna=False) == 1]
    varied = data.drop(columns=same) if len(same) < data.shape[1] else data
    shown = table(varied, classes="figure-data")
    if varied is not data:
        said = "; ".join(f"{column}: {data[column].iloc[0]}" for column in same)
        shown = Html("<p>In all rows: {}.</p>").format(said) + shown
    return Html(
        '<div class="fig-ways d-print-none"><a class="fig-way" download="{name}.csv" '
        'href="data:text/csv;charset=utf-8,{content}">CSV</a>'
        '<details class="figure-data-box"><summary>Data ({rows} rows)</summary>'
        '<div class="figure-data-scroll">{table}</div></details></div>'
    ).format(
        rows=len(data), name=name, table=shown,
        content=quote(inert.csv_text(data), safe=" ,;:/()'+=|*!@[]{}<>"),
    )  # fmt: skip
