"""Sustain: how large a force can be kept up, to the horizon and indefinitely, and when a larger one runs dry."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from forcegen.domain.model import Goal, Model
from forcegen.domain.requirement import Requirement
from forcegen.domain.scope import active_periods, kilometres
from forcegen.io.errors import refuse
from forcegen.mip import Status
from forcegen.planning.given import given_instance, given_workers
from forcegen.planning.relax import with_lists
from forcegen.planning.solve import Settings, solve
from forcegen.planning.steady import steady
from forcegen.solvers.registry import usable
from forcegen.tours.tours import allowed_tours

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from forcegen.domain.instance import Instance
    from forcegen.planning.result import Result
    from forcegen.workers import WorkerPool

Answer = Literal["yes", "no", "open"]

_THOUSANDTH = Decimal("0.001")
_STEADY_SECONDS = 10.0
_FLIP_SECONDS = 4.0
_FLIP_SHARE = 0.4
_LEAST = 2.0
_PIECES = 1000
_SHAKEN = {"up": Decimal("1.2"), "down": Decimal("0.8")}


@dataclass(frozen=True)
class Factor:
    """The largest factor on all targets, between a force that was found and a bound that is proven.

    Parameters
    ----------
    found
        A plan holds this much.
    bound
        None holds more.
    """

    found: Fraction
    bound: Fraction


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
    indefinitely
        Whether it can be kept up for ever.
    flips, tried
        Assumptions of which a change by 20 % flips the verdict `indefinitely`, among those that there was time to try.
    """

    factor: Fraction
    troops: Fraction
    horizon: Answer
    through: str | None
    indefinitely: Answer
    flips: tuple[str, ...]
    tried: tuple[str, ...]


@dataclass(frozen=True)
class RoleLine:
    """A role, its target in the last period in its measure, and the factor that deploy-to-dwell alone lets it have."""

    role: str
    target: Fraction
    factor: Fraction


@dataclass(frozen=True)
class Sustainment:
    """How large a force an instance can keep up.

    Parameters
    ----------
    troops
        What the targets of all roles stand for in the last period, in troops.
    set_aside
        Roles that nobody offers.
    indefinitely
        The largest factor that can be kept up for ever.
    roles
        Each role by itself.
    """

    instance: Instance
    troops: Fraction
    set_aside: tuple[str, ...]
    indefinitely: Factor
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


def sustain(
    instance: Instance | Path | str,
    *,
    scenario: Sequence[str] = (),
    factors: Sequence[float | str | Decimal] = (1,),
    build_up: int = 6,
    hold: float | str | Decimal = "0.95",
    settings: Settings | None = None,
    stop: threading.Event | None = None,
    workers: WorkerPool | None = None,
) -> Sustainment:
    """Return how large a force can be kept up, and a verdict on each size asked about.

    A force is held in a period if every role has at least `hold` of its scaled target, summed over its sectors.
    Indefinitely means in a steady state: a contingent of N units with tour l, dwell d and handover h keeps up at most
    N (l - h) / (l + d) units, under the same rules (deploy-to-dwell; Evans and Steeger 2015).

    Parameters
    ----------
    factors
        Sizes asked about, times the targets.
    build_up
        Periods at the start in which nothing is asked.
    settings
        Solver, threads, seed and the time limit of everything together.

    Raises
    ------
    forcegen.io.errors.InputError
        If a document is malformed, or no requirement names exactly one role that somebody offers, or the build-up is
        as long as the horizon.
    """
    begun, settings = time.monotonic(), settings or Settings()
    usable(settings.prover)
    instance = given_instance(instance, scenario)
    with given_workers(workers) as pool:
        question = _Question(instance, build_up, Decimal(str(hold)), settings, begun, stop, pool)
        asked = [Decimal(str(factor)) for factor in factors]
        forever = question.forever(instance, _STEADY_SECONDS)
        verdicts = [question.verdict(factor, forever, len(asked) - i) for i, factor in enumerate(asked)]
    return Sustainment(
        instance=instance,
        troops=question.troops,
        set_aside=question.set_aside,
        indefinitely=forever,
        roles=tuple(RoleLine(role, question.targets[role], most) for role, most in question.by_role(instance).items()),
        verdicts=tuple(verdicts),
        build_up=build_up,
        hold=Fraction(question.hold),
        seconds=time.monotonic() - begun,
    )


