"""R's committed figures against a fresh run of R."""

import subprocess

import numpy as np
import pandas as pd
import pytest
from shared import REFERENCE


@pytest.mark.r
def test_committed_values_are_what_r_gives(requires_r, tmp_path, r_values):
    fresh = tmp_path / "r-values.csv"
    script = REFERENCE / "reference.R"
    subprocess.run([requires_r, script, fresh], check=True, capture_output=True)
    again = pd.read_csv(fresh).set_index(["what", "key"])["value"]
    assert list(again.index) == list(r_values.index)
    np.testing.assert_allclose(again, r_values, rtol=1e-12)
