"""What every page shows, computed in the page, beside what the book shows.

    .venv/bin/python benchmarks/in_page.py [chapters/05_random_slopes ...]

Run it after `make book`, with Chromium installed; it takes about four minutes. It starts Python in
a page (build/runtime), runs the cells of each executed notebook there, and compares each number
that its text names, each table, and the data of each figure. It prints a row for each chapter and
writes build/benchmarks/in_page.csv with a row for each of them, and build/benchmarks/in_page.json
with seconds and memory. With --keep it writes the table that book/reproduce.md shows,
book/in-page.csv.
"""

import argparse
import functools
import http.server
import json
import threading
import time

import pandas as pd
from playwright.sync_api import sync_playwright

from rescat.base.files import BOOK, BUILD, write_whole
from rescat.book.compared import by_chapter, compare
from rescat.book.edition import PUBLIC
from rescat.book.export import chromium
from rescat.book.runtime import RUNTIME

OUT = BUILD / "benchmarks"
KEPT = BOOK / "in-page.csv"
HEADINGS = {
    "text": "Numbers and words of the text",
    "text_same": "Of these the same",
    "table": "Tables, captions and sentences",
    "table_same": "Of these the same",
    "figure": "Data of figures",
    "figure_same": "Of these the same",
    "largest": "Largest relative difference",
}
PAGE = b'<!doctype html><meta charset="utf-8"><script src="runtime.js"></script>'


class Handler(http.server.SimpleHTTPRequestHandler):
    """The files of Python, and a page that loads them."""

    def do_GET(self):
        """Answer with the page at the root, and else with a file."""
        if self.path != "/":
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_):
        """Say nothing."""


def shown(chapters: pd.DataFrame) -> str:
    """The table of the book, as CSV: largest differences with one digit."""
    table = chapters.assign(largest=[f"{gap:.0e}" if gap else "0" for gap in chapters["largest"]])
    return table.rename(columns=HEADINGS).rename_axis("Chapter").to_csv(lineterminator="\n")


def main() -> None:
    """Run the pages that were asked for, and say how much of them is the same."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", help="such as chapters/05_random_slopes; all if none")
    parser.add_argument("--keep", action="store_true", help="write the table of the book too")
    options = parser.parse_args()
    pages = options.pages
    paths = [PUBLIC.source / f"{page}.ipynb" for page in pages]
    kinds = ("chapters", "markers", "exercises")
    paths = paths or [p for kind in kinds for p in sorted((PUBLIC.source / kind).glob("*.ipynb"))]
    handler = functools.partial(Handler, directory=RUNTIME)
    with (
        http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server,
        sync_playwright() as p,
    ):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        program = chromium(p.chromium.executable_path)
        browser = p.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page()
        page.set_default_timeout(600_000)
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        began = time.monotonic()
        page.evaluate("rescatRuntime.start().then(() => null)")
        known = {"bytes": page.evaluate("rescatRuntime.size"), "start": time.monotonic() - began}
        memory = []

        def run(code):
            found = page.evaluate("(code) => rescatRuntime.run(code)", code)
            memory.append(found["memory"])
            return found

        began = time.monotonic()
        table = compare(paths, run)
        known |= {"cells": time.monotonic() - began, "memory": max(memory)}
        browser.close()
        server.shutdown()
    OUT.mkdir(parents=True, exist_ok=True)
    table.to_csv(OUT / "in_page.csv", index=False)
    write_whole(OUT / "in_page.json", json.dumps(known, indent=1) + "\n")
    chapters = by_chapter(table)
    if options.keep:
        write_whole(KEPT, shown(chapters))
    print(chapters.to_string())
    print(
        f"{known['bytes'] / 1e6:.1f} MB loaded, started in {known['start']:.1f} s, "
        f"{len(memory)} cells in {known['cells']:.0f} s, {known['memory'] / 1e6:.0f} MB of memory"
    )


if __name__ == "__main__":
    main()
