"""Checks of the cohort chapter."""

import pandas as pd

from ..audit import (
    NOT_REPRODUCED,
    ONLY_IF,
    REPRODUCED,
    TENSION,
    WITHIN_ROUNDING,
    Claim,
    Finding,
    Tables,
    check,
)
from ..cohort import entry_criteria, fact, recruitment_periods, sweep_oxygen_days
from ..quantiles import HYNDMAN_FAN, compare_quartiles
from ..randomisation import fitting_blocks
from ..rounding import parse_printed
from ._compare import compare, holds

RANDOMISED = ("MSC", "CTRL")


@check
def arm_counts(claim: Claim, tables: Tables, arms: str) -> Finding:
    """Number of patients in each named group; a plus joins arms ("MSC+CTRL,MSC")."""
    counts = [len(tables.arm(*group.split("+"))) for group in arms.split(",")]
    return compare(claim, counts, "Rows of Table 1.")


@check
def cell_sources(claim: Claim, tables: Tables) -> Finding:
    """MSC patients by source of the cells."""
    source = tables.arm("MSC")["msc_source"]
    return compare(
        claim, [source.eq("AT").sum(), source.eq("UC").sum()], "Row 'Type of MSC' of Table 1."
    )


@check
def centres_from_sources(claim: Claim, tables: Tables) -> Finding:
    """Patients by centre, which Table 1 does not print: the cell source is a hint."""
    uc = int(tables.arm("MSC")["msc_source"].eq("UC").sum())
    n = len(tables.arm(*RANDOMISED))
    condition = "both controls were enrolled in Modena"
    if claim.values != [n, uc, n - uc]:
        return Finding(NOT_REPRODUCED, f"{n}; {uc} treated with UC cells")
    return Finding(
        ONLY_IF,
        f"{n}; {uc}; {n - uc}",
        condition,
        "Table 1 does not print the centre. Each centre used one cell source, and the one UC "
        "patient fits the one Vicenza patient.",
    )


@check
def matching_ratio(claim: Claim, tables: Tables) -> Finding:
    """Matched controls per MSC patient."""
    msc, matched = len(tables.arm("MSC")), len(tables.arm("mCTRL"))
    return holds(matched == 2 * msc, f"{matched} matched controls for {msc} patients")


@check
def share_male(claim: Claim, tables: Tables) -> Finding:
    """Men in the MSC arm: count, patients, percentage."""
    male = tables.arm("MSC")["male"]
    return compare(claim, [male.sum(), len(male), 100 * male.mean()])


@check
def age_quartiles(claim: Claim, tables: Tables) -> Finding:
    """Median age with quartiles, when the ages behind it are printed without decimals."""
    ages = tables.arm("MSC")["age"]
    fits = {}
    for rule in ("truncated", "rounded"):
        compared = compare_quartiles(ages, claim.printed, rule=rule, printed_rule=rule)
        fits[rule] = compared.loc[compared["reproduces"], "type"].tolist()
    either = sorted({*fits["truncated"], *fits["rounded"]})
    seventh = compare_quartiles(ages, claim.printed).set_index("type").loc[7]
    recomputed = f"{seventh['median']} ({seventh['q1']} to {seventh['q3']}) from whole years"
    if not either:
        return Finding(NOT_REPRODUCED, recomputed)
    kinds = ", ".join(map(str, either))
    return Finding(
        WITHIN_ROUNDING,
        recomputed,
        explanation=f"Table 1 prints whole years. Ages with decimals that print like these give "
        f"the printed figures under quartile definition {kinds} of nine, and under no other.",
    )


@check
def one_quartile_definition(claim: Claim, tables: Tables) -> Finding:
    """Whether one definition of the quartiles reproduces all that the paper prints for MSC."""
    msc = tables.arm("MSC")
    age = compare_quartiles(
        msc["age"], parse_printed("58.3; 56.5; 60.2"), rule="either", printed_rule="either"
    )
    stay = compare_quartiles(
        msc["length_of_stay"], parse_printed("15; 11.5; 18.5"), printed_rule="exact"
    )
    weaning = sweep_oxygen_days(tables.patients, parse_printed("8; 4; 13.5"), "MSC")
    sets = [set(frame.loc[frame["reproduces"], "type"]) for frame in (age, stay, weaning)]
    shared = set.intersection(*sets)
    found = "; ".join(
        f"{name}: {', '.join(map(str, sorted(kinds))) or 'none'}"
        for name, kinds in zip(("age", "stay", "weaning"), sets, strict=True)
    )
    if shared:
        return Finding(REPRODUCED, f"definition {shared} reproduces all; {found}")
    return Finding(
        TENSION,
        found,
        "COH-09 beside SAF-13 and SAF-15, which follow another definition",
        f"Of {len(HYNDMAN_FAN)} definitions none gives the age row and the two duration rows. "
        "Two programs, or two people, may have computed them. Each row is right by its own "
        "definition.",
    )


@check
def lowest_ratio(claim: Claim, tables: Tables) -> Finding:
    """No patient has a PaO2/FiO2 below the printed figure."""
    lowest = tables.patients["pao2_fio2"].min()
    return holds(
        lowest >= claim.values[0],
        f"lowest {lowest:g} mmHg",
        "All 17 patients of Table 1, although the matched controls were not randomised.",
    )


