"""Every piece of HTML that a page shows."""

from ..data.marker_names import page_name
from .banner import banner
from .checklists import checklist_table
from .corrections import (
    correction_form,
    correction_text,
    corrections_received,
    how_to_correct,
)
from .explorable import (
    course_settings,
    explorable,
    matching_settings,
    p_settings,
    printed_settings,
    show_explorable,
)
from .findings import findings_list
from .known import (
    invented_example,
    known_of_markers,
    marker_answer,
    sources_of_levels,
    what_nobody_knows,
)
from .ledger import (
    findings_overview,
    ledger_page,
    ledger_table,
    link_claims,
    verdicts_by_chapter,
)
from .marker import (
    choices,
    directions_elsewhere,
    findings_elsewhere,
    index_table,
    levels_elsewhere,
    printed_beside,
    tests_table,
    values_in_words,
    what_it_is,
    what_the_paper_says,
)
from .models import (
    TESTS_IN_PAGE,
    allocation_settings,
    design_settings,
    patient_settings,
    trials_settings,
)
from .paper import annotated_paper, paper_answer, paper_signs
from .patient import patient_index, patient_link, patient_links, patient_page
from .patient_bar import support_bar
from .prose import percent, say
from .slopes import mixed_model_table, slopes_table
from .supplement import supplement_matching, supplement_slopes
from .tables import show_table

__all__ = [
    "TESTS_IN_PAGE",
    "allocation_settings",
    "annotated_paper",
    "banner",
    "checklist_table",
    "choices",
    "correction_form",
    "correction_text",
    "corrections_received",
    "course_settings",
    "design_settings",
    "directions_elsewhere",
    "explorable",
    "findings_elsewhere",
    "findings_list",
    "findings_overview",
    "how_to_correct",
    "index_table",
    "invented_example",
    "known_of_markers",
    "ledger_page",
    "ledger_table",
    "levels_elsewhere",
    "link_claims",
    "marker_answer",
    "matching_settings",
    "mixed_model_table",
    "p_settings",
    "page_name",
    "paper_answer",
    "paper_signs",
    "patient_index",
    "patient_link",
    "patient_links",
    "patient_page",
    "patient_settings",
    "percent",
    "printed_beside",
    "printed_settings",
    "say",
    "show_explorable",
    "show_table",
    "slopes_table",
    "sources_of_levels",
    "supplement_matching",
    "supplement_slopes",
    "support_bar",
    "tests_table",
    "trials_settings",
    "values_in_words",
    "verdicts_by_chapter",
    "what_it_is",
    "what_nobody_knows",
    "what_the_paper_says",
]
