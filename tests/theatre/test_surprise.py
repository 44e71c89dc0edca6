"""A surprise on the reference theatre is met without hindsight. Minutes: run by `make test-long`."""

from __future__ import annotations

import pytest

from forcegen.planning.solve import Settings
from forcegen.planning.surprise import surprise

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]


def test_parliament_says_no_and_the_past_is_that_of_the_base() -> None:
    """Equal before it is announced; no British unit from October on; what is lacking is more, both gaps aside."""
    base, anew = surprise("instances/ukraine-2025", scenario=["parliament-no"], settings=Settings(time_limit=200))
    assert base is not None
    assert base.plan is not None
    assert anew is not None
    assert anew.plan is not None
    assert anew.result.audit is not None
    assert anew.result.audit.clean
    horizon = base.instance.horizon
    past, now = (
        {(t.contingent, t.unit, t.sector, t.role, t.start) for t in plan.tours if t.start < "2026-07"}
        for plan in (base.plan, anew.plan)
    )
    assert past == now
    british = [t for t in anew.plan.tours if t.contingent.startswith("GBR-")]
    assert all(horizon.index(t.start) + t.periods <= horizon.index(anew.at) + 3 for t in british)
    assert anew.result.tiers[0].bound is not None
    assert base.tiers[0].found is not None
    assert anew.result.tiers[0].bound > base.tiers[0].found
    assert anew.changes is not None
    assert anew.changes >= len(anew.broken) > 0
