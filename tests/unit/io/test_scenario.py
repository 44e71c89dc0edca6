from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from forcegen.io.errors import InputError
from forcegen.io.instance import read_instance

if TYPE_CHECKING:
    from pathlib import Path

BASE = """\
forcegen: 1
name: base
horizon: {start: 2026-01, periods: 6}
conditions: {vote: {holds: true}}
nations: [{id: A}, {id: B}]
roles: [{id: guard}]
sectors: [{id: town, beds: 100}]
contingents:
  - {id: A-coy, nation: A, units: 3, strength: 10, fills: {guard: 10}, tour: 3, dwell: 6}
  - {id: B-coy, nation: B, units: 2, strength: 10, fills: {guard: 10}, tour: 3, dwell: {ratio: 2}}
requirements: [{id: R, sectors: [town], roles: [guard], target: {2026-01: 10, 2026-03: 15}}]
history: [{contingent: B-coy, units: 1, returned: 2026-01}]
"""


def overlaid(folder: Path, *edits: str) -> Any:
    (folder / "scenarios").mkdir()
    (folder / "instance.yaml").write_text(BASE)
    for i, edit in enumerate(edits):
        (folder / "scenarios" / f"s{i}.yaml").write_text(f"forcegen: 1\nscenario: s{i}\n{edit}\n")
    return read_instance(folder, [f"s{i}" for i in range(len(edits))])


def test_set_scale_and_conditions(tmp_path: Path) -> None:
    instance = overlaid(
        tmp_path,
        "set: [{list: contingents, where: {nation: B}, field: dwell.ratio, value: 3}]\nconditions: {vote: false}",
        "scale: [{list: requirements, field: target, factor: 1.5}, {list: contingents, field: units, factor: 2}]",
    )
    assert instance.contingent["B-coy"].dwell_after(2) == 6
    assert instance.conditions["vote"].holds is False
    assert [str(number) for number in instance.requirements[0].target.values()] == ["15", "22.5"]
    assert [contingent.units for contingent in instance.contingents] == [6, 4]


def test_add_and_remove(tmp_path: Path) -> None:
    instance = overlaid(
        tmp_path,
        "remove: [{list: contingents, where: {nation: A}}]",
        "add: [{list: rules, item: {id: X, kind: ceiling, most: 5}}]",
    )
    assert [contingent.id for contingent in instance.contingents] == ["B-coy"]
    assert [rule.id for rule in instance.rules] == ["X"]


def test_a_withdrawal_takes_a_nation_its_history_included(tmp_path: Path) -> None:
    instance = overlaid(tmp_path, "withdraw: [{nation: B}]")
    assert [contingent.id for contingent in instance.contingents] == ["A-coy"]
    assert instance.history == ()


def test_a_withdrawal_by_a_date_ends_in_the_period_before(tmp_path: Path) -> None:
    instance = overlaid(tmp_path, "withdraw: [{contingent: A-coy, by: 2026-04}, {contingent: B-coy, units: 1}]")
    assert instance.contingent["A-coy"].until == "2026-03"
    assert instance.contingent["B-coy"].units == 1


def test_who_leaves_before_being_ready_never_comes(tmp_path: Path) -> None:
    late = "set: [{list: contingents, where: {nation: B}, field: ready, value: 2026-03}]"
    instance = overlaid(tmp_path, late, "withdraw: [{nation: B, by: 2026-03}]")
    assert [contingent.id for contingent in instance.contingents] == ["A-coy"]
    assert instance.history == ()


@pytest.mark.parametrize(("by", "ends"), [("2025-06", None), ("2026-01", None), ("2026-02", "2026-01")])
def test_who_is_on_tour_and_leaves_comes_home_then(tmp_path: Path, by: str, ends: str | None) -> None:
    running = "{contingent: B-coy, units: 1, since: 2025-11, ends: 2026-03, sector: town, role: guard}"
    began = f"add: [{{list: history, item: {running}}}]"
    instance = overlaid(tmp_path, began, f"withdraw: [{{nation: B, by: {by}}}]")
    assert [row.ends for row in instance.history if row.running] == ([] if ends is None else [ends])
    assert [row.returned for row in instance.history if not row.running] == ["2026-01"]


@pytest.mark.parametrize("by", ["", ", by: 2026-03"])
@pytest.mark.parametrize(
    ("whole", "broken"),
    [
        ("contingents:\n", "contingents:\n  - 3\n"),
        ("history: [", "history: [x, "),
        ("id: B-coy", "id: [B]"),
        ("id: B-coy", "id: {B: 1}"),
    ],
)
def test_what_is_malformed_is_refused_in_words_though_somebody_leaves(
    tmp_path: Path, by: str, whole: str, broken: str
) -> None:
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "instance.yaml").write_text(BASE.replace(whole, broken))
    (tmp_path / "scenarios" / "s.yaml").write_text(f"forcegen: 1\nscenario: s\nwithdraw: [{{nation: B{by}}}]\n")
    with pytest.raises(InputError):
        read_instance(tmp_path, ["s"])


def test_who_leaves_when_ready_serves_until_then(tmp_path: Path) -> None:
    late = "set: [{list: contingents, where: {nation: B}, field: ready, value: 2026-03}]"
    instance = overlaid(tmp_path, late, "withdraw: [{nation: B, by: 2026-04}]")
    assert (instance.contingent["B-coy"].ready, instance.contingent["B-coy"].until) == ("2026-03", "2026-03")


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        ("remove: [{list: rules, where: {id: none}}]", "the edit matches nothing in rules"),
        ("conditions: {vot: true}", "there is no condition 'vot'"),
        ("scale: [{list: contingents, field: name, factor: 2}]", "A-coy has no number in 'name' to scale"),
        ("withdraw: [{contingent: A-coy, units: 9}]", "A-coy has fewer than 9 units"),
        ("withdraw: [{nation: A, by: 2026-W05}]", "2026-W05 is a week; the horizon counts months"),
        ("withdraw: [{nation: A, contingent: A-coy}]", "a withdrawal names a nation or a contingent"),
    ],
)
def test_edits_that_cannot_be_made_are_refused(tmp_path: Path, edit: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as refused:
        overlaid(tmp_path, edit)
    assert refused.value.first.file is not None
    assert refused.value.first.file.endswith("s0.yaml")
    assert refused.value.first.line == 3
