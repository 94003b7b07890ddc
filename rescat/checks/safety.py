"""Checks of the safety chapter."""

from ..audit import (
    NOT_CHECKABLE,
    NOT_REPRODUCED,
    ONLY_IF,
    REPRODUCED,
    TENSION,
    Claim,
    Finding,
    Tables,
    check,
)
from ..cohort import fact, oxygen_days, sweep_oxygen_days
from ..quantiles import compare_quartiles
from ..randomisation import all_assignments, randomisation_test
from ..safety import exact_interval, severity_against_ctcae, upper_bound_of_zero
from ._compare import compare, holds

DAYS_PER_MONTH = 365.25 / 12


@check
def event_counts(claim: Claim, tables: Tables) -> Finding:
    """Events printed as AE and as SAE."""
    counts = tables.events["category"].value_counts()
    return compare(
        claim, [counts["AE"], counts["SAE"]], "Columns of Table 2: events, not patients."
    )


@check
def events_in_controls(claim: Claim, tables: Tables) -> Finding:
    """Events of control patients in Table 2."""
    controls = tables.arm("CTRL")["patient_id"]
    count = int(tables.events["patient_id"].isin(controls).sum())
    return holds(
        count == 0,
        f"{count} events in {len(controls)} patients",
        "Table 2 is headed 'for MSC patients'. None in two is compatible with a risk of up to "
        f"{100 * upper_bound_of_zero(len(controls)):.0f} %.",
    )


@check
def patients_with_sae(claim: Claim, tables: Tables) -> Finding:
    """All events printed as SAE belong to one patient."""
    serious = tables.events[tables.events["category"].eq("SAE")]
    patients = serious["patient_id"].unique()
    return holds(len(patients) == 1, f"patient {', '.join(patients)}")


@check
def relation_of(claim: Claim, tables: Tables, category: str) -> Finding:
    """Events called unrelated in the text, and their relation in Table 2."""
    rows = tables.events[tables.events["category"].eq(category)]
    rows = rows[~rows["relation"].eq("Probably")] if category == "AE" else rows
    words = sorted(set(rows["relation"]))
    if words == ["Unrelated"]:
        return Finding(REPRODUCED, "Unrelated")
    return Finding(
        ONLY_IF if words == ["Unlikely"] else NOT_REPRODUCED,
        f"{len(rows)} events, relation: {', '.join(words)}",
        "'Unlikely' is read as 'not related'",
        "The word in Table 2 leaves a small possibility that the word in the text does not.",
    )


@check
def related_events(claim: Claim, tables: Tables) -> Finding:
    """Events that Table 2 calls at least possibly related."""
    related = tables.events[tables.events["relation"].isin(["Possibly", "Probably", "Definitely"])]
    return compare(claim, [len(related)], f"{', '.join(related['term'])}: Table 2 says 'Probably'.")


@check
def related_serious_events(claim: Claim, tables: Tables) -> Finding:
    """Events that are both serious and at least possibly related."""
    events = tables.events
    related = events["relation"].isin(["Possibly", "Probably", "Definitely"])
    count = int((related & events["category"].eq("SAE")).sum())
    n = len(tables.arm("MSC"))
    return holds(
        count == 0,
        f"{count} in {n} patients",
        f"None in {n} is compatible with a risk of up to {100 * upper_bound_of_zero(n):.0f} %.",
    )


@check
def deaths_by_four_weeks(claim: Claim, tables: Tables) -> Finding:
    """No event without recovery in the first weeks."""
    unresolved = tables.events[tables.events["outcome"].eq("Unresolved")]
    first = unresolved["day"].min()
    return holds(
        first > 28 + fact(tables.trial, "infusion_interval_planned"),
        f"first event without recovery on day {first:g}",
        "Table 2 has no earlier one. It lists MSC patients only.",
    )


