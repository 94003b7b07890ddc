"""What other systems call the columns of ``patients.csv`` and ``events.csv``, and their codes.

Only what has one meaning stands here. A number that a form gives a choice (1 for male), or a word
for more than one of the codes of this book (RELATED), is asked for.
"""

from functools import cache

from ..data.contract import allowed_values, describe
from ..data.validation import NOT_REPORTED
from .results import read_result
from .sheets import plain

__all__ = [
    "GROUP",
    "NUMBERED",
    "PATIENT",
    "STUDY_DAYS",
    "TABLES",
    "allowed",
    "codes",
    "fields",
    "headings",
    "is_missing",
    "may_be_unknown",
    "required",
    "word",
]

TABLES = ("patients", "events")
# The heading of the column that names the patient, the best first.
PATIENT = (
    "usubjid", "patientid", "recordid", "subjid", "subjectid", "subject", "patient", "paziente",
    "patientnumber", "personid", "pid", "id",
)  # fmt: skip
GROUP = ("trt01p", "trt01a", "arm", "group", "gruppo", "treatment", "treatmentarm")
# Further headings of a column, the best first; its own name is one as well.
_HEADINGS = {
    "patients": {
        "male": ("sex", "gender"),
        "bmi": ("bmibl",),
        "ethnicity": ("race", "ethnic"),
        "pao2_fio2": ("pfratio",),
        "length_of_stay": ("los",),
        "comorbidities": ("comorb", "comorbidity"),
    },
    "events": {
        "term": ("aedecod", "aeterm", "adverseevent"),
        "category": ("aeser", "aeserious", "serious"),
        "severity": ("aesev", "aeseverity", "aetoxgr", "atoxgr", "aegrade", "ctcaegrade"),
        "relation": ("aerel", "aerelation"),
        "concomitant_medication": ("aecontrt",),
        "outcome": ("aeout", "aeoutcome"),
        "day": ("astdy", "aestdy", "astdt", "aestdtc", "aestartdate", "aestart", "aedate"),
        "end": ("aendy", "aeendy", "aendt", "aeendtc", "aeenddate", "aeend"),
    },
}
STUDY_DAYS = {"astdy", "aestdy", "aendy", "aeendy"}  # CDISC: day 1 is the first, there is no day 0
_GRADES = {"aetoxgr", "atoxgr", "aegrade", "ctcaegrade"}
NUMBERED = ("aeseq", "redcaprepeatinstance")  # the number of an event of a patient
_SEVERITIES = ("Mild", "Moderate", "Severe", "Life-threatening", "Fatal")
_YES = dict.fromkeys(("y", "yes", "true"), "y") | dict.fromkeys(("n", "no", "false"), "n")
_WORDS = {
    "male": {"m": "y", "male": "y", "f": "n", "female": "n"},
    "smoking": {
        **dict.fromkeys(("never", "never smoker", "non-smoker"), "No"),
        **dict.fromkeys(("ex-smoker", "former smoker"), "Former"),
        "current smoker": "Current",
    },
    "category": {"y": "SAE", "yes": "SAE", "n": "AE", "no": "AE"},
    "severity": {
        "life threatening": "Life-threatening",
        "death": "Fatal",
        **{f"grade {n}": name for n, name in enumerate(_SEVERITIES, 1)},
    },
    "relation": {
        "not related": "Unrelated",
        "unlikely related": "Unlikely",
        **dict.fromkeys(("possible", "possibly related"), "Possibly"),
        **dict.fromkeys(("probable", "probably related"), "Probably"),
        **dict.fromkeys(("definite", "definitely related"), "Definitely"),
    },
    "outcome": {
        **dict.fromkeys(("recovered/resolved", "recovered"), "Resolved"),
        **dict.fromkeys(("not recovered/not resolved", "not recovered", "not resolved"),
                        "Unresolved"),
    },
}  # fmt: skip
_UNKNOWN = ("unknown", "unk", "u")


@cache
def fields(table: str) -> dict[str, dict]:
    """The columns of a table of the contract, without those that an import makes itself."""
    made = ("patient_id", "arm", "event_id", "origin")
    found = {field["name"]: field for field in describe(table)["schema"]["fields"]}
    return {name: field for name, field in found.items() if name not in made}


def headings(table: str, redcap: bool = False) -> dict[str, tuple[str, ...]]:
    """The known headings of each column, without case and spaces, the best first.

    In a form of REDCap a column such as ``outcome`` may be anything: of events only those count
    that say that they are of events.
    """
    extra = _HEADINGS[table]
    names = {column: (plain(column), *extra.get(column, ())) for column in fields(table)}
    if table == "events":
        names["end"] = extra["end"]
        if redcap:
            names = {c: tuple(n for n in all_ if n[:2] == "ae") for c, all_ in names.items()}
    return names


def required(field: dict) -> bool:
    """Whether a cell must hold something."""
    return field.get("constraints", {}).get("required", False)


def may_be_unknown(field: dict) -> bool:
    """Whether a cell may say "not reported"."""
    rules = field.get("constraints", {})
    return NOT_REPORTED in rules["enum"] if "enum" in rules else not required(field)


def allowed(field: dict) -> str:
    """What a cell may hold, in words."""
    more = may_be_unknown(field) and "enum" not in field.get("constraints", {})
    return f"{allowed_values(field)}{f', or {NOT_REPORTED}' if more else ''}"


def codes(field: dict) -> tuple[str, ...]:
    """The words of which a cell must be one; none if it may hold any text or number."""
    own = ("y", "n") if field["type"] == "boolean" else field.get("constraints", {}).get("enum", ())
    more = (NOT_REPORTED,) if own and may_be_unknown(field) and NOT_REPORTED not in own else ()
    return (*own, *more)


def is_missing(text: str) -> bool:
    """Whether a cell says that there is no value."""
    return read_result(text).state == "missing" or text.casefold() in _UNKNOWN


def word(column: str, heading: str, text: str) -> tuple[str, str]:
    """The code of this book for a word of another system, and the rule; empty if it is not known.

    Examples
    --------
    >>> from rescat.lab.vocabulary import word
    >>> word("severity", "AETOXGR", "4")
    ('Life-threatening', 'grade of CTCAE')
    >>> word("relation", "AEREL", "POSSIBLY RELATED"), word("relation", "AEREL", "RELATED")
    (('Possibly', 'known word'), ('', ''))
    """
    low, heading = text.casefold(), plain(heading)
    if column == "severity" and heading in _GRADES:
        low = f"grade {low.removeprefix('grade').strip()}"
    field = next(fields(table)[column] for table in TABLES if column in fields(table))
    own = {code.casefold(): code for code in codes(field)}
    if column == "male" and heading != "male":
        own = {}  # "n" below a heading such as "sex" is no known word
    elif field["type"] == "boolean":
        own |= _YES
    known = own | _WORDS.get(column, {})
    found = known.get(low, "")
    rule = "grade of CTCAE" if low.startswith("grade ") else "known word"
    return found, rule if found else ""
