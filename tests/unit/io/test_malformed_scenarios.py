"""Malformed scenarios: the message points at the edit, and no edit ends in a traceback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forcegen.io.errors import InputError
from forcegen.io.instance import read_instance

if TYPE_CHECKING:
    from pathlib import Path

    from forcegen.domain.instance import Instance

BASE = """\
forcegen: 1
name: base
horizon: {start: 2026-01, periods: 6}
conditions: {vote: {holds: true}}
nations: [{id: A}, {id: B}]
roles: [{id: guard}]
sectors: [{id: town, beds: {2026-01: 100}}]
contingents:
  - {id: A-coy, nation: A, units: 3, strength: 10, fills: {guard: 10}, tour: 3, dwell: 6}
  - {id: B-coy, nation: B, units: 2, strength: 10, fills: {guard: 10}, tour: 3, dwell: 3}
requirements: [{id: R, sectors: [town], roles: [guard], target: 10}]
"""


def overlaid(folder: Path, edit: str, base: str = BASE) -> Instance:
    (folder / "instance.yaml").write_text(base, encoding="utf-8")
    (folder / "edit.yaml").write_text(f"forcegen: 1\nscenario: edit\n{edit}\n", encoding="utf-8")
    return read_instance(folder, [str(folder / "edit.yaml")])


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (
            "set:\n  - {list: contingents, field: strength, value: -3}",
            "4: contingents[0].strength: -3 is not above 0; correct the number",
        ),
        (
            "set: [{list: contingents, field: tour.min, value: 2}]",
            "3: A-coy has no fields to set at 'tour.min'; set the field above it as a whole",
        ),
        (
            "set: [{list: requirements, field: roles.first, value: guard}]",
            "3: R has no fields to set at 'roles.first'; set the field above it as a whole",
        ),
        (
            "set: [{list: sectors, field: beds, value: {2026-13: 1}}]",
            "3: sectors[0].beds.2026-13: a period is written 2025-07 (month) or 2025-W27 (week), not '2026-13'; "
            "correct the date",
        ),
        (
            "set: [{list: contingents, field: strengh, value: 3}]",
            "3: contingents[0].strengh: there is no field 'strengh'; did you mean 'strength'?",
        ),
        (
            "scale: [{list: requirements, field: target, factor: 1000000000}]",
            "3: requirements[0].target: numbers go up to 1,000,000,000, not 1E+10; use a larger unit",
        ),
        (
            "scale: [{list: contingents, field: nation, factor: 2}]",
            "3: field: A-coy has no number in 'nation' to scale; narrow its where",
        ),
        (
            "remove: [{list: contingents, where: {nation: C}}]",
            "3: the edit matches nothing in contingents with nation: C; correct its list or names",
        ),
        (
            "add: [{list: nations, item: {id: A}}]",
            "3: nations[2].id: the id 'A' is already that of nations[0]; rename one",
        ),
        ("conditions: {vot: true}", "3: there is no condition 'vot'; did you mean 'vote'?"),
        ("withdraw: [{contingent: A-coy, units: 9}]", "3: A-coy has fewer than 9 units; withdraw fewer"),
        ("withdraw: [{nation: A, by: 0001-01}]", "3: by: there is no month before 0001-01; leave out by"),
        (
            "withdraw: [{nation: A, by: 2026-W10}]",
            "3: by: 2026-W10 is a week; the horizon counts months; write a month",
        ),
    ],
)
def test_the_message_points_at_the_edit(tmp_path: Path, edit: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        overlaid(tmp_path, edit)
    assert str(caught.value.first) == f"{tmp_path / 'edit.yaml'}:{message}"


@pytest.mark.parametrize(
    ("old", "new", "edit", "field"),
    [
        ("roles: [{id: guard}]", "roles:", "add: [{list: roles, item: {id: guard}}]", "roles"),
        ("roles: [{id: guard}]", "roles: {a: b}", "add: [{list: roles, item: {id: guard}}]", "roles"),
        ("dwell: 6", "dwell: 6, until: 7", "withdraw: [{nation: A, by: 2026-03}]", "contingents[0].until"),
        ("units: 3", "units: .inf", "scale: [{list: contingents, field: units, factor: 2}]", "field"),
        ("units: 3", "units: three", "withdraw: [{contingent: A-coy, units: 1}]", "units"),
        ("{vote: {holds: true}}", "{vote: true}", "conditions: {vote: false}", "conditions.vote"),
        ("{vote: {holds: true}}", "[vote]", "conditions: {vote: false}", None),
    ],
)
def test_an_edit_of_a_malformed_instance_is_refused(
    tmp_path: Path, old: str, new: str, edit: str, field: str | None
) -> None:
    with pytest.raises(InputError) as caught:
        overlaid(tmp_path, edit, BASE.replace(old, new))
    assert caught.value.first.field == field


def test_items_given_the_same_value_stay_apart(tmp_path: Path) -> None:
    instance = overlaid(
        tmp_path,
        "set:\n"
        "  - {list: contingents, field: tour, value: {min: 2, max: 4}}\n"
        "  - {list: contingents, where: {nation: A}, field: tour.min, value: 3}",
    )
    assert [contingent.tour_lengths[0] for contingent in instance.contingents] == [3, 2]
