"""Models on disk: those shipped, by name, and any other by path."""

from __future__ import annotations

from pathlib import Path

from forcegen.domain.consistency import did_you_mean
from forcegen.domain.model import Model
from forcegen.io.errors import refuse
from forcegen.io.validation import validated
from forcegen.io.yaml import parse, read_text

_PACKAGE = Path(__file__).resolve().parents[1]
_FOLDERS = (_PACKAGE / "models", _PACKAGE.parents[1] / "models")  # as installed; as checked out


def shipped_models() -> dict[str, Path]:
    """Return the models that come with the product, by name."""
    return {path.stem: path for folder in _FOLDERS for path in sorted(folder.glob("*.yaml"))}


def read_model(name: str) -> Model:
    """Return the shipped model of this name, or the one in this file.

    Raises
    ------
    InputError
        If there is none, or it is malformed.
    """
    shipped = shipped_models()
    path = shipped.get(name, Path(name))
    if name not in shipped and path.suffix not in (".yaml", ".yml"):
        advice = did_you_mean(name, shipped, f"shipped: {', '.join(shipped)}; or name a .yaml file")
        raise refuse(f"there is no model {name!r}", value=name, advice=advice)
    return validated(parse(read_text(path, str(path)), str(path)), Model)
