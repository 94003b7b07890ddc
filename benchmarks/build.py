"""How long the book takes to build, cold and warm, beside a plain ``jupyter-book build``.

    .venv/bin/python benchmarks/build.py [--only plain,cold,nothing] [--growth 25,100,250]

Run it from the root of a clean checkout, on a machine that does nothing else. It copies what git
knows into temporary folders and builds there. It prints a table and writes
build/benchmarks/build.json; README.md in this folder says what is measured. A build that fails
does not end the run: the end of its log is shown, and what was measured before stays in the file.
"""

import argparse
import csv
import hashlib
import io
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from statistics import median

from rescat.base.files import digest
from rescat.book.forks import STEADY

HERE = Path(__file__).resolve().parent.parent
OUT = HERE / "build" / "benchmarks" / "build.json"
LOGS = OUT.parent / "build-logs"
PARTS = ("plain", "cold", "chapter", "sentence", "marker", "nothing")
PACKAGES = ("jupyter-book", "sphinx", "myst-nb", "nbclient", "papermill", "doit", "numba", "pandas")
BIOMARKERS = "data/synthetic/biomarkers.csv"
# What a made-up marker has of its own in each table that must know it.
PANEL = {
    BIOMARKERS: lambda row, k: {"value": f"{float(row['value']) * (1.01 + k / 99):.6g}"},
    "data/evidence/markers.csv": lambda row, k: {"printed": "not measured"},
    "data/evidence/marker_notes.csv": lambda row, k: {},
}
PAGE = "book/methods.md"
# Its page shows invented values; those of markers without printed numbers do not.
CHANGED = "NFL"
SENTENCE = "This is change number {} of a benchmark."
# jupyter-book by import: the script of that name is not on every PATH.
JUPYTER_BOOK = "from jupyter_book.cli.main import main; main()"
# What a fit lacks stands beside its figures; the book's own kernels do not warn of it either.
SILENT = "import warnings, rescat; warnings.simplefilter('ignore', rescat.RescatWarning)"
EVERY = 0.2  # seconds from one look at the memory to the next


class Failed(Exception):
    """A build that ended badly, or did not make what it should."""


# --- Copies, and changes in them --------------------------------------------------------------


