"""Every defensible choice: which go together, what is computed, and what is written."""

import numpy as np
import pandas as pd
import pytest

import rescat
from rescat.studies import multiverse as study
from rescat.studies.choices import CHOICES, PRINTED, TITLES, admissible, specifications
from rescat.studies.running import tables
from rescat.studies.specifications import summary
from rescat.synthetic.committed import committed_twin

NFL = ["NFL"]
SPECS = pd.DataFrame(specifications(), columns=list(CHOICES))


@pytest.fixture(scope="module")
def twin() -> pd.DataFrame:
    made = committed_twin(0, NFL)[1].biomarkers
    return rescat.to_scale(made).assign(treated=made["treated"])


@pytest.fixture(scope="module")
def found() -> pd.DataFrame:
    """Every analysis of NFL of one twin, beside its choices."""
    rows = pd.DataFrame(study.analyses_of({"twin": 0, "markers": NFL}, None))
    return rows.join(SPECS, on="spec")


def one(found: pd.DataFrame, **changed) -> pd.Series:
    """The printed analysis, with some choices changed."""
    wanted = PRINTED | changed
    own = found[np.logical_and.reduce([found[c].eq(level) for c, level in wanted.items()])]
    assert len(own) == 1, wanted
    return own.iloc[0]


def test_the_printed_analysis_is_one_of_them_and_each_level_is_used():
    assert set(TITLES) == set(CHOICES) == set(PRINTED)
    assert tuple(PRINTED.values()) in specifications()
    assert len(set(specifications())) == len(specifications()) > 5000
    for choice, levels in CHOICES.items():
        assert set(SPECS[choice]) == set(levels)


@pytest.mark.parametrize(
    "changed",
    [
        {"time": "curve"},
        {"test": "welch"},
        {"baseline": "sets"},
        {"baseline": "constrained", "time": "diagnosis"},
        {"detection": "censored", "scale": "raw", "test": "wald"},
        {"controls": "randomised", "test": "by_group"},
    ],
)
def test_what_makes_no_sense_is_left_out(changed):
    assert not admissible(PRINTED | changed)


@pytest.mark.slow
def test_the_printed_p_comes_back_and_the_others_are_those_of_the_package(found, twin):
    """Each way to compute it, against the function of the package that does it alone."""
    printed = rescat.load_slopes().set_index(["marker", "term"]).loc[("NFL", "difference")]
    assert round(one(found)["p"], 3) == printed["p_value"]
    differs = "difference"

    def check(row, table, span=28.0):
        expected = table.loc[differs]
        assert row["p"] == pytest.approx(expected["p_value"], rel=2e-4)
        assert row["change"] == pytest.approx(span * expected["slope"], rel=1e-4)
        assert row["low"] == pytest.approx(span * expected["ci_low"], rel=1e-4, abs=1e-5)

    for test, options in {
        "satterthwaite": {},
        "kenward_roger": {"df": "kenward_roger"},
        "wald": {"df": "wald"},
        "by_group": {"variance": "by_group"},
    }.items():
        check(one(found, test=test), rescat.fit_slopes(twin, **options).table)
    for random in ("uncorrelated", "intercept"):
        check(one(found, random=random), rescat.fit_slopes(twin, random=random).table)
    for baseline in ("constrained", "covariate"):
        alone = rescat.fit_with_baseline(twin, baseline=baseline)
        check(one(found, baseline=baseline), alone)
    for controls, arm in (("matched", "CTRL"), ("randomised", "mCTRL")):
        own = twin[twin["arm"].ne(arm)]
        check(one(found, controls=controls), rescat.fit_slopes(own).table)
    visits = twin.assign(visit=twin["day"].map({0: 0, 3: 1, 6: 2, 14: 3, 28: 4}))
    check(one(found, time="visits"), rescat.fit_slopes(visits, time="visit").table, 4.0)
    raw = twin.assign(value=10 ** twin["value"])
    assert one(found, scale="raw")["p"] == pytest.approx(
        rescat.fit_slopes(raw).table.loc[differs, "p_value"], rel=2e-4
    )


