"""Who could not be spared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.planning.stress import stress
from forcegen.report.html import answer_parts
from forcegen.report.html.figures import stress_figures
from forcegen.report.losses import stress_tables
from forcegen.web.questions.base import Asked, Question

if TYPE_CHECKING:
    from forcegen.planning.stress import Stress
    from forcegen.report.html.markup import Node


def _put(asked: Asked) -> Stress:
    job = asked.job
    return stress(asked.instance, settings=asked.settings, on_progress=job.tell, stop=job.stop, workers=asked.workers)


def _drawn(found: Stress) -> list[Node]:
    return answer_parts(stress_tables(found), *stress_figures(found))


QUESTION = Question(
    "stress",
    "Who could not be spared?",
    "What is lost without each nation that serves and without each condition, as intervals that are proven.",
    120.0,
    _put,
    _drawn,
)