def copy_checkout(target: Path) -> None:
    """Copy what git knows or would add, and so nothing that was made."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=HERE, stdout=subprocess.PIPE, encoding="utf-8")
    if listed.returncode:
        raise Failed(f"git could not list the files of {HERE}; it says why above")
    for name in filter(None, listed.stdout.split("\0")):
        if (HERE / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(HERE / name, target / name)


def in_chapter(source: str, number: int) -> str:
    """The source of a chapter with a sentence below its header."""
    sentence = SENTENCE.format(number)
    return replaced(r"^# \{\{ answer \}\}$", f"# {{{{ answer }}}}\n#\n# {sentence}", source)


def in_page(source: str, number: int) -> str:
    """A page in Markdown with a sentence below its title."""
    return replaced(r"^(# .*\n\n)", rf"\g<1>{SENTENCE.format(number)}\n", source)


def replaced(pattern: str, by: str, text: str) -> str:
    """Text with the first match of a pattern replaced."""
    text, found = re.subn(pattern, by, text, count=1, flags=re.M)
    if not found:
        raise Failed(f"nothing to change: no line of the source matches {pattern}")
    return text


def in_table(table: str, number: int) -> str:
    """The table of biomarkers with another last value of one marker above detection."""
    rows = list(csv.DictReader(io.StringIO(table)))
    row = [row for row in rows if row["marker"] == CHANGED and row["below_lod"] == "n"][-1]
    row["value"] = f"{float(row['value']) * (1 + number / 100):.6g}"
    return as_csv(rows)


def panel(tables: dict[str, str], size: int) -> dict[str, str]:
    """The tables of markers with as many markers as asked for: X001, … made from those there.

    Parameters
    ----------
    tables
        The text of each table of ``PANEL``.
    size
        Number of markers.

    Returns
    -------
    dict
        The same tables, with further rows.
    """
    rows = {name: list(csv.DictReader(io.StringIO(text))) for name, text in tables.items()}
    markers = list(dict.fromkeys(row["marker"] for row in rows[BIOMARKERS]))
    if size < len(markers):
        raise Failed(f"a panel of {size}: {BIOMARKERS} has {len(markers)} markers, give no fewer")
    made = {name: "" for name in tables}
    for k in range(size - len(markers)):
        for name in tables:
            like = [row for row in rows[name] if row["marker"] == markers[k % len(markers)]]
            new = [row | {"marker": f"X{k + 1:03}"} | PANEL[name](row, k) for row in like]
            made[name] += as_csv(new, header=False)
    return {name: text + made[name] for name, text in tables.items()}


def as_csv(rows: list[dict], header: bool = True) -> str:
    """Rows as the text of a file, or as further lines of one."""
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0], lineterminator="\n")
    if header:
        writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


# --- One process, its seconds and its memory --------------------------------------------------


class Memory(threading.Thread):
    """The peak of the memory of a process and of all that it started, in MB.

    Processes that were forked share pages, so the sum is over their proportional set sizes (PSS).
    A process stays in the sum when the one that started it has ended.
    """

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.peak = 0.0
        self._known = {pid}
        self._end = threading.Event()

    def run(self) -> None:
        """Look at the memory until told to end."""
        while not self._end.wait(EVERY):
            self.peak = max(self.peak, self._now())

    def end(self) -> float | None:
        """Stop looking; return the peak, or None where the system does not tell it."""
        self._end.set()
        self.join()
        return self.peak or None

    def _now(self) -> float:
        parents = {int(path.name): parent(path) for path in Path("/proc").glob("[0-9]*")}
        self._known = with_children(self._known & set(parents), parents)
        return sum(map(pss, self._known)) / 1024


def parent(process: Path) -> int:
    """Who started a process, from its folder in /proc; 0 if it has ended."""
    try:
        # The name of the program, in parentheses, can hold anything.
        return int((process / "stat").read_text(errors="replace").rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return 0


def with_children(known: set[int], parents: dict[int, int]) -> set[int]:
    """Processes with all that they started, and that those started."""
    while new := {pid for pid, by in parents.items() if by in known} - known:
        known = known | new
    return known


def pss(pid: int) -> int:
    """The memory of a process in kB, with its share of what it shares; 0 if it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def run(label: str, folder: Path, *arguments: str, watch: bool = False) -> dict:
    """Run Python on a copy; return the seconds of the whole process and perhaps its memory.

    Raises
    ------
    Failed
        With the end of the log, if the process ends with anything but 0.
    """
    log = LOGS / f"{label.replace(' ', '-')}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    environment = os.environ | STEADY | {"PYTHONPATH": str(folder)}
    memory = None
    with log.open("w", encoding="utf-8") as file:
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=folder, env=environment, stdout=file, stderr=file
        )
        if watch:
            memory = Memory(process.pid)
            memory.start()
        code = process.wait()
        seconds = time.perf_counter() - started
    peak = memory.end() if memory else None
    if code:
        raise Failed(f"{label} ended with exit code {code}:\n{tail(log)}")
    return {"seconds": seconds, "memory_mb": peak, "log": log}


