from __future__ import annotations

import subprocess
import sys

import forcegen


def test_every_public_name_is_there_and_nothing_else() -> None:
    for name in forcegen.__all__:
        assert callable(getattr(forcegen, name))
    assert not hasattr(forcegen, "nothing")


def test_a_worker_process_loads_neither_documents_nor_solvers() -> None:
    code = "import sys, forcegen.workers.child; print(*{'pydantic', 'scipy', 'highspy', 'ortools'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == ""
