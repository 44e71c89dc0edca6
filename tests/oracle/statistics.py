"""What the random instances are like: run `python -m tests.oracle.statistics [FIRST LAST]`."""

from __future__ import annotations

import sys
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .brute import GOALS, Result, best
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
    binding: Counter[str]
    seconds: float
    slowest: float


def without(document: dict[str, Any], kind: str) -> dict[str, Any]:
    """The document with all rules of a kind removed."""
    return document | {"rules": [rule for rule in document["rules"] if rule["kind"] != kind]}


def kinds_of(document: dict[str, Any]) -> set[str]:
    """The kinds of rules that a document has."""
    return {rule["kind"] for rule in document.get("rules", ())}


def binding_kinds(document: dict[str, Any], found: Result) -> set[str]:
    """The kinds whose removal changes feasibility or the optimum."""
    loose = {kind: best(without(document, kind)) for kind in kinds_of(document)}
    return {k for k, other in loose.items() if (other.feasible, other.values) != (found.feasible, found.values)}


def shares(documents: Iterable[dict[str, Any]]) -> Shares:
    """What these instances are like."""
    kinds: Counter[str] = Counter()
    binding: Counter[str] = Counter()
    infeasible = short = 0
    seconds = []
    for document in documents:
        begun = time.perf_counter()
        found = best(document)
        seconds.append(time.perf_counter() - begun)
        infeasible += not found.feasible
        short += found.feasible and any(found.values[:2])
        kinds.update(kinds_of(document))
        binding.update(binding_kinds(document, found))
    return Shares(len(seconds), infeasible, short, kinds, binding, sum(seconds) / len(seconds), max(seconds))


def main(first: int = 0, last: int = 399) -> None:
    """Print the shares of seeds first .. last."""
    found = shares(instance(seed) for seed in range(first, last + 1))
    print(f"seeds {first} .. {last}, goals {', '.join(GOALS)}")
    print(f"infeasible {found.infeasible / found.seeds:.1%}, short {found.short / found.seeds:.1%}")
    print(f"seconds to solve: mean {found.seconds:.3f}, largest {found.slowest:.3f}")
    for kind in ALL_KINDS:
        print(f"{kind:8} present in {found.kinds[kind]:4}, changes the optimum in {found.binding[kind]:4}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
