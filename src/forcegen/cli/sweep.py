"""Many scenarios, models and solvers."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Annotated

import typer

from forcegen.cli.app import app
from forcegen.cli.completion import models, solvers
from forcegen.cli.endings import INTERRUPTED, REFUSED, ctrl_c_stops
from forcegen.cli.options import AsJson, ReportFile
from forcegen.cli.terminal import Page, answer, check_page, told
from forcegen.io.whole import check_writable, write_whole
from forcegen.planning.solve import AUTO, Settings
from forcegen.planning.sweep import sweep as sweep_instances
from forcegen.report.html.figures import sweep_figures
from forcegen.report.sweeps import sentence, sweep_document, sweep_files, sweep_tables


@app.command(
    epilog="Examples: forcegen sweep instances/tutorial --model rotation --model coverage --solver highs "
    "--solver cp-sat -o out/tutorial; "
    "forcegen sweep instances/ukraine-2025 --all-scenarios --model coverage --time-limit 30 --jobs 2 -o out/theatre"
)
def sweep(
    instances: Annotated[
        list[Path], typer.Argument(metavar="INSTANCE", help="Folders, YAML files, or workbooks (.xlsx).")
    ],
    output: Annotated[Path, typer.Option("-o", help="Folder of the runs; goes on with one that holds some.")],
    scenario: Annotated[list[str] | None, typer.Option(help="A scenario alone, or some stacked: a+b; several.")] = None,
    all_scenarios: Annotated[bool, typer.Option("--all-scenarios", help="Every scenario of each instance.")] = False,
    model: Annotated[
        list[str] | None, typer.Option(autocompletion=models, help="A shipped model's name, or a YAML file; several.")
    ] = None,
    solver: Annotated[
        list[str] | None, typer.Option(autocompletion=solvers, help="auto, or one of `forcegen solvers`; several.")
    ] = None,
    seed: Annotated[list[int] | None, typer.Option(min=0, max=2**31 - 1, help="Seed; several.")] = None,
    time_limit: Annotated[float, typer.Option(min=0.1, help="Seconds for each solve.")] = 60.0,
    gap: Annotated[float, typer.Option(min=0.0, help="Relative gap that is good enough.")] = 0.001,
    threads: Annotated[int, typer.Option(min=1, help="Threads of each solve.")] = 1,
    memory_limit: Annotated[float | None, typer.Option(min=0.05, help="GB for each solver.")] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Solves at the same time.")] = 1,
    cluster: Annotated[
        str | None, typer.Option(help="Address of a dask scheduler, or local; one solve a worker slot.")
    ] = None,
    report: ReportFile = None,
    as_json: AsJson = False,
) -> None:
    """Compare scenarios, models and solvers; goes on where it was stopped or killed."""
    check_writable(output)
    check_page(report, *instances, output)
    stop = threading.Event()
    with ctrl_c_stops(stop):
        found = sweep_instances(
            instances,
            output,
            scenarios=scenario or (),
            all_scenarios=all_scenarios,
            models=model or ("rotation",),
            solvers=solver or (AUTO,),
            seeds=seed or (0,),
            settings=Settings(time_limit=time_limit, gap=gap, threads=threads, memory_limit=memory_limit),
            jobs=jobs,
            cluster=cluster,
            on_done=told,
            stop=stop,
        )
    write_whole(sweep_files(found), output)
    answer(
        sweep_tables(found),
        lambda: sweep_document(found),
        as_json,
        Page(report, "scenarios, models and solvers compared", instances[0], sentence(found)),
        lambda: sweep_figures(found),
    )
    if found.contradictions:
        raise typer.Exit(REFUSED)
    raise typer.Exit(0 if found.complete else INTERRUPTED)
