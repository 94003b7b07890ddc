"""Units of concentration, and the factor between two of them."""

import re
import unicodedata

__all__ = ["unit_factor"]

# Powers of ten of a mass, from grams, and of a volume, from litres.
_MASS = {"fg": -15, "pg": -12, "ng": -9, "µg": -6, "mg": -3, "g": 0}
_VOLUME = {"µl": -6, "ml": -3, "dl": -1, "l": 0}
_MICRO = {"ug": "µg", "mcg": "µg", "ul": "µl", "mcl": "µl"}
_SPELT = {"µl": "µL", "ml": "mL", "dl": "dL", "l": "L"}
KNOWN_UNITS = "fg, pg, ng, µg (or ug), mg or g per mL, dL or L"


def unit_factor(found: str, wanted: str) -> float | None:
    """By what to multiply a mass concentration; None if a unit is none.

    Parameters
    ----------
    found, wanted : str
        Units of mass per volume, such as ``ng/mL``; also with ug, mcg, and per dL or L.

    Returns
    -------
    float or None
        Values in ``found`` times this factor are values in ``wanted``.

    Examples
    --------
    >>> unit_factor("ng/mL", "pg/mL")
    1000.0
    >>> unit_factor("NPX", "pg/mL") is None
    True
    """
    powers = power_of_ten(found), power_of_ten(wanted)
    return None if None in powers else float(10.0 ** (powers[0] - powers[1]))


def mass_and_volume(unit: str) -> tuple[str, str] | None:
    """Mass and volume of a unit of concentration, each in one spelling."""
    text = unicodedata.normalize("NFKC", unit).replace("μ", "µ").lower()
    mass, slash, volume = re.sub(r"\s", "", text).partition("/")
    mass, volume = _MICRO.get(mass, mass), _MICRO.get(volume, volume)
    return (mass, volume) if slash and mass in _MASS and volume in _VOLUME else None


def power_of_ten(unit: str) -> int | None:
    parts = mass_and_volume(unit)
    return None if parts is None else _MASS[parts[0]] - _VOLUME[parts[1]]


def unit_name(unit: str) -> str:
    """A unit of concentration as this book spells it; others as they stand."""
    parts = mass_and_volume(unit)
    return unit if parts is None else f"{parts[0]}/{_SPELT[parts[1]]}"


_LOGARITHM = re.compile(
    r"(?<![a-z])(log(2|10|e)?|ln|npx|z[\s_-]?scores?|[cd]?ct|cq)(?![a-z])", re.IGNORECASE
)


def is_logarithm(text: str) -> bool:
    """Whether a unit, or a name with a unit, is of a logarithm or a relative scale already.

    Examples
    --------
    >>> [is_logarithm(unit) for unit in ("log2 pg/mL", "NPX", "Ct", "pg/mL", "AU/mL")]
    [True, True, True, False, False]
    """
    return _LOGARITHM.search(unicodedata.normalize("NFKC", text)) is not None


def conversion(found: str, wanted: str) -> float | None:
    if is_logarithm(found):
        return None
    return 1.0 if found == wanted else unit_factor(found, wanted)
