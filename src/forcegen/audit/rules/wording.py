"""How violations of rules are put into words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.audit.result import Violation

if TYPE_CHECKING:
    from fractions import Fraction

    from forcegen.domain.rules import Rule


def violation(
    rule: Rule, subjects: tuple[str, ...], period: str | None, message: str, amount: Fraction | None = None
) -> Violation:
    """Return a violation that names the rule, its kind and its source."""
    source = "" if rule.source is None else f"; {rule.source}"
    return Violation(rule.kind, rule.id, subjects, period, f"rule {rule.id} ({rule.kind}{source}): {message}", amount)


def scope_words(rule: Rule, item: str | None = None) -> str:
    """Return the scope as it was written, or the one item of it that is meant: `POL, DEU in line as training`."""
    who = ", ".join((*(rule.nations or ()), *(rule.contingents or ()))) or "all"
    where = ", ".join((*(rule.sectors or ()), *(rule.zones or ())))
    what = ", ".join(rule.roles or ())
    text = who + (f" in {where}" if where else "") + (f" as {what}" if what else "")
    return text if item is None else f"{item} (of {text})"
