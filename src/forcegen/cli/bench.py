"""Comparing solvers: what a store of runs says."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from forcegen.bench.check import Checked
from forcegen.bench.results import bench_check, bench_report
from forcegen.cli.app import app
from forcegen.cli.endings import REFUSED
from forcegen.cli.options import AsJson
from forcegen.cli.terminal import print_json
from forcegen.io.whole import check_writable

bench_app = typer.Typer(no_args_is_help=True)
app.add_typer(bench_app, name="bench", help="Compare solvers: run a suite, check its runs, report on them.")

StorePath = Annotated[Path, typer.Argument(metavar="STORE", help="The folder that bench run or sweep wrote.")]


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
