"""Generalised assignment in OR-Library format, read as theatres of one period.

An agent is a sector with as many beds as it has capacity; a job is a contingent of one unit, pinned: it serves
somewhere. What a job takes of an agent are its beds there, what it costs its cost there. Source of the format:
J. E. Beasley, OR-Library, 1990.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from forcegen.io.errors import refuse
from forcegen.io.table import table_text
from forcegen.io.yaml import read_text, written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MOST_DIGITS = 12


@dataclass(frozen=True)
class Gap:
    """One problem of generalised assignment: agents in rows, jobs in columns."""

    costs: tuple[tuple[int, ...], ...]
    resources: tuple[tuple[int, ...], ...]
    capacities: tuple[int, ...]

    @property
    def jobs(self) -> int:
        """How many jobs there are."""
        return len(self.costs[0])


def read_gap(path: Path | str) -> list[Gap]:
    """Return the problems in a file: one, or as many as its first number says.

    Raises
    ------
    InputError
        If it cannot be read or is malformed.
    """
    file = str(path)
    numbers = list(_numbers(read_text(Path(path), file), file))
    if len(numbers) >= 2 and len(numbers) == _length(numbers[0], numbers[1]):
        return [_problem(iter(numbers), file)]
    if not numbers:
        raise refuse("there is nothing in it", file=file, advice="give a file in OR-Library's format of gap problems")
    stream = iter(numbers)
    count = next(stream)
    if not 1 <= count <= len(numbers):
        raise _misshapen(file)
    problems = [_problem(stream, file) for _ in range(count)]
    if next(stream, None) is not None:
        raise _misshapen(file)
    return problems


def gap_files(gap: Gap, name: str, *, maximise: bool = False) -> dict[str, str]:
    """Return the files of an instance, instance.yaml and contingents.csv.

    With `maximise` the costs are profits: a job then costs the largest profit of all less its own, so that profit =
    jobs x largest - cost.
    """
    agents = [f"agent-{i + 1}" for i in range(len(gap.capacities))]
    most = max(max(row) for row in gap.costs)
    costs = [[most - cost for cost in row] for row in gap.costs] if maximise else gap.costs
    reading = f"profit = {gap.jobs * most:,} - cost" if maximise else "cost as in the file"
    document = {
        "forcegen": 1,
        "name": name,
        "horizon": {"start": "2000-01", "periods": 1, "unit": "month"},
        "nations": [{"id": "all", "note": f"generalised assignment, {len(agents)} agents, {gap.jobs} jobs; {reading}"}],
        "roles": [{"id": "job", "measure": "jobs"}],
        "sectors": [{"id": agent, "beds": beds} for agent, beds in zip(agents, gap.capacities, strict=True)],
        "contingents": "contingents.csv",
        "requirements": [{"id": "jobs", "roles": ["job"], "target": gap.jobs}],
        "rules": [
            {"id": f"job-{j + 1}-done", "kind": "pin", "contingents": [f"job-{j + 1}"], "units": 1}
            for j in range(gap.jobs)
        ],
    }
    return {"instance.yaml": written(document), "contingents.csv": _contingents(gap, agents, costs)}


def _contingents(gap: Gap, agents: Sequence[str], costs: Sequence[Sequence[int]]) -> str:
    header = ["id", "nation", "units", "strength", "fills.job", "tour", "dwell"]
    header += [f"{field}.{agent}" for field in ("beds", "cost") for agent in agents]
    return table_text(
        header,
        (
            [f"job-{j + 1}", "all", 1, 1, 1, 1, 0, *(row[j] for row in gap.resources), *(row[j] for row in costs)]
            for j in range(gap.jobs)
        ),
    )


def _numbers(text: str, file: str) -> Iterator[int]:
    for number, line in enumerate(text.splitlines(), 1):
        for word in line.split():
            if not (word.isascii() and word.isdigit() and len(word) <= _MOST_DIGITS):
                raise refuse(
                    f"a whole number is needed, not {word[:40]!r}",
                    file=file,
                    line=number,
                    value=word[:40],
                    advice=f"write digits alone, {_MOST_DIGITS} at most",
                )
            yield int(word)


def _problem(stream: Iterator[int], file: str) -> Gap:
    try:
        agents, jobs = next(stream), next(stream)
        if agents < 1 or jobs < 1:
            raise _misshapen(file)
        costs, resources = (
            tuple(tuple(next(stream) for _ in range(jobs)) for _ in range(agents)) for _ in ("costs", "resources")
        )
        capacities = tuple(next(stream) for _ in range(agents))
    except (StopIteration, RuntimeError):
        raise _misshapen(file) from None
    return Gap(costs, resources, capacities)


def _length(agents: int, jobs: int) -> int:
    return 2 + 2 * agents * jobs + agents


def _misshapen(file: str) -> Exception:
    return refuse(
        "the numbers are not one or several problems of generalised assignment",
        file=file,
        advice="write agents and jobs, then agents x jobs costs, as many resources, and a capacity for each agent",
    )
