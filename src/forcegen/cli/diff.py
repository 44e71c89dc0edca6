"""What differs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from forcegen.audit import audit
from forcegen.cli.app import app
from forcegen.cli.options import AsJson, InstancePath, ReportFile, Scenarios
from forcegen.cli.terminal import check_page, print_json
from forcegen.io.errors import refuse
from forcegen.io.whole import write_file
from forcegen.planning.diff import change_lines, diff_plans
from forcegen.planning.diff import diff as diff_instances
from forcegen.planning.given import given_instance, given_plan
from forcegen.report.differences import plan_diff_document, plan_diff_lines
from forcegen.report.html import changes_page

_EXAMPLES = "forcegen diff instances/ukraine-2025 --scenario grand-40k --against poland-out; forcegen diff A --to B"


@app.command(epilog=f"Examples: {_EXAMPLES}")
def diff(
    instance: InstancePath,
    scenario: Scenarios = None,
    against: Annotated[
        list[str] | None, typer.Option(help="A scenario of the side it is compared with; several stack.")
    ] = None,
    to: Annotated[Path | None, typer.Option(help="Another instance, on which --scenario is laid then.")] = None,
    plans: Annotated[
        tuple[Path, Path] | None, typer.Option("--plans", help="Compare two plans for the instance instead.")
    ] = None,
    report: ReportFile = None,
    as_json: AsJson = False,
) -> None:
    """Say in words what differs: between two instances, an instance and its scenarios, two scenarios, or two plans."""
    if plans is None and to is None and not scenario and not against:
        raise refuse("there is nothing to compare with", advice="give --scenario, --against, --to or --plans")
    if plans is not None and (against or to is not None):
        raise refuse("two plans are compared for one instance", advice="leave out --against and --to")
    if report is not None and plans is None:
        raise refuse("a page is drawn of two plans", advice="give --plans, or leave out --report")
    check_page(report, instance, *(plans or ()))
    if plans is not None:
        after = given_plan(plans[1])
        compared = diff_plans(instance, plans[0], after, scenario=scenario or ())
        if report is not None:
            given = given_instance(instance, scenario or ())
            write_file(report, changes_page(compared, given, audit(given, after)))
        document, lines = plan_diff_document(compared), plan_diff_lines(compared)
    else:
        changes = diff_instances(instance, to or instance, scenario=scenario or (), against=against or ())
        document, lines = {"changes": [vars(change) for change in changes]}, change_lines(changes)
    if as_json:
        print_json(document)
    else:
        typer.echo("\n".join(lines or ["nothing differs"]))
