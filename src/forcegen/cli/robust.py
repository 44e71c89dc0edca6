"""A robust plan: what `forcegen solve --robust` does."""

from __future__ import annotations

import json
import threading
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from forcegen.cli.endings import INTERRUPTED, ctrl_c_stops, exit_code
from forcegen.cli.terminal import Page, answer, step
from forcegen.cli.written import write_result
from forcegen.io.plan import plan_text
from forcegen.planning.robust import robust
from forcegen.report.html.figures import robust_figures
from forcegen.report.robust import robust_document, robust_tables

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from forcegen.planning.robust import Robust
    from forcegen.planning.solve import Settings


class Aim(StrEnum):
    """What a robust plan makes small."""

    expectation = "expectation"
    cvar = "cvar"


class Asked(NamedTuple):
    """What is asked."""

    instance: Path
    scenario: Sequence[str]
    model: str
    aim: Aim
    worlds: int
    unseen: int
    settings: Settings


def solve_robust(asked: Asked, output: Path | None, report: Path | None, as_json: bool) -> int:
    """Find a robust plan, show and write it; return the exit code."""
    stop = threading.Event()
    with ctrl_c_stops(stop):
        found = robust(
            asked.instance,
            aim=asked.aim.value,
            worlds=asked.worlds,
            unseen=asked.unseen,
            model=asked.model,
            scenario=asked.scenario,
            settings=asked.settings,
            on_progress=step,
            stop=stop,
        )
    if output is not None:
        write_result(found.result or found.plain, output, _files(found))
    page = Page(report, "a robust plan", asked.instance)
    answer(robust_tables(found), lambda: robust_document(found), as_json, page, lambda: robust_figures(found))
    return INTERRUPTED if stop.is_set() else exit_code(found.result or found.plain)


def _files(found: Robust) -> dict[str, str]:
    """Return how the robust plan compares, and the plain plan."""
    files = {"robust.json": json.dumps(robust_document(found), indent=1, ensure_ascii=False) + "\n"}
    if found.plain.plan is not None:
        files["plain.yaml"] = plan_text(found.plain.plan)
    return files
