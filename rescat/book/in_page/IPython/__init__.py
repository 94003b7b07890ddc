"""What cells and libraries ask of IPython, where the book's own kernel runs them.

IPython itself needs threads and a terminal. Here is what a cell uses of it; a name that is not
here cannot be imported, and says so.
"""

__version__ = "9.0.0"
version_info = (9, 0, 0)

__all__ = ["get_ipython"]


def get_ipython():
    """The kernel in which a cell runs; libraries ask for it to learn whether they can show HTML."""
    from kernel import KERNEL

    return KERNEL
