"""What else would do."""

from __future__ import annotations

import threading
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from forcegen.cli.app import app
from forcegen.cli.endings import INTERRUPTED, ctrl_c_stops, exit_code
from forcegen.cli.options import AsJson, InstancePath, ModelName, ReportFile, Scenarios, Seed, SolverName, Threads
from forcegen.cli.terminal import Page, answer, check_page
from forcegen.io.plan import plan_text
from forcegen.io.whole import check_writable, write_whole
from forcegen.planning.alternatives import alternatives as find_alternatives
from forcegen.planning.solve import AUTO, Settings
from forcegen.report.choices import alternatives_document, alternatives_files, alternatives_tables
from forcegen.report.html.choices import alternatives_figures


@app.command(epilog="Example: forcegen alternatives instances/ukraine-2025 --loss 0.02 -k 5 -o alternatives")
def alternatives(
    instance: InstancePath,
    scenario: Scenarios = None,
    loss: Annotated[
        float, typer.Option(help="What each goal may lose: a share of all that is required, or else of its value.")
    ] = 0.02,
    count: Annotated[int, typer.Option("-k", help="How many plans, the best included.")] = 5,
    model: ModelName = "coverage",
    solver: SolverName = AUTO,
    time_limit: Annotated[float, typer.Option(min=1.0, help="Seconds for all plans together.")] = 300.0,
    gap: Annotated[float, typer.Option(min=0.0, help="Relative gap that is good enough for each.")] = 0.001,
    threads: Threads = None,
    seed: Seed = 0,
    output: Annotated[Path | None, typer.Option("-o", help="Folder for alternatives.json, plan-1.yaml, ...")] = None,
    report: ReportFile = None,
    as_json: AsJson = False,
) -> None:
    """Find plans nearly as good as the best that differ most in who serves where."""
    check_page(report, instance, output)
    if output is not None:
        check_writable(output)
    stop = threading.Event()
    with ctrl_c_stops(stop):
        found = find_alternatives(
            instance,
            count=count,
            loss=Decimal(str(loss)),
            model=model,
            scenario=scenario or (),
            settings=Settings(solver, time_limit, gap, threads, seed),
            on_progress=lambda words: typer.echo(words, err=True),
            stop=stop,
        )
    if output is not None:
        write_whole(alternatives_files(found, [plan_text(item.plan) for item in found.plans]), output, ["plan-*.yaml"])
    page = Page(report, "what else would do", instance)
    answer(
        alternatives_tables(found),
        lambda: alternatives_document(found),
        as_json,
        page,
        lambda: alternatives_figures(found),
    )
    raise typer.Exit(INTERRUPTED if stop.is_set() else exit_code(found.base))
