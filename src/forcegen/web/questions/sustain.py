"""How large a force can be kept up."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from forcegen.io.errors import refuse
from forcegen.planning.sustain import sustain
from forcegen.report.html import sustain_parts
from forcegen.web.questions.base import Asked, Question
from forcegen.web.questions.choices import Choice, Words

if TYPE_CHECKING:
    from forcegen.planning.sustain import Sustainment

_EXAMPLE = "40000, 50000, 200000"
_ADVICE = f"write whole or decimal numbers such as {_EXAMPLE}"
_MOST_FORCES, _MOST_TROOPS = 12, 10**9


def _put(asked: Asked) -> Sustainment:
    return sustain(
        asked.instance,
        factors=(f"{asked.chosen['factor']:.3f}",),
        forces=asked.chosen["forces"],
        settings=asked.settings,
        on_progress=lambda words: asked.job.tell(words, 0, 0),
        stop=asked.job.stop,
        workers=asked.workers,
    )


def forces_of(text: str) -> tuple[Fraction, ...]:
    """Return the force sizes that a text lists, in troops.

    Raises
    ------
    forcegen.io.errors.InputError
        If something in it is not a number of troops, or might be read in two ways.
    """
    if re.search(r"\d[,.'\u2019]\d{3}(?!\d)", text):
        message = f"{text.strip()!r} can be read in two ways"
        raise refuse(message, value=text, advice=f"write numbers without marks in them, a blank between: {_EXAMPLE}")
    words = [word for word in re.split(r"[\s,;]+", text) if word]
    if len(words) > _MOST_FORCES:
        raise refuse(f"{len(words)} forces are too many at once", advice=f"name {_MOST_FORCES} at most")
    for word in words:
        if not re.fullmatch(r"[0-9]{1,10}(\.[0-9]{1,3})?", word) or not 1 <= Fraction(word) <= _MOST_TROOPS:
            raise refuse(f"{word!r} is no number of troops", value=word, advice=_ADVICE)
    return tuple(dict.fromkeys(map(Fraction, words)))


QUESTION = Question(
    "sustain",
    "How large a force can be kept up?",
    "The force that can be relieved for ever, the scarcest role, and how long each force that you name can be held.",
    60.0,
    _put,
    sustain_parts,
    (Choice("factor", "Times all targets", 1.0, 0.01, 10.0), Words("forces", "Forces, in troops", _EXAMPLE, forces_of)),
)
