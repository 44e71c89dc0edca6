"""What commands show: tables, JSON, pages."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console

from forcegen.io.whole import check_writable, write_whole
from forcegen.report.html import answer_page

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rich.console import RenderableType

    from forcegen.runs import Record


def print_json(document: Any) -> None:
    """Print one JSON document."""
    sys.stdout.write(json.dumps(document, indent=1, ensure_ascii=False, default=str) + "\n")


def write_page(report: Path | None, asked: str, instance: Path, shown: RenderableType | Sequence[str]) -> None:
    """Write what the terminal shows as a page, where one is wanted."""
    if report is not None:
        name = instance.resolve().name
        write_whole({report.name: answer_page(f"{name}: {asked}", f"{name} \u00b7 {asked}", shown)}, report.parent)


def check_page(report: Path | None) -> None:
    """Raise InputError now if a page could not be written later."""
    if report is not None:
        check_writable(report.parent)


def console() -> Console:
    """Return where tables go: as wide as the terminal, or 120 columns in a pipe."""
    return Console(width=None if sys.stdout.isatty() else 120, highlight=False)


def told(record: Record, done: int, of: int) -> None:
    """Say on stderr which run is finished, and how many are."""
    value = "" if record.audited is None else f", {record.audited:,.10g}"
    scenario = f"+{record.scenario}" if record.scenario else ""
    said = f"{record.instance}{scenario}, {record.model}, {record.solver}: {record.status.lower()}{value}"
    typer.echo(f"{done} of {of}: {said}", err=True)
