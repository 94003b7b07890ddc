"""Checks of the cohort chapter."""

import pandas as pd
from scipy import stats

from ...printed.quantiles import HYNDMAN_FAN, compare_quartiles
from ...printed.rounding import possible_counts
from ...slopes.assignments import fitting_blocks
from ...trial.cohort import entry_criteria, had_support, printed_quartiles, recruitment_periods
from ..tables import Tables
from ..verdicts import (
    NOT_BOTH,
    NOT_CHECKABLE,
    NOT_REPRODUCED,
    REPRODUCED,
    RIGHT_IF,
    STRONGER,
    WITHIN_ROUNDING,
    Claim,
    Finding,
    verdict,
)
from .compare import compare, holds

RANDOMISED = ("MSC", "CTRL")


@verdict
def arm_counts(claim: Claim, tables: Tables, arms: str) -> Finding:
    """Number of patients in each named group; a plus joins arms ("MSC+CTRL,MSC")."""
    counts = [len(tables.arm(*group.split("+"))) for group in arms.split(",")]
    return compare(claim, counts, "Rows of Table 1.")


@verdict
def cell_sources(claim: Claim, tables: Tables) -> Finding:
    """MSC patients by source of the cells."""
    source = tables.arm("MSC")["msc_source"]
    return compare(
        claim, [source.eq("AT").sum(), source.eq("UC").sum()], "Row 'Type of MSC' of Table 1."
    )


@verdict
def centres_from_sources(claim: Claim, tables: Tables) -> Finding:
    """Patients by centre, which Table 1 does not print: the cell source is a hint."""
    uc = int(tables.arm("MSC")["msc_source"].eq("UC").sum())
    n = len(tables.arm(*RANDOMISED))
    condition = "both controls were enrolled in Modena"
    if claim.values != [n, uc, n - uc]:
        return Finding(NOT_REPRODUCED, f"{n}; {uc} treated with UC cells")
    return Finding(
        RIGHT_IF,
        f"{n}; {uc}; {n - uc}",
        condition,
        "Table 1 does not print the centre. Each centre used one cell source, and the one UC "
        "patient fits the one Vicenza patient.",
    )


@verdict
def matching_ratio(claim: Claim, tables: Tables) -> Finding:
    """Matched controls per MSC patient."""
    msc, matched = len(tables.arm("MSC")), len(tables.arm("mCTRL"))
    return holds(matched == 2 * msc, f"{matched} matched controls for {msc} patients")


@verdict
def share_male(claim: Claim, tables: Tables) -> Finding:
    """Men in the MSC arm: count, patients, percentage."""
    male = tables.arm("MSC")["male"]
    fits = possible_counts(claim.printed[2], len(male))
    return compare(
        claim,
        [male.sum(), len(male), 100 * male.mean()],
        f"Of {len(male)} patients the percentage can only stand for {' or '.join(map(str, fits))}.",
    )


@verdict
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
        explanation=f"Table 1 prints whole years. Ages with decimals that round to these give "
        f"the printed figures under quartile definitions {kinds} of nine, and under no other.",
    )


@verdict
def one_quartile_definition(claim: Claim, tables: Tables) -> Finding:
    """Whether one definition of the quartiles reproduces all that the paper prints for MSC."""
    compared = printed_quartiles(tables.patients, tables.claims)
    compared = compared[compared["summary"].str.endswith("MSC")]
    fitting = (
        compared["type"].where(compared["reproduces"]).groupby(compared["summary"], sort=False)
    )
    names = {summary: set(kinds.dropna().astype(int)) for summary, kinds in fitting}
    sets = list(names.values())
    shared = set.intersection(*sets)
    found = "; ".join(
        f"{name}: {', '.join(map(str, sorted(kinds))) or 'none'}" for name, kinds in names.items()
    )
    if shared:
        return Finding(REPRODUCED, f"definition {shared} reproduces all; {found}")
    if not all(sets):
        return Finding(NOT_REPRODUCED, found)
    return Finding(
        RIGHT_IF,
        found,
        "the rows follow different definitions of quartiles (COH-09 beside SAF-13 and SAF-15)",
        f"Of {len(HYNDMAN_FAN)} definitions none gives the age row and the two duration rows. "
        "Two programs, or two people, may have computed them. Each row is right by its own "
        "definition.",
    )


