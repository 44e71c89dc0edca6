"""Why requirements are left short."""

from __future__ import annotations

import threading
from typing import Annotated

import typer

from forcegen.cli.app import app
from forcegen.cli.endings import INTERRUPTED, ctrl_c_stops, exit_code
from forcegen.cli.options import AsJson, InstancePath, OneGoal, ReportFile, Scenarios, Seed, SolverName, Threads
from forcegen.cli.terminal import Page, answer, check_page, step
from forcegen.planning.short import short as why_short
from forcegen.planning.solve import AUTO, Settings
from forcegen.report.html.figures import short_figures
from forcegen.report.short import sentence, short_document, short_tables


@app.command(epilog="Example: forcegen short instances/tutorial --requirement hill-watch")
def short(
    instance: InstancePath,
    requirement: Annotated[
        list[str] | None, typer.Option("--requirement", help="Look at this one; several. All that are short otherwise.")
    ] = None,
    scenario: Scenarios = None,
    model: OneGoal = "coverage",
    solver: SolverName = AUTO,
    time_limit: Annotated[float, typer.Option(min=1.0, help="Seconds for all solves together.")] = 120.0,
    gap: Annotated[float, typer.Option(min=0.0, help="Relative gap that is good enough for each.")] = 0.001,
    threads: Threads = None,
    seed: Seed = 0,
    report: ReportFile = None,
    as_json: AsJson = False,
) -> None:
    """Say what leaves requirements short, and what one step of relief is worth."""
    check_page(report, instance)
    stop = threading.Event()
    with ctrl_c_stops(stop):
        found = why_short(
            instance,
            requirements=requirement or (),
            model=model,
            scenario=scenario or (),
            settings=Settings(solver, time_limit, gap, threads, seed),
            on_progress=step,
            stop=stop,
        )
    page = Page(report, "why it is short", instance, sentence(found))
    answer(short_tables(found), lambda: short_document(found), as_json, page, lambda: short_figures(found))
    raise typer.Exit(INTERRUPTED if stop.is_set() else exit_code(found.base))
