"""The same model fitted by statsmodels."""

import warnings
from dataclasses import replace

import numpy as np

from ..base.door import from_extra
from ..base.errors import ModelError
from .blocks import block_of, fit_block, square_root
from .trajectories import Trajectories

# A criterion that is worse than Newton's by more than this is no minimum.
_STOPPED_EARLY = 0.1


def fit_by_statsmodels(data: Trajectories, random: str, method: str):
    """The same model by statsmodels' MixedLM, on the scaled values and times."""
    mixed = from_extra("statsmodels.regression.mixed_linear_model", "engine='statsmodels'")

    centred = random != "uncorrelated"
    t = (data.time - data.centre * centred) / data.scale
    z = np.column_stack([np.ones_like(t), t])
    label = data.label[data.patient][:, None]
    x = np.hstack([z * (label == k) for k in range(data.groups)])
    y = (data.value - data.location) / data.spread
    effects = z[:, :1] if random == "intercept" else z
    free = None
    if random == "uncorrelated":
        free = mixed.MixedLMParams.from_components(np.ones(x.shape[1]), np.eye(2))
    model = mixed.MixedLM(y, x, data.patient, exog_re=effects)
    messages, result = [], None
    for optimiser in ("lbfgs", "bfgs", "powell"):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                result = model.fit(reml=method == "REML", method=[optimiser], free=free)
            except np.linalg.LinAlgError as error:
                messages.append(f"statsmodels: the optimiser {optimiser} ended at a {error}")
                continue
        messages += [f"statsmodels: {str(w.message).strip()}" for w in caught]
        if result.converged:
            break
    if result is None:
        raise ModelError("\n".join([*messages, "statsmodels has no fit: use engine='newton'"]))
    covariance = np.zeros((2, 2))
    size = effects.shape[1]
    covariance[:size, :size] = result.cov_re
    fixed = np.asarray(result.cov_params())[: x.shape[1], : x.shape[1]]
    sigma2 = result.scale
    factor = square_root(covariance / sigma2)
    fit = np.concatenate(
        [
            factor,
            [-2 * result.llf, sigma2],
            np.pad(np.asarray(result.fe_params), (0, 4 - x.shape[1])),
            *([fixed[k, k], fixed[k, k + 1], fixed[k + 1, k + 1]] for k in (0, 2)[: data.groups]),
            *([np.zeros(3)] if data.groups == 1 else []),
            [np.inf, np.inf, np.inf, np.nan, 0.0 if result.converged else 1.0, np.nan],
        ]
    )
    if (np.diag(fixed) <= 0).any():
        messages.append(
            "statsmodels: a standard error is not a number; the variance matrix is faulty"
        )
    block = block_of(data, fit, random, method)
    best = fit_block(data, random, method).criterion
    if block.criterion > best + _STOPPED_EARLY:
        messages.append(
            f"statsmodels: it stopped at the criterion {block.criterion:.4f}, and Newton's method "
            f"finds {best:.4f}: its estimates and standard errors are wrong. Use engine='newton'"
        )
        block = replace(block, converged=False)
    return block, tuple(dict.fromkeys(messages)), result
