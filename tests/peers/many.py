"""Solve many instances with a peer in one process, each judged by our audit, one JSON document a line."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from benchmarks.peers.__main__ import answered, peer
from benchmarks.peers.answer import Limits
from benchmarks.peers.problem import Unsupported
from forcegen.audit import audit
from forcegen.io.instance import read_instance
from forcegen.io.model import read_model

if TYPE_CHECKING:
    from forcegen.domain.instance import Instance
    from forcegen.domain.model import Model


def judged(solve: Any, instance: Instance, model: Model) -> dict[str, Any]:
    news: list[tuple[float | None, float | None]] = []

    def hear(found: float | None, bound: float | None, seconds: float | None = None) -> None:
        news.append((found, bound))

    try:
        answer = answered(solve, instance, model, Limits(30.0), hear)
    except Unsupported as error:
        return {"status": "UNSUPPORTED", "message": str(error)}
    goal = model.goals[0].name
    found = None if answer.plan is None else audit(instance, answer.plan, [goal])
    return {
        "status": answer.status,
        "bound": answer.bound,
        "value": None if found is None else str(found.goals[goal]),
        "clean": None if found is None else found.clean,
        "least": min((value for value, _ in news if value is not None), default=None),
        "most": max((bound for _, bound in news if bound is not None), default=None),
    }


if __name__ == "__main__":
    name, model_name, *paths = sys.argv[1:]
    chosen, model = peer(name), read_model(model_name)
    for path in paths:
        print(json.dumps(judged(chosen, read_instance(path), model)), flush=True)
