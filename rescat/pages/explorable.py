"""Explorables: a question, a picture, and what a reader may change in it.

The section is whole without scripts: question, picture, what is fixed. Where scripts run,
``book/_static/explorables/shell.js`` puts controls and a drawing in the place of the picture. The
file of the explorable beside it has the controls and the computation, and tests compare that with
the functions of this package.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from IPython.display import HTML

from ..base.inert import Html, displayed, json_attribute
from ..base.origin import MARKED, ORIGINS, origin_of
from ..data.trial_facts import DAYS
from ..matching.match import match_distances
from ..panel.designs import DESIGNS, line_weights
from ..printed.lines import printed_line

if TYPE_CHECKING:
    from ..figures import Drawing

__all__ = [
    "course_settings",
    "explorable",
    "matching_settings",
    "p_settings",
    "printed_settings",
    "show_explorable",
]


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
        What is shown for the given settings where no script runs. If the data of a drawing are
        invented or private, the section says so.
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
    mark = Html("")
    if not isinstance(picture, Html):
        from .. import figures  # slow: it loads what draws figures

        origin = origin_of(picture.data)
        if origin in MARKED:  # the drawing in its place shows the same data
            line = Html('<p class="origin origin-{}" role="note">{}</p>')
            mark = line.format(origin, ORIGINS[origin])
        picture = figures.in_page(picture, name=name)
    return Html(
        '<section class="explorable" id="explore-{0}" data-explorable="{0}" '
        "data-settings='{1}' aria-labelledby=\"explore-{0}-question\">"
        '<h3 id="explore-{0}-question">{2}</h3>'
        '{3}<div class="explorable-picture">{4}</div>'
        '<p class="explorable-fixed"><strong>What is fixed.</strong> {5}</p></section>'
    ).format(name, json_attribute(settings), question, mark, picture, fixed)


def printed_settings(slopes: pd.DataFrame, marker: str) -> dict[str, object]:
    """The printed slope of the controls with its interval, and that of MSC patients.

    Examples
    --------
    >>> import rescat
    >>> rescat.pages.printed_settings(rescat.load_slopes(), "NFL")
    {'printed': 0.029, 'low': 0.016, 'high': 0.041, 'treated': 0.002}
    """
    lines = slopes[slopes["marker"].eq(marker)].set_index("term")
    figures = [*printed_line(lines.loc["control"]), lines.loc["treated", "slope"]]
    return dict(zip(("printed", "low", "high", "treated"), map(float, figures), strict=True))


def course_settings(
    slopes: pd.DataFrame, marker: str, designs: Iterable[str], **variance: float
) -> dict[str, object]:
    """The printed slopes, and what each day's mean adds to the line of the controls.

    Parameters
    ----------
    slopes : DataFrame
        From :func:`rescat.load_slopes`.
    marker : str
    designs : iterable of str
        Names in :data:`rescat.DESIGNS`.
    **variance
        Of :func:`rescat.line_weights`.

    Returns
    -------
    dict
        That of :func:`printed_settings`, ``days``, and ``designs``: by name the weights of
        ``intercept`` and ``slope``.

    Examples
    --------
    >>> import rescat
    >>> name = "all controls to day 14"
    >>> found = rescat.pages.course_settings(rescat.load_slopes(), "NFL", [name])
    >>> found["days"], [round(w, 3) for w in found["designs"][name]["slope"]]
    ([0.0, 3.0, 6.0, 14.0, 28.0], [-0.053, -0.025, 0.002, 0.076, 0.0])
    """
    days = [float(day) for day in DAYS]
    weights = {
        name: {
            of: line_weights(DESIGNS[name], of=of, **variance).loc["control", days].tolist()
            for of in ("intercept", "slope")
        }
        for name in designs
    }
    return {**printed_settings(slopes, marker), "days": days, "designs": weights}


def p_settings(slopes: pd.DataFrame, markers: Iterable[str]) -> dict[str, dict[str, object]]:
    """The printed lines and P values of some markers, as settings to start from.

    Examples
    --------
    >>> import rescat
    >>> found = rescat.pages.p_settings(rescat.load_slopes(), ["IL18"])
    >>> list(found), found["IL18, controls"]["printed"]
    (['IL18, difference', 'IL18, controls'], 0.032)
    """
    found = {}
    for marker in markers:
        rows = slopes[slopes["marker"].eq(marker)].set_index("term")
        lines = {}
        for term, sign in (("control", ""), ("treated", "2")):
            names = (f"{name}{sign}" for name in ("estimate", "low", "high"))
            lines |= dict(zip(names, map(float, printed_line(rows.loc[term])), strict=True))
        for term, what in (("difference", "difference"), ("control", "slope")):
            row = rows.loc[term]
            told = {"relation": row["p_relation"], "printed": float(row["p_value"])}
            label = "difference" if term == "difference" else "controls"
            found[f"{marker}, {label}"] = {"what": what, **lines, **told}
    return found


def matching_settings(
    treated: pd.DataFrame, controls: pd.DataFrame, covariates: Iterable[str]
) -> dict[str, object]:
    """Who there is to match, and how far apart each two are in each covariate.

    Parameters
    ----------
    treated, controls : DataFrame
        One row per patient, with ``patient_id`` and the covariates.
    covariates : iterable of str

    Returns
    -------
    dict
        ``treated`` and ``controls`` (names), and by covariate ``differences`` (in its unit) and
        ``apart`` (divided by its median absolute deviation, as the distance ``robust`` of
        :func:`rescat.match_distances`), treated by controls.

    Examples
    --------
    >>> import rescat
    >>> patients = rescat.load_patients()
    >>> treated, controls = (patients[patients["arm"].eq(arm)] for arm in ("MSC", "mCTRL"))
    >>> found = rescat.pages.matching_settings(treated, controls, ["age"])
    >>> found["differences"]["age"][0][:3]
    [1.0, 1.0, 9.0]
    """
    differences, apart = {}, {}
    for name in covariates:
        own, other = (frame[name].to_numpy(float) for frame in (treated, controls))
        differences[name] = (other[None, :] - own[:, None]).tolist()
        if not np.ptp([*own, *other]):  # who are alike are not apart
            apart[name] = np.zeros((len(own), len(other))).tolist()
            continue
        table = match_distances(treated, controls, covariates=[name], distance="robust")
        apart[name] = table.to_numpy().tolist()
    return {
        "treated": list(treated["patient_id"]),
        "controls": list(controls["patient_id"]),
        "differences": differences,
        "apart": apart,
    }


def show_explorable(name: str, **words) -> HTML:
    """As :func:`explorable`, displayed in a notebook."""
    return displayed(explorable(name, **words))
