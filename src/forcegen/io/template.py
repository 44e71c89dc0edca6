"""A new instance to begin with: commented, and solvable as it stands."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).with_name("begin")
_NAME = "NAME"


def template_files(name: str) -> dict[str, str]:
    """Return the texts of a new instance with this name, by path inside its folder."""
    files = sorted(path for path in _HERE.rglob("*") if path.is_file())
    return {path.relative_to(_HERE).as_posix(): path.read_text(encoding="utf-8").replace(_NAME, name) for path in files}
