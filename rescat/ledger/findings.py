"""The ten findings that a clinician should know first, each resting on rows of the ledger."""

import re

import pandas as pd

from ..base.errors import DataError
from ..base.origin import origin_of
from ..base.words import listed
from ..data.loaders import load_table
from ..panel.multiplicity import chance_of_at_least
from ..panel.printed_tests import printed_hits
from ..slopes.assignments import all_assignments, randomisation_test
from ..trial.cohort import had_support
from .audit import audit
from .key_figures import key_figures
from .tables import Tables

__all__ = ["findings"]


def findings(audited: pd.DataFrame | None = None, tables: Tables | None = None) -> pd.DataFrame:
    """The findings with their figures filled in, held to the verdicts that they rest on.

    Parameters
    ----------
    audited : DataFrame, optional
        The whole ledger, from :func:`rescat.audit` (default).
    tables : Tables, optional
        The tables that the figures are computed from; the published ones by default.

    Returns
    -------
    DataFrame, shape (10, 6)
        ``finding, rank, headline, sentence, evidence, origin``; evidence is a list of claims.

    Raises
    ------
    DataError
        If a finding names a claim that the ledger does not have, or one whose verdict is no
        longer the one that the finding rests on, or a figure that is not computed.

    Examples
    --------
    >>> import rescat
    >>> first = rescat.findings().iloc[0]
    >>> first["headline"], first["evidence"][:2]
    ('Most controls were not randomised', ['COH-05', 'COH-31'])
    """
    audited = audit(tables=tables) if audited is None else audited  # the project's is remembered
    tables = tables or Tables()
    verdicts = audited.set_index("claim_id")["verdict"]
    figures = key_figures(audited, tables) | _clinical_figures(tables.patients, tables.events)
    figures |= _slope_figures(tables.slopes) | _test_figures(tables.slopes)
    figures["ledger"] = dict(zip(audited["claim_id"], audited["recomputed"], strict=True))
    table = (
        load_table("findings")
        .dropna(subset="rank")
        .sort_values("rank", kind="stable")
        .astype({"rank": int})
    )
    table["evidence"] = [
        _claims_held(row.rank, row.evidence, verdicts) for row in table.itertuples()
    ]
    table["sentence"] = [_filled_in(row.rank, row.sentence, figures) for row in table.itertuples()]
    return table.assign(origin=origin_of(audited, table)).reset_index(drop=True)


def _claims_held(rank: int, evidence: str, verdicts: pd.Series) -> list[str]:
    """The claims of one finding, if each still has the verdict that stands beside it."""
    claims = []
    for part in evidence.split(";"):
        claim, _, expected = part.strip().partition(" ")
        found = verdicts.get(claim, "no such claim")
        if found != expected:
            raise DataError(
                f"findings.csv, rank {rank}, {claim}: found the verdict {found!r}\n"
                f"  expected: {expected!r}; read the finding again, then write the verdict anew"
            )
        claims.append(claim)
    return claims


def _filled_in(rank: int, sentence: str, figures: dict[str, str | dict]) -> str:
    """The sentence with its figures; ``{ledger[SAF-17]}`` is what the ledger recomputed there."""

    def figure(found: re.Match) -> str:
        value = figures.get(found["name"])
        if found["key"] is not None:
            value = value.get(found["key"]) if isinstance(value, dict) else None
        if not isinstance(value, str):
            raise DataError(
                f"findings.csv, rank {rank}, column sentence: found {found[0]}\n"
                f"  expected one of {', '.join(sorted(figures))}"
            )
        return value

    return re.sub(r"\{(?P<name>[^\[{}]*)(?:\[(?P<key>[^\]]*)\])?[^{}]*\}", figure, sentence)


def _clinical_figures(patients: pd.DataFrame, events: pd.DataFrame) -> dict[str, str]:
    """Figures of the patients and their course, in words."""
    supported = patients[had_support(patients)]["arm"].value_counts()
    serious = events[events["category"].eq("SAE")]
    trial = patients[patients["arm"].isin(["MSC", "CTRL"])]
    treated, stay = trial["arm"].eq("MSC"), trial["length_of_stay"]
    test = randomisation_test(
        stay.to_list(), treated.to_list(), all_assignments(len(trial), int(treated.sum()))
    )
    return {
        "n_events": str(len(events)),
        "sae_days": listed([f"{day:.0f}" for day in sorted(set(serious["day"]))]),
        "support_msc": str(supported["MSC"]),
        "support_mctrl": str(supported["mCTRL"]),
        "stay_msc": f"{stay[treated].mean():.0f}",
        "stay_ctrl": f"{stay[~treated].mean():.0f}",
        "stay_p": f"{test['p_value']:.2f}",
    }


def _slope_figures(slopes: pd.DataFrame) -> dict[str, str]:
    """Printed confidence intervals and P values, as printed."""
    slopes = slopes.set_index(["marker", "term"])
    figures = {}
    for marker in ("NFL", "IL1RA"):
        row = slopes.loc[(marker, "treated")]
        for side in ("low", "high"):
            places = int(row[f"ci_{side}_decimals"])
            figures[f"{marker.lower()}_{side}"] = f"{row[f'ci_{side}']:.{places}f}"
    p = slopes.loc[("IL18", "difference")]
    return {**figures, "il18_p": f"{p['p_value']:.{int(p['p_decimals'])}f}"}


def _test_figures(slopes: pd.DataFrame) -> dict[str, str]:
    """How many differences were tested, how many count, and how often chance gives as many."""
    hits, tests = printed_hits(slopes)
    chance = 100 * chance_of_at_least(hits, tests)
    return {"n_tests": str(tests), "n_hits": str(hits), "chance_hits": f"{chance:.1f} %"}
