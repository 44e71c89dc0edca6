"""What is broken, and how: row families of the formulation and checks of the audit, patched where they are called."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import numpy as np

from forcegen.audit import judge, rules, tours
from forcegen.audit.presence import Theatre
from forcegen.formulation import compact, tour
from forcegen.formulation.frame import Frame
from forcegen.formulation.registry import JOINT_ROWS, REMOVED_COLUMNS, RULE_ROWS
from forcegen.formulation.rows.family import Entries, Rows, keep
from forcegen.mip import INF
from forcegen.tours import allowed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from numpy.typing import NDArray

    Change = Callable[[Callable[..., Any]], Callable[..., Any]]


@dataclass(frozen=True)
class Mutant:
    """One change of one function; `apply` holds while it is entered."""

    name: str
    change: str
    target: str
    apply: Callable[[], AbstractContextManager[Any]]
    formulation: str = "tour"


def tag_of(mutant: Mutant) -> str:
    """Return the tag of the family a mutant breaks, by which tests are chosen."""
    return "hub" if mutant.target == "supply" and mutant.name != "supply" else mutant.target


HEADS = {
    "lead": ("lead_one", "lead_led", "lead_share", "lead_roles", "lead_term", "lead_goes_on"),
    "nations": ("nations", "nations_least", "nations_on", "nations_units"),
    "presence": ("presence", "presence_term", "presence_here"),
    "apart": ("apart", "apart_here"),
    "escort": ("escort", "escort_here"),
    "either": ("either", "used_by"),
}
"""Families of several rows, by what their names begin with: each is also dropped by itself."""


def row_mutants() -> Iterator[Mutant]:
    """Yield each row family without its rows, a period late, with `<=` and `>=` exchanged, and off by one.

    Then rules that remove columns, parts of families, and the timetables of the compact formulation.
    """
    yield from _whole_families()
    yield from _removed_columns()
    yield from _parts_of_families()
    yield from _timetables()


def _whole_families() -> Iterator[Mutant]:
    changes = {
        "drop": _without_rows,
        "shift": _later_rows,
        "flip": _flipped_rows,
        "loose": _moved_sides(1),
        "tight": _moved_sides(-1),
    }
    always = {"coverage": "coverage_rows", "pool": "pool", "beds": "beds", "supply": "supply"}
    for change, changed in changes.items():
        for tag, name in always.items():
            yield Mutant(tag, change, tag, _in_module(tour, name, changed))
        for kind in RULE_ROWS:
            yield Mutant("hub" if kind == "supply" else kind, change, kind, _in_table(RULE_ROWS, kind, changed))
        for kind in JOINT_ROWS:
            yield Mutant(kind, change, kind, _in_table(JOINT_ROWS, kind, changed))


def _removed_columns() -> Iterator[Mutant]:
    """Yield `exclude` and `only` that remove nothing, remove a period late, or remove what they should leave."""
    for kind in sorted(REMOVED_COLUMNS):
        for change, changed in {"drop": _never, "shift": _a_period_late}.items():
            yield Mutant(kind, change, kind, _in_module(allowed, "active_periods", changed(kind)))
        yield Mutant(kind, "flip", kind, _in_module(allowed, "_banned", _inverted(kind)))


def _parts_of_families() -> Iterator[Mutant]:
    for kind, heads in HEADS.items():
        table = JOINT_ROWS if kind in JOINT_ROWS else RULE_ROWS
        for head in heads:
            yield Mutant(f"{kind}: {head}", "drop", kind, _in_table(table, kind, _without_head(head)))


def _timetables() -> Iterator[Mutant]:
    """Yield the rows that make a timetable of single units' columns, each kind by itself.

    `in_order` only chooses among copies of a plan: the best is the same without it, so it is only tightened.
    """
    equations = {"drop": _without_rows, "loose": _moved_sides(1), "tight": _moved_sides(-1)}
    limits = equations | {"flip": _flipped_rows}
    pieces = {
        "_begun": equations,
        "_present": equations,
        "_going_on": limits,
        "_long_enough": limits,
        "_in_order": {"tight": _moved_sides(-1)},
    }
    for piece, changes in pieces.items():
        for change, changed in changes.items():
            name = f"compact: {piece.removeprefix('_')}"
            yield Mutant(name, change, "timetable", _in_module(compact, piece, changed), "compact")
    for change, changed in (limits | {"shift": _later_rows}).items():
        yield Mutant("compact: pool", change, "pool", _in_module(tour, "pool", changed), "compact")


def check_mutants() -> Iterator[Mutant]:
    """Yield each check of the audit that finds nothing, or sees the plan a period late where time matters to it."""
    timeless = {
        "check_known": judge,
        "check_leads": judge,
        "check_past": judge,
        "check_unit": tours,
        "check_role": tours,
    }
    timed = {
        "check_beds": judge,
        "check_supply": judge,
        "check_hard": judge,
        "check_start": tours,
        "check_length": tours,
        "check_until": tours,
        "check_conditions": tours,
        "check_requirement": tours,
        "check_overlap_and_dwell": tours,
        "check_returned": tours,
    }
    for change, changed in {"drop": _without_violations, "shift": _later_plan}.items():
        for name, module in (timeless | timed if change == "drop" else timed).items():
            yield Mutant(name, change, name, _in_module(module, name, changed))
        for kind in rules.CHECKS:
            yield Mutant(f"rule {kind}", change, kind, _in_table(rules.CHECKS, kind, changed))


def known_checks() -> set[str]:
    """Return the names of every check that the audit calls, as they are found in its modules."""
    modules = (judge, tours)
    found = {name for module in modules for name in vars(module) if name.startswith("check_")}
    return found - {"check_tours", "check_rules"}  # these two call others


def _in_module(module: Any, name: str, change: Change) -> Callable[[], AbstractContextManager[Any]]:
    return lambda: patch.object(module, name, change(getattr(module, name)))


def _in_table(table: Any, kind: str, change: Change) -> Callable[[], AbstractContextManager[Any]]:
    return lambda: patch.dict(table, {kind: change(table[kind])})


# Rows. Equations that only define an auxiliary column are left as they are.


def _without_rows(family: Callable[..., Rows]) -> Callable[..., Rows]:
    def changed(*given: Any) -> Rows:
        rows = family(*given)
        return keep(rows, np.flatnonzero(~_limiting(rows)))

    return changed


def _later_rows(family: Callable[..., Rows]) -> Callable[..., Rows]:
    """Count every tour a period late; the last period's entries fall away."""

    def changed(*given: Any) -> Rows:
        rows, frame = family(*given), next(item for item in given if isinstance(item, Frame))
        entries = rows.entries
        moved = (entries.column >= 0) & (entries.column < len(frame.columns.tours)) & _limiting(rows)[entries.row]
        row = np.where(moved, _next_period(rows, frame)[entries.row], entries.row)
        used = row >= 0
        return replace(rows, entries=Entries(row[used], entries.column[used], entries.value[used]))

    return changed


