"""The colours of the figures: one palette, and one meaning for each colour in the whole book.

A page shows them in its theme: ``book/_static/figures.css`` has the same names with the colours of
the dark.
"""

__all__ = [
    "ACCENT",
    "ARM_COLOURS",
    "FONT",
    "GREY",
    "GRID",
    "GROUND",
    "INK",
    "KINDS",
    "LIMIT",
    "LINE_COLOURS",
    "PALE",
    "PALETTE",
    "PHASES",
    "RED",
    "SERIOUS",
]

# The page has this font (book/_static); others as wide stand in where it does not come.
FONT = "RESCAT figures, DejaVu Sans, Verdana, sans-serif"

INK = "#1B242C"  # text, and what has no other colour: all controls, estimates, limits
GROUND = "#FFFFFF"
GREY = "#5F6B76"  # what is of less weight
PALE = "#B9C4CC"  # bands and bars behind
GRID = "#DDE2E6"
# Okabe and Ito's colours, which readers with any kind of colour vision can tell apart; the green
# is darkened so that white digits on it can be read. For arms alone.
ARM_COLOURS = {"MSC": "#D55E00", "CTRL": "#0072B2", "mCTRL": "#007A5A"}
# Lines of groups. All controls together have no arm's colour: such a line may run on where one of
# their two arms has no sample.
LINE_COLOURS = {"control": INK, "treated": ARM_COLOURS["MSC"]}
LIMIT = "#B3246B"  # what is compared with: a limit, what lies beyond it, a rate from elsewhere
ACCENT = "#6A3D9A"  # treated patients of an invented trial, who are no arm
# Kinds that are no patients: ways to compute, samples. A marker says which it is too.
KINDS = (GREY, INK, ACCENT, "#A07800", LIMIT)
RED = "#B00020"  # the mark of what is not public data
# Support with oxygen, from the strongest to none; serious events.
PHASES = {
    "NIV": "#5B1A4A",
    "HFNO": "#CC6699",
    "COT": "#E3C55A",
    "No oxygen support": "#CFE3EE",
    "Not reported": "#DDE0E3",
}
SERIOUS = "#882255"

# How a page names them.
PALETTE = {
    INK: "ink",
    GROUND: "ground",
    GREY: "grey",
    PALE: "pale",
    GRID: "grid",
    ARM_COLOURS["MSC"]: "msc",
    ARM_COLOURS["CTRL"]: "ctrl",
    ARM_COLOURS["mCTRL"]: "mctrl",
    LIMIT: "limit",
    ACCENT: "accent",
    KINDS[3]: "ochre",
    RED: "red",
    PHASES["NIV"]: "niv",
    PHASES["HFNO"]: "hfno",
    PHASES["COT"]: "cot",
    PHASES["No oxygen support"]: "air",
    PHASES["Not reported"]: "unknown",
    SERIOUS: "serious",
}
