"""The commands; no logic."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from typer.exceptions import TyperException

from forcegen.bench.dials import read_dials
from forcegen.bench.generate import generate as generate_theatre
from forcegen.domain.instance import Instance
from forcegen.domain.model import Model
from forcegen.domain.plan import Plan
from forcegen.domain.scenario import Scenario
from forcegen.io.errors import Fault, InputError
from forcegen.io.plan import plan_text
from forcegen.io.whole import check_writable, write_whole
from forcegen.mip import Status, Termination
from forcegen.planning.check import check as audit_plan
from forcegen.planning.convert import convert as convert_file
from forcegen.planning.diff import diff as diff_instances
from forcegen.planning.diff import diff_plans
from forcegen.planning.explain import explain as explain_instance
from forcegen.planning.export import export as export_instance
from forcegen.planning.result import AuditRefused, Result
from forcegen.planning.solve import AUTO, Settings
from forcegen.planning.solve import solve as solve_instance
from forcegen.planning.stress import stress as stress_instance
from forcegen.planning.sustain import sustain as sustain_instance
from forcegen.planning.validate import validate as validate_instance
from forcegen.report.differences import plan_diff_document, plan_diff_lines
from forcegen.report.document import audit_document, exported_document, result_document
from forcegen.report.explanation import explanation_document, explanation_lines
from forcegen.report.files import result_files
from forcegen.report.html import plan_page
from forcegen.report.losses import stress_document, stress_tables
from forcegen.report.progress import ProgressLine
from forcegen.report.sustainment import sustainment_document, sustainment_tables
from forcegen.report.tables import idle_lines, result_tables, verdict
from forcegen.solvers import SolverUnavailable, UnknownSolver, available

if TYPE_CHECKING:
    from pydantic import BaseModel

BAD_INPUT, INFEASIBLE, UNBOUNDED, LIMIT, NO_SOLVER, REFUSED, FAILED, INTERRUPTED = 2, 3, 4, 5, 6, 7, 8, 130

app = typer.Typer(
    help="Plan multinational forces: who serves where, when, and who relieves them.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

InstancePath = Annotated[Path, typer.Argument(metavar="INSTANCE", help="A folder with instance.yaml, or a YAML file.")]
Scenarios = Annotated[
    list[str] | None, typer.Option("--scenario", help="A scenario of the instance, or a YAML file; several stack.")
]
SolverName = Annotated[str, typer.Option(help="auto, or one of those that `forcegen solvers` lists.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


class ClassicalData(StrEnum):
    """What `convert` reads."""

    gap = "gap"


class Schema(StrEnum):
    """The documents that have a schema."""

    instance = "instance"
    model = "model"
    plan = "plan"
    scenario = "scenario"


@app.command(epilog="Example: forcegen solve instances/tutorial --model rotation -o out")
def solve(
    instance: InstancePath,
    scenario: Scenarios = None,
    model: Annotated[str, typer.Option(help="A shipped model's name, or a YAML file.")] = "rotation",
    solver: SolverName = AUTO,
    time_limit: Annotated[float, typer.Option(min=0.1, help="Seconds for all goals, start to end.")] = 60.0,
    gap: Annotated[float, typer.Option(min=0.0, help="Relative gap that is good enough.")] = 0.001,
    threads: Annotated[int | None, typer.Option(min=1, help="Threads of the solver; all cores unless given.")] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Seed of the solver.")] = 0,
    memory_limit: Annotated[float | None, typer.Option(min=0.05, help="GB for the solver.")] = None,
    start: Annotated[Path | None, typer.Option(help="A plan to start from.")] = None,
    output: Annotated[
        Path | None, typer.Option("-o", help="Folder for plan.yaml, assignments.csv, coverage.csv, result.json.")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write the answer as a page, one HTML file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Find the best plan, with what is proven of it."""
    if output is not None:
        check_writable(output)
    if report is not None:
        check_writable(report.parent)
    settings = Settings(solver, time_limit, gap, threads, seed, memory_limit)
    stop = threading.Event()
    with _ctrl_c_stops(stop), ProgressLine(Console(stderr=True), time_limit, stop) as progress:
        result = solve_instance(
            instance,
            model=model,
            scenario=scenario or (),
            settings=settings,
            start=start,
            on_progress=progress,
            stop=stop,
        )
    if output is not None:
        write_whole(result_files(result, None if result.plan is None else plan_text(result.plan)), output)
    if report is not None:
        write_whole({report.name: plan_page(result)}, report.parent)
    if as_json:
        _print_json(result_document(result))
    else:
        _console().print(result_tables(result))
    raise typer.Exit(_exit_code(result))