def tail(log: Path) -> str:
    """The end of a log, and where all of it is."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-30:]
    return "\n".join(f"    {line}" for line in [*lines, f"(all of it: {log})"])


# --- The plain build --------------------------------------------------------------------------


def lay_out(target: Path) -> None:
    """Lay out the book for jupyter-book alone; runs in a copy, whose package it uses.

    The pages are those of the public book. A marker page is a copy of the notebook with its
    parameters set. Jupyter Book executes a notebook in the folder where it lies, so each gets
    the whole path of the data.
    """
    import nbformat
    import yaml
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook

    from rescat.base.files import BOOK, NOTEBOOKS, ROOT, files_below
    from rescat.base.inert import Markdown
    from rescat.book.api import api_pages
    from rescat.book.computed import compute, facts, filled
    from rescat.book.edition import PUBLIC
    from rescat.course.tags import INSTRUCTOR

    def put(name: str, content: bytes | str) -> None:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    # The facts are filled in here, outside the time of the plain build; ours computes them within.
    compute(PUBLIC)
    known = facts(PUBLIC)
    for path in files_below(BOOK):
        if BOOK / "private" not in path.parents:
            page = path.parent == BOOK and path.suffix == ".md"
            content = filled(path, known) if page else path.read_bytes()
            put(f"src/{path.relative_to(BOOK).as_posix()}", content)
    put("src/changelog.md", (ROOT / "CHANGELOG.md").read_bytes())
    for name, text in api_pages().items():
        put(f"src/api/{name}.md", text)
    for path in PUBLIC.data_files():
        if path.suffix in {".csv", ".json"}:
            put(f"src/data/{path.relative_to(ROOT / 'data').as_posix()}", path.read_bytes())
    names = []
    for page in PUBLIC.pages():
        notebook = load_notebook_node(str(NOTEBOOKS / f"{page.notebook}.ipynb"))
        notebook.cells = [c for c in notebook.cells if INSTRUCTOR not in c.metadata["tags"]]
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                text = re.sub(r"\]\(exercises/(\w+)\.ipynb\)", r"](../exercises/\1)", cell.source)
                cell.source = re.sub(r"\]\(\.\./(\w+)\.ipynb\)", r"](../chapters/\1)", text)
        if page.marker is not None:
            first, title = notebook.cells[0], f"# {Markdown.escape(page.marker)}"
            first.source = re.sub(
                r"^# .*$", lambda _, t=title: t, first.source, count=1, flags=re.M
            )
        parameters = {"data_dir": str(ROOT / "data"), **page.parameters}
        notebook = parameterize_notebook(notebook, parameters)
        for cell in notebook.cells:
            if "injected-parameters" in cell.metadata["tags"]:
                cell.metadata["tags"] = [*cell.metadata["tags"], "remove-cell"]
                cell.source += f"\n{SILENT}"
        notebook.metadata.pop("papermill", None)
        names.append(page.name if "/" in page.name else f"chapters/{page.name}")
        put(f"src/{names[-1]}.ipynb", nbformat.writes(notebook))
    settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    settings["execute"] = {"execute_notebooks": "force", "timeout": -1, "run_in_temp": False}
    put("_config.yml", yaml.safe_dump(settings, sort_keys=False))
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    for part in contents["parts"]:
        part["chapters"] = with_exercises(part["chapters"], names)
    put("_toc.yml", yaml.safe_dump(contents, sort_keys=False))
    put("notebooks.json", json.dumps(names))


def with_exercises(entries: list[dict], names: list[str]) -> list[dict]:
    """Entries of the contents with each chapter by its name, and its exercises below it."""
    made = []
    for entry in entries:
        if entry.get("glob") != "chapters/*":
            made.append(entry)
            continue
        for name in sorted(name for name in names if name.startswith("chapters/")):
            below = name.replace("chapters/", "exercises/")
            made.append(
                {"file": name} | ({"sections": [{"file": below}]} if below in names else {})
            )
    return made


def plain(folder: Path) -> dict:
    """Build the book by jupyter-book alone, which executes every notebook itself."""
    book = folder.with_name(f"{folder.name}-book")
    run("plain-lay-out", folder, str(Path(__file__).resolve()), "--lay-out", str(book))
    command = ["-c", JUPYTER_BOOK, "build", str(book / "src"), "--path-output", str(book / "out")]
    command += ["--config", str(book / "_config.yml"), "--toc", str(book / "_toc.yml")]
    found = run("plain", folder, *command, watch=True)
    html = book / "out" / "_build" / "html"
    said = found["log"].read_text(encoding="utf-8", errors="replace")
    # Jupyter Book goes on when a notebook fails, and ends with 0.
    failed = sorted(path.name for path in html.glob("reports/**/*.err.log"))
    if failed or "Executing notebook failed" in said:
        raise Failed(f"plain: notebooks failed: {', '.join(failed)}\n{tail(found['log'])}")
    names = json.loads((book / "notebooks.json").read_text(encoding="utf-8"))
    return found | shown(html, names)


# --- The book ---------------------------------------------------------------------------------


def build(label: str, copy: Path, watch: bool = False) -> dict:
    """Build the book as `make book` does."""
    return run(label, copy, "-m", "doit", "book", watch=watch)


def cold(folder: Path) -> dict:
    """Build the book in a copy in which nothing was built."""
    found = build("cold", folder, watch=True)
    return found | shown(folder / "build" / "html")


def shown(html: Path, notebooks: list[str] | None = None) -> dict:
    """How many pages a book has, without slides, and how many outputs its notebooks show.

    Raises
    ------
    Failed
        If a notebook has no page, or one without any output.
    """
    folders = ("chapters", "exercises", "markers")
    if notebooks is None:
        notebooks = [f"{f}/{page.stem}" for f in folders for page in (html / f).glob("*.html")]
    outputs = {}
    for name in notebooks:
        page = html / f"{name}.html"
        text = page.read_text(encoding="utf-8") if page.is_file() else ""
        outputs[name] = len(re.findall(r'class="[^"]*\bcell_output\b', text))
    if empty := [name for name, count in outputs.items() if not count]:
        raise Failed(f"pages without any output: {', '.join(empty)}")
    return {"pages": len(pages(html)), "notebooks": len(outputs), "outputs": sum(outputs.values())}


def pages(html: Path) -> dict[str, str]:
    """The pages that Sphinx makes, each with a digest: without slides and the theme's files."""
    found = {path.relative_to(html).as_posix(): path for path in html.rglob("*.html")}
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in sorted(found.items())
        if not name.startswith(("_static/", "course/"))
    }


