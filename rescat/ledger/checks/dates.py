"""Checks of printed dates: their order, and the time between them."""

import pandas as pd

from ...data.trial_facts import fact
from ...trial.cohort import recruitment_periods
from ..tables import Tables
from ..verdicts import NOT_CHECKABLE, REPRODUCED, RIGHT_IF, Claim, Finding, verdict
from .compare import holds


def _day(tables: Tables, item: str, group: str) -> pd.Timestamp:
    rows = tables.trial.query("item == @item and group == @group")
    return pd.Timestamp(rows["value"].iloc[0])


def _first_day(tables: Tables) -> pd.Timestamp:
    periods = recruitment_periods(tables.trial).set_index("group")
    return periods.loc[["Modena", "Vicenza"], "start"].min()


@verdict
def approved_before_start(claim: Claim, tables: Tables, item: str, group: str) -> Finding:
    """An approval or registration, and the first day of recruitment."""
    day, start = _day(tables, item, group), _first_day(tables)
    found = f"{day:%d %B %Y}, {(start - day).days} days before recruitment ({start:%d %B %Y})"
    if item.endswith("_approval") and day <= start:
        return Finding(
            NOT_CHECKABLE,
            found,
            explanation="The date is read from this line, and nothing else gives it. It lies "
            "before recruitment began.",
        )
    return holds(day <= start, found)


@verdict
def approval_to_start(claim: Claim, tables: Tables) -> Finding:
    """Time from the last printed approval to the first day of each centre."""
    approvals = tables.trial[tables.trial["item"].str.endswith("_approval")]
    last = pd.to_datetime(approvals["value"]).max()
    starts = recruitment_periods(tables.trial).set_index("group")["start"]
    found = ", ".join(f"{c} {(starts[c] - last).days} days" for c in ("Modena", "Vicenza"))
    return Finding(
        NOT_CHECKABLE,
        f"from the last printed approval ({last:%d %B %Y}) to recruitment: {found}",
        explanation="The delays fit these dates. The approvals of the centres are not printed.",
    )


@verdict
def enrolled_in_the_wave(claim: Claim, tables: Tables) -> Finding:
    """How fast patients were enrolled before and during the last month, that of a wave."""
    start = _first_day(tables)
    end = recruitment_periods(tables.trial).set_index("group").loc[["Modena", "Vicenza"], "end"]
    day, early = (
        pd.Timestamp("2022-01-29"),
        int(fact(tables.trial, "enrolled_2022_01_29", "RESCAT")),
    )
    late = int(fact(tables.trial, "patients_randomised")) - early
    before, after = (day - start).days, (end.max() - day).days
    ratio = (late / after) / (early / before)
    found = (
        f"{early} patients in the first {before} days and {late} in the last {after}: "
        f"{ratio:.1f} times as fast at the end"
    )
    if ratio <= 1:
        return Finding(REPRODUCED, found)
    cases = tables.outside_facts.set_index("fact")["value"]
    return Finding(
        RIGHT_IF,
        found,
        "the waning is why enrolment was not continued after February 2022",
        f"In mid-January 2022 Italy counted {int(cases['new cases in Italy in one day']):,} new "
        f"cases in a day, and COVID-19 took {cases['beds of intensive care taken by COVID-19']} "
        "% of the beds of intensive care, a rising share. Four patients by 29 January is from "
        "newspapers, which may count Modena only; then the difference is smaller. Enrolment in "
        "Modena was to run to June 2022, by a news agency; why it ended in February is not said.",
    )


@verdict
def received_to_accepted(claim: Claim, tables: Tables) -> Finding:
    """Receipt and acceptance of the article, in their order and after the trial."""
    received, accepted = (_day(tables, f"article_{w}", "journal") for w in ("received", "accepted"))
    end = recruitment_periods(tables.trial)["end"].max()
    return holds(
        end < received < accepted,
        f"{(received - end).days / 365.25:.1f} years after the last recruitment; accepted after "
        f"{(accepted - received).days} days",
    )


@verdict
def sampled_at_randomisation(claim: Claim, tables: Tables) -> Finding:
    """Patients whose day 0 can't be a randomisation, because they were not randomised."""
    other = tables.patients["time_origin"].ne("enrolment")
    if not other.any():
        return holds(True, "every patient has a day of enrolment")
    days = ", ".join(tables.patients.loc[other, "time_origin"].unique())
    return Finding(
        RIGHT_IF,
        f"{int(other.sum())} of {len(other)} patients were not randomised; Table 1 counts them "
        f"from {days}",
        "day 0 is another day in the matched controls",
        "From which day their samples count is not printed. Their lines may start at another point "
        "of the illness; the days from diagnosis are printed for the trial's patients only.",
    )


@verdict
def last_sample_after_stay(claim: Claim, tables: Tables) -> Finding:
    """Patients who had left hospital by the last day of sampling."""
    last = claim.values[-1]
    stay = tables.patients.groupby("arm", sort=False)["length_of_stay"]
    found = ", ".join(
        f"{arm} {int(days.lt(last).sum())} of {len(days)}"
        for arm, days in stay
        if days.notna().any()
    )
    return Finding(
        NOT_CHECKABLE,
        f"stay shorter than {last:g} days: {found}",
        explanation="How many samples there were on each day is not printed. Stays count from "
        "admission or enrolment, samples from randomisation.",
    )
