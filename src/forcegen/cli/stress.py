"""What refusals cost."""

from __future__ import annotations

import threading
from typing import Annotated

import typer

from forcegen.cli.app import app
from forcegen.cli.endings import INTERRUPTED, ctrl_c_stops, exit_code
from forcegen.cli.options import AsJson, InstancePath, OneGoal, ReportFile, Scenarios, SolverName, Threads
from forcegen.cli.terminal import Page, answer, check_page, step
from forcegen.planning.solve import AUTO, Settings
from forcegen.planning.stress import stress as stress_instance
from forcegen.report.html.figures import stress_figures
from forcegen.report.losses import ranking, stress_document, stress_tables


@app.command(epilog="Example: forcegen stress instances/tutorial --pairs --assumptions")
def stress(
    instance: InstancePath,
    scenario: Scenarios = None,
    pairs: Annotated[bool, typer.Option("--pairs", help="Every pair of nations too.")] = False,
    surprise: Annotated[
        bool, typer.Option("--surprise", help="Each nation too as it leaves in its worst period, unforeseen.")
    ] = False,
    assumptions: Annotated[
        bool, typer.Option("--assumptions", help="Density, pools, dwell and beds too, each 20 % up and down.")
    ] = False,
    draws: Annotated[
        int, typer.Option(min=0, max=10_000, help="Draws of the conditions from their probabilities too.")
    ] = 0,
    unseen: Annotated[
        int | None, typer.Option(min=1, max=10_000, help="With --draws: other draws, to compare plans on; 200.")
    ] = None,
    model: OneGoal = "coverage",
    solver: SolverName = AUTO,
    time_limit: Annotated[float, typer.Option(min=1.0, help="Seconds for all solves together.")] = 300.0,
    gap: Annotated[float, typer.Option(min=0.0, help="Relative gap that is good enough for each.")] = 0.001,
    threads: Threads = None,
    jobs: Annotated[int, typer.Option(min=1, max=64, help="Solves at a time; they share the threads.")] = 1,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Seed of the solver and of the draws.")] = 0,
    report: ReportFile = None,
    as_json: AsJson = False,
) -> None:
    """Say what each nation's refusal and each condition's failure costs, and what else may come."""
    check_page(report, instance)
    if unseen is not None and not draws:
        raise typer.BadParameter("--unseen goes with --draws")
    stop = threading.Event()
    with ctrl_c_stops(stop):
        found = stress_instance(
            instance,
            model=model,
            scenario=scenario or (),
            pairs=pairs,
            surprise=surprise,
            assumptions=assumptions,
            draws=draws,
            unseen=unseen or 200,
            jobs=jobs,
            settings=Settings(solver, time_limit, gap, threads, seed),
            on_progress=step,
            stop=stop,
        )
    page = Page(report, "what refusals cost", instance, ranking(found))
    answer(stress_tables(found), lambda: stress_document(found), as_json, page, lambda: stress_figures(found))
    raise typer.Exit(INTERRUPTED if stop.is_set() else exit_code(found.base))