@app.command(epilog="Example: forcegen check instances/tutorial out/plan.yaml")
def check(
    instance: InstancePath,
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan.yaml, or the folder that holds it.")],
    scenario: Scenarios = None,
    as_json: AsJson = False,
) -> None:
    """Audit a plan: print every violation in words."""
    judged = audit_plan(instance, plan, scenario=scenario or ())
    if as_json:
        _print_json(audit_document(judged))
    else:
        for violation in judged.violations:
            typer.echo(violation.message)
        typer.echo(f"Audit: {verdict(judged)}")
    raise typer.Exit(0 if judged.clean else REFUSED)


@app.command(epilog="Example: forcegen validate instances/ukraine-2025")
def validate(instance: InstancePath, scenario: Scenarios = None, as_json: AsJson = False) -> None:
    """Check that an instance is well formed, and say how large it is."""
    found = validate_instance(instance, scenario=scenario or ())
    read = found.instance
    if as_json:
        named = {"instance": {"name": read.name, "sha256": read.digest}}
        _print_json({**named, **found.counts, "idle": [vars(part) for part in found.idle]})
    else:
        typer.echo(f"{read.name}: valid; " + ", ".join(f"{count:,} {name}" for name, count in found.counts.items()))
        for line in idle_lines(found.idle):
            typer.echo(line)


