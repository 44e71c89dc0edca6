"""A model for any solver, an instance or a plan as a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from forcegen.cli.app import app
from forcegen.cli.endings import REFUSED
from forcegen.cli.options import AsJson, InstancePath, OneGoal, Scenarios
from forcegen.cli.terminal import print_json
from forcegen.io.whole import check_ending, check_file, write_file
from forcegen.planning.check import check
from forcegen.planning.export import export as export_instance
from forcegen.planning.export import export_workbook
from forcegen.planning.given import given_instance, given_plan
from forcegen.report.document import exported_document
from forcegen.report.tables import verdict

if TYPE_CHECKING:
    from collections.abc import Sequence


@app.command(
    epilog="Examples: forcegen export instances/tutorial -o my.mps; forcegen export instances/tutorial -o my.xlsx"
)
def export(
    instance: InstancePath,
    output: Annotated[Path, typer.Option("-o", help="The file; its ending says what: .mps, .lp or .xlsx.")],
    scenario: Scenarios = None,
    plan: Annotated[
        Path | None, typer.Option(help="Write this plan as a workbook instead: a plan.yaml, or its folder.")
    ] = None,
    model: OneGoal = "coverage",
    as_json: AsJson = False,
) -> None:
    """Write an instance or a plan as a workbook, or a model as an MPS or LP file for any solver."""
    check_file(output, instance, plan)
    if plan is not None:
        _plan(instance, plan, output, scenario or (), as_json)
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


def _plan(instance: Path, plan: Path, output: Path, scenario: Sequence[str], as_json: bool) -> NoReturn:
    """Write a plan as a workbook; end as `check` does, for it may break limits."""
    from forcegen.report.workbook import plan_workbook  # here: few ask for one, and it takes a while to load

    check_ending(output, ".xlsx")
    found, asked = given_instance(instance, scenario), given_plan(plan)
    judged = check(found, asked)
    write_file(output, plan_workbook(found, asked, judged))
    if as_json:
        print_json({"file": str(output), "clean": judged.clean})
    else:
        typer.echo(f"{output}: the plan; audit: {verdict(judged)}")
    raise typer.Exit(0 if judged.clean else REFUSED)
