"""What the paper says in words, beside the twin."""

import numpy as np
import pytest

import rescat

TWIN = rescat.load_biomarkers("data")
PAPER = " ".join((rescat.DATA / "published" / "paper.txt").read_text(encoding="utf-8").split())


def test_the_words_are_the_paper_s():
    words = rescat.words_against_twin(TWIN)
    assert all(said in PAPER for said in words["said"])
    assert set(words["origin"]) == {"synthetic"}


@pytest.mark.parametrize("apart", [0.0, 0.4])
def test_alignment_is_seen_in_the_samples(apart):
    """Moved so that the means of day 28 are as far apart as we say."""
    moved = TWIN.copy()
    late = moved["marker"].eq("NFL") & moved["day"].eq(28)
    logs = np.log10(moved.loc[late, "value"])
    treated = moved.loc[late, "treated"]
    shift = logs[treated].mean() + apart - logs[~treated].mean()
    moved.loc[logs.index[~treated], "value"] *= 10**shift
    row = rescat.words_against_twin(moved).set_index("said").filter(like="align", axis=0).iloc[0]
    assert row["met"] == (apart == 0)
    assert f"{10**apart:.1f} times" in row["shown"]


def test_no_sample_on_the_day_is_not_met():
    early = TWIN[~(TWIN["marker"].eq("NFL") & TWIN["day"].eq(28) & TWIN["treated"])]
    row = rescat.words_against_twin(early).iloc[0]
    assert not row["met"]
    assert row["shown"] == "one of the groups has no sample on day 28"
