"""Size and build time of the model of every instance: `make bench`."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from forcegen.formulation.tour import build
from forcegen.io.instance import read_instance

RUNS = 5


def main() -> None:
    """Print a table; times are medians of five builds after one that warms up."""
    table = Table("instance", "tour columns", "columns", "rows", "non-zeros", "load, s", "build, s")
    for path in sorted(Path("instances").glob("*/instance.yaml")):
        begun = time.perf_counter()
        instance = read_instance(path)
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
        table.add_row(path.parent.name, *(f"{n:,}" for n in counts), *(f"{t:.3f}" for t in times))
    Console().print(table)


if __name__ == "__main__":
    main()
