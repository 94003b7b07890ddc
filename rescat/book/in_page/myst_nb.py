"""Numbers for the text of a chapter, as ``myst_nb.glue`` keeps them."""

from kernel import KERNEL, bundle, display

__all__ = ["glue"]


def glue(name, variable, display_=None, **options):
    """Keep a value under a name; show it too, unless ``display=False``."""
    KERNEL.glued[name] = bundle(variable)
    if options.get("display", True if display_ is None else display_):
        display(variable)
