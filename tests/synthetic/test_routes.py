"""Routes to limits and P values: which of them can print all that the paper prints of a marker."""

import pandas as pd
import pytest

import rescat
from rescat import ModelError

COMMITTED = rescat.load_table("routes")
# Controls with about half the samples of the treated, as the printed widths ask.
SAMPLING = {
    "MSC": (1.0, 0.95, 0.95, 0.95, 0.9),
    "CTRL": (1.0, 0.95, 0.95, 0.95, 0.9),
    "mCTRL": (1.0, 0.85, 0.65, 0.35, 0.15),
}


@pytest.fixture(scope="module")
def il18() -> pd.DataFrame:
    return rescat.agreement_by_route("IL18", n=60, seed=2, sampling=SAMPLING).set_index(
        ["limits", "p"]
    )


@pytest.mark.slow
def test_il18_by_the_usual_route_of_r_and_by_one_multiplier(il18):
    """On the same draws: many by profile limits and Satterthwaite's P, none by z or t for both."""
    assert il18["trials"].nunique() == 1
    assert il18.loc[("profile", "t"), "all"] >= 5
    assert il18.loc[("z", "z"), "all"] == 0
    assert il18.loc[("t", "t"), "all"] == 0
    assert il18.loc[("z", "t"), "all"] >= 5


@pytest.mark.slow
def test_counts_are_of_one_another(il18):
    assert (il18["all"] <= il18["lines"]).all()
    assert (il18["lines"] <= il18["trials"]).all()
    assert il18.groupby("limits")["lines"].nunique().eq(1).all()
    assert (il18["origin"] == "synthetic").all()


def test_even_limits_with_one_multiplier_are_what_attainable_p_says():
    """Algebra and search agree: where no P is attainable with even limits, no draw has it."""
    slopes = rescat.load_slopes()
    for marker, own in COMMITTED.groupby("marker"):
        found = own.set_index(["limits", "p"])["all"]
        if not rescat.joint_df(slopes, marker):
            assert found["t", "t"] == 0
        if float("inf") not in rescat.joint_df(slopes, marker):
            assert found["z", "z"] == 0


@pytest.mark.slow
def test_the_committed_table_is_what_the_program_counts():
    own = COMMITTED[COMMITTED["marker"].eq("IL1RA")].drop(columns="marker").reset_index(drop=True)
    again = rescat.agreement_by_route("IL1RA", n=int(own["trials"].max()))
    pd.testing.assert_frame_equal(again[own.columns], own, check_dtype=False)


def test_what_is_refused():
    with pytest.raises(ModelError, match="IL6: expected printed slopes and intervals"):
        rescat.agreement_by_route("IL6")
