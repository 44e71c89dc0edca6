"""Classical data as instances."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from forcegen.cli.app import app
from forcegen.cli.options import AsJson
from forcegen.cli.terminal import print_json
from forcegen.io.whole import check_writable
from forcegen.planning.convert import convert as convert_file


class ClassicalData(StrEnum):
    """What `convert` reads."""

    gap = "gap"


@app.command(epilog="Example: forcegen convert gap gap1-0 my/gap1-0; forcegen solve my/gap1-0 --model cheapest")
def convert(
    source: Annotated[ClassicalData, typer.Argument(help="What the file holds.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file.")],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the instance goes, or the instances.")],
    maximise: Annotated[bool, typer.Option("--maximise", help="Read costs as profits.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write classical data as instances: generalised assignment in OR-Library's format."""
    check_writable(folder)
    homes = convert_file(source.value, file, folder, maximise=maximise)
    if as_json:
        print_json({"instances": [str(home) for home in homes]})
    else:
        for home in homes:
            typer.echo(f"{home}: solve it with --model cheapest")
