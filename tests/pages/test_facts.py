"""What hand-written pages name in braces is text."""

from shared import audited

import rescat


def test_book_facts_are_text():
    facts = rescat.book_facts(audited())
    counts = rescat.finding_counts(audited())
    assert facts["n_not_both"] == str(counts["cannot both be right"])
    assert all(isinstance(value, str) and value for value in facts.values())
    assert "bags_per_infusion" in facts["notebook_parameters"]
    assert "<td></td>" not in facts["notebook_parameters"], "a parameter has no meaning beside it"
    assert "pao2_fio2" in facts["data_dictionary"]
