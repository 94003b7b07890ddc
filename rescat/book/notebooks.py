"""Notebooks: made from their source, and executed into pages."""

import hashlib
import json
import re
from pathlib import Path

from ..base.errors import DataError, ModelError, OriginError
from ..base.files import NOTEBOOKS, ROOT, BuildError, shown, write_whole
from ..base.inert import Markdown, of_project, say
from ..base.origin import ORIGINS
from ..course.chapter import Chapter, fill_in, ledger_section, read_chapter
from ..course.check import EXERCISE_TYPE
from ..course.tags import ABSENT, INVENTED, MODEL, SOLUTION, STUB
from ..course.versions import tasks
from .edition import Page, Profile, chapters, remembered_pages
from .forks import is_copy
from .reads import reads_of

__all__ = ["derive", "execute", "stopped_pages"]


def derive(name: str, folder: Path = NOTEBOOKS) -> bool:
    """Make a notebook from its source: ``NN_topic.py`` to ``NN_topic.ipynb`` beside it.

    What a source names in braces, such as ``{{ answer }}``, is put in its place
    (:mod:`rescat.course.chapter`).

    The result depends on the source alone, never on the notebook that is there: jupytext gives
    each cell a random id, replaced here by one made from what the cell says.

    Parameters
    ----------
    name
        The notebook, without its suffix: ``01_cohort``, ``exercises/01_cohort``.
    folder
        What stands for ``notebooks/``.

    Returns
    -------
    bool
        Whether the notebook changed.

    Raises
    ------
    BuildError
        When the source is not one that papermill can run, or a chapter does not lead to its
        exercises.
    DataError
        When a chapter lacks a piece of its header, or its text does not show it.
    """
    import jupytext

    source = folder / f"{name}.py"
    chapter = _chapter_of(name, folder)
    notebook = jupytext.read(source)
    if notebook.metadata.get("kernelspec", {}).get("language") != "python":
        raise BuildError(
            f"{shown(source)}: its header has no `language: python` below `kernelspec:`, "
            "without which papermill cannot run it."
        )
    if not any("parameters" in cell.metadata.get("tags", []) for cell in notebook.cells):
        raise BuildError(
            f"{shown(source)}: no cell has the tag `parameters`; "
            'it begins with `# %% tags=["parameters"]` and sets at least data_dir.'
        )
    _hold_link(notebook, name, folder)
    fill_in(notebook, *_parts(notebook, name, chapter), f"notebooks/{name}.py")
    # Else Jupyter would write what is made here back into the source.
    notebook.metadata.pop("jupytext", None)
    seen: dict[str, int] = {}
    for cell in notebook.cells:
        mark = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]
        seen[mark] = seen.get(mark, 0) + 1
        cell["id"] = mark if seen[mark] == 1 else f"{mark}-{seen[mark]}"
    text = jupytext.writes(notebook, fmt="ipynb")
    return write_whole(folder / f"{name}.ipynb", text.rstrip("\n") + "\n")


def _chapter_of(name: str, folder: Path) -> Chapter | None:
    """The chapter that a notebook is, or whose exercises it has."""
    of_exercises, _, topic = name.rpartition("/")
    return read_chapter(topic, folder) if of_exercises or topic in chapters(folder) else None


def _parts(notebook, name: str, chapter: Chapter | None) -> tuple[dict[str, str], dict[str, list]]:
    """What stands in place of the names in braces of a source: texts, and sections of cells."""
    import jupytext

    if chapter is None:
        return {}, {}
    if name != chapter.name:
        minutes = sum(task.minutes for task in tasks(notebook, chapter.name))
        return {"chapter": chapter.title, "minutes": str(minutes)}, {}
    cells = jupytext.reads(ledger_section(chapter), fmt="py:percent").cells
    return chapter.texts, {} if chapter.ledger is None else {"ledger": cells}


def _hold_link(notebook, name: str, folder: Path) -> None:
    """Refuse a chapter that does not lead to its exercises."""
    link = f"](exercises/{name}.ipynb)"
    linked = any(link in cell.source for cell in notebook.cells)
    if (folder / "exercises" / f"{name}.py").is_file() and not linked:
        raise BuildError(
            f"notebooks/{name}.py: nothing leads to its exercises. Write a link in its text: "
            f"[exercises of this chapter{link}"
        )


