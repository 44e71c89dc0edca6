"""What one window plays with: a setup that can be undone, the latest answer and a base, one job at a time."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from forcegen.io.errors import refuse
from forcegen.io.scenario import scenarios_beside
from forcegen.web.job import Job
from forcegen.web.theatre import Setup, base_tree, instance_of
from forcegen.workers import WorkerPool

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from forcegen.domain.instance import Instance
    from forcegen.planning.result import Result
    from forcegen.planning.rule_costs import RuleCosts
    from forcegen.web.edits import Edits

COSTS = "rule costs"
"""The question whose answer stands beside the rules."""

_STEPS = 200


class Study:
    """A visitor's work. It outlives the page that shows it, so that a reload finds it again, what fields hold included.

    Parameters
    ----------
    instances
        Those on offer, by name.
    """

    def __init__(self, instances: Mapping[str, Path]) -> None:
        self._instances = instances
        self._lock = threading.Lock()
        self._pool: WorkerPool | None = None
        self._past: list[Setup] = []
        self.setup = Setup(next(iter(instances)))
        self.result: Result | None = None
        self.solved: Setup | None = None
        self.base: Result | None = None
        self.answers: dict[str, Any] = {}
        self.chosen: dict[str, dict[str, Any]] = {}
        self.job: Job | None = None
        self.windows = 0
        self.left_at = time.monotonic()

    @property
    def instances(self) -> list[str]:
        """Names of the instances on offer."""
        return list(self._instances)

    @property
    def path(self) -> Path:
        """Where the instance is."""
        return self._instances[self.setup.instance]

    def instance(self) -> Instance:
        """Return the instance as it is set up."""
        return instance_of(self.path, self.setup)

    def plain(self) -> dict[str, Any]:
        """Return the instance's plain data, its scenarios laid on it, the edits not."""
        data: dict[str, Any] = base_tree(self.path, self.setup).data
        return data

    def scenarios_left(self) -> dict[str, Path]:
        """Return the scenarios beside the instance that are not laid on it, by name."""
        laid = self.setup.scenarios
        return {name: path for name, path in scenarios_beside(self.path).items() if name not in laid}

    def change(self, setup: Setup) -> None:
        """Take another setup, and keep the one before for `undo`.

        Raises
        ------
        forcegen.io.errors.InputError
            If it does not fit; the setup stays what it was.
        """
        if setup == self.setup:
            return
        if setup.instance not in self._instances:
            raise refuse(f"there is no instance {setup.instance!r}", value=setup.instance, advice="choose one listed")
        instance_of(self._instances[setup.instance], setup)
        self._past = [*self._past[-_STEPS:], self.setup]
        if setup.instance != self.setup.instance:
            self.result = self.base = self.solved = None
            self.answers = {}
        self.setup = setup

    def edit(self, edits: Edits) -> None:
        """Take other edits of the same instance."""
        self.change(self.setup.edited(edits))

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return bool(self._past)

    def undo(self) -> None:
        """Take back the last change."""
        if self._past:
            before = self._past.pop()
            if before.instance != self.setup.instance:
                self.result = self.base = self.solved = None
                self.answers = {}
            self.setup = before

    @property
    def stale(self) -> bool:
        """Whether the answer is one to another setup."""
        return self.result is not None and self.solved != self.setup

    @property
    def costs(self) -> RuleCosts | None:
        """What each rule costs, where that was asked of the setup that the present answer is one to."""
        setup, found = self.answers.get(COSTS, (None, None))
        return found if setup is not None and setup == self.solved else None

    @property
    def busy(self) -> bool:
        """Whether a job runs."""
        return self.job is not None and self.job.running

    def begin(self, kind: str, limit: float, work: Callable[[Job, WorkerPool], Any]) -> Job:
        """Start a job.

        Raises
        ------
        forcegen.io.errors.InputError
            If one runs already.
        """
        with self._lock:
            if self.busy:
                raise refuse("something is being worked on already", advice="wait for it, or stop it")
            pool = self._pool = self._pool or WorkerPool()
            self.job = Job(kind, limit, lambda job: work(job, pool))
            return self.job.start()

    def take(self, result: Result, setup: Setup) -> None:
        """Take in the answer to a setup; the first one with a plan is the base of comparisons."""
        if setup.instance != self.setup.instance:
            return
        self.result, self.solved = result, setup
        if self.base is None and result.plan is not None:
            self.base = result

    def keep(self, question: str, found: Any, setup: Setup) -> None:
        """Take in the answer to a question about a setup, unless another instance has been chosen meanwhile."""
        if setup.instance == self.setup.instance:
            self.answers = {**self.answers, question: (setup, found)}

    def keep_as_base(self) -> None:
        """Compare with the present answer from now on."""
        if self.result is not None and self.result.plan is not None:
            self.base = self.result

    def rest(self) -> None:
        """Stop what runs, keeping the best that was found, and end all workers when it has stopped."""
        with self._lock:
            (pool, self._pool), job = (self._pool, None), self.job
        if pool is None:
            return
        if job is not None and job.running:
            job.stop.set()
            threading.Thread(target=_close_after, args=(job, pool), daemon=True).start()
        else:
            pool.close()


def _close_after(job: Job, pool: WorkerPool) -> None:
    job.wait()
    pool.close()
