"""What two nations' refusals together cost, and how much more than each by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING

from forcegen.planning.stress.answers import bounded
from forcegen.planning.stress.cases import Case, only_less, without_nation
from forcegen.planning.stress.losses import damaged
from forcegen.planning.stress.rank import ranked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forcegen.domain.instance import Instance
    from forcegen.domain.plan import Plan
    from forcegen.planning.stress.answers import Answer, Desk
    from forcegen.planning.stress.damage import Damage
    from forcegen.planning.stress.floor import Floor
    from forcegen.planning.stress.losses import Single


@dataclass(frozen=True)
class Pair:
    """What is lost without two nations, in the model's first goal.

    Parameters
    ----------
    ids
        The two nations.
    low, high
        The true loss lies between them; None for no upper end.
    more
        By how much the value rises above the base beyond the sum of what it does without each alone, at least and at
        most (below 0: they stand in for the same work); None for no such end.
    rank
        From 1; pairs whose intervals overlap that of the first of their rank share it.
    solved
        Whether it was solved; else the interval stands on the two single answers, of which no pair loses less.
    """

    ids: tuple[str, str]
    low: Fraction
    high: Fraction | None
    more: tuple[Fraction | None, Fraction | None]
    rank: int
    damage: Damage | None
    infeasible: bool
    solved: bool

    @property
    def exact(self) -> bool:
        """Whether the loss is known exactly."""
        return self.low == self.high


@dataclass(frozen=True)
class _Two:
    first: Single
    second: Single
    instance: Instance
    known: Answer


def pairs(
    desk: Desk, instance: Instance, base: Answer, floor: Floor | None, found: Sequence[Single], until: float
) -> tuple[Pair, ...]:
    """Return what is known of every pair of nations, the largest loss first.

    A pair that cannot cost more than the costliest nation alone is not solved: its interval is that of the plan found
    without one of the two, less the other.
    """
    less = {single.id: only_less(instance, single.id, desk.model) for single in found if single.kind == "nation"}
    nations = [single for single in found if single.kind == "nation"]
    twos = [_two(desk, instance, a, b, less, floor) for a, b in combinations(nations, 2)]
    costliest = max((single.answer.loss(base)[0] for single in nations), default=Fraction(0))
    asked = sorted((two for two in twos if _worth_solving(two, base, costliest)), key=_likely, reverse=True)
    answers = _solved(desk, asked, until)
    pairs_ = [_pair(desk, replace(two, known=answers.get(_ids(two), two.known)), base) for two in twos]
    return tuple(replace(pair, rank=rank) for rank, pair in ranked(pairs_))


def _two(desk: Desk, instance: Instance, a: Single, b: Single, less: dict[str, bool], floor: Floor | None) -> _Two:
    """Bound a pair by what is known of each of the two."""
    case = without_nation(instance, a.id, b.id)
    known = bounded(case, a.answer.plan, desk.model).at_most(bounded(case, b.answer.plan, desk.model))
    if less[b.id]:
        known = replace(known.at_least(a.answer.bound), infeasible=known.infeasible or a.answer.infeasible)
    if less[a.id]:
        known = replace(known.at_least(b.answer.bound), infeasible=known.infeasible or b.answer.infeasible)
    if less[a.id] and less[b.id] and floor is not None:
        known = known.at_least(floor.bound(case))
    return _Two(a, b, case, known)


def _worth_solving(two: _Two, base: Answer, costliest: Fraction) -> bool:
    low, high = two.known.loss(base)
    return not two.known.infeasible and low != high and (high is None or high > costliest)


def _likely(two: _Two) -> Fraction:
    """Return how large the value may well be, to solve the worst pairs first."""
    alone = (two.first.answer.found, two.second.answer.found)
    return two.known.found or sum((value for value in alone if value is not None), Fraction(0))


def _start(two: _Two) -> Plan | None:
    """Return the better of the plans found without one of the two."""
    alone = [single.answer for single in (two.first, two.second) if single.answer.plan is not None]
    return min(alone, key=lambda answer: answer.found or Fraction(0)).plan if alone else None


def _solved(desk: Desk, asked: Sequence[_Two], until: float) -> dict[tuple[str, str], Answer]:
    cases = [Case(f"without {two.first.id} and {two.second.id}", two.instance) for two in asked]
    answers = desk.answers(cases, None, until, [two.known.plan or _start(two) for two in asked])
    return {
        _ids(two): answer.at_least(two.known.bound).at_most(two.known)
        for two, answer in zip(asked, answers, strict=True)
        if answer.solved
    }


def _ids(two: _Two) -> tuple[str, str]:
    return two.first.id, two.second.id


def _pair(desk: Desk, two: _Two, base: Answer) -> Pair:
    answer = two.known
    low, high = answer.loss(base)
    return Pair(
        ids=_ids(two),
        low=low,
        high=high,
        more=(
            _sum(answer.bound, two.first.answer.found, two.second.answer.found, base.bound),
            _sum(answer.found, two.first.answer.bound, two.second.answer.bound, base.found),
        ),
        rank=0,
        damage=damaged(two.instance, base, answer, desk.model),
        infeasible=answer.infeasible,
        solved=answer.solved,
    )


def _sum(both: Fraction | None, one: Fraction | None, other: Fraction | None, base: Fraction | None) -> Fraction | None:
    """Return ``both - one - other + base``; None where one of them is not known."""
    return None if both is None or one is None or other is None or base is None else both - one - other + base
