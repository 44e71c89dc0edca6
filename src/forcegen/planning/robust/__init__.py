"""Robust: a plan for many worlds at once, judged against the plain one in worlds that neither has seen."""

from forcegen.planning.robust.judge import Figure, Judged, Trial
from forcegen.planning.robust.run import AIMS, Robust, robust

__all__ = ["AIMS", "Figure", "Judged", "Robust", "Trial", "robust"]
