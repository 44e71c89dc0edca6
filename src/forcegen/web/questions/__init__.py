"""What can be asked on the page, one file a question; `QUESTIONS` is the list of them all."""

from forcegen.web.questions import alternatives, asks, explain, repair, replan, short, stress, sustain
from forcegen.web.questions.base import Asked, Choice, Question

QUESTIONS: tuple[Question, ...] = (
    explain.QUESTION,
    repair.QUESTION,
    short.QUESTION,
    asks.QUESTION,
    sustain.QUESTION,
    stress.QUESTION,
    alternatives.QUESTION,
    replan.QUESTION,
)

__all__ = ["QUESTIONS", "Asked", "Choice", "Question"]