def _without_head(head: str) -> Change:
    """Leave out the rows whose names begin so."""

    def change(family: Callable[..., Rows]) -> Callable[..., Rows]:
        def changed(*given: Any) -> Rows:
            rows = family(*given)
            kept = np.array([not name.startswith(f"{head}(") for name in rows.names()], dtype=bool)
            return keep(rows, np.flatnonzero(kept | ~_limiting(rows)))

        return changed

    return change


def _flipped_rows(family: Callable[..., Rows]) -> Callable[..., Rows]:
    def changed(*given: Any) -> Rows:
        rows = family(*given)
        turned = _limiting(rows)
        lower = np.where(turned, np.where(rows.upper < INF, rows.upper, -INF), rows.lower)
        upper = np.where(turned, np.where(rows.lower > -INF, rows.lower, INF), rows.upper)
        return replace(rows, lower=lower, upper=upper)

    return changed


def _moved_sides(steps: int) -> Change:
    """Allow that many steps more; a step is the greatest common divisor of a row, the least that can matter."""

    def change(family: Callable[..., Rows]) -> Callable[..., Rows]:
        def changed(*given: Any) -> Rows:
            rows = family(*given)
            step = np.zeros(len(rows.lower), dtype=np.int64)
            np.gcd.at(step, rows.entries.row, rows.entries.value)
            step = np.where(_limiting(rows), steps * np.maximum(step, 1), 0)
            lower = np.where(rows.lower > -INF, rows.lower - step, rows.lower)
            return replace(rows, lower=lower, upper=np.where(rows.upper < INF, rows.upper + step, rows.upper))

        return changed

    return change


def _limiting(rows: Rows) -> NDArray[np.bool_]:
    limiting = np.ones(len(rows.lower), dtype=bool)
    if rows.added is not None:
        limiting[rows.added.defined[rows.added.defined >= 0]] = False
    return limiting


def _next_period(rows: Rows, frame: Frame) -> NDArray[np.int64]:
    """Return for each row the one of the next period, itself if it has no period, -1 after the last."""
    names = rows.names()
    position, labels = {name: i for i, name in enumerate(names)}, [frame.label(t) for t in range(frame.periods)]
    result = np.arange(len(names))
    for i, name in enumerate(names):
        head, _, label = name.removesuffix(")").rpartition(",")
        if label in labels:
            following = [f"{head},{later})" for later in labels[labels.index(label) + 1 :][:1]]
            result[i] = position.get(following[0], -1) if following else -1
    return result


# Rules that remove columns


def _never(kind: str) -> Change:
    return lambda active: (
        lambda thing, instance: (
            (False,) * instance.horizon.periods if getattr(thing, "kind", "") == kind else active(thing, instance)
        )
    )


def _a_period_late(kind: str) -> Change:
    def change(active: Callable[..., Any]) -> Callable[..., Any]:
        def changed(thing: Any, instance: Any) -> Any:
            found = tuple(active(thing, instance))
            return (False, *found[:-1]) if getattr(thing, "kind", "") == kind else found

        return changed

    return change


def _inverted(kind: str) -> Change:
    return lambda banned: (
        lambda outside, scope, instance: banned(outside ^ (outside == (kind == "only")), scope, instance)
    )


# Checks


def _without_violations(check: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *given: iter(())


def _later_plan(check: Callable[..., Any]) -> Callable[..., Any]:
    """Show the check the tours of the plan, and what fills requirements, a period late."""
    return lambda *given: check(*(_late(item) for item in given))


def _late(item: Any) -> Any:
    if isinstance(item, Theatre):
        late = (p if p.running else replace(p, start=p.start + 1) for p in item.presences)
        return Theatre(item.instance, tuple(late), item.leads)
    if isinstance(item, tuple):
        return tuple(replace(need, filled=_rolled(need.filled)) for need in item)
    return item


def _rolled(filled: Sequence[int]) -> tuple[int, ...]:
    return (0, *filled[:-1])
