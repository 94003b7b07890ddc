"""What Sphinx does again when some pages changed, so that the book is what a new build would give.

Sphinx reads again the pages that changed, and writes these. But a page also shows of others: their
titles in the contents, the words of links to them, the numbers of references, definitions of the
glossary. When anything of that changed, every page is written again. What pages that are gone have
left is removed.
"""

import hashlib
from pathlib import Path

from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util.index_entries import split_index_msg

from ..course.glossary import definitions

__all__ = ["setup"]


def shown_elsewhere(env) -> str:
    """A digest of all that a page may show of other pages."""
    data = env.domaindata
    cited = data["cite"]["citations"]
    parts = [
        {page: title.pformat() for page, title in env.titles.items()},
        {page: contents.pformat() for page, contents in env.tocs.items()},
        env.toctree_includes,
        env.rescat_definitions,
        *(data["std"][name] for name in ("labels", "anonlabels", "objects", "terms")),
        data["py"]["objects"],
        data["math"]["objects"],
        {found.key: (found.citation_id, found.formatted_entry.label) for found in cited},
    ]
    written = repr([sorted(part.items(), key=repr) for part in parts])
    return hashlib.sha256(written.encode()).hexdigest()


def written_again(app, env) -> list[str]:
    """Every page, if anything of a page changed that others show; at least the first page.

    With nothing to write Sphinx would also leave out its last part: styles, search, index.
    """
    has_glossary = "glossary" in env.all_docs
    env.rescat_definitions = definitions(env.get_doctree("glossary")) if has_glossary else {}
    now = shown_elsewhere(env)
    before, env.rescat_shown_elsewhere = getattr(env, "rescat_shown_elsewhere", now), now
    return [app.config.root_doc] if before == now else sorted(env.found_docs)


class Pages(StandaloneHTMLBuilder):
    """Sphinx's own builder, whose search keeps the entries of pages that are not written again."""

    def load_indexer(self, docnames) -> None:
        """Load the index of the search as a new build would have it.

        Sphinx leaves out the entries of the index, and keeps words that no page has any more.
        """
        super().load_indexer(docnames)
        for words in (self.indexer._mapping, self.indexer._title_mapping):
            for word in [word for word, pages in words.items() if not pages]:
                del words[word]
        domain = self.env.get_domain("index")
        entries = self.indexer._index_entries
        for page in sorted(self.env.all_docs):  # in the order of a new build
            entries[page] = sorted(_entries(domain.entries.get(page, [])))


def _entries(listed: list) -> set[tuple[str, str, str]]:
    """What Sphinx's search takes from the index entries of a page (sphinx.search, ``feed``)."""
    found = set()
    for kind, value, target, main, _ in listed:
        try:
            parts = split_index_msg(kind, value)
        except ValueError:
            continue
        if kind in {"see", "seealso"}:
            parts = [parts[0], *parts]
        found |= {(part, target or "", main) for part in parts}
    return found


def note_page(app, page, template, context, doctree) -> None:
    """Remember each page that is written without a source: the search, the index."""
    app.rescat_written.add(page)


def remove_the_rest(app, error) -> None:
    """Remove what no page of this book is made of any more."""
    if error is not None:
        return
    env, builder = app.env, app.builder
    out = Path(app.outdir)
    pages = {Path(builder.get_outfilename(page)) for page in app.rescat_written | set(env.all_docs)}
    sources = {out / "_sources" / _source(env, app.config, page) for page in env.all_docs}
    images = {out / "_images" / name for _, name in env.images.values()}
    drawn = {Path(app.srcdir, path).resolve() for path in env.images}
    for folder, kept in (
        (out / "_sources", sources),
        (out / "_images", images),
        (out.parent / "jupyter_execute", drawn),
    ):
        _keep_only(kept, folder.rglob("*"))
    own = (path for path in out.rglob("*.html") if out / "_static" not in path.parents)
    _keep_only(pages, own)


def _source(env, config, page: str) -> str:
    name = env.doc2path(page, base=False)
    suffix = config.html_sourcelink_suffix
    return name if name.endswith(suffix) else name + suffix


def _keep_only(kept: set[Path], found) -> None:
    for path in [path for path in found if path.is_file() and path not in kept]:
        path.unlink()


def allow_parallel_reading(app) -> None:
    """Say for an extension that says nothing: it numbers parts, after reading, and we have none."""
    app.extensions["sphinx_multitoc_numbering"].parallel_read_safe = True


def setup(app) -> None:
    """Register with Sphinx."""
    app.connect("builder-inited", allow_parallel_reading)
    app.rescat_written = set()
    app.add_builder(Pages, override=True)
    app.connect("env-get-updated", written_again)
    app.connect("html-page-context", note_page)
    app.connect("build-finished", remove_the_rest)
