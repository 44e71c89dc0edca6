"""What may be given up so that a plan exists, what a plan gives up of it, and at which price: read off the audit."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from forcegen.audit import audit
from forcegen.audit.presence import expand
from forcegen.domain.rules import Either, Exclude, MinimumPresence, Only
from forcegen.domain.scope import active_periods, scope_of
from forcegen.domain.values import over_time
from forcegen.formulation.relaxed import COUNTED, TERM, Price
from forcegen.planning.relax import requirement_words, rule_words, with_lists

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from forcegen.audit import Audit, Violation
    from forcegen.domain.instance import Instance
    from forcegen.domain.plan import Plan
    from forcegen.domain.requirement import Requirement
    from forcegen.domain.rules import AnyRule, Rule

ONCE, PER = Fraction(1000), Fraction(1)
"""What a negotiable rule without a penalty costs: a yes-or-no rule once, any other for each of what it counts."""


@dataclass(frozen=True)
class Change:
    """A limit as it was and as the plan needs it, over some periods.

    Parameters
    ----------
    item
        The nation, sector, role or contingent that it is about, where the rule is about several.
    first, last
        Periods by name; None for the whole horizon.
    before, after
        The limit; None where it has no number of its own, and `by` alone says how far it is passed.
    by
        How far it is passed, in what it counts.
    """

    item: str
    first: str | None
    last: str | None
    before: Fraction | None
    after: Fraction | None
    by: Fraction


@dataclass(frozen=True)
class Relaxation:
    """A rule set aside or broken, or a hard minimum cut: what, where, and what it costs.

    Parameters
    ----------
    kind, id
        rule or requirement, and which.
    words
        The same in words, with its source.
    lifted
        Whether a rule is set aside as a whole.
    changes
        What becomes of its numbers, or where a yes-or-no rule is broken.
    """

    kind: str
    id: str
    words: str
    lifted: bool
    changes: tuple[Change, ...]
    cost: Fraction


@dataclass(frozen=True)
class Bargain:
    """What may be given up, and for how much.

    Parameters
    ----------
    instance
        With all rules.
    working
        As `formulation.relaxed` wants it.
    prices
        Of each rule that may be broken.
    cuts
        Whether hard minimums may be cut.
    left_alone
        Negotiable rules that are kept all the same, for what they decide about running tours.
    """

    instance: Instance
    working: Instance
    prices: dict[str, Price]
    cuts: bool
    left_alone: tuple[str, ...]

    @classmethod
    def of(cls, instance: Instance, *, cuts: bool) -> Bargain:
        """Return what may be given up in an instance."""
        fixed = _deciding_history(instance)
        prices = {r.id: price_of(r) for r in instance.rules if r.negotiable and r.id not in fixed}
        rules = [part for rule in instance.rules for part in _worked(rule, prices)]
        requirements = [_minimum_alone(q, cuts) for q in instance.requirements]
        working = with_lists(instance, rules=tuple(rules), requirements=tuple(requirements))
        return cls(instance, working, prices, cuts, fixed)

    @property
    def rest(self) -> Instance:
        """The instance without anything that may be given up."""
        rules = tuple(rule for rule in self.instance.rules if rule.id not in self.prices)
        requirements = tuple(
            q.model_copy(update={"hard": False}) if self.cuts else q for q in self.instance.requirements
        )
        return with_lists(self.instance, rules=rules, requirements=requirements)

    @property
    def softened(self) -> Instance:
        """The instance with every rule, in which hard minimums may be missed and others do not count."""
        requirements = tuple(_minimum_alone(q, cuts=True) for q in self.instance.requirements)
        return with_lists(self.instance, requirements=requirements)

    def struck(self, plan: Plan, lifted: Collection[str]) -> tuple[Audit, tuple[Relaxation, ...], list[Violation]]:
        """Return the audit without the rules lifted, what the plan gives up, and what it breaks beyond that.

        Parameters
        ----------
        lifted
            The rules with a price paid once that are set aside.
        """
        rules = tuple(rule for rule in self.instance.rules if rule.id not in lifted)
        judged = audit(with_lists(self.instance, rules=rules), plan)
        broken: dict[tuple[str, str], list[Violation]] = {}
        wrong = []
        for v in judged.violations:
            if v.kind == "hard" and self.cuts:
                broken.setdefault(("requirement", v.subjects[0]), []).append(v)
            elif v.rule is not None and v.rule in self.prices and self.prices[v.rule].per is not None:
                broken.setdefault(("rule", v.rule), []).append(v)
            else:
                wrong.append(v)
        found = []
        for rule in self.instance.rules:
            if rule.id in lifted:
                cost = self.prices[rule.id].once or Fraction(0)
                found.append(Relaxation("rule", rule.id, rule_words(rule), True, (), cost))
            elif ("rule", rule.id) in broken:
                found.append(self._broken(rule, broken["rule", rule.id], plan))
        for q in self.instance.requirements:
            if ("requirement", q.id) in broken:
                found.append(self._cut(q, judged))
        return judged, tuple(found), wrong

    def _broken(self, rule: AnyRule, violations: list[Violation], plan: Plan) -> Relaxation:
        per = self.prices[rule.id].per or Fraction(0)
        if rule.kind in COUNTED:
            steps = [self._step(rule, v) for v in violations]
            changes = _joined(steps, self.instance)
            return Relaxation(
                "rule", rule.id, rule_words(rule), False, changes, per * sum(v.amount or 0 for v in violations)
            )
        if isinstance(rule, Exclude | Only):
            served = _forbidden_service(rule, self.instance, plan)
            steps = [Change(k, t, t, None, None, Fraction(n)) for (k, t), n in sorted(served.items())]
            total = Fraction(sum(served.values()))
        elif isinstance(rule, Either):
            used = len(_used_sets(rule, self.instance, plan))
            total = Fraction(used - rule.most)
            steps = [Change("", None, None, Fraction(rule.most), Fraction(used), total)]
        else:
            cells = {(self._sector(v), str(v.period)) for v in violations}
            steps = [Change(s, t, t, None, None, Fraction(1)) for s, t in sorted(cells)]
            total = Fraction(len(cells))
        return Relaxation("rule", rule.id, rule_words(rule), False, _joined(steps, self.instance), per * total)

    def _sector(self, violation: Violation) -> str:
        return next(name for name in violation.subjects if name in self.instance.sector)

    def _step(self, rule: Rule, violation: Violation) -> Change:
        """Return what a violation of a counted rule makes of its number."""
        by = violation.amount or Fraction(0)
        item, t = ", ".join(violation.subjects), violation.period
        limit: Any = next((getattr(rule, name) for name in ("most", "least", "units") if hasattr(rule, name)), None)
        if limit is None or rule.kind in ("share", "ratio"):
            return Change(item, t, t, None, None, by)
        horizon = self.instance.horizon
        when = 0 if t is None else [horizon.label(i) for i in range(horizon.periods)].index(t)  # type: ignore[arg-type]
        before = Fraction(limit) if isinstance(limit, int) else Fraction(over_time(limit, horizon)[when])
        rises = rule.kind in ("ceiling", "lift", "supply")
        return Change(item, t, t, before, before + by if rises else before - by, by)

    def _cut(self, q: Requirement, judged: Audit) -> Relaxation:
        lines = [line for line in judged.coverage if line.requirement == q.id and line.filled < line.minimum]
        worth = Fraction(1) if q.single_role is None else Fraction(self.instance.role[q.single_role].worth)
        steps = [Change("", x.period, x.period, x.minimum, x.filled, x.minimum - x.filled) for x in lines]
        cost = Fraction(q.priority) * worth * sum((step.by for step in steps), Fraction(0))
        return Relaxation("requirement", q.id, requirement_words(q), False, _joined(steps, self.instance), cost)


def price_of(rule: Rule) -> Price:
    """Return what setting a negotiable rule aside costs: its penalty, or what stands for one."""
    if rule.penalty is not None:
        once, per = rule.penalty.once, rule.penalty.per
        return Price(None if once is None else Fraction(once), None if per is None else Fraction(per))
    return Price(per=PER) if rule.kind in COUNTED else Price(once=ONCE)


def all_hard(instance: Instance) -> Instance:
    """Return the instance with every minimum hard."""
    requirements = tuple(q.model_copy(update={"hard": q.hard or q.minimum is not None}) for q in instance.requirements)
    return with_lists(instance, requirements=requirements)


def _minimum_alone(q: Requirement, cuts: bool) -> Requirement:
    """Return a requirement whose minimum is one that may be cut, or that is hard and may not; or that has none."""
    if q.hard:
        return q.model_copy(update={"hard": not cuts})
    return q.model_copy(update={"minimum": None, "target": q.minimum if q.target is None else q.target})


def _worked(rule: AnyRule, prices: Mapping[str, Price]) -> Iterable[AnyRule]:
    if rule.id not in prices:
        return (rule,)
    if isinstance(rule, Exclude | Only):
        return ()
    if isinstance(rule, MinimumPresence) and rule.term is not None:
        term = rule.model_copy(update={"id": rule.id + TERM, "least": None})
        return (term,) if rule.least is None else (rule.model_copy(update={"term": None}), term)
    return (rule,)


def _deciding_history(instance: Instance) -> tuple[str, ...]:
    """Return the exclusions that decide whether running tours count for a hard requirement with `as`."""
    running = [
        (row.contingent, q.as_)
        for row in instance.history
        for q in instance.requirements
        if row.running and q.hard and q.as_ is not None and q.matches(row.sector or "", row.role or "")
    ]
    found = []
    for rule in instance.rules:
        if rule.negotiable and isinstance(rule, Exclude | Only) and any(active_periods(rule, instance)):
            scope, outside = scope_of(rule, instance), isinstance(rule, Only)
            if any(
                k in scope.contingents and (there.sector in scope.sectors and there.role in scope.roles) != outside
                for k, there in running
            ):
                found.append(rule.id)
    return tuple(found)


def _forbidden_service(rule: Exclude | Only, instance: Instance, plan: Plan) -> dict[tuple[str, str], int]:
    """Return the units of each contingent that serve where a rule forbids it, by period."""
    scope, active = scope_of(rule, instance), active_periods(rule, instance)
    theatre = expand(instance, plan)
    found: dict[tuple[str, str], int] = {}
    for p in theatre.planned:
        k, inside = p.station.contingent.id, p.station.sector.id in scope.sectors and p.station.role.id in scope.roles
        if k in scope.contingents and inside != isinstance(rule, Only):
            for t in theatre.inside(p):
                if active[t]:
                    found[k, theatre.labels[t]] = found.get((k, theatre.labels[t]), 0) + 1
    return found


def _used_sets(rule: Either, instance: Instance, plan: Plan) -> list[tuple[str, ...]]:
    scope, active = scope_of(rule, instance), active_periods(rule, instance)
    theatre = expand(instance, plan)
    serving = {
        p.station.contingent.id
        for p in theatre.presences
        if p.station.sector.id in scope.sectors
        and p.station.role.id in scope.roles
        and any(active[t] for t in theatre.inside(p))
    }
    return [items for items in rule.sets if serving & set(items)]


def _joined(steps: list[Change], instance: Instance) -> tuple[Change, ...]:
    """Return changes with those of periods that follow each other joined where they are the same."""
    order = {str(instance.horizon.label(t)): t for t in range(instance.horizon.periods)}
    joined: list[Change] = []
    for step in sorted(steps, key=lambda s: (s.item, order.get(s.first or "", -1))):
        last = joined[-1] if joined else None
        same = last is not None and (last.item, last.before, last.after, last.by) == (
            step.item,
            step.before,
            step.after,
            step.by,
        )
        if last and same and last.last and step.first and order[step.first] == order[last.last] + 1:
            joined[-1] = Change(last.item, last.first, step.last, last.before, last.after, last.by)
        else:
            joined.append(step)
    return tuple(joined)
