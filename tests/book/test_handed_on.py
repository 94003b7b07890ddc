"""The summary of a study that may be handed on: what it shows, withholds, and does not let out."""

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from shared import refused, rewrite

import rescat
from rescat.__main__ import main
from rescat.book.handed_on import summarise, write_summary

pytestmark = pytest.mark.slow

HEAD = (rescat.DATA / "synthetic" / "patients.csv").read_text("utf-8").split("\n")[0]
HEAD = HEAD.removesuffix(",origin").split(",")
ARMS = {"M": "MSC", "C": "CTRL", "H": "mCTRL"}
WORST = ["none", "not reported", "Mild", "Moderate", "Severe", "Life-threatening", "Fatal"]


def write(folder, sizes, worst=(), values=()):
    """A study: how many patients each arm has, who had which event, and what was measured."""
    folder.mkdir()
    names = [f"{letter}{n}" for letter, size in sizes.items() for n in range(1, size + 1)]
    rows = [
        {"patient_id": n, "arm": ARMS[n[0]], "table_part": "A", "time_origin": "enrolment",
         "age": 60, "male": "y", "pao2_fio2": 200, "length_of_stay": 20}
        for n in names
    ]  # fmt: skip
    patients = pd.DataFrame(rows, columns=HEAD)
    patients.to_csv(folder / "patients.csv", index=False)
    events = [
        {"event_id": k, "patient_id": who, "category": category, "term": "Fever", "day": 3,
         "severity": severity, "relation": "Unlikely", "concomitant_medication": "n",
         "outcome": "Resolved"}
        for k, (who, category, severity) in enumerate(worst, 1)
    ]  # fmt: skip
    if events:
        pd.DataFrame(events).to_csv(folder / "events.csv", index=False)
    if values:
        pd.DataFrame(
            [(who, ARMS[who[0]], day, marker, value, "pg/mL", "n")
             for who, day, marker, value in values],
            columns=["patient_id", "arm", "day", "marker", "value", "unit", "below_lod"],
        ).to_csv(folder / "biomarkers.csv", index=False)  # fmt: skip
    return folder


def of(letter, first, last):
    return [f"{letter}{n}" for n in range(first, last + 1)]


# 12 MSC, 3 CTRL and 15 mCTRL: day 0 has 1 to 12, 13 to 15 and 16 to 30; on day 3 only four MSC
# patients have a value, and the order of the values is turned round.
DAY_0 = [(who, 0, "NFL", value) for value, who in
         enumerate([*of("M", 1, 12), *of("C", 1, 3), *of("H", 1, 15)], 1)]  # fmt: skip
DAY_3 = [(who, 3, "NFL", value) for value, who in
         enumerate([*of("M", 1, 4)[::-1]], 1)]  # fmt: skip
DAY_3 += [(who, 3, "NFL", value) for value, who in
          enumerate([*of("C", 1, 3), *of("H", 1, 15)][::-1], 13)]  # fmt: skip
DAY_9 = [(who, 9, "NFL", 40 - value) for who, _, _, value in DAY_0]
FEW = [(who, day, "TAU", 5 + (k + day) % 4) for k, who in
       enumerate([*of("M", 1, 4), *of("H", 1, 15)]) for day in (0, 3, 9)]  # fmt: skip


@pytest.fixture
def study(tmp_path):
    return write(
        tmp_path / "study", {"M": 12, "C": 3, "H": 15},
        worst=[*((who, "AE", "Mild") for who in of("M", 1, 6)), ("M1", "AE", "Severe"),
               *((who, "AE", "Moderate") for who in of("H", 1, 7)), ("C1", "SAE", "Fatal")],
        values=[*DAY_0, *DAY_3, *DAY_9, *FEW],
    )  # fmt: skip


def cells(frame, *keys):
    return {tuple(row[key] for key in keys): row for row in frame.to_dict("records")}


def test_patients_of_each_arm(study):
    """CTRL has 3 patients; mCTRL is withheld with it, as 18 - 15 is 3."""
    shown = cells(summarise(study).tables["patients"], "group")
    assert {key: row["patients"] for (key,), row in shown.items()} == {
        "MSC": "12", "CTRL": "withheld", "mCTRL": "withheld", "control": "18", "all": "30",
    }  # fmt: skip


