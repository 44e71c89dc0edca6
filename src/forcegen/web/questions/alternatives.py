"""Which other plans are nearly as good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.planning.alternatives import alternatives
from forcegen.report.choices import alternatives_tables
from forcegen.report.html import answer_parts
from forcegen.report.html.choices import alternatives_figures
from forcegen.web.questions.base import Asked, Question
from forcegen.web.questions.choices import Choice

if TYPE_CHECKING:
    from forcegen.planning.alternatives import Alternatives
    from forcegen.report.html.markup import Node


def _put(asked: Asked) -> Alternatives:
    job, count = asked.job, int(asked.chosen["count"])
    return alternatives(
        asked.instance,
        count=count,
        loss=f"{asked.chosen['loss'] / 100:.4f}",
        settings=asked.settings,
        on_progress=lambda words: job.tell(words, 0, 0),
        stop=job.stop,
        workers=asked.workers,
    )


def _drawn(found: Alternatives) -> list[Node]:
    return answer_parts(alternatives_tables(found), *alternatives_figures(found))


QUESTION = Question(
    "alternatives",
    "Which other plans are nearly as good?",
    "Plans within a given loss of the best that differ most in who serves where, and what all of them share.",
    120.0,
    _put,
    _drawn,
    (Choice("count", "Plans", 3, 2, 10), Choice("loss", "Per cent that may be lost", 2.0, 0.0, 50.0)),
)
