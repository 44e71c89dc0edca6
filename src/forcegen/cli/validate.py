"""Whether an instance is well formed."""

from __future__ import annotations

from typing import Annotated

import typer

from forcegen.cli.app import app
from forcegen.cli.completion import models
from forcegen.cli.options import AsJson, InstancePath, Scenarios
from forcegen.cli.terminal import print_json
from forcegen.planning.validate import validate as validate_instance
from forcegen.report.tables import dominated_lines, idle_lines


@app.command(epilog="Example: forcegen validate instances/ukraine-2025")
def validate(
    instance: InstancePath,
    scenario: Scenarios = None,
    model: Annotated[
        str, typer.Option(autocompletion=models, help="Whose goals say which tours are dominated.")
    ] = "rotation",
    as_json: AsJson = False,
) -> None:
    """Check that an instance is well formed, and say how large it is and what of it takes no part in any plan."""
    found = validate_instance(instance, scenario=scenario or (), model=model)
    read = found.instance
    if as_json:
        named = {"instance": {"name": read.name, "sha256": read.digest}}
        tours = {"tours": found.tours, "dominated": found.dominated}
        print_json({**named, **found.counts, **tours, "idle": [vars(part) for part in found.idle]})
    else:
        typer.echo(f"{read.name}: valid; " + ", ".join(f"{count:,} {name}" for name, count in found.counts.items()))
        for line in (*idle_lines(found.idle), *dominated_lines(found)):
            typer.echo(line)
