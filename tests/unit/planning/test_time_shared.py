"""How the time limit is shared among goals, by a clock of our own: nobody waits."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from forcegen.domain.model import Model
from forcegen.mip import Outcome, Status, Termination
from forcegen.planning import solve as module
from forcegen.planning import tiers
from forcegen.planning.solve import Settings, solve

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from forcegen.mip import Ints
    from forcegen.planning.result import Result
    from forcegen.solvers import SolveOptions

LIMIT = 100


class Clock:
    """Stands still but for what searches take: of what they may, this part; the first finds a plan, or does not."""

    def __init__(self, part: float = 1, first_finds: bool = True) -> None:
        self.now, self.part, self.finds = 0.0, part, first_finds
        self.given: list[tuple[str, float]] = []

    def monotonic(self) -> float:
        return self.now

    def search(self, goal: str, options: SolveOptions, greedy: Callable[[], Ints | None]) -> tuple[Outcome, Any]:
        self.given.append((goal, options.time_limit))
        self.now += self.part * options.time_limit
        values = options.start if options.start is not None else greedy() if self.finds else None
        self.finds = True
        status = Status.NO_SOLUTION if values is None else Status.FEASIBLE
        return Outcome(status, Termination.TIME_LIMIT, values, None, None, (), 0.0, "none", "0"), values


def solved(clock: Clock, goals: list[str], monkeypatch: pytest.MonkeyPatch) -> Result:
    class Searching:
        """In place of `Pair`."""

        priced = None

        def __init__(self, _engine: Any, goal: str, *others: Any) -> None:
            options = next(other for other in others if isinstance(other, tiers.SolveOptions))
            self.goal, self.options, self.best = goal, options, None

        def run(self, greedy: Callable[[], Ints | None]) -> Outcome:
            outcome, self.best = clock.search(self.goal, self.options, greedy)
            return outcome

    for each in (module, tiers):
        monkeypatch.setattr(each, "time", SimpleNamespace(monotonic=clock.monotonic))
    monkeypatch.setattr(tiers, "Pair", Searching)
    monkeypatch.setattr(tiers, "_RESERVE", 0)
    model = Model.model_validate({"model": "any", "goals": [{"minimise": goal} for goal in goals]})
    settings = Settings(solver="highs", threads=1, time_limit=LIMIT)
    return solve("instances/tutorial", model=model, settings=settings)


def test_the_first_goal_has_three_fifths_others_half_of_what_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock()
    solved(clock, ["unmet-minimum", "unmet-target", "burden-gap", "cost"], monkeypatch)
    assert clock.given == [("unmet-minimum", 60), ("unmet-target", 20), ("burden-gap", 10), ("cost", 10)]


def test_what_a_goal_leaves_is_for_those_that_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(part=0.2)
    solved(clock, ["unmet-minimum", "unmet-target", "cost"], monkeypatch)
    assert clock.given == [("unmet-minimum", 60), ("unmet-target", 44), ("cost", 79.2)]


def test_the_last_goal_that_can_move_has_all_that_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody leads in the tutorial, so no command changes."""
    clock = Clock()
    found = solved(clock, ["unmet-target", "cost", "lead-changes"], monkeypatch)
    assert clock.given == [("unmet-target", 60), ("cost", 40)]
    assert [tier.found for tier in found.tiers][2:] == [0]


def test_while_there_is_no_plan_the_first_goal_has_all(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(first_finds=False)
    solved(clock, ["unmet-target", "cost"], monkeypatch)
    assert clock.given == [("unmet-target", 60), ("unmet-target", 40)]
