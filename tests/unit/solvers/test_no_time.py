"""HiGHS that was given no time to run proves nothing: the bound that it holds before its first run is no bound."""

from __future__ import annotations

import subprocess
import sys

# In a process of its own: no test process may hold a solver library.
SCRIPT = """
import time
from types import SimpleNamespace
import numpy as np, scipy.sparse as sp
from forcegen.mip import INF, MipModel
from forcegen.solvers import highs
from forcegen.solvers.base import SolveOptions
from forcegen.solvers.wire import pack

zero = np.zeros(1, dtype=np.int64)
matrix = sp.csr_array(np.ones((1, 1), dtype=np.int64))
model = MipModel(zero - 1, 0, zero, zero + 5, np.ones(1, bool), matrix, zero - INF, zero + 5)
channel = SimpleNamespace(stopped=lambda: False, send=lambda message: None, on_stop=lambda call: None)
late = highs.solve(pack(model, SolveOptions(), zero, time.monotonic() - 1), channel)
assert late["bound"] is None, late["bound"]
timely = highs.solve(pack(model, SolveOptions(), zero, time.monotonic() + 60), channel)
assert timely["bound"] == -5, timely["bound"]
print("as it should be")
"""


def test_a_run_that_never_began_has_no_bound() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False, timeout=120)
    assert done.stdout == "as it should be\n", done.stderr
