"""Checks of the safety chapter."""

import pandas as pd

from ...data.trial_facts import fact
from ...printed.quantiles import compare_quartiles
from ...printed.rounding import sums_and_squares
from ...slopes.assignments import all_assignments, randomisation_test
from ...trial.cohort import had_support, oxygen_days, sweep_oxygen_days
from ...trial.safety import (
    NOT_RECOVERED,
    RELATED,
    exact_interval,
    severity_against_ctcae,
    upper_bound_of_zero,
)
from ..tables import Tables
from ..verdicts import (
    NOT_BOTH,
    NOT_CHECKABLE,
    NOT_REPRODUCED,
    REPRODUCED,
    RIGHT_IF,
    SOURCE_DIFFERS,
    STRONGER,
    Claim,
    Finding,
    verdict,
)
from .compare import compare, holds

DAYS_PER_MONTH = 365.25 / 12


def _msc_events(tables: Tables) -> pd.DataFrame:
    """The events of the MSC patients, whom Table 2 is about."""
    return tables.events[tables.events["patient_id"].isin(tables.arm("MSC")["patient_id"])]


def _related(events: pd.DataFrame) -> pd.DataFrame:
    return events[events["relation"].isin(RELATED)]


@verdict
def event_counts(claim: Claim, tables: Tables) -> Finding:
    """Events printed as AE and as SAE."""
    category = _msc_events(tables)["category"]
    counts = [category.eq("AE").sum(), category.eq("SAE").sum()]
    return compare(claim, counts, "Columns of Table 2: events, not patients.")


@verdict
def events_in_controls(claim: Claim, tables: Tables) -> Finding:
    """Events of control patients, for whom Table 2 is not made."""
    controls = tables.arm("CTRL")["patient_id"]
    count = int(tables.events["patient_id"].isin(controls).sum())
    if count:
        return Finding(NOT_REPRODUCED, f"{count} events of {len(controls)} patients")
    return Finding(
        NOT_CHECKABLE,
        f"no event of {len(controls)} patients in Table 2",
        explanation="Table 2 is headed 'for MSC patients', so it cannot show that controls had "
        f"none. None in {len(controls)} would be compatible with a risk of up to "
        f"{100 * upper_bound_of_zero(len(controls)):.0f} % (one-sided 95 % upper limit).",
    )


@verdict
def events_without_day(claim: Claim, tables: Tables) -> Finding:
    """Events whose day is not printed."""
    events = tables.events[tables.events["day"].isna()]
    found = f"without a day: {'; '.join(events['term'].str.lower()) or 'none'}"
    if events.empty:
        return Finding(REPRODUCED, found)
    return Finding(
        NOT_CHECKABLE,
        found,
        explanation="Such an event can't be placed before or after discharge.",
    )


@verdict
def patients_with_sae(claim: Claim, tables: Tables) -> Finding:
    """All events printed as SAE belong to one patient."""
    serious = tables.events[tables.events["category"].eq("SAE")]
    patients = serious["patient_id"].unique()
    return holds(len(patients) == 1, f"patients with an SAE: {', '.join(patients) or 'none'}")


@verdict
def relation_of(claim: Claim, tables: Tables, category: str) -> Finding:
    """Events called unrelated in the text, and their relation in Table 2."""
    rows = _msc_events(tables)
    rows = rows[rows["category"].eq(category)]
    rows = rows[~rows["relation"].eq("Probably")] if category == "AE" else rows
    words = sorted(set(rows["relation"]))
    found = f"{len(rows)} events, relation: {', '.join(words) or 'none'}"
    if set(words) <= {"Unrelated"}:
        return Finding(REPRODUCED, found)
    if words != ["Unlikely"]:
        return Finding(NOT_REPRODUCED, found)
    return Finding(
        RIGHT_IF,
        found,
        "'Unlikely' is read as 'not related'",
        "The word in Table 2 leaves a small possibility that the word in the text does not.",
    )


