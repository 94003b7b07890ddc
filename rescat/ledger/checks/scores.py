"""Checks of clinical scores against the components that Table 1 prints."""

from ...trial.scores import NOT_PRINTED, rox_limits, score_points
from ..tables import Tables
from ..verdicts import NOT_REPRODUCED, ONLY_IF, REPRODUCED, Claim, Finding, verdict

_ROOM_AIR = 0.21


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
        return Finding(ONLY_IF, found, rest, f"Points as in {source}.")
    listed = ", ".join(f"patient {i} at least {points:g}" for i, points in above.items())
    return Finding(
        ONLY_IF,
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
    if low < _ROOM_AIR:
        return Finding(NOT_REPRODUCED, found, explanation="FiO2 can't be below that of air.")
    return Finding(
        ONLY_IF,
        found,
        f"every patient had an FiO2 of at most {high:.2f}",
        "ROX is SpO2 over FiO2, over the respiratory rate, and SpO2 is at most 100 %. Neither SpO2 "
        f"nor FiO2 is printed. At {high:.2f} this is a moderate amount of oxygen at most.",
    )


@verdict
def severe_by_ratio(claim: Claim, tables: Tables) -> Finding:
    """Patients who meet two definitions of severe COVID-19 by what Table 1 prints."""
    named = {"PaO2/FiO2": tables.patients, "WHO": tables.arm("MSC", "CTRL")}
    met, parts, sources = {}, [], []
    for word, patients in named.items():
        score = f"severe COVID-19 ({word})"
        bands = tables.score_bands.query("score == @score")
        points = score_points(patients, bands, score).dropna()
        met[word] = bool(points.gt(0).all())
        parts.append(f"by {word}: {int(points.gt(0).sum())} of {len(points)}")
        sources += bands["source"].unique().tolist()
    found, where = "; ".join(parts), f"Definitions: {'; '.join(sources)}."
    if not any(met.values()):
        return Finding(NOT_REPRODUCED, found, explanation=where)
    if all(met.values()):
        return Finding(REPRODUCED, found, explanation=where)
    return Finding(
        ONLY_IF,
        found,
        "severe is meant by PaO2/FiO2, or by a saturation that is not printed",
        f"{where} WHO uses the respiratory rate and the saturation on room air; only the rate is "
        "printed, and only for patients of the trial.",
    )
