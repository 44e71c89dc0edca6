"""Small parts of the compiled loops: what they draw."""

from __future__ import annotations

import numpy as np
import pytest

from forcegen.engine.compiled import skipped


@pytest.mark.parametrize("chance", [0.01, 0.3])
def test_as_many_come_before_the_first_as_where_each_is_drawn(chance: float) -> None:
    random, count = np.random.default_rng(1), 20_000
    drawn = np.array([skipped(chance, random) for _ in range(count)])
    assert drawn.min() == 0
    for most in (0, 3, 50):
        share = 1 - (1 - chance) ** (most + 1)
        assert abs(np.mean(drawn <= most) - share) < 4 * np.sqrt(share * (1 - share) / count) + 1e-9
