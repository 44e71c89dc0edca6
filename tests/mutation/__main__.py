"""Run with `python -m tests.mutation`: break one thing at a time; exit 1 if the tests do not notice one of them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from forcegen.workers import WorkerPool
from tests.mutation.killers import killer_of_checks, killer_of_rows
from tests.mutation.mutants import check_mutants, known_checks, row_mutants

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.mutation.mutants import Mutant


def main() -> int:
    """Print what killed each mutant; 0 if something killed every one of them."""
    missed = known_checks() - {mutant.target for mutant in check_mutants()}
    if missed:
        print(f"no mutants of {', '.join(sorted(missed))}")
        return 1
    with WorkerPool() as workers:
        if not _unbroken(workers):
            return 1
        print(_line("broken", "how", "killed by"))
        killers = []
        for mutant, killer in _tried(workers):
            print(_line(mutant.name, mutant.change, killer or "SURVIVED"), flush=True)
            killers.append(killer)
    survivors = killers.count(None)
    print(f"{len(killers)} mutants, {survivors} survived")
    return 1 if survivors else 0


def _unbroken(workers: WorkerPool) -> bool:
    """Return whether every test passes while nothing is broken; else it could not tell."""
    tags = dict.fromkeys(mutant.name for mutant in row_mutants())
    failures = [failure for failure in (killer_of_checks(), *(killer_of_rows(tag, workers) for tag in tags)) if failure]
    for failure in failures:
        print(f"fails without a mutant: {failure}")
    return not failures


def _tried(workers: WorkerPool) -> Iterator[tuple[Mutant, str | None]]:
    for mutant in row_mutants():
        with mutant.apply():
            killer = killer_of_rows(mutant.name, workers)
        yield mutant, killer
    for mutant in check_mutants():
        with mutant.apply():
            killer = killer_of_checks()
        yield mutant, killer


def _line(broken: str, how: str, killed_by: str) -> str:
    return f"{broken:<26}{how:<7}{killed_by}"


if __name__ == "__main__":
    sys.exit(main())
