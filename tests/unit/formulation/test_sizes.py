"""Models of fixed instances have exactly the columns, rows, non-zeros and hashes that are written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from benchmarks.micro.sizes import WRITTEN, sizes

if TYPE_CHECKING:
    from pathlib import Path


def test_models_are_what_is_written_down(tmp_path: Path) -> None:
    """A change that is meant: python -m benchmarks.micro.sizes --write."""
    known = yaml.safe_load(WRITTEN.read_text(encoding="utf-8"))
    found = sizes(tmp_path)
    assert set(found) == set(known)
    for name, size in found.items():
        assert size == known[name], name
