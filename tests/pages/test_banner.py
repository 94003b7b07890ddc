"""The line at the head of a page names each origin."""

import rescat

PATIENTS = rescat.load_patients()


def test_the_banner_names_each_origin():
    page = rescat.banner(PATIENTS, rescat.load_ctcae()).data
    assert "PUBLISHED" in page
    assert "EVIDENCE" in page
