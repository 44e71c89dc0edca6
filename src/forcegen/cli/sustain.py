"""How large a force can be kept up."""

from __future__ import annotations

import threading
from decimal import Decimal
from typing import Annotated

import typer

from forcegen.cli.app import app
from forcegen.cli.endings import INTERRUPTED, ctrl_c_stops
from forcegen.cli.options import AsJson, InstancePath, Scenarios, Seed, SolverName, Threads
from forcegen.cli.terminal import console, print_json
from forcegen.planning.solve import AUTO, Settings
from forcegen.planning.sustain import sustain as sustain_instance
from forcegen.report.sustainment import sustainment_document, sustainment_tables


@app.command(
    epilog="Example: forcegen sustain instances/ukraine-2025 --factor 1 --factor 1.25 --factor 5 --time-limit 120"
)
def sustain(
    instance: InstancePath,
    scenario: Scenarios = None,
    factor: Annotated[list[float] | None, typer.Option(min=0.001, help="A force size, times the targets.")] = None,
    build_up: Annotated[int, typer.Option(min=0, help="Periods at the start in which nothing is asked.")] = 6,
    hold: Annotated[
        float, typer.Option(min=0.001, max=1.0, help="Share of every role's target that counts as held.")
    ] = 0.95,
    solver: SolverName = AUTO,
    time_limit: Annotated[float, typer.Option(min=1.0, help="Seconds for all sizes together.")] = 60.0,
    threads: Threads = None,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Say how large a force can be kept up, to the horizon and indefinitely."""
    stop = threading.Event()
    with ctrl_c_stops(stop):
        found = sustain_instance(
            instance,
            scenario=scenario or (),
            factors=[Decimal(str(x)) for x in factor or (1,)],
            build_up=build_up,
            hold=Decimal(str(hold)),
            settings=Settings(solver, time_limit, threads=threads, seed=seed),
            stop=stop,
        )
    if as_json:
        print_json(sustainment_document(found))
    else:
        console().print(sustainment_tables(found))
    raise typer.Exit(INTERRUPTED if stop.is_set() else 0)
