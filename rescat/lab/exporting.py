"""From ``biomarkers.csv`` to the tables of other systems, and the mapping that reads them back."""

import re

import pandas as pd

from ..base.errors import DataError
from ..slopes.detection_limit import above_limit, below_limit
from .mapping import entry

__all__ = ["EXPORTS", "to_adlb", "to_redcap"]

_LETTERS = {"α": "_alpha", "β": "_beta", "γ": "_gamma", "µ": "u", "κ": "_kappa"}


def _variable(marker: str) -> str:
    """A name as REDCap takes it: small letters, digits and underscores."""
    for letter, name in _LETTERS.items():
        marker = marker.replace(letter, name)
    return re.sub(r"\W+|_+", "_", marker.lower(), flags=re.ASCII).strip("_")


def _text(row) -> str:
    sign = "<" if row.below_lod else ">" if getattr(row, "above_range", False) else ""
    return f"{sign}{float(row.value)!r}"


def to_redcap(biomarkers: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """A table for REDCap's data import: a row per patient and day, a column per marker.

    Parameters
    ----------
    biomarkers : DataFrame
        As :func:`rescat.load_biomarkers` returns it.

    Returns
    -------
    table : DataFrame
        ``record_id, redcap_event_name, arm`` and the markers. A value below detection is ``<`` and
        its limit, one above the range ``>`` and its upper limit.
    mapping : str
        TOML with which :func:`rescat.read_lab` reads it back.

    Raises
    ------
    DataError
        If two markers would have one variable, or a day is no whole number.

    Examples
    --------
    >>> import rescat
    >>> from rescat.lab.exporting import to_redcap
    >>> table, _ = to_redcap(rescat.load_biomarkers().query("marker == 'NFL'"))
    >>> table.columns.tolist(), len(table)
    (['record_id', 'redcap_event_name', 'arm', 'nfl'], 58)
    """
    _whole_days(biomarkers, "REDCap")
    names = {marker: _variable(marker) for marker in biomarkers["marker"].unique()}
    for name in set(names.values()):
        same = [marker for marker, variable in names.items() if variable == name]
        if len(same) > 1 or not name or not name[0].isalpha():
            raise DataError(
                f"markers {', '.join(same)}: found the name {name!r} for REDCap\n"
                "  expected: for each marker a name of its own, that begins with a letter"
            )
    texts = biomarkers.assign(
        text=[_text(row) for row in biomarkers.itertuples()],
        variable=biomarkers["marker"].map(names),
        redcap_event_name=[f"day_{day:g}_arm_1" for day in biomarkers["day"]],
        record_id=biomarkers["patient_id"],
    )
    keys = ["record_id", "redcap_event_name", "arm"]
    wide = texts.pivot_table(
        index=keys, columns="variable", values="text", aggfunc="first", sort=False
    )
    table = wide[list(names.values())].fillna("").reset_index()
    table.columns.name = None
    units = biomarkers.drop_duplicates("marker").set_index("marker")["unit"]
    lines = ["[columns]", 'group = "arm"', "", "[units]"]
    lines += [entry(variable, units[marker]) for marker, variable in names.items()]
    lines += ["", "[markers]"]
    lines += [entry(variable, marker) for marker, variable in names.items()]
    return table, "\n".join(lines) + "\n"


def to_adlb(biomarkers: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """A table laid out as CDISC's ADLB; it is like one, and was not validated as one.

    Parameters
    ----------
    biomarkers : DataFrame
        As :func:`rescat.load_biomarkers` returns it.

    Returns
    -------
    table : DataFrame
        ``USUBJID, TRT01P, PARAMCD, PARAM, AVAL, AVALC, ADY, LBLLOQ``; day 0 is ``ADY`` 1.
    mapping : str
        TOML with which :func:`rescat.read_lab` reads it back.

    Raises
    ------
    DataError
        If a day is no whole number.

    Examples
    --------
    >>> import rescat
    >>> from rescat.lab.exporting import to_adlb
    >>> table, _ = to_adlb(rescat.load_biomarkers().query("marker == 'NFL'"))
    >>> table["PARAM"][0], int(table["ADY"][0])
    ('NFL (pg/mL)', 1)
    """
    _whole_days(biomarkers, "ADLB")
    below, above = below_limit(biomarkers), above_limit(biomarkers)
    table = pd.DataFrame(
        {
            "USUBJID": biomarkers["patient_id"],
            "TRT01P": biomarkers["arm"],
            "PARAMCD": biomarkers["marker"],
            "PARAM": biomarkers["marker"] + " (" + biomarkers["unit"] + ")",
            "AVAL": biomarkers["value"].where(~(below | above)),
            "AVALC": [_text(row) for row in biomarkers.itertuples()],
            "ADY": biomarkers["day"].astype(int) + 1,
            "LBLLOQ": biomarkers["value"].where(below),
        }
    ).reset_index(drop=True)
    if above.any():
        table["LBULOQ"] = biomarkers["value"].where(above).reset_index(drop=True)
    lines = ["[markers]"]
    lines += [entry(marker, marker) for marker in biomarkers["marker"].unique()]
    return table, "\n".join(lines) + "\n"


def _whole_days(biomarkers: pd.DataFrame, system: str) -> None:
    broken = biomarkers.index[biomarkers["day"].astype(float) % 1 != 0]
    if len(broken):
        raise DataError(
            f"biomarkers.csv, row {broken[0] + 2}, column day: found a part of a day\n"
            f"  expected: whole days, as {system} has them"
        )


EXPORTS = {"redcap": to_redcap, "adlb": to_adlb}
