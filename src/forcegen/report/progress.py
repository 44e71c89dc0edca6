"""Live progress of a solve: one line that renews itself on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich.live import Live
from rich.text import Text

if TYPE_CHECKING:
    from types import TracebackType

    from rich.console import Console

    from forcegen.planning.solve import TierProgress

_PLAIN_EVERY = 5.0


class ProgressLine:
    """Shows goal, elapsed time, incumbent, bound and gap on a console."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._live = Live(console=console, refresh_per_second=4, transient=True) if console.is_terminal else None
        self._told: tuple[str, float] = ("", -_PLAIN_EVERY)

    def __enter__(self) -> ProgressLine:
        """Begin."""
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End."""
        if self._live is not None:
            self._live.stop()

    def __call__(self, progress: TierProgress) -> None:
        """Show what is known."""
        line = Text(progress_line(progress))
        if self._live is not None:
            self._live.update(line)
        elif progress.goal != self._told[0] or time.monotonic() - self._told[1] >= _PLAIN_EVERY:
            self._told = (progress.goal, time.monotonic())
            self.console.print(line)


def progress_line(progress: TierProgress) -> str:
    """Return what is known as one line."""
    incumbent, bound = progress.incumbent, progress.bound
    parts = [f"{progress.seconds:7.1f} s", progress.goal]
    parts.append("no plan yet" if incumbent is None else f"incumbent {float(incumbent):,.1f}")
    parts.append("no bound yet" if bound is None else f"bound {float(bound):,.1f}")
    if incumbent is not None and bound is not None:
        parts.append(f"gap {float(abs(incumbent - bound)) / max(float(abs(incumbent)), 1.0):.2%}")
    return "  ".join(parts)
