"""Clinical scores from their printed components: the least that they can be.

A score is a sum of points for components. Where only some components are printed, the points of
these are a lower bound, because no component gives points below zero.
"""

import numpy as np
import pandas as pd

from ..printed.rounding import PrintedNumber
from .cohort import had_support

__all__ = ["NOT_PRINTED", "ROOM_AIR", "room_air_saturation", "rox_limits", "score_points"]

ROOM_AIR = 0.21  # share of oxygen

# Components of each score that Table 1 does not print.
NOT_PRINTED = {
    "MEWS": "heart rate, systolic pressure, temperature and consciousness",
    "HACOR": "heart rate and pH",
    "SOFA": "platelets, bilirubin and creatinine",
}


def score_points(
    patients: pd.DataFrame, bands: pd.DataFrame, score: str, *, support: bool = True
) -> pd.Series:
    """Points of the printed components of a score.

    Parameters
    ----------
    patients : DataFrame
        From :func:`rescat.load_patients`.
    bands : DataFrame
        From :func:`rescat.load_table` ("score_bands"): a component has the most points of the
        bands (low <= value < high) that it is in.
    score : str
        Its name in ``bands``.
    support : bool
        Whether HFNO and NIV count as the respiratory support that some bands ask for.

    Returns
    -------
    Series
        Points by ``patient_id``; missing where a component is not reported.

    Raises
    ------
    KeyError
        If a column that a band names is not in ``patients``.

    Examples
    --------
    >>> import rescat
    >>> tables = rescat.load_patients(), rescat.load_table('score_bands')
    >>> rescat.score_points(*tables, 'MEWS').head(3).to_dict()
    {'1': 2.0, '2': 1.0, '3': 2.0}
    """
    total = pd.Series(0.0, index=patients["patient_id"], name=score)
    supported = had_support(patients).to_numpy(bool) & support
    for column, rows in bands[bands["score"].eq(score)].groupby("column"):
        value = patients[column].to_numpy(float)
        points = np.zeros(len(patients))
        for band in rows.itertuples():
            within = (value >= band.low) & ~(value >= band.high)
            within &= supported if band.needs_support else True
            points = np.where(within, np.maximum(points, band.points), points)
        total += np.where(np.isnan(value), np.nan, points)
    return total


def rox_limits(patients: pd.DataFrame) -> pd.DataFrame:
    """The highest FiO2 and PaO2 that fit the printed ROX index, respiratory rate and PaO2/FiO2.

    ROX is SpO2 (per cent) over FiO2, over the respiratory rate, and SpO2 is at most 100.

    Parameters
    ----------
    patients : DataFrame, one row per patient
        From :func:`rescat.load_patients`.

    Returns
    -------
    DataFrame, one row per patient with all three figures
        ``patient_id``, ``fio2_max`` (fraction), ``pao2_max`` (mmHg).

    Notes
    -----
    The index is that of Roca and others (2016), Journal of Critical Care 35: 200-205.

    Examples
    --------
    >>> import rescat
    >>> print(rescat.rox_limits(rescat.load_patients()).head(2).round(2).to_string(index=False))
    patient_id  fio2_max  pao2_max
             1      0.31     60.60
             2      0.43     74.47
    """
    known = patients.dropna(subset=["rox", "respiratory_rate", "pao2_fio2"])
    lowest = [PrintedNumber.parse(f"{rox:.1f}").interval()[0] for rox in known["rox"]]
    fio2 = 100 / (np.array(lowest) * known["respiratory_rate"].to_numpy(float))
    return pd.DataFrame(
        {
            "patient_id": known["patient_id"].to_numpy(),
            "fio2_max": fio2,
            "pao2_max": fio2 * known["pao2_fio2"].to_numpy(float),
        }
    )


def room_air_saturation(ratio: float | np.ndarray) -> float | np.ndarray:
    """The saturation that a patient would have on room air, if PaO2/FiO2 stayed the same.

    Parameters
    ----------
    ratio : float or array
        PaO2/FiO2 in mmHg, above zero.

    Returns
    -------
    float or array
        Saturation of arterial blood with oxygen, in per cent.

    Notes
    -----
    The curve is that of Severinghaus (1979), Journal of Applied Physiology 46: 599-602, for normal
    acidity and temperature. PaO2/FiO2 is not quite the same at another FiO2, so this is a rough
    figure.

    Examples
    --------
    >>> from rescat.trial.scores import room_air_saturation
    >>> [round(float(room_air_saturation(ratio))) for ratio in (171, 238, 450)]
    [69, 85, 97]
    """
    pressure = ROOM_AIR * np.asarray(ratio, float)
    return 100 / (1 + 23400 / (pressure**3 + 150 * pressure))