class _Question:
    """Role by role, what is wanted in each period, and who could give it."""

    def __init__(
        self,
        instance: Instance,
        build_up: int,
        hold: Decimal,
        settings: Settings,
        begun: float,
        stop: threading.Event | None,
        workers: WorkerPool,
    ) -> None:
        if build_up >= instance.horizon.periods:
            message = f"a build-up of {build_up} leaves nothing of a horizon of {instance.horizon.periods}"
            raise refuse(message, advice="shorten it: --build-up")
        self.instance, self.build_up, self.hold = instance, build_up, hold
        self._settings, self._stop, self._workers = settings, stop, workers
        self._deadline = begun + settings.time_limit
        wanted = _wanted(instance)
        tours = allowed_tours(instance)
        offered = {instance.roles[r].id for r in set(tours.role.tolist())}
        self.set_aside = tuple(role for role in wanted if role not in offered)
        self.wanted = {role: line for role, line in wanted.items() if role in offered and line.targets[-1] > 0}
        if not self.wanted:
            raise refuse(
                "no requirement names exactly one role that somebody offers, so no force size is defined",
                advice="state targets role by role",
            )

    @property
    def targets(self) -> dict[str, Fraction]:
        """What each role is asked for in the last period, in its measure."""
        return {role: Fraction(line.targets[-1]) for role, line in self.wanted.items()}

    @property
    def troops(self) -> Fraction:
        """What the targets of the last period stand for, in troops."""
        worth = {role.id: Fraction(role.worth) for role in self.instance.roles}
        return sum((worth[role] * Fraction(line.targets[-1]) for role, line in self.wanted.items()), Fraction(0))

    def by_role(self, instance: Instance) -> dict[str, Fraction]:
        """Return the factor on each role's target that deploy-to-dwell lets its contingents keep up."""
        share, able = steady(instance).share, _serving(instance)
        kept: dict[str, Fraction] = dict.fromkeys(self.wanted, Fraction(0))
        for k in instance.contingents:
            for role in k.fills:
                if role in kept and (k.id, role) in able:
                    kept[role] += Fraction(k.fills[role]) * share[k.id]
        return {role: value / Fraction(self.hold * self.wanted[role].targets[-1]) for role, value in kept.items()}

    def forever(self, instance: Instance, seconds: float, wanted: Decimal = Decimal(1)) -> Factor:
        """Return the largest factor that a steady state holds; `wanted` scales the targets themselves.

        What is found stands on whole units that stay on station; the bound lets units be there part of the time.
        """
        most: Fraction = min(self.by_role(instance).values())
        scale = Decimal(math.ceil(most / Fraction(wanted) * 1000) + 1) / 1000
        low = self._lacking(steady(instance).instance, scale * wanted, seconds / 2)
        high = self._lacking(steady(instance, _PIECES).instance, scale * wanted * _PIECES, seconds / 2)
        # A shortfall of w per mille is rounded up: the true one lies above w - 1.
        share = Fraction(0) if high is None else min(Fraction(1), (1001 - high[1]) / 1000)
        bound = Fraction(scale) * share
        return Factor(Fraction(0) if low is None else Fraction(scale) * low[0], min(bound, most / Fraction(wanted)))

    def _lacking(self, state: Instance, scale: Decimal, seconds: float) -> tuple[Fraction, Fraction] | None:
        """Return what part of its target the worst role gets in a plan, and what it lacks at least, per mille.

        None if the rules allow no plan at all.
        """
        totals = tuple(_total(line, line.targets[-1] * self.hold * scale) for line in self.wanted.values())
        asked = with_lists(state, requirements=totals)
        result = self._solve(asked, Model(model="sustain", goals=(Goal(minimise="worst-shortfall"),)), seconds)
        if result.status is Status.INFEASIBLE:
            return None
        lines = () if result.audit is None else result.audit.coverage
        got = min((min(Fraction(1), line.filled / line.target) for line in lines if line.target), default=Fraction(0))
        bound = result.tiers[0].bound
        return got, Fraction(0) if bound is None else max(Fraction(0), bound)

    def verdict(self, factor: Decimal, forever: Factor, left: int) -> Verdict:
        """Return what is known of one force size."""
        share = (self._deadline - time.monotonic()) / left
        horizon, through = self._through(factor, max(_LEAST, share * (1 - _FLIP_SHARE)))
        flips, tried = self._flips(factor, forever, time.monotonic() + share * _FLIP_SHARE)
        return Verdict(
            factor=Fraction(factor),
            troops=self.troops * Fraction(factor),
            horizon=horizon,
            through=through,
            indefinitely=_answer(forever, factor),
            flips=flips,
            tried=tried,
        )

    def _through(self, factor: Decimal, seconds: float) -> tuple[Answer, str | None]:
        """Return whether the force is held through the horizon, and the last period through which it was found to be.

        The whole horizon first; then halving, each time solving for the plan that holds it as long as that.
        """
        periods, ends = self.instance.horizon.periods, time.monotonic() + seconds
        steps = 1 + math.ceil(math.log2(max(2, periods - self.build_up)))
        answer = self._held(factor, periods - 1, seconds / 2)
        if answer == "yes":
            return answer, str(self.instance.horizon.label(periods - 1))
        low, high = self.build_up - 1, periods - 1
        while high - low > 1 and time.monotonic() < ends:
            middle = (low + high) // 2
            if self._held(factor, middle, seconds / 2 / steps) == "yes":
                low = middle
            else:
                high = middle
        return answer, str(self.instance.horizon.label(low)) if low >= self.build_up else None

    def _held(self, factor: Decimal, last: int, seconds: float) -> Answer:
        """Return whether a plan holds the force from the end of the build-up to a period."""
        horizon = self.instance.horizon
        requirements = tuple(
            _total(
                line, {horizon.label(t): line.targets[t] * self.hold * factor for t in range(self.build_up, last + 1)}
            )
            for line in self.wanted.values()
        )
        kept = tuple(q.model_copy(update={"until": horizon.label(last)}) for q in requirements)
        taken = {q.id for q in self.instance.requirements}
        named = tuple(q.model_copy(update={"id": _free(q.id, taken)}) for q in kept)
        asked = with_lists(self.instance, requirements=(*_silent(self.instance), *named))
        result = self._solve(asked, Model(model="sustain", goals=(Goal(minimise="unmet-target"),)), seconds)
        tier = result.tiers[0]
        if tier.found == 0:
            return "yes"
        return "no" if tier.bound is not None and tier.bound > 0 else "open"

    def _flips(self, factor: Decimal, forever: Factor, ends: float) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the assumptions of which a change by 20 % flips what is said for ever, and those that were tried."""
        said = _answer(forever, factor)
        found: list[str] = []
        tried: list[str] = []
        # A force that is kept up could fail with less of everything, one that is not could be with more.
        for name, (change, helps) in ASSUMPTIONS.items():
            if said == "open" or time.monotonic() + _LEAST > ends:
                break
            way = "up" if (said == "no") == (helps == "up") else "down"
            by = _SHAKEN[way]
            other = self.forever(change(self.instance, by), _FLIP_SECONDS, by if name == "targets" else Decimal(1))
            words = f"{name} {'+' if way == 'up' else '-'}20 %"
            tried.append(words)
            if _answer(other, factor) not in (said, "open"):
                found.append(words)
        return tuple(found), tuple(tried)

    def _solve(self, instance: Instance, model: Model, seconds: float) -> Result:
        settings = replace(self._settings, time_limit=max(seconds, _LEAST), gap=0.0)
        return solve(instance, model=model, settings=settings, stop=self._stop, workers=self._workers)


def _more_units(instance: Instance, by: Decimal) -> Instance:
    contingents = tuple(
        k.model_copy(update={"units": int((k.pool * by).to_integral_value()), "present": None})
        for k in instance.contingents
    )
    return with_lists(instance, contingents=contingents, history=())


def _longer_dwell(instance: Instance, by: Decimal) -> Instance:
    contingents = tuple(
        k.model_copy(
            update={
                "dwell": int((k.dwell_after(k.tour_lengths[-1]) * by).to_integral_value(ROUND_CEILING)),
                "units": k.pool,
                "present": None,
            }
        )
        for k in instance.contingents
    )
    return with_lists(instance, contingents=contingents, history=())


def _more_beds(instance: Instance, by: Decimal) -> Instance:
    def scaled(value: Decimal | dict[object, Decimal] | None) -> object:
        if value is None:
            return None
        if isinstance(value, dict):
            return {period: (x * by).quantize(_THOUSANDTH) for period, x in value.items()}
        return (value * by).quantize(_THOUSANDTH)

    sectors = tuple(s.model_copy(update={"beds": scaled(s.beds)}) for s in instance.sectors)  # type: ignore[arg-type]
    return with_lists(instance, sectors=sectors)


def _the_same(instance: Instance, by: Decimal) -> Instance:
    return instance


ASSUMPTIONS: dict[str, tuple[Callable[[Instance, Decimal], Instance], Literal["up", "down"]]] = {
    "targets": (_the_same, "down"),
    "pools": (_more_units, "up"),
    "dwell": (_longer_dwell, "down"),
    "beds": (_more_beds, "up"),
}
"""What is shaken by 20 %, one at a time, and which way lets a force be larger."""


@dataclass(frozen=True)
class _Line:
    """What one role is asked for: in these sectors (None: all), period by period."""

    role: str
    sectors: tuple[str, ...] | None
    targets: tuple[Decimal, ...]


def _wanted(instance: Instance) -> dict[str, _Line]:
    """Return what each role is asked for by the requirements that name it alone."""
    lines: dict[str, _Line] = {}
    for q in instance.requirements:
        if q.as_ is None and q.roles is not None and len(q.roles) == 1:
            active = active_periods(q, instance)
            asked = q.targets(instance.horizon, kilometres(q, instance))
            targets = tuple(x if on else Decimal(0) for x, on in zip(asked, active, strict=True))
            former = lines.get(q.roles[0])
            lines[q.roles[0]] = _joined(former, q.sectors, targets) if former else _Line(q.roles[0], q.sectors, targets)
    return lines


def _joined(line: _Line, sectors: tuple[str, ...] | None, targets: tuple[Decimal, ...]) -> _Line:
    united = None if sectors is None or line.sectors is None else tuple(dict.fromkeys((*line.sectors, *sectors)))
    return _Line(line.role, united, tuple(a + b for a, b in zip(line.targets, targets, strict=True)))


def _total(line: _Line, target: object) -> Requirement:
    def rounded(value: Decimal) -> Decimal:
        return value.quantize(_THOUSANDTH, ROUND_CEILING)

    amount = {t: rounded(x) for t, x in target.items()} if isinstance(target, dict) else rounded(target)  # type: ignore[arg-type]
    return Requirement.model_validate(
        {"id": f"total-{line.role}", "sectors": line.sectors, "roles": (line.role,), "target": amount}
    )


def _free(name: str, taken: set[str]) -> str:
    """Return the name, with dots until nothing else is called so."""
    while name in taken:
        name += "."
    return name


def _silent(instance: Instance) -> Iterator[Requirement]:
    """Yield the requirements with nothing asked: they still say where tours may be."""
    for q in instance.requirements:
        yield q.model_copy(update={"minimum": None, "target": Decimal(0), "hard": False})


def _serving(instance: Instance) -> set[tuple[str, str]]:
    tours = allowed_tours(instance)
    pairs = set(zip(tours.contingent.tolist(), tours.role.tolist(), strict=True))
    return {(instance.contingents[k].id, instance.roles[r].id) for k, r in pairs}


def _answer(forever: Factor, factor: Decimal) -> Answer:
    if forever.found >= factor:
        return "yes"
    return "no" if forever.bound < factor else "open"
