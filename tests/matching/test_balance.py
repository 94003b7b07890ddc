"""Balance of covariates, by hand."""

import numpy as np
import pytest
from shared import people

import rescat
from rescat import DataError, ModelError

PATIENTS = rescat.load_patients()
MSC = PATIENTS[PATIENTS["arm"].eq("MSC")]
MATCHED = PATIENTS[PATIENTS["arm"].eq("mCTRL")]
FOUR = ["age", "male", "bmi", "pao2_fio2"]


def test_balance_by_hand():
    treated = people("T", x=[1.0, 3.0], yes=[True, False])
    control = people("C", x=[2.0, 2.0, 5.0, 7.0], yes=[True, True, True, False])
    rows = rescat.balance(treated, control, covariates=["x", "yes"]).set_index("covariate")
    x, yes = rows.loc["x"], rows.loc["yes"]
    assert x["difference"] == 2 - 4
    assert x["smd"] == pytest.approx(-2 / np.sqrt(2))
    assert x["variance_ratio"] == pytest.approx(2 / 6)
    # At 1, 2, 3, 5, 7 the shares are 1/2, 1/2, 1, 1, 1 and 0, 1/2, 1/2, 3/4, 1.
    assert x["ecdf_mean"] == pytest.approx((0.5 + 0 + 0.5 + 0.25 + 0) / 5)
    assert x["ecdf_max"] == 0.5
    assert (yes["kind"], yes["difference"], yes["ecdf_max"]) == ("binary", -0.25, 0.25)
    assert yes["smd"] == pytest.approx(-0.5)
    assert np.isnan(yes["variance_ratio"])
    pooled = rescat.balance(treated, control, covariates=["x"], denominator="pooled")
    assert pooled["smd"].iloc[0] == pytest.approx(-2 / np.sqrt((2 + 6) / 2))


def test_the_denominator_does_not_change_by_matching():
    found = rescat.match(MSC.head(3), MATCHED, covariates=FOUR)
    rows = rescat.balance(MSC, MATCHED, covariates=FOUR, match=found)
    assert rows.groupby("covariate")["sd"].nunique(dropna=False).eq(1).all()
    after = rows[rows["sample"].eq("after")]
    assert after["n_treated"].eq(3).all()
    assert after["n_control"].eq(6).all()


def test_a_value_that_nobody_has_gives_no_difference():
    """All of one group lack it: p (1 - p) is 0, and not what rounding leaves of it."""
    rows = rescat.balance(MSC, MATCHED, covariates=["rox"], denominator="pooled")
    assert np.isnan(rows.set_index("kind").loc["missing", "smd"])


def test_missing_values_have_rows_of_their_own():
    rows = rescat.balance(MSC, MATCHED, covariates=["age", "rox"])
    assert rows["kind"].tolist() == ["continuous", "continuous", "missing"]
    assert rows["difference"].iloc[2] == -1  # not reported for any matched control
    assert rows["n_control"].tolist() == [10, 0, 10]
    assert np.isnan(rows["difference"].iloc[1])


def test_a_difference_without_spread_has_no_smd():
    treated = people("T", x=[1.0, 1.0])
    control = people("C", x=[2.0, 3.0])
    row = rescat.balance(treated, control, covariates=["x"]).iloc[0]
    assert row["difference"] == -1.5
    assert np.isnan(row["smd"])


def test_balance_makes_no_test():
    assert not [c for c in rescat.balance(MSC, MATCHED, covariates=FOUR) if c.startswith("p_")]


@pytest.mark.parametrize(
    ("covariates", "error"), [(["weight"], DataError), (["therapy"], ModelError)]
)
def test_balance_needs_numbers(covariates, error):
    with pytest.raises(error):
        rescat.balance(MSC, MATCHED, covariates=covariates)


def test_balance_of_a_match_of_others():
    found = rescat.match(MSC, MATCHED, covariates=FOUR)
    with pytest.raises(DataError, match="of the match is in neither group"):
        rescat.balance(MSC, MATCHED.head(4), covariates=FOUR, match=found)
