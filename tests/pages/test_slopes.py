"""Tables of slopes with their factors."""

import rescat
from rescat import pages


def test_printed_slopes_stand_beside_both_readings():
    slopes = rescat.load_slopes()
    shown = pages.slopes_table(
        slopes[slopes["slope"].notna()],
        name="s", title="Printed slopes", source="The paper", scales=("log10", "ln"),
    ).data  # fmt: skip
    assert "-0.007 (-0.019 to +0.004)" in shown
    assert "0.64 times (0.29 to 1.29)" in shown
    assert "0.82 times (0.59 to 1.12)" in shown
    assert "In 28 days, if ln" in shown
    assert "&lt; 0.001" in shown
    assert "nan" not in shown
    assert ("A difference is" in shown) == (
        slopes["slope"].notna() & slopes["term"].eq("difference")
    ).any()


def test_a_fit_of_invented_values_says_so():
    fit = rescat.fit_slopes(rescat.load_table("teaching_trial"))
    shown = pages.slopes_table(
        fit.table.reset_index(), name="s", title="Slopes", source="Here", decimals=4
    ).data
    assert "SYNTHETIC" in shown
    assert "Difference, treated minus controls" in shown
    assert f"{fit.table.loc['difference', 'slope']:+.4f} (" in shown
    assert "A difference is the factor" in shown
    assert "Marker" not in shown
