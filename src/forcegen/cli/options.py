"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from forcegen.cli.completion import models, scenarios, solvers

InstancePath = Annotated[
    Path, typer.Argument(metavar="INSTANCE", help="A folder with instance.yaml, a YAML file, or a workbook (.xlsx).")
]
Scenarios = Annotated[
    list[str] | None,
    typer.Option(
        "--scenario", autocompletion=scenarios, help="A scenario of the instance, or a YAML file; several stack."
    ),
]
SolverName = Annotated[
    str, typer.Option(autocompletion=solvers, help="auto, or one of those that `forcegen solvers` lists.")
]
ModelName = Annotated[str, typer.Option(autocompletion=models, help="A shipped model's name, or a YAML file.")]
OneGoal = Annotated[
    str, typer.Option(autocompletion=models, help="A shipped model's name, or a YAML file; its first goal.")
]
Threads = Annotated[int | None, typer.Option(min=1, help="Threads of the solver; all cores unless given.")]
Seed = Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Seed of the solver.")]
ReportFile = Annotated[Path | None, typer.Option("--report", help="Write the answer as a page, one HTML file.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
