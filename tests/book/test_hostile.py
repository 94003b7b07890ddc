"""A private edition made from tables that try to run something: they are shown, and nothing runs.

Two editions of one made-up trial are built, with hostile names and with harmless ones. They must
have the same pages with the same elements; only the text differs.
"""

import re
import subprocess
from collections import Counter

import hostile
import pytest
from bs4 import BeautifulSoup
from shared import ROOT, Loaded, Repository, copy_repository

from rescat.base.files import digest
from rescat.data.marker_names import marker_name, page_name

pytestmark = pytest.mark.book

# Attributes that repeat a name as text; every other one must be the same from harmless names.
SPOKEN = {"alt", "aria-label", "download", "title", "href", "id", "content", "data-label"}
SPOKEN |= {"data-name", "data-settings", "data-values", "src"}
# Of tables: headings as text of a style, and how much room the words of the cells need.
MEASURED = {"data-fit", "style"}
# Of a page: whether one of them needs its whole width.
HOLDS = "data-holds"
LAID_OUT = re.compile(
    r"(--(c\d+:'([\w .,%()/+]|\\[0-9a-f]+ )*'|a\d+:var\(--end\)|o\d+:anywhere"
    r"|b\d+:var\(--whole\)|g\d+:1/-1|w\d+:\d+%);?)*"
)


def files_of(repository: Repository) -> dict:
    """Every file outside ``build`` with its content, caches of Python aside."""
    return {
        path: digest(path)
        for path in repository.root.rglob("*")
        if path.is_file()
        and not {"build", "__pycache__"} & set(path.relative_to(repository.root).parts)
    }


@pytest.fixture(scope="module")
def editions(tmp_path_factory):
    """The two editions, in one copy of the repository: a folder of pages each."""
    place = tmp_path_factory.mktemp("hostile")
    repository = copy_repository(place / "repository")
    found, there = {}, files_of(repository)
    for kind in ("hostile", "harmless"):
        folder = hostile.write(place / kind, ROOT / "data" / "published", hostile=kind == "hostile")
        before = set(repository.root.glob("build/private-*"))
        done = repository.run("doit", "book", f"data={folder}")
        assert done.returncode == 0, done.stdout
        [edition] = set(repository.root.glob("build/private-*")) - before
        found[kind] = edition / "html"
    assert files_of(repository) == there, "something was written outside the editions"
    return place, repository, found


def page_of(marker: str) -> str:
    return f"markers/{page_name(marker_name(marker) or marker)}.html"


@pytest.fixture(scope="module")
def pairs(editions) -> dict:
    """Each page of the hostile edition and its counterpart, parsed."""
    _, _, found = editions
    names = {page_of(odd): page_of(plain) for odd, plain in hostile.MARKERS.items()}
    made, wanted = (
        {path.relative_to(folder).as_posix() for path in folder.rglob("*.html")}
        for folder in (found["hostile"], found["harmless"])
    )
    assert {names.get(name, name) for name in made} == wanted
    assert len(names) == len(hostile.MARKERS)
    return {
        name: tuple(
            BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
            for path in (found["hostile"] / name, found["harmless"] / names.get(name, name))
        )
        for name in made
    }


def in_figure(tag) -> bool:
    """Whether a tag is a part of a picture, where names of other widths have other places."""
    return tag.find_parent("figure", class_="fig") is not None and (
        tag.name == "svg" or tag.find_parent("svg") is not None
    )


def elements(soup: BeautifulSoup) -> Counter:
    """How often there is each element with which attributes; of pictures, which there are."""
    found = Counter(
        (tag.name, tuple(sorted(set(tag.attrs) - {HOLDS})))
        for tag in soup.find_all(True)
        if not in_figure(tag)
    )
    drawn = [tag for tag in soup.find_all(True) if in_figure(tag)]
    named = {("drawn", tag.name) for tag in drawn}
    return found + Counter(named | {("drawn", *pair) for tag in drawn for pair in tag.attrs.items()
                                    if pair[0].startswith("on")})  # fmt: skip


