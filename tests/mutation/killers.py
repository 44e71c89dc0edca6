"""The quick tests that a mutant has to survive: brute force on cases by hand and on random instances."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from forcegen.domain.instance import Instance
from forcegen.domain.model import Model
from forcegen.mip import Status
from forcegen.planning.result import AuditRefused
from forcegen.planning.solve import Settings, solve
from tests.oracle.brute import best
from tests.oracle.cases import CASES
from tests.oracle.generate import ALL_KINDS, instance
from tests.unit.audit.test_against_oracle import compare_plans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forcegen.workers import WorkerPool

GOALS = ("unmet-minimum", "unmet-target", "cost")
SEEDS = range(60)
AUDIT_TESTS = Path(__file__).parents[1] / "unit" / "audit"
FILES = ("test_rules.py", "test_tours.py", "test_limits.py", "test_goals.py", "test_derived.py", "test_past.py")


def killer_of_rows(tag: str, workers: WorkerPool, formulation: str = "tour") -> str | None:
    """Return the first test in which solving does not reach what brute force finds, None if all pass."""
    for name, document, goals, expected in _problems(tag):
        try:
            found = _answer(document, goals, workers, formulation)
        except AuditRefused as refused:
            kinds = ", ".join(sorted({violation.kind for violation in refused.violations}))
            return f"{name}: refused by the audit ({kinds})"
        except ValueError as error:
            return f"{name}: {error}"
        if found != expected:
            return f"{name}: {_words(found)}, brute force {_words(expected)}"
    return None


def killer_of_checks() -> str | None:
    """Return the first test in which the audit is noticed to be wrong, None if all pass."""
    for seed in SEEDS:
        try:
            compare_plans(seed)
        except AssertionError:
            return f"random plans of seed {seed}: audit and brute force differ"
    return _failing_test()


@cache
def _problems(tag: str) -> list[tuple[str, dict[str, Any], tuple[str, ...], list[Any] | None]]:
    """Return cases and random instances that concern a family: name, document, goals, best values."""
    return list(_all_problems(tag))


def _all_problems(tag: str) -> Iterator[tuple[str, dict[str, Any], tuple[str, ...], list[Any] | None]]:
    for case in CASES:
        if _concerns(tag, case.document):
            yield case.name, case.document, tuple(case.goals), list(case.expected_values) if case.feasible else None
    kinds = (tag,) if tag in ALL_KINDS else ("supply",) if tag == "hub" else ()
    for seed in SEEDS:
        document = instance(seed, kinds)
        if _concerns(tag, document):
            known = best(document, GOALS)
            yield f"seed {seed} {'+'.join(kinds)}", document, GOALS, list(known.values) if known.feasible else None


def _concerns(tag: str, document: dict[str, Any]) -> bool:
    if tag in ("coverage", "pool", "timetable"):
        return True
    if tag in ("beds", "supply"):
        return any(tag in sector for sector in document.get("sectors", ()))
    kind = "supply" if tag == "hub" else tag
    return any(rule["kind"] == kind for rule in document.get("rules", ()))


def _answer(
    document: dict[str, Any], goals: tuple[str, ...], workers: WorkerPool, formulation: str
) -> list[Any] | None:
    tiers = [{"minimise": goal} for goal in goals]
    model = Model.model_validate({"model": "oracle", "formulation": formulation, "goals": tiers})
    settings = Settings(solver="highs", time_limit=60, gap=0, threads=1)
    result = solve(Instance.model_validate(document), model=model, settings=settings, workers=workers)
    return None if result.status is Status.INFEASIBLE else [tier.value for tier in result.tiers]


def _words(values: list[Any] | None) -> str:
    return "infeasible" if values is None else " ".join(str(value) for value in values)


class _First:
    """Remembers the first test that fails."""

    def __init__(self) -> None:
        self.name: str | None = None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and self.name is None:
            self.name = report.nodeid.rsplit("/", 1)[-1]


def _failing_test() -> str | None:
    first = _First()
    files = [str(AUDIT_TESTS / name) for name in FILES]
    with redirect_stdout(io.StringIO()) as said:
        code = pytest.main(["-x", "-p", "no:cacheprovider", "-p", "no:xdist", *files], plugins=[first])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise RuntimeError(said.getvalue())
    return first.name
