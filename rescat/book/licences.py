"""What of other projects the pages carry, each under a licence of its own, and where it stands.

The Python that runs in pages has its own list (:mod:`rescat.book.runtime`). Fonts and scripts of
the theme come without the text of their licence: the terms are then those of a file that has them.
"""

import re
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path

from ..base.errors import BuildError
from ..base.files import write_whole
from ..base.inert import Html, Markdown

__all__ = ["LICENCES", "PARTS", "Part", "licences_of_parts", "write_licences"]

LICENCES = "_static/licences.txt"  # of a book
_MIT = ("sphinx-revealjs", "_static/revealjs/LICENSE", "Permission is hereby granted")
_OFL = ("sphinx-revealjs", "fonts/source-sans-pro/LICENSE", "SIL OPEN FONT LICENSE")
_RULE = "=" * 78


@dataclass(frozen=True)
class Part:
    """Something that another project made, and that a book carries.

    Attributes
    ----------
    name : str
    package : str
        The Python package that brings it here.
    licence : str
        In the words of SPDX.
    carried : str
        What of it is in the book.
    notice : str
        The end of the name of the file, among those of the package, that has its licence, or who
        made it.
    terms : tuple of str
        Package, file and first words of the terms, where the notice has none.
    head : str
        A pattern: the lines of the file that are the notice; the whole file if empty.
    optional : bool
        Whether a book may be made without the package.
    """

    name: str
    package: str
    licence: str
    carried: str
    notice: str = "LICENSE"
    terms: tuple[str, str, str] | tuple[()] = ()
    head: str = ""
    optional: bool = False

    @property
    def title(self) -> str:
        """Its name, with the version if it is a package of its own."""
        own = self.name.lower() == self.package
        return f"{self.name} {version(self.package)}" if own else self.name

    @property
    def text(self) -> str:
        """Who made it, and under which terms."""
        text = _read(self.package, self.notice)
        if self.head:
            text = re.search(self.head, text, re.DOTALL)[0]
        if self.terms:
            package, file, words = self.terms
            terms = _read(package, file)
            text += "\n\n" + terms[terms.index(words) :]
        return text.strip()


PARTS = (
    Part("Sphinx", "sphinx", "BSD-2-Clause", "scripts and styles, the search", "LICENSE.rst"),
    Part("pydata-sphinx-theme", "pydata-sphinx-theme", "BSD-3-Clause", "scripts and styles"),
    Part("sphinx-book-theme", "sphinx-book-theme", "BSD-3-Clause", "scripts and styles"),
    Part(
        "Bootstrap", "pydata-sphinx-theme", "MIT", "styles",
        "scripts/bootstrap.js.LICENSE.txt", _MIT,
    ),
    Part(
        "Font Awesome Free", "pydata-sphinx-theme", "OFL-1.1", "a font of the icons that are used",
        "scripts/fontawesome.js.LICENSE.txt", _OFL,
    ),
    Part("MyST-NB", "myst-nb", "BSD-3-Clause", "styles of cells"),
    Part("sphinx-design", "sphinx-design", "MIT", "styles and a script of tabs"),
    Part("sphinx-togglebutton", "sphinx-togglebutton", "MIT", "what folds"),
    Part("sphinx-copybutton", "sphinx-copybutton", "MIT", "the button that copies code"),
    Part(
        "clipboard.js", "sphinx-copybutton", "MIT", "its script",
        "_static/clipboard.min.js", _MIT, r"/\*!.*?\*/",
    ),
    Part("Pygments", "pygments", "BSD-2-Clause", "how code is coloured"),
    Part("accessible-pygments", "accessible-pygments", "BSD-3-Clause", "the colours of code"),
    Part(
        "DejaVu fonts", "matplotlib", "Bitstream-Vera", "the letters of figures",
        "ttf/LICENSE_DEJAVU",
    ),
    Part(
        "reveal.js", "sphinx-revealjs", "MIT", "slides of the course", "_static/revealjs/LICENSE"
    ),
    Part("numba", "numba", "BSD-2-Clause", "a part of the models that run in pages"),
    Part("Zig", "ziglang", "MIT", "another part of the models", "ziglang/LICENSE", optional=True),
    Part(
        "musl", "ziglang", "MIT", "functions of C in the models", "libc/musl/COPYRIGHT",
        optional=True,
    ),
)  # fmt: skip


def licences_of_parts() -> Markdown:
    """What a page says of them: a list, and where the texts are."""
    line = Markdown("- {} ({}): {}")
    lines = [line.format(part.title, part.licence, part.carried) for part in _present()]
    texts = Html('<a href="{}">The texts of these licences</a> come with the book.')
    return Markdown("{}\n\n{}").format(Markdown("\n").join(lines), texts.format(LICENCES))


def write_licences(pages: Path) -> None:
    """Write the texts of the licences into a folder of finished pages.

    Raises
    ------
    BuildError
        If a package has no file of this name any more.

    Examples
    --------
    >>> from rescat.book.licences import PARTS
    >>> "Redistribution and use" in PARTS[0].text
    True
    """
    path = pages / LICENCES
    path.parent.mkdir(exist_ok=True)
    texts = [
        f"{_RULE}\n{part.title} ({part.licence})\n{_RULE}\n\n{part.text}" for part in _present()
    ]
    write_whole(path, "\n\n\n".join(texts) + "\n")


def _present() -> list[Part]:
    """The parts whose package is installed: without zig a book has no models."""
    return [part for part in PARTS if not part.optional or _installed(part.package)]


def _installed(package: str) -> bool:
    try:
        distribution(package)
    except PackageNotFoundError:
        return False
    return True


def _read(package: str, ending: str) -> str:
    """The text of a file of a package."""
    files = sorted(distribution(package).files, key=lambda file: len(file.parts))
    for file in files:
        if file.as_posix().endswith(f"/{ending}"):
            return file.read_text(encoding="utf-8")
    raise BuildError(f"{package}: found no file {ending}\n  expected: the text of its licence")