def attributes(soup: BeautifulSoup) -> Counter:
    return Counter(
        (tag.name, name, " ".join(value) if isinstance(value, list) else value)
        for tag in soup.find_all(True)
        if not in_figure(tag)
        for name, value in tag.attrs.items()
        if name not in {*SPOKEN, HOLDS} and not (tag.name == "table" and name in MEASURED)
    )


def test_the_real_chapters_on_another_trial(editions):
    """Other groups, days, markers and units; a marker that cannot be modelled has a page too."""
    _, _, found = editions
    pages = {
        path.relative_to(found["harmless"]).as_posix(): path.read_text(encoding="utf-8")
        for path in found["harmless"].rglob("*.html")
    }
    chapters = [n for n in pages if n.startswith("chapters/")]
    assert "chapters/02_manufacturing.html" not in chapters
    assert {"chapters/01_cohort.html", "chapters/07_neuromarkers.html"} <= set(chapters)
    home = pages["index.html"]  # the list that `check` prints
    assert "left out, because it is about the paper alone" in home
    assert "made, without the model: the control group" in home
    only_treated = page_of("Only treated")
    own = {f"markers/{n}.html" for n in ("IL6", "NFL", "TNFa", "Novelin", "IL-2", "IL10")}
    harmless = {page_of(plain) for plain in hostile.MARKERS.values()}
    markers = own | harmless | {only_treated}
    assert {n for n in pages if n.startswith("markers/")} == markers
    for name in [*chapters, *markers]:
        assert "PRIVATE: your own data" in pages[name], name
        assert "could not be made of these data" not in pages[name], name
        assert "paper against recomputed" not in pages[name], name
        assert "Ledger: data/published/claims.csv" not in pages[name], name
    assert "the control group of column treated has 0\xa0patients" in pages[only_treated]
    all_below = {"markers/IL-2.html", page_of("Marker nine")}
    for name in markers:  # no heading without what it announces
        whole = name not in {only_treated, *all_below}
        assert ("One patient out" in pages[name]) == whole, name


def test_every_page_has_the_elements_that_harmless_names_give(pairs):
    for name, (odd, plain) in pairs.items():
        assert elements(odd) == elements(plain), name
        assert attributes(odd) == attributes(plain), name


def test_the_style_of_a_table_is_its_headings_and_sides(pairs):
    for name, (odd, _) in pairs.items():
        for table in odd.select("table.tabular"):
            assert LAID_OUT.fullmatch(table["style"]), name
            assert table["data-fit"] in set("0123456"), name


def test_no_address_comes_from_data(pairs):
    places = {page_of(marker).removeprefix("markers/") for marker in hostile.MARKERS}
    places |= {place.replace(".html", ".ipynb") for place in places}
    for name, (odd, plain) in pairs.items():
        for attribute in ("href", "src", "action", "data", "poster"):
            values = [tag[attribute] for tag in odd.find_all(attrs={attribute: True})]
            for value in values:
                if value.startswith(("data:text/csv;", "#")):  # numbers to be saved; this page
                    continue
                assert not value.strip().lower().startswith(("javascript:", "vbscript:")), name
                assert hostile.HOST not in value or value.split("/")[-1] in places, name
            outside = [v for v in values if v.startswith(("http:", "https:", "//", "file:", "/"))]
            known = {tag[attribute] for tag in plain.find_all(attrs={attribute: True})}
            assert set(outside) <= known, name


def plain(text: str) -> str:
    """Text without the blanks that keep a number with its unit."""
    return text.replace("\xa0", " ")


