"""What each nation's refusal and each condition's failure costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from forcegen.planning.stress.cases import (
    Case,
    holding_some_time,
    only_bars,
    only_less,
    serving,
    with_conditions,
    without_nation,
)
from forcegen.planning.stress.damage import Damage, damage
from forcegen.planning.stress.kept import kept
from forcegen.planning.stress.rank import ranked

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from forcegen.domain.instance import Instance
    from forcegen.domain.model import Model
    from forcegen.planning.stress.answers import Answer, Desk
    from forcegen.planning.stress.floor import Floor

Kind = Literal["nation", "condition"]


@dataclass(frozen=True)
class Loss:
    """What is lost without one nation or condition, in the model's first goal.

    Parameters
    ----------
    kind, id
        A nation that gives nothing from the start, or a condition that never holds.
    low, high
        The true loss lies between them; None for no upper end (no plan was found, or none exists).
    rank
        From 1 among its kind; losses whose intervals overlap that of the first of their rank share it.
    damage
        What else the plan that was found lacks; None without a plan.
    infeasible
        Whether no plan keeps the hard rules and requirements any more (proven).
    between
        The difference between the two plans that were found; the true loss may be another.
    solved
        Whether it was solved, or bounded only, for time ran out.
    """

    kind: Kind
    id: str
    low: Fraction
    high: Fraction | None
    rank: int
    damage: Damage | None
    infeasible: bool
    between: Fraction | None = None
    solved: bool = True

    @property
    def exact(self) -> bool:
        """Whether the loss is known exactly."""
        return self.low == self.high


@dataclass(frozen=True)
class Single:
    """One nation or condition, the case without it, and what is known of that."""

    kind: Kind
    id: str
    instance: Instance
    answer: Answer


def singles(desk: Desk, instance: Instance, base: Answer, floor: Floor | None, until: float) -> list[Single]:
    """Return what is known without each nation that has a tour, and without each condition that ever holds."""
    named: list[tuple[Kind, str, Instance]] = [("nation", n, without_nation(instance, n)) for n in serving(instance)]
    named += [("condition", n, with_conditions(instance, {n: False})) for n in holding_some_time(instance)]
    cases = [Case(f"without {name}", case) for _, name, case in named]
    less = [
        only_less(instance, name, desk.model) if kind == "nation" else only_bars(instance, [name], desk.model)
        for kind, name, _ in named
    ]
    bounded = [] if floor is None else [number for number, fewer in enumerate(less) if fewer]
    answers = desk.answers(cases, base.plan, until, elsewhere=bounded)
    found = []
    for (kind, name, case), answer, fewer in zip(named, answers, less, strict=True):
        if fewer:
            answer = answer.at_least(base.bound).at_least(None if floor is None else floor.bound(case))
        found.append(Single(kind, name, case, answer))
    return found


def losses(found: Sequence[Single], base: Answer, model: Model) -> tuple[Loss, ...]:
    """Return the losses, nations first, the largest of each kind first."""
    kinds: tuple[Kind, ...] = ("nation", "condition")
    lists = [[_loss(single, base, model) for single in found if single.kind == kind] for kind in kinds]
    return tuple(replace(loss, rank=rank) for part in lists for rank, loss in ranked(part))


def _loss(single: Single, base: Answer, model: Model) -> Loss:
    answer = single.answer
    low, high = answer.loss(base)
    return Loss(
        kind=single.kind,
        id=single.id,
        low=low,
        high=high,
        rank=0,
        damage=damaged(single.instance, base, answer, model),
        infeasible=answer.infeasible,
        between=between(base, answer),
        solved=answer.solved,
    )


def damaged(instance: Instance, base: Answer, answer: Answer, model: Model) -> Damage | None:
    """Return what the plan found for a case lacks against the base; None where there is no plan."""
    if base.plan is None or base.audit is None or answer.audit is None:
        return None
    return damage(instance, base.plan, base.audit, kept(instance, base.plan, model).plan, answer.audit)


def between(base: Answer, answer: Answer) -> Fraction | None:
    """Return the difference between the values of two plans that were found."""
    return None if base.found is None or answer.found is None else answer.found - base.found
