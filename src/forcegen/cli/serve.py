"""The what-if page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from forcegen.cli.app import app
from forcegen.web import serve as serve_page


@app.command(epilog="Example: forcegen serve instances/ukraine-2025")
def serve(
    instance: Annotated[
        Path | None, typer.Argument(metavar="[INSTANCE]", help="An instance, or a folder of some; else ./instances.")
    ] = None,
    host: Annotated[str, typer.Option(help="Where to listen; elsewhere than here a token is asked for.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8080,
    token: Annotated[str | None, typer.Option(help="What visitors must know; made up where it is needed.")] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")] = False,
) -> None:
    """Play the theatre on a page in the browser: change it, solve it, compare, ask."""
    serve_page(instance, host=host, port=port, token=token, browser=not no_browser)