def warm(part: str, copy: Path, repeat: int, change) -> dict:
    """Build again and again, each time after another change; which pages then differ."""
    html = copy / "build" / "html"
    seconds, differ = [], set()
    for number in range(1, repeat + 1):
        page, words = change(number) or (None, None)
        before = pages(html)
        say(f"{part}: {number} of {repeat}")
        seconds.append(build(f"{part}-{number}", copy)["seconds"])
        after = pages(html)
        now = {name for name in before | after if before.get(name) != after.get(name)}
        differ |= now
        if page is None and now:
            raise Failed(f"{part}: nothing changed, and yet these pages did: {sorted(now)}")
        if page is not None and page not in now:
            raise Failed(f"{part}: {page} is not another one after the change")
        if words and words not in (html / page).read_text(encoding="utf-8"):
            raise Failed(f"{part}: {page} does not have the sentence {words!r}")
    return spread(seconds) | {"pages_that_differ": sorted(differ)}


def change_source(copy: Path, source: str, page: str, edit):
    """A change of a source, which shows on a page."""
    path = copy / source
    original = path.read_text(encoding="utf-8")

    def change(number: int) -> tuple[str, str]:
        path.write_text(edit(original, number), encoding="utf-8")
        return page, SENTENCE.format(number)

    return change


def change_chapter(copy: Path, name: str):
    """A change of a sentence of a chapter."""
    return change_source(copy, f"notebooks/{name}.py", f"chapters/{name}.html", in_chapter)


def change_marker(copy: Path):
    """A change of one value of one marker, with the checksums that go with it."""
    path = copy / BIOMARKERS
    original = path.read_text(encoding="utf-8")

    def change(number: int) -> tuple[str, None]:
        write_tables(copy, {BIOMARKERS: in_table(original, number)})
        return f"markers/{CHANGED}.html", None

    return change


