"""What the compiled loops read, and what they change."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Places = NDArray[np.uint32]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

# Columns of the table of rows: a price a unit below LEAST, below FIRST and SECOND, and above MOST.
LEAST, LEAST_PRICE, FIRST, FIRST_PRICE, SECOND, SECOND_PRICE, MOST, MOST_PRICE = range(8)
ROW_FIELDS = 8
# Columns of what a simple row is.
LEVEL, PRICE = range(2)


class Problem(NamedTuple):
    """What does not change. Columns are sorted by contingent and start.

    Rows before `simple` cost something in one way only, below a level, and those from `plain` on drive followers (see
    followers.py): `driver_first, driver_row` are the driving rows of each, `effect_first, effect_row, effect_value`
    what it adds to rows. `guided`: the driving rows of peaks.
    `first, entry`: the entries of each column, from `other` on those in rows that are not simple, from `driving` on
    those in rows that drive followers; `entry_of, entry_other, entry_driving` alike for each contingent. `column_of`,
    `cell_of`, `block_of` (contingents + 1): where the columns, cells and blocks (see cells.py) of each contingent
    begin. `again`: when a unit may start again.
    """

    periods: int
    column_of: Ints
    start: Ints
    again: Ints
    sector: Ints
    role: Ints
    price: Floats
    first: Ints
    other: Ints
    driving: Ints
    entry: Places
    entry_of: Ints
    entry_other: Ints
    entry_driving: Ints
    entry_row: Places
    entry_value: Floats
    cell_of: Ints
    cell_first: Ints
    cell_entry: Places
    block: Places
    block_of: Ints
    block_first: Ints
    block_cell: Places
    own_first: Ints
    own_cell: Places
    unit_contingent: Ints
    unit_free: Ints
    unit_size: Ints
    nation: Ints
    limit: Bools
    simple: int
    plain: int
    follows: Ints
    bound: Floats
    each: Floats
    driver_first: Ints
    driver_row: Ints
    effect_first: Ints
    effect_row: Ints
    effect_value: Floats
    weight: Floats
    most: Floats
    guided: Ints


class State(NamedTuple):
    """What changes: the rows' prices, amounts and worths, the columns that each unit serves, and scratch space.

    `served` (int64[units, slots]) holds column numbers, then -1; `scale` (float64[rows, 2]) what a unit of each limit
    is worth, roughly, and the factor that makes its price of that. `line` (float64[simple, 2]): level and price of each
    simple row, as in `rows`. `follower` is how large each follower is, `reach` how large it is in the best state so
    far.
    """

    rows: Floats
    line: Floats
    scale: Floats
    amount: Floats
    worth: Floats
    served: Ints
    best_served: Ints
    before: Ints
    of_entry: Floats
    of_cell: Floats
    of_block: Floats
    best: Floats
    choice: Ints
    chosen: Ints
    taken: Bools
    key: Floats
    follower: Floats
    reach: Floats
