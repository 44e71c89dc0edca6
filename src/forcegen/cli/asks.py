"""What to ask for so that the gaps close."""

from __future__ import annotations

import threading
from typing import Annotated, Literal

import typer

from forcegen.cli.app import app
from forcegen.cli.endings import INTERRUPTED, LIMIT, ctrl_c_stops
from forcegen.cli.options import AsJson, InstancePath, ReportFile, Scenarios, Seed, SolverName, Threads
from forcegen.cli.terminal import Page, answer, check_page, narrowed
from forcegen.planning.asks import MOST
from forcegen.planning.asks import asks as find_asks
from forcegen.planning.solve import AUTO, Settings
from forcegen.report.asks import asks_document, asks_lines


@app.command(epilog="Example: forcegen asks instances/tutorial --kind platoon")
def asks(
    instance: InstancePath,
    scenario: Scenarios = None,
    targets: Annotated[
        bool, typer.Option("--targets", help="Close the gaps to the targets, not the minimums.")
    ] = False,
    kind: Annotated[list[str] | None, typer.Option("--kind", help="Ask for this kind only; several unite.")] = None,
    most: Annotated[int, typer.Option(min=0, max=10_000, help="Units of each type from each nation at most.")] = MOST,
    by: Annotated[
        Literal["units", "troops", "cost"], typer.Option("--by", help="What is to be small: units, troops or cost.")
    ] = "units",
    wide: Annotated[bool, typer.Option("--wide", help="Ask every nation for every type that any offers.")] = False,
    solver: SolverName = AUTO,
    time_limit: Annotated[float, typer.Option(min=0.1, help="Seconds for all of it.")] = 120.0,
    threads: Threads = None,
    seed: Seed = 0,
    report: ReportFile = None,
    as_json: AsJson = False,
) -> None:
    """Find the cheapest extra offers, by kind, nations and window, that close the gaps."""
    check_page(report, instance)
    stop = threading.Event()
    with ctrl_c_stops(stop):
        found = find_asks(
            instance,
            scenario=scenario or (),
            targets=targets,
            kinds=kind or (),
            most=most,
            by=by,
            wide=wide,
            settings=Settings(solver, time_limit, threads=threads, seed=seed),
            on_progress=narrowed("asks for"),
            stop=stop,
        )
    answer(asks_lines(found), lambda: asks_document(found), as_json, Page(report, "what to ask for", instance))
    known = found.plan is not None or found.impossible
    raise typer.Exit(INTERRUPTED if stop.is_set() else 0 if known else LIMIT)