def write_tables(copy: Path, tables: dict[str, str]) -> None:
    """Put other tables into a copy, with their checksums."""
    for name, text in tables.items():
        (copy / name).write_text(text, encoding="utf-8")
    run("checksums", copy, "-m", "rescat.book.build", "checksums")


def nothing(number: int) -> None:
    """Change nothing."""


def chapters(copy: Path) -> list[str]:
    """The names of the chapters."""
    return [path.stem for path in sorted((copy / "notebooks").glob("[0-9]*.py"))]


def execute_each(copy: Path) -> dict[str, float]:
    """Seconds in which each chapter is executed, alone and once."""
    seconds = {}
    for name in chapters(copy):
        target = LOGS / "executed.ipynb"
        arguments = [f"notebooks/{name}.ipynb", str(target), "--cwd", ".", "--no-progress-bar"]
        seconds[name] = run(f"execute-{name}", copy, "-m", "papermill", *arguments)["seconds"]
        target.unlink()
        say(f"executed alone: {name} in {seconds[name]:.1f} s")
    return seconds


SIDES = {"plain": plain, "cold": cold}


# --- All of it --------------------------------------------------------------------------------


def say(text: str) -> None:
    """Tell how far it is."""
    print(f"{datetime.now():%H:%M:%S} {text}", flush=True)


def spread(seconds: list[float]) -> dict:
    """Median, range and single values."""
    single = [round(s, 3) for s in seconds]
    return {"seconds": median(single), "low": min(single), "high": max(single), "single": single}


def several(builds: list[dict]) -> dict:
    """Whole builds in one result."""
    peaks = [found["memory_mb"] for found in builds if found["memory_mb"]]
    counted = {name: builds[-1][name] for name in ("pages", "notebooks", "outputs")}
    memory = {"memory_mb": round(max(peaks)) if peaks else None}
    return spread([found["seconds"] for found in builds]) | memory | counted


