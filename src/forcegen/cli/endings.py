"""How a command ends: exit codes, Ctrl-C, and the one message of every failure."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import traceback
from typing import TYPE_CHECKING

import typer
from typer.exceptions import TyperException

from forcegen.cli.terminal import print_json
from forcegen.interruption import CODE, MESSAGE, end_now
from forcegen.io.errors import Fault, InputError
from forcegen.mip import Status, Termination
from forcegen.planning.result import AuditRefused, Result
from forcegen.runs import ClusterError, StoreError
from forcegen.solvers import SolverUnavailable, UnknownSolver

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

BAD_INPUT, INFEASIBLE, UNBOUNDED, LIMIT, NO_SOLVER, REFUSED, FAILED, INTERRUPTED = 2, 3, 4, 5, 6, 7, 8, CODE


@contextlib.contextmanager
def ctrl_c_stops(stop: threading.Event) -> Iterator[None]:
    """Let the first Ctrl-C end the search with the best plan so far, and a second one end the program."""

    def stopped(number: int, frame: object) -> None:
        if stop.is_set():
            end_now()
        stop.set()

    before = signal.signal(signal.SIGINT, stopped)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def documented_exits(as_json: bool) -> Iterator[None]:
    """Turn every exception into one message and its exit code."""
    try:
        yield
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FAILED)
    except (KeyboardInterrupt, typer.Abort):
        _fail(INTERRUPTED, (Fault(MESSAGE),), as_json)
    except Exception as error:
        if os.environ.get("FORCEGEN_DEBUG"):
            traceback.print_exc()
        _fail(*_ending(error), as_json)


def _ending(error: Exception) -> tuple[int, tuple[Fault, ...]]:
    """Return exit code and message of an exception: the one table of them all."""
    match error:
        case InputError():
            return BAD_INPUT, error.faults
        case UnknownSolver():
            return BAD_INPUT, (Fault(str(error), advice="see forcegen solvers"),)
        case StoreError() | ClusterError():
            return BAD_INPUT, (Fault(str(error)),)
        case SolverUnavailable():
            return NO_SOLVER, (Fault(str(error)),)
        case AuditRefused():
            return REFUSED, tuple(Fault(violation.message) for violation in error.violations)
        case TyperException():
            return BAD_INPUT, (Fault(error.format_message(), advice="see forcegen --help"),)
        case OSError() | MemoryError():
            return FAILED, (Fault(f"the machine refused: {error}"),)
    message = f"internal error: {type(error).__name__}: {error}"
    return FAILED, (Fault(message, advice="set FORCEGEN_DEBUG=1 for details, and report it"),)


def _fail(code: int, faults: tuple[Fault, ...], as_json: bool) -> None:
    first = faults[0]
    if as_json:
        where = {name: value for name, value in vars(first).items() if name != "cell" or value is not None}
        with contextlib.suppress(OSError):  # stdout itself may be what failed
            print_json({"error": {"code": code, **where}})
            sys.stdout.flush()
            sys.exit(code)
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - what is buffered would fail again
    typer.echo(f"forcegen: {first}", err=True)
    if not as_json:
        for fault in faults[1:20]:
            typer.echo(f"forcegen: {fault}", err=True)
        if len(faults) > 20:
            typer.echo(f"forcegen: and {len(faults) - 20} more", err=True)
    sys.exit(code)


def exit_code(result: Result) -> int:
    """Return the exit code of a solve."""
    if result.termination is Termination.INTERRUPTED:
        return INTERRUPTED
    if result.plan is not None:
        return 0
    if result.status in (Status.INFEASIBLE, Status.UNBOUNDED):
        return INFEASIBLE if result.status is Status.INFEASIBLE else UNBOUNDED
    return LIMIT if result.termination in (Termination.TIME_LIMIT, Termination.MEMORY_LIMIT) else FAILED
