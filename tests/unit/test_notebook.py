"""The example notebook runs, and prints what it says that it prints."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[2] / "docs" / "example.ipynb"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the kernel's own libraries
def test_the_example_notebook_prints_what_it_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path for path in sys.path if path))
    held = nbformat.read(NOTEBOOK, as_version=4)
    run = NotebookClient(
        nbformat.read(NOTEBOOK, as_version=4),
        timeout=120,
        kernel_name="python3",
        resources={"metadata": {"path": str(NOTEBOOK.parent)}},
    ).execute()
    cells = [cell for cell in held.cells if cell.cell_type == "code"]
    assert all(cell.outputs for cell in cells)
    for before, now in zip(cells, (cell for cell in run.cells if cell.cell_type == "code"), strict=True):
        assert printed(now) == printed(before), before.source
    assert str(NOTEBOOK.parents[1]) not in NOTEBOOK.read_text(encoding="utf-8")


def printed(cell: Any) -> list[str]:
    return [output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.outputs]
