"""What the engine searches, from a model whose first columns are tours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp
from numba import njit
from numpy.typing import NDArray

from forcegen.engine.cells import cut
from forcegen.engine.entries import entries
from forcegen.engine.leading import commands, led, nobody, with_leads
from forcegen.engine.network import NEVER, levels, network
from forcegen.engine.rows import follow
from forcegen.engine.state import FIRST, FIRST_PRICE, LEAST, MOST, SECOND, SECOND_PRICE, Problem, State

if TYPE_CHECKING:
    from forcegen.engine.command import Commands, Held
    from forcegen.engine.followers import Followers
    from forcegen.engine.network import Network
    from forcegen.engine.wire import Crew, Leading
    from forcegen.mip import MipModel

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Task:
    """Arrays as the compiled loops want them; see state.py.

    Parameters
    ----------
    order : int64[columns]
        The tour of each column, or behind all tours what says who leads: columns are sorted by contingent and start.
    matrix : csc_array float64[rows, columns]
        Coefficients.
    rows, scale
        As in the State, when nobody serves.
    mean_gain
        What a column can save at most, on average over those that can.
    slots
        Tours that a unit can serve in the horizon, and one more.
    tours
        How many columns are tours; they come first.
    commands, leading
        The others.
    """

    order: Ints
    matrix: sp.csc_array[np.float64]
    rows: Floats
    scale: Floats
    mean_gain: float
    problem: Problem
    slots: int
    tours: int
    commands: Commands
    leading: Leading | None

    def empty_state(self) -> State:
        """Return the state in which nobody serves."""
        units, problem = len(self.problem.unit_contingent), self.problem
        served = np.full((units, self.slots), -1, dtype=np.int64)
        state = State(
            rows=self.rows.copy(),
            line=levels(self.rows[: problem.simple]),
            scale=self.scale.copy(),
            amount=np.zeros(len(self.rows)),
            worth=np.zeros(len(self.rows)),
            served=served,
            best_served=served.copy(),
            before=served.copy(),
            of_entry=np.zeros(int(np.diff(problem.entry_of).max(initial=0))),
            of_cell=np.zeros(int(np.diff(problem.cell_of).max(initial=0))),
            of_block=np.zeros(int(np.diff(problem.block_of).max(initial=0))),
            best=np.zeros(problem.periods + 1),
            choice=np.zeros(problem.periods + 1, dtype=np.int64),
            chosen=np.zeros(units, dtype=np.int64),
            taken=np.zeros(units, dtype=bool),
            key=np.zeros(units),
            follower=np.zeros(len(problem.weight)),
            reach=np.full(len(problem.weight), np.inf),
        )
        follow(problem, state)
        return state

    def empty_held(self) -> Held:
        """Return the state in which nobody leads."""
        return nobody(self.commands)

    @property
    def led(self) -> NDArray[np.bool_]:
        """Who leads to begin with, bool[commands, pairs, periods]."""
        return led(self.leading)

    def leads_of(self, taken: Ints) -> NDArray[np.bool_]:
        """Return who leads in a plan, alike."""
        return led(self.leading, taken[self.tours :])

    def taken(self, served: Ints, held: Ints) -> Ints:
        """Return how many units take each tour, and who leads, int64[columns]."""
        columns = np.concatenate([served[served >= 0], held[held >= 0]])
        return np.bincount(self.order[columns], minlength=len(self.order)).astype(np.int64)

    def tours_of(self, taken: Ints) -> Ints:
        """Return the tours of a plan, each as often as it is taken, in the order of their starts."""
        position = np.argsort(self.order)[: self.tours]
        columns = np.repeat(position, taken[: self.tours])
        return np.asarray(columns[np.argsort(self.problem.start[columns], kind="stable")])


def task(
    model: MipModel,
    worth: Floats,
    crew: Crew,
    period: Ints,
    defined: Ints,
    ignored: NDArray[np.bool_],
    leading: Leading | None = None,
) -> Task | None:
    """Return the task, or None where the model has columns that the engine does not understand.

    Parameters
    ----------
    model
        Its rows and bounds count, not its objective.
    worth : float64[columns]
        What is to be minimised.
    period : int64[rows]
        What period a row is about, -1 for none.
    defined : int64[j]
        What makes the last j columns what they are: an equation's number, or IMPLIED, RAISED or WHOLE.
    ignored : bool[rows]
        Rows that hold by themselves once no unit is in two places (pools), and nobody leads for less than a term.
    leading
        Which columns after the tours say who leads.
    """
    columns = len(crew.tours) + (0 if leading is None else leading.columns)
    weighed = network(model, worth, columns, period, defined, ignored)
    return None if weighed is None else _task(weighed, crew, leading)


def _task(weighed: Network, crew: Crew, leading: Leading | None) -> Task:
    every, again = with_leads(crew, leading)
    order = np.lexsort((every.start, every.contingent)).astype(np.int64)
    columns = sp.csc_array(weighed.matrix.tocsc()[:, order])
    columns.sort_indices()
    tours, rows, price = every.take(order), weighed.rows, weighed.price[order]
    posts = commands(leading, crew, every, np.argsort(order), columns)
    contingents = len(crew.size) + len(posts.sector)
    followers = weighed.followers
    plain = len(rows) - len(followers.follows)
    column_of = np.searchsorted(tours.contingent, np.arange(contingents + 1)).astype(np.int64)
    distinct = entries(columns, column_of, weighed.simple, plain)
    cells = cut(distinct, tours, weighed.period, contingents)
    limit = (rows[:, MOST] < NEVER) | (rows[:, LEAST] > -NEVER)
    guided = followers.peaks[followers.follows]
    served = sp.csc_array(columns[:, : len(crew.tours)])
    gains = _gains(served, rows, price[: len(crew.tours)], followers)
    saving = gains[gains > 0]
    by_follower = np.argsort(followers.follows, kind="stable")
    effects = followers.effects.tocsc()
    problem = Problem(
        periods=crew.periods,
        column_of=column_of,
        start=tours.start,
        again=again[order],
        sector=tours.sector,
        role=tours.role,
        price=price,
        first=distinct.first,
        other=distinct.other,
        driving=distinct.driving,
        entry=_places(distinct.of_column),
        entry_of=distinct.of_contingent,
        entry_other=distinct.other_of_contingent,
        entry_driving=distinct.driving_of_contingent,
        entry_row=_places(distinct.row),
        entry_value=distinct.value,
        cell_of=cells.of_contingent,
        cell_first=cells.first,
        cell_entry=_places(cells.entry),
        block=_places(cells.block),
        block_of=cells.blocks_of_contingent,
        block_first=cells.of_block.first,
        block_cell=_places(cells.of_block.items),
        own_first=cells.of_column.first,
        own_cell=_places(cells.of_column.items),
        unit_contingent=crew.contingent,
        unit_free=crew.free,
        unit_size=crew.size[crew.contingent],
        nation=crew.nation,
        limit=limit,
        simple=weighed.simple,
        plain=plain,
        follows=followers.follows,
        bound=followers.bound,
        each=followers.each,
        driver_first=np.searchsorted(followers.follows[by_follower], np.arange(len(followers.weight) + 1)),
        driver_row=plain + by_follower,
        effect_first=effects.indptr.astype(np.int64),
        effect_row=effects.indices.astype(np.int64),
        effect_value=effects.data,
        weight=followers.weight,
        most=followers.most,
        guided=plain + np.flatnonzero(guided),
    )
    scale = np.stack([_scales(served, gains, limit), np.ones(len(rows))], axis=1)
    scale[problem.guided, 0] = (followers.weight[followers.follows] / followers.each)[guided]
    shortest = int((crew.again - crew.tours.start).min(initial=crew.periods))
    return Task(
        order=order,
        matrix=columns,
        rows=rows,
        scale=scale,
        mean_gain=float(saving.mean()) if len(saving) else 1.0,
        problem=problem,
        slots=-(-crew.periods // max(1, shortest)) + 1,
        tours=len(crew.tours),
        commands=posts,
        leading=leading,
    )


def _places(numbers: NDArray[np.signedinteger[Any]]) -> NDArray[np.uint32]:
    """Return indices as the loops read them."""
    return numbers.astype(np.uint32)


def _gains(columns: sp.csc_array[np.float64], rows: Floats, price: Floats, followers: Followers) -> Floats:
    """Return at most what each column can save, or what it costs where that is more; float64[tours]."""
    gains = columns.copy()
    worth = rows[:, FIRST_PRICE] + rows[:, SECOND_PRICE]
    target = np.maximum(np.maximum(rows[:, FIRST], rows[:, SECOND]), 0)
    gains.data = np.minimum(gains.data, target[gains.indices]) * worth[gains.indices]
    driven = np.zeros(len(rows))
    driven[len(rows) - len(followers.follows) :] = followers.weight[followers.follows] / followers.each
    moved = abs(columns).T @ driven
    return np.asarray(np.maximum(np.asarray(gains.sum(axis=0)).ravel() + moved, np.abs(price)))


def _scales(columns: sp.csc_array[np.float64], gain: Floats, limit: NDArray[np.bool_]) -> Floats:
    """Return what a unit of each limit is worth, roughly: the median gain of its columns over their coefficients."""
    by_row = columns.tocsr()
    result = np.full(len(limit), max(float(np.median(gain[gain > 0])) if (gain > 0).any() else 1.0, 1.0))
    first, column = by_row.indptr.astype(np.int64), by_row.indices.astype(np.int32)
    _medians(first, column, by_row.data, gain, np.flatnonzero(limit), result)
    return result


@njit(cache=True)
def _medians(first: Ints, column: NDArray[np.int32], value: Floats, gain: Floats, rows: Ints, result: Floats) -> None:
    """Fill in the median for each of the rows that has columns."""
    for i in rows:
        if first[i] < first[i + 1]:
            each = np.empty(first[i + 1] - first[i])
            for q in range(first[i], first[i + 1]):
                each[q - first[i]] = gain[column[q]] / abs(value[q])
            result[i] = max(np.median(each), 1e-9)
