"""The tests that the paper prints, and what is proven of them."""

import numpy as np
import pytest
from scipy import stats

import rescat
from rescat import ModelError

SLOPES = rescat.load_slopes()


PRINTED = {"IL1RA": 0.025, "IL6": 0.047, "NFL": 0.012, "IL18": 0.068, "PTX3": 0.189}


def test_families():
    sizes = {f: len(rescat.printed_p_ranges(SLOPES, f)) for f in rescat.FAMILIES}
    assert sizes == {"Figure 2": 20, "with CRP": 21, "inflammatory": 12, "neuro": 8}
    whole = rescat.printed_p_ranges(SLOPES).set_index("marker")
    assert whole["printed"].dropna().to_dict() == PRINTED
    assert whole.loc["NFL", ["low", "high"]].tolist() == pytest.approx([0.0115, 0.0125])
    assert whole.loc["TAU", ["low", "high"]].tolist() == [0.05, 1.0]
    crp = rescat.printed_p_ranges(SLOPES, "with CRP").set_index("marker").loc["CRP"]
    assert crp[["low", "high"]].tolist() == [0.0, 0.05]


def test_tests_that_were_made():
    table = rescat.printed_tests(SLOPES)
    assert table["tests"].tolist() == [12, 8, 1, 20, 20]
    # IL1RA and IL6; NFL; CRP by word. Controls: IL1RA, IL18, PTX3, NFL; treated: IL6, PTX3.
    assert table["hits"].tolist() == [2, 1, 1, 4, 2]
    assert table.loc[table["counted"], "tests"].sum() == 20
    assert table["expected"].sum() == pytest.approx(61 * 0.05)


def test_what_is_proven_of_the_three():
    bounds = rescat.adjusted_p_bounds(rescat.printed_p_ranges(SLOPES)).set_index(
        ["marker", "method"]
    )
    nfl = bounds.loc["NFL"]
    # 20 × 0.0115; Hochberg 2 × 0.0675 of IL18; Benjamini-Hochberg 20 × 0.05 / 18.
    assert nfl.loc["Bonferroni", "low"] == pytest.approx(0.23)
    assert nfl.loc["Holm", "low"] == pytest.approx(0.23)
    assert nfl.loc["Hochberg", "low"] == pytest.approx(0.135)
    assert nfl.loc["Benjamini-Hochberg", "low"] == pytest.approx(0.05 * 20 / 18)
    assert nfl.loc["Holm", "high"] == pytest.approx(0.25)
    assert (bounds["low"] > 0.05).all()


def test_without_the_text_nothing_is_proven_by_the_false_discovery_rate():
    ranges = rescat.printed_p_ranges(SLOPES, unprinted=(0.0, 1.0))
    bounds = rescat.adjusted_p_bounds(ranges, ["fdr_bh"]).set_index("marker")
    assert bounds.loc["NFL", "low"] == pytest.approx(20 * 0.0115 / 16)
    assert bounds.loc["NFL", "high"] > 0.05


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: rescat.count_distribution(0), "n=0"),
        (lambda: rescat.count_distribution(5, alpha=1.5), "alpha=1.5"),
        (lambda: rescat.count_distribution(5, correlation=-0.1), "correlation=-0.1"),
        (lambda: rescat.largest_chance_of_at_least(6, 5), "k=6"),
        (lambda: rescat.adjust_p([0.1, np.nan]), "none missing"),
        (lambda: rescat.adjust_p([]), "one P value or more"),
        (lambda: rescat.adjust_p([0.1], ["sidak"]), "'sidak'"),
        (lambda: rescat.printed_p_ranges(SLOPES, "all"), "family 'all'"),
    ],
)
def test_what_cannot_be_is_refused(call, said):
    with pytest.raises(ModelError, match=said):
        call()


def test_an_empty_range_is_named():
    ranges = rescat.printed_p_ranges(SLOPES, unprinted=(0.9, 0.1))
    with pytest.raises(ModelError, match="TNFα: the low end"):
        rescat.adjusted_p_bounds(ranges)


def test_allowed_differences_with_limits_that_need_not_be_even():
    even, uneven = (
        rescat.allowed_differences(SLOPES, ["IL18"], df=[np.inf, 10], even=even)
        for even in (True, False)
    )
    assert (uneven["low"] < even["low"]).all()
    assert (even["high"] < uneven["high"]).all()
    assert (uneven["high"] > 0.068).all()


def test_allowed_differences_are_those_of_the_printed_limits():
    table = rescat.allowed_differences(SLOPES, ["IL1RA", "IL18"], df=[np.inf, 10]).set_index(
        ["marker", "df"]
    )
    printed = SLOPES.set_index(["marker", "term"])
    lines = [
        printed.loc[("IL18", t), ["slope", "ci_low", "ci_high"]] for t in ("control", "treated")
    ]
    low, high = rescat.attainable_difference_p(*map(tuple, lines), df=10)
    assert table.loc[("IL18", "10"), ["low", "high"]].tolist() == [low, high]
    # The P value of IL1RA is possible, that of IL18 is not (ledger CYT-04).
    normal = table.xs("normal", level="df")
    inside = normal["printed"].between(normal["low"], normal["high"])
    assert inside.to_dict() == {"IL1RA": True, "IL18": False}


