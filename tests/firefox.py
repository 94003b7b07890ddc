"""Debian's Firefox without a driver: it speaks WebDriver BiDi, JSON through a WebSocket, itself."""

import asyncio
import json
import re
import subprocess
import threading
import time
from pathlib import Path

from tornado.websocket import websocket_connect

_SETTINGS = {
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.safebrowsing.downloads.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.server": "",
}


class Firefox:
    """A headless Firefox with one page.

    Parameters
    ----------
    program : str
    folder : Path
        A new folder for its profile.

    Attributes
    ----------
    asked : list of str
        The addresses that it has asked for.
    """

    def __init__(self, program: str, folder: Path):
        lines = [f'user_pref("{name}", {json.dumps(value)});' for name, value in _SETTINGS.items()]
        (folder / "user.js").write_text("\n".join(lines), encoding="utf-8")
        command = [program, "--headless", "--remote-debugging-port=0", "--profile", str(folder)]
        said = folder / "said.txt"
        with said.open("w") as file:
            self._program = subprocess.Popen(command, stdout=file, stderr=file)
        # In a thread of its own: Playwright has a loop in that of the tests.
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self._number = 0
        self.asked: list[str] = []
        try:
            address = self._listens_at(said)
            self._socket = self._wait(
                websocket_connect, f"{address}/session", max_message_size=1 << 28
            )
            self._ask("session.new", capabilities={})
            self._ask("session.subscribe", events=["network.beforeRequestSent"])
            [context] = self._ask("browsingContext.getTree")["contexts"]
            self._page = context["context"]
        except BaseException:
            self.close()
            raise

    def _listens_at(self, said: Path) -> str:
        while self._program.poll() is None:
            if found := re.search(r"BiDi listening on (ws://\S+)", said.read_text("utf-8")):
                return found[1]
            time.sleep(0.1)
        raise RuntimeError(f"Firefox has ended before it listened: {said.read_text('utf-8')}")

    def _wait(self, function, *arguments, **settings):
        async def call():
            return await function(*arguments, **settings)

        return asyncio.run_coroutine_threadsafe(call(), self._loop).result(600)

    def _ask(self, method: str, **parameters) -> dict:
        self._number += 1
        asked = {"id": self._number, "method": method, "params": parameters}
        self._wait(self._socket.write_message, json.dumps(asked))
        while True:
            told = json.loads(self._wait(self._socket.read_message))
            if told.get("method") == "network.beforeRequestSent":
                self.asked.append(told["params"]["request"]["url"])
            if told.get("id") == self._number:
                if told["type"] == "error":
                    raise RuntimeError(f"{method}: {told['message']}")
                return told["result"]

    def open(self, url: str) -> None:
        """Go to a page, and wait until it is loaded."""
        self._ask("browsingContext.navigate", context=self._page, url=url, wait="complete")

    def run(self, code: str) -> object:
        """The value of an expression of JavaScript in the page."""
        found = self._ask(
            "script.evaluate",
            expression=f"JSON.stringify(({code}) ?? null)",
            target={"context": self._page},
            awaitPromise=True,
        )
        if found["type"] != "success":
            raise RuntimeError(f"{code}: {found['exceptionDetails']['text']}")
        return json.loads(found["result"]["value"])

    def wait(self, code: str, seconds: float = 300) -> object:
        """The value of an expression as soon as it is true."""
        end = time.monotonic() + seconds
        while not (found := self.run(code)):
            if time.monotonic() > end:
                raise TimeoutError(code)
            time.sleep(0.3)
        return found

    def close(self) -> None:
        """End it."""
        self._program.terminate()
        self._program.wait(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
