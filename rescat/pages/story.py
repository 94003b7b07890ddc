"""The story of the trial in five pictures, for the first page and for the sheets to print.

Each picture is one finding, drawn as SVG that takes its colours from the page, so that it follows
light and dark, needs no script, and prints. The words are in ``book/story.toml``.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np

from ..base.files import BOOK
from ..base.inert import Html, Markdown
from ..data.loaders import load_claims, load_patients, load_slopes, load_trial
from ..data.trial_facts import DAYS
from ..panel.multiplicity import chance_of_at_least
from ..panel.printed_tests import printed_hits
from ..trial.cohort import count_arms, days_between_cohorts, recruitment_periods
from ..trial.safety import upper_bound_of_zero

__all__ = ["Card", "Story", "story", "tell", "trial_in_brief"]

_WIDE, _HIGH = 260, 132
_TEXT = Html('<text x="{}" y="{}"{}>{}</text>')
_MIDDLE, _END = Html(' text-anchor="middle"'), Html(' text-anchor="end"')


@dataclass(frozen=True)
class Card:
    """One finding: its picture and its words.

    Attributes
    ----------
    title, words : str
    chapter : str
        That shows it: ``01_cohort``.
    alt : str
        The picture, for those who do not see it.
    drawn : Html
        The content of an SVG of 260 by 132.
    """

    title: str
    words: str
    chapter: str
    alt: str
    drawn: Html

    def svg(self, style: Html = Html("")) -> Html:  # noqa: B008 (a constant)
        """The picture on its own, with a style if there is no page to give it one."""
        return Html(
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" role="img" '
            'aria-label="{}">{}{}</svg>'
        ).format(_WIDE, _HIGH, self.alt, style, self.drawn)


@dataclass(frozen=True)
class Story:
    """The story in one language, with its figures in place.

    Attributes
    ----------
    trial : dict of str to str
        What was done, in five lines.
    cards : tuple of Card
        The five findings.
    words : dict of str to str
        What else is said, such as ``title``; a figure that is not known here is left in braces.
    """

    trial: dict[str, str]
    cards: tuple[Card, ...]
    words: dict[str, str]

    def in_short(self, figures: dict[str, str]) -> str:
        """The story in a few sentences, with figures from :func:`rescat.key_figures`."""
        none = {"n_different": self.words["none"]} if figures["n_different"] == "none" else {}
        return self.words["summary"].format_map(figures | none)


def tell(language: str = "en") -> Story:
    """Tell the story in a language, ``en`` or ``it``.

    Examples
    --------
    >>> from rescat.pages.story import tell
    >>> [card.title for card in tell("it").cards][0]
    '7 pazienti su 17 sono stati randomizzati.'
    """
    written = tomllib.loads((BOOK / "story.toml").read_text(encoding="utf-8"))
    own = written[language]
    figures = _figures(own["decimal"]) | {"conclusion": written["conclusion"]}

    def filled(text: str) -> str:
        return text.format_map(_Known(figures))

    def card(name: str, draw) -> Card:
        part = own[name]
        title, words, alt = (filled(part[piece]) for piece in ("title", "words", "alt"))
        drawn = draw([filled(label) for label in part["labels"]], own["months"])
        return Card(title, words, part["chapter"], alt, Html("").join(drawn))

    return Story(
        {label: filled(text) for label, text in own["trial"].items()},
        tuple(card(name, draw) for name, draw in _DRAWN.items()),
        {name: filled(text) for name, text in own.items() if isinstance(text, str)},
    )


class _Known(dict):
    """Figures; what is not among them stays in braces."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


def _figures(decimal: str) -> dict[str, str]:
    arms = count_arms(load_patients())
    hits, tests = printed_hits(load_slopes())
    return {
        "n_patients": str(sum(arms.values())),
        "n_randomised": str(arms["MSC"] + arms["CTRL"]),
        "n_msc": str(arms["MSC"]),
        "n_ctrl": str(arms["CTRL"]),
        "n_mctrl": str(arms["mCTRL"]),
        "limit": f"{100 * upper_bound_of_zero(arms['MSC']):.0f}",
        "hits": str(hits),
        "tests": str(tests),
        "expected": f"{0.05 * tests:g}".replace(".", decimal),
        "chance": f"{100 * chance_of_at_least(hits, tests):.1f}".replace(".", decimal),
        # CRP differed too, by the paper's words, and is not among the tests that it counts.
        "chance_crp": f"{100 * chance_of_at_least(hits + 1, tests + 1):.1f}".replace(".", decimal),
        "late_months": load_claims().set_index("claim_id")["printed"]["SAF-08"],
        "gap": str(days_between_cohorts(recruitment_periods(load_trial()))),
        "decimal": decimal,
    }


def story() -> Html:
    """Five findings in pictures, each with its words and the chapter that shows it.

    Returns
    -------
    Html
        A numbered list.

    Examples
    --------
    >>> from rescat.pages.story import story
    >>> str(story()).count("<svg")
    5
    """
    part = Html(
        "<li><figure>{}<figcaption><strong>{}</strong> {} "
        '<a href="chapters/{}.html">Why</a></figcaption></figure></li>'
    )
    parts = [part.format(c.svg(), c.title, c.words, c.chapter) for c in tell().cards]
    return Html('<ol class="story">{}</ol>').format(Html("").join(parts))


