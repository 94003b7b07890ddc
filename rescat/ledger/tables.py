"""The tables that checks read."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from ..data import loaders as data
from ..data import paper as paper_text
from ..data.marker_names import measured_markers

__all__ = ["Tables"]


@dataclass
class Tables:
    """The tables that checks read, each loaded once, when first used.

    A table can be replaced before it is used, to see what a check says of other values.

    Parameters
    ----------
    data_dir : str, optional
        A folder with a ``patients.csv`` and an ``events.csv`` of your own; the published tables by
        default.

    Examples
    --------
    >>> import rescat
    >>> tables = rescat.Tables()
    >>> tables.arm("CTRL")["age"].tolist()
    [57.0, 57.0]
    >>> tables.events = tables.events.head(0)
    >>> claims = rescat.load_claims().query("claim_id == 'SAF-01'")
    >>> rescat.audit(claims, tables)["verdict"].item()
    'not reproduced'
    """

    data_dir: str | None = None

    @cached_property
    def patients(self) -> pd.DataFrame:
        """Table 1."""
        return data.load_patients(self.data_dir)

    @cached_property
    def reporting(self) -> pd.DataFrame:
        """What Table 1 prints, what it gives as NA, and what is no row of a part."""
        return data.reporting_status(self.data_dir)

    @cached_property
    def events(self) -> pd.DataFrame:
        """Table 2."""
        return data.load_events(self.data_dir)

    @cached_property
    def manufacturing(self) -> pd.DataFrame:
        """The manufacturing figures."""
        return data.load_manufacturing()

    @cached_property
    def slopes(self) -> pd.DataFrame:
        """The printed slopes."""
        return data.load_slopes()

    @cached_property
    def trial(self) -> pd.DataFrame:
        """The facts of the trial."""
        return data.load_trial()

    @cached_property
    def claims(self) -> pd.DataFrame:
        """The ledger itself, for checks that compare several claims."""
        return data.load_claims()

    @cached_property
    def paper(self) -> str:
        """The text of the paper."""
        return paper_text.load_paper()

    @cached_property
    def record(self) -> str:
        """The record of the paper in a public repository."""
        return paper_text.load_record()

    @cached_property
    def markers(self) -> pd.DataFrame:
        """The markers of the trial, with what the paper says of each."""
        return measured_markers()

    @cached_property
    def score_bands(self) -> pd.DataFrame:
        """The points of clinical scores."""
        return data.load_table("score_bands")

    @cached_property
    def cited_results(self) -> pd.DataFrame:
        """Results of trials that the paper cites."""
        return data.load_table("cited_results")

    @cached_property
    def trials(self) -> pd.DataFrame:
        """Other trials of these cells."""
        return data.load_trials()

    @cached_property
    def meta_analyses(self) -> pd.DataFrame:
        """Published meta-analyses of these trials."""
        return data.load_table("meta_analyses")

    @cached_property
    def outside_facts(self) -> pd.DataFrame:
        """Facts about the trial and its time that stand elsewhere."""
        return data.load_table("outside_facts")

    @cached_property
    def ctcae(self) -> pd.DataFrame:
        """The CTCAE grades of each event term."""
        return data.load_ctcae()

    def arm(self, *arms: str) -> pd.DataFrame:
        """The patients of some arms."""
        return self.patients[self.patients["arm"].isin(arms)]
