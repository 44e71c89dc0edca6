"""How large a force can be kept up for ever: the steady state, and the deploy-to-dwell bound of each role."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from forcegen.domain.model import Goal, Model
from forcegen.mip import Status
from forcegen.planning.rotation import repeated
from forcegen.planning.sizes import Factor, serving
from forcegen.planning.solve import solve
from forcegen.planning.steady import steady

if TYPE_CHECKING:
    import threading

    from forcegen.domain.instance import Instance
    from forcegen.planning.sizes import Sizes
    from forcegen.planning.solve import Settings
    from forcegen.planning.steady import Steady
    from forcegen.workers import WorkerPool

_LEAST = 2.0
_PIECES = 1000
# Of the time, for the steady state and its bound; the rest for a cycle, where they are farther apart than this.
_STEADY, _NEAR = 0.3, Fraction(2, 1000)


def by_role(sizes: Sizes, instance: Instance) -> dict[str, Fraction]:
    """Return the factor on each role's target that deploy-to-dwell lets its contingents keep up."""
    share, able = steady(instance).share, serving(instance)
    kept: dict[str, Fraction] = dict.fromkeys(sizes.wanted, Fraction(0))
    for k in instance.contingents:
        for role in k.fills:
            if role in kept and (k.id, role) in able:
                kept[role] += Fraction(k.fills[role]) * share[k.id]
    return {role: value / (sizes.hold * sizes.targets[role]) for role, value in kept.items()}


def forever(
    sizes: Sizes,
    instance: Instance,
    seconds: float,
    settings: Settings,
    stop: threading.Event | None,
    workers: WorkerPool,
) -> Factor:
    """Return the largest factor that a steady state holds.

    What is found stands on whole units that stay on station where there is no handover, or on a cycle of tours that
    repeats; the bound lets units be there part of the time.
    """
    most = min(by_role(sizes, instance).values())
    scale = Fraction(math.ceil(most * 1000) + 1, 1000)
    limits = replace(settings, time_limit=max(seconds * _STEADY / 2, _LEAST), gap=0.0)

    def lacking(state: Steady, factor: Fraction) -> tuple[Fraction, Fraction] | None:
        return None if state.unkept else _lacking(sizes.at_the_end(state.instance, factor), limits, stop, workers)

    relieved_at_once = not any(k.handover for k in instance.contingents)
    low = lacking(steady(instance), scale) if relieved_at_once else None
    high = lacking(steady(instance, _PIECES), scale * _PIECES)
    # A shortfall of w per mille is rounded up: the true one lies above w - 1.
    share = Fraction(0) if high is None else min(Fraction(1), (1001 - high[1]) / 1000)
    found, bound = Fraction(0) if low is None else scale * low[0], min(scale * share, most)
    if bound - found > _NEAR * bound:
        found = max(found, repeated(sizes, instance, seconds * (1 - _STEADY), settings, stop, workers))
    return Factor(found, max(bound, found))


def _lacking(
    asked: Instance, limits: Settings, stop: threading.Event | None, workers: WorkerPool
) -> tuple[Fraction, Fraction] | None:
    """Return what part of its target the worst role gets in a plan, and what it lacks at least, per mille.

    None if the rules allow no plan at all.
    """
    model = Model(model="sustain", goals=(Goal(minimise="worst-shortfall"),))
    result = solve(asked, model=model, settings=limits, stop=stop, workers=workers)
    if result.status is Status.INFEASIBLE:
        return None
    lines = () if result.audit is None else result.audit.coverage
    got = min((min(Fraction(1), line.filled / line.target) for line in lines if line.target), default=Fraction(0))
    bound = result.tiers[0].bound
    return got, Fraction(0) if bound is None else max(Fraction(0), bound)
