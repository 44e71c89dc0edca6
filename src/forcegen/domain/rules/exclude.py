"""These nations not in this scope."""

from __future__ import annotations

from typing import Literal

from forcegen.domain.rules.base import Rule


class Exclude(Rule):
    """Those in the scope of nations do not serve in its places and roles; none named: nowhere."""

    kind: Literal["exclude"]
