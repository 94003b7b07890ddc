"""Numbers for the prose of a chapter: computed in a cell, named in the text."""

__all__ = ["percent", "say"]


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


def percent(share: float) -> str:
    """A share as the text of a chapter has it: a decimal below 10 %, and never 0 or 100 %.

    Parameters
    ----------
    share : float
        From 0 to 1. It is an estimate, as of simulated trials: none and all of them prove neither.

    Examples
    --------
    >>> from rescat.pages import percent
    >>> percent(0.746), percent(0.0823), percent(0.9971), percent(0)
    ('75 %', '8.2 %', 'more than 99 %', 'less than 1 %')
    """
    if share >= 0.995:
        return "more than 99 %"
    if share < 0.005:
        return "less than 1 %"
    return f"{100 * share:.{0 if share >= 0.0995 else 1}f} %"