@app.command(epilog="Example: forcegen explain instances/infeasible-politics")
def explain(
    instance: InstancePath,
    scenario: Scenarios = None,
    solver: SolverName = AUTO,
    time_limit: Annotated[float, typer.Option(min=0.1, help="Seconds for all checks together.")] = 60.0,
    threads: Annotated[int | None, typer.Option(min=1, help="Threads of the solver.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say which hard rules and requirements cannot hold together, and why."""
    stop = threading.Event()
    with _ctrl_c_stops(stop):
        settings = Settings(solver, time_limit, threads=threads)
        found = explain_instance(instance, scenario=scenario or (), settings=settings, stop=stop)
    if as_json:
        _print_json(explanation_document(found))
    else:
        typer.echo("\n".join(explanation_lines(found)))
    raise typer.Exit(INTERRUPTED if stop.is_set() else LIMIT if found.feasible is None else 0)


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
    threads: Annotated[int | None, typer.Option(min=1, help="Threads of the solver.")] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Seed of the solver.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Say how large a force can be kept up, to the horizon and indefinitely."""
    stop = threading.Event()
    with _ctrl_c_stops(stop):
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
        _print_json(sustainment_document(found))
    else:
        _console().print(sustainment_tables(found))
    raise typer.Exit(INTERRUPTED if stop.is_set() else 0)


@app.command(epilog="Example: forcegen stress instances/tutorial")
def stress(
    instance: InstancePath,
    scenario: Scenarios = None,
    model: Annotated[str, typer.Option(help="A shipped model's name, or a YAML file; its first goal.")] = "coverage",
    solver: SolverName = AUTO,
    time_limit: Annotated[float, typer.Option(min=1.0, help="Seconds for all solves together.")] = 300.0,
    gap: Annotated[float, typer.Option(min=0.0, help="Relative gap that is good enough for each.")] = 0.001,
    threads: Annotated[int | None, typer.Option(min=1, help="Threads of the solver.")] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Seed of the solver.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Say what each nation's refusal and each condition's failure costs."""
    stop = threading.Event()
    with _ctrl_c_stops(stop):
        found = stress_instance(
            instance,
            model=model,
            scenario=scenario or (),
            settings=Settings(solver, time_limit, gap, threads, seed),
            on_progress=lambda name, i, of: typer.echo(f"{i} of {of}: without {name}", err=True),
            stop=stop,
        )
    if as_json:
        _print_json(stress_document(found))
    else:
        _console().print(stress_tables(found))
    raise typer.Exit(INTERRUPTED if stop.is_set() else _exit_code(found.base))


@app.command(epilog="Examples: forcegen diff instances/ukraine-2025 --scenario germany-joins; forcegen diff A --to B")
def diff(
    instance: InstancePath,
    scenario: Scenarios = None,
    to: Annotated[Path | None, typer.Option(help="Another instance, to which scenarios apply then.")] = None,
    plans: Annotated[
        tuple[Path, Path] | None, typer.Option("--plans", help="Compare two plans for the instance instead.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say in words what differs: between two instances, an instance and its scenarios, or two plans."""
    if plans is not None:
        compared = diff_plans(instance, *plans, scenario=scenario or ())
        document, lines = plan_diff_document(compared), plan_diff_lines(compared)
    else:
        changes = diff_instances(instance, to or instance, scenario=scenario or ())
        document, lines = {"changes": [vars(change) for change in changes]}, [str(change) for change in changes]
    if as_json:
        _print_json(document)
    else:
        typer.echo("\n".join(lines or ["nothing differs"]))


@app.command(epilog="Example: forcegen export instances/tutorial -o tutorial.mps")
def export(
    instance: InstancePath,
    output: Annotated[Path, typer.Option("-o", help="The file to write; its ending says the format: .mps or .lp.")],
    scenario: Scenarios = None,
    model: Annotated[str, typer.Option(help="A shipped model's name, or a YAML file; its first goal.")] = "coverage",
    as_json: AsJson = False,
) -> None:
    """Write the model of an instance as an MPS or LP file, for any solver."""
    done = export_instance(instance, output, model=model, scenario=scenario or ())
    if as_json:
        _print_json(exported_document(done))
    else:
        size = f"{done.columns:,} columns, {done.rows:,} rows, {done.nonzeros:,} non-zeros"
        typer.echo(f"{done.path}: {done.goal} is {done.scale} times its objective; {size}")


@app.command(epilog="Example: forcegen convert gap gap1-0 my/gap1-0; forcegen solve my/gap1-0 --model cheapest")
def convert(
    source: Annotated[ClassicalData, typer.Argument(help="What the file holds.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file.")],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the instance goes, or the instances.")],
    maximise: Annotated[bool, typer.Option("--maximise", help="Read costs as profits.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write classical data as instances: generalised assignment in OR-Library's format."""
    check_writable(folder)
    homes = convert_file(source.value, file, folder, maximise=maximise)
    if as_json:
        _print_json({"instances": [str(home) for home in homes]})
    else:
        for home in homes:
            typer.echo(f"{home}: solve it with --model cheapest")


@app.command(epilog="Example: forcegen generate my/theatre --family medium --seed 3 --dial periods=36 --planted")
def generate(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the instance goes.")],
    family: Annotated[str, typer.Option(help="The dials to begin with: small, medium, large or huge.")] = "small",
    seed: Annotated[int, typer.Option(min=0, help="Another seed draws another theatre.")] = 0,
    dial: Annotated[list[str] | None, typer.Option(help="NAME=NUMBER: a dial set otherwise; several.")] = None,
    rules: Annotated[str | None, typer.Option(help="Kinds of rules, with commas between them.")] = None,
    planted: Annotated[bool, typer.Option("--planted", help="Let the plan given with it meet every target.")] = False,
    infeasible: Annotated[str | None, typer.Option(help="Leave no plan, because of beds or politics.")] = None,
    as_json: AsJson = False,
) -> None:
    """Draw a theatre: an instance of this family, the same for the same dials and seed."""
    check_writable(folder)
    kinds = None if rules is None else tuple(rules.split(","))
    chosen = {"rules": kinds, "planted": planted or None, "infeasible": infeasible, **read_dials(dial or ())}
    theatre = generate_theatre(folder, family=family, seed=seed, **chosen)
    if as_json:
        _print_json({"instance": str(folder), "cause": theatre.cause or None, "tours": len(theatre.tours)})
    else:
        typer.echo(f"{folder}: {theatre.cause or f'a plan of {len(theatre.tours):,} tours lies beside it'}")


@app.command()
def solvers(as_json: AsJson = False) -> None:
    """List the solvers, their versions and what they can do."""
    found = available()
    if as_json:
        _print_json([vars(info) for info in found])
        return
    table = Table(
        "solver", "library", "version", "streams plans", "takes a start", "stops when asked", "threads", "note"
    )
    for info in found:
        marks = ("yes" if can else "no" for can in (info.streams, info.starts, info.interrupts, info.threads))
        table.add_row(info.name, info.library, info.version or "not installed", *marks, info.reason or "")
    _console().print(table)


@app.command()
def schema(document: Annotated[Schema, typer.Argument(help="Which document.")] = Schema.instance) -> None:
    """Print the JSON Schema of a document, for editors."""
    models: dict[Schema, type[BaseModel]] = {
        Schema.instance: Instance,
        Schema.model: Model,
        Schema.plan: Plan,
        Schema.scenario: Scenario,
    }
    _print_json(models[document].model_json_schema(by_alias=True))


@app.callback(invoke_without_command=True)
def _root(
    show_version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    if show_version:
        typer.echo(f"forcegen {version('forcegen')}")
        raise typer.Exit


def main() -> None:
    """Run the command line; every ending has its documented exit code."""
    as_json = "--json" in sys.argv[1:]
    with _documented_exits(as_json):
        code = app(standalone_mode=False)
        sys.stdout.flush()
        sys.exit(code if isinstance(code, int) else 0)


@contextlib.contextmanager
def _ctrl_c_stops(stop: threading.Event) -> Iterator[None]:
    """Let the first Ctrl-C end the search with the best plan so far, and a second one end the program."""

    def stopped(number: int, frame: object) -> None:
        if stop.is_set():
            os._exit(INTERRUPTED)
        stop.set()

    before = signal.signal(signal.SIGINT, stopped)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def _documented_exits(as_json: bool) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FAILED)
    except (KeyboardInterrupt, typer.Abort):
        _fail(INTERRUPTED, (Fault("interrupted before a plan was found"),), as_json)
    except Exception as error:
        if os.environ.get("FORCEGEN_DEBUG"):
            traceback.print_exc()
        _fail(*_ending(error), as_json)


def _ending(error: Exception) -> tuple[int, tuple[Fault, ...]]:
    """Return exit code and message of an exception: the one table of them all."""
    match error:
        case InputError():
            return BAD_INPUT, error.faults
        case UnknownSolver():
            return BAD_INPUT, (Fault(str(error), advice="see forcegen solvers"),)
        case SolverUnavailable():
            return NO_SOLVER, (Fault(str(error)),)
        case AuditRefused():
            return REFUSED, tuple(Fault(violation.message) for violation in error.violations)
        case TyperException():
            return BAD_INPUT, (Fault(error.format_message(), advice="see forcegen --help"),)
        case OSError() | MemoryError():
            return FAILED, (Fault(f"the machine refused: {error}"),)
    message = f"internal error: {type(error).__name__}: {error}"
    return FAILED, (Fault(message, advice="set FORCEGEN_DEBUG=1 for details, and report it"),)


def _fail(code: int, faults: tuple[Fault, ...], as_json: bool) -> None:
    first = faults[0]
    if as_json:
        _print_json({"error": {"code": code, **vars(first)}})
    else:
        typer.echo(f"forcegen: {first}", err=True)
        for fault in faults[1:20]:
            typer.echo(f"forcegen: {fault}", err=True)
        if len(faults) > 20:
            typer.echo(f"forcegen: and {len(faults) - 20} more", err=True)
    sys.exit(code)


def _exit_code(result: Result) -> int:
    if result.termination is Termination.INTERRUPTED:
        return INTERRUPTED
    if result.plan is not None:
        return 0
    if result.status in (Status.INFEASIBLE, Status.UNBOUNDED):
        return INFEASIBLE if result.status is Status.INFEASIBLE else UNBOUNDED
    return LIMIT if result.termination in (Termination.TIME_LIMIT, Termination.MEMORY_LIMIT) else FAILED


def _print_json(document: Any) -> None:
    sys.stdout.write(json.dumps(document, indent=1, ensure_ascii=False, default=str) + "\n")


def _console() -> Console:
    return Console(width=None if sys.stdout.isatty() else 120, highlight=False)
