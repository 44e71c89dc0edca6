"""The command line as a whole."""

from __future__ import annotations

import signal
import sys
import threading
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from forcegen.cli.endings import INTERRUPTED, documented_exits

# How typer ends where it cannot write.
_NOBODY_READS = 1


class Whole(TyperGroup):
    """Lists its commands with what they say of themselves, not cut; asked for nothing it does so."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Show the help where there is nothing to parse."""
        if not args and not ctx.resilient_parsing:
            typer.echo(ctx.get_help())
            ctx.exit()
        return super().parse_args(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write a line or two a command."""
        commands = ((name, self.get_command(ctx, name)) for name in self.list_commands(ctx))
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.help or "") for name, command in commands if command is not None])


app = typer.Typer(
    cls=Whole,
    help="Plan multinational forces: who serves where, when, and who relieves them.",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback(invoke_without_command=True)
def _root(
    show_version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    if show_version:
        typer.echo(f"forcegen {version('forcegen')}")
        raise typer.Exit


def run() -> None:
    """Run the command line, with the commands that are loaded; every ending has its documented exit code."""
    as_json = "--json" in sys.argv[1:]
    interrupted = threading.Event()

    def interrupt(number: int, frame: object) -> None:
        interrupted.set()
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt)
    with documented_exits(as_json):
        try:
            code = app(standalone_mode=False)
        except SystemExit as ended:
            if ended.code != _NOBODY_READS:
                raise  # completion ends so
            raise BrokenPipeError from ended
        if code == INTERRUPTED and interrupted.is_set():
            raise KeyboardInterrupt  # of which typer makes an exit code without a word
        sys.stdout.flush()
        sys.exit(code if isinstance(code, int) else 0)
