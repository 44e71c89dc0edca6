"""CBC, the binary that PuLP brings, through files. Imported in the worker only.

PuLP is asked for the binary and for nothing else: its statuses are wrong at limits and its files are slow.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import tempfile
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from forcegen.mip import Ints, MipModel, Status, Termination, objective_step, write_mps
from forcegen.solvers.pulp_library import load_pulp
from forcegen.solvers.wire import UNAVAILABLE, Job, Stream, answer, rounded, unpack

if TYPE_CHECKING:
    from forcegen.workers import Body, Channel

STATUSES: Final[dict[str, tuple[Status, Termination]]] = {
    "Optimal (within gap tolerance)": (Status.FEASIBLE, Termination.GAP),
    "Optimal": (Status.OPTIMAL, Termination.OPTIMAL),
    "Integer infeasible": (Status.INFEASIBLE, Termination.OPTIMAL),
    "Infeasible": (Status.INFEASIBLE, Termination.OPTIMAL),
    "Unbounded": (Status.UNBOUNDED, Termination.OPTIMAL),
    "Stopped on time": (Status.FEASIBLE, Termination.TIME_LIMIT),
    "Stopped on nodes": (Status.FEASIBLE, Termination.NUMERIC),
    "Stopped on solutions": (Status.FEASIBLE, Termination.NUMERIC),
    "Stopped on iterations": (Status.FEASIBLE, Termination.NUMERIC),
    "Stopped on ctrl-c": (Status.FEASIBLE, Termination.INTERRUPTED),
    "Stopped on difficulties": (Status.ERROR, Termination.NUMERIC),
    "Status unknown": (Status.ERROR, Termination.NUMERIC),
    "Invalid model": (Status.ERROR, Termination.NUMERIC),
    "No result": (Status.ERROR, Termination.CRASHED),
}
"""What the first words of CBC's solution file mean; the last two are ours, for when there is no such file."""

_NO_PLAN = "no integer solution"
_UNKNOWN_OPTION = "No match for "
_UNDECIDED = "infeasible or unbounded"
# What its preprocessing made of the model has an optimum that breaks the model itself.
_MUDDLED = "Postprocessed model is infeasible"
_NUMBER = r"(-?[\d.]+(?:e[+-]?\d+)?)"
_VERSION = re.compile(r"^Version:\s*(\S+)")
_RELAXATION = re.compile(rf"^Continuous objective value is {_NUMBER}")
_PLAN = re.compile(rf"^Cbc00(?:04|12)I Integer solution of {_NUMBER}")
_BOUNDS = (
    re.compile(rf"^Cbc0010I .*best possible {_NUMBER}"),
    re.compile(rf"^Cbc0005I .*best possible {_NUMBER}"),
)
_LOWER = re.compile(rf"^Lower bound:\s+{_NUMBER}")
_LOG_LINES = 20
# "1e+50" stands for none.
_NONE = 1e49


def solve(payload: Body, channel: Channel) -> Body:
    """Solve the packed job."""
    try:
        binary = str(load_pulp().PULP_CBC_CMD.pulp_cbc_path)
    except ImportError as error:
        return {UNAVAILABLE: f"pulp cannot be loaded: {error}"}
    if not Path(binary).is_file():
        return {UNAVAILABLE: f"PuLP brings no CBC for this system: {binary} does not exist"}
    job = unpack(payload)
    with tempfile.TemporaryDirectory(prefix="forcegen-cbc-") as folder:
        result = _Run(job, job.model, binary, Path(folder), channel).wait()
        if result.muddled:
            result = _Run(job, job.model, binary, Path(folder), channel, preprocess=False).wait()
        if result.native == "Unbounded" or result.undecided:
            result.native = _which(job, binary, Path(folder), channel)
    return _answer(result, job)


