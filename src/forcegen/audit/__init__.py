"""Is a plan allowed, and what is it worth: recomputed from instance and plan alone, in exact numbers."""

from forcegen.audit.goals import GOALS
from forcegen.audit.judge import audit
from forcegen.audit.result import Audit, Burden, CoverageLine, ForceLine, Freed, Relief, TourName, Violation

__all__ = [
    "GOALS",
    "Audit",
    "Burden",
    "CoverageLine",
    "ForceLine",
    "Freed",
    "Relief",
    "TourName",
    "Violation",
    "audit",
]
