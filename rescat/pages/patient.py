"""The page of one patient of the paper, a page with all of them, and links to both."""

import pandas as pd

from ..base.addresses import patient_link
from ..base.chapters import chapter_label
from ..base.errors import OriginError
from ..base.inert import Html, file_name
from ..base.origin import ORIGINS, origin_of
from ..data.validation import NOT_REPORTED
from ..ledger.by_patient import claims_of_patient
from ..trial.safety import clinical_course
from .findable import findable_table
from .ledger import VERDICT_COLOURS, link_claims
from .patient_bar import axis_end, support_bar
from .tables import coloured, words_of_the_paper

__all__ = ["patient_index", "patient_link", "patient_links", "patient_page"]

_GROUPS = {
    "MSC": "Treated with cells",
    "CTRL": "Randomised control",
    "mCTRL": "Matched control from another hospital",
}
_ABOUT_GROUPS = {
    "MSC": "A patient of the trial, randomised to mesenchymal stromal cells (MSC).",
    "CTRL": "A patient of the trial, randomised to standard care (CTRL), without cells.",
    "mCTRL": "Not in the trial, not randomised: in intensive care, in an earlier period (mCTRL).",
}
_CELLS = {
    "AT": "from fat tissue (AT)",
    "UC": "from the umbilical cord (UC)",
    "not applicable": "none (printed as NA)",
}
_YES = {True: "yes", False: "no"}
# The rows of Table 1: heading to column to its name, what is before and after its value, and what
# it means.
_ROWS = {
    "The patient": {
        "age": ("Age", "{:g}\u00a0years", ""),
        "male": ("Male sex", "{}", ""),
        "ethnicity": ("Ethnicity", "{}", ""),
        "bmi": ("Body mass index", "{:g}\u00a0kg/m²", ""),
        "smoking": ("Smoking habits", "{}", ""),
        "comorbidities": ("Other diseases", "{}", ""),
    },
    "At {}": {
        "days_from_diagnosis": ("Days from diagnosis", "{:g}", ""),
        "pao2_fio2": ("PaO2/FiO2", "{:g}\u00a0mmHg", "oxygen in the blood; the lower, the worse"),
        "respiratory_rate": ("Breaths per minute", "{:g}", ""),
        "map": ("Mean arterial pressure", "{:g}\u00a0mmHg", ""),
    },
    "Scores": {
        "mews": ("MEWS", "{:g}", "early warning, from pulse, breathing and others"),
        "sofa": ("SOFA", "{:g}", "failure of organs, 0 to 24"),
        "hacor": ("HACOR", "{:g}", "whether NIV will fail"),
        "rox": ("ROX", "{:g}", "oxygen and breathing; the lower, the worse"),
        "gcs": ("GCS", "{:g}", "consciousness; 15 is awake"),
    },
    "Treatment and stay": {
        "msc_source": ("Cells", "{}", ""),
        "therapy": ("Drugs", "{}", ""),
        "hfno": ("High-flow oxygen (HFNO)", "{}", ""),
        "days_hfno": ("Days with HFNO", "{:g}", ""),
        "niv": ("Non-invasive ventilation (NIV)", "{}", ""),
        "days_niv": ("Days with NIV", "{:g}", ""),
        "cot_only": ("Only conventional oxygen", "{}", ""),
        "days_cot": ("Days with COT", "{:g}", ""),
        "length_of_stay": ("Length of stay", "{:g}\u00a0days", ""),
    },
}
_ABBREVIATIONS = {
    "CAD": "CAD (coronary artery disease)",
    "OSAS": "OSAS (sleep apnoea)",
    "Previous AMI": "Previous AMI (heart attack)",
}
_CHAPTERS = {
    "MSC": ("01_cohort", "02_manufacturing", "03_safety", "04_matching"),
    "CTRL": ("01_cohort", "03_safety"),
    "mCTRL": ("01_cohort", "03_safety", "04_matching"),
}
_SHORT = 30  # letters that fit beside the name of a row
_SOURCE = "Tables 1 and 2 of the paper; words as printed."
# Table 2 is headed "Adverse events reported for MSC patients".
_NO_EVENTS = {
    "MSC": "Table 2 lists none for this patient.",
    "CTRL": "Table 2 lists patients treated with cells only. What the text says of the two "
    "randomised controls: SAF-02 and SAF-27.",
    "mCTRL": "Not reported: the paper prints no adverse events of the matched controls.",
}


