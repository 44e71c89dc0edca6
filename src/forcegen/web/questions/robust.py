"""A plan for many worlds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.planning.robust import robust
from forcegen.report.html import answer_parts
from forcegen.report.html.figures import robust_figures
from forcegen.report.robust import robust_tables
from forcegen.web.questions.base import Asked, Question
from forcegen.web.questions.choices import Choice

if TYPE_CHECKING:
    from forcegen.planning.robust import Robust
    from forcegen.report.html.markup import Node


def _put(asked: Asked) -> Robust:
    return robust(
        asked.instance,
        aim="cvar" if asked.chosen["worst"] else "expectation",
        worlds=int(asked.chosen["worlds"]),
        unseen=int(asked.chosen["unseen"]),
        settings=asked.settings,
        on_progress=asked.job.tell,
        stop=asked.job.stop,
        workers=asked.workers,
    )


def _drawn(found: Robust) -> list[Node]:
    return answer_parts(robust_tables(found), *robust_figures(found))


QUESTION = Question(
    "robust",
    "Which plan still holds when conditions fail?",
    "A plan for many worlds drawn from the conditions' probabilities, judged against the plain plan in other draws.",
    120.0,
    _put,
    _drawn,
    (
        Choice("worlds", "Worlds that it is made for", 50, 1, 1_000),
        Choice("unseen", "Other draws that judge it", 200, 1, 10_000),
        Choice("worst", "For the worst tenth, not on average", 0, 0, 1),
    ),
)
