"""The invented pool of ICU patients."""

import pandas as pd
import pytest

import rescat
from rescat import ModelError
from rescat.data.contract import DATA
from rescat.synthetic.committed import pool_as_text
from rescat.synthetic.pool import COMMITTED_POOL


def test_the_committed_pool_is_what_the_program_makes():
    committed = (DATA / "synthetic" / "pool.csv").read_bytes()
    assert pool_as_text(rescat.synthetic_pool(COMMITTED_POOL)).encode() == committed


def test_the_pool_holds_the_ten_and_says_who_is_invented():
    pool = rescat.load_table("pool")
    assert len(pool) == 79
    assert pool["origin"].value_counts().to_dict() == {"synthetic": 69, "published": 10}
    ten = rescat.load_patients().query("arm == 'mCTRL'")
    shown = pool[pool["origin"].eq("published")]
    for column in ("patient_id", *rescat.MATCHED_ON):
        assert shown[column].tolist() == ten[column].tolist()
    assert rescat.origin_of(pool) == "synthetic"


def test_the_invented_are_like_what_they_are_drawn_from():
    pool = rescat.synthetic_pool(7, n=4010).query("origin == 'synthetic'")
    known = rescat.load_table("icu_covariates").set_index(["covariate", "group"])
    old = pool["age"] >= 64
    for name, group, rows in (
        ("age", "all", pool),
        ("bmi", "all", pool),
        ("pao2_fio2", "64 years and over", pool[old]),
        ("pao2_fio2", "up to 63 years", pool[~old]),
    ):
        row = known.loc[(name, group)]
        for quantile, column in ((0.25, "q1"), (0.5, "median"), (0.75, "q3")):
            assert rows[name].quantile(quantile) == pytest.approx(row[column], rel=0.06)
    assert pool["male"].mean() == pytest.approx(0.82, abs=0.03)


def test_a_pool_smaller_than_its_members_is_refused():
    with pytest.raises(ModelError, match="found 10 members"):
        rescat.synthetic_pool(n=9)


def test_the_same_members_come_out_of_the_same_pool():
    patients = rescat.load_patients()
    own, ten = (patients[patients["arm"].eq(arm)] for arm in ("MSC", "mCTRL"))
    methods = {"optimal": {}, "greedy": {"method": "greedy"}}
    found = rescat.members_chosen(own, ten, [1, 2], methods)
    pd.testing.assert_frame_equal(found, rescat.members_chosen(own, ten, [1, 2], methods))
    assert found["chosen"].le(10).all()
    assert found["controls"].eq(10).all()
    whole = rescat.members_chosen(own, ten, [1], methods, n=10)
    assert whole["chosen"].eq(10).all()


def test_who_is_in_the_pool():
    pool = rescat.load_table("pool")
    table = rescat.describe_pool(pool).set_index("who")
    assert list(table.index) == ["Table 1", "invented"]
    assert table["patients"].sum() == len(pool)
    invented = pool[pool["origin"].eq("synthetic")]
    assert table.loc["invented", "men"] == f"{100 * invented['male'].mean():.0f} %"
    age = invented["age"]
    words = f"{age.median():g} ({age.min():g} to {age.max():g})"
    assert table.loc["invented", "age"] == words
    assert set(table["origin"]) == {"synthetic"}