def patient_links(rows: pd.DataFrame, folder: str = "../patients/") -> pd.DataFrame:
    """The rows of a table with links in the place of the numbers of the paper's patients.

    Parameters
    ----------
    rows : DataFrame
        With ``patient_id`` and ``origin``. Invented patients and those of a reader's own data
        have no page: their names stay text.
    folder : str
        As for :func:`patient_link`.

    Returns
    -------
    DataFrame
        The same rows, for :func:`rescat.pages.show_table`.

    Examples
    --------
    >>> import pandas as pd
    >>> import rescat
    >>> rows = pd.DataFrame({"patient_id": ["7", "A<1>"], "origin": ["published", "private"]})
    >>> print(*rescat.pages.patient_links(rows)["patient_id"])
    <a href="../patients/7.html">7</a> A&lt;1&gt;
    """
    of_the_paper = rows["origin"].isin(["published", "evidence"])
    cells = [
        patient_link(patient, folder) if known else Html.escape(patient)
        for patient, known in zip(rows["patient_id"], of_the_paper, strict=True)
    ]
    return rows.assign(patient_id=pd.Series(cells, rows.index, dtype=object))


def patient_page(
    patient_id: str,
    *,
    patients: pd.DataFrame,
    reporting: pd.DataFrame,
    events: pd.DataFrame,
    audited: pd.DataFrame,
) -> Html:
    """All that the paper prints of one patient, on one screen.

    Parameters
    ----------
    patient_id : str
        As in ``patients``.
    patients : DataFrame, one row per patient
        From :func:`rescat.load_patients`; the neighbours of the row are the pages before and after.
    reporting : DataFrame
        From :func:`rescat.reporting_status`.
    events : DataFrame, one row per event
        From :func:`rescat.load_events`.
    audited : DataFrame, one row per claim
        From :func:`rescat.audit`.

    Returns
    -------
    Html
        Without a blank line, so that it can stand in Markdown.

    Raises
    ------
    OriginError
        If the tables are not those of the paper.

    Examples
    --------
    >>> import rescat
    >>> claims = rescat.load_claims().query("claim_id == 'SAF-26'")
    >>> page = rescat.pages.patient_page(
    ...     "17", patients=rescat.load_patients(), reporting=rescat.reporting_status(),
    ...     events=rescat.load_events(), audited=rescat.audit(claims),
    ... )
    >>> "Days with HFNO</dt><dd>19" in page, 'href="../chapters/10_ledger.html#SAF-26"' in page
    (True, True)
    """
    origin = _of_the_paper(patients, events)
    [patient] = patients[patients["patient_id"].eq(patient_id)].itertuples()
    status = reporting[reporting["patient_id"].eq(patient_id)].set_index("column")["status"]
    own = events[events["patient_id"].eq(patient_id)]
    about = claims_of_patient(audited, patients, events, patient_id)
    parts = [
        _ways(patient_id, patients),
        Html('<p class="patient-who"><strong>{}.</strong> {}</p>').format(
            _GROUPS[patient.arm], _ABOUT_GROUPS[patient.arm]
        ),
        Html('<div class="patient-facts">{}</div>').format(_facts(patient, status)),
        _support(patient, patients, events),
        Html('<div class="patient-columns"><div>{}{}</div><div>{}</div></div>').format(
            _events(patient.arm, own, set(audited["claim_id"])),
            _lacking(patient, status, own),
            _statements(about, set(audited["claim_id"])),
        ),
        _chapters(patient.arm, origin),
    ]
    return Html('<div class="patient">\n{}\n</div>').format(Html("\n").join(parts))


