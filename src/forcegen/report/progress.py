"""Live progress of a solve: a line that renews itself on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich.live import Live
from rich.text import Text

if TYPE_CHECKING:
    import threading
    from fractions import Fraction
    from types import TracebackType

    from rich.console import Console

    from forcegen.planning.result import TierProgress

_PLAIN_EVERY = 5.0
_PER_SECOND = 4
_BETWEEN = "   "


class ProgressLine:
    """Shows elapsed time, goal, incumbent, bound and gap on a console; on a terminal the time runs on between news.

    Parameters
    ----------
    console : Console
        Where to.
    time_limit : float
        Seconds that the whole solve may take.
    stop : threading.Event, optional
        Whoever sets it has asked the solve to end, which takes a moment and is shown.
    """

    def __init__(self, console: Console, time_limit: float, stop: threading.Event | None = None) -> None:
        self.console = console
        self._limit = time_limit
        self._stop = stop
        self._begun = time.monotonic()
        self._latest: TierProgress | None = None
        self._goals: list[str] = []
        self._live: Live | None = None
        if console.is_terminal and not console.is_dumb_terminal:
            self._live = Live(get_renderable=self._now, console=console, refresh_per_second=_PER_SECOND, transient=True)
        self._told: tuple[str, float] = ("", -_PLAIN_EVERY)

    def __enter__(self) -> ProgressLine:
        """Begin."""
        if self._live is not None:
            self._live.start(refresh=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End."""
        if self._live is not None:
            self._live.stop()

    def __call__(self, progress: TierProgress) -> None:
        """Take in what is known."""
        self._latest = progress
        self._begun = time.monotonic() - progress.seconds
        if progress.goal not in self._goals:
            self._goals.append(progress.goal)
        if self._live is None and (progress.goal != self._told[0] or time.monotonic() - self._told[1] >= _PLAIN_EVERY):
            self._told = (progress.goal, time.monotonic())
            self.console.print(Text(_BETWEEN.join(self._parts())), soft_wrap=True)

    def _now(self) -> Text:
        return Text("\n".join(fitted(self._parts(), self.console.width)))

    def _parts(self) -> list[str]:
        parts = [f"{time.monotonic() - self._begun:.0f} of {self._limit:g} s"]
        if self._latest is None:
            parts.append("reading the instance, building the model")
        else:
            parts += [f"goal {len(self._goals)}: {self._latest.goal}", *known(self._latest)]
        if self._stop is not None and self._stop.is_set():
            parts.append("stopping")
        return parts


def known(progress: TierProgress) -> list[str]:
    """Return what is known of a goal: incumbent, bound and gap."""
    incumbent, bound = progress.incumbent, progress.bound
    parts = ["no plan yet" if incumbent is None else f"incumbent {amount(incumbent)}"]
    parts.append("no bound yet" if bound is None else f"bound {amount(bound)}")
    if incumbent is not None and bound is not None:
        parts.append(f"gap {float(abs(incumbent - bound)) / max(float(abs(incumbent)), 1.0):.2%}")
    return parts


def amount(value: Fraction) -> str:
    """Return a figure with separators of thousands, and with at most three decimals where it is not whole."""
    return f"{int(value):,}" if value == int(value) else f"{float(value):,.3f}".rstrip("0").rstrip(".")


def fitted(parts: list[str], width: int) -> list[str]:
    """Return lines of at most `width` characters that are broken between parts only, where parts allow."""
    lines = [""]
    for part in parts:
        joined = f"{lines[-1]}{_BETWEEN}{part}" if lines[-1] else part
        if len(joined) <= width:
            lines[-1] = joined
        else:
            lines.append(part)
    return [line for line in lines if line]
