"""The story of the trial in five pictures, for the first page of the book.

Each picture is one finding, drawn as SVG that takes its colours from the page, so that it follows
light and dark, needs no script, and prints.
"""

from collections.abc import Iterable

import numpy as np

from ..base.inert import Html
from ..data.loaders import load_patients, load_slopes, load_trial
from ..data.trial_facts import DAYS
from ..panel.multiplicity import chance_of_at_least
from ..panel.printed_tests import printed_hits
from ..trial.cohort import count_arms, days_between_cohorts, recruitment_periods
from ..trial.safety import upper_bound_of_zero

__all__ = ["story"]

_WIDE, _HIGH = 260, 132
_TEXT = Html('<text x="{}" y="{}"{}>{}</text>')
_MIDDLE = Html(' text-anchor="middle"')


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
    parts = [_randomised(), _zero_of_five(), _two_courses(), _by_chance(), _periods()]
    return Html('<ol class="story">{}</ol>').format(Html("").join(parts))


def _card(title: str, words: str, chapter: str, alt: str, drawn: Iterable[Html]) -> Html:
    picture = Html('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        _WIDE, _HIGH, alt, Html("").join(drawn)
    )
    return Html(
        '<li><figure>{}<figcaption><strong>{}</strong> {} <a href="chapters/{}.html">Why</a>'
        "</figcaption></figure></li>"
    ).format(picture, title, words, chapter)


