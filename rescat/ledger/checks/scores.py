"""Checks of clinical scores against the components that Table 1 prints."""

from ...trial.scores import (
    NOT_PRINTED,
    ROOM_AIR,
    room_air_saturation,
    rox_limits,
    score_points,
)
from ..tables import Tables
from ..verdicts import NOT_REPRODUCED, REPRODUCED, RIGHT_IF, Claim, Finding, verdict

WHO_SATURATION = 90.0  # per cent on room air; below it COVID-19 is severe


@verdict
def score_from_parts(claim: Claim, tables: Tables, score: str) -> Finding:
    """A printed score against the points of its printed components."""
    patients = tables.arm("MSC", "CTRL")
    printed = patients.set_index("patient_id")[score.lower()]
    least = score_points(patients, tables.score_bands, score)
    without = score_points(patients, tables.score_bands, score, support=False)
    known = printed.notna() & least.notna()
    equal = int((without[known] == printed[known]).sum())
    found = f"printed components give the printed score in {equal} of {int(known.sum())} patients"
    if not known.any() or (without[known] > printed[known]).any():
        return Finding(NOT_REPRODUCED, found)
    source = "; ".join(tables.score_bands.query("score == @score")["source"].unique())
    rest = f"{NOT_PRINTED[score]} give no points where the components give the whole score"
    above = least[known][least[known] > printed[known]]
    if above.empty:
        return Finding(RIGHT_IF, found, rest, f"Points as in {source}.")
    listed = ", ".join(f"patient {i} at least {points:g}" for i, points in above.items())
    return Finding(
        RIGHT_IF,
        f"{found}; with HFNO as respiratory support: {listed}",
        f"HFNO does not count as respiratory support, and {rest}",
        f"Points as in {source}. The score was made before HFNO was common, and asks for support "
        "without saying which; the paper itself calls HFNO respiratory support.",
    )


@verdict
def rox_from_parts(claim: Claim, tables: Tables) -> Finding:
    """FiO2 and PaO2 that the printed ROX, respiratory rate and PaO2/FiO2 leave."""
    patients = tables.arm("MSC", "CTRL")
    limits = rox_limits(patients)
    if limits.empty:
        return Finding(NOT_REPRODUCED, "no patient has a ROX index, a rate and PaO2/FiO2")
    low, high = limits["fio2_max"].min(), limits["fio2_max"].max()
    found = (
        f"FiO2 at most {low:.2f} to {high:.2f}, and PaO2 at most "
        f"{limits['pao2_max'].min():.0f} to {limits['pao2_max'].max():.0f} mmHg"
    )
    if low < ROOM_AIR:
        return Finding(NOT_REPRODUCED, found, explanation="FiO2 can't be below that of air.")
    return Finding(
        RIGHT_IF,
        found,
        f"every patient had an FiO2 of at most {high:.2f}",
        "ROX is SpO2 over FiO2, over the respiratory rate, and SpO2 is at most 100 %. Neither SpO2 "
        f"nor FiO2 is printed. At {high:.2f} this is a moderate amount of oxygen at most.",
    )


@verdict
def severe_by_ratio(claim: Claim, tables: Tables) -> Finding:
    """Patients who meet two definitions of severe COVID-19 by what Table 1 prints."""
    ratio, trial = "PaO2/FiO2", tables.arm("MSC", "CTRL")
    named = {ratio: tables.patients, "WHO": trial}
    severe, known, sources = {}, {}, []
    for word, patients in named.items():
        score = f"severe COVID-19 ({word})"
        bands = tables.score_bands.query("score == @score")
        points = score_points(patients, bands, score).dropna()
        severe[word], known[word] = int(points.gt(0).sum()), len(points)
        sources += bands["source"].unique().tolist()
    saturation = room_air_saturation(trial["pao2_fio2"].dropna())
    found = (
        f"by {ratio}: {severe[ratio]} of {known[ratio]}; by WHO's respiratory rate alone: "
        f"{severe['WHO']} of {known['WHO']}; WHO's saturation is not printed, but {ratio} suggests "
        f"{saturation.min():.0f} to {saturation.max():.0f} % on room air, which WHO calls severe "
        f"below {WHO_SATURATION:g} %"
    )
    where = f"Definitions: {'; '.join(sources)}."
    if severe == known:
        return Finding(REPRODUCED, found, explanation=where)
    if severe[ratio] < known[ratio] and saturation.max() >= WHO_SATURATION:
        return Finding(NOT_REPRODUCED, found, explanation=where)
    return Finding(
        RIGHT_IF,
        found,
        f"severe is meant by {ratio}, or the saturation on room air was below 90 %",
        f"{where} The saturation is estimated from the ratio, as if it were the same on room air, "
        "and the curve of Severinghaus (1979).",
    )
