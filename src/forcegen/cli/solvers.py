"""Which solvers there are."""

from __future__ import annotations

from rich.table import Table

from forcegen.cli.app import app
from forcegen.cli.options import AsJson
from forcegen.cli.terminal import console, print_json
from forcegen.planning.search.lone import engine_info
from forcegen.solvers import available


@app.command(epilog="Example: forcegen solvers")
def solvers(as_json: AsJson = False) -> None:
    """List the solvers, their versions and what they can do."""
    found = [*available(), engine_info()]
    if as_json:
        print_json([vars(info) for info in found])
        return
    table = Table(
        "solver", "library", "version", "streams plans", "takes a start", "stops when asked", "threads", "note"
    )
    for info in found:
        marks = ("yes" if can else "no" for can in (info.streams, info.starts, info.interrupts, info.threads))
        table.add_row(info.name, info.library, info.version or "not installed", *marks, info.reason or "")
    console().print(table)
