"""What each rule costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.planning.rule_costs import rule_costs
from forcegen.report.costs import costs_tables
from forcegen.report.html import answer_parts
from forcegen.report.html.figures import costs_figures
from forcegen.web.questions.base import Asked, Question
from forcegen.web.questions.choices import Picks
from forcegen.web.study import COSTS
from forcegen.web.tables import items_of

if TYPE_CHECKING:
    from forcegen.planning.rule_costs import RuleCosts
    from forcegen.report.html.markup import Node
    from forcegen.web.study import Study


def _put(asked: Asked) -> RuleCosts:
    return rule_costs(
        asked.instance,
        rules=asked.chosen["rules"],
        settings=asked.settings,
        on_progress=asked.job.tell,
        stop=asked.job.stop,
        workers=asked.workers,
    )


def _drawn(found: RuleCosts) -> list[Node]:
    return answer_parts(costs_tables(found), *costs_figures(found))


def _rules(study: Study) -> dict[str, str]:
    edits = study.setup.edits
    names = (str(rule.get("id")) for rule in (*items_of(study.plain(), "rules"), *edits.rules))
    return {name: name for name in names if name not in edits.dropped}


QUESTION = Question(
    COSTS,
    "What does each rule cost?",
    "By how much less would be lacking were a rule alone set aside, by solving again without it.",
    120.0,
    _put,
    _drawn,
    (Picks("rules", "Rules (all)", _rules),),
)
