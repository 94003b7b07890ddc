"""Which controls a treated patient gets: the smallest total, or one after the other."""

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching


def everybody_served(apart: np.ndarray, width: float, ratio: int) -> bool:
    """Whether every row can have as many columns within a width."""
    if apart.size == 0:
        return False
    places = csr_array(np.repeat(apart <= width, ratio, axis=0))
    return bool((maximum_bipartite_matching(places, perm_type="column") >= 0).all())


def optimal(cost: np.ndarray, ratio: int) -> list[np.ndarray]:
    """The columns chosen for each row: most rows served, most places filled, least cost.

    Between equal totals the last digits would decide, which differ from processor to processor; so
    distances are rounded to 12 digits of the largest.
    """
    largest = np.where(np.isfinite(cost), np.abs(cost), 0).max(initial=0)
    if largest > 0:
        cost = np.round(cost, 11 - int(np.floor(np.log10(largest))))
    places = cost if ratio == 1 else np.repeat(cost, ratio, axis=0)
    if len(places) <= cost.shape[1]:
        try:
            _, columns = linear_sum_assignment(places)
            return list(columns.reshape(len(cost), ratio))
        except ValueError:  # not every place can be filled
            pass
    return _most(places, len(cost), ratio)


def _most(places: np.ndarray, rows: int, ratio: int) -> list[np.ndarray]:
    """The same where not every place can be filled: an empty place has a price of its own.

    An empty second place costs more than any distances can save, and a patient without any
    control more than all empty second places.
    """
    n, controls = places.shape
    largest = np.where(np.isfinite(places), places, 0).max(initial=0)
    second = n * largest + 1
    first = second * (n + 1)
    price = np.where(np.arange(n) % ratio == 0, first, second)
    empty = np.broadcast_to(price[:, None], (n, n))
    place, column = linear_sum_assignment(np.hstack([places, empty]))
    chosen = [column[place // ratio == i] for i in range(rows)]
    return [c[c < controls] for c in chosen]


def greedy(cost: np.ndarray, ratio: int, order: str) -> list[np.ndarray]:
    """The nearest free control for one row after another, in as many rounds as the ratio."""
    chosen = [[] for _ in cost]
    free = cost.copy()
    for _ in range(ratio):
        for i in _closest_first(free) if order == "closest" else range(len(cost)):
            if not free.shape[1] or not np.isfinite(free[i].min()):
                continue
            best = int(free[i].argmin())
            chosen[i].append(best)
            free[:, best] = np.inf
    return [np.array(c, int) for c in chosen]


def _closest_first(free: np.ndarray):
    """Rows in the order in which the nearest pair of all is taken; reads ``free`` as it changes."""
    waiting = np.ones(len(free), bool)
    nearest = free.min(axis=1, initial=np.inf)
    while waiting.any():
        i = int(np.where(waiting, nearest, np.inf).argmin())
        now = free[i].min(initial=np.inf)
        if now > nearest[i]:  # that control was taken meanwhile
            nearest[i] = now
            continue
        if not np.isfinite(now):
            return
        waiting[i] = False
        yield i
