"""What is to be given up so that a plan exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.planning.repair import repair
from forcegen.report.html import answer_parts
from forcegen.report.repairs import repair_lines
from forcegen.web.questions.base import Asked, Question
from forcegen.web.questions.choices import Choice

if TYPE_CHECKING:
    from forcegen.planning.repair import Repair
    from forcegen.report.html.markup import Node


def _put(asked: Asked) -> Repair:
    return repair(
        asked.instance,
        minimums=asked.chosen["minimums"] >= 1,
        settings=asked.settings,
        on_progress=asked.narrowed("costs"),
        stop=asked.job.stop,
        workers=asked.workers,
    )


def _drawn(found: Repair) -> list[Node]:
    return answer_parts(repair_lines(found))


QUESTION = Question(
    "repair",
    "What has to be given up so that a plan exists?",
    "The cheapest negotiable rules to relax and hard minimums to cut, by their penalties.",
    60.0,
    _put,
    _drawn,
    (Choice("minimums", "Every minimum counts as hard", 0, 0, 1),),
)