@verdict
def related_events(claim: Claim, tables: Tables) -> Finding:
    """Events that Table 2 calls at least possibly related."""
    related = _related(_msc_events(tables))
    return compare(claim, [len(related)], f"{', '.join(related['term'])}: Table 2 says 'Probably'.")


@verdict
def related_serious_events(claim: Claim, tables: Tables) -> Finding:
    """Events that are both serious and at least possibly related."""
    count = int(_related(_msc_events(tables))["category"].eq("SAE").sum())
    n = len(tables.arm("MSC"))
    return holds(
        count == 0,
        f"{count} in {n} patients",
        f"None in {n} is compatible with a risk of up to {100 * upper_bound_of_zero(n):.0f} % "
        "(one-sided 95 % upper limit).",
    )


@verdict
def deaths_by_four_weeks(claim: Claim, tables: Tables) -> Finding:
    """No event without recovery by four weeks after the last infusion that was planned."""
    horizon = 28 + fact(tables.trial, "infusion_interval_planned")
    events = _msc_events(tables)
    days = events.loc[events["outcome"].isin(NOT_RECOVERED), "day"]
    first = f"first event without recovery on day {days.min():g}" if len(days) else "none"
    if (days <= horizon).any():
        return Finding(NOT_REPRODUCED, first)
    return Finding(
        RIGHT_IF,
        first,
        "no CTRL patient died: Table 2 lists MSC patients only",
        f"Four weeks after the second infusion is about day {horizon:g}, if the infusions were as "
        "far apart as planned (a press report); their days are not printed.",
    )


@verdict
def late_death(claim: Claim, tables: Tables) -> Finding:
    """The death five months after treatment, the smoking history and Table 2."""
    patients = tables.arm("MSC")[["patient_id", "smoking"]]
    events = tables.events[tables.events["outcome"].isin(NOT_RECOVERED)]
    events = events.merge(patients, on="patient_id")
    fits = (events["day"] / DAYS_PER_MONTH).round().eq(claim.values[0])
    fits &= events["smoking"].eq("Former")
    if not fits.any():
        return Finding(NOT_REPRODUCED, "no such event in Table 2")
    last = events[fits].iloc[0]
    return Finding(
        RIGHT_IF,
        f"patient {last['patient_id']}, former smoker, {last['term'].lower()} on day "
        f"{last['day']:g} ({last['day'] / DAYS_PER_MONTH:.1f} months)",
        f"the {last['outcome'].lower()} {last['term'].lower()} is that death",
        "Month and smoking history agree. Table 2 does not use the word death.",
    )


@verdict
def severe_or_serious(claim: Claim, tables: Tables) -> Finding:
    """SAE spelt out as severe, against the severity of the events listed under it."""
    serious = tables.events[tables.events["category"].eq("SAE")]
    moderate = int((~serious["severity"].eq("Severe")).sum())
    if moderate == 0:
        return Finding(REPRODUCED, "every SAE is severe")
    return Finding(
        NOT_BOTH,
        f"{moderate} of {len(serious)} SAEs are not printed as severe",
        "Table 2, row Severity",
        "A serious event (what it led to) need not be severe (how intense it was). The columns fit "
        "'serious', the usual meaning of SAE.",
    )


@verdict
def ctcae_grades(claim: Claim, tables: Tables) -> Finding:
    """Printed severities against the grades that CTCAE 5.0 defines for the same terms."""
    compared = severity_against_ctcae(tables.events, tables.ctcae)
    undefined = compared[compared["defined"].eq(False).fillna(False)]
    if undefined.empty:
        return Finding(REPRODUCED, "every severity has a grade")
    listed = "; ".join(f"{r.severity} {r.term.lower()}" for r in undefined.itertuples())
    return Finding(
        SOURCE_DIFFERS,
        listed,
        "CTCAE 5.0, which has these terms from grade 4 (life-threatening) on",
        "An event that ends in death has grade 5 (see SAF-29). The paper prints words, not grades: "
        "CTCAE may have given the terms, and a three-step scale the severity.",
    )


