"""Who could not be spared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.planning.stress import stress
from forcegen.report.headline import headline
from forcegen.report.html.charts import bars
from forcegen.report.html.markup import Node, el, table
from forcegen.report.losses import ranking
from forcegen.web.questions.base import Asked, Question

if TYPE_CHECKING:
    from forcegen.planning.stress import Loss, Stress


def _put(asked: Asked) -> Stress:
    job = asked.job
    return stress(asked.instance, settings=asked.settings, on_progress=job.tell, stop=job.stop, workers=asked.workers)


def _drawn(found: Stress) -> list[Node]:
    goal = found.base.tiers[0].name if found.base.tiers else ""
    rows = [
        (
            str(loss.rank), f"{loss.kind} {loss.id}", f"{float(loss.low):,.10g}", _most(loss),
            "exactly" if loss.exact else "proven" if loss.infeasible else "within these",
            "" if loss.damage is None else f"{loss.damage.minimums:,}",
        )
        for loss in found.losses
    ]  # fmt: skip
    longest = [
        (loss.id, float(loss.low if loss.high is None else loss.high), f"{float(loss.low):,.10g} to {_most(loss)}")
        for loss in found.losses[:15]
    ]
    return [
        el("h1", headline(found.base)),
        el("p", ranking(found)),
        el(
            "p",
            f"What is lost without them ({goal}); losses that overlap share a rank among their kind.",
        ),
        el("figure", bars("The most that is lost", longest, "#0072b2")),
        table("Losses", ("rank", "without", "at least", "at most", "known", "minimums broken"), rows, left=2),
    ]


def _most(loss: Loss) -> str:
    return "no plan at all" if loss.infeasible else "unknown" if loss.high is None else f"{float(loss.high):,.10g}"


QUESTION = Question(
    "stress",
    "Who could not be spared?",
    "What is lost without each nation that serves and without each condition, as intervals that are proven.",
    120.0,
    _put,
    _drawn,
)
