"""Numbers for the prose of a chapter: computed in a cell, named in the text."""

__all__ = ["say"]


def say(**numbers: object) -> None:
    """Give numbers to the text of a chapter, which names them as ``{glue:text}`name```.

    Parameters
    ----------
    **numbers
        Name to what the text shows: a whole number, or text with the decimals that it should have.
    """
    from myst_nb import glue  # brings Sphinx with it: only chapters need it

    for name, number in numbers.items():
        glue(name, number, display=False)
