"""The LP file of each row family, to the letter. `FORCEGEN_UPDATE_GOLDEN=1 pytest tests/golden` writes them anew."""

from __future__ import annotations

import io
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from forcegen.domain.instance import Instance
from forcegen.domain.plan import Plan
from forcegen.domain.rules import KINDS
from forcegen.formulation.goals import GOALS
from forcegen.formulation.registry import JOINT_ROWS, REMOVED_COLUMNS, RULE_ROWS
from forcegen.formulation.rows.family import Rows
from forcegen.formulation.tour import Policy, build
from forcegen.mip import write_lp
from tests.golden.instances import BASE, COMPACT, INSTANCES, SOFT, VARIANTS

HERE = Path(__file__).parent
DOCUMENT = HERE.parents[1] / "models" / "rotation.md"
ALL = INSTANCES | VARIANTS
UPDATE = os.environ.get("FORCEGEN_UPDATE_GOLDEN") == "1"


def lp(name: str) -> str:
    goals = [name] if name in GOALS else ["unmet-target"] if name == "soft" else []
    base = Plan.model_validate(BASE) if name == "changes" else None
    soft = {kind: Decimal(str(price)) for kind, price in SOFT["soft"].items()} if name == "soft" else {}
    form = "compact" if name == COMPACT else "tour"
    formulation = build(Instance.model_validate(ALL[name]), goals, Policy(base=base, soft=soft), form)
    model = formulation.model
    if goals:
        objective = formulation.objectives[goals[0]]
        model = model.with_objective(objective.coefficients, objective.offset)
    file = io.StringIO()
    write_lp(model, file)
    return file.getvalue()


def tags_in_use(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The tag of every row family that any of the instances makes rows of."""
    found: set[str] = set()
    create = Rows.__init__

    def recording(self: Rows, tag: str, *given: Any, **named: Any) -> None:
        found.add(tag)
        create(self, tag, *given, **named)

    monkeypatch.setattr(Rows, "__init__", recording)
    for name in ALL:
        lp(name)
    return found


@pytest.mark.parametrize("name", ALL)
def test_lp_file(name: str) -> None:
    path = HERE / f"{name}.lp"
    found = lp(name)
    if UPDATE:
        path.write_text(found, encoding="ascii", newline="\n")
    assert found == path.read_text(encoding="ascii")


def test_no_golden_without_an_instance() -> None:
    assert {path.stem for path in HERE.glob("*.lp")} == set(ALL)


def test_every_tag_has_a_golden_and_is_documented(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = {"hub" if kind == "supply" else kind for kind in (*KINDS, *RULE_ROWS, *JOINT_ROWS, *REMOVED_COLUMNS)}
    tags = tags_in_use(monkeypatch) | kinds | set(GOALS)
    assert tags == set(INSTANCES)
    text = DOCUMENT.read_text(encoding="utf-8")
    assert [tag for tag in sorted(tags) if f"### `{tag}`" not in text] == []


def test_every_rule_kind_is_a_row_or_removes_columns() -> None:
    assert sorted(KINDS) == sorted([*RULE_ROWS, *JOINT_ROWS, *REMOVED_COLUMNS])
