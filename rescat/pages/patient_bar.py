"""Support and stay of one patient as a bar: a picture in the page, which follows its theme."""

import math

import pandas as pd

from ..base.inert import Html

__all__ = ["axis_end", "support_bar"]

# Events after this day would make the days in hospital too narrow; an arrow points to them.
_LATEST = 42
_WEEK = 7
_TOP, _HEIGHT = 24, 30  # of the bar, in pixels
_AXIS = _TOP + _HEIGHT + 6

_PHASE_WORDS = {
    "HFNO": "high-flow oxygen (HFNO)",
    "NIV": "non-invasive ventilation (NIV)",
    "COT": "conventional oxygen (COT)",
    "No oxygen support": "no oxygen support",
    "Not reported": "oxygen support not reported",
}


def axis_end(course: pd.DataFrame, events: pd.DataFrame) -> int:
    """The last day of the axis: whole weeks that hold every stay, and every event near it.

    Parameters
    ----------
    course : DataFrame
        From :func:`rescat.clinical_course`, of the patients who share the axis.
    events : DataFrame
        From :func:`rescat.load_events`, of the same patients.

    Returns
    -------
    int
        Days, more than the last day that is drawn.

    Examples
    --------
    >>> import rescat
    >>> from rescat.pages.patient_bar import axis_end
    >>> patients, events = rescat.load_patients(), rescat.load_events()
    >>> axis_end(rescat.clinical_course(patients[patients["table_part"].eq("A")]), events)
    42
    """
    near = events.loc[events["day"].le(_LATEST), "day"]
    last = max([0, *course["end"], *near])
    return _WEEK * (math.floor(last / _WEEK) + 1)


def support_bar(
    course: pd.DataFrame, events: pd.DataFrame, stay: float | None, *, end: int, origin: str
) -> Html:
    """The days on each support, the end of the stay and the events of one patient.

    The places of the supports are those of :func:`rescat.clinical_course`, as in the figure of
    the chapter on safety.

    Parameters
    ----------
    course : DataFrame
        Rows of :func:`rescat.clinical_course` of one patient.
    events : DataFrame
        Rows of :func:`rescat.load_events` of this patient.
    stay : float or None
        Length of stay in days.
    end : int
        Last day of the axis, in days.
    origin : str
        From which event the days count: "enrolment" or "admission".

    Returns
    -------
    Html
        An SVG that is as wide as its place, and the key to it as a list.

    Examples
    --------
    >>> import rescat
    >>> patients, events = rescat.load_patients(), rescat.load_events()
    >>> course = rescat.clinical_course(patients).query("patient_id == '7'")
    >>> own = events.query("patient_id == '7'")
    >>> made = rescat.pages.support_bar(course, own, 10, end=42, origin="enrolment")
    >>> made.count("<desc "), "End of the stay: day 10" in made
    (1, True)
    """
    from ..figures.safety import PHASES  # slow: it loads what draws figures

    phases = list(enumerate(course.itertuples(), 1))
    shared = course["phase"].eq("NIV").any()
    bars = [_bar(number, row, PHASES[row.phase], end, shared) for number, row in phases]
    key = [_key(number, row, PHASES[row.phase]) for number, row in phases]
    dated = events.dropna(subset=["day"])
    marks = [_events_mark(day, rows, end) for day, rows in dated.groupby("day")]
    if stay is not None:
        marks.append(_at(stay, end, _TOP, Html('<path d="M-1 0 l11 15 l-11 15 z"/>')))
        key.append(Html("<li>{} End of the stay: day {:g}</li>").format(_STAY_SIGN, stay))
    if len(dated):
        later = ", ".join(f"day {day:g}" for day in dated["day"] if day > end)
        key.append(
            Html("<li>{} Event of Table 2{}</li>").format(
                _EVENT_SIGN, f" (→: {later})" if later else ""
            )
        )
    ticks = [_tick(day, end) for day in range(0, end + 1, _WEEK)]
    words = _in_words(course, dated, stay, origin)
    return Html(
        '<svg class="patient-bar" role="img" aria-labelledby="bar-title bar-words" '
        'width="100%" height="{}"><title id="bar-title">Support and stay</title>'
        '<desc id="bar-words">{}</desc>{}{}{}</svg>'
        '<ul class="patient-key">{}</ul>'
    ).format(_AXIS + 18, words, *(Html("").join(part) for part in (ticks, bars, marks, key)))


