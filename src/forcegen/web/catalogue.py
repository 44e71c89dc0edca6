"""Which instances the page offers: those in one folder, by name; visitors never name paths."""

from __future__ import annotations

from pathlib import Path

from forcegen.io.errors import refuse
from forcegen.io.scenario import scenarios_beside


def catalogue(path: Path | str | None = None) -> dict[str, Path]:
    """Return instances by the name of their folder or file.

    Parameters
    ----------
    path
        An instance, or a folder of some; where absent, the folder `instances` here, or else this folder.

    Raises
    ------
    forcegen.io.errors.InputError
        If there is none.
    """
    place = Path(path) if path is not None else next((p for p in (Path("instances"), Path()) if p.is_dir()), Path())
    if place.is_file():
        return {place.name: place}
    if (place / "instance.yaml").is_file():
        return {place.resolve().name: place}
    found = {folder.name: folder for folder in _folders(place) if (folder / "instance.yaml").is_file()}
    if not found:
        raise refuse("there is no instance here", file=str(place), advice="name an instance, or a folder of some")
    return found


def scenarios(path: Path) -> list[str]:
    """Return the names of an instance's scenarios."""
    return list(scenarios_beside(path))


def _folders(place: Path) -> list[Path]:
    try:
        return sorted(folder for folder in place.iterdir() if folder.is_dir())
    except OSError:
        return []
