"""What pytest-benchmark writes is stripped first."""

from __future__ import annotations

from typing import Any

from benchmarks.micro.record import strip


def pytest_benchmark_update_json(output_json: dict[str, Any]) -> None:
    """Strip the record before it is written."""
    strip(output_json)
