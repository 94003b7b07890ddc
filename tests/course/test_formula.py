"""A second way to the expected answers."""

import pytest

import rescat
import rescat.course.sessions
from rescat.course.answers.cytokines import logged
from rescat.course.formula import by_formula


@pytest.mark.parametrize("marker", ["IL6", "NFL", "CRP", None])
def test_by_formula_agrees_with_the_models_of_the_chapters(marker):
    """Singular fits among them; None is the trial of the chapter on random slopes."""
    own = rescat.load_table("teaching_trial") if marker is None else logged()[marker]
    fit = rescat.fit_slopes(own)
    row, other = fit.table.loc["difference"], by_formula(own)
    for name, within in (("slope", 1e-6), ("se", 1e-6), ("df", 0.01), ("p_value", 1e-5)):
        assert getattr(other, name) == pytest.approx(row[name], abs=within)
    assert (other.ci_low, other.ci_high) == pytest.approx((row["ci_low"], row["ci_high"]), abs=1e-5)
    predicted = fit.patients().set_index("subject")["predicted_slope"]
    assert other.predicted == pytest.approx(predicted.to_dict(), abs=1e-5)
