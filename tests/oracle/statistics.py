"""What the random instances are like: run `python -m tests.oracle.statistics [FIRST LAST]`."""

from __future__ import annotations

import sys
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .brute import GOALS, best
from .generate import ALL_KINDS, instance

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Shares:
    """Counts over some seeds."""

    seeds: int
    infeasible: int
    short: int
    kinds: Counter[str]
    seconds: float
    slowest: float


def without(document: dict[str, Any], kind: str) -> dict[str, Any]:
    """The document with all rules of a kind removed."""
    return document | {"rules": [rule for rule in document["rules"] if rule["kind"] != kind]}


def kinds_of(document: dict[str, Any]) -> set[str]:
    """The kinds of rules that a document has."""
    return {rule["kind"] for rule in document.get("rules", ())}


def binds(document: dict[str, Any], kind: str) -> bool:
    """Whether the rules of a kind change feasibility or the optimum."""
    found, other = best(document), best(without(document, kind))
    return (other.feasible, other.values) != (found.feasible, found.values)


def shares(documents: Iterable[dict[str, Any]]) -> Shares:
    """What these instances are like."""
    kinds: Counter[str] = Counter()
    infeasible = short = 0
    seconds = []
    for document in documents:
        begun = time.perf_counter()
        found = best(document)
        seconds.append(time.perf_counter() - begun)
        infeasible += not found.feasible
        short += found.feasible and any(found.values[:2])
        kinds.update(kinds_of(document))
    return Shares(len(seconds), infeasible, short, kinds, sum(seconds) / len(seconds), max(seconds))


def main(first: int = 0, last: int = 399) -> None:
    """Print the shares of seeds first .. last."""
    found = shares(instance(seed) for seed in range(first, last + 1))
    print(f"seeds {first} .. {last}, goals {', '.join(GOALS)}")
    print(f"infeasible {found.infeasible / found.seeds:.1%}, short {found.short / found.seeds:.1%}")
    print(f"seconds to solve: mean {found.seconds:.3f}, largest {found.slowest:.3f}")
    for kind in ALL_KINDS:
        changed = sum(binds(instance(seed, (kind,)), kind) for seed in range(60))
        print(f"{kind:8} present in {found.kinds[kind]:4}; alone it changes the optimum in {changed:2} of 60")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
