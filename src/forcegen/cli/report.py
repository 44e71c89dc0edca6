"""A result as a page, later than it was made."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from forcegen.cli.app import app
from forcegen.io.whole import check_file, write_file
from forcegen.planning.diff import diff_plans
from forcegen.planning.saved import read_result
from forcegen.report.html import plan_page


@app.command(epilog="Example: forcegen report out --base other/plan.yaml -o plan.html")
def report(
    result: Annotated[Path, typer.Argument(metavar="RESULT", help="A folder that `forcegen solve -o` wrote.")],
    base: Annotated[Path | None, typer.Option(help="A plan to compare with; else what it started from.")] = None,
    output: Annotated[Path | None, typer.Option("-o", help="The page; report.html in the folder unless given.")] = None,
) -> None:
    """Write a result as a page: one HTML file that opens with no network."""
    target = output or (result.parent if result.name == "result.json" else result) / "report.html"
    check_file(target)
    found = read_result(result)
    compared, at = base or found.base, found.at if base is None else None
    changes = (
        None if compared is None or found.plan is None else diff_plans(found.instance, compared, found.plan, at=at)
    )
    write_file(target, plan_page(found, changes))
    typer.echo(str(target))
