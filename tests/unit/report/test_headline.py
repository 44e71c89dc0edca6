"""The sentence that a reader sees first."""

from __future__ import annotations

from forcegen.audit import audit
from forcegen.domain.plan import Plan
from forcegen.io.instance import read_instance
from forcegen.report.headline import covered


def test_the_average_is_over_periods_that_ask_for_anything() -> None:
    instance = read_instance("instances/tutorial")
    longer = instance.model_copy(update={"horizon": instance.horizon.model_copy(update={"periods": 120})})
    assert covered(instance, audit(instance, Plan(tours=()))) == (300, 0)
    assert covered(longer, audit(longer, Plan(tours=()))) == (300, 0)
