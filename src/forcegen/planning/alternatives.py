"""Alternatives: plans nearly as good as the best that differ most in who serves where."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from forcegen.formulation.contrast import replaced
from forcegen.io.errors import refuse
from forcegen.planning.avoid import Answer, avoidable
from forcegen.planning.given import given_foreseen, given_model, given_workers
from forcegen.planning.nearby import Found, Nearby
from forcegen.planning.solve import Settings, solve
from forcegen.solvers.registry import usable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from decimal import Decimal
    from pathlib import Path

    from forcegen.audit import Audit
    from forcegen.domain.instance import Instance
    from forcegen.domain.model import Model
    from forcegen.domain.plan import Plan
    from forcegen.planning.nearby import Place
    from forcegen.planning.result import Result
    from forcegen.workers import WorkerPool

# Of all the time: for the best plan, and for proofs that no plan avoids what all share.
_BASE_SHARE, _PROOF_SHARE = 0.3, 0.15
_LEAST = 1.0
# A search that finds nothing is made again with another seed, so often.
_ATTEMPTS = 3


@dataclass(frozen=True)
class Alternative:
    """A plan within the loss.

    Parameters
    ----------
    goals
        The audited value of each goal.
    served
        Troop-periods of each nation in each sector and role, where not 0.
    difference
        Troop-periods replaced against the nearest of the plans before it; None for the first plan.
    bound
        No plan within the loss is farther from all the plans before it; None for the first plan, or if nothing is
        proven.
    """

    plan: Plan
    audit: Audit
    goals: dict[str, Fraction]
    served: dict[Place, Fraction]
    difference: Fraction | None
    bound: Fraction | None

    @property
    def proven(self) -> bool:
        """Whether no plan within the loss is farther from those before it."""
        return self.difference is not None and self.difference == self.bound


@dataclass(frozen=True)
class Shared:
    """A place that every plan found gives to a nation.

    Parameters
    ----------
    least, most
        Troop-periods, over the plans.
    needed
        Whether every plan within the loss has the nation there: yes (proven), no (a plan was found without), or open.
    """

    place: Place
    least: Fraction
    most: Fraction
    needed: Answer


@dataclass(frozen=True)
class Exchange:
    """Who serves less and who serves more than in the first plan, in one sector and role.

    Parameters
    ----------
    plan
        Number of the plan, from 2.
    less, more
        Nations and troop-periods, the largest first.
    """

    plan: int
    sector: str
    role: str
    less: tuple[tuple[str, Fraction], ...]
    more: tuple[tuple[str, Fraction], ...]


@dataclass(frozen=True)
class Alternatives:
    """Plans within a loss of the best, the best first.

    Parameters
    ----------
    base
        How the first was found.
    limits
        What every plan keeps each goal to.
    differences
        Troop-periods replaced between each two plans, in their order.
    shared
        What all of them have, the most first.
    unused
        Places that rules allow a nation and that none of them uses.
    exhausted
        Whether it is proven that no further plan within the loss differs from all of these.
    """

    base: Result
    loss: Fraction
    limits: dict[str, Fraction]
    plans: tuple[Alternative, ...]
    differences: tuple[tuple[Fraction, ...], ...]
    shared: tuple[Shared, ...]
    unused: tuple[Place, ...]
    exchanges: tuple[Exchange, ...]
    exhausted: bool
    seconds: float


def alternatives(
    instance: Instance | Path | str,
    *,
    count: int = 5,
    loss: float | str | Decimal = "0.02",
    model: Model | str = "coverage",
    scenario: Sequence[str] = (),
    settings: Settings | None = None,
    on_progress: Callable[[str], None] | None = None,
    stop: threading.Event | None = None,
    workers: WorkerPool | None = None,
) -> Alternatives:
    """Return up to `count` audited plans within a loss of the best found, each as far from those before it as can be.

    Two plans differ by the troop-periods that are replaced: for each nation, sector and role, troop-periods are summed
    over the horizon; what one plan has and the other has not, and the reverse, are each added up, and the smaller
    counts. Identical units, contingents of one nation and shifts within the horizon make no difference, nor do troops
    who merely come on top. Each plan is sought as far as possible from the nearest of those before it (greedy maximin).

    Parameters
    ----------
    count
        How many plans, the best one included.
    loss
        What each goal of the model may lose against the value found: so much of all that is required for goals of unmet
        need, of the value found for others.
    settings
        Solver, threads, seed, gap, and the time limit of everything together.
    on_progress
        Told what is done next.

    Raises
    ------
    forcegen.io.errors.InputError
        If a document is malformed, or count or loss is out of its range.
    forcegen.solvers.SolverError
        If the solver is unknown or not available.
    """
    begun, settings = time.monotonic(), settings or Settings(time_limit=300)
    stop, tell = stop or threading.Event(), on_progress or (lambda words: None)
    share = _checked(count, loss)
    usable(settings.prover)
    instance, model = given_foreseen(instance, scenario), given_model(model)
    deadline = begun + settings.time_limit
    with given_workers(workers) as pool:
        tell("the best plan")
        limited = replace(settings, time_limit=max(_LEAST, settings.time_limit * _BASE_SHARE))
        base = solve(instance, model=model, settings=limited, stop=stop, workers=pool)
        if base.plan is None:
            return Alternatives(base, share, {}, (), (), (), (), (), False, time.monotonic() - begun)
        nearby = Nearby(base, share, settings, stop, pool)
        found, exhausted = [nearby.first], False
        until = deadline - settings.time_limit * _PROOF_SHARE
        failed = 0
        while len(found) < count and not exhausted and failed < _ATTEMPTS and not stop.is_set():
            left = until - time.monotonic()
            if left < _LEAST:
                break
            tell(f"plan {len(found) + 1} of {count}")
            following = nearby.next(found, max(_LEAST, left / (count - len(found))), settings.seed + failed)
            exhausted = following is None and nearby.exhausted
            failed = failed + 1 if following is None else 0
            found += [] if following is None else [following]
        tell("what every plan needs")
        needed = avoidable(nearby, found, deadline)
    plans = tuple(_alternative(nearby, item) for item in found)
    return Alternatives(
        base=base,
        loss=share,
        limits=nearby.limits,
        plans=plans,
        differences=tuple(tuple(nearby.troops(replaced(a.served, b.served)) for b in found) for a in found),
        shared=_shared(plans, needed),
        unused=tuple(place for place in nearby.places if not any(place in plan.served for plan in plans)),
        exchanges=tuple(_exchanges(plans)),
        exhausted=exhausted,
        seconds=time.monotonic() - begun,
    )


def _checked(count: int, loss: float | str | Decimal) -> Fraction:
    if count < 1:
        raise refuse(f"{count} plans were asked for", advice="ask for 1 or more: -k 5")
    if not 0 <= float(loss) <= 1:
        raise refuse(f"a loss of {loss} was allowed", advice="give a share from 0 to 1: --loss 0.02")
    return Fraction(str(loss))


def _alternative(nearby: Nearby, found: Found) -> Alternative:
    served = {place: nearby.troops(int(x)) for place, x in zip(nearby.places, found.served, strict=True) if x}
    difference = None if found.difference is None else nearby.troops(found.difference)
    bound = None if found.bound is None else nearby.troops(found.bound)
    return Alternative(found.plan, found.audit, found.goals, served, difference, bound)


def _shared(plans: Sequence[Alternative], needed: dict[Place, Answer]) -> tuple[Shared, ...]:
    lines = []
    for place, answer in needed.items():
        amounts = [plan.served[place] for plan in plans]
        lines.append(Shared(place, min(amounts), max(amounts), answer))
    return tuple(sorted(lines, key=lambda line: (-line.least, line.place)))


def _exchanges(plans: Sequence[Alternative]) -> Iterator[Exchange]:
    for number, plan in enumerate(plans[1:], start=2):
        change: dict[tuple[str, str], dict[str, Fraction]] = {}
        for place in dict.fromkeys((*plans[0].served, *plan.served)):
            more = plan.served.get(place, Fraction(0)) - plans[0].served.get(place, Fraction(0))
            if more:
                change.setdefault((place.sector, place.role), {})[place.nation] = more
        for (sector, role), by_nation in sorted(change.items()):
            ordered = sorted(by_nation.items(), key=lambda item: (-abs(item[1]), item[0]))
            less = tuple((nation, -x) for nation, x in ordered if x < 0)
            more_ = tuple((nation, x) for nation, x in ordered if x > 0)
            if less and more_:
                yield Exchange(number, sector, role, less, more_)
