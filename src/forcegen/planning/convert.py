"""Convert: classical data, and workbooks, as instances in folders."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from forcegen.io.folder import instance_files
from forcegen.io.gap import gap_files, read_gap
from forcegen.io.instance import read_instance
from forcegen.io.whole import check_no_instance, write_whole

Source = Literal["gap", "instance"]


def convert(source: Source, file: Path | str, folder: Path | str, *, maximise: bool = False) -> list[Path]:
    """Write the problems of a file as instances, each whole or not at all; return their folders.

    Parameters
    ----------
    source
        What the file holds: `gap`, generalised assignment in OR-Library's format; `instance`, an instance, such as a
        workbook.
    folder
        Of the instance; where the file holds several problems, they go to the folders 1, 2, ... in it.
    maximise
        Read costs of `gap` as profits.

    Raises
    ------
    forcegen.io.errors.InputError
        If the file is malformed, or the folder cannot be written.
    """
    file, folder = Path(file), Path(folder)
    if source == "instance":
        check_no_instance(folder)
        write_whole(instance_files(read_instance(file)), folder)
        return [folder]
    problems = read_gap(file)
    homes = [folder] if len(problems) == 1 else [folder / str(i + 1) for i in range(len(problems))]
    name = "".join(c if (c.isalnum() and c.isascii()) or c in "._-" else "-" for c in file.name) or "gap"
    for home in homes:
        check_no_instance(home)
    for i, (problem, home) in enumerate(zip(problems, homes, strict=True)):
        called = name if len(problems) == 1 else f"{name}-{i + 1}"
        write_whole(gap_files(problem, called, maximise=maximise), home)
    return homes
