"""The rows of a model as the engine weighs them: prices, limits, and rows that drive what follows from the tours."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from forcegen.engine.followers import Followers, Resolved, followers, resolved
from forcegen.engine.state import FIRST, FIRST_PRICE, LEAST, MOST, ROW_FIELDS, SECOND, SECOND_PRICE
from forcegen.mip import CHOSEN, IMPLIED, INF

if TYPE_CHECKING:
    from forcegen.mip import MipModel

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

NEVER = 1e301
# Sums of this many times a thousand are still whole numbers in floating point.
_WHOLE = 2**43


@dataclass(frozen=True, eq=False)
class Network:
    """Rows over tours and followers, those that drive a follower last.

    Parameters
    ----------
    matrix : csr_array float64[rows, tours]
        Coefficients of the tours.
    rows : float64[rows, ROW_FIELDS]
        Prices and limits, as in State.rows.
    simple
        The rows before this one cost something in one way only, below a level.
    period : int64[rows]
        The period that a row is about, -1 for none.
    price : float64[tours]
        What a tour costs beside what it does to rows.
    followers
        What follows from the tours, and which rows drive it.
    """

    matrix: sp.csr_array[np.float64]
    rows: Floats
    simple: int
    period: Ints
    price: Floats
    followers: Followers


def network(model: MipModel, worth: Floats, tours: int, period: Ints, defined: Ints, ignored: Bools) -> Network | None:
    """Return the rows that count, or None where the model has columns that the engine does not understand.

    Totals that equations fix are put in as what they are, shortfalls become prices on their rows, and what is only as
    large as rows ask (who is where, a peak, what has changed) follows from the tours.
    """
    making = _Making(model, worth, tours, defined, ignored)
    known = making.eliminated() and making.turned() and making.lacking()
    return making.network(period) if known else None


class _Making:
    """A model on its way to a network: what is understood is moved from columns into rows."""

    def __init__(self, model: MipModel, worth: Floats, tours: int, defined: Ints, ignored: Bools) -> None:
        self.model, self.defined, self.tours = model, defined, tours
        self.matrix = sp.csr_array(model.matrix[:, :tours].astype(np.float64))
        self.others = sp.csr_array(model.matrix[:, tours:].astype(np.float64))
        self.price, self.worth = worth[:tours].astype(np.float64), worth[tours:].astype(np.float64)
        self.lower = np.where((model.row_lower > -INF / 2) & ~ignored, model.row_lower.astype(np.float64), -NEVER)
        self.upper = np.where((model.row_upper < INF / 2) & ~ignored, model.row_upper.astype(np.float64), NEVER)
        self.rows = np.zeros((model.rows, ROW_FIELDS))
        self.rows[:, FIRST] = self.rows[:, SECOND] = -NEVER

    def eliminated(self) -> bool:
        """Put totals that equations fix in as what they are; tell whether all were sums of tours."""
        which = np.flatnonzero(self.defined >= 0)
        equations, own = self.defined[which], self.others.shape[1] - len(self.defined) + which
        if not len(which):
            return True
        if self.others[equations].nnz != len(which) or self.worth[own].any():
            return False
        scale = -np.array([self.others[i, j] for i, j in zip(equations, own, strict=True)])
        apart = np.ones(self.model.rows)
        apart[equations] = 0
        links = sp.diags_array(apart) @ self.others[:, own]
        self.matrix = sp.csr_array(self.matrix + links @ sp.diags_array(1 / scale) @ self.matrix[equations])
        shift = links @ (-self.model.row_lower[equations] / scale)
        self.lower = np.where(self.lower > -NEVER, self.lower - shift, -NEVER)
        self.upper = np.where(self.upper < NEVER, self.upper - shift, NEVER)
        self.lower[equations], self.upper[equations] = -NEVER, NEVER
        left = np.ones(self.others.shape[1])
        left[own] = 0
        self.others = sp.csr_array(self.others @ sp.diags_array(left))
        self.others.eliminate_zeros()
        return True

    def turned(self) -> bool:
        """Write rows with other columns as `at least`; tell whether all have one side and whole coefficients."""
        mixed = (np.diff(self.others.indptr) > 0) & (self.upper < NEVER)
        if (mixed & (self.lower > -NEVER)).any():
            return False
        sign = np.where(mixed, -1.0, 1.0)
        self.matrix = sp.csr_array(sp.diags_array(sign) @ self.matrix)
        self.others = sp.csr_array(sp.diags_array(sign) @ self.others)
        self.lower[mixed], self.upper[mixed] = -self.upper[mixed], NEVER
        data = self.matrix.data
        return bool((data == np.rint(data)).all() and np.abs(data).max(initial=0) < _WHOLE)

    def lacking(self) -> bool:
        """Turn shortfalls into prices on their rows, and into what their rows lack elsewhere; tell whether all were."""
        count = self.others.shape[1] - len(self.defined)
        entries = self.others[:, :count].tocoo()
        home = entries.data > 0
        owner = np.full(count, -1, dtype=np.int64)
        owner[entries.col[home]] = entries.row[home]
        price, most = self.worth[:count], self.model.upper[self.tours : self.tours + count]
        alone = np.bincount(entries.col[home], minlength=count)
        if (alone != 1).any() or (entries.data[home] != 1).any() or (price < 0).any() or (most >= INF).any():
            return False
        if (self.lower[owner] <= -NEVER).any() or not self._lacking_elsewhere(entries, owner):
            return False
        self.others = sp.csr_array(
            sp.hstack([sp.csr_array((self.model.rows, count), dtype=np.float64), self.others[:, count:]])
        )
        return self._pieces(owner, price, most)

    def _lacking_elsewhere(self, entries: sp.coo_array, owner: Ints) -> bool:
        """Put what a row lacks in as its side less its tours, where all its shortfalls count alike."""
        away = entries.data < 0
        row, home, value = entries.row[away], owner[entries.col[away]], entries.data[away]
        if not len(row):
            return True
        pair, place, times = np.unique(np.stack([row, home]), axis=1, return_inverse=True, return_counts=True)
        place = place.reshape(-1)
        of_pair = np.zeros(len(times))
        of_pair[place] = value
        parts = np.bincount(owner, minlength=self.model.rows)
        if (of_pair[place] != value).any() or (times != parts[pair[1]]).any():
            return False
        links = sp.csr_array((of_pair, (pair[0], pair[1])), shape=(self.model.rows, self.model.rows))
        self.matrix = sp.csr_array(self.matrix - links @ self.matrix)
        self.lower -= links @ np.where(self.lower > -NEVER, self.lower, 0)
        return True

    def _pieces(self, owner: Ints, price: Floats, most: Ints) -> bool:
        pieces, before = np.zeros(self.model.rows, dtype=np.int64), np.zeros(self.model.rows)
        level = self.lower.copy()
        for j in np.lexsort((price, owner)):  # what is cheapest is lacking first
            i = owner[j]
            if not most[j]:
                continue
            if pieces[i] == 2:
                return False
            field = FIRST + 2 * pieces[i]
            self.rows[i, field], self.rows[i, field + 1] = level[i], price[j] - before[i]
            before[i], level[i] = price[j], level[i] - most[j]
            pieces[i] += 1
        touched = np.unique(owner)
        self.lower[touched] = np.where(level[touched] > 0, level[touched], -NEVER)
        return True

    def network(self, period: Ints) -> Network | None:
        """Return the network, or None where not every column that is left follows from the tours."""
        kinds = self.defined[self.defined < 0]
        if (kinds == CHOSEN).any():
            return None
        first = self.others.shape[1] - len(self.defined) + np.flatnonzero(self.defined < 0)
        upper = self.model.upper[self.tours + first]
        most = np.where(upper < INF, upper.astype(np.float64), np.inf)
        links, weight = sp.csr_array(self.others[:, first]), self.worth[first]
        if (weight < 0).any() or self.model.lower[self.tours + first].any():
            return None
        found = resolved(self.matrix, self.lower, links, kinds, weight)
        if found is None:
            return None
        self._softened(found.soft, found.soft_price)
        self.rows[:, LEAST], self.rows[:, MOST] = self.lower, self.upper
        used = (np.diff(self.matrix.indptr) > 0) | (np.diff(found.links.indptr) > 0)
        plain = np.flatnonzero(counting(self.rows, used) & ~found.driving)
        plain = plain[~self._kept_anyway(found, kinds, plain)]
        several = ways(self.rows[plain]) != 1
        simple, plain = np.count_nonzero(~several), plain[np.argsort(several, kind="stable")]
        found = replace(found, links=self._raised(plain[:simple], found.links))
        sides = np.where(self.lower > -NEVER, self.lower, 0)
        following, kept = followers(found, kinds, weight, most, found.summed @ sides, plain)
        driving = np.zeros((len(kept), ROW_FIELDS))
        driving[:, [LEAST, FIRST, SECOND]], driving[:, MOST] = -NEVER, NEVER
        about = found.summed.indices[found.summed.indptr[kept]]
        return Network(
            sp.csr_array(sp.vstack([self.matrix[plain], (found.summed @ self.matrix)[kept]])),
            np.concatenate([self.rows[plain], driving]),
            int(simple),
            np.concatenate([period[plain], period[about]]),
            self.price,
            following,
        )

    def _raised(self, rows: Ints, links: sp.csr_array[np.float64]) -> sp.csr_array[np.float64]:
        """Write rows that have only a most as rows that have only a least; return links alike."""
        rows = rows[self.rows[rows, MOST] < NEVER]
        sign = np.ones(self.model.rows)
        sign[rows] = -1
        self.matrix = sp.csr_array(sp.diags_array(sign) @ self.matrix)
        self.rows[rows, LEAST], self.rows[rows, MOST] = -self.rows[rows, MOST], NEVER
        return sp.csr_array(sp.diags_array(sign) @ links)

    def _kept_anyway(self, found: Resolved, kinds: Ints, plain: Ints) -> Bools:
        """Return which rows say no more than that what is there has units there; bool[plain].

        `units - k here >= -given`, where every unit that drives `here` counts at least k.
        """
        result = np.zeros(len(plain), dtype=bool)
        part = sp.csr_array(self.matrix[plain])
        driver = np.full(len(kinds), -1, dtype=np.int64)
        times = np.bincount(found.follows, minlength=len(kinds))
        driver[found.follows] = np.arange(len(found.follows))
        summed = sp.csr_array(found.summed @ self.matrix)
        sides = found.summed @ np.where(self.lower > -NEVER, self.lower, 0)
        for x in np.flatnonzero(np.diff(found.links.indptr)[plain] == 1).tolist():
            at = found.links.indptr[plain[x]]
            j, value, least = found.links.indices[at], found.links.data[at], self.rows[plain[x], LEAST]
            if kinds[j] != IMPLIED or value >= 0 or times[j] != 1 or found.level[j] != 0:
                continue
            mine, its = slice(*part.indptr[x : x + 2]), slice(*summed.indptr[driver[j] : driver[j] + 2])
            counted = part.indices[mine][part.data[mine] >= -value]
            enough = least <= (value if sides[driver[j]] > 0 else 0)
            result[x] = enough and (part.data[mine] > 0).all() and np.isin(summed.indices[its], counted).all()
        return result

    def _softened(self, soft: Ints, price: Floats) -> None:
        """Turn what one row alone asks for, and nobody else looks at, into a price on that row."""
        self.rows[soft, FIRST], self.rows[soft, FIRST + 1] = self.lower[soft], price
        self.lower[soft] = -NEVER


def ways(rows: Floats) -> Ints:
    """Return in how many ways each row can cost something, int64[rows]."""
    limits = (rows[:, LEAST] > -NEVER).astype(np.int64) + (rows[:, MOST] < NEVER)
    return limits + (rows[:, FIRST_PRICE] > 0) + (rows[:, SECOND_PRICE] > 0)


def levels(rows: Floats) -> Floats:
    """Return level and price of simple rows, float64[rows, 2]."""
    which = np.select([rows[:, FIRST_PRICE] > 0, rows[:, SECOND_PRICE] > 0], [FIRST, SECOND], LEAST)
    return np.stack([rows[np.arange(len(rows)), field] for field in (which, which + 1)], axis=1)


def counting(rows: Floats, used: Bools) -> Bools:
    """Return which rows cost something, or can be broken; bool[rows]."""
    priced = (rows[:, FIRST + 1] > 0) | (rows[:, SECOND_PRICE] > 0)
    limited = (rows[:, MOST] < NEVER) | (rows[:, LEAST] > -NEVER)
    broken = (rows[:, LEAST] > 0) | (rows[:, MOST] < 0)
    return ((priced | limited) & used) | broken
