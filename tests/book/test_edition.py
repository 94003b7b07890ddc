"""An edition leaves out what its data do not allow."""

import pandas as pd

import rescat

TWIN = rescat.load_biomarkers("data")
BELOW = ["IL-1β", "IL-2", "IL-17", "IL-33"]


def test_an_edition_leaves_out_what_its_data_do_not_allow(tmp_path):
    from rescat.book.edition import edition

    TWIN.query("marker == 'NFL'").drop(columns=["treated", "origin"]).assign(below_lod="n").to_csv(
        tmp_path / "biomarkers.csv", index=False
    )
    names = [page.name for page in edition(str(tmp_path)).pages()]
    assert names == ["05_random_slopes", "07_neuromarkers", "08_markers", "markers/NFL"]
    several = TWIN[TWIN["marker"].isin(["NFL", "TAU", "GFAP", "CRP", *BELOW])]
    several.drop(columns=["treated", "origin"]).assign(
        below_lod=several["below_lod"].map({True: "y", False: "n"})
    ).to_csv(tmp_path / "biomarkers.csv", index=False)
    assert "09_multiplicity" in [page.name for page in edition(str(tmp_path)).pages()]
    patients = pd.read_csv(rescat.DATA / "synthetic" / "patients.csv", dtype=str)
    patients[patients["arm"].ne("CTRL")].to_csv(tmp_path / "patients.csv", index=False)
    several[several["arm"].ne("CTRL")].drop(columns="treated").assign(
        below_lod=several["below_lod"].map({True: "y", False: "n"})
    ).to_csv(tmp_path / "biomarkers.csv", index=False)
    events = (rescat.DATA / "synthetic" / "events.csv").read_text("utf-8")
    (tmp_path / "events.csv").write_text(events.splitlines()[0] + "\n", "utf-8")
    names = [page.name for page in edition(str(tmp_path)).pages()]
    assert "01_cohort" in names
    assert "03_safety" not in names


def test_the_annotated_paper_is_in_the_public_book_alone(tmp_path, monkeypatch):
    """It is about the paper, and no private data may seem to belong to it."""
    from rescat.book import edition, site

    monkeypatch.setattr(edition, "BUILD", tmp_path)
    public, private = (
        site.contents(profile).read_text(encoding="utf-8")
        for profile in (edition.PUBLIC, edition.Profile("mine", "mine"))
    )
    assert "file: paper\n" in public
    assert "file: licence\n" in private
    assert "file: paper\n" not in private