def test_hits_of_a_family_are_those_of_the_table():
    table = rescat.printed_tests(SLOPES)
    counted = table[table["counted"]]
    assert rescat.printed_hits(SLOPES) == (counted["hits"].sum(), counted["tests"].sum())
    differences = table[table["what"].str.startswith("Difference")]
    crp = rescat.printed_hits(SLOPES, "with CRP")
    assert crp == (differences["hits"].sum(), differences["tests"].sum())
    assert rescat.printed_hits(SLOPES, "neuro") == (1, 8)


def test_corrected_in_each_family():
    table = rescat.adjusted_p_by_family(SLOPES, ["NFL", "CRP"], ["holm"])
    sizes = table.groupby("family", sort=False).size()
    assert sizes.index.str.extract(r"\((\d+) tests\)")[0].tolist() == ["20", "21", "8"]
    assert sizes.tolist() == [1, 2, 1]  # CRP is in one family; the inflammatory one has neither
    by_hand = {20: 20 * 0.0115, 21: 20 * 0.0115, 8: 8 * 0.0115}  # beside CRP, NFL comes second
    nfl = table[table["marker"].eq("NFL")]
    assert nfl["low"].tolist() == pytest.approx(list(by_hand.values()))


def test_limits_of_differences_that_are_not_printed():
    """By hand from the printed lines: half widths 0.012 and 0.0115, and so on."""
    table = rescat.printed_differences(SLOPES).set_index("marker")
    by_hand = {
        "IL1RA": (-0.020, np.hypot(0.0125, 0.0115)),
        "IL18": (-0.009, np.hypot(0.006, 0.006)),
        "NFL": (-0.027, np.hypot(0.0125, 0.0135)),
    }
    assert list(table.index) == list(by_hand)  # of the others a line is not printed
    for marker, (centre, half) in by_hand.items():
        found = table.loc[marker, ["slope", "ci_low", "ci_high"]].tolist()
        assert found == pytest.approx([centre, centre - half, centre + half])
    assert table["p_value"].to_dict() == {m: PRINTED[m] for m in by_hand}
    # IL18: as printed zero is outside, though P is above 0.05; rounding allows both.
    il18 = table.loc["IL18"]
    assert il18["ci_high"] < 0 < il18["high_most"]
    assert PRINTED["IL18"] > 0.05


def test_rounding_of_the_limits_by_drawing_what_could_be_printed():
    table = rescat.printed_differences(SLOPES).set_index("marker").loc["NFL"]
    rng = np.random.default_rng(2)
    lines = []
    for slope, low, high in ((0.029, 0.016, 0.041), (0.002, -0.012, 0.015)):
        centre = slope + rng.uniform(-0.0005, 0.0005, 200_000)
        half = rng.uniform((high - low) / 2 - 0.001, (high - low) / 2 + 0.001, len(centre))
        fits = (abs(centre - half - low) <= 0.0005) & (abs(centre + half - high) <= 0.0005)
        lines.append((centre[fits][:20_000], half[fits][:20_000]))
    n = min(len(c) for c, _ in lines)
    (c, c_half), (t, t_half) = ((centre[:n], half[:n]) for centre, half in lines)
    reach = np.hypot(c_half, t_half)
    for end, sign in (("low", -1), ("high", 1)):
        drawn = t - c + sign * reach
        least, most = table[f"{end}_least"], table[f"{end}_most"]
        assert least - 1e-9 <= drawn.min() < least + 3e-4
        assert most - 3e-4 < drawn.max() <= most + 1e-9


def test_true_sizes_come_from_outside():
    sizes = rescat.outside_sizes()
    assert sizes["source"].notna().all()
    assert set(sizes["origin"]) == {"evidence"}
    by_marker = sizes.dropna(subset="size").set_index("marker")["size"]
    assert by_marker["NFL"] == pytest.approx(rescat.icu_rise()["slope"])
    printed = rescat.printed_differences(SLOPES).set_index("marker")["slope"].abs()
    for marker in printed.index:  # none is a share of the printed estimate
        assert by_marker[marker] != pytest.approx(printed[marker], rel=0.01)


def test_design_analysis_of_sizes_from_outside():
    table = rescat.printed_design_analysis(SLOPES, {"NFL": 0.037, "IL6": 0.036})
    rows = table.set_index(["marker", "se_from"])
    limits, by_p = rows.loc[("NFL", "limits")], rows.loc[("NFL", "P")]
    # By hand: root of 0.0125² + 0.0135², over 1.96; and 0.027 over the z of P = 0.012.
    assert limits["se"] == pytest.approx(0.0184 / 1.96, abs=2e-5)
    assert by_p["se"] == pytest.approx(0.027 / 2.512, abs=2e-5)
    for row in (limits, by_p):
        z = 0.037 / row["se"]
        power = stats.norm.sf(1.959964 - z) + stats.norm.cdf(-1.959964 - z)
        assert row["power"] == pytest.approx(power, abs=1e-6)
        assert row["z"] == pytest.approx(z)
    # Without printed lines there is no standard error, and so no figure.
    assert rows.loc["IL6", ["se", "power", "type_s", "exaggeration"]].isna().all(axis=None)
