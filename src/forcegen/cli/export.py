"""A model for any solver, an instance or a plan as a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from forcegen.cli.app import app
from forcegen.cli.options import AsJson, InstancePath, Scenarios
from forcegen.cli.terminal import print_json
from forcegen.planning.export import export as export_instance
from forcegen.planning.export import export_workbook
from forcegen.report.document import exported_document


@app.command(
    epilog="Examples: forcegen export instances/tutorial -o my.mps; forcegen export instances/tutorial -o my.xlsx"
)
def export(
    instance: InstancePath,
    output: Annotated[Path, typer.Option("-o", help="The file; its ending says what: .mps, .lp or .xlsx.")],
    scenario: Scenarios = None,
    model: Annotated[str, typer.Option(help="A shipped model's name, or a YAML file; its first goal.")] = "coverage",
    as_json: AsJson = False,
) -> None:
    """Write an instance as a workbook, or its model as an MPS or LP file for any solver."""
    if output.suffix.lower() == ".xlsx":
        path = export_workbook(instance, output, scenario=scenario or ())
        print_json({"file": str(path)}) if as_json else typer.echo(f"{path}: an instance for every command")
        return
    done = export_instance(instance, output, model=model, scenario=scenario or ())
    if as_json:
        print_json(exported_document(done))
    else:
        size = f"{done.columns:,} columns, {done.rows:,} rows, {done.nonzeros:,} non-zeros"
        typer.echo(f"{done.path}: {done.goal} is {done.scale} times its objective; {size}")
