"""The instance without some nation, or in another state of its conditions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forcegen.domain.rules import Bar, Pin
from forcegen.domain.scope import scope_of
from forcegen.planning.relax import with_lists
from forcegen.tours.allowed import allowed_tours

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from forcegen.domain.instance import Instance
    from forcegen.domain.model import Model


@dataclass(frozen=True)
class Case:
    """An instance to solve, and in words what is different in it."""

    words: str
    instance: Instance


def serving(instance: Instance) -> list[str]:
    """Return the nations that have a tour, in the instance's order."""
    tours = allowed_tours(instance)
    able = {instance.contingents[k].nation for k in set(tours.contingent.tolist())}
    return [nation.id for nation in instance.nations if nation.id in able]


def holding_some_time(instance: Instance) -> list[str]:
    """Return the conditions that hold, always or for a while."""
    return [name for name, condition in instance.conditions.items() if condition.holds is not False]


def without_nation(instance: Instance, *nations: str) -> Instance:
    """Return the instance without any unit of some nations; of pins and bars, their contingents are taken out."""
    gone = {k.id for k in instance.contingents if k.nation in nations}
    return with_lists(
        instance,
        contingents=tuple(
            k.model_copy(update={"units": 0, "present": None}) if k.id in gone else k for k in instance.contingents
        ),
        history=tuple(row for row in instance.history if row.contingent not in gone),
        rules=tuple(_narrowed(instance, gone)),
    )


def _narrowed(instance: Instance, gone: Collection[str]) -> Iterator[Any]:
    for rule in instance.rules:
        scope = scope_of(rule, instance).contingents if isinstance(rule, Pin | Bar) else frozenset()
        if not scope & set(gone):
            yield rule
        elif left := tuple(k.id for k in instance.contingents if k.id in scope and k.id not in gone):
            yield rule.model_copy(update={"nations": None, "contingents": left})


def only_less(instance: Instance, nation: str, model: Model) -> bool:
    """Return whether every plan without this nation is one with it, and worth the same.

    That is so unless something is asked of it, its tours run when the horizon starts, or the goal compares nations.
    """
    own = {k.id for k in instance.contingents if k.nation == nation}
    away = any(row.contingent in own for row in instance.history if row.running)
    asked = any(isinstance(rule, Pin) and scope_of(rule, instance).contingents & own for rule in instance.rules)
    return not away and not asked and "burden-gap" not in model.goals[0].parts


def with_conditions(instance: Instance, states: Mapping[str, bool]) -> Instance:
    """Return the instance in which some conditions come true or not.

    One that comes true holds when the instance says so, or always where the instance says that it does not.
    """
    changed = {
        name: condition.model_copy(update={"holds": False if not states[name] else condition.holds or True})
        for name, condition in instance.conditions.items()
        if name in states
    }
    return with_lists(instance, conditions=instance.conditions | changed)


def only_bars(instance: Instance, names: Collection[str], model: Model) -> bool:
    """Return whether some conditions do no more than let contingents serve: without them there are fewer tours."""
    asked = (*instance.requirements, *instance.rules)
    elsewhere = {name for thing in asked for name in (*thing.if_, *thing.unless)}
    elsewhere |= {name for k in instance.contingents for name in k.unless}
    return not elsewhere & set(names) and "burden-gap" not in model.goals[0].parts


def hanging(instance: Instance) -> frozenset[str]:
    """Return the conditions on which something hangs."""
    things = (*instance.contingents, *instance.requirements, *instance.rules)
    return frozenset(name for thing in things for name in (*thing.if_, *thing.unless))
