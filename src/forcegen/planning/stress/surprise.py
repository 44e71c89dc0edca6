"""Each nation withdrawn by surprise in its worst period: the plan stands until then, and is made anew from then on."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from forcegen.audit import audit
from forcegen.domain.rules import Pin
from forcegen.domain.scope import scope_of
from forcegen.planning.left import left
from forcegen.planning.relax import with_lists
from forcegen.planning.replan import replan
from forcegen.planning.stress.answers import LEAST, answered
from forcegen.planning.stress.damage import damage
from forcegen.planning.stress.floor import floor_anew
from forcegen.planning.stress.pause import met
from forcegen.planning.stress.rank import ranked

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from forcegen.audit import Audit
    from forcegen.domain.contingent import Contingent, History
    from forcegen.domain.horizon import Period
    from forcegen.domain.instance import Instance
    from forcegen.domain.plan import Plan
    from forcegen.domain.requirement import Requirement
    from forcegen.domain.rules import Rule
    from forcegen.planning.replan import Replan
    from forcegen.planning.stress.answers import Answer, Desk
    from forcegen.planning.stress.damage import Damage
    from forcegen.planning.stress.pause import Pause

# Of a nation's time: for the new plan; the rest is for what the relaxation of that proves.
_REPLANNING = 0.5


@dataclass(frozen=True)
class Surprise:
    """What is lost where a nation leaves without warning, and the plan is made anew with as few changes as it takes.

    Parameters
    ----------
    nation, at
        Who leaves, and its worst period: from then on it gives nothing.
    low, high
        The true loss lies between them; None for no upper end.
    damage
        What else the new plan lacks; `gap` counts periods in which a minimum is newly missed.
    uncovered
        Periods from `at` on in which less is covered than in the base plan.
    changes, broken_off
        Tours changed in the new plan, and tours of the nation that end early; None where no new plan was found.
    proven
        Whether it is proven that no plan loses less, and none of those that lose no more changes less.
    pause
        Rules that no plan keeps at first (proven), set aside for a while in all of the above; None where all are kept.
    """

    nation: str
    at: Period
    low: Fraction
    high: Fraction | None
    rank: int
    damage: Damage | None
    uncovered: int | None
    changes: int | None
    broken_off: int
    infeasible: bool
    proven: bool
    pause: Pause | None = None

    @property
    def exact(self) -> bool:
        """Whether the loss is known exactly."""
        return self.low == self.high


def surprises(desk: Desk, instance: Instance, base: Answer, until: float) -> tuple[Surprise, ...]:
    """Return what each nation that serves in the base plan costs by surprise, the largest loss first.

    A nation's worst period is the one from which its absence opens the largest gap until anybody else could start, be
    it at once or after the shortest notice: the earliest of those.
    """
    if base.plan is None or base.audit is None:
        return ()
    serving = {instance.contingent[tour.contingent].nation for tour in base.plan.tours}
    nations = [nation.id for nation in instance.nations if nation.id in serving]
    found = []
    for number, nation in enumerate(nations):
        seconds = until - time.monotonic()
        if desk.stopped or seconds < LEAST:
            break
        if desk.tell is not None:
            desk.tell(f"without {nation} by surprise", number + 1, len(nations))
        found.append(_surprise(desk, instance, base, nation, seconds / (len(nations) - number)))
    return tuple(replace(item, rank=rank) for rank, item in ranked(found))


def _surprise(desk: Desk, instance: Instance, base: Answer, nation: str, seconds: float) -> Surprise:
    assert base.plan is not None
    assert base.audit is not None
    t = worst_period(instance, base.plan, base.audit, nation)
    begun = time.monotonic()
    plan, ends = base.plan, begun + seconds * _REPLANNING

    def anew(changed: Instance) -> Replan:
        return replan(
            changed,
            plan,
            instance.horizon.label(t),
            before=instance,
            model=desk.model,
            settings=replace(desk.settings, time_limit=max(ends - time.monotonic(), LEAST)),
            stop=desk.stop,
            workers=desk.workers,
        )

    after = withdrawn(instance, nation, t)
    rest = left(after, plan, t)
    new, pause = met(anew, after, plan, rest, t)
    answer = answered(new.result)
    if not answer.proven and not desk.stopped:
        answer = answer.at_least(floor_anew(new.result.instance, plan, t, desk, begun + seconds - time.monotonic()))
    low, high = answer.loss(base)
    harm = uncovered = None
    if answer.audit is not None:
        harm = damage(instance, plan, base.audit, rest, answer.audit)
        before, now = _short(instance, base.audit), _short(instance, answer.audit)
        uncovered = sum(now[p] > before[p] for p in map(instance.horizon.label, range(t, instance.horizon.periods)))
    return Surprise(
        nation=nation,
        at=instance.horizon.label(t),
        low=low,
        high=high,
        rank=0,
        damage=harm,
        uncovered=uncovered,
        changes=new.changes,
        broken_off=len(new.broken),
        infeasible=answer.infeasible,
        proven=_proven(new),
        pause=pause,
    )


def _proven(new: Replan) -> bool:
    return bool(new.result.tiers) and all(tier.proven for tier in new.result.tiers)


def worst_period(instance: Instance, plan: Plan, found: Audit, nation: str) -> int:
    """Return the period in which a nation's leaving opens the largest gap before anybody else could come."""
    own = {k.id for k in instance.contingents if k.nation == nation}
    rest = plan.model_copy(update={"tours": tuple(tour for tour in plan.tours if tour.contingent not in own)})
    before, now = _short(instance, found), _short(instance, audit(instance, rest, []))
    opened = [now[p] - before[p] for p in map(instance.horizon.label, range(instance.horizon.periods))]
    notices = [k.notice for k in instance.contingents if k.nation != nation and k.pool]
    window = max(1, min(notices, default=instance.horizon.periods))
    return max(range(len(opened)), key=lambda t: (sum(opened[t : t + window]), -t))