@verdict
def single_event(claim: Claim, tables: Tables) -> Finding:
    """A single adverse event in the discussion, against Table 2."""
    events = _msc_events(tables)
    related = len(_related(events))
    found = f"{len(events)} events in Table 2, {related} of them at least possibly related"
    if related != claim.values[0]:
        return Finding(NOT_REPRODUCED, found)
    return Finding(
        RIGHT_IF,
        found,
        "only events related to the treatment are counted",
        "'Resulted in' may mean exactly that.",
    )


@verdict
def self_limited_rash(claim: Claim, tables: Tables) -> Finding:
    """The rash, its day and the concomitant medication in Table 2."""
    events = _msc_events(tables)
    rash = events[events["term"].str.startswith("Rash")]
    if rash.empty:
        return Finding(NOT_REPRODUCED, "no rash in Table 2")
    treated = rash["concomitant_medication"].any()
    return Finding(
        RIGHT_IF if treated else REPRODUCED,
        f"day {rash['day'].iloc[0]:g} since randomisation; concomitant medication: "
        f"{'yes' if treated else 'no'}",
        "the concomitant medication was not given for the rash" if treated else "",
        "The day of the last infusion is not printed, so the time from infusion to rash is "
        "unknown.",
    )


@verdict
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
            explanation=f"Under quartile definitions {kinds}; one kind of support each.",
        )
    return Finding(
        RIGHT_IF,
        recomputed,
        f"supports add up as '{overlaps[0]}', with quartile definition {kinds}",
        "Days of support of one patient (5) add up to more than the stay, so some must overlap.",
    )


@verdict
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


@verdict
def mean_stay(claim: Claim, tables: Tables) -> Finding:
    """Mean and SD given for the time after the second infusion, against the whole stay."""
    stay = tables.arm("MSC")["length_of_stay"]
    same = compare(claim, [stay.mean(), stay.std(ddof=1)])
    if same.verdict == NOT_REPRODUCED:
        return same
    return Finding(
        NOT_BOTH,
        f"{stay.mean():.1f} ± {stay.std(ddof=1):.2f} days is the whole length of stay",
        "Table 1, row Length of stay, and the legend of Figure 1 (from admission)",
        "The same five lengths of stay give both figures. That row of Table 1 has the controls "
        "too, who had no infusion, and the results call it the length of hospital stay. So it "
        "does not count from the second infusion, and one of the two names is wrong.",
    )


@verdict
def announced_discharges(claim: Claim, tables: Tables) -> Finding:
    """The mean time after the second infusion beside what the hospital announced of three."""
    facts = tables.outside_facts
    said = facts[facts["fact"].str.contains("discharged") & facts["unit"].eq("days")]
    longest = said["value"].astype(float).max()
    treated = int(fact(tables.trial, "treated_2022_01_29", "RESCAT"))
    n, weeks = len(tables.arm("MSC")), 21
    least = (claim.printed[0].interval()[0] * n - treated * longest) / (n - treated)
    found = (
        f"{treated} of {n} patients were said to have gone home within {longest:g} days at most; a "
        f"mean of {claim.values[0]:g} then needs {least:.1f} days or more for the others"
    )
    if least <= weeks:
        return Finding(REPRODUCED, found)
    return Finding(
        SOURCE_DIFFERS,
        found,
        "newspapers of June 2021 and January 2022, which retell the hospital and an investigator",
        "The discussion has all patients home within 21 days of randomisation (SAF-18), so the "
        "two are hard to reconcile. It is a strong hint and no proof: newspapers paraphrase, "
        "and which infusion they count from is not said. If they count from the first infusion, "
        "the gap is wider.",
    )