def _randomised() -> Html:
    arms = count_arms(load_patients())
    n, randomised = sum(arms.values()), arms["MSC"] + arms["CTRL"]
    drawn, place = [], 0
    for arm, name in (("MSC", "treated"), ("CTRL", "control"), ("mCTRL", "matched")):
        for _ in range(arms[arm]):
            x, y = 22 + 27 * (place % 9), 34 + 40 * (place // 9)
            drawn.append(Html('<circle class="{}" cx="{}" cy="{}" r="10"/>').format(name, x, y))
            place += 1
    key = (
        (f"{arms['MSC']} cells", "treated", 12),
        (f"{arms['CTRL']} control", "control", 78),
        (f"{arms['mCTRL']} chosen", "matched", 162),
    )
    for words, name, x in key:
        drawn.append(Html('<circle class="{}" cx="{}" cy="117" r="4"/>').format(name, x - 6))
        drawn.append(_TEXT.format(x + 2, 121, "", words))
    return _card(
        f"{randomised} of {n} patients were randomised.",
        f"The other {arms['mCTRL']} were chosen afterwards from intensive care in another "
        "hospital. A difference from them need not come from the cells.",
        "01_cohort",
        f"{n} dots: {arms['MSC']} patients with cells, {arms['CTRL']} randomised controls, "
        f"{arms['mCTRL']} controls who were chosen later",
        drawn,
    )


def _zero_of_five() -> Html:
    n = count_arms(load_patients())["MSC"]
    limit = 100 * upper_bound_of_zero(n)
    left, scale = 14, 2.3
    drawn = [
        Html('<rect class="rest" x="{}" y="42" width="{}" height="28"/>').format(left, 100 * scale),
        Html(
            '<rect class="treated" x="{}" y="42" width="{:.1f}" height="28" opacity="0.75"/>'
        ).format(left, limit * scale),
        _TEXT.format(left, 30, "", f"seen: 0 of {n}"),
        _TEXT.format(f"{left + limit * scale + 3:.1f}", 30, "", f"{limit:.0f} %"),
        _TEXT.format(left, 90, "", "risks that still fit"),
    ]
    for tick in (0, 50, 100):
        x = left + tick * scale
        drawn.append(Html('<line x1="{0}" x2="{0}" y1="98" y2="104"/>').format(x))
        anchor = {0: "", 100: Html(' text-anchor="end"')}.get(tick, _MIDDLE)
        drawn.append(_TEXT.format(x, 120, anchor, f"{tick} %"))
    return _card(
        "No related serious event is not the same as safe.",
        f"None in {n} patients still fits a true risk of up to {limit:.0f} % (one-sided 95 % "
        "limit).",
        "03_safety",
        f"A bar of risks from 0 to 100 percent; those up to {limit:.0f} percent still fit",
        drawn,
    )


def _two_courses() -> Html:
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
    drawn = []
    for x0, course in ((18, extra * t), (146, size * bump)):
        drawn += [
            Html('<line x1="{0}" x2="{0}" y1="16" y2="100"/>').format(x0),
            Html('<line x1="{}" x2="{}" y1="100" y2="100"/>').format(x0, x0 + 100),
            path("treated", x0, slopes["treated"] * t),
            path("matched", x0, slopes["treated"] * t + course),
            _TEXT.format(x0, 118, "", "day 0"),
            _TEXT.format(x0 + 86, 118, "", "28"),
        ]
    drawn += [
        _TEXT.format(68, 12, _MIDDLE, "apart for good"),
        _TEXT.format(196, 12, _MIDDLE, "two weeks"),
    ]
    return _card(
        "Two courses of NFL print the same line.",
        "A lasting difference of this marker of nerve damage, and one that is gone after four "
        "weeks (if chosen controls gave no blood on day 28), can give the printed slopes. The "
        "curves are invented.",
        "07_neuromarkers",
        "Left, two lines that drift apart until day 28. Right, a curve that leaves the other line "
        "and is back on day 28",
        drawn,
    )


def _by_chance() -> Html:
    hits, tests = printed_hits(load_slopes())
    chance = 100 * chance_of_at_least(hits, tests)
    drawn = []
    for k in range(tests):
        x, y = 15 + 23.5 * (k % 10), 22 + 30 * (k // 10)
        name = "treated" if k < hits else "rest"
        drawn.append(
            Html('<rect class="{}" x="{}" y="{}" width="18" height="18" rx="3"/>').format(
                name, x, y
            )
        )
    drawn.append(_TEXT.format(15, 104, "", f"{hits} of {tests} tests below 0.05"))
    return _card(
        f"{hits} of {tests} markers: chance alone can do that.",
        f"If nothing differed, {0.05 * tests:g} would be expected, and {hits} or more would come "
        f"in {chance:.1f} % of such trials (independent tests).",
        "09_multiplicity",
        f"{tests} squares, {hits} of them filled",
        drawn,
    )


def _periods() -> Html:
    periods = recruitment_periods(load_trial())
    gap = days_between_cohorts(periods)
    rows = periods.set_index("group").loc[["Milan ICU", "RESCAT"]]
    begin, end = rows["start"].min(), rows["end"].max()
    scale = 236 / (end - begin).days

    def x(day) -> float:
        return 12 + (day - begin).days * scale

    drawn = []
    looks = (
        ("Milan ICU", "matched", 24, "chosen controls, Milan"),
        ("RESCAT", "treated", 88, "trial, Modena and Vicenza"),
    )
    for name, look, y, words in looks:
        row = rows.loc[name]
        drawn.append(
            Html('<rect class="{}" x="{:.1f}" y="{}" width="{:.1f}" height="14" rx="3"/>').format(
                look, x(row["start"]), y, (row["end"] - row["start"]).days * scale
            )
        )
        span = f"{row['start']:%b %Y} to {row['end']:%b %Y}"
        anchor = "" if name == "Milan ICU" else Html(' text-anchor="end"')
        drawn.append(_TEXT.format(12 if name == "Milan ICU" else 248, y - 7, anchor, words))
        drawn.append(_TEXT.format(12 if name == "Milan ICU" else 248, y + 32, anchor, span))
    return _card(
        "Other hospitals, another time.",
        f"At least {gap} days lie between the last chosen control and the first patient of the "
        "trial. Virus, vaccines and treatment changed in between.",
        "04_matching",
        f"Two bars in time that do not touch, {gap} days apart",
        drawn,
    )
