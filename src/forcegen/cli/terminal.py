"""What commands print: tables and JSON."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console

if TYPE_CHECKING:
    from forcegen.runs import Record


def print_json(document: Any) -> None:
    """Print one JSON document."""
    sys.stdout.write(json.dumps(document, indent=1, ensure_ascii=False, default=str) + "\n")


def console() -> Console:
    """Return where tables go: as wide as the terminal, or 120 columns in a pipe."""
    return Console(width=None if sys.stdout.isatty() else 120, highlight=False)


def told(record: Record, done: int, of: int) -> None:
    """Say on stderr which run is finished, and how many are."""
    value = "" if record.audited is None else f", {record.audited:,.10g}"
    scenario = f"+{record.scenario}" if record.scenario else ""
    said = f"{record.instance}{scenario}, {record.model}, {record.solver}: {record.status.lower()}{value}"
    typer.echo(f"{done} of {of}: {said}", err=True)
