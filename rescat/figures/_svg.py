"""Figures as SVG that belongs in a page: text as text, colours from the page, marks that speak.

matplotlib's own writer names its parts at random, repeats each style in full and cannot let the
page choose a colour. This one writes the few elements that figures need.
"""

import json
import math

import numpy as np
from matplotlib.backend_bases import FigureCanvasBase, RendererBase
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from ..base.inert import Html
from .palette import FONT, GROUND, INK, PALETTE

__all__ = ["ROOM_FOR_MARK", "put_over", "say_marks", "svg_of"]

# Points around a figure, and above it, for the frame and the word of what is not public data.
ROOM_FOR_MARK = (6, 18)
_PATH = Html('<path d="')
_SAID, _OVER = "said:", "over"
_SIZE = 9.5  # of most text, in points
_CODES = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C"}


def say_marks(artist, words: list[str]) -> None:
    """Give each mark of an artist words, which a reader gets by pointer and keyboard.

    Parameters
    ----------
    artist : matplotlib Artist
        Points, a line with markers, or one patch.
    words : list of str
        For each of its marks, in their order; one text says all of it.
    """
    artist.set_gid(_SAID + json.dumps([str(each) for each in words], ensure_ascii=False))


def put_over(text) -> None:
    """Let a pointer reach the mark below a text."""
    text.set_gid(_OVER)


def svg_of(figure: Figure, name: str, alt: str, *, marked: bool = False) -> Html:
    """Draw a figure as SVG.

    Parameters
    ----------
    figure : Figure
    name : str
        Begins the ids of its parts: another one for each figure of a page.
    alt : str
        What the figure shows, in words.
    marked : bool
        Whether there is room above it for the mark of invented and private data.
    """
    figure.set_dpi(72)  # a unit of the SVG is a point
    width, height = (72 * side for side in figure.get_size_inches())
    renderer = _Renderer(width, height, name)
    _Canvas(figure, renderer)
    figure.draw(renderer)
    room, above = ROOM_FOR_MARK if marked else (0, 0)
    sides = _number(width + 2 * room), _number(height + above + room)
    head = Html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="{} {} {} {}" role="img" aria-label="{}" '
        'font-family="{}" font-size="{}" fill="{}" stroke-linejoin="round" stroke-linecap="round" '
        'style="background:{};aspect-ratio:{}/{}">'  # its room, before it is laid out
    ).format(
        -room, -above, *sides, alt, FONT, _SIZE, _colour(INK), _colour(GROUND), *sides
    )  # fmt: skip
    defs = Html("").join(renderer.defs)
    defs = Html("<defs>{}</defs>").format(defs) if renderer.defs else ""
    return head + defs + Html("").join(renderer.parts) + Html("</svg>")


class _Canvas(FigureCanvasBase):
    """Lets the layout of a figure measure its text as it will be written."""

    def __init__(self, figure: Figure, renderer: "_Renderer"):
        super().__init__(figure)
        self._renderer = renderer

    def get_renderer(self) -> "_Renderer":
        return self._renderer


