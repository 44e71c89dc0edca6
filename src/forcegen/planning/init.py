"""A new instance in a folder of its own."""

from __future__ import annotations

import re
from pathlib import Path

from forcegen.io.errors import refuse
from forcegen.io.template import template_files
from forcegen.io.whole import check_writable, write_whole

_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")


def init(folder: Path | str) -> Path:
    """Write a commented instance that solves as it stands into a folder, and return the folder.

    Parameters
    ----------
    folder
        Made if it does not exist; its name becomes the instance's.

    Raises
    ------
    forcegen.io.errors.InputError
        If something is in the folder already, or it cannot be written.
    """
    folder = Path(folder)
    try:
        taken = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    except OSError as error:
        raise refuse(f"cannot be read: {error.strerror}", file=str(folder), advice="check its permissions") from None
    if taken:
        raise refuse("something is there already", file=str(folder), advice="name a folder that is empty or new")
    check_writable(folder)
    name = _UNFIT.sub("-", folder.resolve().name).strip("-")[:60] or "instance"
    by_folder: dict[Path, dict[str, str]] = {}
    for path, text in template_files(name).items():
        by_folder.setdefault(folder / Path(path).parent, {})[Path(path).name] = text
    for home, files in sorted(by_folder.items(), reverse=True):  # instance.yaml last: it is there if all is there
        write_whole(files, home)
    return folder
