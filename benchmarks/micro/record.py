"""What is kept of a record of pytest-benchmark: times and what decides them, nothing that names a machine or a user.

It stays a record that `pytest-benchmark compare` reads.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from forcegen.runs.host import cores, processor

WRITTEN: Final = Path(__file__).with_name("times.json")
_MACHINE: Final = ("machine", "python_implementation", "python_version", "system")


def strip(document: dict[str, Any]) -> None:
    """Take out of a document of pytest-benchmark what is nobody's business, and every single time."""
    machine = document["machine_info"]
    document["machine_info"] = {name: machine[name] for name in _MACHINE} | {"cpu": processor(), "cores": cores()}
    document["commit_info"] = {}
    for benchmark in document["benchmarks"]:
        benchmark["stats"].pop("data", None)
