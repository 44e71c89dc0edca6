"""What searches tell while they go on: plans that waited, and a first plan after the deadline."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest

from forcegen.bench.dials import Dials
from forcegen.bench.theatre import draw
from forcegen.domain.instance import Instance
from forcegen.domain.model import Model
from forcegen.engine import entry
from forcegen.engine.implied import entry as implied
from forcegen.formulation.lines import lines_of
from forcegen.planning.huge import _Search
from forcegen.planning.solve import Settings

if TYPE_CHECKING:
    from forcegen.workers import Body, Channel


class Heard:
    """A channel that keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[Body] = []

    def send(self, body: Body) -> None:
        self.sent.append(body)

    def stopped(self) -> bool:
        return False


def test_a_plan_that_waits_is_sent_though_nothing_better_follows(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr(entry, "time", SimpleNamespace(monotonic=lambda: clock.now))
    heard = Heard()
    mailbox = entry._Mailbox(cast("Channel", heard), 0.2)
    plans = [np.array([number]) for number in range(3)]
    mailbox.put(plans[0])
    mailbox.put(plans[1])
    mailbox.put(plans[2])
    mailbox.look()
    assert [body["taken"].tolist() for body in heard.sent] == [[0]]
    clock.now += 0.3
    mailbox.look()
    mailbox.look()
    mailbox.flush()
    assert [body["taken"].tolist() for body in heard.sent] == [[0], [2]]


@pytest.mark.parametrize("threads", [1, 2])
def test_without_a_plan_a_search_of_implied_tours_goes_on_after_its_deadline(threads: int) -> None:
    document: dict[str, Any] = draw(Dials().but(rules=("floor",)), 0, "theatre").document
    lines = lines_of(Instance.model_validate(document))
    assert lines is not None
    model = Model.model_validate({"model": "m", "goals": [{"minimise": "unmet-target"}]})
    begun = time.monotonic()
    search = _Search(lines, model, Settings(threads=threads), begun, None, threading.Event(), None)
    target = search.targets[0]
    assert target is not None
    for latest, plans in ((begun - 1, False), (begun + 600, True)):
        heard = Heard()
        implied.run(search._payload(0, target, None, begun - 1, latest), cast("Channel", heard))
        assert any("served" in body for body in heard.sent) == plans
