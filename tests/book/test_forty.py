"""`check` is a rehearsal: what it says of forty odd studies is what becomes of them."""

from pathlib import Path

import executed
import forty
import pytest

import rescat
from rescat.__main__ import main
from rescat.base.files import OWN_TABLES
from rescat.book.edition import Page, Profile, edition
from rescat.course.chapter import read_chapter
from rescat.data.marker_names import page_name

OF_PATIENTS = "01 03 04 04b 04c"
OF_VALUES = "05 06 07 08 09"
ALL = f"{OF_PATIENTS} {OF_VALUES}"
NOBODY_FITTED = f"{OF_PATIENTS} 08"
# Which chapters each study has, by hand from data/README.md and the text of the chapters.
MADE = {
    "the_shape_of_the_trial": ALL,
    "msc_and_ctrl": f"01 03 {OF_VALUES}",  # nobody was matched
    "msc_and_mctrl": f"01 04 04b 04c {OF_VALUES}",  # nobody was a randomised control
    "five_and_two": f"01 03 {OF_VALUES}",
    "one_and_one": "03 08",
    "one_an_arm": "03 04c 08",
    "two_and_two": "04 04b 04c 05 08 09",  # nobody can be left out
    "three_and_one": "01 04c 08",
    "one_treated": "03 04c 08",
    "fewer_matched_than_treated": ALL,
    # Two markers are no family; the invented pool of chapter 4b has 79 patients.
    "three_hundred": "01 03 04 04c 05 06 07 08",
    "two_days": NOBODY_FITTED,
    "one_day": NOBODY_FITTED,
    "fifty_days": f"{OF_PATIENTS} 05 06 07 08",
    "parts_of_days": ALL,
    "no_day_zero": ALL,
    "late_days": ALL,
    "one_marker_of_the_panel": f"{OF_PATIENTS} 05 06 08",
    "one_neuro_marker": f"{OF_PATIENTS} 05 07 08",
    "one_unknown_marker": f"{OF_PATIENTS} 05 06 08",
    "three_markers": ALL,
    "four_unknown_markers": f"{OF_PATIENTS} 05 06 08 09",
    "sixty_markers": f"{OF_PATIENTS} 05 06 08 09",
    "patients_alone": "04 04b 04c",
    "patients_and_events": OF_PATIENTS,
    "patients_and_biomarkers": f"04 04b 04c {OF_VALUES}",
    "biomarkers_alone": OF_VALUES,
    "no_events": ALL,
    "events_of_controls_alone": ALL,
    "events_of_one_patient": ALL,
    "only_what_must_be_given": f"04c {OF_VALUES}",
    "no_days_of_support": f"04 04b 04c {OF_VALUES}",
    "no_stay": f"04 04b 04c {OF_VALUES}",
    "no_body_mass": f"01 03 04c {OF_VALUES}",
    "covariates_without_variation": ALL.replace(" 04b", ""),
    "all_below_detection": NOBODY_FITTED,
    "one_marker_below_detection": ALL,
    "below_detection_in_the_treated": ALL,
    "all_values_equal": NOBODY_FITTED,
    "lines_without_noise": NOBODY_FITTED,
    "half_of_the_values": ALL,
    "one_sample_a_patient": NOBODY_FITTED,
    "one_patient_followed": NOBODY_FITTED,
    "other_arms_in_the_samples": ALL,
    "markers_of_one_arm_each": NOBODY_FITTED,
    "markers_of_two_arms_each": ALL,
    "far_apart_values": ALL,
    "invented_by_their_origin": ALL,
}
QUICK = ["one_and_one"]
EXECUTED: dict[tuple, str] = {}  # what went wrong with a page, of which tables


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    place = tmp_path_factory.mktemp("forty")
    return {name: forty.write(place / name, name) for name in forty.STUDIES}


def test_every_study_has_its_expectation():
    assert list(MADE) == list(forty.STUDIES)
    assert len(MADE) >= 40


@pytest.mark.parametrize("name", MADE)
def test_what_is_rehearsed(folders, name):
    profile = edition(str(folders[name]))
    parts = profile.parts
    made = [part.name for part in parts if not (part.is_marker or part.left_out)]
    assert [chapter.partition("_")[0] for chapter in made] == MADE[name].split()
    markers = [part for part in parts if part.is_marker]
    if (folders[name] / "biomarkers.csv").is_file():
        values = rescat.load_biomarkers(folders[name])
        assert [part.name for part in markers] == values["marker"].unique().tolist()
    else:
        assert not markers
    # The build makes these pages and no other.
    pages = {page.name for page in profile.pages()}
    assert pages == {*made, *(f"markers/{page_name(part.name)}" for part in markers)}


def test_check_says_it_of_each(folders, capsys):
    assert main(["check", str(folders["one_an_arm"])]) == 0
    said = " ".join(capsys.readouterr().out.split())
    for line in (
        "01_cohort left out, because it needs 3 patients of MSC, and there is 1",
        "  03_safety                    made",
        "  10_ledger                    left out, because it is about the paper alone",
        "  NFL   made, without the model: the treated group of column treated has 1 patient",
        "because it needs 1 neuro marker to which the model can be fitted with any one patient",
    ):
        assert " ".join(line.split()) in said


def trouble(profile: Profile, page: Page) -> str:
    """As `executed.trouble`; a chapter on patients alone is executed once for the same patients."""
    names = {*OWN_TABLES}
    if page.is_chapter and "biomarkers.csv" not in (own := read_chapter(page.name).needs.tables):
        names = own
    files = [Path(profile.data_dir) / name for name in sorted(names)]
    key = page, *(file.read_bytes() if file.is_file() else None for file in files)
    if key not in EXECUTED:
        EXECUTED[key] = executed.trouble(profile, page)
    return EXECUTED[key]


@pytest.mark.parametrize("name", QUICK)
def test_what_check_passes_is_made(folders, name):
    profile = edition(str(folders[name]))
    seen = [page for page in profile.pages() if page.marker in (None, "NFL")]
    assert {page.name: trouble(profile, page) for page in seen} == {page.name: "" for page in seen}


@pytest.mark.slow
@pytest.mark.tier2
@pytest.mark.parametrize("name", [name for name in MADE if name not in QUICK])
def test_what_check_passes_is_made_of_all(folders, name):
    test_what_check_passes_is_made(folders, name)
