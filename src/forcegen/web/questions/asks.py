"""Which extra offers to ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.planning.asks import MOST, asks
from forcegen.report.asks import asks_lines
from forcegen.report.html import answer_parts
from forcegen.web.questions.base import Asked, Question
from forcegen.web.questions.choices import Choice

if TYPE_CHECKING:
    from forcegen.planning.asks import Asks
    from forcegen.report.html.markup import Node


def _put(asked: Asked) -> Asks:
    return asks(
        asked.instance,
        targets=asked.chosen["targets"] >= 1,
        most=int(asked.chosen["most"]),
        settings=asked.settings,
        on_progress=asked.narrowed("asks for"),
        stop=asked.job.stop,
        workers=asked.workers,
    )


def _drawn(found: Asks) -> list[Node]:
    return answer_parts(asks_lines(found))


QUESTION = Question(
    "asks",
    "Which offers are worth asking for?",
    "The cheapest extra offers, by kind, nations and window, that close the gaps to the minimums.",
    120.0,
    _put,
    _drawn,
    (
        Choice("most", "Units of a type at most", MOST, 0, 10_000),
        Choice("targets", "To the targets as well", 0, 0, 1),
    ),
)
