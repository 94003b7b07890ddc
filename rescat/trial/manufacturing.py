"""The cell product: yield, capacity, composition, exposure, viability and growth."""

import numpy as np
import pandas as pd
from scipy import stats

from ..base.origin import origin_of
from ..data.trial_facts import fact
from .cohort import recruitment_periods

__all__ = [
    "bag_composition",
    "capacity_grid",
    "chance_of_so_few_older",
    "excipient_exposure",
    "growth_curves",
    "lot_capacity",
    "most_bags_per_day",
    "most_bags_per_infusion",
    "patients_treatable",
    "planned_by_age",
    "press_count",
    "quantity",
    "recruitment_rate",
    "treated_by_source",
    "viability_margins",
]


def quantity(manufacturing: pd.DataFrame, name: str, source: str) -> float:
    """One printed manufacturing figure, in the unit of its row.

    Parameters
    ----------
    manufacturing : DataFrame, one row per figure
        From :func:`rescat.load_manufacturing`.
    name : str
        A value of its column ``quantity``.
    source : {"AT", "UC"}
        Adipose tissue or umbilical cord.

    Returns
    -------
    float

    Raises
    ------
    KeyError
        If there is not exactly one such row.

    Examples
    --------
    >>> import rescat
    >>> rescat.quantity(rescat.load_manufacturing(), 'culture_time', 'UC')  # days
    27.0
    """
    rows = manufacturing[
        manufacturing["quantity"].eq(name) & manufacturing["msc_source"].isin([source, "both"])
    ]
    if len(rows) != 1:
        raise KeyError(f"manufacturing.csv has {len(rows)} rows for {name!r} from {source!r}")
    return float(rows["value"].iloc[0])


