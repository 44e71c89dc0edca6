"""Solve instances with a peer: `python -m benchmarks.peers PEER INSTANCE...`, one JSON document a line.

One peer a process: the libraries of some cannot be loaded beside those of others.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import TYPE_CHECKING, Any

from benchmarks.peers.answer import Limits
from benchmarks.peers.problem import GOALS, Unsupported, read_problem
from forcegen.audit import audit
from forcegen.io.errors import InputError
from forcegen.io.instance import read_instance

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.peers.answer import Answer
    from benchmarks.peers.problem import Problem

PEERS = ("pulp-cbc", "cp-sat-intervals", "cp-sat-counts", "mathopt-scip")


def peer(name: str) -> tuple[Callable[[Problem, Limits], Answer], str]:
    """Return a peer by name, and what was tuned in it; its library is loaded now."""
    if name == "pulp-cbc":
        from benchmarks.peers import pulp_cbc

        return pulp_cbc.solve, pulp_cbc.TUNED
    if name == "mathopt-scip":
        from benchmarks.peers import math_opt

        return math_opt.solve, math_opt.TUNED
    from benchmarks.peers import cp_sat

    style: cp_sat.Style = "counts" if name == "cp-sat-counts" else "intervals"
    return (lambda problem, limits: cp_sat.solve(problem, limits, style)), cp_sat.TUNED


def solved(name: str, path: str, goal: str, limits: Limits) -> dict[str, Any]:
    """Return what a peer finds on an instance, judged by our audit."""
    begun = time.perf_counter()
    instance = read_instance(path)
    try:
        problem = read_problem(instance, goal)
        answer = peer(name)[0](problem, limits)
    except Unsupported as error:
        return {"peer": name, "instance": path, "status": "UNSUPPORTED", "message": str(error)}
    seconds = time.perf_counter() - begun
    judged = None if answer.plan is None else audit(instance, answer.plan, [goal])
    return {
        "peer": name,
        "instance": path,
        "goal": goal,
        "status": answer.status,
        "value": None if judged is None else str(judged.goals[goal]),
        "bound": answer.bound,
        "clean": None if judged is None else judged.clean,
        "violations": [] if judged is None else [violation.message for violation in judged.violations[:5]],
        "columns": answer.columns,
        "rows": answer.rows,
        "seconds": {"build": round(answer.build_seconds, 3), "total": round(seconds, 3)},
    }


def main(words: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("peer", choices=PEERS)
    parser.add_argument("instances", nargs="+")
    parser.add_argument("--goal", choices=GOALS, default="unmet-target")
    parser.add_argument("--time-limit", type=float, default=60.0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--gap", type=float, default=0.0)
    given = parser.parse_args(words)
    limits = Limits(given.time_limit, given.threads, given.seed, given.gap)
    try:
        for path in given.instances:
            print(json.dumps(solved(given.peer, path, given.goal, limits)), flush=True)
    except InputError as error:
        print(f"peers: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
