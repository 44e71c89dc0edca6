"""Pool rows: those left out say nothing new, and every point that keeps them is a plan of single units."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import Any

import numpy as np
import pytest

from forcegen.audit import audit
from forcegen.domain.instance import Instance
from forcegen.domain.plan import Plan
from forcegen.formulation.decode import decode, encode
from forcegen.formulation.rows.pool import pool
from forcegen.formulation.tour import Formulation, build
from tests.unit.audit.documents import contingent, document

CASES = 300


def drawn(seed: int, most_periods: int = 8, most_units: int = 4) -> Instance:
    """One contingent of random units, tour lengths, dwell and history; `east` and `west` ask for all it has."""
    random = Random(seed)
    shortest, units = random.randint(1, 3), random.randint(1, most_units)
    longest = shortest + random.choice((0, 0, 1, 2))
    fields: dict[str, Any] = {
        "units": units,
        "tour": longest if longest == shortest else {"min": shortest, "max": longest},
        "dwell": random.choice((random.randint(0, 4), {"ratio": random.choice((0.5, 1, 1.5, 2))})),
    }
    item = document(
        contingents=[contingent("POL-inf", **fields)],
        horizon={"start": "2025-07", "periods": random.randint(1, most_periods)},
        history=[history(random) for _ in range(random.randint(0, units))],
    )
    return Instance.model_validate(item)


def history(random: Random) -> dict[str, Any]:
    """A unit that is home again, with or without its start told, or one that still serves."""
    row: dict[str, Any] = {"contingent": "POL-inf", "units": 1}
    if random.random() < 0.5:
        since = {"since": f"2025-0{random.randint(1, 2)}"} if random.random() < 0.5 else {}
        return row | since | {"returned": f"2025-0{random.randint(3, 7)}"}
    until = {"since": f"2025-0{random.randint(3, 6)}", "ends": f"2025-{random.randint(7, 9):02}"}
    return row | until | {"sector": "east", "role": "line"}


def occupied(formulation: Formulation) -> np.ndarray[Any, Any]:
    """The full row set: which tours (columns) are away or at rest in each period (rows)."""
    tours, instance = formulation.frame.columns.tours, formulation.frame.instance
    only = instance.contingents[0]
    free = [a + n + only.dwell_after(n) for a, n in zip(tours.start.tolist(), tours.length.tolist(), strict=True)]
    period = np.arange(formulation.frame.periods)[:, None]
    return (tours.start <= period) & (period < np.array(free, dtype=np.int64))


def room(instance: Instance) -> list[int]:
    """Units that history leaves free in each period, straight from the document."""
    only, horizon, free_from = instance.contingents[0], instance.horizon, []
    for row in instance.history:
        begun = None if row.since is None else horizon.index(row.since)
        home = horizon.index(row.returned) if row.returned is not None else horizon.index(row.ends) + 1
        free_from.append(home + only.dwell_after(only.tour_lengths[-1] if begun is None else home - begun))
    return [only.pool - sum(t < free for free in free_from) for t in range(horizon.periods)]


@pytest.mark.parametrize("seed", range(40))
def test_rows_left_out_say_nothing_new(seed: int) -> None:
    formulation = build(drawn(seed, most_periods=4, most_units=2), [])
    rows, tours = pool(formulation.frame), len(formulation.frame.columns.tours)
    kept = np.zeros((len(rows.lower), tours), dtype=np.int64)
    np.add.at(kept, (rows.entries.row, rows.entries.column), rows.entries.value)
    every, limit = occupied(formulation).astype(np.int64), np.array(room(formulation.frame.instance))
    # Tours of one start and length are alike in every row: one of each is enough.
    _, alike = np.unique(np.vstack([every, kept]), axis=1, return_index=True)
    if len(alike) > 8:
        alike = np.array(sorted(Random(seed).sample(alike.tolist(), 8)))
    units = formulation.frame.instance.contingents[0].pool
    for point in product(range(units + 1), repeat=len(alike)):
        allowed = bool((kept[:, alike] @ point <= rows.upper).all())
        assert allowed == bool((every[:, alike] @ point <= limit).all()), point


def some_point(formulation: Formulation, seed: int) -> np.ndarray[Any, Any]:
    """Tours added in random order, as long as the full row set lets them; often no more will fit."""
    random, every = Random(seed), occupied(formulation).astype(np.int64)
    values = np.zeros(formulation.model.columns, dtype=np.int64)
    limit, tours = np.array(room(formulation.frame.instance)), len(formulation.frame.columns.tours)
    order = list(range(tours)) * 3
    random.shuffle(order)
    for z in order[: random.randint(1, len(order) + 1)]:
        if (every @ values[:tours] + every[:, z] <= limit).all():
            values[z] += 1
    return values


@pytest.mark.parametrize("block", range(0, CASES, 50))
def test_decode_splits_whatever_keeps_the_pool_rows(block: int) -> None:
    used = 0
    for seed in range(block, block + 50):
        formulation = build(drawn(seed), [])
        values = some_point(formulation, seed)
        tours = decode(formulation, values)
        assert len(tours) == values[: len(formulation.frame.columns.tours)].sum()
        found = audit(formulation.frame.instance, Plan(tours=tours))
        assert found.clean, (seed, found.violations)
        used += len(tours)
    assert used > 100


def test_decode_refuses_more_tours_than_units() -> None:
    formulation = build(drawn(0), [])
    values = np.zeros(formulation.model.columns, dtype=np.int64)
    values[0] = formulation.frame.instance.contingents[0].pool + 1
    with pytest.raises(ValueError, match="more units serve"):
        decode(formulation, values)


@pytest.mark.parametrize("block", range(0, CASES, 50))
def test_encode_returns_the_point_that_was_decoded_and_keeps_all_rows(block: int) -> None:
    for seed in range(block, block + 50):
        formulation = build(drawn(seed), ["unmet-target"])
        values, tours = some_point(formulation, seed), len(formulation.frame.columns.tours)
        again = encode(formulation, Plan(tours=decode(formulation, values)))
        assert (again[:tours] == values[:tours]).all()
        assert len(formulation.model.violations(again)) == 0, seed
