"""The statements of the ledger that are about one patient of the paper."""

import re

import pandas as pd

from .grouped import of_substance

__all__ = ["claims_of_patient"]

# "patient 7", "patients 8 and 16"; not "of 5 patients 2 had", nor "each patient 2:1".
_NUMBERS = re.compile(r"\bpatient (\d+)\b(?!:\d)|\bpatients ((?:\d+, )*\d+ and \d+)\b")
_TEXTS = ("quotation", "recomputed", "detail", "explanation")


def claims_of_patient(
    audited: pd.DataFrame, patients: pd.DataFrame, events: pd.DataFrame, patient_id: str
) -> pd.DataFrame:
    """The rows of the ledger that name a patient, an event or a drug of this patient alone.

    A row is about the patient if its quotation, its recomputed value or its explanation has the
    patient's number ("patient 7"); or, in the chapter on safety, every word of an event that
    Table 2 lists for this patient alone; or, in the chapter on the cohort, a drug that Table 1
    prints for this patient alone. Elsewhere the same words may be about others: "respiratory
    failure" is an event of one patient, and what every patient had. Rows on a whole group, and
    slips of language and spelling, are not among them.

    Parameters
    ----------
    audited : DataFrame, one row per claim
        From :func:`rescat.audit`.
    patients : DataFrame, one row per patient
        From :func:`rescat.load_patients`; ``therapy``.
    events : DataFrame, one row per event
        From :func:`rescat.load_events`; ``term``.
    patient_id : str
        As in ``patients``.

    Returns
    -------
    DataFrame, one row per claim
        Rows of ``audited`` in their order, and ``named``: the words by which they were found.

    Examples
    --------
    >>> import rescat
    >>> audited = rescat.audit(rescat.load_claims().query("chapter == '01_cohort'"))
    >>> tables = audited, rescat.load_patients(), rescat.load_events()
    >>> found = rescat.claims_of_patient(*tables, "4")
    >>> print(found[["claim_id", "named"]].to_string(index=False))
    claim_id       named
      COH-16 Tocilizumab
      COH-17 Tocilizumab
      COH-33 Tocilizumab
      COH-36   patient 4
    """
    words = {
        "01_cohort": _own_drugs(patients, patient_id),
        "03_safety": _own_events(events, patient_id),
    }
    named = [
        _named(" ".join(row[column] for column in _TEXTS), patient_id, words.get(row["chapter"]))
        for _, row in audited.iterrows()
    ]
    found = audited.assign(named=named)
    return found[found["named"].ne("") & of_substance(audited)]


def _own_drugs(patients: pd.DataFrame, patient_id: str) -> list[str]:
    """The drugs that are printed for this patient and for no other."""
    lists = patients.set_index("patient_id")["therapy"].fillna("").str.split(", ")
    all_drugs = [drug.casefold() for drugs in lists for drug in drugs]
    return [d for d in lists[patient_id] if d and all_drugs.count(d.casefold()) == 1]


def _own_events(events: pd.DataFrame, patient_id: str) -> list[str]:
    """The events that are listed for this patient and for no other."""
    whose = events.groupby("term", sort=False)["patient_id"].agg(set)
    return [term for term, ids in whose.items() if ids == {patient_id}]


def _named(text: str, patient_id: str, words: list[str] | None) -> str:
    """By which words a text is about a patient; empty if it is not."""
    numbers = {n for found in _NUMBERS.findall(text) for n in re.findall(r"\d+", " ".join(found))}
    if patient_id in numbers:
        return f"patient {patient_id}"
    return ", ".join(word for word in words or [] if _words(word) <= _words(text))


def _words(text: str) -> set[str]:
    """The words of a text; "maculo-papular" and "maculopapular" are the same one."""
    return set(re.findall(r"\w+", text.casefold().replace("-", "")))
