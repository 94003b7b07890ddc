"""The studies that the command line knows."""

from .grid import Study, called

__all__ = ["STUDIES", "named"]

# What makes each; it is loaded when it is asked for, for the models take half a second.
STUDIES = {
    "operating": "rescat.studies.operating:operating",
    "multiverse": "rescat.studies.multiverse:multiverse",
}


def named(name: str, *, quick: bool = False) -> Study:
    """A study by its name; with quick a hundredth of the trials.

    Examples
    --------
    >>> len(named("operating").cells)
    138
    """
    return called(STUDIES[name])(quick=quick)
