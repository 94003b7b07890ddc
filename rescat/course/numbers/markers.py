"""The numbers that the quiz on the markers names."""

from ...data.biomarkers import load_biomarkers
from ...data.loaders import load_slopes, load_table

__all__ = ["NUMBERS"]


def _below() -> int:
    return int(load_biomarkers().groupby("marker")["below_lod"].all().sum())


def _modelled() -> int:
    return load_biomarkers()["marker"].nunique() - _below()


NUMBERS = {
    "panels": _modelled,
    "panels_below": _below,
    "panels_expected": lambda: 0.05 * _modelled(),
    "panels_one_or_more": lambda: 100 * (1 - 0.95 ** _modelled()),
    "panels_printed": lambda: load_slopes()["marker"].nunique(),
    "panels_in_words": lambda: int(load_table("markers")["printed"].str.contains("change").sum()),
}
