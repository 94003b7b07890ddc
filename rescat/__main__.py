"""Check your own data and the supplement before anything is executed; run a study by simulation.

The exit code is 0 when all is well, and 1 when something has to be mended.
"""

import argparse
import os
import shlex
import sys
import time
import warnings
from pathlib import Path

import pandas as pd

from .base.errors import DataError, ModelError, RescatError, RescatWarning
from .base.files import OWN_TABLES, shown, write_whole
from .base.inert import csv_text, say
from .base.origin import PATIENT_LEVEL, marked_name, origin_of
from .book.handed_on import in_words, summarise, write_summary
from .book.own_data import what_is_made
from .data.biomarkers import load_biomarkers
from .data.guard import private_files, tracked_files
from .data.loaders import load_events, load_patients
from .data.own_folder import check_folder, fault_table, summary
from .data.small_cells import SMALLEST
from .data.supplement import SUPPLEMENT_TABLES, examine_supplement, supplement_disagreements
from .data.validation import read_cells
from .data.wide import read_wide
from .lab.exporting import EXPORTS
from .lab.importing import MissingDecisions, read_lab
from .lab.plausibility import oddities, oddities_in_words
from .lab.template import write_template
from .studies.named import STUDIES, named
from .studies.running import RESULTS, kept_results, run, tables

__all__ = ["main"]

