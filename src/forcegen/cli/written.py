"""A result in a folder, as `report` and other commands read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.io.plan import plan_text
from forcegen.io.whole import write_whole
from forcegen.planning.saved import ASKED, asked_text
from forcegen.report.files import result_files
from forcegen.report.lists import LISTS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from forcegen.planning.result import Result

# What there is only with a plan, or a robust one.
_OF_A_PLAN = ("plan.yaml", "plain.yaml", "certificate.json", "robust.json", *(f"{name}.csv" for name in LISTS))


def write_result(result: Result, output: Path, more: Mapping[str, str] | None = None) -> None:
    """Write a result, what was asked and the plan, and `more` files besides; nothing of an earlier answer stays."""
    plan = {} if result.plan is None else {"plan.yaml": plan_text(result.plan)}
    files = result_files(result) | {ASKED: asked_text(result)} | plan
    write_whole(files | dict(more or {}), output, _OF_A_PLAN)
