"""Whether an instance is well formed."""

from __future__ import annotations

import typer

from forcegen.cli.app import app
from forcegen.cli.options import AsJson, InstancePath, Scenarios
from forcegen.cli.terminal import print_json
from forcegen.planning.validate import validate as validate_instance
from forcegen.report.tables import idle_lines


@app.command(epilog="Example: forcegen validate instances/ukraine-2025")
def validate(instance: InstancePath, scenario: Scenarios = None, as_json: AsJson = False) -> None:
    """Check that an instance is well formed, and say how large it is."""
    found = validate_instance(instance, scenario=scenario or ())
    read = found.instance
    if as_json:
        named = {"instance": {"name": read.name, "sha256": read.digest}}
        print_json({**named, **found.counts, "idle": [vars(part) for part in found.idle]})
    else:
        typer.echo(f"{read.name}: valid; " + ", ".join(f"{count:,} {name}" for name, count in found.counts.items()))
        for line in idle_lines(found.idle):
            typer.echo(line)