def lot_capacity(manufacturing: pd.DataFrame) -> pd.DataFrame:
    """Bags that one lot fills, for each printed bag.

    Parameters
    ----------
    manufacturing : DataFrame, one row per figure
        From :func:`rescat.load_manufacturing`.

    Returns
    -------
    DataFrame
        ``msc_source, cells_obtained, cells_per_bag, bags, cells_left, origin``. Losses at
        harvest, filling, release testing and retention are not printed, so this is the most
        that the lot could give.

    Examples
    --------
    >>> import rescat
    >>> lots = rescat.lot_capacity(rescat.load_manufacturing())
    >>> print(lots[['msc_source', 'cells_per_bag', 'bags']].to_string(index=False))
    msc_source  cells_per_bag  bags
            AT       50000000   244
            UC       25000000    44
            UC       50000000    22
    """
    obtained = manufacturing[manufacturing["quantity"].eq("cells_obtained")]
    bags = manufacturing[manufacturing["quantity"].eq("cells_per_bag")]
    frame = bags[["msc_source", "value", "origin"]].rename(columns={"value": "cells_per_bag"})
    frame = frame.merge(
        obtained[["msc_source", "value"]].rename(columns={"value": "cells_obtained"})
    )
    frame["cells_per_bag"] = frame["cells_per_bag"].astype(int)
    frame["bags"] = (frame["cells_obtained"] // frame["cells_per_bag"]).astype(int)
    frame["cells_left"] = frame["cells_obtained"] - frame["bags"] * frame["cells_per_bag"]
    columns = ["msc_source", "cells_obtained", "cells_per_bag", "bags", "cells_left", "origin"]
    return frame[columns]


def patients_treatable(bags, bags_per_infusion, infusions=2, lots=1):
    """Patients that whole lots treat, with no bag shared between two patients.

    Parameters
    ----------
    bags : array-like of int
        Bags per lot.
    bags_per_infusion, infusions, lots : int or array-like
        The first is not printed; it is a parameter.

    Returns
    -------
    int array

    Examples
    --------
    >>> import rescat
    >>> rescat.patients_treatable([30, 100], bags_per_infusion=4).tolist()
    [3, 12]
    """
    per_patient = np.asarray(bags_per_infusion) * np.asarray(infusions)
    return np.asarray(lots) * np.asarray(bags) // per_patient


def treated_by_source(patients: pd.DataFrame) -> dict[str, int]:
    """Patients of the MSC arm by the source of their cells.

    Parameters
    ----------
    patients : DataFrame, one row per patient
        From :func:`rescat.load_patients`; ``arm, msc_source``.

    Returns
    -------
    dict of str to int
        ``AT`` (adipose tissue) and ``UC`` (umbilical cord) to the number of patients.

    Examples
    --------
    >>> frame = pd.DataFrame({"arm": ["MSC", "MSC", "CTRL"], "msc_source": ["AT", "AT", ""]})
    >>> treated_by_source(frame)
    {'AT': 2, 'UC': 0}
    """
    sources = patients.loc[patients["arm"].eq("MSC"), "msc_source"]
    return {source: int(sources.eq(source).sum()) for source in ("AT", "UC")}


def capacity_grid(
    lots: pd.DataFrame, lots_made: list[int], bags_per_infusion: list[int], infusions: int
) -> pd.DataFrame:
    """Patients that each product treats, for each number of lots and bags in an infusion.

    Parameters
    ----------
    lots : DataFrame, one row per product
        From :func:`lot_capacity`.
    lots_made, bags_per_infusion : list of int
        Not printed; parameters.
    infusions : int
        Per patient.

    Returns
    -------
    DataFrame, one row per product, number of lots and number of bags
        ``product`` (source and millions of cells in a bag), ``msc_source, lots,
        bags_per_infusion, patients, origin``. As in :func:`lot_capacity` nothing is lost, so that
        ``patients`` is the most that can be.

    Examples
    --------
    One lot, two bags in an infusion, and two infusions as printed:

    >>> import rescat
    >>> lots = rescat.lot_capacity(rescat.load_manufacturing())
    >>> grid = rescat.capacity_grid(lots, lots_made=[1], bags_per_infusion=[2], infusions=2)
    >>> print(grid[['product', 'lots', 'bags_per_infusion', 'patients']].to_string(index=False))
           product  lots  bags_per_infusion  patients
    AT, 50 million     1                  2        61
    UC, 25 million     1                  2        11
    UC, 50 million     1                  2         5
    """
    millions = (lots["cells_per_bag"] / 1e6).map("{:.0f} million".format)
    doses = pd.MultiIndex.from_product(
        [lots_made, bags_per_infusion], names=["lots", "bags_per_infusion"]
    )
    products = lots.assign(product=lots["msc_source"] + ", " + millions)
    grid = products.merge(doses.to_frame(index=False), how="cross")
    grid["patients"] = patients_treatable(
        grid["bags"], grid["bags_per_infusion"], infusions, grid["lots"]
    )
    return grid[["product", "msc_source", "lots", "bags_per_infusion", "patients", "origin"]]


def most_bags_per_infusion(lots: pd.DataFrame, treated: dict[str, int], infusions: int) -> dict:
    """The most bags that one infusion can have taken if one lot of each source was enough.

    Parameters
    ----------
    lots : DataFrame
        From :func:`lot_capacity`; where a source has two bags, the one that fills fewer counts.
    treated : dict
        Patients treated, by source.
    infusions : int
        Per patient.

    Returns
    -------
    dict
        Source to bags; all bags of the lot where no patient was treated.

    Examples
    --------
    >>> import rescat
    >>> lots = rescat.lot_capacity(rescat.load_manufacturing())
    >>> rescat.most_bags_per_infusion(lots, {'AT': 3, 'UC': 2}, infusions=2)
    {'AT': 40, 'UC': 5}
    """
    bags = lots.groupby("msc_source")["bags"].min()
    return {source: int(n // (treated[source] * infusions or 1)) for source, n in bags.items()}


def bag_composition(manufacturing: pd.DataFrame) -> pd.DataFrame:
    """Volumes, shares and concentrations of one bag, checked against each other.

    Parameters
    ----------
    manufacturing : DataFrame, one row per figure
        From :func:`rescat.load_manufacturing`.

    Returns
    -------
    DataFrame, one row per source and bag
        Volumes in mL, shares in %, ``cells_per_ml`` in the bag and ``cells_per_ml_diluted`` after
        the thawing dilution where one is printed, ``albumin_g`` and the two sums.

    Examples
    --------
    >>> import rescat
    >>> bags = rescat.bag_composition(rescat.load_manufacturing())
    >>> print(bags[['msc_source', 'bag_volume', 'volume_sum', 'share_sum']].to_string(index=False))
    msc_source  bag_volume  volume_sum  share_sum
            AT        25.0        25.0      100.0
            UC        25.0        25.0      100.0
            UC        25.0        25.0      100.0
    """
    rows = []
    for bag in lot_capacity(manufacturing).itertuples():

        def get(name, source=bag.msc_source):
            return quantity(manufacturing, name, source)

        parts = ("saline", "dmso", "albumin")
        dilution = get("thawing_dilution") if bag.msc_source == "UC" else 0
        rows.append(
            {
                "msc_source": bag.msc_source,
                "cells_per_bag": bag.cells_per_bag,
                "bag_volume": get("bag_volume"),
                **{f"{p}_volume": get(f"{p}_volume") for p in parts},
                **{f"{p}_share": get(f"{p}_share") for p in parts},
                "volume_sum": sum(get(f"{p}_volume") for p in parts),
                "share_sum": sum(get(f"{p}_share") for p in parts),
                "cells_per_ml": bag.cells_per_bag / get("bag_volume"),
                "cells_per_ml_diluted": bag.cells_per_bag / (get("bag_volume") * (1 + dilution)),
                "albumin_g": get("albumin_volume") * get("albumin_concentration") / 1000,
                "origin": bag.origin,
            }
        )
    return pd.DataFrame(rows)


def excipient_exposure(
    manufacturing: pd.DataFrame, limits: pd.DataFrame, weights, bags_per_infusion
) -> pd.DataFrame:
    """DMSO and albumin that one infusion carries, per kg, against an accepted limit.

    Parameters
    ----------
    manufacturing : DataFrame, one row per figure
        From :func:`rescat.load_manufacturing`.
    limits : DataFrame, one row per quantity
        From :func:`rescat.load_exposure_limits`.
    weights : array-like
        Body weights in kg. Not printed; a parameter.
    bags_per_infusion : array-like of int
        Not printed; a parameter.

    Returns
    -------
    DataFrame
        ``weight, bags, dmso_g, dmso_g_per_kg, dmso_share_of_limit, albumin_g, albumin_g_per_kg,
        albumin_share_of_limit, origin``. No wash is assumed: all of the DMSO in a bag is infused.

    Raises
    ------
    OriginError
        If a frame does not say where its data come from.

    Examples
    --------
    >>> import rescat
    >>> tables = rescat.load_manufacturing(), rescat.load_exposure_limits()
    >>> dose = rescat.excipient_exposure(*tables, weights=[70], bags_per_infusion=[1, 4])
    >>> dose = dose[['bags', 'dmso_g_per_kg', 'dmso_share_of_limit']].round(4)
    >>> print(dose.to_string(index=False))
     bags  dmso_g_per_kg  dmso_share_of_limit
        1         0.0391               0.0391
        4         0.1565               0.1565
    """
    limit = limits.set_index("quantity")["value"]
    grid = pd.MultiIndex.from_product([weights, bags_per_infusion], names=["weight", "bags"])
    frame = grid.to_frame(index=False)
    dmso = quantity(manufacturing, "dmso_volume", "AT") * limit["dmso_density"]
    albumin = quantity(manufacturing, "albumin_volume", "AT") * (
        quantity(manufacturing, "albumin_concentration", "AT") / 1000
    )
    frame["dmso_g"] = dmso * frame["bags"]
    frame["dmso_g_per_kg"] = frame["dmso_g"] / frame["weight"]
    frame["dmso_share_of_limit"] = frame["dmso_g_per_kg"] / limit["dmso_limit"]
    frame["albumin_g"] = albumin * frame["bags"]
    frame["albumin_g_per_kg"] = frame["albumin_g"] / frame["weight"]
    frame["albumin_share_of_limit"] = frame["albumin_g_per_kg"] / limit["albumin_limit"]
    frame["origin"] = origin_of(manufacturing, limits)
    return frame


def most_bags_per_day(manufacturing: pd.DataFrame, limits: pd.DataFrame, weight: float) -> int:
    """The most bags whose DMSO stays within the accepted limit of a day.

    Parameters
    ----------
    manufacturing : DataFrame, one row per figure
        From :func:`rescat.load_manufacturing`.
    limits : DataFrame, one row per quantity
        From :func:`rescat.load_exposure_limits`: its ``dmso_limit``, in g per kg and day.
    weight : float
        Body weight in kg. Not printed; a parameter.

    Returns
    -------
    int

    Raises
    ------
    OriginError
        If a frame does not say where its data come from.

    Notes
    -----
    The source of the limit stands in its row of the table. No wash is assumed, as in
    :func:`excipient_exposure`.

    Examples
    --------
    >>> import rescat
    >>> tables = rescat.load_manufacturing(), rescat.load_exposure_limits()
    >>> rescat.most_bags_per_day(*tables, weight=80)
    29
    """
    one = excipient_exposure(manufacturing, limits, [weight], [1]).iloc[0]
    limit = limits.set_index("quantity")["value"]["dmso_limit"]
    return int(weight * limit // one["dmso_g"])


def viability_margins(manufacturing: pd.DataFrame, criteria: pd.DataFrame) -> pd.DataFrame:
    """Each printed viability against each release criterion found elsewhere.

    Parameters
    ----------
    manufacturing : DataFrame, one row per figure
        From :func:`rescat.load_manufacturing`.
    criteria : DataFrame, one row per product and criterion
        From :func:`rescat.load_release_criteria`.

    Returns
    -------
    DataFrame
        ``measurement, viability, product, required, relation, margin, passes, origin``.

    Raises
    ------
    OriginError
        If a frame does not say where its data come from.

    Examples
    --------
    >>> import rescat
    >>> tables = rescat.load_manufacturing(), rescat.load_release_criteria()
    >>> margins = rescat.viability_margins(*tables)
    >>> int(margins['passes'].sum()), len(margins)
    (10, 10)
    """
    measured = manufacturing[manufacturing["quantity"].str.startswith("viability_")]
    measured = measured[measured["unit"].eq("%")]
    names = {
        "viability_in_use": "one bag, 45 minutes after thawing",
        "viability_stability": "stability study, 3 months, 45 minutes",
    }
    frame = (
        measured[["quantity", "value"]]
        .merge(criteria.rename(columns={"viability": "required"}), how="cross")
        .rename(columns={"value": "viability", "quantity": "measurement"})
    )
    frame["measurement"] = frame["measurement"].map(names)
    frame["margin"] = frame["viability"] - frame["required"]
    strict = frame["relation"].eq(">")
    frame["passes"] = np.where(strict, frame["margin"] > 0, frame["margin"] >= 0)
    frame["origin"] = origin_of(manufacturing, criteria)
    return frame.drop(columns=["unit", "assay", "source"])


def growth_curves(manufacturing: pd.DataFrame, seeded) -> pd.DataFrame:
    """Doublings and doubling time, conditional on the number of cells at the start.

    The number of cells seeded is not printed, so no growth rate can be computed without
    assuming it.

    Parameters
    ----------
    manufacturing : DataFrame, one row per figure
        From :func:`rescat.load_manufacturing`.
    seeded : array-like
        Cells at the start of culture. Not printed; a parameter.

    Returns
    -------
    DataFrame
        ``msc_source, seeded, doublings, doubling_time`` (days), ``origin``.

    Raises
    ------
    ValueError
        If a number of cells is not between 0 and the yield.
    OriginError
        If a frame does not say where its data come from.

    Examples
    --------
    >>> import rescat
    >>> growth = rescat.growth_curves(rescat.load_manufacturing(), seeded=[1e6])
    >>> print(growth[['msc_source', 'doublings', 'doubling_time']].round(2).to_string(index=False))
    msc_source  doublings  doubling_time
            AT      13.57           1.18
            UC      10.13           2.67
    """
    seeded = np.asarray(seeded, dtype=float)
    frames = []
    for source in ("AT", "UC"):
        cells = quantity(manufacturing, "cells_obtained", source)
        if not ((seeded > 0) & (seeded < cells)).all():
            raise ValueError(
                f"found {seeded.min():g} to {seeded.max():g} cells seeded, expected more than 0 "
                f"and fewer than the {cells:g} obtained from {source}"
            )
        doublings = np.log2(cells / seeded)
        days = quantity(manufacturing, "culture_time", source)
        frames.append(
            pd.DataFrame(
                {
                    "msc_source": source,
                    "seeded": seeded,
                    "doublings": doublings,
                    "doubling_time": days / doublings,
                }
            )
        )
    frame = pd.concat(frames, ignore_index=True)
    frame["origin"] = origin_of(manufacturing)
    return frame


def recruitment_rate(trial: pd.DataFrame, confidence: float = 0.95) -> pd.DataFrame:
    """Patients randomised against the registered target, with an exact Poisson interval.

    The interval is Garwood's (1936): chi-squared quantiles of the count.

    Parameters
    ----------
    trial : DataFrame, one row per fact
        From :func:`rescat.load_trial`.
    confidence : float
        Of the interval.

    Returns
    -------
    DataFrame, one row
        ``randomised, target, share, days`` (first to last day of either centre), ``per_month``
        with ``low`` and ``high``, and ``months_to_target`` at the observed rate.

    Raises
    ------
    OriginError
        If a frame does not say where its data come from.

    Examples
    --------
    >>> import rescat
    >>> rate = rescat.recruitment_rate(rescat.load_trial()).iloc[0]
    >>> print(f"{rate['per_month']:.2f} a month ({rate['low']:.2f} to {rate['high']:.2f})")
    0.74 a month (0.30 to 1.52)
    """
    periods = recruitment_periods(trial).set_index("group").loc[["Modena", "Vicenza"]]
    days = (periods["end"].max() - periods["start"].min()).days + 1
    months = days / 30.4375
    count, target = fact(trial, "patients_randomised"), fact(trial, "register_target", "all ages")
    tail = (1 - confidence) / 2
    low, high = stats.chi2.ppf(tail, 2 * count) / 2, stats.chi2.ppf(1 - tail, 2 * count + 2) / 2
    return pd.DataFrame(
        {
            "randomised": [int(count)],
            "target": int(target),
            "share": count / target,
            "days": days,
            "per_month": count / months,
            "low": low / months,
            "high": high / months,
            "months_to_target": target / (count / months),
            "origin": origin_of(trial),
        }
    )


def press_count(trial: pd.DataFrame) -> dict:
    """What a press report of January 2022 tells about the course of recruitment.

    Parameters
    ----------
    trial : DataFrame, one row per fact
        From :func:`rescat.load_trial`.

    Returns
    -------
    dict
        ``date`` of the report (timestamp), patients ``enrolled`` until then and ``after`` it (of
        those whom the paper counts), and the ``days`` that were left until the last day of
        recruitment. This holds if the report counts the patients of both hospitals.

    Raises
    ------
    KeyError
        If one of these facts is not in the table.

    Examples
    --------
    >>> import rescat
    >>> press = rescat.press_count(rescat.load_trial())
    >>> f"{press['date']:%Y-%m-%d}", press['enrolled'], press['after'], press['days']
    ('2022-01-29', 4, 3, 30)
    """
    date, enrolled = pd.Timestamp("2022-01-29"), int(fact(trial, "enrolled_2022_01_29"))
    last = recruitment_periods(trial).set_index("group").loc["Vicenza", "end"]
    return {
        "date": date,
        "enrolled": enrolled,
        "after": int(fact(trial, "patients_randomised")) - enrolled,
        "days": (last - date).days,
    }


OLDER = "65 years and over"  # as the register calls them


def planned_by_age(trial: pd.DataFrame, patients: pd.DataFrame) -> pd.DataFrame:
    """Patients planned, as registered, and randomised, by age group.

    Parameters
    ----------
    trial : DataFrame, one row per fact
        From :func:`rescat.load_trial`.
    patients : DataFrame, one row per patient
        From :func:`rescat.load_patients`. Matched controls are not counted.

    Returns
    -------
    DataFrame, two rows per age group
        ``age_group, kind`` (planned or randomised), ``patients, origin``. A patient without an
        age counts as younger.

    Raises
    ------
    KeyError
        If the registered numbers are not among the facts.
    OriginError
        If a frame does not say where its data come from.

    Examples
    --------
    >>> import rescat
    >>> by_age = rescat.planned_by_age(rescat.load_trial(), rescat.load_patients())
    >>> print(by_age.to_string(index=False))
            age_group       kind  patients   origin
          18-64 years    planned        20 evidence
          18-64 years randomised         6 evidence
    65 years and over    planned        40 evidence
    65 years and over randomised         1 evidence
    """
    older = patients.loc[patients["arm"].ne("mCTRL"), "age"].ge(65)
    randomised = {"18-64 years": int((~older).sum()), OLDER: int(older.sum())}
    rows = [
        (group, kind, count)
        for group, number in randomised.items()
        for kind, count in (
            ("planned", int(fact(trial, "register_target", group))),
            ("randomised", number),
        )
    ]
    frame = pd.DataFrame(rows, columns=["age_group", "kind", "patients"])
    return frame.assign(origin=origin_of(trial, patients))


def chance_of_so_few_older(by_age: pd.DataFrame) -> float:
    """How probable it is to randomise so few patients of 65 or over, or fewer.

    Parameters
    ----------
    by_age : DataFrame
        From :func:`planned_by_age`.

    Returns
    -------
    float
        From the binomial distribution, if each randomised patient is 65 or over with the
        probability that was planned.

    Examples
    --------
    None of two where half were planned:

    >>> rows = [("18-64 years", "planned", 5), (OLDER, "planned", 5),
    ...         ("18-64 years", "randomised", 2), (OLDER, "randomised", 0)]
    >>> frame = pd.DataFrame(rows, columns=["age_group", "kind", "patients"])
    >>> print(round(chance_of_so_few_older(frame), 3))
    0.25
    """
    counts = by_age.pivot(index="age_group", columns="kind", values="patients")
    total = counts.sum()
    planned = counts.loc[OLDER, "planned"] / total["planned"]
    return float(stats.binom.cdf(counts.loc[OLDER, "randomised"], total["randomised"], planned))