@check
def late_death(claim: Claim, tables: Tables) -> Finding:
    """The death five months after treatment, the smoking history and Table 2."""
    events = tables.events.merge(tables.patients[["patient_id", "arm", "smoking"]], on="patient_id")
    last = events[events["outcome"].eq("Unresolved")].iloc[0]
    months = last["day"] / DAYS_PER_MONTH
    fits = round(months) == claim.values[0] and last["smoking"] == "Former" and last["arm"] == "MSC"
    return Finding(
        ONLY_IF if fits else NOT_REPRODUCED,
        f"patient {last['patient_id']}, {last['smoking'].lower()} smoker, {last['term'].lower()} "
        f"on day {last['day']:g} ({months:.1f} months)",
        "the unresolved cardiac arrest is that death",
        "Month and smoking history agree. Table 2 does not use the word death.",
    )


@check
def severe_or_serious(claim: Claim, tables: Tables) -> Finding:
    """SAE spelt out as severe, against the severity of the events listed under it."""
    serious = tables.events[tables.events["category"].eq("SAE")]
    moderate = int((~serious["severity"].eq("Severe")).sum())
    if moderate == 0:
        return Finding(REPRODUCED, "every SAE is severe")
    return Finding(
        TENSION,
        f"{moderate} of {len(serious)} SAEs are not printed as severe",
        "Table 2, row Severity",
        "A serious event (what it led to) need not be severe (how intense it was). The columns fit "
        "'serious', the usual meaning of SAE.",
    )


@check
def ctcae_grades(claim: Claim, tables: Tables) -> Finding:
    """Printed severities against the grades that CTCAE 5.0 defines for the same terms."""
    compared = severity_against_ctcae(tables.events, tables.ctcae)
    undefined = compared[~compared["defined"]]
    if undefined.empty:
        return Finding(REPRODUCED, "every severity has a grade")
    listed = "; ".join(f"{r.severity} {r.term.lower()}" for r in undefined.itertuples())
    return Finding(
        TENSION,
        listed,
        "Table 2, row Severity",
        "CTCAE 5.0 defines these terms from grade 4 (life-threatening). The paper prints words, "
        "not grades: CTCAE may have given the terms and a three-step scale the severity.",
    )


@check
def single_event(claim: Claim, tables: Tables) -> Finding:
    """A single adverse event in the discussion, against Table 2."""
    related = int(tables.events["relation"].isin(["Possibly", "Probably", "Definitely"]).sum())
    condition = "only events at least probably related to the treatment are counted"
    return Finding(
        ONLY_IF if related == 1 else NOT_REPRODUCED,
        f"{len(tables.events)} events in Table 2, {related} of them probably related",
        condition,
        "'Resulted in' may mean exactly that.",
    )


@check
def self_limited_rash(claim: Claim, tables: Tables) -> Finding:
    """The rash, its day and the concomitant medication in Table 2."""
    rash = tables.events[tables.events["term"].str.startswith("Rash")].iloc[0]
    treated = bool(rash["concomitant_medication"])
    return Finding(
        ONLY_IF if treated else REPRODUCED,
        f"day {rash['day']:g} since randomisation; concomitant medication: "
        f"{'yes' if treated else 'no'}",
        "the concomitant medication was not given for the rash" if treated else "",
        "The day of the last infusion is not printed, so the time from infusion to rash is "
        "unknown.",
    )


@check
def weaning_quartiles(claim: Claim, tables: Tables, arm: str) -> Finding:
    """Days to oxygen weaning: which overlap of supports and which quartiles reproduce it."""
    sweep = sweep_oxygen_days(tables.patients, claim.printed, arm)
    found = sweep[sweep["reproduces"]]
    if found.empty:
        return Finding(NOT_REPRODUCED, "no assumption gives the printed figures")
    overlaps = found["overlap"].unique()
    kinds = ", ".join(map(str, sorted(found["type"].unique())))
    first = found.iloc[0]
    recomputed = f"{first['median']} ({first['q1']} to {first['q3']})"
    if len(overlaps) > 1:
        return Finding(
            REPRODUCED,
            recomputed,
            explanation=f"Under quartile definition {kinds}; support did not overlap.",
        )
    return Finding(
        ONLY_IF,
        recomputed,
        f"supports add up as '{overlaps[0]}', with quartile definition {kinds}",
        "Days of support of one patient (5) add up to more than the stay, so some must overlap.",
    )


