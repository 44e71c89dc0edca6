"""The solvers that tests run: all adapters, and those that PuLP finds here and whose own words are known."""

from __future__ import annotations

import os
import shutil

import pytest

from forcegen.solvers.pulp_claims import KNOWN
from forcegen.solvers.pulp_library import LIBRARIES, has_library

ADAPTERS = ["highs", "cbc", "cp-sat", "scip"]

# On CI nothing may be left out: there a missing executable is a failure.
HAS_GLPK = shutil.which("glpsol") is not None or "FORCEGEN_SKIP_NOTHING" in os.environ
needs_glpk = pytest.mark.skipif(not HAS_GLPK, reason="glpsol is not installed (apt-get install glpk-utils)")
GLPK = pytest.param("pulp:GLPK_CMD", marks=needs_glpk)

THROUGH_PULP = [GLPK, *(f"pulp:{name}" for name in KNOWN if name in LIBRARIES and has_library(name))]
ALL = [*ADAPTERS, *THROUGH_PULP]