def trial_in_brief() -> Markdown:
    """Who was treated with what, compared with whom, and what the paper concludes: a list.

    Examples
    --------
    >>> from rescat.pages.story import trial_in_brief
    >>> print(str(trial_in_brief()).splitlines()[0])
    Patients
    """
    line = Markdown("{}\n: {}\n")
    return Markdown("\n").join(line.format(*row) for row in tell().trial.items())


def _randomised(labels: list[str], months: list[str]) -> Iterable[Html]:
    arms = count_arms(load_patients())
    looks = {"MSC": "treated", "CTRL": "control", "mCTRL": "matched"}
    place = 0
    for arm, look in looks.items():
        for _ in range(arms[arm]):
            x, y = 22 + 27 * (place % 9), 34 + 40 * (place // 9)
            yield Html('<circle class="{}" cx="{}" cy="{}" r="10"/>').format(look, x, y)
            place += 1
    x = 12
    for words, look in zip(labels, looks.values(), strict=True):
        yield Html('<circle class="{}" cx="{}" cy="117" r="4"/>').format(look, x)
        yield _TEXT.format(x + 7, 121, Html(' class="key"'), words)
        x += 18 + round(6.8 * len(words))  # a letter has about half the height of its font


def _zero_of_five(labels: list[str], months: list[str]) -> Iterable[Html]:
    limit = 100 * upper_bound_of_zero(count_arms(load_patients())["MSC"])
    left, scale = 14, 2.3
    yield Html('<rect class="rest" x="{}" y="42" width="{}" height="28"/>').format(
        left, 100 * scale
    )
    yield Html(
        '<rect class="treated" x="{}" y="42" width="{:.1f}" height="28" opacity="0.75"/>'
    ).format(left, limit * scale)
    yield _TEXT.format(left, 30, "", labels[0])
    yield _TEXT.format(f"{left + limit * scale + 3:.1f}", 30, "", f"{limit:.0f} %")
    yield _TEXT.format(left, 90, "", labels[1])
    for tick in (0, 50, 100):
        x = left + tick * scale
        yield Html('<line x1="{0}" x2="{0}" y1="98" y2="104"/>').format(x)
        yield _TEXT.format(x, 120, {0: "", 100: _END}.get(tick, _MIDDLE), f"{tick} %")


def _two_courses(labels: list[str], months: list[str]) -> Iterable[Html]:
    """Lines with the printed slopes of NFL, and a rise that ends with the same fitted slope."""
    slopes = load_slopes().query("marker == 'NFL'").set_index("term")["slope"]
    days = DAYS[:-1]  # a course of which no sample of the last day is there
    bump = np.sin(np.pi * np.linspace(0, 28, 57) / 28)
    at = np.sin(np.pi * days / 28)
    centred = days - days.mean()
    extra = slopes["control"] - slopes["treated"]
    size = extra / (centred @ at / (centred @ centred))
    top = max(28 * slopes["control"], size + 14 * slopes["treated"]) * 1.08

    def path(name: str, x0: float, ys: np.ndarray) -> Html:
        xs = x0 + np.linspace(0, 100, len(ys))
        points = " ".join(f"{x:.1f},{100 - 80 * y / top:.1f}" for x, y in zip(xs, ys, strict=True))
        return Html('<polyline class="line {}" points="{}"/>').format(name, points)

    t = np.linspace(0, 28, 57)
    for x0, course, words in ((18, extra * t, labels[1]), (146, size * bump, labels[2])):
        yield Html('<line x1="{0}" x2="{0}" y1="16" y2="100"/>').format(x0)
        yield Html('<line x1="{}" x2="{}" y1="100" y2="100"/>').format(x0, x0 + 100)
        yield path("treated", x0, slopes["treated"] * t)
        yield path("matched", x0, slopes["treated"] * t + course)
        yield _TEXT.format(x0, 118, "", labels[0])
        yield _TEXT.format(x0 + 86, 118, "", "28")
        yield _TEXT.format(x0 + 50, 12, _MIDDLE, words)


def _by_chance(labels: list[str], months: list[str]) -> Iterable[Html]:
    hits, tests = printed_hits(load_slopes())
    square = Html('<rect class="{}" x="{}" y="{}" width="18" height="18" rx="3"/>')
    for k in range(tests):
        x, y = 15 + 23.5 * (k % 10), 22 + 30 * (k // 10)
        yield square.format("treated" if k < hits else "rest", x, y)
    yield _TEXT.format(15, 104, "", labels[0])


def _periods(labels: list[str], months: list[str]) -> Iterable[Html]:
    rows = recruitment_periods(load_trial()).set_index("group").loc[["Milan ICU", "RESCAT"]]
    begin, end = rows["start"].min(), rows["end"].max()
    scale = 236 / (end - begin).days

    def month(day: date) -> str:
        return f"{months[day.month - 1]} {day.year}"

    looks = (("matched", 24, 12, ""), ("treated", 88, 248, _END))
    for row, (look, y, x, anchor), words in zip(rows.itertuples(), looks, labels, strict=False):
        yield Html('<rect class="{}" x="{:.1f}" y="{}" width="{:.1f}" height="14" rx="3"/>').format(
            look, 12 + (row.start - begin).days * scale, y, (row.end - row.start).days * scale
        )
        yield _TEXT.format(x, y - 7, anchor, words)
        yield _TEXT.format(x, y + 32, anchor, f"{month(row.start)} {labels[2]} {month(row.end)}")


_DRAWN = {
    "randomised": _randomised,
    "zero": _zero_of_five,
    "courses": _two_courses,
    "chance": _by_chance,
    "periods": _periods,
}
