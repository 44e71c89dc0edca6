"""Comparing solvers: what a store of runs says."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Annotated

import typer

from forcegen.bench.best import bench_best
from forcegen.bench.check import Checked
from forcegen.bench.results import bench_check, bench_report
from forcegen.bench.run import run_suite
from forcegen.cli.app import Whole, app
from forcegen.cli.endings import INTERRUPTED, REFUSED, ctrl_c_stops
from forcegen.cli.options import AsJson
from forcegen.cli.terminal import print_json, told
from forcegen.io.whole import check_writable

bench_app = typer.Typer(cls=Whole)
app.add_typer(bench_app, name="bench", help="Compare solvers: run a suite, check its runs, report on them.")

StorePath = Annotated[Path, typer.Argument(metavar="STORE", help="The folder that bench run or sweep wrote.")]


@bench_app.command(epilog="Example: forcegen bench run benchmarks/suites/tiny.yaml -o out/tiny")
def run(
    suite: Annotated[Path, typer.Argument(metavar="SUITE", help="A YAML file: instances, solvers, seeds, limits.")],
    output: Annotated[Path, typer.Option("-o", help="Folder of the runs; goes on with one that holds some.")],
    data: Annotated[
        Path | None, typer.Option(help="Folder of classical files that the suite names; its own unless given.")
    ] = None,
    cluster: Annotated[
        str | None, typer.Option(help="Address of a dask scheduler, or local; one solve a worker slot.")
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Workers of a local cluster.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Make the runs of a suite, one at a time, each in a fresh process; goes on where it was stopped or killed."""
    check_writable(output)
    stop = threading.Event()
    with ctrl_c_stops(stop):
        done = run_suite(
            suite,
            output,
            data=data,
            cluster=cluster,
            workers=jobs,
            on_done=told,
            on_warm_up=lambda: typer.echo("warming up: the engine is compiled, and each solver solves once", err=True),
            stop=stop,
        )
    if as_json:
        print_json(vars(done) | {"complete": done.complete})
    else:
        typer.echo(f"{done.suite}: {done.finished:,} of {done.wanted:,} runs finished; {done.seconds:.0f} s")
    raise typer.Exit(0 if done.complete else INTERRUPTED)


@bench_app.command(epilog="Example: forcegen bench check out/tiny")
def check(store: StorePath, as_json: AsJson = False) -> None:
    """Look for what must not be: broken rules, contradicted bounds, statuses and optima, limits overrun."""
    _say(bench_check(store), as_json)


@bench_app.command(epilog="Example: forcegen bench report out/tiny -o out/tiny-report")
def report(
    store: StorePath,
    output: Annotated[Path, typer.Option("-o", help="Folder for index.html and tables as CSV.")],
    as_json: AsJson = False,
) -> None:
    """Draw a comparison: a page that loads nothing, and its figures as CSV."""
    check_writable(output)
    checked = bench_report(store, output)
    if not as_json:
        typer.echo(f"{output / 'index.html'}")
    _say(checked, as_json)


@bench_app.command(epilog="Example: forcegen bench best out/theatre instances/ukraine-2025")
def best(
    store: StorePath,
    instances: Annotated[list[Path], typer.Argument(metavar="INSTANCE...", help="Folders with instance.yaml.")],
    as_json: AsJson = False,
) -> None:
    """Write what the runs know better into best.yaml beside each instance, every plan audited anew."""
    learnt = {str(instance): bench_best(store, instance) for instance in instances}
    if as_json:
        print_json({"instances": learnt})
    else:
        for instance, lines in learnt.items():
            typer.echo("\n".join(f"{instance}: {line}" for line in lines or ["nothing better"]))


def _say(checked: Checked, as_json: bool) -> None:
    if as_json:
        findings = {"failures": checked.failures, "errors": checked.errors}
        listed = {name: [vars(finding) for finding in some] for name, some in findings.items()}
        print_json({"runs": checked.runs, "clean": checked.clean, **listed, "rerun": checked.rerun})
    else:
        for finding in checked.failures:
            typer.echo(f"{finding.kind}: {finding.message}")
        for finding in checked.errors:
            typer.echo(f"error, not counted as solved: {finding.message}")
        failed = "nothing is wrong" if checked.clean else f"{len(checked.failures)} failures; make again: "
        typer.echo(f"{checked.runs:,} runs: {failed}{' '.join(checked.rerun)}")
    raise typer.Exit(0 if checked.clean else REFUSED)