def patient_index(patients: pd.DataFrame, reporting: pd.DataFrame, events: pd.DataFrame) -> Html:
    """All patients of the paper as a table to search, sort and filter, each with its page.

    Parameters
    ----------
    patients, reporting, events : DataFrame
        As for :func:`patient_page`.

    Returns
    -------
    Html

    Raises
    ------
    OriginError
        If the tables are not those of the paper.

    Examples
    --------
    >>> import rescat
    >>> tables = rescat.load_patients(), rescat.reporting_status(), rescat.load_events()
    >>> made = rescat.pages.patient_index(*tables)
    >>> made.count("<tr data-values="), '<a href="7.html">7</a>' in made
    (17, True)
    """
    origin = _of_the_paper(patients, events)
    lacking = reporting[reporting["status"].ne("printed")].groupby("patient_id").size()
    groups = patients["arm"].map(_GROUPS)
    cells = pd.DataFrame(
        {
            "Patient": [patient_link(patient, "") for patient in patients["patient_id"]],
            "Group": groups,
            "Age": [f"{age:g}" for age in patients["age"]],
            "Male sex": [_YES[male] for male in patients["male"]],
            "PaO2/FiO2, mmHg": [_printed(ratio) for ratio in patients["pao2_fio2"]],
            "Days with HFNO": [_printed(days) for days in patients["days_hfno"]],
            "Length of stay, days": [_printed(days) for days in patients["length_of_stay"]],
            "Events in Table 2": [
                _terms(events[events["patient_id"].eq(patient.patient_id)], patient.arm)
                for patient in patients.itertuples()
            ],
            "Rows of Table 1 without a value": [
                str(lacking.get(patient, 0)) for patient in patients["patient_id"]
            ],
            "origin": origin,
        },
        dtype=object,
    )
    return findable_table(
        cells,
        name="patients",
        title="The patients of the paper",
        note="Tables 1 and 2 of the paper. Days count from enrolment (patients of the trial) or "
        "from admission (matched controls)",
        filters={"Group": pd.Series(pd.Categorical(groups, list(_GROUPS.values())), cells.index)},
    )


def _of_the_paper(*frames: pd.DataFrame) -> str:
    origin = origin_of(*frames)
    if origin != "published":
        raise OriginError(
            f"found patients of the origin {origin!r}; only those of the paper ('published') have "
            "pages. Leave data_dir out of the loaders."
        )
    return origin


def _printed(value: float) -> str:
    return NOT_REPORTED if pd.isna(value) else f"{value:g}"


def _terms(own: pd.DataFrame, arm: str) -> str:
    if len(own):
        return ", ".join(own["term"])
    return {"MSC": "none", "CTRL": "Table 2 lists treated patients only"}.get(arm, NOT_REPORTED)


def _ways(patient_id: str, patients: pd.DataFrame) -> Html:
    """The patient before, all patients, the patient after."""
    ids = patients["patient_id"].tolist()
    place = ids.index(patient_id)
    link = Html('<a href="{}.html"{}>{}</a>')
    ways = [link.format("index", "", f"All {len(ids)} patients")]
    if place > 0:
        before = ids[place - 1]
        ways.insert(0, link.format(file_name(before), Html(' rel="prev"'), f"← Patient {before}"))
    if place + 1 < len(ids):
        after = ids[place + 1]
        ways.append(link.format(file_name(after), Html(' rel="next"'), f"Patient {after} →"))
    return Html('<nav class="patient-ways" aria-label="Patients">{}</nav>').format(
        Html(" ").join(ways)
    )


def _facts(patient, status: pd.Series) -> Html:
    """The row of Table 1 in words: what is printed, and nothing in the place of what is not."""
    groups = []
    for heading, rows in _ROWS.items():
        entries = [
            _fact(patient, column, *words)
            for column, words in rows.items()
            if status[column] == "printed"
        ]
        if entries:
            groups.append(
                Html("<section><h2>{}</h2><dl>{}</dl></section>").format(
                    heading.format(patient.time_origin), Html("").join(entries)
                )
            )
    return Html("").join(groups)


def _fact(patient, column: str, name: str, form: str, meaning: str) -> Html:
    value = getattr(patient, column)
    if form == "{}":
        value = _YES.get(value) or _in_plain_words(column, value)
    note = Html(" <small>({})</small>").format(meaning) if meaning else ""
    words = form.format(value)
    long = Html(' class="long"') if len(words) > _SHORT else ""
    return Html("<div{}><dt>{}{}</dt><dd>{}</dd></div>").format(long, name, note, words)


def _in_plain_words(column: str, value: str) -> str:
    if column == "msc_source":
        return _CELLS[value]
    if column == "comorbidities":
        return ", ".join(_ABBREVIATIONS.get(part, part) for part in value.split(", "))
    return value


