"""Why there is no plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.planning.explain import explain
from forcegen.report.explanation import explanation_lines
from forcegen.report.html import answer_parts
from forcegen.web.questions.base import Asked, Question

if TYPE_CHECKING:
    from forcegen.planning.explain import Explanation
    from forcegen.report.html.markup import Node


def _put(asked: Asked) -> Explanation:
    job = asked.job
    return explain(
        asked.instance,
        settings=asked.settings,
        on_progress=lambda checks, left: job.tell(f"{checks} checks made, parts left: {left}", 0, 0),
        stop=job.stop,
        workers=asked.workers,
    )


def _drawn(found: Explanation) -> list[Node]:
    return answer_parts(explanation_lines(found))


QUESTION = Question(
    "explain",
    "Why is there no plan?",
    "Which hard rules, requirements, limits and offers cannot hold together; or that a plan exists.",
    60.0,
    _put,
    _drawn,
)
