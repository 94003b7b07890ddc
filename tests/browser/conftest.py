"""What the tests of the pages share: the built book on a disk and on a server."""

import functools
import http.server
import threading

import pytest


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def addresses(built_book):
    """Where the book starts: as a folder on a disk, and on a server."""
    handler = functools.partial(QuietHandler, directory=built_book)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield {"file": built_book.as_uri(), "http": f"http://127.0.0.1:{server.server_port}"}
        server.shutdown()
