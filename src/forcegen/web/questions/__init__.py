"""What can be asked on the page, one file a question; `QUESTIONS` is the list of them all."""

from forcegen.web.questions import (
    alternatives,
    asks,
    explain,
    repair,
    replan,
    robust,
    rule_costs,
    short,
    stress,
    sustain,
    sweep,
)
from forcegen.web.questions.base import Asked, Question
from forcegen.web.questions.choices import Choice, Field, Picks, Words

QUESTIONS: tuple[Question, ...] = (
    explain.QUESTION,
    repair.QUESTION,
    short.QUESTION,
    asks.QUESTION,
    rule_costs.QUESTION,
    sustain.QUESTION,
    stress.QUESTION,
    robust.QUESTION,
    sweep.QUESTION,
    alternatives.QUESTION,
    replan.QUESTION,
)

__all__ = ["QUESTIONS", "Asked", "Choice", "Field", "Picks", "Question", "Words"]
