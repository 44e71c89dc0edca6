"""Sifting's bounds never exceed the optimum, and its last one is the relaxation's value."""

from __future__ import annotations

import subprocess
import sys

# In a process of its own: no test process may hold a solver library.
SCRIPT = """
import itertools, time
from types import SimpleNamespace
import highspy, numpy as np, scipy.sparse as sp
from forcegen.mip import INF, MipModel
from forcegen.solvers import sift as sifting
from forcegen.solvers.highs import load
from forcegen.solvers.wire import Job

sifting._WIDE, sifting._ADDED = 0, 1
channel = SimpleNamespace(stopped=lambda: False)
checked = 0
for seed in range(120):
    rng = np.random.default_rng(seed)
    n, m = 5, 3
    lower = rng.integers(-1, 2, n) * (seed % 2)
    upper = lower + rng.integers(1, 4, n)
    integer = np.arange(n) < n - 1
    matrix = rng.integers(-2, 5, (m, n))
    points = np.array(list(itertools.product(*(range(a, b + 1) for a, b in zip(lower, upper)))))
    start = points[rng.integers(len(points))]
    row_lower = matrix @ start - rng.integers(0, 3, m)
    model = MipModel(rng.integers(-5, 6, n), 7, lower, upper, integer, sp.csr_array(matrix), row_lower, np.full(m, INF))
    best = min(model.value(x) for x in points if model.feasible(x))
    job = Job(model, time.monotonic() + 60, 0.0, 1, 0, start, False)
    bounds = []
    sifting.sift(highspy, job, SimpleNamespace(bound=bounds.append), channel)
    assert all(bound <= best for bound in bounds), (seed, bounds, best)
    whole = highspy.Highs()
    whole.setOptionValue("output_flag", False)
    whole.setOptionValue("solve_relaxation", True)
    load(whole, Job(model, 0.0, 0.0, 1, 0, None, True), highspy.kHighsInf)
    whole.run()
    relaxation = whole.getInfo().objective_function_value
    assert all(bound <= relaxation + 1e-9 for bound in bounds), (seed, bounds, relaxation)
    if bounds:
        checked += 1
        assert max(bounds) >= relaxation - 1e-3, (seed, bounds, relaxation)
print(checked)
"""


def test_sifting_never_claims_more_than_is_true() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 60
