"""What commands print: tables and JSON."""

from __future__ import annotations

import json
import sys
from typing import Any

from rich.console import Console


def print_json(document: Any) -> None:
    """Print one JSON document."""
    sys.stdout.write(json.dumps(document, indent=1, ensure_ascii=False, default=str) + "\n")


def console() -> Console:
    """Return where tables go: as wide as the terminal, or 120 columns in a pipe."""
    return Console(width=None if sys.stdout.isatty() else 120, highlight=False)