def _short(instance: Instance, found: Audit) -> dict[str, Fraction]:
    """Return what is unmet in each period, weighted as the goal unmet-target is."""
    weights = {q.id: Fraction(q.priority) * _worth(instance, q) for q in instance.requirements}
    short: dict[str, Fraction] = defaultdict(Fraction)
    for line in found.coverage:
        short[line.period] += weights[line.requirement] * max(Fraction(0), line.target - line.filled)
    return short


def _worth(instance: Instance, requirement: Requirement) -> Fraction:
    return Fraction(1 if requirement.single_role is None else instance.role[requirement.single_role].worth)


def withdrawn(instance: Instance, nation: str, t: int) -> Instance:
    """Return the instance in which a nation gives nothing from period `t` on."""
    last = instance.horizon.label(t - 1)
    own = {k.id for k in instance.contingents if k.nation == nation}
    contingents = tuple(_gone_after(k, last) if k.id in own else k for k in instance.contingents)
    history = tuple(_ended(instance, own, last))
    return with_lists(instance, contingents=contingents, history=history, rules=tuple(_pinned(instance, own, last)))


def _gone_after(k: Contingent, last: Period) -> Contingent:
    """Return the contingent with a last period in theatre; one that is not ready by then never comes."""
    until = _earlier(k.until, last)
    never = k.ready is not None and k.ready.ordinal > until.ordinal
    return k.model_copy(update={"until": until, "ready": None if never else k.ready})


def _ended(instance: Instance, own: Collection[str], last: Period) -> Iterator[History]:
    for row in instance.history:
        if row.contingent not in own or row.ends is None:
            yield row
        elif last.ordinal >= instance.horizon.start.ordinal:
            yield row.model_copy(update={"ends": min(row.ends, last, key=_ordinal)})


def _pinned(instance: Instance, own: Collection[str], last: Period) -> Iterator[Rule]:
    """Yield the rules; pins of those who leave end with them."""
    taken = {rule.id for rule in instance.rules}
    for rule in instance.rules:
        scope = scope_of(rule, instance).contingents if isinstance(rule, Pin) else frozenset()
        if not scope & set(own):
            yield rule
            continue
        for part, until in ((scope - set(own), rule.until), (scope & set(own), _earlier(rule.until, last))):
            begins = rule.from_ is None or until is None or rule.from_.ordinal <= until.ordinal
            if part and begins:
                name = rule.id if rule.id in taken else _free(rule.id, {other.id for other in instance.rules})
                taken.discard(rule.id)
                names = tuple(k.id for k in instance.contingents if k.id in part)
                yield rule.model_copy(update={"id": name, "nations": None, "contingents": names, "until": until})


def _free(name: str, taken: Collection[str]) -> str:
    """Return the name, with dots until nothing else is called so."""
    while name in taken:
        name += "."
    return name


def _earlier(until: Period | None, last: Period) -> Period:
    return last if until is None else min(until, last, key=_ordinal)


def _ordinal(period: Period) -> int:
    return period.ordinal