@verdict
def discharged_within(claim: Claim, tables: Tables) -> Finding:
    """Longest stay of the MSC patients against three weeks."""
    longest = tables.arm("MSC")["length_of_stay"].max()
    found = f"longest stay {longest:g} days"
    if longest > 7 * claim.values[0]:
        return Finding(NOT_REPRODUCED, found)
    return Finding(
        RIGHT_IF,
        found,
        "the stay is counted from admission or enrolment",
        "'Survived' holds for the stay: one MSC patient died later.",
    )


@verdict
def comparable_stays(claim: Claim, tables: Tables) -> Finding:
    """Stays called comparable: the difference among the randomised and its exact P value."""
    both = tables.arm("MSC", "CTRL").dropna(subset="length_of_stay")
    treated = both["arm"].eq("MSC")
    admissible = all_assignments(len(both), int(treated.sum()))
    test = randomisation_test(both["length_of_stay"], treated, admissible)
    return Finding(
        RIGHT_IF,
        f"difference of means {test['difference']:+.1f} days, exact P = {test['p_value']:.2f}",
        f"'comparable' allows for a mean of {abs(test['difference']):.0f} days more",
        "The paper gives no margin for 'comparable', and five against two patients "
        "cannot show equality.",
    )


@verdict
def earlier_in_controls(claim: Claim, tables: Tables) -> Finding:
    """Oxygen weaning came earlier in the controls."""
    medians = {arm: oxygen_days(tables.arm(arm)).median() for arm in ("CTRL", "MSC")}
    found = f"median days to weaning {medians['CTRL']:g} (CTRL) against {medians['MSC']:g} (MSC)"
    if medians["CTRL"] >= medians["MSC"]:
        return Finding(NOT_REPRODUCED, found)
    return Finding(
        RIGHT_IF,
        found,
        "improvement means weaning from oxygen",
        "Two controls, who were on conventional oxygen from the start.",
    )


@verdict
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
        RIGHT_IF,
        listed,
        "the two rows count the first or the last day differently",
        "Or the stay of Table 1 leaves out a ward.",
    )


@verdict
def shown_safe(claim: Claim, tables: Tables) -> Finding:
    """What so few patients can say about safety."""
    events, n = _msc_events(tables), len(tables.arm("MSC"))
    serious = events[events["category"].eq("SAE")]
    count = serious["patient_id"].nunique()
    related = _related(serious)["patient_id"].nunique()
    low, high = exact_interval(count, n)
    side = "two" if related else "one"
    limit = exact_interval(related, n)[1] if related else upper_bound_of_zero(n)
    return Finding(
        STRONGER,
        f"{related} of {n} with a related serious event ({side}-sided 95 % upper limit "
        f"{100 * limit:.0f} %), {count} of {n} with a serious event "
        f"({100 * low:.1f} to {100 * high:.1f} %)",
        f"no related serious event in {n} patients",
        "A true risk up to that is still possible, and the paper does not say which risk counts as "
        "'safe'. In early trials 'safe' often means that no related serious event was seen: that "
        "is true.",
    )


@verdict
def support_at_infusion(claim: Claim, tables: Tables) -> Finding:
    """HFNO or NIV at enrolment, where the paper speaks of the time of infusion."""
    msc = tables.arm("MSC")
    counts = [int(had_support(msc).sum()), len(msc)]
    found = f"{counts[0]} of {counts[1]} had HFNO or NIV at enrolment"
    if claim.values != counts:
        return Finding(NOT_REPRODUCED, found)
    return Finding(RIGHT_IF, found, "they still had it at the infusion, whose day is not printed")


@verdict
def support_days_fit(claim: Claim, tables: Tables, support: str) -> Finding:
    """A support is printed as yes exactly for the patients who had days with it."""
    patients = tables.patients.dropna(subset=[support, f"days_{support}"])
    agree = patients[support].eq(patients[f"days_{support}"].gt(0))
    return holds(
        bool(agree.all()),
        f"agrees in {int(agree.sum())} of {len(patients)} patients",
        f"Row '{support.upper()}, y/n' says yes exactly where this row has a number above 0.",
    )