@verdict
def lowest_ratio(claim: Claim, tables: Tables) -> Finding:
    """No patient has a PaO2/FiO2 below the printed figure."""
    lowest = tables.patients["pao2_fio2"].min()
    return holds(
        lowest >= claim.values[0],
        f"lowest {lowest:g} mmHg",
        "All 17 patients of Table 1, although the matched controls were not randomised.",
    )


@verdict
def constant_score(claim: Claim, tables: Tables, column: str) -> Finding:
    """One score is the same for all randomised patients."""
    scores = tables.arm(*RANDOMISED)[column]
    same = int(scores.eq(claim.values[0]).sum())
    return holds(same == len(scores), f"{claim.values[0]:g} in {same} of {len(scores)} patients")


@verdict
def score_range(claim: Claim, tables: Tables, column: str) -> Finding:
    """Highest and lowest value among the randomised."""
    scores = tables.arm(*RANDOMISED)[column]
    return compare(claim, [scores.max(), scores.min()], f"{len(scores)} randomised patients.")


@verdict
def steroids_for_all(claim: Claim, tables: Tables) -> Finding:
    """Steroids in the row on therapy."""
    therapy = tables.arm(*RANDOMISED)["therapy"]
    count = int(therapy.str.contains("Steroids").sum())
    found = f"{count} of {len(therapy)} randomised patients"
    if count < len(therapy):
        return Finding(NOT_REPRODUCED, found)
    return Finding(
        RIGHT_IF,
        found,
        "'all patients' means those of the trial, and the steroids came in time",
        "Table 1 prints NA for the therapy of the matched controls, and no day of any drug.",
    )


@verdict
def therapy_count(claim: Claim, tables: Tables, arm: str, drug: str) -> Finding:
    """Patients of an arm with a drug in the row on therapy."""
    count = tables.arm(arm)["therapy"].str.contains(drug, case=False).sum()
    return compare(claim, [count], f"Row 'Pharmacological therapy' of Table 1: {drug}.")


@verdict
def first_line_support(claim: Claim, tables: Tables, arms: str) -> Finding:
    """Patients with HFNO or NIV, and patients, per arm."""
    figures = []
    for arm in arms.split(","):
        group = tables.arm(arm)
        figures += [had_support(group).sum(), len(group)]
    return compare(claim, figures, "Rows HFNO and NIV of Table 1.")


@verdict
def candidates_for_escalation(claim: Claim, tables: Tables) -> Finding:
    """Patients described as candidates for respiratory support who already had it."""
    msc = tables.arm("MSC")
    count = int(had_support(msc).sum())
    if count == 0:
        return Finding(REPRODUCED, "no MSC patient had HFNO or NIV")
    niv, oxygen = int(msc["niv"].sum()), int((~had_support(msc).astype(bool)).sum())
    return Finding(
        RIGHT_IF,
        f"of {len(msc)} MSC patients {oxygen} had conventional oxygen only, {count - niv} HFNO, "
        f"and {niv} NIV",
        "the criterion was judged before the support of COH-19 began, or a further step is meant",
        "By the row NIV one patient is past this point for certain; those with HFNO are if HFNO "
        "counts as such a support, as in the discussion (SAF-24).",
    )


@verdict
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


@verdict
def allocation(claim: Claim, tables: Tables) -> Finding:
    """The observed split beside the ratio 2:1, and the blocks that the sequence fits."""
    sequence = tables.arm(*RANDOMISED)["arm"].eq("MSC").tolist()
    treated, n = sum(sequence), len(sequence)
    chance = stats.binom.pmf(treated, n, 2 / 3)
    blocks = fitting_blocks(sequence, (3, 6))
    fits = f"fits blocks of {' or '.join(map(str, blocks)) or 'neither 3 nor 6'}"
    return Finding(
        NOT_CHECKABLE,
        f"{treated}:{n - treated}",
        explanation="One split can't show the design. Drawing each patient 2:1 gives exactly this "
        f"one with probability {chance:.2f}. In order of patient number the sequence {fits}; the "
        "scheme is not published.",
    )


@verdict
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


