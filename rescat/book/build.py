"""The steps that make the book; ``dodo.py`` says when each of them runs.

Every step can be run by hand from anywhere::

    python -m rescat.book.build derive 01_cohort
    python -m rescat.book.build check-data
    python -m rescat.book.build compile
    python -m rescat.book.build execute 01_cohort markers/NFL
    python -m rescat.book.build compute
    python -m rescat.book.build api
    python -m rescat.book.build patients
    python -m rescat.book.build sheets
    python -m rescat.book.build models
    python -m rescat.book.build runtime
    python -m rescat.book.build webr
    python -m rescat.book.build pages
    python -m rescat.book.build course
    python -m rescat.book.build html
    python -m rescat.book.build pdf
    python -m rescat.book.build epub
    python -m rescat.book.build zip
    python -m rescat.book.build lab 05_random_slopes
    python -m rescat.book.build compare folder/of/another/build/public

With ``--data folder`` the step is that of the private edition of this folder.

A step that ends well returns 0. One that cannot go on says why, in one message without a
traceback, and returns 1. Nothing is ever half written: each file or folder is made aside and
renamed when it is whole, so a killed run leaves what was there before.
"""

import argparse
import contextlib
import os
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

from ..base.errors import BuildError, RescatError, RescatWarning
from ..base.files import ROOT, shown
from ..base.inert import say
from .edition import Profile, edition, notebooks, remembered_pages
from .forks import STEADY, is_copy, run_step

__all__ = ["compile_models", "main"]

# Each step imports what it needs: all of it takes seconds to load.


def compile_models() -> None:
    """Compile the code of the models, or find that it was, before chapters run side by side.

    numba keeps what it compiled beside the code, until the code changes.
    """
    from ..slopes import reml  # numba takes half a second to load

    started = time.monotonic()
    if reml.warm_up():
        say(f"model code: compiled in {time.monotonic() - started:.0f} s")


@contextlib.contextmanager
def _timed(label: str) -> Iterator[None]:
    say(f"{label} ...")
    started = time.monotonic()
    yield
    say(f"{label}: done in {time.monotonic() - started:.0f} s")


def _derive(profile: Profile, options: argparse.Namespace) -> None:
    from .notebooks import derive

    for name in options.names or notebooks():
        if derive(name):
            say(f"notebooks/{name}.ipynb: derived from notebooks/{name}.py")


def _check_data(profile: Profile, options: argparse.Namespace) -> None:
    from ..data.loaders import check_data
    from .reads import note_contents

    check_data(profile.data_dir)
    note_contents(profile)


def _compile(profile: Profile, options: argparse.Namespace) -> None:
    if not is_copy():  # what it is a copy of has done it
        compile_models()


def _twin(profile: Profile, options: argparse.Namespace) -> None:
    from ..synthetic.committed import write_twin

    with _timed("data/synthetic"):
        write_twin()


def _pool(profile: Profile, options: argparse.Namespace) -> None:
    from ..synthetic.committed import write_pool

    with _timed("data/synthetic/pool.csv"):
        write_pool()


def _checksums(profile: Profile, options: argparse.Namespace) -> None:
    from ..data.contract import refresh_checksums

    say(f"New checksums: {', '.join(refresh_checksums()) or 'none'}")


def _execute(profile: Profile, options: argparse.Namespace) -> None:
    from .notebooks import execute

    known = {page.name: page for page in remembered_pages(profile)}
    for name in options.names:
        if name not in known:
            raise BuildError(f"no page {name!r} in this edition; it has {', '.join(known)}")
    pages = [known[name] for name in options.names] or list(known.values())
    if len(pages) == 1:
        execute(profile, pages[0])
        return
    own = ["--data", profile.data_dir] if profile.private else []
    for place, page in enumerate(pages, 1):
        with _timed(f"{page.name} ({place} of {len(pages)})"):
            if run_step("execute", page.name, *own):
                raise BuildError(f"{page.name} could not be executed")


def _compute(profile: Profile, options: argparse.Namespace) -> None:
    from .computed import compute

    compute(profile)


def _api(profile: Profile, options: argparse.Namespace) -> None:
    from .api import write_api_pages

    write_api_pages(profile.api)


