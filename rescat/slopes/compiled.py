"""How the compiled functions of this room run: by numba, or where there is none, in the page.

Python in the reader's browser has neither numba nor threads. It has a door to JavaScript, and
behind it the same functions, compiled for the page (:mod:`rescat.book.wasm`). This module alone
knows which of the two it is: `in_page` is None where numba compiles, and else calls a function
of the module for pages by its name. What that module does not have runs as plain Python there.
"""

import json
import math

import numpy as np

try:
    import _host  # only the Python of the page has it (rescat/book/in_page/worker.js)
except ModuleNotFoundError:
    from numba import njit

    in_page = None
else:

    def njit(**_):
        """Leave a function as it is: numba compiles nothing here."""
        return lambda function: function

    def in_page(name: str, shape: tuple[int, ...], *given) -> np.ndarray:
        """Call a function of the module for pages.

        Parameters
        ----------
        name : str
            Such as ``fit``.
        shape : tuple of int
            Of the array that it fills.
        *given
            Its other arguments: numbers, and arrays in the type that it expects.
        """
        arrays = [np.ascontiguousarray(value) for value in given if isinstance(value, np.ndarray)]
        passed = [
            {"bytes": value.nbytes} if isinstance(value, np.ndarray) else value for value in given
        ]
        head = json.dumps({"call": name, "given": passed, "size": math.prod(shape)}).encode()
        sent = b"".join([len(head).to_bytes(4, "little"), head, *(a.tobytes() for a in arrays)])
        return np.frombuffer(_host.call(sent), dtype="<f8").reshape(shape)


__all__ = ["in_page", "njit"]