@verdict
def time_of_oxygenation(claim: Claim, tables: Tables) -> Finding:
    """PaO2/FiO2 for matching "at admission", against the row labels of Table 1."""
    origins = tables.patients.groupby("arm", sort=False)["time_origin"].unique()
    found = "; ".join(f"{arm}: {', '.join(words)}" for arm, words in origins.items())
    if set(origins.explode()) == {"admission"}:
        return Finding(REPRODUCED, found)
    return Finding(
        RIGHT_IF,
        found,
        "the patients of the trial were enrolled on the day of their admission",
        "Table 1, part A, prints the value at enrolment. The days of admission are not printed.",
    )


@verdict
def systolic_pressure(claim: Claim, tables: Tables) -> Finding:
    """Systolic pressure is not printed; it can't be below the mean arterial pressure, which is."""
    pressure = tables.arm(*RANDOMISED)["map"]
    certain = int((pressure > claim.values[0]).sum())
    return Finding(
        NOT_CHECKABLE,
        f"certain for {certain} of {len(pressure)} randomised patients",
        explanation="Only mean arterial pressure is printed. Where it exceeds the limit, systolic "
        "pressure does too.",
    )


@verdict
def excluded_drugs(claim: Claim, tables: Tables) -> Finding:
    """Immunosuppressive drugs of patients, although active immunosuppression excludes them."""
    therapy = tables.arm(*RANDOMISED)["therapy"]
    steroids = int(therapy.str.contains("Steroids").sum())
    other = therapy[therapy.str.contains("Tocilizumab|casirivimab", case=False)]
    if not steroids and other.empty:
        return Finding(REPRODUCED, "none of the randomised patients had such a drug")
    return Finding(
        RIGHT_IF,
        f"steroids in {steroids} of {len(therapy)}; also: {'; '.join(other)}",
        "drugs that were standard for COVID-19 are not meant",
        "That is likely; the paper does not say so (COH-14, COH-16).",
    )


@verdict
def niv_at_outset(claim: Claim, tables: Tables) -> Finding:
    """Patients with NIV, in a cohort set apart from trials of patients with it."""
    msc = tables.arm("MSC")
    count = int(msc["niv"].sum())
    if count == 0:
        return Finding(REPRODUCED, "no MSC patient had NIV")
    return Finding(
        NOT_BOTH,
        f"{count} of {len(msc)} MSC patients had NIV",
        "Table 1, whose title is 'baseline', row NIV",
        "Either that row is not about the start, or the sentence does not hold for each patient. "
        "NIV may have begun after enrolment: Table 1 has the days with it from then on.",
    )


@verdict
def baseline_ratio(claim: Claim, tables: Tables, lacks: str) -> Finding:
    """PaO2/FiO2 at entry, beside a scale or a reference that the paper does not give."""
    ratio = tables.patients.groupby("arm", sort=False)["pao2_fio2"]
    found = "; ".join(
        f"{arm} mean {values.mean():.1f} ({values.min():g} to {values.max():g}) mmHg"
        for arm, values in ratio
    )
    return Finding(NOT_CHECKABLE, found, explanation=f"The paper does not give the {lacks}.")


# The highest PaO2/FiO2 of each degree in mmHg, by the Berlin definition.
_SEVERE, _MODERATE, _MILD = 100, 200, 300


@verdict
def mild_to_moderate(claim: Claim, tables: Tables) -> Finding:
    """Respiratory failure called mild to moderate, by the limits of the Berlin definition."""
    ratio = tables.arm(*RANDOMISED)["pao2_fio2"]
    moderate, mild = (
        int(((ratio > above) & (ratio <= most)).sum())
        for above, most in ((_SEVERE, _MODERATE), (_MODERATE, _MILD))
    )
    return holds(
        moderate + mild == len(ratio),
        f"{moderate} of {len(ratio)} moderate (above {_SEVERE} to {_MODERATE} mmHg) and {mild} "
        f"mild (above {_MODERATE} to {_MILD})",
        "By the limits of the Berlin definition, to which 'none having a PaO₂/FiO₂ < 100' points.",
    )


@verdict
def centres_of_trial(claim: Claim, tables: Tables) -> Finding:
    """Centres that enrolled patients of the trial."""
    rows = tables.trial[tables.trial["item"].eq("patients_enrolled")]
    centres = dict(zip(rows["group"], rows["value"], strict=True))
    found = ", ".join(f"{name} {n}" for name, n in centres.items())
    return holds(len(centres) > 1, f"{len(centres)} centres: {found}")


