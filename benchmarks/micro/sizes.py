"""Exact size and hash of the models of fixed instances: `python -m benchmarks.micro.sizes [--write]`.

The default tests compare them with sizes.yaml, so that no change makes a model larger, or other than it was, unseen. A
change that is meant is written down with `--write`, and seen in the difference of that file.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console
from rich.table import Table

from forcegen.bench.generate import generate
from forcegen.formulation.tour import build
from forcegen.io.instance import read_instance
from forcegen.io.yaml import written

if TYPE_CHECKING:
    from forcegen.domain.instance import Instance

WRITTEN: Final = Path(__file__).with_name("sizes.yaml")
ROOT: Final = Path(__file__).parents[2]
RUNS: Final = 5
GOALS: Final = ("unmet-minimum", "unmet-target", "cost")
SHIPPED: Final = ("tutorial", "deployments-2022", "efp-2022", "sfor-2003", "ukraine-2025")
DRAWN: Final[dict[str, dict[str, Any]]] = {
    "small-0": {"family": "small", "seed": 0},
    "medium-7": {"family": "medium", "seed": 7},
    "large-0": {"family": "large", "seed": 0},
    "gap-d-5x100": {"family": "gap-d", "seed": 0, "agents": 5, "jobs": 100},
}
COMPACT: Final = ("tutorial", "small-0")
"""Of these the compact formulation is measured too; of others it takes long to build."""


def measured(instance: Instance, formulation: str) -> dict[str, Any]:
    """Return columns, rows, non-zeros and hashes of the model of an instance with three goals."""
    built = build(instance, GOALS, formulation=formulation)
    model = built.model
    objectives = [model.with_objective(built.objectives[goal].coefficients).digest()[:16] for goal in GOALS]
    counts = {"columns": model.columns, "rows": model.rows, "nonzeros": model.nonzeros}
    return counts | {"sha256": model.digest()[:16], "objectives": objectives}


def instances(folder: Path) -> dict[str, Path]:
    """Return where the fixed instances are; those that are drawn are written into a folder."""
    homes = {name: ROOT / "instances" / name for name in SHIPPED}
    for name, dials in DRAWN.items():
        generate(folder / name, **dials)
        homes[name] = folder / name
    return homes


def sizes(folder: Path) -> dict[str, dict[str, Any]]:
    """Return what is measured of every fixed instance, by its name and formulation."""
    found = {}
    for name, home in instances(folder).items():
        instance = read_instance(home)
        found[f"{name} tour"] = measured(instance, "tour")
        if name in COMPACT:
            found[f"{name} compact"] = measured(instance, "compact")
    return found


def main() -> None:
    """Print sizes and median times of five builds after one that warms up; with --write, write the sizes down."""
    with tempfile.TemporaryDirectory() as folder:
        if "--write" in sys.argv[1:]:
            WRITTEN.write_text(written(sizes(Path(folder))), encoding="utf-8")
            return
        table = Table("instance", "tour columns", "columns", "rows", "non-zeros", "load, s", "build, s")
        for name, home in instances(Path(folder)).items():
            begun = time.perf_counter()
            instance = read_instance(home)
            load = time.perf_counter() - begun
            formulation = build(instance, ["unmet-target"])
            seconds = []
            for _ in range(RUNS):
                begun = time.perf_counter()
                build(instance, ["unmet-target"])
                seconds.append(time.perf_counter() - begun)
            model = formulation.model
            counts = (len(formulation.frame.columns.tours), model.columns, model.rows, model.nonzeros)
            times = (load, statistics.median(seconds))
            table.add_row(name, *(f"{n:,}" for n in counts), *(f"{t:.3f}" for t in times))
    Console().print(table)


if __name__ == "__main__":
    main()
