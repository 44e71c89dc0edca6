"""Run with `python -m tests.mutation [TARGET ...]`: break one thing at a time; exit 1 if no test notices one of them.

Targets are row families, rule kinds and checks; without any, all are broken.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from forcegen.workers import WorkerPool
from tests.mutation.killers import killer_of_checks, killer_of_rows
from tests.mutation.mutants import check_mutants, known_checks, row_mutants, tag_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.mutation.mutants import Mutant


def main(targets: Sequence[str] = ()) -> int:
    """Print what killed each mutant; 0 if something killed every one of them."""
    missed = known_checks() - {mutant.target for mutant in check_mutants()}
    if missed:
        print(f"no mutants of {', '.join(sorted(missed))}")
        return 1
    with WorkerPool() as workers:
        rows = [mutant for mutant in row_mutants() if not targets or mutant.target in targets]
        checks = [mutant for mutant in check_mutants() if not targets or mutant.target in targets]
        if not _unbroken(rows, checks, workers):
            return 1
        print(_line("broken", "how", "killed by"))
        killers = []
        for mutant, killer in _tried(rows, checks, workers):
            print(_line(mutant.name, mutant.change, killer or "SURVIVED"), flush=True)
            killers.append(killer)
    survivors = killers.count(None)
    print(f"{len(killers)} mutants, {survivors} survived")
    return 1 if survivors else 0


def _unbroken(rows: Sequence[Mutant], checks: Sequence[Mutant], workers: WorkerPool) -> bool:
    """Return whether every test passes while nothing is broken; else it could not tell."""
    families = dict.fromkeys((tag_of(mutant), mutant.formulation) for mutant in rows)
    found = [killer_of_checks()] if checks else []
    found += [killer_of_rows(tag, workers, formulation) for tag, formulation in families]
    failures = [failure for failure in found if failure]
    for failure in failures:
        print(f"fails without a mutant: {failure}")
    return not failures


def _tried(
    rows: Sequence[Mutant], checks: Sequence[Mutant], workers: WorkerPool
) -> Iterator[tuple[Mutant, str | None]]:
    for mutant in rows:
        with mutant.apply():
            killer = killer_of_rows(tag_of(mutant), workers, mutant.formulation)
        yield mutant, killer
    for mutant in checks:
        with mutant.apply():
            killer = killer_of_checks()
        yield mutant, killer


def _line(broken: str, how: str, killed_by: str) -> str:
    return f"{broken:<26}{how:<7}{killed_by}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