def test_values_of_each_marker_and_day(study):
    shown = cells(summarise(study).tables["values"], "marker", "day", "group")
    figures = ["patients", "quartile_1", "median", "quartile_3"]
    nothing = ["withheld"] * 4
    expected = {
        # A median needs ten patients, a quartile twenty; both have two digits.
        ("0", "MSC"): ["12", "withheld", "6.5", "withheld"],
        ("0", "CTRL"): nothing,
        ("0", "mCTRL"): nothing,
        ("0", "control"): ["18", "withheld", "22", "withheld"],  # 21.5
        ("0", "all"): ["30", "8.2", "16", "23"],  # 8.25, 15.5, 22.75
        # Four of MSC have a value; 22 of all less 18 controls would tell it.
        ("3", "MSC"): nothing,
        ("3", "CTRL"): nothing,
        ("3", "mCTRL"): nothing,
        ("3", "control"): nothing,
        ("3", "all"): ["22", "14", "20", "25"],  # 14.25, 19.5, 24.75
    }
    for (day, group), wanted in expected.items():
        assert [shown["NFL", day, group][f] for f in figures] == wanted, (day, group)


def test_results_of_models(study):
    """NFL has 18 controls and 12 treated patients; TAU has four treated ones."""
    shown = cells(summarise(study).tables["models"], "marker", "term")
    assert [shown["NFL", term]["patients"] for term in ("control", "treated", "difference")] == [
        "18", "12", "30",
    ]  # fmt: skip
    fit = rescat.fit_markers(rescat.load_biomarkers(study))["NFL"].table
    for term in ("control", "treated", "difference"):
        row = shown["NFL", term]
        assert float(row["slope"]) == pytest.approx(fit.loc[term, "slope"], rel=0.005)
        assert set(shown["TAU", term].values()) == {"TAU", term, "withheld", "private"}


def test_the_worst_event_of_each_patient(study):
    """M1 counts as Severe and not as Mild; six of MSC have no event, and are withheld with the
    severities that nobody had."""
    shown = cells(summarise(study).tables["events"], "category", "group", "worst")
    msc = {worst: shown["AE", "MSC", worst]["patients"] for worst in WORST}
    true = {"none": 6, "Mild": 5, "Severe": 1}
    assert all(n in ("withheld", str(true.get(worst, 0))) for worst, n in msc.items())
    assert [msc[worst] for worst in WORST if true.get(worst, 0) < 5] == ["withheld"] * 5
    # The one SAE of an arm of three is nowhere.
    assert {n["patients"] for (c, g, _), n in shown.items() if c == "SAE" and g != "MSC"} <= {
        "withheld", "30", "29", "18", "17",
    }  # fmt: skip


# --- Attacks ----------------------------------------------------------------------------------
# Who attacks has the files, knows how many patients the study has, and is not the program: whole
# numbers are sought that agree with everything that is seen.


class Attack:
    """What the tables of some summaries let a reader say of the worst events of a category."""

    GROUPS = ("MSC", "CTRL", "mCTRL", "control", "all")

    def __init__(self, category, total, *summaries):
        self.places = {c: k for k, c in enumerate(itertools.product(self.GROUPS, ["", *WORST]))}
        self.equal = []
        for group in self.GROUPS:
            self.say({(group, ""): -1} | {(group, worst): 1 for worst in WORST}, 0)
        for worst in ["", *WORST]:
            self.say({("control", worst): -1, ("CTRL", worst): 1, ("mCTRL", worst): 1}, 0)
            self.say({("all", worst): -1, ("control", worst): 1, ("MSC", worst): 1}, 0)
        self.say({("all", ""): 1}, total)
        for tables in summaries:
            for row in tables["patients"].itertuples():
                self.see((row.group, ""), row.patients)
            for row in tables["events"][tables["events"]["category"].eq(category)].itertuples():
                self.see((row.group, row.worst), row.patients)

    def say(self, terms, n):
        row = np.zeros(len(self.places))
        for cell, sign in terms.items():
            row[self.places[cell]] = sign
        self.equal.append((row, n))

    def see(self, cell, text):
        if text != "withheld":
            self.say({cell: 1}, int(text))

    def range_of(self, cell):
        rows, sums = zip(*self.equal, strict=True)
        ends = []
        for sign in (1, -1):
            wanted = np.zeros(len(self.places))
            wanted[self.places[cell]] = sign
            found = milp(
                wanted, constraints=LinearConstraint(np.array(rows), sums, sums),
                integrality=np.ones(len(self.places)), bounds=Bounds(0, 10_000),
            )  # fmt: skip
            assert found.success, found.message
            ends.append(round(sign * found.fun))
        return ends