@pytest.mark.slow
def test_tests_of_own_slopes_and_values_below_detection_are_those_of_the_package(found, twin):
    tests = rescat.slope_tests(twin, tests=["welch", "permutation_welch"], progress=False)
    assert one(found, random="own", test="welch")["p"] == pytest.approx(
        tests.loc["welch", "p_value"], rel=1e-6
    )
    assert one(found, random="own", test="exact")["p"] == pytest.approx(
        tests.loc["permutation_welch", "p_value"], rel=1e-6
    )
    raw = 10 ** twin["value"]
    limit = np.quantile(raw, study.BELOW)
    low = twin.assign(below_lod=raw < limit, value=np.log10(np.maximum(raw, limit)))
    at_limit = rescat.fit_slopes(low.drop(columns="below_lod")).table
    assert one(found, detection="limit")["p"] == pytest.approx(
        at_limit.loc["difference", "p_value"], rel=2e-4
    )
    censored = rescat.fit_censored(low).loc["difference"]
    row = one(found, detection="censored", test="wald")
    assert row["change"] == pytest.approx(28 * censored["slope"], abs=0.02 * 28 * censored["se"])


def rows_of(*found_in_twin: dict[int, float]) -> pd.DataFrame:
    """P of some analyses (by their number) in some twins, of one marker."""
    rows = [
        {"twin": t, "marker": "NFL", "spec": spec, "p": p, "change": -0.1 * spec, "low": -1.0,
         "high": 0.5}
        for t, own in enumerate(found_in_twin) for spec, p in own.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_shares_flips_and_the_curve_are_counted_by_hand():
    printed = specifications().index(tuple(PRINTED.values()))
    matched, randomised = (
        specifications().index(tuple((PRINTED | {"controls": c}).values()))
        for c in ("matched", "randomised")
    )
    rows = rows_of(
        {printed: 0.01, matched: 0.02, randomised: 0.8},
        {printed: 0.01, matched: 0.2, randomised: np.nan},
    )
    made = summary({"multiverse": rows})
    choices = made["multiverse_choices"].set_index(["choice", "level"])
    assert choices.loc[("all", "all"), "share"] == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert choices.loc[("controls", "matched"), "found"] == 0.5
    assert choices.loc[("controls", "matched"), "p"] == pytest.approx(0.11)
    flips = made["multiverse_flips"].set_index("choice")
    # Of the three pairs of the first twin two disagree; of the one pair of the second, one.
    assert flips.loc["controls", "flipped"] == pytest.approx((2 / 3 + 1) / 2)
    assert flips.loc["controls", "pairs"] == 3
    curve = made["multiverse_curve"]
    assert curve["change"].is_monotonic_increasing
    assert curve["of"].eq(3).all()


def test_the_committed_tables_are_of_all_twins_and_agree_with_each_other():
    choices, curve = (rescat.load_table(f"multiverse_{x}") for x in ("choices", "curve"))
    assert choices["twins"].eq(study.TWINS).all()
    whole = choices[choices["choice"].eq("all")].set_index("marker")
    assert (whole["analyses"] <= len(specifications())).all()
    assert list(whole.index) == list(study.MARKERS)
    assert whole["share"].idxmax() == "NFL"  # as the chapter says
    slopes = rescat.load_slopes().query("term == 'difference'").set_index("marker")["p_value"]
    for marker in ("NFL", "IL1RA", "IL6", "PTX3"):  # of IL18 the P value is not met by Wald limits
        assert whole.loc[marker, "p"] == pytest.approx(slopes[marker], abs=6e-4)
    for choice, level in zip(curve.iloc[0][list(CHOICES)].index, curve.iloc[0][list(CHOICES)],
                             strict=True):  # fmt: skip
        assert level in CHOICES[choice]
    printed = choices[choices["choice"].eq("controls") & choices["level"].eq("all")]
    np.testing.assert_allclose(printed["p"], whole["p"])


def test_a_study_writes_its_summary():
    quick = study.multiverse(quick=True)
    rows = rows_of({0: 0.01, 1: 0.2}).to_dict("records")
    written = tables(quick, dict.fromkeys(range(len(quick.cells)), rows))
    assert sorted(written) == ["multiverse_choices", "multiverse_curve", "multiverse_flips"]
    assert written["multiverse_flips"].splitlines()[0].endswith(",origin")
