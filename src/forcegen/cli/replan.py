"""A plan made anew when something changes."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from forcegen.cli.app import app
from forcegen.cli.endings import ctrl_c_stops, exit_code
from forcegen.cli.options import AsJson, InstancePath, ModelName, ReportFile, Scenarios, Seed, SolverName, Threads
from forcegen.cli.terminal import Page, answer, check_page, console, print_json
from forcegen.cli.written import write_result
from forcegen.io.whole import check_writable
from forcegen.planning.solve import AUTO, Settings
from forcegen.planning.surprise import surprise
from forcegen.report.anew import replan_document, replan_tables, sentence
from forcegen.report.document import result_document
from forcegen.report.html.figures import replan_figures
from forcegen.report.progress import ProgressLine
from forcegen.report.tables import result_tables


@app.command(epilog="Example: forcegen replan instances/ukraine-2025 out --scenario parliament-no --frontier")
def replan(
    instance: InstancePath,
    plan: Annotated[
        Path | None,
        typer.Argument(metavar="[PLAN]", help="The plan that there is; else one is made without hindsight."),
    ] = None,
    scenario: Scenarios = None,
    at: Annotated[
        str | None, typer.Option(help="The period of the decision; as the scenario says unless given.")
    ] = None,
    model: ModelName = "coverage",
    changes: Annotated[int | None, typer.Option(min=0, help="Let no more tours than these change.")] = None,
    frontier: Annotated[
        bool, typer.Option("--frontier", help="Trade the number of changes against the first goal.")
    ] = False,
    solver: SolverName = AUTO,
    time_limit: Annotated[float, typer.Option(min=0.1, help="Seconds for everything, start to end.")] = 120.0,
    gap: Annotated[float, typer.Option(min=0.0, help="Relative gap that is good enough.")] = 0.001,
    threads: Threads = None,
    seed: Seed = 0,
    memory_limit: Annotated[float | None, typer.Option(min=0.05, help="GB for the solver.")] = None,
    output: Annotated[
        Path | None, typer.Option("-o", help="Folder for plan.yaml, assignments.csv, coverage.csv, result.json.")
    ] = None,
    report: ReportFile = None,
    as_json: AsJson = False,
) -> None:
    """Make a plan anew when something changes: the past kept, notice kept, as few changes as it takes."""
    check_page(report, instance, plan, output)
    if output is not None:
        check_writable(output)
    stop = threading.Event()
    with ctrl_c_stops(stop), ProgressLine(Console(stderr=True), time_limit, stop) as progress:
        base, found = surprise(
            instance,
            scenario=scenario or (),
            plan=plan,
            at=at,
            model=model,
            changes=changes,
            frontier=frontier,
            settings=Settings(solver, time_limit, gap, threads, seed, memory_limit),
            on_progress=progress,
            stop=stop,
        )
    if found is None:
        assert base is not None
        if as_json:
            print_json({"base": result_document(base), "result": None})
        else:
            console().print(result_tables(base))
        raise typer.Exit(exit_code(base))
    if output is not None:
        write_result(found.result, output)
    page = Page(report, "a plan made anew", instance, sentence(found))
    drawn = partial(replan_figures, found)
    answer(replan_tables(found, base), lambda: replan_document(found, base), as_json, page, drawn)
    raise typer.Exit(exit_code(found.result))
