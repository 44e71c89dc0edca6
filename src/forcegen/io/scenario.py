"""Scenarios on disk, and their edits on the plain data of an instance."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forcegen.domain.consistency import did_you_mean
from forcegen.domain.horizon import Period
from forcegen.domain.scenario import Edit, Scenario, SetField, Withdraw, scaled
from forcegen.io.errors import refuse
from forcegen.io.validation import validated
from forcegen.io.yaml import Tree, parse, read_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forcegen.io.yaml import Trail

_WHOLE = frozenset({"units", "present", "army", "active", "notice", "tour", "dwell"})


def scenarios_beside(instance: Path) -> dict[str, Path]:
    """Return the scenarios in an instance's folder, by name, in the order of their names."""
    return {path.stem: path for path in sorted(_folder(instance).glob("*.yaml"))}


def _folder(instance: Path) -> Path:
    return (instance if instance.is_dir() else instance.parent) / "scenarios"


def find_scenario(name: str, instance: Path) -> Path:
    """Return the file of a scenario: `scenarios/NAME.yaml` in the instance's folder, or a path.

    Raises
    ------
    InputError
        If there is neither.
    """
    known = scenarios_beside(instance)
    if name in known:
        return known[name]
    if Path(name).suffix in (".yaml", ".yml"):
        return Path(name)
    otherwise = f"known: {', '.join(known)}" if known else f"{_folder(instance)} holds none; or name a .yaml file"
    raise refuse(f"there is no scenario {name!r}", value=name, advice=did_you_mean(name, known, otherwise))


def read_scenario(name: str, instance: Path) -> Scenario:
    """Return a scenario of an instance, by its name or path.

    Raises
    ------
    InputError
        If there is none, or it is malformed.
    """
    path = find_scenario(name, instance)
    return validated(parse(read_text(path, str(path)), str(path)), Scenario)


def apply_scenario(tree: Tree, path: Path) -> None:
    """Lay the scenario in a file on an instance's plain data.

    Raises
    ------
    InputError
        If the scenario is malformed or an edit matches nothing.
    """
    lay_scenario(tree, parse(read_text(path, str(path)), str(path)))


def lay_scenario(tree: Tree, source: Tree) -> None:
    """Lay a scenario, given as plain data with places, on an instance's plain data.

    Raises
    ------
    InputError
        If the scenario is malformed or an edit matches nothing.
    """
    scenario = validated(source, Scenario)
    _Overlay(tree, source, scenario).apply()


