"""Classical data and workbooks as instances."""

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


class Held(StrEnum):
    """What `convert` reads."""

    gap = "gap"
    instance = "instance"


@app.command(epilog="Examples: forcegen convert gap gap1-0 my/gap1-0; forcegen convert instance my.xlsx my")
def convert(
    source: Annotated[Held, typer.Argument(metavar="WHAT", help="What the file holds: gap or instance.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file.")],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the instance goes, or the instances.")],
    maximise: Annotated[bool, typer.Option("--maximise", help="Read costs of gap as profits.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write generalised assignment in OR-Library's format, or a workbook, as an instance in a folder: YAML and CSV."""
    check_writable(folder)
    homes = convert_file(source.value, file, folder, maximise=maximise)
    if as_json:
        print_json({"instances": [str(home) for home in homes]})
    else:
        for home in homes:
            typer.echo(f"{home}: solve it with --model cheapest" if source is Held.gap else f"{home}: written")