def test_every_name_is_shown_as_it_is(pairs):
    index, _ = pairs["chapters/08_markers.html"]
    links = index.select("table:has(#tab-marker-index) tbody a")
    shown = [plain(tag.get_text()) for tag in links]
    own = {"IL6", "NFL", "TNFα", "Novelin", "IL-2", "IL10", "Only treated"}  # of the made-up trial
    assert set(shown) == {marker_name(name) or name for name in hostile.MARKERS} | own
    for name in hostile.MARKERS:
        page, _ = pairs[page_of(name)]
        title = marker_name(name) or name
        heading = page.select_one("article h1").find(string=True, recursive=False)
        assert plain(page.h1.get_text()).strip() == plain(heading) == title
        assert plain(page.title.get_text()).startswith(title)
    home, _ = pairs["index.html"]
    assert hostile.FOLDER in plain(home.select_one(".admonition strong").get_text())
    cohort, safety = (
        plain(pairs[f"chapters/{n}.html"][0].get_text()) for n in ("01_cohort", "03_safety")
    )
    assert hostile.TERM in safety
    assert all(patient in cohort + safety for patient in hostile.PATIENTS.values())


def test_nothing_ran_and_nothing_was_written_elsewhere(editions):
    place, repository, found = editions
    assert not list(place.rglob(f"*{hostile.TRACE}")), "a name ran in a shell"
    assert not [p for p in ROOT.iterdir() if p.name == hostile.TRACE]
    subprocess.run(["git", "init", "-q"], cwd=repository.root, check=True)
    subprocess.run(["git", "add", "."], cwd=repository.root, check=True)
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=repository.root, check=True, capture_output=True, text=True
    ).stdout
    assert "private-" not in tracked
    assert hostile.HOST not in "".join(
        p.read_text(encoding="utf-8") for p in repository.root.glob("book/**/*.md")
    )
    names = {p.name for p in repository.root.glob("build/*")} - {".lock"}  # of rescat.book.turns
    assert names - {"models"} == {folder.parent.name for folder in found.values()}


def test_no_page_quotes_a_file_of_the_machine(pairs):
    for name, (odd, _) in pairs.items():
        assert "root:x:0" not in odd.get_text(), name


@pytest.mark.browser
def test_no_script_from_data_runs(editions, chromium):
    """Each page is opened, and searched for; the traps of the names would be seen."""
    _, _, found = editions
    pages = [
        path
        for path in sorted(found["hostile"].rglob("*.html"))
        if "_static" not in path.relative_to(found["hostile"]).parts
    ]
    search = (found["hostile"] / "search.html").as_uri()
    addresses = [path.as_uri() for path in pages]
    addresses += [f"{search}?q={word}" for word in ("svg", "img", "script", "click", "href")]
    page = chromium.new_page()
    seen = []
    page.on("request", lambda r: seen.append(r.url) if r.url.startswith("http") else None)
    page.on("dialog", lambda dialog: seen.append(dialog.message) or dialog.dismiss())
    page.on("console", lambda m: seen.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: seen.append(str(error)))
    for address in addresses:
        page.goto(address)
        if "?q=" in address:
            page.wait_for_selector("#search-results li")
        state = page.evaluate(
            """(property) => [
                window[property],
                document.querySelectorAll(
                    "svg[onload], img[onerror], b[onclick], a[href^=javascript], math a"
                ).length,
            ]""",
            hostile.PROPERTY,
        )
        assert state == [None, 0], address
        assert seen == [], address
    page.close()


def test_a_template_in_a_hand_written_page_is_text(tmp_path):
    """The lexer knows names of facts alone; another name stops the build."""
    with Loaded(copy_repository(tmp_path / "repository").root) as repository:
        repository.clear()
        (repository.root / "_toc.yml").write_text("format: jb-book\nroot: index\n")
        trap = '{{ lipsum.__globals__["os"].system("touch ran") }} {% if 1 %}'
        text = f"# Page\n\n{{{{ n_patients }}}} · {trap}\n"
        (repository.root / "book" / "index.md").write_text(text, encoding="utf-8")
        repository.build()
        page = (repository.html / "index.html").read_text(encoding="utf-8")
        assert "17 · {{ lipsum." in BeautifulSoup(page, "html.parser").get_text()
        assert not (repository.root / "ran").exists()
        with (repository.root / "book" / "index.md").open("a", encoding="utf-8") as file:
            file.write("\n{{ no_such_fact }}\n")
        assert "no_such_fact }}: there is no such fact" in repository.fail()
