"""Installing compiles the engine: the command for it ends well."""

from __future__ import annotations

import subprocess
import sys


def test_it_compiles_and_ends() -> None:
    command = [sys.executable, "-m", "forcegen.engine.ready"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
