"""The checks that the ledger names, one module per chapter.

Each takes a claim and the tables, and returns a finding. The name of the function is what the
column ``check`` of ``data/published/claims.csv`` holds.
"""

from . import (
    cohort,
    cytokines,
    manufacturing,
    matching,
    multiplicity,
    neuro,
    random_slopes,
    safety,
)

__all__ = [
    "cohort",
    "cytokines",
    "manufacturing",
    "matching",
    "multiplicity",
    "neuro",
    "random_slopes",
    "safety",
]
