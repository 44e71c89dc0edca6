"""A result as a page, later than it was made."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Annotated

import typer

from forcegen.cli.app import app
from forcegen.cli.endings import INTERRUPTED, ctrl_c_stops
from forcegen.cli.terminal import step
from forcegen.io.whole import check_file, write_file
from forcegen.planning.diff import diff_plans
from forcegen.planning.given import refuse_hindsight
from forcegen.planning.rule_costs import rule_costs as costs_of_rules
from forcegen.planning.saved import asked_instance, read_result
from forcegen.planning.solve import Settings
from forcegen.report.html import plan_page


@app.command(
    epilog="Examples: forcegen report out --base other/plan.yaml -o plan.html; forcegen report out --rule-costs 60"
)
def report(
    result: Annotated[Path, typer.Argument(metavar="RESULT", help="A folder that `forcegen solve -o` wrote.")],
    base: Annotated[
        Path | None, typer.Option(help="A plan, or a result's folder, to compare with; else what it started from.")
    ] = None,
    rule_costs: Annotated[
        float | None, typer.Option(min=1.0, help="Seconds to find what each rule costs, by solving without it.")
    ] = None,
    output: Annotated[Path | None, typer.Option("-o", help="The page; report.html in the folder unless given.")] = None,
) -> None:
    """Write a result as a page: one HTML file that opens with no network."""
    target = output or (result.parent if result.name == "result.json" else result) / "report.html"
    check_file(target, result, base)
    found = read_result(result)
    compared, at = base or found.base, found.at if base is None else None
    changes = None
    if compared is not None and found.plan is not None:
        made = None if base is None else asked_instance(base)
        changes = diff_plans(found.instance, compared, found.plan, at=at, made=made)
    costs, stop = None, threading.Event()
    if rule_costs is not None:
        refuse_hindsight(found.scenario, found.at)
        with ctrl_c_stops(stop):
            settings = Settings(time_limit=rule_costs)
            costs = costs_of_rules(found.instance, settings=settings, on_progress=step, stop=stop)
    write_file(target, plan_page(found, changes, costs))
    typer.echo(str(target))
    raise typer.Exit(INTERRUPTED if stop.is_set() else 0)
