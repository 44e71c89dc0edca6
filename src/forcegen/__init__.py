"""forcegen: plan multinational forces, with proofs and explanations."""

from forcegen.audit import audit
from forcegen.io.instance import read_instance
from forcegen.io.model import read_model
from forcegen.io.plan import read_plan
from forcegen.planning.solve import Settings, solve

__all__ = ["Settings", "audit", "read_instance", "read_model", "read_plan", "solve"]
