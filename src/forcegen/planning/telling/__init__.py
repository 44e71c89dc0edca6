"""A conflict told as a paragraph that can be read out to whoever has to decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forcegen.planning.telling.phrases import Phrases, listed
from forcegen.planning.telling.rules import rule_sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from forcegen.domain.instance import Instance
    from forcegen.planning.relax import Part

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

__all__ = ["Phrases", "conflict_paragraph", "rule_sentence"]


def conflict_paragraph(instance: Instance, conflict: Sequence[Part], *, minimal: bool) -> str:
    """Return what cannot hold together, a sentence a part with its source, and who could give way.

    Parameters
    ----------
    conflict
        Parts of this instance; of none, nothing is told.
    minimal
        Whether it is proven that without any one of them the others can be kept.
    """
    if not conflict:
        return ""
    words, count = Phrases(instance), _number(len(conflict))
    head = (
        "No plan exists, for one thing cannot be kept, whatever else is given up."
        if len(conflict) == 1
        else f"No plan exists, for {count} things cannot hold together."
    )
    return " ".join([head, *(_sentence(part, instance, words) for part in conflict), *_end(len(conflict), minimal)])


def _end(count: int, minimal: bool) -> list[str]:
    if not minimal:
        return ["There may be fewer: the search ended before that was proven."]
    if count == 1:
        return []
    others = "the other" if count == 2 else f"the other {_number(count - 1)}"
    return [f"If any one of the {_number(count)} gives way, {others} can be kept."]


def _number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else f"{count:,}"


def _sentence(part: Part, instance: Instance, words: Phrases) -> str:
    said, documents = _said(part, instance, words)
    return f"{said[0].upper()}{said[1:]}{_origin(documents)}."


def _said(part: Part, instance: Instance, words: Phrases) -> tuple[str, list[Any]]:
    """Return a part in words, and the documents that it stands in."""
    if part.kind == "rule":
        rule = next(rule for rule in instance.rules if rule.id == part.id)
        return rule_sentence(rule, words), [rule]
    if part.kind == "requirement":
        q = next(q for q in instance.requirements if q.id == part.id)
        measure = "troops" if q.single_role is None else instance.role[q.single_role].measure
        least = words.amount(q.minimum or 0, measure)
        held = f" that could be sent to {words.sector(q.as_.sector)} as {words.role(q.as_.role)}" if q.as_ else ""
        return f"at least {least}{held} are required{words.where(q)}{words.roles(q)}, {words.when(q)}", [q]
    if part.kind == "offers":
        offers = [k for k in instance.contingents if k.nation == part.id and k.pool]
        return f"{words.nations([part.id])} offers no more than {listed(map(words.offer, offers))}", offers
    sector = instance.sector[part.id]
    if part.kind == "beds":
        return f"{words.sector(part.id)} has {words.amount(sector.beds, 'beds')}", [sector]
    return f"{words.sector(part.id)} can be supplied with {words.amount(sector.supply, 'tonnes')} a day", [sector]


def _origin(documents: Iterable[Any]) -> str:
    """Return where something comes from, how well it is known and what is noted, each once, in brackets."""
    found = []
    for name in ("source", "basis", "note"):
        values = dict.fromkeys(value for document in documents if (value := getattr(document, name)))
        if values:
            found.append(f"{name}: {' / '.join(values)}")
    return f" ({'; '.join(found)})" if found else ""
