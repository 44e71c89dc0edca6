"""Which assumption flips a verdict if it is wrong by 20 %."""

from __future__ import annotations

import time
from fractions import Fraction
from typing import TYPE_CHECKING

from forcegen.planning.assumptions import CHANGES, SHAKEN, TARGETS, share_of, way_of, words_of
from forcegen.planning.forever import by_role, forever
from forcegen.planning.held import Holding
from forcegen.planning.sizes import Factor

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from forcegen.domain.instance import Instance
    from forcegen.planning.assumptions import Way
    from forcegen.planning.sizes import Answer, Sizes
    from forcegen.planning.solve import Settings
    from forcegen.workers import WorkerPool

_FOREVER_SECONDS = 4.0
_RELAXED_SECONDS = 10.0
_TRY_SECONDS = 8.0
_LEAST = 1.0


class Question:
    """What is asked, and how it is solved."""

    def __init__(self, sizes: Sizes, settings: Settings, stop: threading.Event | None, workers: WorkerPool) -> None:
        self.sizes = sizes
        self._settings, self._stop, self._workers = settings, stop, workers

    @property
    def stopped(self) -> bool:
        """Whether the question was asked to end."""
        return self._stop is not None and self._stop.is_set()

    def forever(self, instance: Instance, seconds: float) -> Factor:
        """Return the largest factor that can be kept up for ever."""
        return forever(self.sizes, instance, seconds, self._settings, self._stop, self._workers)

    def holding(self, instance: Instance) -> Holding:
        """Return what is known of an instance period by period: nothing yet."""
        return Holding(instance, self.sizes, self._settings, self._stop, self._workers)


class Flips:
    """What each change of an assumption makes of what is known; each is worked out once."""

    def __init__(self, question: Question, for_ever: Factor, holding: Holding) -> None:
        self.question, self.forever, self.holding = question, for_ever, holding
        self._forever: dict[tuple[str, Way], Factor] = {}
        self._holding: dict[tuple[str, Way], Holding] = {}

    def of_forever(self, factor: Fraction, said: Answer, ends: float) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the changes that flip what is said for ever, and those that could be decided."""

        def answer(name: str, way: Way) -> Answer:
            at_a_glance = self._closed_form(name, way).answers(factor)
            return at_a_glance if at_a_glance == "no" else self._for_ever(name, way).answers(factor)

        return self._flipped(said, ends, answer)

    def of_horizon(self, factor: Fraction, said: Answer, ends: float) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the changes that flip what is said to the horizon, and those that could be decided."""

        def answer(name: str, way: Way) -> Answer:
            if name == TARGETS:
                return self._tried(self.holding, factor * share_of(way), ends)
            return self._tried(self._held(name, way), factor, ends)

        return self._flipped(said, ends, answer)

    def _flipped(
        self, said: Answer, ends: float, answer: Callable[[str, Way], Answer]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        found: list[str] = []
        decided: list[str] = []
        for name in (TARGETS, *CHANGES):
            if said == "open" or self.question.stopped or time.monotonic() + _LEAST > ends:
                break
            way = way_of(name, said)
            other = answer(name, way)
            if other != "open":
                decided.append(words_of(name, way))
                if other != said:
                    found.append(words_of(name, way))
        return tuple(found), tuple(decided)

    def _closed_form(self, name: str, way: Way) -> Factor:
        """Return what deploy-to-dwell alone says, which needs no solver."""
        if name == TARGETS:
            return self.forever.over(share_of(way))
        return Factor(Fraction(0), min(by_role(self.question.sizes, self._changed(name, way)).values()))

    def _for_ever(self, name: str, way: Way) -> Factor:
        if name == TARGETS:
            return self.forever.over(share_of(way))
        if (name, way) not in self._forever:
            self._forever[name, way] = self.question.forever(self._changed(name, way), _FOREVER_SECONDS)
        return self._forever[name, way]

    def _held(self, name: str, way: Way) -> Holding:
        if (name, way) not in self._holding:
            holding = self.question.holding(self._changed(name, way))
            holding.refute(holding.last, _RELAXED_SECONDS)
            self._holding[name, way] = holding
        return self._holding[name, way]

    def _changed(self, name: str, way: Way) -> Instance:
        return CHANGES[name][0](self.question.sizes.instance, SHAKEN[way])

    def _tried(self, holding: Holding, factor: Fraction, ends: float) -> Answer:
        """Return whether the force is held to the horizon, trying for it where that is not known."""
        known = holding.known(holding.last).answers(factor)
        left = min(_TRY_SECONDS, ends - time.monotonic())
        return holding.attempt(factor, holding.last, left) if known == "open" and left > _LEAST else known