def _patients(profile: Profile, options: argparse.Namespace) -> None:
    from .patients import write_patient_pages

    write_patient_pages(profile.patients)


def _sheets(profile: Profile, options: argparse.Namespace) -> None:
    from .sheets import write_sheets

    write_sheets(profile.sheets)


def _models(profile: Profile, options: argparse.Namespace) -> None:
    from .wasm import write_models

    write_models()


def _runtime(profile: Profile, options: argparse.Namespace) -> None:
    from .runtime import write_runtime

    write_runtime()


def _webr(profile: Profile, options: argparse.Namespace) -> None:
    from .webr import write_webr

    write_webr()


def _pages(profile: Profile, options: argparse.Namespace) -> None:
    from .site import pages

    pages(profile, options.jobs)


def _course(profile: Profile, options: argparse.Namespace) -> None:
    from .assembly import course

    course(profile)


def _html(profile: Profile, options: argparse.Namespace) -> None:
    from .assembly import assemble

    assemble(profile)
    index = profile.html / "index.html"
    kind = "private edition" if profile.private else "book"
    say(f"The {kind} is ready: open {shown(index)}\n{index.as_uri()}")


def _pdf(profile: Profile, options: argparse.Namespace) -> None:
    from .export import write_pdf

    with _timed(shown(profile.export("pdf"))):
        write_pdf(profile.html, profile.export("pdf"))


def _epub(profile: Profile, options: argparse.Namespace) -> None:
    from .export import write_epub

    with _timed(shown(profile.export("epub"))):
        write_epub(profile.html, profile.export("epub"))


def _zip(profile: Profile, options: argparse.Namespace) -> None:
    from .offline import write_offline, write_python

    made = {"The whole book": write_offline(profile), "Python for its pages": write_python(profile)}
    for what, path in made.items():
        if path:
            say(f"{what} as one file: {shown(path)} ({path.stat().st_size / 1e6:.0f} MB)")


def _lab(profile: Profile, options: argparse.Namespace) -> None:
    from ..course.material import FOLDER
    from .launch import open_lab

    made = profile.html / FOLDER / "fellows"
    for name in options.names:
        open_lab(made, ROOT / "lab", name)


def _compare(profile: Profile, options: argparse.Namespace) -> None:
    from .compared import TOLERANCE, between, by_chapter, check_same

    if len(options.names) != 1:
        raise BuildError("compare: expected the folder build/public of one other build")
    compared = between(Path(options.names[0]), profile.folder)
    say(by_chapter(compared).to_string())
    check_same(compared)
    say(f"No words differ, and no number by more than {TOLERANCE:g} of itself.")


STEPS = {
    "derive": _derive,
    "check-data": _check_data,
    "checksums": _checksums,
    "compile": _compile,
    "twin": _twin,
    "pool": _pool,
    "execute": _execute,
    "compute": _compute,
    "api": _api,
    "patients": _patients,
    "sheets": _sheets,
    "models": _models,
    "runtime": _runtime,
    "webr": _webr,
    "pages": _pages,
    "course": _course,
    "html": _html,
    "pdf": _pdf,
    "epub": _epub,
    "zip": _zip,
    "lab": _lab,
    "compare": _compare,
}


def main(arguments: list[str] | None = None) -> int:
    """Run one step from the command line; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m rescat.book.build", description=__doc__)
    parser.add_argument("step", choices=STEPS)
    parser.add_argument("names", nargs="*", help="notebooks or pages; all if none is given")
    parser.add_argument(
        "--jobs", type=int, default=os.cpu_count() or 1, help="processes that make pages"
    )
    parser.add_argument("--data", help="folder of your own data, for the private edition")
    options = parser.parse_args(arguments)
    os.environ.update(STEADY)
    warnings.simplefilter("ignore", RescatWarning)  # pages say what a fit lacks beside its figures
    try:
        profile = edition(options.data)
        profile.prepare()
        os.chdir(ROOT)
        STEPS[options.step](profile, options)
    except RescatError as error:
        say(f"\n{error}\n", error=True)
        return 1
    except KeyboardInterrupt:  # who stopped it knows; dodo.py says one line
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