def true_counts(folder, category):
    """The worst events, counted in another way: from the files themselves."""
    patients = pd.read_csv(folder / "patients.csv", dtype=str)
    events = pd.read_csv(folder / "events.csv", dtype=str)
    counts = dict.fromkeys(itertools.product(Attack.GROUPS, WORST), 0)
    for who in patients.itertuples():
        own = events[events["patient_id"].eq(who.patient_id) & events["category"].eq(category)]
        worst = max((WORST.index(s) for s in own["severity"]), default=0)
        groups = [who.arm, "all"] + (["control"] if who.arm != "MSC" else [])
        for group in groups:
            counts[group, WORST[worst]] += 1
    return counts


def only_small_ones_withheld(folder, category, smallest=5):
    """What a summary would be without the complementary cells."""
    counts = true_counts(folder, category)
    sizes = {g: sum(counts[g, w] for w in WORST) for g in Attack.GROUPS}
    hide = lambda n: str(n) if n >= smallest else "withheld"  # noqa: E731
    return {
        "patients": pd.DataFrame([(g, hide(n)) for g, n in sizes.items()],
                                 columns=["group", "patients"]),
        "events": pd.DataFrame([(category, *cell, hide(n)) for cell, n in counts.items()],
                               columns=["category", "group", "worst", "patients"]),
    }  # fmt: skip


def big(folder, **more):
    """150 patients, so that something is shown of each arm."""
    sizes = {"M": 50, "C": 40, "H": 60}
    worst = [(who, "AE", "Mild") for who in [*of("M", 1, 17), *of("C", 1, 9), *of("H", 1, 21)]]
    worst += [
        (who, "AE", "Moderate") for who in [*of("M", 18, 26), *of("C", 10, 12), *of("H", 22, 31)]
    ]
    worst += [(who, "AE", "Severe") for who in [*of("M", 27, 28), *of("H", 32, 33)]]
    for letter, (size, had) in more.items():
        new = of(letter, sizes[letter] + 1, sizes[letter] + size)
        sizes[letter] += size
        worst += [(who, "AE", had) for who in new if had]
    return write(folder, sizes, worst)


def test_no_count_of_few_can_be_worked_out_from_the_margins(tmp_path, study):
    for folder, total in ((study, 30), (big(tmp_path / "big"), 150)):
        attack = Attack("AE", total, summarise(folder).tables)
        counts = true_counts(folder, "AE")
        shown = 0
        for cell, n in counts.items():
            least, most = attack.range_of(cell)
            assert least <= n <= most
            assert n >= 5 or most - least >= 5, cell
            shown += least == most
        assert shown or total == 30, "something is shown of a study of 150 patients"


def test_without_the_complementary_cells_they_could_be(tmp_path):
    """The attack works: it finds every small cell of a table that withholds nothing else."""
    folder = big(tmp_path / "big")
    attack = Attack("AE", 150, only_small_ones_withheld(folder, "AE"))
    assert attack.range_of(("CTRL", "Moderate")) == [3, 3]


def handed_on(folder, out, *arguments):
    assert main(["summary", str(folder), "--out", str(out), *arguments]) == 0
    return {
        name: pd.read_csv(out / f"summary-{name}.csv", dtype=str) for name in ("patients", "events")
    }


def test_two_limits_together_tell_no_more_than_the_lower_one(tmp_path):
    """Each withholds other cells beside the small ones; together they could tell one."""
    folder = big(tmp_path / "big")
    for first, second in (("5", "12"), ("12", "5")):
        out = tmp_path / first
        one = handed_on(folder, out, "--smallest", first)
        two = handed_on(folder, out / "next", "--smallest", second, "--earlier", str(out))
        attack = Attack("AE", 150, one, two)
        for cell, n in true_counts(folder, "AE").items():
            least, most = attack.range_of(cell)
            assert n >= 5 or most - least >= 5, (first, second, cell)


def changes(before, after):
    """How many patients more each cell counts that two summaries show."""
    found = {}
    for table, keys in (("patients", ["group"]), ("events", ["category", "group", "worst"])):
        old, new = (cells(tables[table], *keys) for tables in (before, after))
        for key in old.keys() & new.keys():
            texts = old[key]["patients"], new[key]["patients"]
            if "withheld" not in texts:
                found[key] = int(texts[1]) - int(texts[0])
    return found