_STAY_SIGN = Html(
    '<svg aria-hidden="true" width="10" height="12"><path d="M1 0 l8 6 l-8 6 z"/></svg>'
)
_EVENT_SIGN = Html('<strong aria-hidden="true">E</strong>')


def _share(day: float, end: int) -> str:
    return f"{100 * day / end:.2f}%"


def _at(day: float, end: int, y: float, content: Html) -> Html:
    """Something of fixed size at a day; only the places change with the width of the page."""
    return Html('<svg x="{}" y="{}" overflow="visible">{}</svg>').format(
        _share(day, end), y, content
    )


def _ink(phase: str) -> str:
    return "#fff" if phase == "NIV" else "#1b242c"


def _bar(number: int, row, colour: str, end: int, shared: bool) -> Html:
    """One phase. NIV shares its days with HFNO: half the height, on top of it."""
    half = row.phase == "NIV"
    height = _HEIGHT / 2 if half else _HEIGHT
    line = 12 if half else 27 if shared and row.phase == "HFNO" else 19  # of the number's foot
    return Html(
        '<rect x="{}" y="{}" width="{}" height="{:g}" fill="{}"/>'
        '<text x="{}" y="{}" text-anchor="middle" fill="{}">{}</text>'
    ).format(
        _share(row.start, end), _TOP, _share(row.end - row.start, end), height, colour,
        _share((row.start + row.end) / 2, end), _TOP + line, _ink(row.phase), number,
    )  # fmt: skip


def _events_mark(day: float, rows: pd.DataFrame, end: int) -> Html:
    """The numbers of the events of a day above it, or an arrow to a day that is farther away."""
    names = ", ".join(f"E{event}" for event in rows["event_id"])
    if day > end:
        return Html('<text x="100%" y="14" text-anchor="end">{} →</text>').format(names)
    label = Html(
        '<text y="14" text-anchor="middle">{}</text><path d="M0 18 v{}" class="event"/>'
    ).format(names, _HEIGHT + 10)
    return _at(day, end, 0, label)


def _tick(day: int, end: int) -> Html:
    anchor = "start" if day == 0 else "end" if day == end else "middle"
    place = _share(day, end)
    return Html(
        '<line x1="{0}" x2="{0}" y1="{1}" y2="{2}" class="tick"/>'
        '<text x="{0}" y="{3}" text-anchor="{4}">{5}</text>'
    ).format(place, _TOP, _AXIS, _AXIS + 13, anchor, day)


def _key(number: int, row, colour: str) -> Html:
    sign = Html(
        '<svg aria-hidden="true" width="20" height="16"><rect width="20" height="16" fill="{}"/>'
        '<text x="10" y="13" text-anchor="middle" fill="{}">{}</text></svg>'
    ).format(colour, _ink(row.phase), number)
    return Html("<li>{} {}</li>").format(sign, _phase_in_words(row))


def _phase_in_words(row) -> str:
    return f"{_PHASE_WORDS[row.phase]}, day {row.start:g} to {row.end:g}"


def _in_words(course: pd.DataFrame, dated: pd.DataFrame, stay: float | None, origin: str) -> str:
    """The picture as an alternative text."""
    parts = [_phase_in_words(row) for row in course.itertuples()]
    if stay is not None:
        parts.append(f"the stay ends on day {stay:g}")
    parts += [f"{event.term.lower()} on day {event.day:g}" for event in dated.itertuples()]
    return f"Days since {origin}: {'; '.join(parts)}."
