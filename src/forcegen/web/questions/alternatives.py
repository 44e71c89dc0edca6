"""Which other plans are nearly as good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.planning.alternatives import alternatives
from forcegen.report.choices import sentence
from forcegen.report.headline import headline
from forcegen.report.html.markup import Node, details, el, table
from forcegen.report.tables import amount
from forcegen.web.questions.base import Asked, Choice, Question

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from forcegen.planning.alternatives import Alternatives

_NEEDED = {"yes": "yes (proven)", "no": "no, a plan does without", "open": "not shown"}
_ROWS = 15


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
    if not found.plans:
        return [el("h1", headline(found.base))]
    goals = list(found.limits)
    plans = [
        (
            str(i),
            *(amount(plan.goals[goal]) for goal in goals),
            "" if plan.difference is None else amount(plan.difference),
            "" if plan.difference is None else "unknown" if plan.bound is None else amount(plan.bound),
        )
        for i, plan in enumerate(found.plans, start=1)
    ]
    parts = [
        el("h1", sentence(found)),
        table("Plans", ("plan", *goals, "troop-periods replaced", "no plan more than"), plans),
    ]
    exchanges = [(str(x.plan), x.sector, x.role, _nations(x.less), _nations(x.more)) for x in found.exchanges[:_ROWS]]
    if exchanges:
        header = ("plan", "sector", "role", "instead of", "come")
        parts.append(table("Who could replace whom", header, exchanges, left=5))
    shared = [
        (*(str(part) for part in s.place), amount(s.least), amount(s.most), _NEEDED[s.needed]) for s in found.shared
    ]
    if shared:
        columns = ("nation", "sector", "role", "at least", "at most", "needed")
        parts.append(details(f"What all plans have ({len(shared)})", table("", columns, shared, left=3)))
    return parts


def _nations(amounts: Sequence[tuple[str, Fraction]]) -> str:
    return ", ".join(f"{nation} {amount(troops)}" for nation, troops in amounts)


QUESTION = Question(
    "alternatives",
    "Which other plans are nearly as good?",
    "Plans within a given loss of the best that differ most in who serves where, and what all of them share.",
    120.0,
    _put,
    _drawn,
    (Choice("count", "Plans", 3, 2, 10), Choice("loss", "Per cent that may be lost", 2.0, 0.0, 50.0)),
)