@check
def stay_quartiles(claim: Claim, tables: Tables, arm: str) -> Finding:
    """Length of stay: median and quartiles under the nine definitions."""
    stay = tables.arm(arm)["length_of_stay"]
    compared = compare_quartiles(stay, claim.printed, printed_rule="exact")
    found = compared[compared["reproduces"]]
    if found.empty:
        return Finding(NOT_REPRODUCED, f"median {stay.median():g}")
    kinds = ", ".join(map(str, found["type"]))
    first = found.iloc[0]
    return Finding(
        REPRODUCED,
        f"{first['median']} ({first['q1']} to {first['q3']})",
        explanation=f"Under quartile definition {kinds} of nine.",
    )


@check
def mean_stay(claim: Claim, tables: Tables) -> Finding:
    """Mean and SD given for the time after the second infusion, against the whole stay."""
    stay = tables.arm("MSC")["length_of_stay"]
    same = compare(claim, [stay.mean(), stay.std(ddof=1)])
    if same.verdict == NOT_REPRODUCED:
        return same
    gap = fact(tables.trial, "infusion_interval_planned")
    return Finding(
        TENSION,
        f"{stay.mean():.1f} ± {stay.std(ddof=1):.2f} days is the whole length of stay",
        "SAF-15",
        "The same five lengths of stay give both figures, so one label must be off. If "
        f"the second infusion came {gap:g} days after the first (a plan read in the press), the "
        f"mean after it would be at most {stay.mean() - gap:.1f} days.",
    )


@check
def discharged_within(claim: Claim, tables: Tables) -> Finding:
    """Longest stay of the MSC patients against three weeks."""
    longest = tables.arm("MSC")["length_of_stay"].max()
    return holds(
        longest <= 7 * claim.values[0],
        f"longest stay {longest:g} days",
        "True from whichever day the stay is counted. 'Survived' holds for the stay: one MSC "
        "patient died later.",
    )


@check
def comparable_stays(claim: Claim, tables: Tables) -> Finding:
    """Stays called comparable: the difference among the randomised and its exact P value."""
    both = tables.arm("MSC", "CTRL")
    treated = both["arm"].eq("MSC")
    admissible = all_assignments(len(both), int(treated.sum()))
    test = randomisation_test(both["length_of_stay"], treated, admissible)
    return Finding(
        NOT_CHECKABLE,
        f"difference of means {test['difference']:+.1f} days, exact P = {test['p_value']:.2f}",
        explanation="The paper gives no margin for 'comparable', and five against two patients "
        "cannot show equality.",
    )


@check
def earlier_in_controls(claim: Claim, tables: Tables) -> Finding:
    """Oxygen weaning came earlier in the controls."""
    medians = {
        arm: oxygen_days(tables.arm(arm), "HFNO and NIV on the same days, then COT").median()
        for arm in ("CTRL", "MSC")
    }
    return holds(
        medians["CTRL"] < medians["MSC"],
        f"median {medians['CTRL']:g} days (CTRL) against {medians['MSC']:g} (MSC)",
        "Two controls, who were on conventional oxygen from the start.",
    )


@check
def hfno_within_stay(claim: Claim, tables: Tables) -> Finding:
    """No patient has more days with HFNO than days in hospital."""
    patients = tables.patients
    longer = patients[patients["days_hfno"] > patients["length_of_stay"]]
    if longer.empty:
        return Finding(REPRODUCED, "HFNO never outlasts the stay")
    listed = "; ".join(
        f"patient {r.patient_id}: {r.days_hfno:g} days of HFNO, stay {r.length_of_stay:g}"
        for r in longer.itertuples()
    )
    return Finding(
        TENSION,
        listed,
        "Table 1, row Length of stay",
        "One count may include the first day and the other not, or the stay may exclude a ward.",
    )


@check
def shown_safe(claim: Claim, tables: Tables) -> Finding:
    """What five patients can say about safety."""
    n = len(tables.arm("MSC"))
    low, high = exact_interval(1, n)
    return Finding(
        NOT_CHECKABLE,
        f"0 of {n} with a related serious event (risk up to {100 * upper_bound_of_zero(n):.0f} %), "
        f"1 of {n} with a serious event (95 % interval {100 * low:.1f} to {100 * high:.1f} %)",
        explanation="The paper sets no limit for 'safe'.",
    )
