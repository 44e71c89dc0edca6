"""Why a requirement is left short: what binds it, and what one step of relief is worth, by solving again."""

from forcegen.planning.short.run import Shortage, WhyShort, short
from forcegen.planning.short.steps import Step
from forcegen.planning.short.worth import Relief

__all__ = ["Relief", "Shortage", "Step", "WhyShort", "short"]
