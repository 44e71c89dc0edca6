"""A new instance."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from forcegen.cli.app import app
from forcegen.planning.init import init as begin_instance


@app.command(epilog="Example: forcegen init my/theatre; forcegen solve my/theatre")
def init(folder: Annotated[Path, typer.Argument(metavar="DIR", help="An empty folder, or a new one.")]) -> None:
    """Start a new instance: commented, and solvable as it stands."""
    home = begin_instance(folder)
    named = shlex.quote(str(home))
    typer.echo(f"{home}: edit instance.yaml, then: forcegen validate {named}; forcegen solve {named} -o out")
