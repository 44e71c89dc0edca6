"""The commands; no logic. One file a command."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import typer

COMMANDS = (
    *("demo", "init"),
    *("solve", "report"),
    *("check", "validate"),
    *("explain", "repair", "asks", "short"),
    *("sustain", "stress", "sweep"),
    *("alternatives", "replan", "diff"),
    *("export", "convert", "generate"),
    *("solvers", "schema"),
    *("serve",),
    *("bench",),
)
"""In the order in which `--help` lists them."""


def load(words: Sequence[str] = ()) -> typer.Typer:
    """Return the command line with the command that these words ask for; with all of them where they name none."""
    from forcegen.cli.app import app

    asked = next((word for word in words if not word.startswith("-")), None)
    for command in [asked] if asked in COMMANDS else COMMANDS:
        import_module(f"forcegen.cli.{command}")
    return app
