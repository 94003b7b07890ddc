"""The spread of P values over the twins, in words."""

import numpy as np
import pandas as pd

import rescat


def test_median_and_quantiles():
    p = pd.DataFrame({"marker": ["b", "a"] * 3, "holm": [0.1, 1, 0.3, 1, 0.25, 1], "x": 0.5})
    p = p.assign(origin="synthetic")
    table = rescat.spread_over_twins(p, ["holm", "x"])
    assert table.to_dict("records") == [
        {
            "marker": marker,
            "holm": holm,
            "x": "0.500 (0.500 to 0.500)",
            "origin": "synthetic",
        }
        for marker, holm in (("b", "0.250 (0.115 to 0.295)"), ("a", "1.000 (1.000 to 1.000)"))
    ]


def test_what_is_said_is_no_range_of_extremes():
    """One twin more, far off, must not move what is quoted."""
    few = pd.DataFrame({"marker": "NFL", "p": np.linspace(0.02, 0.04, 40), "origin": "synthetic"})
    more = pd.concat([few, few.head(1).assign(p=0.9)])
    assert "0.9" not in rescat.spread_over_twins(more, ["p"])["p"].item()
    assert rescat.spread_over_twins(few, ["p"])["p"].item().startswith("0.030 (0.021 to 0.039)")
