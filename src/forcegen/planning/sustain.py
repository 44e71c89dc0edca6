"""Sustain: how large a force can be kept up, to the horizon and indefinitely, and when a larger one runs dry."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from forcegen.io.errors import refuse
from forcegen.planning.flips import Flips, Question
from forcegen.planning.forever import by_role
from forcegen.planning.given import given_foreseen, given_workers
from forcegen.planning.sizes import Factor, sizes_of
from forcegen.planning.solve import Settings
from forcegen.solvers.registry import usable

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence
    from decimal import Decimal
    from pathlib import Path

    from forcegen.domain.instance import Instance
    from forcegen.planning.sizes import Answer
    from forcegen.workers import WorkerPool

# Of all the time: for what is held for ever, to the horizon, and month by month before it; the rest is for verdicts.
_FOREVER, _HORIZON, _CURVE = 0.15, 0.2, 0.4
_LEAST = 1.0


@dataclass(frozen=True)
class Verdict:
    """What is known of one force size.

    Parameters
    ----------
    factor, troops
        Times the targets of the instance, and that in troops.
    horizon
        Whether it is held through the whole horizon, from the end of the build-up on: yes (a plan was found), no
        (proven), or open.
    through
        The last period through which a plan was found to hold it; None if not even through its first.
    dry
        The first period through which no plan holds it (proven); None if that is not known of any.
    indefinitely
        Whether it can be kept up for ever.
    flips, tried
        Assumptions of which a change by 20 % flips the verdict `indefinitely`, among those that could be decided.
    horizon_flips, horizon_tried
        Likewise for the verdict `horizon`.
    """

    factor: Fraction
    troops: Fraction
    horizon: Answer
    through: str | None
    dry: str | None
    indefinitely: Answer
    flips: tuple[str, ...]
    tried: tuple[str, ...]
    horizon_flips: tuple[str, ...]
    horizon_tried: tuple[str, ...]


@dataclass(frozen=True)
class RoleLine:
    """A role, its target in the last period in its measure, and the factor that deploy-to-dwell alone lets it have."""

    role: str
    target: Fraction
    factor: Fraction


@dataclass(frozen=True)
class Point:
    """The largest force held from the end of the build-up through a period, `held` periods on."""

    period: str
    held: int
    factor: Factor


@dataclass(frozen=True)
class Sustainment:
    """How large a force an instance can keep up.

    Parameters
    ----------
    troops
        What the targets of all roles stand for in the last period, in troops.
    set_aside
        Roles that nobody offers.
    indefinitely, horizon
        The largest factor that can be kept up for ever, and through the horizon.
    curve
        The same through each period from the end of the build-up on: never larger in a later one.
    roles
        Each role by itself.
    """

    instance: Instance
    troops: Fraction
    set_aside: tuple[str, ...]
    indefinitely: Factor
    horizon: Factor
    curve: tuple[Point, ...]
    roles: tuple[RoleLine, ...]
    verdicts: tuple[Verdict, ...]
    build_up: int
    hold: Fraction
    seconds: float

    @property
    def closed_form(self) -> Fraction:
        """The deploy-to-dwell bound on the factor: that of the scarcest role, without places and rules."""
        return min(line.factor for line in self.roles)

    @property
    def scarcest(self) -> str:
        """The role that the deploy-to-dwell bound comes from."""
        return min(self.roles, key=lambda line: line.factor).role


_BUILD_UP = 6


def sustain(
    instance: Instance | Path | str,
    *,
    scenario: Sequence[str] = (),
    factors: Sequence[float | str | Decimal | Fraction] | None = None,
    forces: Sequence[float | str | Decimal | Fraction] = (),
    build_up: int | None = None,
    hold: float | str | Decimal = "0.95",
    settings: Settings | None = None,
    on_progress: Callable[[str], None] | None = None,
    stop: threading.Event | None = None,
    workers: WorkerPool | None = None,
) -> Sustainment:
    """Return how large a force can be kept up, month by month, and a verdict on each size asked about.

    A force is held in a period if every role has at least `hold` of its scaled target, summed over its sectors.
    Indefinitely means in a steady state: a contingent of N units with tour l, dwell d and handover h keeps up at most
    N (l - h) / (l + d) units, under the same rules (deploy-to-dwell; Evans and Steeger 2015).

    Parameters
    ----------
    factors, forces
        Sizes asked about: times the targets, and in troops. Without either, the targets themselves.
    build_up
        Periods at the start in which nothing is asked: 6 unless given, or half of the horizon where that is less.
    settings
        Solver, threads, seed and the time limit of everything together.
    on_progress
        Told what is done next.

    Raises
    ------
    forcegen.io.errors.InputError
        If a document is malformed, or no requirement names exactly one role that somebody offers, or the build-up is
        as long as the horizon.
    """
    begun, settings = time.monotonic(), settings or Settings(time_limit=240)
    tell = on_progress or (lambda words: None)
    usable(settings.prover)
    instance = given_foreseen(instance, scenario)
    _check_finite([*(factors or ()), *forces])
    build_up = min(_BUILD_UP, instance.horizon.periods // 2) if build_up is None else build_up
    sizes = sizes_of(instance, build_up, Fraction(str(hold)))
    asked = [Fraction(str(x)) for x in factors or ()] + [Fraction(str(x)) / sizes.troops for x in forces]
    asked = asked if factors is not None or forces else [Fraction(1)]
    limit, deadline = settings.time_limit, begun + settings.time_limit
    with given_workers(workers) as pool:
        question = Question(sizes, settings, stop, pool)
        tell("what can be kept up for ever")
        for_ever = question.forever(instance, limit * _FOREVER)
        holding = question.holding(instance)
        tell("what is held to the horizon")
        holding.search_all([holding.last], limit * _HORIZON)
        tell("month by month")
        holding.search_all(range(sizes.first, holding.last), limit * _CURVE)
        flips = Flips(question, for_ever, holding)
        verdicts = []
        for number, factor in enumerate(asked):
            tell(f"a force of {float(factor * sizes.troops):,.0f}")
            ends = time.monotonic() + (deadline - time.monotonic()) / (len(asked) - number)
            verdicts.append(_verdict(flips, factor, ends))
    horizon = instance.horizon
    return Sustainment(
        instance=instance,
        troops=sizes.troops,
        set_aside=sizes.set_aside,
        indefinitely=for_ever,
        horizon=holding.known(holding.last),
        curve=tuple(
            Point(str(horizon.label(t)), t + 1 - build_up, holding.known(t))
            for t in range(sizes.first, horizon.periods)
        ),
        roles=tuple(RoleLine(role, sizes.targets[role], most) for role, most in by_role(sizes, instance).items()),
        verdicts=tuple(verdicts),
        build_up=build_up,
        hold=sizes.hold,
        seconds=time.monotonic() - begun,
    )


def _verdict(flips: Flips, factor: Fraction, ends: float) -> Verdict:
    sizes = flips.question.sizes
    label = sizes.instance.horizon.label
    half = time.monotonic() + max(_LEAST, (ends - time.monotonic()) / 2)
    horizon, low, high = _held(flips, factor, half)
    indefinitely = flips.forever.answers(factor)
    horizon_flips, horizon_tried = flips.of_horizon(factor, horizon, ends)
    found, tried = flips.of_forever(factor, indefinitely, ends)
    return Verdict(
        factor=factor,
        troops=sizes.troops * factor,
        horizon=horizon,
        through=None if low is None else str(label(low)),
        dry=None if high is None else str(label(high)),
        indefinitely=indefinitely,
        flips=found,
        tried=tried,
        horizon_flips=horizon_flips,
        horizon_tried=horizon_tried,
    )


def _held(flips: Flips, factor: Fraction, ends: float) -> tuple[Answer, int | None, int | None]:
    """Return whether the force is held through the horizon, the last period it is and the first it is not held through.

    Where the curve does not say, the whole horizon is tried first; then halving, each time solving for the plan that
    holds it as long as that.
    """
    holding, first = flips.holding, flips.question.sizes.first
    refuted: set[int] = set()

    def answer(t: int) -> Answer:
        return "no" if any(t >= other for other in refuted) else holding.known(t).answers(factor)

    def attempt(t: int, parts: int) -> None:
        left = (ends - time.monotonic()) / parts
        if answer(t) == "open" and left > 0 and holding.attempt(factor, t, left) == "no":
            refuted.add(t)

    attempt(holding.last, 2)
    tried: set[int] = {holding.last}
    while time.monotonic() < ends:
        low = max((t for t in range(first, holding.last + 1) if answer(t) == "yes"), default=first - 1)
        high = min((t for t in range(first, holding.last + 1) if answer(t) == "no" or t in tried), default=holding.last)
        if high - low <= 1:
            break
        middle = (low + high) // 2
        attempt(middle, (high - low).bit_length())
        tried.add(middle)
    answers = {t: answer(t) for t in range(first, holding.last + 1)}
    low_, high_ = ([t for t, said in answers.items() if said == what] for what in ("yes", "no"))
    return answers[holding.last], max(low_, default=None), min(high_, default=None)


def _check_finite(sizes: Sequence[float | str | Decimal | Fraction]) -> None:
    for size in sizes:
        if not math.isfinite(float(size)):
            raise refuse("a force size is a finite number", value=str(size), advice="write a number such as 40000")