def execute(profile: Profile, page: Page) -> None:
    """Run a notebook with the parameters of a page and put the result among the sources.

    Raises
    ------
    BuildError
        When a cell fails, writes to standard error, draws in a way that the book's rules
        exclude, or shows private data in the public book. The page made before stays as it was.
    """
    import nbformat
    import papermill

    from .kernels import copied_kernel

    kernel = {"kernel_manager_class": copied_kernel()} if is_copy() else {}
    place = f"notebooks/{page.notebook}.ipynb"
    notebook = _prepared(nbformat.read(ROOT / place, as_version=4), profile, page)
    try:
        notebook = papermill.execute_notebook(
            notebook,
            None,
            parameters={"data_dir": profile.data_dir, **page.parameters},
            cwd=".",
            progress_bar=False,
            **kernel,
            extra_arguments=[
                # Else each kernel remarks on its own sockets and on being stopped.
                "--IPKernelApp.log_level=CRITICAL",
                # Names in the parameters would be kept in the user's history of commands.
                "--HistoryManager.enabled=False",
                f"--IPKernelApp.exec_lines={_first_line(profile, page)}",
            ],
        )
        if profile.private:
            notebook = _quiet(notebook, profile, page)
        notebook = _cleaned(notebook, place)
    except (papermill.PapermillExecutionError, BuildError) as error:
        said = error if isinstance(error, BuildError) else BuildError(_explain(place, error))
        if not profile.private:
            raise said from error
        path = _keep_said(profile, page, f"{said}\n")
        say(
            f"{page.name} could not be made, and the edition goes on without it. Why: {path}",
            error=True,
        )
        notebook = _not_made(notebook, _reason(error))
    text = nbformat.writes(notebook) + "\n"
    if not profile.private and ("origin-private" in text or ORIGINS["private"] in text):
        raise BuildError(
            f"{place} shows private data, which the public book must not have. For an edition of "
            "your own: make book DATA=folder"
        )
    write_whole(profile.target(page), text)


def _first_line(profile: Profile, page: Page) -> str:
    """What the kernel does before anything else."""
    places = [reads_of(profile, page), ROOT / "data", ROOT / profile.data_dir]
    listed = ", ".join(repr(str(place)) for place in places)
    return (
        # A fit says in its own output what these warnings say.
        "__import__('warnings').simplefilter('ignore', __import__('rescat').RescatWarning); "
        f"__import__('rescat.book.reads', fromlist=['reads']).note_reads({listed})"
    )


def _prepared(notebook, profile: Profile, page: Page):
    """Leave out what an edition or a page does not have; lead to pages; name that of a marker."""
    absent = ABSENT["private" if profile.private else "public"]
    notebook.cells = [c for c in notebook.cells if not absent & set(c.metadata.get("tags", []))]
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            text = re.sub(r"\]\(exercises/(\w+)\.ipynb\)", r"](../exercises/\1)", cell.source)
            cell.source = re.sub(r"\]\(\.\./(\w+)\.ipynb\)", r"](../chapters/\1)", text)
    if page.marker is not None:
        first = notebook.cells[0]
        title = f"# {Markdown.escape(page.marker)}"
        first.source = re.sub(r"^# .*$", lambda _: title, first.source, count=1, flags=re.M)
    return notebook


def _without_empty_parts(cells: list) -> list:
    """Leave out the part on the model, or on invented data, where no cell of it shows anything."""
    for tag in (MODEL, INVENTED):
        part = [cell for cell in cells if tag in cell.metadata.get("tags", [])]
        if not any(cell.get("outputs") for cell in part):
            cells = [cell for cell in cells if cell not in part]
    return cells


def _keep_said(profile: Profile, page: Page, text: str) -> str:
    """Keep what a notebook said of own data with the edition; return where.

    It may hold values of patients, and what a terminal shows is kept in logs.
    """
    path = profile.folder / "said" / f"{page.name}.txt"
    write_whole(path, text)
    return shown(path)


def _quiet(notebook, profile: Profile, page: Page):
    """Keep what cells wrote to standard error, and take it out of the page."""
    lines = []
    for number, cell in enumerate(notebook.cells):
        spoken = [out for out in cell.get("outputs", []) if out.get("name") == "stderr"]
        if spoken:
            lines.append(f"cell {number}: {''.join(out.text for out in spoken)}")
            cell.outputs = [out for out in cell.outputs if out not in spoken]
    if lines:
        path = _keep_said(profile, page, "\n".join(lines))
        say(f"{page.name} wrote to standard error: {path}", error=True)
    return notebook


_STOPPED = "rescat_stopped"  # in the metadata of a page that could not be made: why


def _not_made(notebook, reason: str):
    """The page that stands where data did not allow a page: its title, and why."""
    import nbformat.v4

    title = notebook.cells[0].source.split("\n")[0]
    box = Markdown("{}\n\n```{{admonition}} Not made\n:class: warning\n{}\n```")
    told = Markdown("This page could not be made of these data: {}").format(reason)
    cell = nbformat.v4.new_markdown_cell(str(box.format(of_project(title), told)), id="not-made")
    kernel = notebook.metadata["kernelspec"]
    return nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": kernel, _STOPPED: reason})


