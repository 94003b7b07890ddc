"""A page for each patient of the paper, and one with all, as Sphinx reads them."""

from pathlib import Path

import rescat

from ..base.inert import Markdown, file_name
from .api import write_pages

__all__ = ["patient_pages", "write_patient_pages"]

_INTRODUCTION = "Each patient of the paper has a page with all that it prints of this patient."


def patient_pages() -> dict[str, str]:
    """The pages: name of the file, without suffix, to MyST Markdown.

    They are about the paper's patients alone, whatever the data of an edition.
    """
    patients, events = rescat.load_patients(), rescat.load_events()
    reporting, audited = rescat.reporting_status(), rescat.audit()
    page = Markdown("# {}\n\n{}\n")
    made = {
        file_name(patient): page.format(
            f"Patient {patient}",
            rescat.pages.patient_page(
                patient, patients=patients, reporting=reporting, events=events, audited=audited
            ),
        )
        for patient in patients["patient_id"]
    }
    table = rescat.pages.patient_index(patients, reporting, events)
    index = Markdown("{}\n\n{}").format(_INTRODUCTION, table)
    return made | {"index": page.format(f"The {len(patients)} patients", index)}


def write_patient_pages(folder: Path) -> None:
    """Write the pages of the patients into a folder, which then has no others."""
    write_pages(folder, patient_pages())
