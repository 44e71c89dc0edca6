"""What to do when the base plan has begun and the theatre changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.io.errors import refuse
from forcegen.planning.replan import replan
from forcegen.report.anew import sentence
from forcegen.report.headline import headline
from forcegen.report.html.figures import replan_figures
from forcegen.report.html.markup import Node, details, el
from forcegen.report.words import counted
from forcegen.web.drawn import lines
from forcegen.web.questions.base import Asked, Question
from forcegen.web.questions.choices import Choice

if TYPE_CHECKING:
    from forcegen.planning.replan import Replan


def _put(asked: Asked) -> Replan:
    if asked.base is None or asked.base.plan is None:
        raise refuse("there is no base plan yet", advice="solve first; the first answer is the base")
    horizon = asked.instance.horizon
    at = horizon.label(min(int(asked.chosen["at"]), horizon.periods) - 1)
    if asked.announced is not None and asked.announced.ordinal > at.ordinal:
        at = asked.announced  # nobody decides before it is known
    return replan(
        asked.instance,
        asked.base.plan,
        at,
        before=asked.base.instance,
        frontier=bool(asked.chosen["frontier"]),
        settings=asked.settings,
        on_progress=asked.job.progress,
        stop=asked.job.stop,
        workers=asked.workers,
    )


def _drawn(found: Replan) -> list[Node]:
    parts = [el("p", f"Decided in {found.at}; what began before stays."), el("h1", sentence(found))]
    parts.append(el("p", headline(found.result)))
    parts += replan_figures(found)
    if found.broken:
        parts += [el("h3", "Broken off"), *lines([str(tour) for tour in found.broken])]
    if found.diff is not None:
        moved = [str(one) for one in found.diff.moved]
        count = sum(one.count for one in found.diff.moved)
        parts.append(el("p", f"{counted(count, 'tour')} of the base plan change{'s' * (count == 1)}."))
        parts += [details(f"All of them, in {counted(len(moved), 'line')}", *lines(moved))] if moved else []
    return parts


QUESTION = Question(
    "replan",
    "What now, with the base plan under way?",
    "A plan made anew for the present setup: the past stays, notice is kept, and as few tours change as can be.",
    60.0,
    _put,
    _drawn,
    (
        Choice("at", "Decided in period number", 2, 1, 600),
        Choice("frontier", "What fewer changes would cost too", 0, 0, 1),
    ),
    later=True,
)