def _reason(error: Exception) -> str:
    """Why a page could not be made, in a line."""
    if isinstance(error, BuildError):
        return "it would break a rule of the book; the terminal names the file that says which"
    return f"{error.ename}: {error.evalue}".split("\n")[0]


def stopped_pages(profile: Profile) -> dict[str, str]:
    """The pages of a private edition that could not be made, chapter or marker, and why."""
    found = {}
    for page in remembered_pages(profile):
        text = profile.target(page).read_text(encoding="utf-8")
        if f'"{_STOPPED}"' in text:
            found[page.marker or page.name] = json.loads(text)["metadata"][_STOPPED]
    return found


def _explain(place: str, error) -> str:
    """Say which cell failed and how; of unusable data, only the message."""
    if error.ename in {kind.__name__ for kind in (DataError, ModelError, OriginError)}:
        return f"{place} stopped: {error.evalue}"
    from papermill.exceptions import strip_color

    trace = strip_color("\n".join(error.traceback))
    return f"{place} failed in this cell:\n\n{error.source}\n\n{trace}"


def _cleaned(notebook, place: str):
    """Take out what differs from run to run, and hand each figure's alt text to Sphinx."""
    notebook.metadata.pop("papermill", None)
    number = 0  # as in the notebook that people open, which has no injected cell
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        tags = cell.metadata.get("tags", [])
        if "injected-parameters" in tags:
            cell["id"] = "injected-parameters"
            cell.metadata["tags"] = [*tags, "remove-cell"]
            continue
        number += 1
        if {STUB, SOLUTION} & set(tags):
            _teach(cell, f"{place}, cell {number}")
        if cell.cell_type == "code":
            cell.outputs = _joined(cell.outputs)
            _check_outputs(cell, f"{place}, cell {number}")
            for output in cell.outputs:
                for kind, content in output.get("data", {}).items():
                    if kind.endswith("text/plain"):  # <object at 0x7f…>
                        output.data[kind] = re.sub(r" at 0x[0-9a-f]+", "", content)
    notebook.cells = _without_empty_parts(notebook.cells)
    return notebook


def _joined(outputs: list) -> list:
    """Outputs with what was printed in one piece: a kernel sends it in pieces that vary."""
    joined = []
    for output in outputs:
        last = joined[-1] if joined else {}
        if output.output_type == "stream" and last.get("name") == output.name:
            last.text += output.text
        else:
            joined.append(output)
    return joined


def _teach(cell, place: str) -> None:
    """Hold stub and solution to what their checks report, and fold the solution."""
    stub = STUB in cell.metadata["tags"]
    if cell.cell_type == "markdown":
        cell.source = f"````{{dropdown}} Show the solution\n{cell.source}\n````"
        return
    reports = [out.data for out in cell.outputs if EXERCISE_TYPE in out.get("data", {})]
    outcomes = [report.pop(EXERCISE_TYPE)["outcome"] for report in reports]  # not for the page
    outcome = "blank" if stub else "right"
    if outcomes != [outcome]:
        said = "; ".join(report["text/plain"] for report in reports)
        raise BuildError(
            f"{place}: the {'stub' if stub else 'solution'} of an exercise reported "
            f"{said or 'nothing'!r}; expected one check, with the outcome {outcome!r}. The answer "
            "is computed in rescat/course/answers."
        )
    if not stub:
        cell.metadata["tags"] = [*cell.metadata["tags"], "hide-cell"]
        cell.metadata.setdefault("mystnb", {})["code_prompt_show"] = "Show the solution"
        cell.metadata["mystnb"]["code_prompt_hide"] = "Hide the solution"


def _check_outputs(cell, place: str) -> None:
    """Hold a cell to the book's rules: silent, at most one figure, and that one with alt text."""
    spoken = [out.text for out in cell.outputs if out.get("name") == "stderr"]
    if spoken:
        raise BuildError(
            f"{place} wrote to standard error, which a reader would see as a red box; "
            f"mend the cause:\n\n{''.join(spoken)}"
        )
    figures = [
        (kind, out.metadata)
        for out in cell.outputs
        for kind in out.get("data", {})
        if kind.startswith("image/")
    ]
    drawn = sum(
        "".join(out.get("data", {}).get("text/html", "")).count('class="fig-number"')
        for out in cell.outputs
    )
    if len(figures) + drawn > 1:
        raise BuildError(
            f"{place} has {len(figures) + drawn} images; draw one figure a cell, so that each "
            "has its "
            "own alternative text."
        )
    for kind, metadata in figures:
        alt = metadata.get(kind, {}).get("alt", "").strip()
        if not alt:
            raise BuildError(
                f"{place} has a figure without alternative text: display it with "
                f'metadata={{"{kind}": {{"alt": "what it shows"}}}}.'
            )
        # myst-nb reads the alternative text from the cell, not from the output.
        cell.metadata.setdefault("mystnb", {})["image"] = {"alt": alt}
