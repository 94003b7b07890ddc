"""Explorables: a question, a picture, and what a reader may change in it.

The section is whole without scripts: question, picture, what is fixed. Where scripts run,
``book/_static/explorables/shell.js`` puts controls and a drawing in the place of the picture. The
file of the explorable beside it has the controls and the computation, and tests compare that with
the functions of this package.
"""

from typing import TYPE_CHECKING

from IPython.display import HTML

from ..base.inert import Html, displayed, json_attribute

if TYPE_CHECKING:
    from ..figures import Drawing

__all__ = ["explorable", "show_explorable"]


def explorable(
    name: str, *, question: str, picture: "Drawing | Html", fixed: str, **settings: object
) -> Html:
    """A section that a script makes explorable, with a picture for where no script runs.

    Parameters
    ----------
    name : str
        Of the explorable, and of its file in ``book/_static/explorables``. The section has the
        identifier ``explore-`` and this name; the address of the page keeps the settings as
        ``?name.key=value``.
    question : str
        The heading.
    picture : Drawing or Html
        What is shown for the given settings where no script runs.
    fixed : str
        What the reader cannot change, in a sentence or two: the data and the assumptions.
    **settings
        First value of each control, and whatever else the script needs: anything that JSON has.
        ``examples`` may hold settings by name, to start from.

    Returns
    -------
    Html

    Examples
    --------
    >>> from rescat.base.inert import Html
    >>> from rescat.pages.explorable import explorable
    >>> made = explorable(
    ...     "zero-of-n", question="How large?", picture=Html("<svg/>"), fixed="Nothing.", n=5
    ... )
    >>> print(made.partition(">")[0])
    <section class="explorable" id="explore-zero-of-n" data-explorable="zero-of-n" \
data-settings='{"n": 5}' aria-labelledby="explore-zero-of-n-question"
    """
    if not isinstance(picture, Html):
        from .. import figures  # slow: it loads what draws figures

        picture = figures.in_page(picture, name=name)
    return Html(
        '<section class="explorable" id="explore-{0}" data-explorable="{0}" '
        "data-settings='{1}' aria-labelledby=\"explore-{0}-question\">"
        '<h3 id="explore-{0}-question">{2}</h3>'
        '<div class="explorable-picture">{3}</div>'
        '<p class="explorable-fixed"><strong>What is fixed.</strong> {4}</p></section>'
    ).format(name, json_attribute(settings), question, picture, fixed)


def show_explorable(name: str, **words) -> HTML:
    """As :func:`explorable`, displayed in a notebook."""
    return displayed(explorable(name, **words))
