"""Studies in which severity is hidden from the matching."""

import numpy as np
import pytest

import rescat
from rescat import ModelError


@pytest.mark.slow
def test_severity_stays_hidden_from_four_variables():
    found, last = rescat.hidden_severity(30, treated=20, pool=1000, seed=3)
    mean = found.groupby("analysis")[["estimate", "severity"]].mean()
    assert mean.loc["nobody matched", "estimate"] < -0.7
    assert mean.loc["four variables", "estimate"] < -0.4
    assert abs(mean.loc["four and severity", "estimate"]) < 0.3
    # The bias of the estimate is that of the severity, for an effect of 1.
    np.testing.assert_allclose(mean["estimate"], mean["severity"], atol=0.15)
    assert last.groupby("matched_set")["treated"].sum().eq(1).all()
    assert len(last) == 60
    none, _ = rescat.hidden_severity(30, treated=20, pool=200, effect=0, seed=3)
    assert none.groupby("analysis")["estimate"].mean().abs().max() < 0.15
    with pytest.raises(ModelError, match="correlation from 0"):
        rescat.hidden_severity(1, correlation=1)
