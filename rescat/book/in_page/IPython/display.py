"""What a cell shows: the part of ``IPython.display`` that the book's kernel in the page has."""

from base64 import b64encode
from pathlib import Path

from kernel import clear_output, display

__all__ = ["HTML", "SVG", "Image", "JSON", "Latex", "Markdown", "clear_output", "display"]


class _Shown:
    """Some text of one kind, given as it is or as the name of a file."""

    mime = "text/plain"

    def __init__(self, data=None, *, filename=None):
        if (data is None) == (filename is None):
            raise TypeError(f"{type(self).__name__} needs data, or filename=")
        self.data = Path(filename).read_text(encoding="utf-8") if data is None else data

    def __repr__(self):
        return f"<IPython.core.display.{type(self).__name__} object>"

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {self.mime: self.data, "text/plain": repr(self)}


class HTML(_Shown):
    """HTML."""

    mime = "text/html"

    def _repr_html_(self):
        return self.data


class Markdown(_Shown):
    """Markdown."""

    mime = "text/markdown"

    def _repr_markdown_(self):
        return self.data


class Latex(_Shown):
    """A formula in LaTeX."""

    mime = "text/latex"


class SVG(_Shown):
    """A picture as SVG."""

    mime = "image/svg+xml"

    def _repr_svg_(self):
        return self.data


class JSON(_Shown):
    """What JSON can hold."""

    mime = "application/json"


class Image:
    """A picture as PNG, JPEG or GIF, given as bytes or as the name of a file."""

    KINDS = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}

    def __init__(self, data=None, *, filename=None):
        if isinstance(data, (str, Path)):
            filename, data = data, None
        self.data = Path(filename).read_bytes() if data is None else data
        found = [mime for sign, mime in self.KINDS.items() if self.data.startswith(sign)]
        if not found:
            raise ValueError("Image: expected PNG, JPEG or GIF; for SVG use IPython.display.SVG")
        self.mime = found[0]

    def __repr__(self):
        return "<IPython.core.display.Image object>"

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {self.mime: b64encode(self.data).decode(), "text/plain": repr(self)}
