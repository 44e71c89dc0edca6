"""Diff: what differs between two instances, or between two plans for one, in words."""

from __future__ import annotations

import dataclasses
from collections import Counter
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from forcegen.audit import audit
from forcegen.domain.instance import Instance
from forcegen.io.errors import InputError, refuse
from forcegen.planning.given import given_instance, given_plan, when_announced

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from forcegen.audit import Audit
    from forcegen.domain.horizon import Period
    from forcegen.domain.plan import Plan, Tour
    from forcegen.planning.result import Result

LISTS = ("nations", "roles", "sectors", "contingents", "requirements", "rules")
UNNAMED = {"history": "contingent", "leads": "sector"}
"""Lists whose entries have no identifier, and what an entry is told by."""


@dataclass(frozen=True)
class Change:
    """One thing that differs between two instances.

    Parameters
    ----------
    list
        The list it is in; `instance` or `scenario` where a field of its own differs.
    subject
        The identifier of the item.
    field
        The field that differs; None where the whole item came or went.
    before, after
        The two values as plain data; None where there is none.
    """

    list: str
    subject: str
    field: str | None
    before: Any
    after: Any

    def __str__(self) -> str:
        """Return it in words."""
        what = f"{self.list} {self.subject}" if self.subject else self.list
        if self.field is None:
            return f"{what} added" if self.before is None else f"{what} removed"
        if self.before is None:
            return f"{what}: {self.field} is now {_words(self.after)}"
        if self.after is None:
            return f"{what}: {self.field} is no longer given, was {_words(self.before)}"
        return f"{what}: {self.field} from {_words(self.before)} to {_words(self.after)}"


def diff(
    before: Instance | Path | str,
    after: Instance | Path | str,
    *,
    scenario: Sequence[str] = (),
    against: Sequence[str] = (),
) -> list[Change]:
    """Return what differs between two instances, list by list.

    Parameters
    ----------
    before, after
        Documents, or where they are on disk.
    scenario
        Scenarios to lay on the second, in their order, where it is read from disk.
    against
        Scenarios to lay on the first, likewise.

    Raises
    ------
    forcegen.io.errors.InputError
        If a document is malformed, or there is no such scenario.
    """
    first, second = given_instance(before, against), given_instance(after, scenario)
    found = list(_changes(_plain(first), _plain(second)))
    known = when_announced(before, against), when_announced(after, scenario)
    if known[0] != known[1]:
        found.append(Change("scenario", "", "announced", *(None if at is None else str(at) for at in known)))
    return found


def change_lines(changes: Sequence[Change]) -> list[str]:
    """Return changes in words, a line each; contingents of one nation that came or went share a line."""
    alike: dict[Any, list[Change]] = {}
    for i, change in enumerate(changes):
        item = change.after or change.before
        moved = change.list == "contingent" and change.field is None
        alike.setdefault((item["nation"], change.before is None) if moved else i, []).append(change)
    return [str(group[0]) if len(group) == 1 else _together(key, group) for key, group in alike.items()]


def _together(whose: tuple[str, bool], contingents: Sequence[Change]) -> str:
    nation, came = whose
    names = ", ".join(change.subject for change in contingents)
    return f"{len(contingents)} contingents of {nation} {'added' if came else 'removed'}: {names}"


def _plain(instance: Instance) -> dict[str, Any]:
    return instance.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if name in LISTS:
            yield from _items(name, {x["id"]: x for x in old or ()}, {x["id"]: x for x in new or ()})
        elif name in ("groups", "conditions"):
            yield from _items(name, _mapped(old), _mapped(new))
        elif name in UNNAMED:
            yield from _entries(name, old or [], new or [])
        elif old != new:
            yield Change("instance", "", name, old, new)


def _entries(name: str, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Iterator[Change]:
    """Yield entries that only one of two lists has; they have no identifier, so none is followed."""
    rest = list(after)
    for entry in before:
        if entry in rest:
            rest.remove(entry)
        else:
            yield Change(name, entry[UNNAMED[name]], None, entry, None)
    for entry in rest:
        yield Change(name, entry[UNNAMED[name]], None, None, entry)


def _mapped(value: Mapping[str, Any] | None) -> dict[str, Any]:
    return {key: item if isinstance(item, dict) else {"members": item} for key, item in (value or {}).items()}


def _items(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    one = name.removesuffix("s")
    for subject in dict.fromkeys((*before, *after)):
        old, new = before.get(subject), after.get(subject)
        if old is None or new is None:
            yield Change(one, subject, None, old, new)
            continue
        for field in dict.fromkeys((*old, *new)):
            if old.get(field) != new.get(field):
                yield Change(one, subject, field, old.get(field), new.get(field))


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value:,}"
    if isinstance(value, list):
        return ", ".join(map(_words, value)) or "nothing"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_words(item)}" for key, item in value.items()) + "}"
    return str(value)