def _number(value: float) -> str:
    """Two decimals are a hundredth of a point: nobody sees more."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text


def _colour(colour) -> str:
    """A colour of the palette as the page has it, light or dark; others as they are."""
    plain = to_hex(colour).upper()
    name = PALETTE.get(plain)
    return f"var(--fig-{name},{plain})" if name else plain


def _path(path: Path, transform, *, simplify: bool | None = None) -> str:
    parts, last = [], ""
    for points, code in path.iter_segments(transform, simplify=simplify, curves=True):
        if code == Path.CLOSEPOLY:
            parts.append("z")
            last = "z"
            continue
        letter = _CODES[code]
        written = " ".join(map(_number, points))
        parts.append(" " + written if letter == last == "L" else letter + written)
        last = letter
    return "".join(parts)


def _outside(clip, x: float, y: float) -> bool:
    """Whether a mark lies beyond the axes that cut it off."""
    return clip is not None and not (
        clip.x0 - 1 <= x <= clip.x1 + 1 and clip.y0 - 1 <= y <= clip.y1 + 1
    )


def _stands(transform) -> bool:
    """Whether a transform leaves all where it is."""
    return np.array_equal(transform.transform([(0, 0), (1, 1)]), [(0, 0), (1, 1)])


class _Renderer(RendererBase):
    """Draws into a list of elements."""

    def __init__(self, width: float, height: float, name: str):
        super().__init__()
        self.width, self.height, self.name = width, height, name
        self.parts: list[Html] = []
        self.defs: list[Html] = []
        self._ids: dict[tuple, str] = {}
        self._said: list[str] = []
        self._last: tuple[int | None, Html] = None, Html("")
        self._whole = self._over = False
        self._flip = Affine2D().scale(1, -1).translate(0, height)

    # What the layout asks.

    def get_canvas_width_height(self):
        return self.width, self.height

    def get_text_width_height_descent(self, s, prop, ismath):
        return self._text2path.get_text_width_height_descent(s, prop, ismath)

    def flipy(self):
        return True

    def points_to_pixels(self, points):
        return points

    # Groups: a mark says something, or lets the pointer through.

    def open_group(self, s, gid=None):
        if not isinstance(gid, str):
            return
        self._over = gid == _OVER
        if gid.startswith(_SAID):
            self._said = json.loads(gid.removeprefix(_SAID))[::-1]
            self._whole = len(self._said) == 1
            self._last = None, Html("")
            if self._whole:
                self.parts.append(Html('<g class="said"><title>{}</title>').format(self._said[0]))

    def close_group(self, s):
        if self._whole and s in ("line2d", "patch", "PathCollection", "LineCollection"):
            self.parts.append(Html("</g>"))
        self._said, self._whole, self._over = [], False, False

    def _words(self) -> Html | str:
        """The words of the next mark."""
        if self._whole or not self._said:
            return ""
        return Html("<title>{}</title>").format(self._said.pop())

    # What is drawn.

    def draw_path(self, gc, path, transform, rgbFace=None):
        d = _path(path, transform + self._flip, simplify=path.should_simplify)
        if not d:
            return
        look = self._look(gc, rgbFace)
        if look == Html(' fill="none"'):
            return
        look += self._clip(gc, path, transform)
        last, before = self._last
        if last is not None and before == look:
            # The next of several alike, such as the lines of a grid or the bars of a histogram.
            self.parts[last] = self.parts[last].replace(_PATH, _PATH + d)
            return
        alone = self._said or self._whole or "opacity" in look
        self._last = (None if alone else len(self.parts), look)
        self.parts.append(Html('<path d="{}"{}/>').format(d, look))

    def draw_markers(self, gc, marker_path, marker_trans, path, trans, rgbFace=None):
        if _stands(trans):  # an area
            self.draw_path(gc, marker_path, marker_trans, rgbFace)
            return
        shape = self._shape(_path(marker_path, marker_trans + Affine2D().scale(1, -1)))
        points = [p[-2:] for p, _ in path.iter_segments(trans, simplify=False) if len(p)]
        look = self._look(gc, rgbFace)
        self._uses(gc, [(shape, x, y, look) for x, y in points])

    def draw_path_collection(
        self, gc, master_transform, paths, all_transforms, offsets, offset_trans, facecolors,
        edgecolors, linewidths, linestyles, antialiaseds, urls, offset_position, *,
        hatchcolors=None,
    ):  # fmt: skip
        hatches = [] if hatchcolors is None else hatchcolors
        if len(paths) > 1 or _stands(offset_trans):
            super().draw_path_collection(  # lines and areas, each in its own place
                gc, master_transform, paths, all_transforms, offsets, offset_trans, facecolors,
                edgecolors, linewidths, linestyles, antialiaseds, urls, offset_position,
                hatchcolors=hatches,
            )  # fmt: skip
            return
        shapes = [
            self._shape(_path(p, Affine2D(t.get_matrix()).scale(1, -1)))
            for p, t in self._iter_collection_raw_paths(master_transform, paths, all_transforms)
        ]
        drawn = self._iter_collection(
            gc, shapes, offsets, offset_trans, facecolors, edgecolors, linewidths, linestyles,
            antialiaseds, urls, offset_position,
            hatchcolors=hatches,
        )  # fmt: skip
        self._uses(gc, [(shape, x, y, self._look(own, face)) for x, y, shape, own, face in drawn])

    def draw_image(self, gc, x, y, im, transform=None):
        raise NotImplementedError("no figure of the book holds an image: draw its parts")

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        if ismath:  # a formula is drawn
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
            return
        anchor = ""
        if mtext is not None and not angle and mtext.get_ha() != "left":
            # The middle or the end stays in place where another font is wider.
            width, *_ = self.get_text_width_height_descent(s, prop, ismath)
            middle = mtext.get_ha() == "center"
            x += width / 2 if middle else width
            anchor = Html(' text-anchor="{}"').format("middle" if middle else "end")
        look = Html("")
        if (size := _number(prop.get_size_in_points())) != _number(_SIZE):
            look += Html(' font-size="{}"').format(size)
        if prop.get_weight() in ("bold", 700):
            look += Html(' font-weight="700"')
        if prop.get_style() == "italic":
            look += Html(' font-style="italic"')
        if (colour := _colour(gc.get_rgb()[:3])) != _colour(INK):
            look += Html(' fill="{}"').format(colour)
        if self._over:
            look += Html(' pointer-events="none"')
        place = Html(' x="{}" y="{}"').format(_number(x), _number(y))
        if angle:
            place = Html(' transform="translate({} {})rotate({})"').format(
                _number(x), _number(y), _number(-angle)
            )
        # SVG takes several spaces for one.
        words = s.replace("  ", "\u00a0\u00a0")
        self.parts.append(Html("<text{}{}{}>{}</text>").format(place, anchor, look, words))

    # How it looks.

    def _uses(self, gc, marks: list[tuple]) -> None:
        """The same shape at several places; those of one look are a group."""
        clip = gc.get_clip_rectangle()
        look, inner = None, []
        for shape, x, y, own in marks:
            words = self._words()
            if not (math.isfinite(x) and math.isfinite(y)) or _outside(clip, x, y):
                continue
            if own != look:
                self._grouped(look, inner)
                look, inner = own, []
            place = Html('<use href="#{}" x="{}" y="{}"').format(
                shape, _number(x), _number(self.height - y)
            )
            inner.append(
                place + (Html(' class="said">{}</use>').format(words) if words else Html("/>"))
            )
        self._grouped(look, inner)

    def _grouped(self, look: Html | None, inner: list[Html]) -> None:
        if inner:
            self._last = None, Html("")
            self.parts.append(Html("<g{}>{}</g>").format(look, Html("").join(inner)))

    def _shape(self, d: str) -> str:
        if ("shape", d) not in self._ids:
            self._ids["shape", d] = self._id()
            self.defs.append(Html('<path id="{}" d="{}"/>').format(self._ids["shape", d], d))
        return self._ids["shape", d]

    def _id(self) -> str:
        return f"{self.name}{len(self._ids)}"

    def _clip(self, gc, path, transform) -> Html:
        """Cut off what leaves the axes; most things do not."""
        clip = gc.get_clip_rectangle()
        if clip is None:
            return Html("")
        points = transform.transform(path.vertices)
        points = points[np.isfinite(points).all(axis=1)]
        if not len(points):
            return Html("")
        (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
        if x0 >= clip.x0 - 1 and y0 >= clip.y0 - 1 and x1 <= clip.x1 + 1 and y1 <= clip.y1 + 1:
            return Html("")
        box = tuple(map(_number, (clip.x0, self.height - clip.y1, clip.width, clip.height)))
        if box not in self._ids:
            self._ids[box] = self._id()
            self.defs.append(
                Html(
                    '<clipPath id="{}"><rect x="{}" y="{}" width="{}" height="{}"/></clipPath>'
                ).format(self._ids[box], *box)
            )
        return Html(' clip-path="url(#{})"').format(self._ids[box])

    def _look(self, gc, face) -> Html:
        """Fill and stroke."""
        whole = gc.get_alpha() if gc.get_forced_alpha() else None
        look = Html("")
        if face is None:
            look += Html(' fill="none"')
        else:
            if (colour := _colour(face[:3])) != _colour(INK):
                look += Html(' fill="{}"').format(colour)
            alpha = whole if whole is not None else (face[3] if len(face) == 4 else 1)
            if alpha < 1:
                look += Html(' fill-opacity="{}"').format(_number(alpha))
        width = gc.get_linewidth()
        rgb = gc.get_rgb()
        alpha = whole if whole is not None else rgb[3]
        if width and alpha:
            look += Html(' stroke="{}"').format(_colour(rgb[:3]))
            if width != 1:
                look += Html(' stroke-width="{}"').format(_number(width))
            if alpha < 1:
                look += Html(' stroke-opacity="{}"').format(_number(alpha))
            _, dashes = gc.get_dashes()
            if dashes is not None and len(dashes):
                look += Html(' stroke-dasharray="{}"').format(" ".join(map(_number, dashes)))
            if gc.get_capstyle() != "round":
                cap = {"projecting": "square"}.get(gc.get_capstyle(), gc.get_capstyle())
                look += Html(' stroke-linecap="{}"').format(cap)
        return look
