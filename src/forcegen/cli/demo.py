"""The main job on the reference theatre."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from forcegen.cli.app import app
from forcegen.io.instance import shipped_instance


@app.command(epilog="Example: forcegen demo -o demo")
def demo(
    output: Annotated[Path, typer.Option("-o", help="Folder for the plan, its tables and its page.")] = Path(
        "out/demo"
    ),
    time_limit: Annotated[float, typer.Option(min=0.1, help="Seconds for all goals, start to end.")] = 30.0,
) -> None:
    """Solve the reference theatre, a stabilisation force in Ukraine, and draw the answer."""
    from forcegen.cli.solve import solve  # here: this command is listed before that one

    try:
        solve(shipped_instance("ukraine-2025"), time_limit=time_limit, output=output, report=output / "plan.html")
    finally:
        if (output / "plan.html").exists():
            typer.echo(f"\nAll of it is in {output}; open {output / 'plan.html'} in a browser.")
