"""The story of the first page on one sheet of paper, and as a picture for links to the book.

Typst sets them: no browser is needed, and the PDF is tagged for screen readers (PDF/UA-1).
"""

import json
import tempfile
from pathlib import Path

import rescat

from ..base.files import publish
from ..base.inert import Html
from ..pages.story import tell
from .imprint import PICTURE, citation, public_address

__all__ = ["LANGUAGES", "sheet_name", "write_sheets"]

LANGUAGES = ("en", "it")
_ON_PICTURE = (0, 2, 3)  # the findings on the picture
_PAPER = "10.1016/j.jcyt.2025.04.059"
_TEMPLATE = Path(__file__).with_name("sheet.typ")
# The colours of the page in light (rescat.css).
_STYLE = Html(
    "<style>text{font-family:'DejaVu Sans';font-size:15px;fill:#1c2433}"
    ".key{font-size:13px}line{stroke:#1c2433}.treated{fill:#d55e00}.control{fill:#0072b2}.matched{fill:#007a5a}"
    ".rest{fill:#f3f4f6;stroke:#1c2433}.line{fill:none;stroke-width:3}"
    ".line.treated{fill:none;stroke:#d55e00}.line.matched{fill:none;stroke:#007a5a}</style>"
)


def sheet_name(language: str) -> str:
    """The file of the sheet in a language.

    Examples
    --------
    >>> from rescat.book.sheets import sheet_name
    >>> sheet_name("it")
    'rescat-one-page-it.pdf'
    """
    return f"rescat-one-page-{language}.pdf"


def write_sheets(folder: Path) -> None:
    """Write the sheet in each language, and the picture, into a folder that then has nothing else.

    Parameters
    ----------
    folder : Path

    Notes
    -----
    The same inputs give the same bytes: no time is written, and no font of the machine is read.
    """
    figures = rescat.key_figures(rescat.audit())
    with tempfile.TemporaryDirectory(dir=folder.parent) as aside:
        made = Path(aside) / folder.name
        made.mkdir()
        for language in LANGUAGES:
            _set(made / sheet_name(language), language, figures, pdf_standards=["ua-1"])
        _set(made / PICTURE, "en", figures, _ON_PICTURE, format="png", ppi=72)
        publish(made, folder)


def _set(
    target: Path,
    language: str,
    figures: dict[str, str],
    chosen: tuple[int, ...] | None = None,
    **options,
) -> None:
    """Set the story in a language: all of it, or the picture with some findings."""
    import matplotlib  # slow; it brings the font
    import typst

    told, known = tell(language), citation()
    links = {
        told.words["paper"]: f"https://doi.org/{_PAPER}",
        told.words["book"]: public_address(),
    }
    said = told.words | {
        "kind": "sheet" if chosen is None else "picture",
        "language": language,
        "author": known["authors"],
        "trial": list(told.trial.items()),
        "cards": [
            {
                "number": number,
                "title": card.title,
                "words": card.words,
                "alt": card.alt,
                "svg": str(card.svg(_STYLE)),
            }
            for number, card in enumerate(told.cards, 1)
            if chosen is None or number - 1 in chosen
        ],
        "summary": told.in_short(figures),
        "foot": told.words["foot"].format_map(known),
        "links": [pair for pair in links.items() if pair[1]],
    }
    typst.compile(
        _TEMPLATE,
        output=target,
        root=_TEMPLATE.parent,
        font_paths=[Path(matplotlib.get_data_path()) / "fonts" / "ttf"],
        ignore_system_fonts=True,
        sys_inputs={"told": json.dumps(said, ensure_ascii=False)},
        **options,
    )