# Plans


@dataclass(frozen=True)
class Moved:
    """Tours that differ between two plans, alike ones together.

    Parameters
    ----------
    before, after
        A tour of each plan that was matched with the other; None where it came or went.
    count
        How many such pairs.
    """

    before: Tour | None
    after: Tour | None
    count: int

    def __str__(self) -> str:
        """Return it in words."""
        tour = self.after or self.before
        assert tour is not None
        times = f"{self.count} units of " if self.count > 1 else ""
        where = f"{times}{tour.contingent} in {tour.sector} as {tour.role}"
        if self.before is None:
            return f"added: {where} from {tour.start} for {tour.periods}"
        if self.after is None:
            return f"dropped: {where} from {tour.start} for {tour.periods}"
        was = f"{self.before.start} for {self.before.periods}"
        return f"moved: {where} from {was} to {self.after.start} for {self.after.periods}"


@dataclass(frozen=True)
class PlanDiff:
    """What differs between two plans for one instance.

    Parameters
    ----------
    moved
        Tours matched on contingent, sector and role, equal ones first; what is left was added or dropped.
    goals
        Values of each goal in both plans, where they differ.
    requirements
        What each requirement lacks to its target, summed over periods, where it differs.
    nations
        Troop-periods of each nation, where they differ.
    clean
        Whether the audit finds nothing in either plan.
    periods
        Of each requirement, the periods in which it lacks more or less than before, with both amounts.
    """

    moved: tuple[Moved, ...]
    goals: dict[str, tuple[Fraction, Fraction]]
    requirements: dict[str, tuple[Fraction, Fraction]]
    nations: dict[str, tuple[Fraction, Fraction]]
    clean: tuple[bool, bool]
    periods: dict[str, tuple[tuple[str, Fraction, Fraction], ...]] = dataclasses.field(default_factory=dict)


def diff_plans(
    instance: Instance | Path | str,
    before: Plan | Path | str,
    after: Plan | Path | str,
    *,
    scenario: Sequence[str] = (),
    at: Period | None = None,
    made: Instance | None = None,
) -> PlanDiff:
    """Return what differs between two plans: tours, goals, requirements and nations.

    The first plan is measured where it was made, if that is `made`, or the instance on disk with other scenarios: what
    a nation did that has left by then counts.

    Parameters
    ----------
    at
        The period in which the second was made anew of the first, if it was.
    made
        What the first may have been made for; it is if the plan says so.

    Raises
    ------
    forcegen.io.errors.InputError
        If a document is malformed.
    """
    plans = [given_plan(plan) for plan in (before, after)]
    here = plans[0].scenario == tuple(scenario)
    if made is None and not isinstance(instance, Instance) and not here:
        made = _with_its_scenarios(instance, plans[0])
    if made is not None and made.digest != plans[0].instance_sha256:
        made = None
    instance = given_instance(instance, scenario)
    for plan, where in zip(plans, (made or instance, instance), strict=True):
        if plan.tours and not any(tour.contingent in where.contingent for tour in plan.tours):
            message = (
                f"the plan is of contingents that the instance does not have, such as {plan.tours[0].contingent!r}"
            )
            raise refuse(message, advice="give the instance that the plan was made for")
    if made is not None and made.digest != instance.digest:
        return _measured_apart((made, plans[0], audit(made, plans[0])), plans[1], audit(instance, plans[1]))
    return compared(instance, *plans, at=None if at is None else instance.horizon.index(at))


def _with_its_scenarios(path: Path | str, plan: Plan) -> Instance | None:
    """Return the instance on disk with the scenarios that a plan says it was made for; None where one is gone."""
    try:
        return given_instance(path, plan.scenario)
    except InputError:
        return None


