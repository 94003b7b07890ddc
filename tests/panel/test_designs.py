"""Who carries the controls' slope: weights of the arms and of the days."""

import numpy as np
import pytest
import statsmodels.api as sm

import rescat
from rescat import ModelError
from rescat.data.trial_facts import DAYS, STAYS
from rescat.panel.designs import design_by_stay

TWIN = rescat.load_biomarkers("data")
NFL = rescat.to_scale(TWIN[TWIN["marker"].eq("NFL")])
NAMES = ("sd_residual", "sd_intercept", "sd_slope", "correlation")


def test_the_weights_are_those_of_generalised_least_squares():
    """An arm that rises by one more per day moves the slope of an independent fit by its weight."""
    variance = rescat.fit_slopes(NFL).variance.iloc[0]
    weights = rescat.arm_weights(
        rescat.design_of(NFL, by="arm"), **{name: variance[name] for name in NAMES}
    ).set_index("arm")
    controls = NFL[~NFL["treated"]]
    day = controls["day"].to_numpy(float)
    same = np.equal.outer(*[controls["patient_id"].to_numpy()] * 2)
    sd = variance["sd_intercept"], variance["sd_slope"]
    v = sd[0] ** 2 + sd[1] ** 2 * np.outer(day, day)
    v += variance["correlation"] * sd[0] * sd[1] * np.add.outer(day, day)
    v = v * same + variance["sd_residual"] ** 2 * np.eye(len(day))

    def slope(more):
        y = controls["value"].to_numpy() + more
        return sm.GLS(y, sm.add_constant(day), sigma=v).fit().params[1]

    for arm in ("CTRL", "mCTRL"):
        own = controls["arm"].eq(arm).to_numpy()
        assert weights.loc[arm, "weight"] == pytest.approx(slope(own * day) - slope(0))
        for one in DAYS:
            there = own & (day == one)
            assert weights.loc[arm, one] == pytest.approx(slope(1.0 * there) - slope(0))
    assert weights["samples"].sum() == len(controls)


@pytest.mark.parametrize("name", rescat.DESIGNS)
def test_arms_add_up_to_the_controls(name):
    design = rescat.DESIGNS[name]
    arms = rescat.arm_weights(design, sd_slope=0.05)
    assert arms["arm"].tolist() == ["CTRL", "mCTRL"]
    assert arms["weight"].sum() == pytest.approx(1)
    np.testing.assert_allclose(arms[list(DAYS)] @ DAYS, arms["weight"])
    controls = rescat.line_weights(design, sd_slope=0.05).loc["control"]
    for column in (*DAYS, "samples"):
        assert arms[column].sum() == pytest.approx(controls[column])


def test_a_design_of_groups_has_no_arms():
    with pytest.raises(ModelError, match='by="arm"'):
        rescat.arm_weights(rescat.design_of(NFL))
    with pytest.raises(ModelError, match="expected one of group, arm"):
        rescat.design_of(NFL, by="patient")


def test_stays_are_those_of_table_1():
    patients = rescat.load_patients()
    for arm, stays in STAYS.items():
        own = patients.loc[patients["arm"].eq(arm), "length_of_stay"].astype(float)
        assert sorted(own) == list(stays)
    counts = rescat.in_hospital(patients).set_index("arm")
    for arm, part in rescat.DESIGNS["by stay: in hospital only"].items():
        assert part.sum(axis=0).tolist() == counts.loc[arm, list(DAYS)].tolist()


def test_a_design_by_stay_can_leave_samples_out():
    stays = {"MSC": [3], "CTRL": [28], "mCTRL": [30, 5, 28, 2]}
    design = design_by_stay(stays, visits=(), kept={"mCTRL": 0.5}, historical_to=14)
    assert design["MSC"].tolist() == [[1, 1, 0, 0, 0]]
    assert design["CTRL"].tolist() == [[1, 1, 1, 1, 1]]
    assert design["mCTRL"][0].tolist() == [1, 0.5, 0.5, 0.5, 0]
    assert design["mCTRL"][1].tolist() == [1, 0.5, 0, 0, 0]
    back = design_by_stay(stays, visits=("MSC",), day_0_only=2)
    assert back["MSC"].all()
    # Of those ordered by stay (2, 5, 28, 30 days), the first and the third.
    assert back["mCTRL"].sum(axis=1).tolist() == [5, 2, 1, 1]