class _Overlay:
    def __init__(self, tree: Tree, source: Tree, scenario: Scenario) -> None:
        self.data: dict[str, Any] = tree.data
        self.tree, self.source, self.scenario = tree, source, scenario

    def apply(self) -> None:
        for i, change in enumerate(self.scenario.set):
            self._set(change, i)
        for i, scale in enumerate(self.scenario.scale):
            items = self._matching(scale, ("scale", i))
            for item in items:
                self._scale(item, scale.field, scale.factor, ("scale", i))
            self._written(scale.list, items, scale.field, self._where(("scale", i)))
        for i, removal in enumerate(self.scenario.remove):
            gone = list(map(id, self._matching(removal, ("remove", i))))
            self._keep(removal.list, lambda item, gone=gone: id(item) not in gone)
        for i, addition in enumerate(self.scenario.add):
            listed = self.data.setdefault(addition.list, [])
            if isinstance(listed, list):  # else the validation says what is wrong with it
                listed.append(deepcopy(addition.item))
                self.tree.places[(addition.list, len(listed) - 1)] = self._where(("add", i))
        self._conditions()
        for i, leaving in enumerate(self.scenario.withdraw):
            self._withdraw(leaving, ("withdraw", i))

    def _matching(self, change: Edit, trail: tuple[str, int]) -> list[dict[str, Any]]:
        items = [item for item in self._items(change.list) if _fits(item, change.where)]
        if not items:
            file, line = self._where(trail)
            sought = ", ".join(f"{field}: {value}" for field, value in change.where.items())
            message = f"the edit matches nothing in {change.list}" + (f" with {sought}" if sought else "")
            raise refuse(message, file=file, line=line, value=sought or None, advice="correct its list or names")
        return items

    def _items(self, name: str) -> Iterator[dict[str, Any]]:
        listed = self.data.get(name)
        return (item for item in (listed if isinstance(listed, list) else []) if isinstance(item, dict))

    def _set(self, change: SetField, i: int) -> None:
        file, line = self._where(("set", i, "value"))
        items = self._matching(change, ("set", i))
        for item in items:
            try:
                _place(item, change.field, deepcopy(self.source.data["set"][i]["value"]))
            except TypeError:
                message = f"{item.get('id', 'the item')} has no fields to set at {change.field!r}"
                advice = "set the field above it as a whole"
                raise refuse(message, file=file, line=line, field="field", value=change.field, advice=advice) from None
        self._written(change.list, items, change.field, (file, line))

    def _written(self, name: str, items: list[dict[str, Any]], field: str, where: tuple[str, int]) -> None:
        """Let the places of a field be that of the edit which gave it its value."""
        changed, parts = set(map(id, items)), tuple(field.split("."))
        trails: set[Trail] = {(name, i, *parts) for i, item in enumerate(self.data[name]) if id(item) in changed}
        depth = 2 + len(parts)
        kept = {at: place for at, place in self.tree.places.items() if at[:depth] not in trails}
        self.tree.places = {**kept, **dict.fromkeys(trails, where)}

    def _scale(self, item: dict[str, Any], field: str, factor: Any, trail: tuple[str, int]) -> None:
        holder, name = _holder(item, field)
        try:
            holder[name] = scaled(holder[name], factor, whole=field.split(".")[0] in _WHOLE)
        except (KeyError, TypeError, ValueError, ArithmeticError):
            file, line = self._where(trail)
            message = f"{item.get('id', 'the item')} has no number in {field!r} to scale"
            raise refuse(message, file=file, line=line, field="field", value=field, advice="narrow its where") from None

    def _keep(self, name: str, wanted: Any) -> None:
        """Drop items of a list, and let the places of those that stay follow them; what is no item stays."""
        listed = self.data[name]
        stays = [i for i, item in enumerate(listed) if not isinstance(item, dict) or wanted(item)]
        position = {old: new for new, old in enumerate(stays)}
        moved = {
            (name, position[trail[1]], *trail[2:]): place
            for trail, place in self.tree.places.items()
            if len(trail) > 1 and trail[0] == name and trail[1] in position
        }
        places = {trail: place for trail, place in self.tree.places.items() if trail[:1] != (name,) or len(trail) == 1}
        self.tree.places = {**places, **moved}
        self.data[name] = [listed[i] for i in stays]

    def _conditions(self) -> None:
        known = self.data.get("conditions")
        known = known if isinstance(known, dict) else {}
        for name, condition in self.scenario.conditions.items():
            if name not in known:
                file, line = self._where(("conditions", name))
                advice = did_you_mean(name, known, f"known: {', '.join(known)}" if known else "there is none yet")
                raise refuse(f"there is no condition {name!r}", file=file, line=line, value=name, advice=advice)
            given = deepcopy(self.source.data["conditions"][name])
            if not isinstance(condition, bool):
                known[name] = given
            elif isinstance(known[name], dict):
                known[name] = {**known[name], "holds": given}

    def _withdraw(self, leaving: Withdraw, trail: tuple[str, int]) -> None:
        where = {"nation": leaving.nation} if leaving.nation is not None else {"id": leaving.contingent}
        items = self._matching(Edit(list="contingents", where=where), trail)
        names = [item.get("id") for item in items]
        if leaving.units is not None:
            self._reduce(items[0], leaving.units, trail)
        elif leaving.by is None:
            self._drop(names)
        else:
            self._check_unit(leaving.by, trail)
            last = self._before(leaving.by, trail)
            late = self._never(items, last)
            self._drop(late)
            items = [item for item in items if item.get("id") not in late]
            for item in items:
                _shorten(item, "until", last, item.get("until", last))
            self._written("contingents", items, "until", self._where(trail))
            if self._before_start(last):
                self._keep_history(lambda row: row.get("contingent") not in names or "ends" not in row)
            for row in self._items("history"):
                if row.get("contingent") in names:
                    _shorten(row, "ends", last, row.get("ends"))

    def _drop(self, names: list[Any]) -> None:
        """Leave contingents out, their history included."""
        self._keep("contingents", lambda item: item.get("id") not in names)
        self._keep_history(lambda row: row.get("contingent") not in names)

    def _keep_history(self, wanted: Any) -> None:
        if isinstance(self.data.get("history"), list):
            self._keep("history", wanted)

    def _before_start(self, last: str) -> bool:
        """Return whether a period, of the horizon's unit, is before it: who leaves then is on tour no more."""
        horizon = self.data.get("horizon")
        start = horizon.get("start") if isinstance(horizon, dict) else None
        return isinstance(start, str) and last < start

    def _never(self, items: list[dict[str, Any]], last: str) -> list[Any]:
        """Return those that are not ready by the last period that is left to them, and are not on tour already."""
        running = [row.get("contingent") for row in self._items("history") if "ends" in row]
        ready = ((item.get("id"), item.get("ready")) for item in items)
        late = (name for name, first in ready if isinstance(first, str) and first > last)
        return [name for name in late if name not in running]

    def _check_unit(self, period: Period, trail: tuple[str, int]) -> None:
        """Raise if a period is not of the horizon's unit: as text it would be compared with others all the same."""
        horizon = self.data.get("horizon")
        unit = horizon.get("unit", "month") if isinstance(horizon, dict) else period.unit
        if unit != period.unit:
            file, line = self._where(trail)
            message, advice = f"{period} is a {period.unit}; the horizon counts {unit}s", f"write a {unit}"
            raise refuse(message, file=file, line=line, field="by", value=str(period), advice=advice)

    def _before(self, period: Period, trail: tuple[str, int]) -> str:
        try:
            return str(Period.parse(Period.of(period.ordinal - 1, period.unit)))
        except ValueError:
            file, line = self._where(trail)
            message = f"there is no {period.unit} before {period}"
            raise refuse(message, file=file, line=line, field="by", value=str(period), advice="leave out by") from None

    def _reduce(self, item: dict[str, Any], units: int, trail: tuple[str, int]) -> None:
        name = "units" if "units" in item else "present"
        if not isinstance(item.get(name), int) or item[name] < units:
            file, line = self._where(trail)
            message = f"{item.get('id')} has fewer than {units} units"
            raise refuse(message, file=file, line=line, field="units", value=units, advice="withdraw fewer")
        item[name] -= units

    def _where(self, trail: Trail) -> tuple[str, int]:
        return (self.source.where(trail) or ("", 1))[:2]


def _shorten(item: dict[str, Any], field: str, last: str, given: Any) -> None:
    """Let a period be no later than `last`; what is not text is left for the validation to refuse."""
    if isinstance(given, str):
        item[field] = min(given, last)


def _fits(item: dict[str, Any], where: dict[str, Any]) -> bool:
    return all(_equal(item.get(field), wanted) for field, wanted in where.items())


def _equal(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, list):
        return any(_equal(value, one) for one in wanted)
    if isinstance(value, list):
        return any(_equal(one, wanted) for one in value)
    return bool(value == wanted)


def _holder(item: dict[str, Any], field: str) -> tuple[dict[str, Any], str]:
    *parents, name = field.split(".")
    for parent in parents:
        following = item.setdefault(parent, {})
        if not isinstance(following, dict):
            raise TypeError
        item = following
    return item, name


def _place(item: dict[str, Any], field: str, value: Any) -> None:
    holder, name = _holder(item, field)
    if value is None:
        holder.pop(name, None)
    else:
        holder[name] = value
