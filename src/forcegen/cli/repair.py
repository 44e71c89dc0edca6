"""What is to be given up so that a plan exists."""

from __future__ import annotations

import threading
from typing import Annotated

import typer

from forcegen.cli.app import app
from forcegen.cli.endings import INTERRUPTED, LIMIT, ctrl_c_stops
from forcegen.cli.options import AsJson, InstancePath, ReportFile, Scenarios, Seed, SolverName, Threads
from forcegen.cli.terminal import Page, answer, check_page, narrowed
from forcegen.planning.repair import repair as repair_instance
from forcegen.planning.solve import AUTO, Settings
from forcegen.report.repairs import repair_document, repair_lines


@app.command(
    epilog="Examples: forcegen repair instances/infeasible-politics; "
    "forcegen repair instances/tutorial --minimums --keep-minimums"
)
def repair(
    instance: InstancePath,
    scenario: Scenarios = None,
    minimums: Annotated[bool, typer.Option("--minimums", help="Ask for every minimum, as if all were hard.")] = False,
    keep_minimums: Annotated[
        bool,
        typer.Option("--keep-minimums", help="Relax rules only, cut no hard minimum; with --minimums, none at all."),
    ] = False,
    solver: SolverName = AUTO,
    time_limit: Annotated[float, typer.Option(min=0.1, help="Seconds for all of it.")] = 60.0,
    threads: Threads = None,
    seed: Seed = 0,
    report: ReportFile = None,
    as_json: AsJson = False,
) -> None:
    """Find the cheapest negotiable rules to relax and hard minimums to cut so that a plan exists."""
    check_page(report, instance)
    stop = threading.Event()
    with ctrl_c_stops(stop):
        found = repair_instance(
            instance,
            scenario=scenario or (),
            minimums=minimums,
            cuts=not keep_minimums,
            settings=Settings(solver, time_limit, threads=threads, seed=seed),
            on_progress=narrowed("costs"),
            stop=stop,
        )
    answer(repair_lines(found), lambda: repair_document(found), as_json, Page(report, "what to give up", instance))
    known = found.plan is not None or (found.rest is not None and found.rest.feasible is False)
    raise typer.Exit(INTERRUPTED if stop.is_set() else 0 if known else LIMIT)
