"""How large a force can be kept up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.planning.sustain import sustain
from forcegen.report.html.charts import bars
from forcegen.report.html.markup import Node, el, table
from forcegen.report.html.sustain import sustain_curve
from forcegen.report.sustainment import ANSWERS, sentence
from forcegen.web.questions.base import Asked, Choice, Question

if TYPE_CHECKING:
    from fractions import Fraction

    from forcegen.planning.sustain import Sustainment

_MOST_BUILD_UP = 6


def _put(asked: Asked) -> Sustainment:
    build_up = min(_MOST_BUILD_UP, asked.instance.horizon.periods // 2)
    return sustain(
        asked.instance,
        factors=(f"{asked.chosen['factor']:.3f}",),
        build_up=build_up,
        settings=asked.settings,
        stop=asked.job.stop,
        workers=asked.workers,
    )


def _drawn(found: Sustainment) -> list[Node]:
    verdicts = [
        (
            f"{float(v.troops):,.0f}",
            ANSWERS[v.horizon],
            v.through or "no period",
            ", ".join(v.horizon_flips),
            ANSWERS[v.indefinitely],
            ", ".join(v.flips),
        )
        for v in found.verdicts
    ]
    order = sorted(found.roles, key=lambda line: line.factor)
    kept = [(line.role, float(line.factor), f"{float(line.factor):.2f}") for line in order]
    rows = [
        (line.role, f"{float(line.target):,.10g}", f"{float(line.target * line.factor * found.hold):,.0f}")
        for line in order
    ]
    curve = [
        (point.period, f"{float(found.troops * point.factor.found):,.0f}", _most(found, point.factor.bound))
        for point in found.curve
    ]
    aside = f"Set aside, since nobody offers them: {', '.join(found.set_aside)}." if found.set_aside else ""
    return [
        el("h1", sentence(found)),
        table(
            "Verdict on all that is asked for",
            ("force", "to the horizon", "held through", "what flips that", "indefinitely", "what flips that"),
            verdicts,
        ),
        el("h3", "Share of each role's target that deploy-to-dwell alone lets it keep up"),
        el("figure", bars("Factor by role", kept, mark=1.0)),
        table("Each role by itself", ("role", "target", "could be kept up"), rows),
        *([sustain_curve(found)] if len(curve) > 1 else []),
        *([table("The largest force held through", ("period", "a plan holds", "at most"), curve)] if curve else []),
        el("p", aside, class_="note"),
    ]


def _most(found: Sustainment, bound: Fraction) -> str:
    return f"{float(found.troops * bound):,.0f}"


QUESTION = Question(
    "sustain",
    "How large a force can be kept up?",
    "The force that can be relieved for ever, the scarcest role, and how long all that is asked for can be held.",
    60.0,
    _put,
    _drawn,
    (Choice("factor", "Times all targets", 1.0, 0.01, 10.0),),
)