@check
def constant_score(claim: Claim, tables: Tables, column: str) -> Finding:
    """One score is the same for all randomised patients."""
    scores = tables.arm(*RANDOMISED)[column]
    return holds(
        (scores == claim.values[0]).all(),
        f"{scores.min():g} to {scores.max():g} in {len(scores)} patients",
    )


@check
def score_range(claim: Claim, tables: Tables, column: str) -> Finding:
    """Highest and lowest value among the randomised."""
    scores = tables.arm(*RANDOMISED)[column]
    return compare(claim, [scores.max(), scores.min()], f"{len(scores)} randomised patients.")


@check
def steroids_for_all(claim: Claim, tables: Tables) -> Finding:
    """Steroids in the row on therapy."""
    therapy = tables.arm(*RANDOMISED)["therapy"]
    count = int(therapy.str.contains("Steroids").sum())
    return holds(
        count == len(therapy),
        f"{count} of {len(therapy)} randomised patients",
        "Table 1 prints NA for the therapy of all ten matched controls.",
    )


@check
def therapy_count(claim: Claim, tables: Tables, arm: str, drug: str) -> Finding:
    """Patients of an arm with a drug in the row on therapy."""
    count = tables.arm(arm)["therapy"].str.contains(drug, case=False).sum()
    return compare(claim, [count], f"Row 'Pharmacological therapy' of Table 1: {drug}.")


@check
def first_line_support(claim: Claim, tables: Tables, arms: str) -> Finding:
    """Patients with HFNO or NIV, and patients, per arm."""
    figures = []
    for arm in arms.split(","):
        group = tables.arm(arm)
        helped = group["hfno"].fillna(False) | group["niv"].fillna(False)
        figures += [helped.sum(), len(group)]
    return compare(claim, figures, "Rows HFNO and NIV of Table 1.")


@check
def candidates_for_escalation(claim: Claim, tables: Tables) -> Finding:
    """Patients described as candidates for respiratory support who already had it."""
    msc = tables.arm("MSC")
    count = int((msc["hfno"] | msc["niv"]).sum())
    if count == 0:
        return Finding(REPRODUCED, "no MSC patient had HFNO or NIV")
    return Finding(
        TENSION,
        f"{count} of {len(msc)} MSC patients had HFNO or NIV",
        "COH-19",
        "Patients who already have HFNO or NIV are more than candidates for it. Escalation to "
        "invasive ventilation may be meant.",
    )


@check
def eligible(claim: Claim, tables: Tables, criterion: str) -> Finding:
    """Randomised patients meet an entry criterion; matched controls outside it are counted."""
    rows = entry_criteria(tables.patients, tables.trial)
    rows = rows[rows["criterion"].str.startswith(criterion)]
    randomised = rows[rows["arm"].isin(RANDOMISED)]
    outside = rows[rows["arm"].eq("mCTRL") & rows["met"].eq(False)]
    unknown = int(rows.loc[rows["arm"].eq("mCTRL"), "met"].isna().sum())
    note = f"Matched controls outside it: {len(outside)}" + (
        f" (patients {' and '.join(outside['patient_id'])})." if len(outside) else "."
    )
    note += f" Not reported for {unknown} of them." if unknown else ""
    met = int(randomised["met"].sum())
    return holds(
        met == len(randomised), f"met by {met} of {len(randomised)} randomised patients", note
    )


@check
def allocation(claim: Claim, tables: Tables) -> Finding:
    """The observed split against the ratio 2:1, and the blocks that the sequence fits."""
    sequence = tables.arm(*RANDOMISED)["arm"].eq("MSC").tolist()
    treated, n = sum(sequence), len(sequence)
    blocks = " or ".join(map(str, fitting_blocks(sequence, (3, 6))))
    nearest = round(n * 2 / 3)
    return Finding(
        WITHIN_ROUNDING if treated == nearest else NOT_REPRODUCED,
        f"{treated}:{n - treated}",
        explanation=f"The nearest split of {n} to 2:1. In order of patient number the sequence "
        f"also fits blocks of {blocks}; the scheme is not published.",
    )


@check
def period_by_centres(claim: Claim, tables: Tables) -> Finding:
    """The trial's period in the abstract against the dates of the two centres."""
    periods = recruitment_periods(tables.trial).set_index("group")
    centres = periods.loc[["Modena", "Vicenza"]]
    start, end = centres["start"].min(), centres["end"].max()
    stated = periods.loc["RESCAT"]
    same = (start.to_period("M"), end.to_period("M")) == (
        pd.Period(stated["start"], "M"),
        pd.Period(stated["end"], "M"),
    )
    return holds(same, f"{start:%d %B %Y} to {end:%d %B %Y}", "Dates of the two centres.")


@check
def approvals_before_enrolment(claim: Claim, tables: Tables) -> Finding:
    """Every approval is older than the first day of recruitment."""
    trial = tables.trial
    dates = pd.to_datetime(trial.loc[trial["item"].str.endswith("_approval"), "value"])
    first = pd.Timestamp(fact(trial, "recruitment_start", "Modena"))
    return holds(
        bool((dates < first).all()),
        f"last approval {dates.max():%d %B %Y}, recruitment from {first:%d %B %Y}",
    )
