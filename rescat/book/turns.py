"""One build at a time in a folder: another one waits for its turn."""

from filelock import FileLock, Timeout

from ..base.files import BUILD
from ..base.inert import say

__all__ = ["take_turn"]

_LOCK = FileLock(BUILD / ".lock")


def take_turn() -> None:
    """Wait until no other build of this folder runs; the turn ends with this process."""
    BUILD.mkdir(exist_ok=True)
    try:
        _LOCK.acquire(blocking=False)
    except Timeout:
        say("Another build of this folder is running. This one waits for it (stop with Ctrl-C).")
        _LOCK.acquire()