def test_one_patient_more_is_not_found_by_subtracting_two_summaries(tmp_path):
    before, after = big(tmp_path / "before"), big(tmp_path / "after", M=(1, "Mild"))
    one = handed_on(before, tmp_path / "one")
    # Without the earlier summary the new patient's arm and event are told ...
    careless = handed_on(after, tmp_path / "careless")
    assert changes(one, careless)["AE", "MSC", "Mild"] == 1
    # ... and with it, no cell that is in both has changed, and the arm cannot be told from others.
    two = handed_on(after, tmp_path / "two", "--earlier", str(tmp_path / "one"))
    assert set(changes(one, two).values()) <= {0}
    attack = Attack("AE", 151, two)
    for arm, n in (("MSC", 50), ("control", 100)):
        least, most = attack.range_of((arm, ""))
        assert most - least >= 5, arm
        assert least <= n < most, arm


def test_many_patients_more_are_shown(tmp_path):
    before, after = big(tmp_path / "before"), big(tmp_path / "after", M=(6, "Mild"))
    one = handed_on(before, tmp_path / "one")
    two = handed_on(after, tmp_path / "two", "--earlier", str(tmp_path / "one"))
    assert changes(one, two)["AE", "MSC", "Mild"] == 6
    assert changes(one, two)[("MSC",)] == 6


def test_a_corrected_value_is_not_found_by_subtracting(study, tmp_path):
    handed_on(study, tmp_path / "one")
    path = study / "biomarkers.csv"
    path.write_text(path.read_text().replace("M6,MSC,0,NFL,6,", "M6,MSC,0,NFL,11,"))
    careless = summarise(study).tables["values"]
    assert cells(careless, "marker", "day", "group")["NFL", "0", "MSC"]["median"] == "7.5"
    made = summarise(study, earlier=[tmp_path / "one"])
    shown = cells(made.tables["values"], "marker", "day", "group")
    assert shown["NFL", "0", "MSC"]["median"] == "withheld"
    assert cells(made.tables["models"], "marker", "term")["NFL", "treated"]["slope"] == "withheld"


# --- What is written --------------------------------------------------------------------------


def test_of_seventeen_patients_nearly_nothing_is_left(tmp_path, capsys):
    folder = rescat.DATA / "synthetic"
    assert main(["summary", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "events: 70 of 70 cells withheld" in said
    assert "no proof" in said
    made = summarise(folder)
    numbers = made.withheld.set_index("table")
    assert numbers.loc["events", "withheld"] == numbers.loc["events", "cells"] == 70
    assert not made.tables["values"]["quartile_1"].ne("withheld").any()


def test_no_patient_and_no_word_of_a_patient_is_in_what_is_written(study, tmp_path):
    written = write_summary(summarise(study), tmp_path / "out")
    assert sorted(path.name for path in written) == [
        "README.txt", "summary-events.csv", "summary-models.csv", "summary-patients.csv",
        "summary-values.csv",
    ]  # fmt: skip
    text = "\n".join(path.read_text("utf-8") for path in written)
    names = set(pd.read_csv(study / "patients.csv")["patient_id"])
    assert not names & set(text.replace(",", " ").split())
    assert "Fever" not in text
    assert "Resolved" not in text
    assert "made to be handed on" in text
    assert "fewer than 5 patients" in " ".join(text.split())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("all,30", "all,3O", "row 6, column patients: found '3O'"),
        ("group,patients", "group,n", "found the columns group, n"),
        ("all,30", "all,30,1,2,3", "row 6"),
    ],
)
def test_an_earlier_summary_that_was_changed(study, tmp_path, old, new, said):
    write_summary(summarise(study), tmp_path / "one")
    rewrite(tmp_path / "one" / "summary-patients.csv", old, new)
    assert said in str(refused(summarise, study, 5, [tmp_path / "one"]))


def test_an_earlier_summary_that_is_none(study):
    assert "found no summary-patients.csv" in str(refused(summarise, study, 5, [study]))


def test_what_is_there_stays_and_nothing_half_is_written(study, tmp_path, capsys):
    (tmp_path / "out").mkdir()
    assert main(["summary", str(study), "--out", str(tmp_path / "out")]) == 1
    assert "there already" in capsys.readouterr().err
    assert main(["summary", str(study), "--smallest", "2", "--out", str(tmp_path / "new")]) == 1
    assert "expected: 3 or more" in capsys.readouterr().err
    (study / "patients.csv").unlink()
    (study / "biomarkers.csv").unlink()
    assert main(["summary", str(study), "--out", str(tmp_path / "new")]) == 1
    assert "found neither patients.csv nor biomarkers.csv" in capsys.readouterr().err
    assert not list((tmp_path / "out").iterdir())
    assert not (tmp_path / "new").exists()
