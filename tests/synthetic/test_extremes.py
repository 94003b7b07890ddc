"""A search among data that agree with the print."""

import numpy as np
import pandas as pd
import pytest

import rescat
from rescat import ModelError
from rescat.synthetic.twin import printed_against_twin

TWIN = rescat.load_biomarkers("data")


@pytest.fixture(scope="module")
def found():
    return rescat.extreme("NFL", "permutation_welch", "highest", TWIN, seed=3, evaluations=8)


def test_what_is_reached_is_proven_by_its_samples(found):
    """The samples print as the paper does, and give the P value that is reported."""
    table = rescat.fit_slopes(found.samples).table
    printed = rescat.load_slopes().query("marker == 'NFL'").set_index("term")
    for term in ("control", "treated"):
        for quantity in ("slope", "ci_low", "ci_high"):
            assert abs(table.loc[term, quantity] - printed.loc[term, quantity]) <= 0.0005
    assert 0.0115 <= table.loc["difference", "p_value"] <= 0.0125
    again = rescat.permutation_test(found.samples, statistic="welch").p_value
    assert found.reached == again
    assert found.reached >= found.start
    assert found.evaluations == 8
    assert set(found.samples["origin"]) == {"synthetic"}
    taken = TWIN[TWIN["marker"].eq("NFL")][["patient_id", "day"]].to_numpy().tolist()
    assert found.samples[["patient_id", "day"]].to_numpy().tolist() == taken


def test_the_same_seed_gives_the_same_samples(found):
    again = rescat.extreme("NFL", "permutation_welch", "highest", TWIN, seed=3, evaluations=8)
    pd.testing.assert_frame_equal(again.samples, found.samples)


@pytest.mark.slow
def test_one_patient_out_in_both_directions():
    for direction, far in (("lowest", np.min), ("highest", np.max)):
        found = rescat.extreme("IL1RA", "leave_one_out", direction, TWIN, seed=1, evaluations=3)
        assert found.reached == far(rescat.leave_one_out(found.samples)["p_value"])
        assert (found.reached >= found.start) == (direction == "highest") or (
            found.reached == found.start
        )


def test_the_committed_extremes():
    table = rescat.load_table("extremes").set_index(["marker", "quantity", "direction"])
    assert len(table) == 2 * len(rescat.QUANTITIES) * 2
    for (_, _, direction), row in table.iterrows():
        ordered = (
            row["reached"] >= row["start"]
            if direction == "highest"
            else (row["reached"] <= row["start"])
        )
        assert ordered
    wide = table["reached"].unstack("direction")
    assert (wide["lowest"] < wide["highest"]).all()


@pytest.mark.slow
@pytest.mark.parametrize("quantity", ["leave_one_out", "permutation_t"])
def test_the_data_behind_an_extreme_are_shipped(quantity):
    """They print as the paper does, and give the P value of the table."""
    table = rescat.load_table("extremes").query("quantity == @quantity")
    samples = rescat.load_table("extremes_samples").query("quantity == @quantity")
    samples = samples.assign(value=samples["log10_value"], treated=samples["arm"].eq("MSC"))
    for row in table.itertuples():
        own = samples.query("marker == @row.marker and direction == @row.direction")
        own = own.drop(columns=["marker", "quantity"])
        sign = 1.0 if row.direction == "highest" else -1.0
        assert rescat.QUANTITIES[quantity](own, sign) == pytest.approx(row.reached, rel=1e-4)
        values = own.assign(value=10 ** own["value"], marker=row.marker)
        met = printed_against_twin(values, "log10", "satterthwaite")
        assert met["met"].all()
        assert len(met) == 8


def test_options_that_are_not_known():
    with pytest.raises(ModelError, match="quantity='wald'"):
        rescat.extreme("NFL", "wald", "lowest", TWIN)
    with pytest.raises(ModelError, match="direction='up'"):
        rescat.extreme("NFL", "leave_one_out", "up", TWIN)
