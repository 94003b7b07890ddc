"""What a page of the built book costs a reader's browser, beside the same page of another copy.

    .venv/bin/python benchmarks/pages.py [other] [--rounds 5] [--pages index.html,paper.html]

`other` is another built book (a folder `build/html`). Each page is opened in Chromium from the
disk, the two copies in turn. What is measured is time of the processor of the page's main thread,
which a busy machine changes little, times 4, as on a slow telephone:

- first paint: all that it did before something was to be seen;
- blocking: of each task after that, what is above 50 ms;
- shift: Chromium's layout shift, without unit (below 0.1 counts as good);
- weight: the page and all that it loads, in kB, not packed.

Printed is the median over the rounds, and the ratio to the other copy.
"""

import argparse
import json
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

from rescat.book.export import chromium

ROOT = Path(__file__).resolve().parent.parent
PAGES = [
    "index.html",
    "summary.html",
    "paper.html",
    *(f"chapters/{name}.html" for name in (
        "01_cohort", "03_safety", "05_random_slopes", "06_cytokines", "07_neuromarkers", "10_ledger"
    )),
    "markers/NFL.html",
    "patients/7.html",
    "evidence.html",
]  # fmt: skip
SLOWER = 4
LONG = 50  # ms
TRACED = ["devtools.timeline", "disabled-by-default-devtools.timeline", "toplevel", "loading"]
SHIFTS = """window.shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({type: "layout-shift", buffered: true});"""


def measured(browser, address: str) -> dict[str, float]:
    """What one visit of a page costs."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.add_init_script(SHIFTS)
    weight = []
    page.on("requestfinished", lambda request: weight.append(request.response().body()))
    browser.start_tracing(page=page, categories=TRACED)
    page.goto(address, wait_until="load")
    page.wait_for_timeout(1500)
    events = json.loads(browser.stop_tracing())["traceEvents"]
    shift = page.evaluate("window.shift")
    page.close()
    painted = [event for event in events if event["name"] == "firstContentfulPaint"][-1]
    main = painted["pid"], painted["tid"]
    tasks = [
        (event["ts"] + event["dur"] > painted["ts"], SLOWER * event.get("tdur", 0) / 1000)
        for event in events
        if event["name"] == "RunTask" and "dur" in event and (event["pid"], event["tid"]) == main
    ]
    return {
        "first paint, ms": sum(cost for after, cost in tasks if not after),
        "blocking, ms": sum(max(0, cost - LONG) for after, cost in tasks if after),
        "shift": shift,
        "weight, kB": sum(map(len, weight)) / 1000,
    }


def main() -> None:
    """Measure each page, and print a line for it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("other", nargs="?", type=Path, help="another build/html")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pages", type=lambda text: text.split(","), default=PAGES)
    options = parser.parse_args()
    books = [ROOT / "build" / "html"] + ([options.other.resolve()] if options.other else [])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(playwright.chromium.executable_path), args=["--no-sandbox"]
        )
        for name in options.pages:
            rounds = [
                [measured(browser, (book / name).as_uri()) for book in books]
                for _ in range(options.rounds)
            ]
            told = []
            for what in rounds[0][0]:
                here, *other = (
                    median(found[what] for found in side) for side in zip(*rounds, strict=True)
                )
                ratio = f" ({here / other[0]:.2f} of {other[0]:.3g})" if other and other[0] else ""
                told.append(f"{what} {here:.3g}{ratio}")
            print(name, *told, sep=" | ", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
