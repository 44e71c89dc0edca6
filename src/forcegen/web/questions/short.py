"""Why requirements are left short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.planning.short import short
from forcegen.report.html import answer_parts
from forcegen.report.html.figures import short_figures
from forcegen.report.short import sentence, short_tables
from forcegen.web.questions.base import Asked, Question
from forcegen.web.questions.choices import Picks
from forcegen.web.tables import items_of

if TYPE_CHECKING:
    from forcegen.planning.short import WhyShort
    from forcegen.report.html.markup import Node
    from forcegen.web.study import Study


def _put(asked: Asked) -> WhyShort:
    job = asked.job
    return short(
        asked.instance,
        requirements=asked.chosen["requirements"],
        settings=asked.settings,
        on_progress=job.tell,
        stop=job.stop,
        workers=asked.workers,
    )


def _requirements(study: Study) -> dict[str, str]:
    named = ((str(q.get("id")), q.get("name")) for q in items_of(study.plain(), "requirements"))
    return {one: f"{one}: {name}" if name else one for one, name in named}


def _drawn(found: WhyShort) -> list[Node]:
    return answer_parts(short_tables(found), *short_figures(found), sentence=sentence(found))


QUESTION = Question(
    "short",
    "Why is something left short?",
    "What binds each requirement that is short, and what one step of relief is worth, by solving again.",
    120.0,
    _put,
    _drawn,
    (Picks("requirements", "Requirements (all that are short)", _requirements),),
)
