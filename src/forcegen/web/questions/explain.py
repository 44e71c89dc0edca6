"""Why there is no plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.planning.explain import explain
from forcegen.report.explanation import explanation_lines
from forcegen.web.drawn import lines
from forcegen.web.questions.base import Asked, Question

if TYPE_CHECKING:
    from forcegen.planning.explain import Explanation
    from forcegen.report.html.markup import Node


def _put(asked: Asked) -> Explanation:
    return explain(asked.instance, settings=asked.settings, stop=asked.job.stop, workers=asked.workers)


def _drawn(found: Explanation) -> list[Node]:
    return list(lines(explanation_lines(found)))


QUESTION = Question(
    "explain",
    "Why is there no plan?",
    "Which hard rules, requirements, limits and offers cannot hold together; or that a plan exists.",
    60.0,
    _put,
    _drawn,
)
