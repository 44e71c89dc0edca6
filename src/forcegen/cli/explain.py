"""Why there is no plan."""

from __future__ import annotations

import threading
from typing import Annotated

import typer

from forcegen.cli.app import app
from forcegen.cli.endings import INTERRUPTED, LIMIT, ctrl_c_stops
from forcegen.cli.options import AsJson, InstancePath, ReportFile, Scenarios, SolverName, Threads
from forcegen.cli.terminal import Page, answer, check_page, ruled_out
from forcegen.planning.explain import explain as explain_instance
from forcegen.planning.solve import AUTO, Settings
from forcegen.report.explanation import explanation_document, explanation_lines


@app.command(epilog="Example: forcegen explain instances/infeasible-politics")
def explain(
    instance: InstancePath,
    scenario: Scenarios = None,
    solver: SolverName = AUTO,
    time_limit: Annotated[float, typer.Option(min=0.1, help="Seconds for all checks together.")] = 60.0,
    threads: Threads = None,
    report: ReportFile = None,
    as_json: AsJson = False,
) -> None:
    """Say which hard rules and requirements cannot hold together, and why."""
    check_page(report, instance)
    stop = threading.Event()
    with ctrl_c_stops(stop):
        settings = Settings(solver, time_limit, threads=threads)
        found = explain_instance(instance, scenario=scenario or (), settings=settings, on_progress=ruled_out, stop=stop)
    page = Page(report, "why there is no plan", instance)
    answer(explanation_lines(found), lambda: explanation_document(found), as_json, page)
    raise typer.Exit(INTERRUPTED if stop.is_set() else LIMIT if found.feasible is None else 0)