class _Run:
    """One run of the binary, and what it said."""

    def __init__(
        self, job: Job, model: MipModel, binary: str, folder: Path, channel: Channel, *, preprocess: bool = True
    ) -> None:
        self.model = model
        self.native = "No result"
        self.bound: float | None = None
        self.x: Ints | None = None
        self.undecided = False
        self.unknown = ""
        self.log: deque[str] = deque(maxlen=_LOG_LINES)
        self.late = self.stopped = self.muddled = False
        self._preprocess = preprocess
        self._job = job
        self._binary = binary
        self._folder = folder
        self._channel = channel
        self._stream = Stream(channel)

    def wait(self) -> _Run:
        """Run to the end."""
        model_file, solution_file = self._folder / "model.mps", self._folder / "solution.txt"
        solution_file.unlink(missing_ok=True)
        write_mps(self.model, model_file)
        if self._job.start is not None:
            _write_start(self._job.start, self._folder / "start.txt")
        seconds = self._job.seconds_left()
        if seconds <= 0:
            self.native = "Stopped on time"
            return self
        self._stream.searching()
        self._follow([self._binary, str(model_file), *self._options(seconds), "-solution", str(solution_file)])
        self.late = self._job.seconds_left() <= 0
        self.stopped = self._channel.stopped()
        if self.unknown:
            self.native = "Invalid model"
        elif solution_file.exists():
            self._read_solution(solution_file)
        return self

    def _options(self, seconds: float) -> list[str]:
        options = {
            "sec": f"{seconds:.3f}",
            "timeMode": "elapsed",
            "ratio": f"{self._job.gap:.12f}",
            # Plans differ by whole steps: half a step of certainty is certainty.
            "allow": f"{max(1e-6, 0.5 * objective_step(self.model))}",
            "randomSeed": str(self._job.seed + 1),
            "randomCbcSeed": str(self._job.seed + 1),
        }
        if self._job.threads > 1:
            options["threads"] = str(self._job.threads)
        if self._job.start is not None:
            options["mipstart"] = str(self._folder / "start.txt")
        if not self._preprocess:
            options["preprocess"] = "off"
        options = {name: str(value) for name, value in self._job.native.items()} | options
        given = [part for name, value in options.items() for part in (f"-{name}", value)]
        return [*given, "-solve", "-printingOptions", "all"]

    def _follow(self, command: list[str]) -> None:
        # CBC holds its log back unless it writes to a terminal, or to what looks like one.
        ours, its = os.openpty() if hasattr(os, "openpty") else os.pipe()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=its, stderr=subprocess.STDOUT, cwd=self._folder
        )
        os.close(its)
        # Interrupted once, CBC ends its search and goes on to write its solution.
        self._channel.on_stop(lambda: process.send_signal(signal.SIGINT))
        # Linux tells the end of a terminal by an error.
        with process, os.fdopen(ours, encoding="ascii", errors="replace") as log, contextlib.suppress(OSError):
            for line in log:
                self._hear(line.strip())

    def _hear(self, line: str) -> None:
        if line:
            self.log.append(line)
        self.undecided |= _UNDECIDED in line
        self.muddled |= _MUDDLED in line
        if line.startswith(_UNKNOWN_OPTION) and not self.unknown:
            self.unknown = f"cbc has no option {line.removeprefix(_UNKNOWN_OPTION).split()[0]}"
        if "errors on input" in line or "model not valid" in line:
            self.native = "Invalid model"
        if found := _VERSION.match(line):
            self._stream.version(found[1])
        elif found := _PLAN.match(line):
            self._stream.value(float(found[1]))
        elif found := _RELAXATION.match(line) or _BOUNDS[0].match(line) or _BOUNDS[1].match(line):
            # Printed with eight digits.
            self._raise_bound(float(found[1]), 1e-7)
        elif found := _LOWER.match(line):
            # Printed with three decimals.
            self._raise_bound(float(found[1]), 0.0)

    def _raise_bound(self, printed: float, relative: float) -> None:
        bound = printed - relative * abs(printed) - 0.001
        if abs(printed) < _NONE and (self.bound is None or bound > self.bound):
            self.bound = bound
            self._stream.bound(bound)

    def _read_solution(self, path: Path) -> None:
        with path.open(encoding="ascii", errors="replace") as file:
            header = file.readline().strip()
            self.native = next((native for native in STATUSES if header.startswith(native)), "Status unknown")
            claim = STATUSES[self.native][0]
            if _NO_PLAN in header or claim not in (Status.OPTIMAL, Status.FEASIBLE):
                return
            values = np.zeros(self.model.columns)
            for line in file:
                # A column is "index name value reduced-cost", its line marked with ** where it breaks a bound.
                parts = line.removeprefix("**").split()
                if len(parts) == 4 and parts[1][0] == "x":
                    values[int(parts[1][1:])] = float(parts[2])
            self.x = rounded(values)


def _which(job: Job, binary: str, folder: Path, channel: Channel) -> str:
    """Decide whether there is a plan at all, which an unbounded relaxation leaves open."""
    model = job.model.with_objective(np.zeros(job.model.columns, dtype=np.int64))
    found = _Run(job, model, binary, folder, channel).wait()
    return "Unbounded" if found.x is not None else found.native


def _answer(result: _Run, job: Job) -> Body:
    claim = STATUSES[result.native]
    # Out of time in its first relaxation, CBC may say "infeasible"; interrupted there, it ends without a word.
    if result.late and claim[0] in (Status.INFEASIBLE, Status.ERROR):
        claim = (Status.FEASIBLE, Termination.TIME_LIMIT)
    elif result.stopped and result.native == "No result":
        claim = (Status.FEASIBLE, Termination.INTERRUPTED)
    bound = result.bound
    if claim[0] is Status.OPTIMAL and result.x is not None:
        # Its own value, to the last digit, is that of its plan.
        bound = float(job.model.value(result.x))
    return answer(
        result.native,
        claim,
        x=result.x,
        bound=bound if claim[0] in (Status.OPTIMAL, Status.FEASIBLE) else None,
        message=result.unknown or "; ".join(result.log) if claim[0] is Status.ERROR else "",
    )


def _write_start(start: Ints, path: Path) -> None:
    with path.open("w", encoding="ascii") as file:
        file.write("Stopped on time - objective value 0\n")
        file.writelines(f"{j} x{j} {value} 0\n" for j, value in enumerate(start.tolist()))
