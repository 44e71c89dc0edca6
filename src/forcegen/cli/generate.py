"""Theatres that are drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from forcegen.bench.dials import read_dials
from forcegen.bench.generate import generate as generate_theatre
from forcegen.cli.app import app
from forcegen.cli.options import AsJson
from forcegen.cli.terminal import print_json
from forcegen.io.whole import check_writable

_FAMILY = "The dials to begin with: tiny, small, medium, large or huge; or gap-d or gap-e, generalised assignment."


@app.command(epilog="Example: forcegen generate my/theatre --family medium --seed 3 --dial periods=36 --planted")
def generate(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the instance goes.")],
    family: Annotated[str, typer.Option(help=_FAMILY)] = "small",
    seed: Annotated[int, typer.Option(min=0, help="Another seed draws another theatre.")] = 0,
    dial: Annotated[list[str] | None, typer.Option(help="NAME=NUMBER: a dial set otherwise; several.")] = None,
    rules: Annotated[str | None, typer.Option(help="Kinds of rules, with commas between them.")] = None,
    planted: Annotated[bool, typer.Option("--planted", help="Let the plan given with it meet every target.")] = False,
    infeasible: Annotated[str | None, typer.Option(help="Leave no plan, because of beds or politics.")] = None,
    as_json: AsJson = False,
) -> None:
    """Draw a theatre: an instance of this family, the same for the same dials and seed."""
    check_writable(folder)
    kinds = None if rules is None else tuple(rules.split(","))
    chosen = {"rules": kinds, "planted": planted or None, "infeasible": infeasible, **read_dials(dial or ())}
    theatre = generate_theatre(folder, family=family, seed=seed, **chosen)
    if as_json:
        known = {"cause": theatre.cause or None, "doubt": theatre.doubt or None}
        print_json({"instance": str(folder), **known, "tours": len(theatre.tours)})
    elif theatre.cause or theatre.tours:
        typer.echo(f"{folder}: {theatre.cause or f'a plan of {len(theatre.tours):,} tours lies beside it'}")
    else:
        typer.echo(f"{folder}: {f'{theatre.doubt}; ' if theatre.doubt else ''}solve it with --model cheapest")
