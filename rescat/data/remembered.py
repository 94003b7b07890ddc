"""What an examination of a file found, remembered while every file that it read is the same."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from pathlib import Path

from .contract import checksum, package_content

_MOST = 64  # results of one examination that are kept; the oldest goes first


def remembered(files: Callable[..., Sequence[Path]]) -> Callable[[Callable], Callable]:
    """Examine a file once, and again only after a change of the bytes of a file that counts.

    A time stamp is never looked at. The memory is that of the process: nothing is written. A result
    with faults is not kept. Each caller gets frames of his own.

    Parameters
    ----------
    files : callable
        From the arguments of the examination, the file that it examines, and the others that it
        looks into. The data package is one of these always.

    Returns
    -------
    callable
        For a function that takes the content of the file after the other arguments, and returns a
        tuple of frames (or None) with a list of faults at its end. The file is read once.
    """

    def decorate(examination: Callable) -> Callable:
        kept: OrderedDict[tuple, tuple] = OrderedDict()

        @wraps(examination)
        def examine(*arguments):
            path, *others = files(*arguments)
            content, place = path.read_bytes(), path.parent.resolve() / path.name
            seen = _contents(others)
            key = arguments, place, checksum(content), seen
            if key not in kept:
                result = examination(*arguments, content)
                # Another file that was written meanwhile is not what the key says.
                if result[-1] or _contents(others) != seen:
                    return result
                kept[key] = result
                if len(kept) > _MOST:
                    kept.popitem(last=False)
            kept.move_to_end(key)
            *frames, _ = kept[key]
            return *(None if frame is None else frame.copy() for frame in frames), []

        return examine

    return decorate


def _contents(files: Iterable[Path]) -> tuple:
    """The checksums of the data package and of some files; of one that is not there, None."""
    found = [(file, checksum(file.read_bytes()) if file.is_file() else None) for file in files]
    return checksum(package_content()), *found
