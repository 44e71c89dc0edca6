"""What a solve costs beside its solver: `python -m benchmarks.micro.overhead`.

The solver alone: HiGHS reads the model from an MPS file in a process of its own; only its run is timed. The product:
`forcegen.solve` with the same solver, seed and thread, in a fresh worker and in a warm one; whole seconds from instance
in memory to audited plan. The difference is overhead: building, worker, wrapper, decoding, audit. Medians.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import forcegen
from forcegen.bench.generate import generate
from forcegen.planning.solve import Settings
from forcegen.workers import WorkerPool

if TYPE_CHECKING:
    from forcegen.domain.instance import Instance

_HOW = Settings("highs", 60.0, 0.0, 1, alone=True)
_TIMES = 7
_ALONE = """
import sys, time, highspy
for _ in range(int(sys.argv[2])):
    highs = highspy.Highs()
    for name, value in {"output_flag": False, "threads": 1, "random_seed": 0, "mip_rel_gap": 0.0}.items():
        highs.setOptionValue(name, value)
    highs.readModel(sys.argv[1])
    begun = time.perf_counter()
    highs.run()
    print(time.perf_counter() - begun)
"""


def alone(instance: Path, model: str, folder: Path) -> float:
    """Return the median seconds of HiGHS alone on a model of one goal."""
    file = folder / "model.mps"
    forcegen.export(instance, file, model=model)
    command = [sys.executable, "-c", _ALONE, str(file), str(_TIMES)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return median(float(line) for line in said.split())


def solved(instance: Instance, model: str, workers: WorkerPool) -> float:
    """Return the seconds of one solve."""
    begun = time.perf_counter()
    result = forcegen.solve(instance, model=model, settings=_HOW, workers=workers)
    assert result.audit is not None
    assert result.audit.clean
    return time.perf_counter() - begun


def cold(instance: Instance, model: str) -> float:
    """Return the seconds of a solve whose worker is started for it."""
    with WorkerPool() as workers:
        return solved(instance, model, workers)


def main() -> None:
    """Print a line for each problem."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        generate(folder / "small", nations=3, contingents=4, sectors=2, periods=6)
        generate(folder / "gap", family="gap-e", agents=3, jobs=12)
        problems = (
            (Path("instances/tutorial"), "coverage"),
            (folder / "small", "coverage"),
            (folder / "gap", "cheapest"),
        )
        print("seconds, medians: HiGHS alone; overhead with a fresh worker; overhead with a warm one")
        for path, model in problems:
            instance = forcegen.read_instance(path)
            solver = alone(path, model, folder)
            fresh = median(cold(instance, model) for _ in range(_TIMES))
            with WorkerPool() as workers:
                solved(instance, model, workers)
                warm = median(solved(instance, model, workers) for _ in range(_TIMES))
            print(f"{instance.name} {solver:.3f} {fresh - solver:.3f} {warm - solver:.3f}", flush=True)


if __name__ == "__main__":
    main()