class Benchmark:
    """One run: its folder, and its results, which are written as soon as they are there."""

    def __init__(self, folder: Path, options: argparse.Namespace) -> None:
        self.folder, self.options = folder, options
        self.failed: list[str] = []
        self.base = folder / "base"
        say("copying the checkout, and compiling the models for both sides")
        copy_checkout(self.base)
        code = digest(self.base)
        self.results = {"machine": machine(), "code": code, "measured": {}}
        earlier = json.loads(OUT.read_text(encoding="utf-8")) if OUT.is_file() else {}
        if earlier.get("code") == self.results["code"]:
            self.results["measured"] = {
                name: found | {"earlier": True} for name, found in earlier["measured"].items()
            }
        run("compile", self.base, "-m", "rescat.book.build", "compile")

    def fresh(self, name: str) -> Path:
        """Another copy, in which nothing was built but the models are compiled."""
        return Path(shutil.copytree(self.base, self.folder / name))

    def measure(self, name: str, work) -> dict | None:
        """Do one part; keep what it found, or say why it found nothing."""
        say(f"{name} ...")
        at = datetime.now(UTC).isoformat(timespec="seconds")
        try:
            found = work()
        except Failed as error:
            say(f"FAILED: {error}")
            self.failed.append(name)
            return None
        self.results["measured"][name] = found | {"at": at, "load": load()}
        say(line(name, found))
        self.write()
        return found

    def write(self) -> None:
        """Write all results, whole or not at all."""
        self.results["ratios"] = ratios(self.results["measured"])
        self.results["bars"] = bars(self.results["measured"])
        OUT.parent.mkdir(parents=True, exist_ok=True)
        aside = OUT.with_name(f".{OUT.name}.new")
        text = json.dumps(self.results, indent=1, ensure_ascii=False)
        aside.write_text(text + "\n", encoding="utf-8")
        os.replace(aside, OUT)

    def whole(self, only: list[str]) -> None:
        """Whole builds, the two sides in turn, and then the warm ones."""
        # Without a whole build there is nothing to be warm.
        sides = [side for side in SIDES if side in only or (side == "cold" and {*only} - {"plain"})]
        builds = {side: [] for side in sides}
        copy = None

        def one(side: str) -> dict:
            builds[side].append(SIDES[side](copy))
            return several(builds[side])

        for number in range(1, self.options.rounds + 1):
            for side in [s for s in sides if s not in self.failed]:
                copy = self.fresh(f"{side}-{number}")
                self.measure(side, partial(one, side))
        if builds.get("cold") and "cold" not in self.failed:  # the cold build is the last one
            self.warm(copy, only)

    def warm(self, copy: Path, only: list[str]) -> None:
        """Builds of a book that was built, after one change each."""
        changes = {}
        if "chapter" in only:
            first = chapters(copy)[0]
            found = self.measure("executed alone", lambda: {"chapters": execute_each(copy)})
            each = found["chapters"] if found else {}
            for name in (first, max(each, key=each.get, default=first)):
                changes[f"chapter {name}"] = change_chapter(copy, name)
        if "sentence" in only:
            changes["sentence"] = change_source(copy, PAGE, f"{Path(PAGE).stem}.html", in_page)
        if "marker" in only:
            changes["marker"] = change_marker(copy)
        if "nothing" in only:
            changes["nothing"] = nothing
        for name, change in changes.items():
            work = partial(warm, name, copy, self.options.repeat, change)
            if self.measure(name, work) is None:
                say("putting the sources back, and building once more")
                shutil.copytree(self.base, copy, dirs_exist_ok=True)
                try:
                    build("put-back", copy)
                except Failed as error:
                    say(f"FAILED: {error}")
                    return

    def grow(self, size: int) -> None:
        """Everything once more with a made-up panel of so many markers."""
        copy = self.fresh(f"growth-{size}")
        name = f"{size} markers"
        repeat = self.options.repeat

        def cold() -> dict:
            tables = {table: (copy / table).read_text(encoding="utf-8") for table in PANEL}
            write_tables(copy, panel(tables, size))
            found = build(f"growth-{size}", copy, watch=True)
            html = copy / "build" / "html"
            made = len(list((html / "markers").glob("*.html")))
            if made != size:
                raise Failed(f"{name}: {made} pages of markers")
            return several([found | shown(html)])

        if self.measure(f"{name}: cold", cold):
            chapter = change_chapter(copy, chapters(copy)[0])
            for part, change in (("nothing", nothing), ("chapter", chapter)):
                label = f"growth-{size}-{part}"
                self.measure(f"{name}: {part}", partial(warm, label, copy, repeat, change))


def machine() -> dict:
    """What the figures depend on."""
    usable = getattr(os, "sched_getaffinity", lambda _: range(os.cpu_count() or 1))(0)
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": len(usable),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "load_before": load(),
        "versions": {name: version(name) for name in PACKAGES},
    }


def load() -> list[float] | None:
    """How many processes wanted a core in the last 1, 5 and 15 minutes."""
    return [round(x, 2) for x in os.getloadavg()] if hasattr(os, "getloadavg") else None


def ratios(measured: dict) -> dict:
    """Each time divided by that of the whole build, and the whole build by the plain one."""
    found = {}
    seconds = {name: part["seconds"] for name, part in measured.items() if "seconds" in part}
    if {"plain", "cold"} <= set(seconds):
        found["cold / plain"] = round(seconds["cold"] / seconds["plain"], 4)
    for name, value in seconds.items():
        whole = f"{name.partition(': ')[0]}: cold" if ": " in name else "cold"
        if whole in seconds and name not in ("plain", whole):
            found[f"{name} / {whole}"] = round(value / seconds[whole], 4)
    return found