def compared(instance: Instance, before: Plan, after: Plan, *, at: int | None = None) -> PlanDiff:
    """Return what differs between two plans; `at` is the period in which the second was made anew of the first."""
    audits = audit(instance, before), audit(instance, after, base=None if at is None else before, at=at)
    return _between(before, after, *audits)


def diff_results(before: Result, after: Result) -> PlanDiff | None:
    """Return what differs between the plans of two answers, each as it was where it was made; None without two plans.

    Coverage is measured by the second's requirements: against their targets, in the periods in which they hold,
    whatever these were before. Of a requirement that the first does not have nothing counts as covered in it.
    """
    if before.plan is None or after.plan is None or before.audit is None or after.audit is None:
        return None
    return _measured_apart((before.instance, before.plan, before.audit), after.plan, after.audit)


def _measured_apart(before: tuple[Instance, Plan, Audit], after: Plan, now: Audit) -> PlanDiff:
    instance, plan, was = before
    had = _filled(was)
    if not had.keys() >= _filled(now).keys():
        had = _filled(audit(_asking_always(instance), plan)) | had
    lines = tuple(replace(line, filled=had.get((line.requirement, line.period), Fraction(0))) for line in now.coverage)
    return _between(plan, after, replace(was, coverage=lines), now)


def _filled(found: Audit) -> dict[tuple[str, str], Fraction]:
    return {(line.requirement, line.period): line.filled for line in found.coverage}


def _asking_always(instance: Instance) -> Instance:
    """Return an instance whose requirements hold in all periods, so that what fills them is seen in each."""
    always = {"from_": None, "until": None, "if_": (), "unless": ()}
    asked = tuple(requirement.model_copy(update=always) for requirement in instance.requirements)
    return instance.model_copy(update={"requirements": asked})


def _between(before: Plan, after: Plan, was: Audit, now: Audit) -> PlanDiff:
    shared = {name: value for name, value in now.goals.items() if name in was.goals}
    return PlanDiff(
        tuple(_moved(before, after)),
        _differing({name: was.goals[name] for name in shared}, shared),
        _differing(_lacking(was), _lacking(now)),
        _differing(*({b.nation: b.troop_periods for b in found.nations} for found in (was, now))),
        (was.clean, now.clean),
        _by_period(was, now),
    )


def _lacking(found: Audit) -> dict[str, Fraction]:
    lacking: dict[str, Fraction] = {}
    for line in found.coverage:
        short = max(Fraction(0), line.target - line.filled)
        lacking[line.requirement] = lacking.get(line.requirement, Fraction(0)) + short
    return lacking


def _by_period(before: Audit, after: Audit) -> dict[str, tuple[tuple[str, Fraction, Fraction], ...]]:
    found: dict[str, list[tuple[str, Fraction, Fraction]]] = {}
    for old, new in zip(before.coverage, after.coverage, strict=True):
        was, now = (max(Fraction(0), line.target - line.filled) for line in (old, new))
        if was != now:
            found.setdefault(new.requirement, []).append((new.period, was, now))
    return {requirement: tuple(lines) for requirement, lines in found.items()}


def _differing(first: Mapping[str, Fraction], second: Mapping[str, Fraction]) -> dict[str, tuple[Fraction, Fraction]]:
    pairs = {key: (first.get(key, Fraction(0)), second.get(key, Fraction(0))) for key in (*first, *second)}
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}


def _moved(before: Plan, after: Plan) -> Iterator[Moved]:
    old, new = (Counter(tour.model_copy(update={"unit": 1}) for tour in plan.tours) for plan in (before, after))
    equal = old & new
    left, come = _by_place(old - equal), _by_place(new - equal)
    for place in dict.fromkeys((*left, *come)):
        gone, added = left.get(place, []), come.get(place, [])
        pairs: list[tuple[Tour | None, Tour | None]] = list(zip(gone, added, strict=False))
        pairs += [(tour, None) for tour in gone[len(added) :]] + [(None, tour) for tour in added[len(gone) :]]
        for (was, now), count in Counter(pairs).items():
            yield Moved(was, now, count)


def _by_place(tours: Counter[Tour]) -> dict[tuple[str, str, str], list[Tour]]:
    found: dict[tuple[str, str, str], list[Tour]] = {}
    for tour in sorted(tours.elements(), key=lambda t: (t.contingent, t.sector, t.role, t.start.ordinal, t.periods)):
        found.setdefault((tour.contingent, tour.sector, tour.role), []).append(tour)
    return found