def _support(patient, patients: pd.DataFrame, events: pd.DataFrame) -> Html:
    """The picture, on one scale for all patients whose days count from the same event."""
    alike = patients[patients["time_origin"].eq(patient.time_origin)]
    course = clinical_course(alike)
    stay = None if pd.isna(patient.length_of_stay) else patient.length_of_stay
    bar = support_bar(
        course[course["patient_id"].eq(patient.patient_id)],
        events[events["patient_id"].eq(patient.patient_id)],
        stay,
        end=axis_end(course, events[events["patient_id"].isin(alike["patient_id"])]),
        origin=patient.time_origin,
    )
    note = Html(
        "Days since {}. Table 1 prints how many days, not which: the first day of support and of "
        'the stay, and the order, are assumed (<a href="../chapters/03_safety.html">{}</a>).'
    ).format(patient.time_origin, chapter_label("03_safety"))
    return Html(
        '<section class="patient-support"><h2>Support and stay</h2>{}<p><small>{}</small></p>'
        "</section>"
    ).format(bar, note)


def _events(arm: str, own: pd.DataFrame, known: set[str]) -> Html:
    head = Html("<h2>Adverse events (Table 2)</h2>")
    if own.empty:
        words = link_claims(_NO_EVENTS[arm], known, "../chapters/10_ledger.html")
        return head + Html("<p>{}</p>").format(words)
    items = [Html("<li>{}</li>").format(_event_in_words(event)) for event in own.itertuples()]
    return head + Html("<ul>{}</ul>").format(Html("").join(items))


def _event_in_words(event) -> Html:
    serious = " (serious)" if event.category == "SAE" else ""
    drug = event.concomitant_medication
    return Html(
        "<strong>E{} {}{}</strong>: day {}; severity: {}; relation to study drug: {}; concomitant "
        "medication: {}; outcome: {}"
    ).format(
        event.event_id, event.term, serious, _printed(event.day), event.severity, event.relation,
        NOT_REPORTED if pd.isna(drug) else _YES[drug], event.outcome,
    )  # fmt: skip


def _lacking(patient, status: pd.Series, own: pd.DataFrame) -> Html:
    """What the paper does not report of the patient, by how it does not."""
    names = {column: words[0] for rows in _ROWS.values() for column, words in rows.items()}
    part = patient.table_part
    lines = [
        ("Printed as NA in Table 1", "not reported"),
        (f"No row in part {part} of Table 1", "no such row"),
    ]
    items = [
        (label, ", ".join(names[column] for column in names if status[column] == kind))
        for label, kind in lines
    ]
    undated = own[own["day"].isna()]
    days = ", ".join(f"the day of E{event.event_id} {event.term}" for event in undated.itertuples())
    items.append(("Printed as NA in Table 2", days))
    made = [Html("<li>{}: {}</li>").format(*item) for item in items if item[1]]
    words = (
        Html('<ul class="patient-lacking">{}</ul>').format(Html("").join(made))
        if made
        else Html("<p>Part {} of Table 1 has a value in each of its rows.</p>").format(part)
    )
    return Html("<h2>Not reported</h2>{}").format(words)


def _statements(about: pd.DataFrame, known: set[str]) -> Html:
    """The rows of the ledger that name the patient."""
    ledger = "../chapters/10_ledger.html"
    head = Html("<h2>Statements of the paper that concern this patient</h2>")
    if about.empty:
        return head + Html("<p>No row of the ledger names this patient.</p>")
    item = Html("<li>{} “{}” {} <small>(found by: {})</small></li>")
    items = [
        item.format(
            link_claims(row.claim_id, known, ledger),
            row.quotation,
            coloured(
                row.verdict + (f": {row.detail}" if row.detail else ""),
                VERDICT_COLOURS[row.verdict],
            ),
            row.named,
        )
        for row in about.assign(quotation=words_of_the_paper(about["quotation"])).itertuples()
    ]
    return head + Html('<ul class="findings">{}</ul>').format(Html("").join(items))


def _chapters(arm: str, origin: str) -> Html:
    """Where the book says more, and where the page is from."""
    link = Html('<a href="../chapters/{}.html">{}</a>')
    links = [link.format(chapter, chapter_label(chapter)) for chapter in _CHAPTERS[arm]]
    return Html(
        '<p class="patient-chapters">Chapters: {}. <small>A statement is listed if its row in '
        '<a href="../chapters/10_ledger.html">the ledger</a> names the patient, or an event or a '
        "drug of this patient alone. {}. {}</small></p>"
    ).format(Html(", ").join(links), ORIGINS[origin], _SOURCE)
