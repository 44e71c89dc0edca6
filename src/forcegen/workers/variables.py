"""What a worker is told before it runs: variables of its environment."""

from __future__ import annotations

HOME = "FORCEGEN_WORKER_HOME"
"""The variable that tells a worker its folder of temporary files, which goes when it goes; empty for none."""

LOAD = "FORCEGEN_WORKER_LOAD"
"""The variable that tells a worker what to run before its first call, `module:function`; empty for nothing."""
