"""Why a treated patient got no control, or fewer than asked for."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .distances import differences


@dataclass(frozen=True)
class Stratum:
    """Patients who may be matched with each other; an infinite cost is a forbidden pair."""

    treated: list
    pool: list
    cost: np.ndarray


@dataclass(frozen=True)
class Reasons:
    """Why a patient has fewer controls than asked for."""

    treated: pd.DataFrame
    pool: pd.DataFrame
    exact: list
    caliper: dict
    subject: str
    strata: list
    ratio: int

    def of(self, patient) -> str:
        """Why this patient got no control, or fewer than asked for."""
        stratum = next(s for s in self.strata if patient in s.treated)
        possible = int(np.isfinite(stratum.cost[stratum.treated.index(patient)]).sum())
        row = self.treated[self.treated[self.subject].eq(patient)]
        like = ", ".join(f"{c} {row[c].iloc[0]}" for c in self.exact)
        among = f" with {like}" if like else ""
        if not stratum.pool:
            return f"no control in the pool{among}"
        if not possible:
            return f"no control{among} within the caliper: {self._nearest(row, stratum)}"
        if possible < self.ratio:
            return f"only {possible} possible control{'s' * (possible > 1)}{among}"
        asked, available = len(stratum.treated) * self.ratio, len(stratum.pool)
        if asked > available:
            why = f"{len(stratum.treated)} treated ask for {asked} of {available}"
        else:
            why = "the caliper leaves too few for all"
        return f"its {possible} possible controls{among} went to others: {why}"

    def _nearest(self, row: pd.DataFrame, stratum: Stratum) -> str:
        """By how much each caliper is missed by the nearest control."""
        pool = self.pool[self.pool[self.subject].isin(stratum.pool)]
        missed = []
        for name, width in self.caliper.items():
            if name == "distance":
                continue
            nearest = differences(row, pool, name).min()
            if nearest > width:
                missed.append(f"{name} {nearest:g} away at least, allowed {width:g}")
        return "; ".join(missed) or "nobody meets all of them at once"
