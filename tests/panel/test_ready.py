"""Which markers can be modelled, and why the others cannot."""

import numpy as np
import pytest

import rescat
from rescat import ModelError

TWIN = rescat.load_biomarkers("data")
BELOW = ["IL-1β", "IL-2", "IL-17", "IL-33"]


def only(*markers):
    return TWIN[TWIN["marker"].isin(markers)]


def test_markers_below_detection_are_set_aside_with_the_reason():
    logged, left_out = rescat.ready_to_fit(TWIN)
    assert left_out["marker"].tolist() == BELOW
    assert left_out["reason"].str.startswith("each of the 58 values is below").all()
    assert set(logged["marker"]) == set(TWIN["marker"]) - set(BELOW)
    nfl = TWIN["marker"].eq("NFL")
    values = logged.loc[logged["marker"].eq("NFL"), "value"]
    np.testing.assert_allclose(values, np.log10(TWIN.loc[nfl, "value"]))


def test_a_rule_replaces_what_is_below_the_limit():
    own = only("IL6").reset_index(drop=True)
    own.loc[0, ["value", "below_lod"]] = [4.0, True]
    logged, left_out = rescat.ready_to_fit(own, scale="ln", rule="half")
    assert left_out.empty
    assert logged["value"].iloc[0] == pytest.approx(np.log(2.0))


def test_a_marker_without_controls_is_set_aside():
    own = only("NFL").query("arm == 'MSC'")
    logged, left_out = rescat.ready_to_fit(own)
    assert logged.empty
    assert "control group" in left_out["reason"].item()


def test_a_value_of_zero_is_set_aside():
    own = only("NFL").reset_index(drop=True)
    own.loc[3, "value"] = 0.0
    _, left_out = rescat.ready_to_fit(own)
    assert "row 3: the value 0 has no logarithm" in left_out["reason"].item()


@pytest.mark.parametrize("options", [{"scale": "log2"}, {"rule": "guess"}])
def test_settings_that_are_not_known(options):
    with pytest.raises(ModelError, match="expected"):
        rescat.ready_to_fit(TWIN, **options)