# What an import writes beside the tables: what was changed, and what each word was taken for.
IMPORT_LOGS = ("import-log.csv", "import-read-as.csv")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit code."""
    options = _parser().parse_args(arguments)
    warnings.simplefilter("ignore", RescatWarning)  # what is made is told; no fit is shown here
    try:
        return options.run(options)
    except (RescatError, OSError) as error:
        say(f"\n{error}\n", error=True)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m rescat", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    check = commands.add_parser(
        "check",
        help="validate a folder of your own data",
        description="Validate patients.csv, events.csv and biomarkers.csv of a folder. Prints a "
        "table of every fault; if there is none, what the book will read and make, and what looks "
        "odd. Writes nothing.",
    )
    check.add_argument("folder", help="folder with one or more of the three files")
    check.set_defaults(run=_check)
    long = commands.add_parser(
        "long",
        help="make a long biomarkers.csv from a table with a column per marker",
        description="Make a long table of biomarkers from one with the columns patient_id, arm, "
        "day and a column per marker. Units are read from headings such as IL6 (pg/mL), "
        "IL6 [pg/mL] or IL6_pg_ml. <0.8 is a value below that limit of detection; an empty cell "
        "is left out.",
    )
    long.add_argument("wide", type=Path, help="the table to read (CSV)")
    long.add_argument("out", type=Path, help="the table to write (CSV)")
    long.add_argument("--unit", help="unit of the markers whose heading has none, such as pg/mL")
    long.add_argument("--force", action="store_true", help="replace the table that is there")
    long.set_defaults(run=_long)
    imported = commands.add_parser(
        "import",
        help="make the tables from the files of a laboratory, of REDCap or of CDISC",
        description="Read results (Bio-Plex, Luminex xPONENT, Simoa, REDCap, CDISC LB and ADLB, "
        "OMOP, spreadsheets, tables), patients and adverse events (REDCap, CDISC ADSL, DM, ADAE "
        "and AE, tables), print what each word of them was taken for, and write biomarkers.csv, "
        "patients.csv and events.csv, as far as the files have them, with a log of every change. "
        "What the files do not say is asked for, as lines of a mapping; nothing is guessed.",
    )
    imported.add_argument("folder", type=Path, help="the files, or one of them")
    imported.add_argument("--out", type=Path, help="folder to write to; without it nothing is")
    imported.add_argument("--map", type=Path, help="the mapping (TOML)")
    imported.add_argument("--draft", type=Path, help="where to write the lines that it lacks")
    imported.add_argument("--force", action="store_true", help="replace the tables that are there")
    imported.set_defaults(run=_import)
    guard = commands.add_parser(
        "guard",
        help="refuse files that look like data of patients",
        description="Refuse files that have the columns of patients.csv, events.csv or "
        "biomarkers.csv, unless they are the project's own tables or say that their patients are "
        "invented. For a hook before each commit, and for a workflow.",
    )
    guard.add_argument("files", nargs="*", type=Path, help="all that git knows if none is given")
    guard.set_defaults(run=_guard)
    template = commands.add_parser(
        "template",
        help="write a folder to begin with",
        description="Write empty tables with their headings, an example with invented patients, a "
        "file for decisions, and a letter to the laboratory.",
    )
    template.add_argument("folder", type=Path, help="a new folder")
    template.set_defaults(run=_template)
    export = commands.add_parser(
        "export",
        help="write your tables as a table of another system",
        description="Write the tables of a folder for REDCap's data import, or its biomarkers laid "
        "out as CDISC's ADLB, with a mapping that reads them back. It has a row for each patient: "
        f"of your own data, the name of the file begins with {PATIENT_LEVEL}.",
    )
    export.add_argument("folder", help="folder with biomarkers.csv")
    export.add_argument("system", choices=sorted(EXPORTS))
    export.add_argument("out", type=Path, help="the table to write (CSV)")
    export.add_argument("--force", action="store_true", help="replace the table that is there")
    export.set_defaults(run=_export)
    handed_on = commands.add_parser(
        "summary",
        help="write tables that may be handed on: no cell counts few patients",
        description="Summarise a folder of your own data in tables made to be handed on: patients "
        "of each arm, worst adverse events, median and quartiles of each marker and day, results "
        "of the models. A cell that counts fewer patients than --smallest is withheld, and what "
        "it could be worked out from. A rule of thumb, and no proof of anonymity.",
    )
    handed_on.add_argument("folder", help="folder with patients.csv or biomarkers.csv")
    handed_on.add_argument("--out", type=Path, help="folder to write to; without it nothing is")
    handed_on.add_argument(
        "--smallest",
        type=int,
        default=SMALLEST,
        help=f"the least number of patients that a cell may count, {SMALLEST} if not given",
    )
    handed_on.add_argument(
        "--earlier",
        type=Path,
        action="append",
        default=[],
        help="folder of a summary of this study that was handed on before; may be given again",
    )
    handed_on.set_defaults(run=_summary)
    supplement = commands.add_parser(
        "supplement",
        help="validate what was added to data/supplement",
        description="Validate slopes.csv and matching.csv of data/supplement, and list what does "
        "not agree with the main text or within the supplement. Writes nothing.",
    )
    supplement.set_defaults(run=_supplement)
    study = commands.add_parser(
        "study",
        help="compute a study by simulation, on this machine or on a cluster",
        description="Compute the cells of a study that are not there, or whose settings, code or "
        "libraries have changed. Each has its file in build/studies/NAME; a run that is killed "
        "goes on where it was. When all are there, the tables are written. The result is the same "
        "wherever it is computed.",
    )
    study.add_argument("name", choices=STUDIES, help=f"one of {', '.join(STUDIES)}")
    study.add_argument("--jobs", type=int, default=-1, help="processes; all cores if not given")
    study.add_argument("--backend", help="a backend that this site has registered with joblib")
    study.add_argument(
        "--scheduler",
        default=os.environ.get("DASK_SCHEDULER_ADDRESS"),
        help="address of a Dask scheduler, such as tcp://host:8786; DASK_SCHEDULER_ADDRESS if "
        "not given",
    )
    study.add_argument("--cells", help="only these, such as 0-9 or 4 (for a job array)")
    study.add_argument("--quick", action="store_true", help="a hundredth of the trials, to try it")
    study.add_argument("--folder", type=Path, help="where each cell has its file")
    study.add_argument("--out", type=Path, help="folder of the tables")
    study.set_defaults(run=_study)
    return parser


def _leave_as_it_is(paths: list[Path], force: bool, other: str = "another name") -> None:
    """Refuse to replace files, unless that is what was asked for."""
    there = [str(path) for path in paths if path.exists()]
    if there and not force:
        raise DataError(
            f"{', '.join(there)}: there already, and left as it is\n"
            f"  expected: {other}, or --force to replace it"
        )


def _check(options: argparse.Namespace) -> int:
    data = check_folder(options.folder)
    if data.faults:
        files = len({fault.path for fault in data.faults})
        say(fault_table(data.faults))
        say(f"\n{len(data.faults)} to mend in {files} file(s). Row 1 is the header.")
        return 1
    say(summary(data))
    if odd := oddities(data.frames):
        say(f"\n{oddities_in_words(odd)}")
    say(f"\nNo fault was found.\n{what_is_made(data)}")
    return 0


def _long(options: argparse.Namespace) -> int:
    out = options.out
    if out.exists() and out.resolve() == options.wide.resolve():
        raise DataError(
            f"{out}: this is the table to read\n  expected: another name for the table to write"
        )
    if out.is_dir():
        raise DataError(f"{out}: found a folder\n  expected: the name of a file to write")
    _leave_as_it_is([out], options.force)
    long = read_wide(options.wide, options.unit)
    write_whole(out, long.to_csv(index=False, lineterminator="\n"))
    say(f"{out}: {len(long)} values of {long['marker'].nunique()} markers")
    say(f"Check it, as biomarkers.csv of a folder: python -m rescat check {out.parent}")
    return 0


def _import(options: argparse.Namespace) -> int:
    out = options.out
    try:
        found = read_lab(options.folder, options.map)
    except MissingDecisions as error:
        if options.draft is None:
            raise
        if options.draft.exists():
            raise DataError(
                f"{options.draft}: there already, and left as it is\n  expected: another name"
            ) from error
        write_whole(options.draft, f"{error.mapping}\n")
        asked = sum(line.startswith('"') for line in error.draft.splitlines())
        say(
            f"{options.draft}: {asked} decisions to make"
            f"{', and those of your mapping' if options.map else ''}. Write a value into each "
            f"line, and run this again with --map {shlex.quote(str(options.draft))}.",
            error=True,
        )
        return 1
    say(found.understood.to_string(index=False))
    left_out = found.log["rule"].str.contains("left out").sum()
    lines = f"{len(found.log)} lines in the log, {left_out} of them left out"
    say(f"\n{_counted(found.tables)}; {lines}.")
    if not out:
        say("Nothing is written. With --out FOLDER the tables are.")
        return 0
    texts = {
        name: frame.to_csv(index=False, lineterminator="\n") for name, frame in found.tables.items()
    }
    texts |= dict(zip(IMPORT_LOGS, (csv_text(found.log), csv_text(found.understood)), strict=True))
    _leave_as_it_is([out / name for name in texts], options.force, "another folder")
    # The tables come last: where one is, there is its log.
    for name, text in reversed(texts.items()):
        write_whole(out / name, text)
        say(str(out / name))
    for path in (out / name for name in OWN_TABLES if name not in texts):
        if path.exists():
            say(f"{path}: there already, not of this import, and left as it is")
    say(f"Check them: python -m rescat check {shlex.quote(str(out))}")
    return 0


def _counted(tables: dict[str, pd.DataFrame]) -> str:
    """How much each table holds, in words."""
    counts = {Path(name).stem: len(frame) for name, frame in tables.items()}
    words = [f"{n} {stem if n != 1 else stem[:-1]}" for stem, n in counts.items()]
    if "biomarkers" in counts:
        markers = tables["biomarkers.csv"]["marker"].nunique()
        words[-1] = f"{counts['biomarkers']} values of {markers} marker{'s' * (markers != 1)}"
    return ", ".join(words)


def _guard(options: argparse.Namespace) -> int:
    found = private_files(options.files or tracked_files())
    for path, why in found.items():
        say(f"{shown(path)}: {why}", error=True)
    if found:
        say(
            f"\n{len(found)} file(s) may hold data of patients. Keep them in data/private/, which "
            "git ignores, or outside of the repository.",
            error=True,
        )
    return 1 if found else 0


def _template(options: argparse.Namespace) -> int:
    for path in write_template(options.folder):
        say(str(path))
    return 0


def _export(options: argparse.Namespace) -> int:
    biomarkers = load_biomarkers(options.folder)
    out = options.out
    if origin_of(biomarkers) == "private":
        out = out.with_name(marked_name(out.name, "private"))
    mapping = out.with_suffix(".toml")
    _leave_as_it_is([out, mapping], options.force)
    table, told = EXPORTS[options.system](biomarkers, *_records(options))
    write_whole(out, table.to_csv(index=False, lineterminator="\n"))
    write_whole(mapping, told)
    say(f"{out}: {len(table)} rows", f"{mapping}: reads it back, by import --map")
    return 0


def _records(options: argparse.Namespace) -> list[pd.DataFrame | None]:
    """The cells of the patients and the events of a folder, for a system that takes them."""
    if options.system != "redcap":
        return []
    found = []
    for name, load in (("patients", load_patients), ("events", load_events)):
        path = Path(options.folder) / f"{name}.csv"
        if path.is_file():
            load(options.folder)  # says what is wrong with it
        found.append(read_cells(path)[0] if path.is_file() else None)
    return found


def _summary(options: argparse.Namespace) -> int:
    if options.out and options.out.exists():
        raise DataError(
            f"{options.out}: there already, and left as it is\n"
            "  expected: another folder, as an earlier summary is needed for the next one"
        )
    made = summarise(options.folder, options.smallest, options.earlier)
    say(in_words(made))
    if not options.out:
        say("\nNothing is written. With --out FOLDER the tables are.")
        return 0
    for path in write_summary(made, options.out):
        say(str(path))
    return 0


def _supplement(options: argparse.Namespace) -> int:
    examined = {name: examine_supplement(name) for name in SUPPLEMENT_TABLES}
    faults = [fault for table in examined.values() if table for fault in table[1]]
    for name, table in examined.items():
        rows = "not there" if table is None else "not read" if table[0] is None else len(table[0])
        say(f"{name}: {rows if isinstance(rows, str) else f'{rows} rows'}")
    if faults:
        say(f"\n{fault_table(faults)}\n\n{len(faults)} to mend. Row 1 is the header.")
        return 1
    questions = supplement_disagreements().drop(columns="origin")
    if len(questions):
        say(
            f"\n{questions.to_string(index=False)}\n\n{len(questions)} to compare with the "
            "printed table. If it is printed so, leave it: it is a finding."
        )
    elif examined["supplement_slopes"]:
        say("\nNo figure disagrees with another one.")
    return 0


def _study(options: argparse.Namespace) -> int:
    study = named(options.name, quick=options.quick)
    folder = options.folder or RESULTS / f"{study.name}{'-quick' if options.quick else ''}"
    begun = time.monotonic()
    made = run(
        study,
        folder=folder,
        cells=None if options.cells is None else _numbers(options.cells),
        jobs=options.jobs,
        backend=options.backend,
        scheduler=options.scheduler,
    )
    seconds = time.monotonic() - begun
    say(f"{made} of {len(study.cells)} cells computed in {seconds:.0f} s: {shown(folder)}")
    kept = kept_results(study, folder)
    if len(kept) < len(study.cells):
        say(f"{len(study.cells) - len(kept)} cells are left; the tables are written after them.")
        return 0
    for name, text in tables(study, kept).items():
        path = (options.out or folder) / f"{name}.csv"
        write_whole(path, text)
        say(f"{shown(path)}: {text.count(chr(10)) - 1} rows")
    return 0


def _numbers(text: str) -> range:
    """The numbers from first to last, both included."""
    first, dash, last = text.partition("-")
    if not (first.isdecimal() and (last.isdecimal() or not dash)):
        raise ModelError(f"--cells {text}: expected two numbers such as 0-9, or one")
    return range(int(first), int(last if dash else first) + 1)


if __name__ == "__main__":
    sys.exit(main())
