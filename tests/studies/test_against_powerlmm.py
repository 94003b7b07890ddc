"""The powers that simulation finds are those that another program prints for the same model.

The vignette "two-level" of the R package powerlmm 0.4.0 (Magnusson 2018) prints them: two arms, 11
visits, an intraclass correlation of 0.5 at the start, a difference of 0.5 SD of the start at the
end, no correlation of intercept and slope. They are computed with a non-central t distribution and
the degrees of freedom of patients, not simulated.
"""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from shared import REFERENCE

from rescat.studies import analyses
from rescat.studies.trials import Trials

PRINTED = pd.read_csv(REFERENCE / "powerlmm-values.csv")
TRIALS = 4000


def rejections(row, rng) -> dict[str, int]:
    """How many of some trials are significant, by two analyses."""
    patients, visits = int(row.control + row.treated), np.arange(11.0)
    label = (np.arange(patients) < row.treated).astype(np.int8)
    u, v = rng.standard_normal((2, TRIALS, patients, 1))
    slope = np.sqrt(row.var_ratio) * v + (0.5 * np.sqrt(2) / 10 * label)[:, None]
    value = u + slope * visits + rng.standard_normal((TRIALS, patients, 11))
    trials = Trials(visits, value, np.ones(value.shape, bool), label)
    statistics, unit = trials.scaled()
    own = trials.own_slopes()
    p = {
        "satterthwaite": analyses.pooled(analyses.fits_of(statistics, label), unit)[
            "satterthwaite"
        ].p,
        "t of own slopes": stats.ttest_ind(own[:, label == 1], own[:, label == 0], axis=1).pvalue,
    }
    return {name: int((x <= 0.05).sum()) for name, x in p.items()}


@pytest.mark.tier2
def test_the_powers_are_those_that_powerlmm_prints():
    rngs = [np.random.default_rng([20, i]) for i in range(len(PRINTED))]
    found = pd.DataFrame(
        [rejections(row, rng) for row, rng in zip(PRINTED.itertuples(), rngs, strict=True)]
    )
    expected = TRIALS * PRINTED["power"]
    variance = expected * (1 - PRINTED["power"])
    chi2 = ((found.sub(expected, axis=0) ** 2).div(variance, axis=0)).sum()
    print(found.div(TRIALS).assign(printed=PRINTED["power"]).round(4).to_string(), chi2, sep="\n")
    # The t test of the patients' own slopes is what is printed: balanced and complete.
    limit = stats.chi2.isf(0.001, len(PRINTED))
    assert chi2["t of own slopes"] < limit
    assert chi2["satterthwaite"] < limit
    # And the check can fail: of powers that are a tenth larger, it does.
    wrong = ((found - 1.1 * expected.to_numpy()[:, None]) ** 2).div(variance, axis=0).sum()
    assert (wrong > limit).all()
