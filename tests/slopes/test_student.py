"""Student's t in compiled code, against scipy."""

import math

import numpy as np
import pytest
from scipy import stats

from rescat.slopes.student import limit, two_sided_p

DF = [1.0, 1.7, 2.0, 3.3, 5.911, 12.7, 29.99, 100.0, 1234.5, 1e5, 1e8, math.inf]


@pytest.mark.parametrize("df", DF)
def test_p_is_scipys_to_twelve_digits(df):
    t = np.concatenate([np.linspace(-3, 12, 40), [0.01, 37.0, 300.0]])
    ours = [two_sided_p(x, df) for x in t]
    np.testing.assert_allclose(ours, 2 * stats.t.sf(np.abs(t), df), rtol=1e-12, atol=1e-290)


@pytest.mark.parametrize("df", DF)
def test_the_limit_of_an_interval_is_scipys(df):
    for level in (0.5, 0.9, 0.95, 0.999):
        assert limit(1 - level, df) == pytest.approx(stats.t.ppf(0.5 + level / 2, df), rel=1e-12)


def test_what_has_no_answer_is_missing():
    for t, df in ((1.0, math.nan), (math.nan, 5.0), (1.0, 0.0), (1.0, -2.0)):
        assert math.isnan(two_sided_p(t, df))
    for p, df in ((0.0, 5.0), (1.0, 5.0), (math.nan, 5.0), (0.05, 0.0)):
        assert math.isnan(limit(p, df))
    assert two_sided_p(math.inf, 3.0) == 0.0
    assert two_sided_p(0.0, 3.0) == 1.0
