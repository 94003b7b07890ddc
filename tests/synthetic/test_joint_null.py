"""The spread of P values over the twins, in words."""

import pandas as pd

import rescat


def test_lowest_highest_and_median():
    p = pd.DataFrame(
        {"marker": ["b", "a"] * 3, "holm": [0.1, 1, 0.3, 1, 0.25, 1], "fdr_bh": 0.5}
    ).assign(origin="synthetic")
    table = rescat.spread_over_twins(p, ["holm"])
    assert table.to_dict("records") == [
        {"marker": "b", "holm": "0.100 to 0.300 (0.250)", "origin": "synthetic"},
        {"marker": "a", "holm": "1.000 to 1.000 (1.000)", "origin": "synthetic"},
    ]
    short = rescat.spread_over_twins(p, ["holm", "fdr_bh"], median=False)
    assert short.loc[0, "holm"] == "0.100 to 0.300"
    assert short.loc[0, "fdr_bh"] == "0.500 to 0.500"
