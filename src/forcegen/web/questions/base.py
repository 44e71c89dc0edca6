"""A question: its words, how it is put to `planning`, and how its answer is drawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from forcegen.planning.solve import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from fractions import Fraction
    from pathlib import Path

    from forcegen.domain.horizon import Period
    from forcegen.domain.instance import Instance
    from forcegen.planning.result import Result
    from forcegen.report.html.markup import Node
    from forcegen.web.job import Job
    from forcegen.web.questions.choices import Field
    from forcegen.workers import WorkerPool


@dataclass(frozen=True)
class Asked:
    """What a question is put with.

    Parameters
    ----------
    instance
        As it is set up.
    seconds
        The time limit.
    chosen
        What was chosen, by name.
    job
        To tell of progress, and to look at `stop`.
    base
        The answer that others are compared with, if there is one.
    announced
        When what is laid on the instance becomes known; None where all is known from the start.
    scenarios
        Files of the scenarios beside the instance that are not laid on it, by name.
    """

    instance: Instance
    seconds: float
    chosen: Mapping[str, Any]
    job: Job
    workers: WorkerPool
    base: Result | None
    announced: Period | None = None
    scenarios: Mapping[str, Path] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        """Limits of the solver."""
        return Settings(time_limit=self.seconds)

    def narrowed(self, words: str) -> Callable[[float, Fraction | None, Fraction | None], None]:
        """Return what tells the job how far a search is: found and at least; `words` stand before found."""

        def tell(seconds: float, found: Fraction | None, bound: Fraction | None) -> None:
            best, least = ("none yet" if x is None else f"{float(x):,.10g}" for x in (found, bound))
            self.job.tell(f"{words} {best}, at least {least}", 0, 0)

        return tell


@dataclass(frozen=True)
class Question:
    """Something that can be asked of an instance.

    Parameters
    ----------
    name, title, words
        Its command, what it asks in short, and what the answer says.
    seconds
        The time limit that is offered.
    put
        Asks it.
    drawn
        Draws its answer.
    choices
        What else may be chosen.
    later
        Whether something may become known later; other questions know all from the start.
    """

    name: str
    title: str
    words: str
    seconds: float
    put: Callable[[Asked], Any]
    drawn: Callable[[Any], list[Node]]
    choices: tuple[Field, ...] = ()
    later: bool = False
