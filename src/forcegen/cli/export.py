"""A model for any solver."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from forcegen.cli.app import app
from forcegen.cli.options import AsJson, InstancePath, Scenarios
from forcegen.cli.terminal import print_json
from forcegen.planning.export import export as export_instance
from forcegen.report.document import exported_document


@app.command(epilog="Example: forcegen export instances/tutorial -o tutorial.mps")
def export(
    instance: InstancePath,
    output: Annotated[Path, typer.Option("-o", help="The file to write; its ending says the format: .mps or .lp.")],
    scenario: Scenarios = None,
    model: Annotated[str, typer.Option(help="A shipped model's name, or a YAML file; its first goal.")] = "coverage",
    as_json: AsJson = False,
) -> None:
    """Write the model of an instance as an MPS or LP file, for any solver."""
    done = export_instance(instance, output, model=model, scenario=scenario or ())
    if as_json:
        print_json(exported_document(done))
    else:
        size = f"{done.columns:,} columns, {done.rows:,} rows, {done.nonzeros:,} non-zeros"
        typer.echo(f"{done.path}: {done.goal} is {done.scale} times its objective; {size}")