def bars(measured: dict) -> list[dict]:
    """What the build is held to: each figure, its limit, and whether it is kept."""
    seconds = {name: part["seconds"] for name, part in measured.items() if "seconds" in part}
    divided = ratios(measured)
    asked = [("cold / plain", divided.get("cold / plain"), 0.5, "")]
    for name in [name for name in seconds if name.startswith("chapter ")] or ["chapter"]:
        asked.append((name, seconds.get(name), 15, "s"))
        asked.append((f"{name} / cold", divided.get(f"{name} / cold"), 0.1, ""))
    asked += [("sentence", seconds.get("sentence"), 8, "s")]
    asked += [("nothing", seconds.get("nothing"), 1.5, "s")]
    return [
        {
            "what": what,
            "found": value,
            "at_most": most,
            "unit": unit,
            "kept": None if value is None else value <= most,
        }
        for what, value, most, unit in asked
    ]


def line(name: str, found: dict) -> str:
    """One result as text."""
    if "seconds" not in found:
        each = found["chapters"]
        longest = max(each, key=each.get)
        return f"{name:28}longest: {longest}, {each[longest]:.1f} s"
    text = f"{name:28}{found['seconds']:9.2f} s  ({found['low']:.2f}–{found['high']:.2f})"
    if "pages" in found:
        memory = f"{found['memory_mb']:,} MB" if found["memory_mb"] else "memory not measured"
        text += f"  {memory}, {found['pages']} pages, {found['outputs']} outputs"
    differ = found.get("pages_that_differ")
    if differ:
        text += f"  {len(differ)} pages differ: {', '.join(differ[:9])}{' …' * (len(differ) > 9)}"
    return text + ("  (earlier run)" if found.get("earlier") else "")


def report(results: dict) -> str:
    """All results as text."""
    facts = results["machine"]
    lines = ["", f"{facts['cores']} cores, {facts['system']}, Python {facts['python']}"]
    lines.append(", ".join(f"{name} {found}" for name, found in facts["versions"].items()))
    lines += ["", *(line(name, found) for name, found in results["measured"].items()), ""]
    lines += [f"{name:40}{value:9.4f}" for name, value in results.get("ratios", {}).items()]
    lines.append("")
    for bar in results.get("bars", []):
        value = "not measured" if bar["found"] is None else f"{bar['found']:.3g} {bar['unit']}"
        verdict = {True: "pass", False: "FAIL", None: ""}[bar["kept"]]
        lines.append(f"{bar['what']:40}{value:>14} of at most {bar['at_most']:<5g}{verdict:>6}")
    return "\n".join(lines)


def parts(text: str) -> list[str]:
    """The parts named on the command line."""
    named = text.split(",")
    if unknown := set(named) - set(PARTS):
        raise argparse.ArgumentTypeError(
            f"no part {', '.join(unknown)}; there are {', '.join(PARTS)}"
        )
    return named


def sizes(text: str) -> list[int]:
    """The numbers of markers named on the command line."""
    return [int(size) for size in text.split(",")]


def main() -> int:
    """Measure, print and write; return 1 if a build failed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", type=parts, help=f"some of {','.join(PARTS)} (default: all)")
    parser.add_argument("--repeat", type=int, default=3, help="warm builds of each kind")
    parser.add_argument("--rounds", type=int, default=1, help="whole builds of each side")
    parser.add_argument("--growth", type=sizes, default=[], help="markers, such as 25,100,250")
    parser.add_argument("--folder", type=Path, help="new folder for the copies, which then stay")
    parser.add_argument("--lay-out", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.lay_out:
        lay_out(options.lay_out)
        return 0
    only = options.only or ([] if options.growth else list(PARTS))
    if options.folder:
        options.folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as temporary:
        try:
            benchmark = Benchmark((options.folder or Path(temporary)).resolve(), options)
        except Failed as error:
            say(f"FAILED: {error}")
            return 1
        if only:
            benchmark.whole(only)
        for size in options.growth:
            benchmark.grow(size)
    print(report(benchmark.results))
    if benchmark.failed:
        print(f"\nFAILED, see above: {', '.join(benchmark.failed)}")
    return bool(benchmark.failed)


if __name__ == "__main__":
    sys.exit(main())
