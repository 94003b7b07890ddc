"""Values below the limit of detection in a fit."""

import numpy as np
import pytest

import rescat
from rescat import ModelError

TRIAL = rescat.simulate_trial(0)


def test_values_below_the_limit_of_detection():
    trial = TRIAL.assign(below_lod=TRIAL.index.isin([2, 9]), value=10 ** TRIAL["value"])
    half = rescat.apply_detection_rule(trial, "half")
    assert half.loc[2, "value"] == trial.loc[2, "value"] / 2
    assert half.loc[3, "value"] == trial.loc[3, "value"]
    dropped = rescat.apply_detection_rule(trial, "drop")
    dropped = rescat.fit_slopes(dropped.assign(value=np.log10(dropped["value"])))
    assert dropped.counts["samples"].sum() == len(trial) - 2
    assert dropped.counts["below_limit"].sum() == 2
    assert dropped.counts["missing"].sum() == 0
    fit = rescat.fit_slopes(half.assign(value=np.log10(half["value"])))
    assert fit.counts["below_limit"].sum() == 2
    assert any("limit of detection: 2. Rule 'half': half the limit" in m for m in fit.messages)
    counted = rescat.count_below_limit(trial, by="treated")
    assert counted["below"].sum() == 2


def test_an_unknown_detection_rule():
    trial = TRIAL.assign(below_lod=True)
    with pytest.raises(ModelError, match="expected one of limit, half, root2, drop"):
        rescat.apply_detection_rule(trial, "zero")
    with pytest.raises(ModelError, match="applied to this frame before"):
        rescat.apply_detection_rule(rescat.apply_detection_rule(trial, "half"), "half")
    with pytest.raises(ModelError, match="row 0, column below_lod: found 'no'"):
        rescat.apply_detection_rule(trial.assign(below_lod="no"), "half")
    with pytest.raises(ModelError, match="detection_rule: found zero"):
        rescat.fit_slopes(TRIAL.assign(detection_rule="zero"))
    with pytest.raises(ModelError, match="expected the limit"):
        rescat.apply_detection_rule(trial.assign(value=0.0), "half")
