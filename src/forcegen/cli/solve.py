"""The best plan."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from forcegen.cli.app import app
from forcegen.cli.completion import models
from forcegen.cli.endings import INTERRUPTED, ctrl_c_stops, exit_code
from forcegen.cli.options import AsJson, InstancePath, Scenarios, Seed, SolverName, Threads
from forcegen.cli.robust import Aim, Asked, solve_robust
from forcegen.cli.terminal import check_page, console, print_json, step
from forcegen.cli.written import write_result
from forcegen.io.certificate import certificate_text
from forcegen.io.whole import check_ending, check_file, check_writable, write_file
from forcegen.planning.certify import certificate
from forcegen.planning.diff import diff_plans
from forcegen.planning.given import refuse_hindsight, when_announced
from forcegen.planning.rule_costs import rule_costs as costs_of_rules
from forcegen.planning.solve import AUTO, Settings
from forcegen.planning.solve import solve as solve_instance
from forcegen.report.document import result_document
from forcegen.report.html import plan_page
from forcegen.report.progress import ProgressLine
from forcegen.report.tables import result_tables
from forcegen.solvers.registry import usable

if TYPE_CHECKING:
    from forcegen.planning.result import Result
    from forcegen.planning.rule_costs import RuleCosts


@app.command(epilog="Example: forcegen solve instances/tutorial --model rotation -o out")
def solve(
    instance: InstancePath,
    scenario: Scenarios = None,
    model: Annotated[
        str | None,
        typer.Option(
            autocompletion=models, help="A shipped model's name, or a YAML file; rotation, with --robust coverage."
        ),
    ] = None,
    solver: SolverName = AUTO,
    time_limit: Annotated[float, typer.Option(min=0.1, help="Seconds for all goals, start to end.")] = 60.0,
    gap: Annotated[float, typer.Option(min=0.0, help="Relative gap that is good enough.")] = 0.001,
    threads: Threads = None,
    seed: Seed = 0,
    work: Annotated[
        int | None, typer.Option(min=1, help="With --solver engine: end after so many moves; repeats exactly.")
    ] = None,
    memory_limit: Annotated[float | None, typer.Option(min=0.05, help="GB for the solver.")] = None,
    start: Annotated[Path | None, typer.Option(help="A plan to start from.")] = None,
    robust: Annotated[
        Aim | None, typer.Option(help="Make what conditions leave of the plan good: on average, or in the worst tenth.")
    ] = None,
    worlds: Annotated[
        int | None, typer.Option(min=1, max=1000, help="With --robust: draws of the conditions to plan for; 50.")
    ] = None,
    unseen: Annotated[
        int | None, typer.Option(min=1, max=10_000, help="With --robust: other draws, to judge the plan by; 200.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", help="Folder for result.json, plan.yaml, tables; `forcegen report` reads it."),
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write the answer as a page, one HTML file.")] = None,
    rule_costs: Annotated[
        float | None, typer.Option(min=1.0, help="With --report: seconds more to find what each rule costs.")
    ] = None,
    workbook: Annotated[Path | None, typer.Option(help="Write the answer as an Excel workbook, FILE.xlsx.")] = None,
    as_json: AsJson = False,
) -> None:
    """Find the best plan, with what is proven of it."""
    _check_files(output, report, workbook, instance, start)
    settings = Settings(solver, time_limit, gap, threads, seed, memory_limit, work=work)
    if rule_costs is not None and report is None:
        raise typer.BadParameter("--rule-costs goes with --report, where it is shown")
    if robust is None and any(draws is not None for draws in (worlds, unseen)):
        raise typer.BadParameter("--worlds and --unseen go with --robust")
    if robust is not None:
        if any(other is not None for other in (start, workbook, rule_costs)):
            raise typer.BadParameter("--robust goes with none of --start, --workbook and --rule-costs")
        asked = Asked(instance, scenario or (), model or "coverage", robust, worlds or 50, unseen or 200, settings)
        raise typer.Exit(solve_robust(asked, output, report, as_json))
    if rule_costs is not None:
        usable(settings.prover)
        refuse_hindsight(scenario or (), when_announced(instance, scenario or ()))
    stop = threading.Event()
    with ctrl_c_stops(stop), ProgressLine(Console(stderr=True), time_limit, stop) as progress:
        result = solve_instance(
            instance,
            model=model or "rotation",
            scenario=scenario or (),
            settings=settings,
            start=start,
            on_progress=progress,
            stop=stop,
        )
    _write(result, output, workbook)
    if report is not None:
        costs = None if rule_costs is None else _costs(result, replace(settings, time_limit=rule_costs), stop)
        write_file(report, _page(result, costs))
    if as_json:
        print_json(result_document(result))
    else:
        console().print(result_tables(result))
    broken_off = rule_costs is not None and stop.is_set()
    raise typer.Exit(INTERRUPTED if broken_off else exit_code(result))


def _check_files(output: Path | None, report: Path | None, workbook: Path | None, *given: Path | None) -> None:
    """Raise InputError now if a file could not be written later, or would take the place of something given."""
    if output is not None:
        check_writable(output)
    check_page(report, output, *given)
    if workbook is not None:
        check_ending(workbook, ".xlsx")
        check_file(workbook, report, *given)


def _write(result: Result, output: Path | None, workbook: Path | None) -> None:
    if output is not None:
        prices = certificate(result)
        write_result(result, output, {} if prices is None else {"certificate.json": certificate_text(prices)})
    if workbook is not None:
        from forcegen.report.workbook import result_workbook  # here: few ask for one, and it takes a while to load

        write_file(workbook, result_workbook(result))


def _costs(result: Result, settings: Settings, stop: threading.Event) -> RuleCosts | None:
    """Return what each rule costs; nothing where there is no plan, or nobody waits any longer."""
    if result.plan is None or stop.is_set():
        return None
    with ctrl_c_stops(stop):
        return costs_of_rules(result.instance, settings=settings, on_progress=step, stop=stop)


def _page(result: Result, costs: RuleCosts | None) -> str:
    compared = None if result.base is None or result.plan is None else (result.base, result.plan)
    changes = None if compared is None else diff_plans(result.instance, *compared, at=result.at)
    return plan_page(result, changes, costs)
