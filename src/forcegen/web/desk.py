"""All studies of a server: found again by their key, put to rest when their last window is gone."""

from __future__ import annotations

import secrets
import threading
import time
from typing import TYPE_CHECKING

from forcegen.web.study import Study

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

GRACE = 30.0
"""Seconds without a window after which a study's workers end: longer than a reload, shorter than a coffee."""
KEPT = 12 * 3600.0
"""Seconds without a window after which a study is forgotten."""
MOST = 64
"""Studies that are kept; the one that was left longest ago makes room."""


class Desk:
    """Studies by key.

    Parameters
    ----------
    instances
        Those on offer, by name.
    grace
        Seconds.
    """

    def __init__(self, instances: Mapping[str, Path], grace: float = GRACE) -> None:
        self._instances, self._grace = instances, grace
        self._lock = threading.Lock()
        self._studies: dict[str, Study] = {}

    def new(self) -> str:
        """Open a study and return its key, which nobody can guess."""
        key = secrets.token_urlsafe(18)
        with self._lock:
            while len(self._studies) >= MOST and (alone := self._left_first()) is not None:
                self._studies.pop(alone).rest()
            self._studies[key] = Study(self._instances)
        return key

    def find(self, key: str) -> Study | None:
        """Return the study of this key."""
        return self._studies.get(key)

    def enter(self, study: Study) -> None:
        """Count a window that shows a study."""
        with self._lock:
            study.windows += 1

    def leave(self, study: Study) -> None:
        """Count a window less."""
        with self._lock:
            study.windows = max(0, study.windows - 1)
            study.left_at = time.monotonic()

    def sweep(self) -> None:
        """Put studies to rest that nobody looks at for the grace period; forget those that nobody comes back to."""
        now = time.monotonic()
        with self._lock:
            alone = {key: study for key, study in self._studies.items() if not study.windows}
            for key, study in alone.items():
                if now - study.left_at > KEPT:
                    del self._studies[key]
        for study in alone.values():
            if now - study.left_at > self._grace:
                study.rest()

    def close(self) -> None:
        """Put all studies to rest, and wait a moment for their work to end."""
        for study in (studies := list(self._studies.values())):
            study.rest()
        for study in studies:
            if study.job is not None:
                study.job.wait(3.0)

    def _left_first(self) -> str | None:
        alone = [key for key, study in self._studies.items() if not study.windows]
        return min(alone, key=lambda key: self._studies[key].left_at, default=None)
