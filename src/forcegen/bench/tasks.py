"""From a suite to its runs."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import product
from random import Random
from typing import TYPE_CHECKING, Any, Final

from forcegen.bench.best import read_best
from forcegen.bench.generate import generate
from forcegen.bench.longer import longer
from forcegen.bench.suite import read_peer
from forcegen.domain.model import Model
from forcegen.io.errors import refuse
from forcegen.io.gap import gap_files, read_gap
from forcegen.io.instance import read_instance
from forcegen.io.model import read_model
from forcegen.io.whole import write_whole
from forcegen.planning.mps import mps_task
from forcegen.planning.peer import peer_task
from forcegen.planning.run import task_of
from forcegen.planning.solve import AUTO, Settings, without_changes
from forcegen.runs.host import cores

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from forcegen.bench.best import Best, Key
    from forcegen.bench.suite import Entrant, Entry, Suite
    from forcegen.domain.instance import Instance
    from forcegen.planning.peer import Peer
    from forcegen.runs import Task

_CP_SAT_WORKERS = 8
REFERENCE: Final = Settings("highs", 60.0, 0.0, 1, alone=True)
_WARM_UP_SECONDS = 10.0


@dataclass(frozen=True)
class _Folders:
    """Where paths begin: those of instances and peers, and those of classical files."""

    suite: Path
    data: Path

    def peers(self, suite: Suite) -> list[Peer]:
        """Return the programs to compare with."""
        return [read_peer(self.suite / file) for file in suite.peers]


@dataclass(frozen=True)
class _Posed:
    """An instance of a suite."""

    instance: Instance
    path: str
    scenario: tuple[str, ...]
    family: str
    optimum: float | None
    known: Mapping[Key, Best] = field(default_factory=dict)

    def labels(self, model: str) -> dict[str, Any]:
        """Return what a run is told of it beside its content."""
        best = self.known.get((self.instance.digest, "+".join(self.scenario), model))
        return {
            "path": self.path,
            "scenario": self.scenario,
            "family": self.family,
            "optimum": self.optimum,
            "best_known": None if best is None else best.value,
        }


def suite_tasks(suite: Suite, folder: Path, data: Path | None = None) -> list[Task]:
    """Return the runs of a suite in the order in which they are made: one drawn with its seed.

    Parameters
    ----------
    folder
        The suite's, in which its paths begin.
    data
        Where those of classical files begin, if not there.

    Raises
    ------
    forcegen.io.errors.InputError
        If an instance or model is malformed, or a model has several goals and the suite does not say `tiers: true`.
    forcegen.solvers.SolverError
        If a solver is unknown or not available.
    """
    for entrant in suite.solvers:
        Settings(entrant.solver).ready()
    tasks = [task for entry in suite.instances for task in _entry_tasks(suite, entry, _Folders(folder, data or folder))]
    Random(f"forcegen {suite.order_seed}").shuffle(tasks)
    return list({task.run: task for task in tasks}.values())


def reference_task(suite: Suite) -> Task:
    """Return the solve that is repeated to see how the machine's speed drifts."""
    return task_of(_small(), _model("coverage", "tour"), REFERENCE, suite=suite.suite, family="reference", warm_up=True)


def warm_up_tasks(suite: Suite, folder: Path) -> list[Task]:
    """Return a run of each solver and peer that brings what it needs into the machine's caches."""
    instance, model = _small(), _model("coverage", "tour")
    chosen = [_settings(suite, entrant, cores(), 0, _WARM_UP_SECONDS) for entrant in suite.solvers]
    labels: dict[str, Any] = {"family": "warm-up", "warm_up": True}
    peers = _Folders(folder, folder).peers(suite)
    return [
        *(task_of(instance, model, how, suite=suite.suite, **labels) for how in chosen),
        *(_peer_task(suite, peer, instance, model, 0, _WARM_UP_SECONDS, **labels) for peer in peers),
    ]