@verdict
def controls_of_trial(claim: Claim, tables: Tables) -> Finding:
    """How many of the compared patients were in the trial."""
    outside, everybody = len(tables.arm("mCTRL")), len(tables.patients)
    controls = len(tables.arm("CTRL", "mCTRL"))
    found = f"{outside} of {everybody} patients, and {outside} of {controls} controls, were not"
    if not outside:
        return Finding(REPRODUCED, "all patients were in the trial")
    return Finding(
        STRONGER,
        f"{found} in the trial",
        "most of the compared patients were not in it (COH-05)",
        "The comparison of biomarkers is mostly with historical controls, whom nobody randomised.",
    )


def _rows_of_matched(tables: Tables) -> str:
    """How many rows of the matched controls are NA throughout, in a sentence."""
    rows = tables.reporting.query("arm == 'mCTRL'").groupby("column")["status"].agg(set)
    printed = rows[rows.map(lambda status: "no such row" not in status)]
    printed = printed.drop(["table_part", "time_origin"])  # ours, not rows of the paper
    empty = int(printed.map(lambda status: status == {"not reported"}).sum())
    return f"For the matched controls {empty} of {len(printed)} rows are NA, and others are absent."


@verdict
def reported_individually(claim: Claim, tables: Tables) -> Finding:
    """Cells of Table 1 that hold a value, by arm."""
    columns = tables.patients.columns.drop(["arm", "table_part", "time_origin", "origin"])
    cells = tables.patients.set_index("arm")[columns].drop(columns=["patient_id", "msc_source"])
    given = cells.notna() & cells.ne("not reported")
    share = 100 * given.mean(axis=1).groupby(level=0, sort=False).mean()
    found = ", ".join(f"{arm} {value:.0f} %" for arm, value in share.items())
    if share.min() == 100:
        return Finding(REPRODUCED, found)
    return Finding(
        RIGHT_IF,
        f"characteristics with a value: {found}",
        "the patients of the trial are meant",
        f"Table 1 has one column per patient. {_rows_of_matched(tables)}",
    )


@verdict
def cot_only_fits(claim: Claim, tables: Tables) -> Finding:
    """Conventional oxygen only: yes exactly where there is neither HFNO nor NIV."""
    patients = tables.arm(*RANDOMISED)
    agree = patients["cot_only"].eq(~had_support(patients).astype(bool))
    return holds(bool(agree.all()), f"agrees in {int(agree.sum())} of {len(patients)} patients")


@verdict
def two_products(claim: Claim, tables: Tables) -> Finding:
    """Patients with each cell source, for a comparison of the two."""
    counts = tables.arm("MSC")["msc_source"].value_counts()
    found = ", ".join(f"{source} {n}" for source, n in counts.items())
    return holds(len(counts) == 2, found, "One patient of a kind has no spread to compare with.")


@verdict
def excluded_disease(claim: Claim, tables: Tables, disease: str) -> Finding:
    """Randomised patients with a disease of the kind that excludes when it is advanced."""
    patients = tables.arm(*RANDOMISED)
    found = patients.loc[patients["comorbidities"].str.contains(disease), "patient_id"]
    if found.empty:
        return Finding(REPRODUCED, f"no randomised patient had {disease}")
    return Finding(
        RIGHT_IF,
        f"{disease} in patient {' and '.join(found)}",
        "the disease was not advanced",
        "Table 1 names diseases, not how advanced they were.",
    )


@verdict
def positive_pressure(claim: Claim, tables: Tables) -> Finding:
    """Patients with a support under which two definitions of ARDS can be met."""
    patients = tables.arm(*RANDOMISED)
    count, high_flow = int(patients["niv"].sum()), int(had_support(patients).sum())
    found = (
        f"of {len(patients)} randomised patients at most {count} can meet the Berlin definition "
        f"(NIV), and at most {high_flow} the Global Definition of 2023 (HFNO or NIV)"
    )
    if count == len(patients):
        return Finding(REPRODUCED, found)
    return Finding(
        RIGHT_IF,
        found,
        "a key word names the field, and not each patient",
        "Berlin asks for an end-expiratory pressure of at least 5 cmH2O "
        "(https://pmc.ncbi.nlm.nih.gov/articles/PMC9231592/table/T1). The newer Global Definition "
        "also takes HFNO of at least 30 L/min (https://doi.org/10.1164/rccm.202303-0558WS); the "
        "flow is not printed.",
    )
