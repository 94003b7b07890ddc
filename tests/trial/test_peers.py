"""Other trials: the horizon that is taken, RESCAT as a row, printed figures computed again."""

import pandas as pd
import pytest

import rescat

COUNTS = ["treated_events", "treated_patients", "control_events", "control_patients"]


def rows(*days):
    table = pd.DataFrame({"trial": "A", "year": 2021, "outcome": "deaths", "horizon_days": days})
    table["horizon_days"] = table["horizon_days"].astype("Int64")
    return table.assign(treated_events=range(len(table)), **dict.fromkeys(COUNTS[1:], 9))


@pytest.mark.parametrize(
    ("days", "taken"),
    [([7, 14, 30], 2), ([90, 28], 1), ([30, 26], 1), ([None, 300], 1), ([None], 0)],
)
def test_the_horizon_nearest_to_the_day(days, taken):
    [row] = rescat.trials_near(rows(*days), "deaths", 28).to_dict("records")
    assert row["treated_events"] == taken


def test_a_row_without_counts_is_no_trial():
    trials = rows(28).assign(treated_events=None)
    with pytest.raises(rescat.ModelError, match="no trial has counts of 'deaths'"):
        rescat.trials_near(trials)


def test_rescat_is_its_randomised_patients():
    tables = rescat.load_patients(), rescat.load_events()
    deaths = rescat.rescat_as_trial(*tables)
    serious = rescat.rescat_as_trial(*tables, "patients with serious events")
    assert deaths[COUNTS].to_numpy().tolist() == [[0, 5, 0, 2]]
    printed = [rescat.fact(rescat.load_trial(), "deaths_4_weeks", arm) for arm in ("MSC", "CTRL")]
    assert printed == deaths[["treated_events", "control_events"]].to_numpy()[0].tolist()
    assert serious[COUNTS].to_numpy().tolist() == [[1, 5, 0, 2]]
    with pytest.raises(rescat.ModelError, match="found 'adverse events'"):
        rescat.rescat_as_trial(*tables, "adverse events")


def checks(kind, printed, decimals, counts, relation="="):
    row = {"trial": "A", "kind": kind, "relation": relation, "printed": printed}
    return pd.DataFrame([row | {"decimals": decimals} | dict(zip(COUNTS, counts, strict=True))])


@pytest.mark.parametrize(
    ("check", "fits"),
    [
        (checks("P", 0.047, 3, (10, 20, 4, 20)), "chi-square"),
        (checks("P", 0.0001, 4, (8, 14, 4, 15), "<"), ""),
        (checks("RR", 0.82, 2, (3, 11, 8, 24)), "ratio of the risks"),
        (checks("RR", 0.49, 2, (3, 11, 8, 24)), ""),
        (checks("percent", 28, 0, (4, 15, 4, 15)), ""),
        (checks("percent", 26.7, 1, (4, 15, 4, 15)), "4 of 15"),
    ],
)
def test_what_gives_a_printed_figure(check, fits):
    assert rescat.recompute_printed(check)["fits"].tolist() == [fits]


def test_a_figure_of_another_kind_is_refused():
    with pytest.raises(rescat.ModelError, match="found the kind 'HR'"):
        rescat.recompute_printed(checks("HR", 1, 0, (1, 2, 1, 2)))


def test_the_counts_of_the_evidence_file():
    """Counts that two people read in their sources."""
    near = rescat.trials_near(rescat.load_trials(), "deaths", 28).set_index("trial")
    read = {
        "Adas 2021": (3, 10, 6, 10),
        "Dilogo 2021": (10, 20, 16, 20),
        "Lanzoni 2021": (2, 12, 7, 12),
        "Monsel 2022": (5, 21, 4, 24),
        "Rebelatto 2022": (5, 11, 1, 6),
        "Shu 2020": (0, 12, 3, 29),
        "Bowdish 2023": (42, 112, 47, 110),
        "Matthay 2019": (12, 40, 3, 20),
    }
    for trial, counts in read.items():
        assert tuple(near.loc[trial, COUNTS]) == counts, trial
