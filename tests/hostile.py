"""The made-up trial with names that try to run something, and the same one with harmless names.

Every name here passes the door: the loaders keep it, and pages show it as it is.
"""

import csv
from pathlib import Path

import made_up

# What each text would do where somebody's program took it for more than text: touch this file,
# set this property of the page, ask this host.
TRACE, PROPERTY, HOST = "hostile-was-here", "hostileWasHere", "hostile.invalid"
_SHELL = f"touch {TRACE}"
_SCRIPT = f"window.{PROPERTY}=1"

MARKERS = {  # beside those of the made-up trial
    "GFAP": "GFAP",  # of the panel: keeps its page
    '{{ lipsum.__globals__["os"].system("' + _SHELL + '") }}': "Marker one",
    "{% if 1 %}{{ cycler.__init__.__globals__.os.popen('" + _SHELL + "').read() }}": "Marker 2",
    f"<svg onload={_SCRIPT}><img src=x onerror={_SCRIPT}>": "Marker three",
    f"[click](javascript:{_SCRIPT}) ![i](http://{HOST}/a) <http://{HOST}>": "Marker four",
    "```{literalinclude} /etc/passwd```": "Marker five",
    "{term}`slope` {download}`/etc/passwd` [](methods) |x| a\\b": "Marker six",
    rf"$$\href{{javascript:{_SCRIPT}}}{{x}}$$ $\unknown$ \(y\)": "Marker seven",
    f"../../../{TRACE}": "Marker eight",
    "CON": "Marker nine",
    '=HYPERLINK("http://' + HOST + '";"x")': "Marker ten",
    'µ β 白血 👩‍🔬 "quoted" -- a*b_c <d> &lt;e&gt;': "Marker eleven",
    f"'\"><script>{_SCRIPT}</script>" + "x" * 37: "Marker twelve",
}
UNITS = {  # of Marker one and after, which no panel converts
    '{{ 7*7 }}<b onclick="' + _SCRIPT + '">/mL': "AU/mL",
    "%": "U",
}
PATIENTS = {
    0: "<img src=x onerror=" + _SCRIPT + ">",
    1: "=1+1;=2+2",
    2: "{{ 7*7 }} $a$ `b`",
    3: "P" * 100,
}
COMORBIDITIES = f"Diabetes, <a href='javascript:{_SCRIPT}'>x</a>, {{{{ 7*7 }}}}, $x$"
# One word of more letters than any page has room for.
LONG = "x" * 5000
ETHNICITY = f"<img src=x onerror={_SCRIPT}> {{% if 1 %}} **b** " + LONG
THERAPY = f"Steroids, ```{{raw}} html <b onclick={_SCRIPT}>```, $y$, {LONG}"
TERM = f"Rash <script>{_SCRIPT}</script> $x_1$ [a](b) =1+1 {LONG}"
FOLDER = (
    f"{{{{ 7*7 }}}} <b onclick={_SCRIPT}> *x* `{_SHELL}` $(shell {_SHELL}) $({_SHELL}) $z$ & co"
)


def write(parent: Path, published: Path, *, hostile: bool) -> Path:
    """Write the trial into a new folder below ``parent``; return the folder."""
    folder = made_up.write(parent / (FOLDER if hostile else "Folder"), published)
    ids = [f"P{n + 1:03d}" for n in range(sum(made_up.ARMS.values()))]
    names = {ids[n]: name for n, name in PATIENTS.items()} if hostile else {}
    texts = {
        "patients": {
            "comorbidities": (COMORBIDITIES, "Diabetes, a"),
            "ethnicity": (ETHNICITY, "White"),
            "therapy": (THERAPY, "Steroids, a"),
        },
        "events": {"term": (TERM, "Rash")},
    }
    for table, columns in texts.items():
        change = {name: pair[not hostile] for name, pair in columns.items()}
        rows = _read(folder / f"{table}.csv")
        for row in rows:
            row["patient_id"] = names.get(row["patient_id"], row["patient_id"])
        rows[0] |= change
        _write(folder / f"{table}.csv", rows)
    rows = _read(folder / "biomarkers.csv")
    values = [row for row in rows if row["marker"] == "Novelin"]
    units = list(UNITS if hostile else UNITS.values())
    for place, (name, plain) in enumerate(MARKERS.items()):
        known = name == plain
        for row in values:
            shown = f"{float(row['value']) * (1 + place / 7):.5g}"
            rows.append(
                row
                | {
                    "marker": name if hostile else plain,
                    "value": shown,
                    "unit": "pg/mL" if known else units[place % len(units)],
                    "below_lod": "y" if plain == "Marker nine" else "n",
                }
            )
    for row in rows:
        row["patient_id"] = names.get(row["patient_id"], row["patient_id"])
    _write(folder / "biomarkers.csv", rows)
    return folder


def _read(path: Path) -> list[dict]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: list[dict]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
