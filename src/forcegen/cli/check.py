"""The audit of a plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from forcegen.cli.app import app
from forcegen.cli.endings import REFUSED
from forcegen.cli.options import AsJson, InstancePath, Scenarios
from forcegen.cli.terminal import print_json
from forcegen.planning.check import check as audit_plan
from forcegen.report.document import audit_document
from forcegen.report.tables import proven_words, verdict


@app.command(epilog="Example: forcegen check instances/tutorial out/plan.yaml")
def check(
    instance: InstancePath,
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan.yaml, or the folder that holds it.")],
    scenario: Scenarios = None,
    base: Annotated[
        Path | None, typer.Option(help="The plan that it was made anew of; its past is not judged.")
    ] = None,
    at: Annotated[
        str | None, typer.Option(help="The period in which it was made anew; as the scenario says unless given.")
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option(help="Recompute the bounds of this certificate.json from its prices alone.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Audit a plan: print every violation in words."""
    judged = audit_plan(instance, plan, scenario=scenario or (), base=base, at=at, certificate=certificate)
    if as_json:
        print_json(audit_document(judged))
    else:
        for violation in judged.violations:
            typer.echo(violation.message)
        for line in proven_words(judged):
            typer.echo(line)
        typer.echo(f"Audit: {verdict(judged)}")
    raise typer.Exit(0 if judged.clean else REFUSED)
