"""How large a force can be kept up."""

from __future__ import annotations

import threading
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from forcegen.cli.app import app
from forcegen.cli.endings import INTERRUPTED, ctrl_c_stops
from forcegen.cli.options import AsJson, InstancePath, Scenarios, Seed, SolverName, Threads
from forcegen.cli.terminal import check_page, console, print_json
from forcegen.io.whole import check_writable, write_file, write_whole
from forcegen.planning.solve import AUTO, Settings
from forcegen.planning.sustain import sustain as sustain_instance
from forcegen.report.html import sustain_page
from forcegen.report.sustainment import sustainment_document, sustainment_files, sustainment_tables

_EXAMPLE = "forcegen sustain instances/ukraine-2025 --force 40000 --force 50000 --force 200000 --curve"


@app.command(epilog=f"Example: {_EXAMPLE}")
def sustain(
    instance: InstancePath,
    scenario: Scenarios = None,
    force: Annotated[list[float] | None, typer.Option(min=1.0, help="A force size, in troops.")] = None,
    factor: Annotated[list[float] | None, typer.Option(min=0.001, help="A force size, times the targets.")] = None,
    build_up: Annotated[
        int | None,
        typer.Option(min=0, help="Periods at first in which nothing is asked; 6, or half of the horizon."),
    ] = None,
    hold: Annotated[
        float, typer.Option(min=0.001, max=1.0, help="Share of every role's target that counts as held.")
    ] = 0.95,
    curve: Annotated[bool, typer.Option("--curve", help="Show the largest force held through each period.")] = False,
    solver: SolverName = AUTO,
    time_limit: Annotated[float, typer.Option(min=1.0, help="Seconds for everything together.")] = 240.0,
    threads: Threads = None,
    seed: Seed = 0,
    output: Annotated[Path | None, typer.Option("-o", help="Folder for sustain.json, verdicts.csv, curve.csv.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write the answer as a page, one HTML file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say how large a force can be kept up, to the horizon and indefinitely."""
    if output is not None:
        check_writable(output)
    check_page(report, instance, output)
    stop = threading.Event()
    with ctrl_c_stops(stop):
        found = sustain_instance(
            instance,
            scenario=scenario or (),
            factors=None if factor is None else [Decimal(str(x)) for x in factor],
            forces=[Decimal(str(x)) for x in force or ()],
            build_up=build_up,
            hold=Decimal(str(hold)),
            settings=Settings(solver, time_limit, threads=threads, seed=seed),
            on_progress=lambda words: typer.echo(words, err=True),
            stop=stop,
        )
    if output is not None:
        write_whole(sustainment_files(found), output)
    if report is not None:
        write_file(report, sustain_page(found))
    if as_json:
        print_json(sustainment_document(found))
    else:
        console().print(sustainment_tables(found, curve))
    raise typer.Exit(INTERRUPTED if stop.is_set() else 0)