def advised(solver: str) -> int:
    """Return the number of threads that a solver's documentation advises on this machine.

    HiGHS takes half the cores unless told otherwise, CP-SAT is a portfolio of at least 8 workers, CBC and SCIP work on
    one thread unless told otherwise; the product uses every core.
    """
    known = {"highs": (cores() + 1) // 2, "cp-sat": max(_CP_SAT_WORKERS, cores()), "cbc": 1, "scip": 1}
    return known.get(solver, cores())


def _entry_tasks(suite: Suite, entry: Entry, folders: _Folders) -> Iterator[Task]:
    if entry.mps is not None:
        yield from _mps_tasks(suite, entry, entry.mps, folders.data)
        return
    names = entry.models or suite.models
    models = [_model(name, how) for name in names for how in suite.formulations]
    for model in models:
        if len(model.goals) > 1 and not suite.tiers:
            message = f"the model {model.model} has {len(model.goals)} goals, which later goals make incomparable"
            raise refuse(message, value=model.model, advice="choose one with a single goal, or write tiers: true")
    posed, peers = _posed(entry, folders), folders.peers(suite)
    for one, model, entrant in product(posed, models, suite.solvers):
        for how in _manners(suite, entrant):
            yield task_of(one.instance, model, how, suite=suite.suite, **one.labels(model.model))
    for one, model, peer, seed in product(posed, [_model(name, "tour") for name in names], peers, suite.seeds):
        yield _peer_task(suite, peer, one.instance, model, seed, suite.time_limit, **one.labels(model.model))


def _peer_task(
    suite: Suite, peer: Peer, instance: Instance, model: Model, seed: int, limit: float, **labels: Any
) -> Task:
    return peer_task(
        peer,
        instance,
        model,
        seed=seed,
        threads=cores(),
        time_limit=limit,
        memory_limit=suite.memory_limit,
        gap=suite.gap,
        suite=suite.suite,
        **labels,
    )


def _mps_tasks(suite: Suite, entry: Entry, path: str, folder: Path) -> Iterator[Task]:
    if len(entry.optima) > 1:
        raise refuse(f"{len(entry.optima)} optima are given for one MPS file", advice="give one, or none")
    best, family = (entry.optima or (None,))[0], entry.family or "mps"
    for entrant in suite.solvers:
        for how in _manners(suite, entrant):
            yield mps_task(folder / path, how, suite=suite.suite, shown=path, family=family, optimum=best)


def _manners(suite: Suite, entrant: Entrant) -> Iterator[Settings]:
    for given, seed in product(suite.threads, suite.seeds):
        threads = cores() if given == "cores" else advised(entrant.solver) if given == "advised" else int(given)
        yield _settings(suite, entrant, threads, seed, suite.time_limit)


def _settings(suite: Suite, entrant: Entrant, threads: int, seed: int, limit: float) -> Settings:
    alone = entrant.solver != AUTO if entrant.alone is None else entrant.alone
    options = {name: float(v) if isinstance(v, Decimal) else v for name, v in entrant.options.items()}
    return Settings(entrant.solver, limit, suite.gap, threads, seed, suite.memory_limit, alone, options)


def _model(name: str, formulation: str) -> Model:
    model = without_changes(read_model(name))
    if formulation not in ("tour", "compact"):
        advice = "write tour or compact"
        raise refuse(f"there is no formulation {formulation!r}", value=formulation, advice=advice)
    return Model.model_validate(model.model_dump(by_alias=True) | {"formulation": formulation})


def _posed(entry: Entry, folders: _Folders) -> list[_Posed]:
    if entry.path is not None:
        found = list(_on_disk(entry, entry.path, folders.suite))
    elif entry.draw is not None:
        found = list(_drawn(entry, entry.draw))
    else:
        assert entry.gap is not None
        found = list(_classical(entry, entry.gap, folders.data))
    if entry.optima and len(entry.optima) != len(found):
        message = f"{len(entry.optima)} optima are given for {len(found)} instances"
        raise refuse(message, advice="give one for each, in their order, or none")
    optima: tuple[float | None, ...] = entry.optima or (None,) * len(found)
    return [replace(one, optimum=best) for one, best in zip(found, optima, strict=True)]


def _on_disk(entry: Entry, path: str, folder: Path) -> Iterator[_Posed]:
    known = read_best(folder / path)
    for text in entry.scenarios:
        scenario = tuple(filter(None, text.split("+")))
        instance, said = read_instance(folder / path, scenario), path
        if entry.periods is not None:
            instance, said = longer(instance, entry.periods), f"{path}, {entry.periods} periods"
        yield _Posed(instance, said, scenario, entry.family or "", None, known)


def _drawn(entry: Entry, family: str) -> Iterator[_Posed]:
    dials: dict[str, Any] = dict(entry.dials)
    for seed in entry.draws:
        with tempfile.TemporaryDirectory(prefix="forcegen-") as home:
            generate(home, family=family, seed=seed, **dials)
            said = "".join(f", {name} {value}" for name, value in dials.items())
            yield _Posed(read_instance(home), f"drawn: {family}, seed {seed}{said}", (), entry.family or family, None)


def _classical(entry: Entry, path: str, folder: Path) -> Iterator[_Posed]:
    file = folder / path
    problems = read_gap(file)
    for i, problem in enumerate(problems):
        name = file.name if len(problems) == 1 else f"{file.name}-{i + 1}"
        with tempfile.TemporaryDirectory(prefix="forcegen-") as home:
            write_whole(gap_files(problem, name), home)
            yield _Posed(read_instance(home), path, (), entry.family or file.parent.name, None)


def _small() -> Instance:
    with tempfile.TemporaryDirectory(prefix="forcegen-") as home:
        generate(home, family="small", seed=0, nations=3, contingents=4, sectors=2, periods=6)
        return read_instance(home)
