"""The policy at work in Chromium, from a folder on a disk and from a server."""

import pytest

pytestmark = pytest.mark.browser

# What a page would do if text from outside became a part of it: each must be stopped.
ELSEWHERE = "http://127.0.0.1:9"
ATTEMPTS = {
    "a script in the page": "add('script', {textContent: 'window.ran = 1'})",
    "a handler": "add('div', {innerHTML: '<img src=x onerror=\"window.ran = 1\">'})",
    "a link that runs": "add('a', {href: 'javascript:window.ran = 1'}).click()",
    # In a task of its own: what the test itself hands to the browser may evaluate.
    "eval": "setTimeout(() => eval('window.ran = 1'), 1)",
    "a script of another host": f"add('script', {{src: '{ELSEWHERE}/a.js'}})",
    "a picture of another host": f"add('img', {{src: '{ELSEWHERE}/a.png'}})",
    "a request to another host": f"await fetch('{ELSEWHERE}/x')",
    "a frame": f"add('iframe', {{src: '{ELSEWHERE}/'}})",
    "another base": f"add('base', {{href: '{ELSEWHERE}/'}})",
}
TRY = """
async () => {
    window.ran = undefined;
    const seen = [];
    const heard = (event) => seen.push(event.effectiveDirective);
    document.addEventListener("securitypolicyviolation", heard);
    const add = (tag, properties) => {
        const element = Object.assign(document.createElement(tag), properties);
        document.head.prepend(element);
        return element;
    };
    try {
        CODE
    } catch (error) {}
    await new Promise((done) => setTimeout(done, 300));
    document.removeEventListener("securitypolicyviolation", heard);
    return [window.ran ?? null, seen.length];
}
"""
# What the book needs, and what is coming: each must work.
NEEDED = {
    "the book's own script": "typeof DOCUMENTATION_OPTIONS.pagename === 'string'",
    "a style in the page": """(() => {
        const p = document.createElement("p");
        p.setAttribute("style", "color: rgb(1, 2, 3)");
        document.body.append(p);
        return getComputedStyle(p).color === "rgb(1, 2, 3)";
    })()""",
    "a picture in the page": """new Promise((done) => {
        const i = new Image();
        i.onload = () => done(true);
        i.onerror = () => done(false);
        i.src = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==";
    })""",
    "WebAssembly": """WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))
        .then(() => true, () => false)""",
    "a worker from a blob": """new Promise((done) => {
        const code = new Blob(["postMessage(1)"], {type: "text/javascript"});
        const worker = new Worker(URL.createObjectURL(code));
        worker.onmessage = () => done(true);
        worker.onerror = () => done(false);
    })""",
}


@pytest.fixture(scope="module", params=["file", "http"])
def page(request, addresses, chromium):
    opened = chromium.new_page()
    opened.goto(f"{addresses[request.param]}/index.html")
    yield opened
    opened.close()


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_what_is_not_the_book_s_is_stopped(page, attempt):
    ran, stopped = page.evaluate(TRY.replace("CODE", ATTEMPTS[attempt]))
    assert ran is None
    assert stopped >= 1


@pytest.mark.parametrize("need", NEEDED)
def test_what_the_book_needs_works(page, need):
    assert page.evaluate(NEEDED[need]) is True


def test_every_page_has_its_policy(built_book):
    pages = [
        p for p in built_book.rglob("*.html") if "_static" not in p.relative_to(built_book).parts
    ]
    assert len(pages) > 60
    for path in pages:
        head = path.read_text(encoding="utf-8").partition("<body")[0]
        rule = head.find('http-equiv="Content-Security-Policy"')
        assert 0 < rule < min(x for x in (head.find("<script"), head.find("<link"), 1e9) if x > 0)
