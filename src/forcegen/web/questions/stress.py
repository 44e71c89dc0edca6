"""Who could not be spared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.planning.stress import stress
from forcegen.report.html import answer_parts
from forcegen.report.html.figures import stress_figures
from forcegen.report.losses import ranking, stress_tables
from forcegen.web.questions.base import Asked, Question
from forcegen.web.questions.choices import Choice

if TYPE_CHECKING:
    from forcegen.planning.stress import Stress
    from forcegen.report.html.markup import Node


def _put(asked: Asked) -> Stress:
    job, chosen = asked.job, asked.chosen
    return stress(
        asked.instance,
        pairs=bool(chosen["pairs"]),
        surprise=bool(chosen["surprise"]),
        assumptions=bool(chosen["assumptions"]),
        draws=int(chosen["draws"]),
        settings=asked.settings,
        on_progress=job.tell,
        stop=job.stop,
        workers=asked.workers,
    )


def _drawn(found: Stress) -> list[Node]:
    return answer_parts(stress_tables(found), *stress_figures(found), sentence=ranking(found))


QUESTION = Question(
    "stress",
    "Who could not be spared?",
    "What is lost without each nation that serves and without each condition, as intervals that are proven.",
    120.0,
    _put,
    _drawn,
    (
        Choice("pairs", "Pairs of nations too", 0, 0, 1),
        Choice("surprise", "Each leaving by surprise too", 0, 0, 1),
        Choice("assumptions", "Assumed numbers 20 % up and down too", 0, 0, 1),
        Choice("draws", "Worlds drawn from the conditions", 0, 0, 1_000),
    ),
)