@verdict
def patients_with_events(claim: Claim, tables: Tables) -> Finding:
    """Events called an incidence, and the patients who had them."""
    events, n = _msc_events(tables), len(tables.arm("MSC"))
    counts = events["category"].value_counts().reindex(["AE", "SAE"], fill_value=0).tolist()
    people = events.groupby("category")["patient_id"].nunique()
    people = people.reindex(["AE", "SAE"], fill_value=0).tolist()
    found = f"patients with an AE {people[0]} of {n}, with an SAE {people[1]} of {n}"
    if claim.values == people:
        return Finding(REPRODUCED, found)
    if claim.values != counts:
        return Finding(NOT_REPRODUCED, found)
    return Finding(
        RIGHT_IF, found, "events are counted", "An incidence usually counts patients who had one."
    )


@verdict
def no_other_related(claim: Claim, tables: Tables) -> Finding:
    """No event but the rash is at least possibly related."""
    related = _related(_msc_events(tables))["term"]
    other = related[~related.str.startswith("Rash")]
    return holds(other.empty, f"others called related: {', '.join(other) or 'none'}")


@verdict
def after_discharge(claim: Claim, tables: Tables) -> Finding:
    """Serious events beside the stay in hospital, for an outcome within a few weeks."""
    stay = tables.arm("MSC").set_index("patient_id")["length_of_stay"]
    serious = _msc_events(tables).query("category == 'SAE'").dropna(subset="day")
    late = serious[serious["day"] > serious["patient_id"].map(stay)]
    if late.empty:
        return Finding(REPRODUCED, "no serious event after the stay")
    listed = "; ".join(
        f"{e.term.lower()} on day {e.day:g}, stay {stay[e.patient_id]:g}" for e in late.itertuples()
    )
    return Finding(
        RIGHT_IF,
        listed,
        "the first stay in hospital is meant",
        "The serious events came after it, in one patient. Table 2 does not say whether they led "
        "to another admission.",
    )


@verdict
def days_within_followup(claim: Claim, tables: Tables) -> Finding:
    """The last event against the planned follow-up."""
    last = tables.events["day"].max()
    planned = claim.values[0] * DAYS_PER_MONTH
    found = f"last event on day {last:g}; {claim.values[0]:g} months are {planned:.0f} days"
    if last > planned:
        return Finding(NOT_REPRODUCED, found)
    return Finding(
        NOT_CHECKABLE,
        found,
        explanation="A dated event within that time does not show that each patient was seen then. "
        "That no long-term follow-up was planned is said of neurological outcomes only (DIS-05).",
    )


@verdict
def outcome_in_table(claim: Claim, tables: Tables, columns: str) -> Finding:
    """Whether Table 1 has the outcomes for the randomised patients."""
    names = columns.split(",")
    given = tables.arm("MSC", "CTRL")[names].notna().sum()
    found = ", ".join(f"{name.replace('_', ' ')}: {n}" for name, n in given.items())
    if not given.eq(len(tables.arm("MSC", "CTRL"))).all():
        return Finding(NOT_REPRODUCED, f"patients with a value: {found}")
    return Finding(
        RIGHT_IF,
        f"patients with a value: {found}",
        "the days with a support ran without a break from day 0 on",
        "Days with a support are not the time to independence from it if they have gaps.",
    )


@verdict
def mean_and_sd_possible(claim: Claim, tables: Tables, arm: str) -> Finding:
    """Whether whole days of so many patients can have the printed mean and SD."""
    n = len(tables.arm(arm))
    pairs = sums_and_squares(*claim.printed, n)
    return holds(
        bool(pairs),
        f"{len(pairs)} pairs of a sum and a sum of squares of {n} whole numbers",
        "GRIM and GRIMMER: whole numbers allow few means and standard deviations.",
    )
