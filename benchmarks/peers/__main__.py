"""A peer as a program: `python -m benchmarks.peers PEER INSTANCE MODEL FOLDER`.

It says on stdout when it is ready, what it knows while it searches, and its answer, one JSON object a line, and writes
its plan to FOLDER/plan.yaml: what `peers` of a suite ask for. One peer a process, since the libraries of some cannot be
loaded beside those of others.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.peers.answer import Limits
from benchmarks.peers.problem import GOALS, Unsupported, read_problem
from forcegen.io.errors import InputError
from forcegen.io.instance import read_instance
from forcegen.io.model import read_model
from forcegen.io.plan import plan_text
from forcegen.io.whole import write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.peers.answer import Answer, News
    from forcegen.domain.instance import Instance
    from forcegen.domain.model import Model

PEERS = {"pulp-cbc": "PuLP", "cp-sat-intervals": "ortools", "cp-sat-counts": "ortools", "mathopt-scip": "ortools"}
"""The peers, and the library of each."""
Solve = "Callable[[Problem, Limits, News], Answer]"


def peer(name: str) -> Solve:
    """Return a peer by name; its library is loaded now."""
    if name == "pulp-cbc":
        from benchmarks.peers import pulp_cbc

        return pulp_cbc.solve
    if name == "mathopt-scip":
        from benchmarks.peers import math_opt

        return math_opt.solve
    from benchmarks.peers import cp_sat

    style: cp_sat.Style = "counts" if name == "cp-sat-counts" else "intervals"
    return lambda problem, limits, tell: cp_sat.solve(problem, limits, tell, style)


def goal_of(model: Model) -> str:
    """Return the one goal of a model.

    Raises
    ------
    Unsupported
        If the model has others, or makes rules negotiable.
    """
    names = [goal.name for goal in model.goals]
    if len(names) > 1 or names[0] not in GOALS:
        raise Unsupported(f"the goals {', '.join(names)}; the peers know one of {' and '.join(GOALS)}")
    if model.soft:
        raise Unsupported(f"negotiable rules: {', '.join(model.soft)}")
    return names[0]


def answered(solve: Solve, instance: Instance, model: Model, limits: Limits, tell: News) -> Answer:
    """Return what a peer finds.

    Raises
    ------
    Unsupported
        If it cannot express instance or model.
    """
    return solve(read_problem(instance, goal_of(model)), limits, tell)


def say(**words: Any) -> None:
    """Print one JSON object."""
    print(json.dumps(words), flush=True)


def main(words: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("peer", choices=PEERS)
    parser.add_argument("instance", help="a folder with instance.yaml, or a file")
    parser.add_argument("model", help="a model that is shipped, by name, or a file")
    parser.add_argument("folder", type=Path, help="where plan.yaml goes")
    parser.add_argument("--time-limit", type=float, default=60.0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--gap", type=float, default=0.0)
    given = parser.parse_args(words)
    try:
        instance, model = read_instance(given.instance), read_model(given.model)
        say(ready=True)
        solve = peer(given.peer)
        limits = Limits(given.time_limit, given.threads, given.seed, given.gap)
        answer = answered(solve, instance, model, limits, _news)
        if answer.plan is not None:
            write_whole({"plan.yaml": plan_text(answer.plan)}, given.folder)
    except Unsupported as error:
        say(status="UNSUPPORTED", message=str(error))
        return 0
    except InputError as error:
        print(f"peers: {error}", file=sys.stderr)
        return 2
    library = PEERS[given.peer]
    versions = {"python": platform.python_version(), library: version(library)}
    size = {"columns": answer.columns, "rows": answer.rows}
    say(status=answer.status, bound=answer.bound, build=answer.build_seconds, versions=versions, **size)
    return 0


def _news(found: float | None, bound: float | None, seconds: float | None = None) -> None:
    say(found=found, bound=bound, **({} if seconds is None else {"seconds": seconds}))


if __name__ == "__main__":
    sys.exit(main())
