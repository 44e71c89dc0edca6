"""Instances on disk: a folder with instance.yaml, a YAML file with long lists in CSV files beside it, or a workbook."""

from __future__ import annotations

import os
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from forcegen.domain.instance import Instance
from forcegen.io.errors import refuse
from forcegen.io.lists import LISTS
from forcegen.io.scenario import apply_scenario, find_scenario
from forcegen.io.table import read_table
from forcegen.io.validation import validated
from forcegen.io.workbook.read import is_workbook, read_workbook
from forcegen.io.yaml import Tree, parse, read_text

if TYPE_CHECKING:
    from collections.abc import Sequence


_PACKAGE = Path(__file__).resolve().parents[1]
_FOLDERS = (_PACKAGE / "instances", _PACKAGE.parents[1] / "instances")  # as installed; as checked out


def shipped_instance(name: str) -> Path:
    """Return the folder of an instance that comes with the product.

    Raises
    ------
    InputError
        If it does not lie where it should.
    """
    found = next((folder / name for folder in _FOLDERS if (folder / name / "instance.yaml").is_file()), None)
    if found is None:
        raise refuse(f"the instance {name} is missing from this installation", advice="install forcegen again")
    return found


def read_instance(path: Path | str, scenarios: Sequence[str] = ()) -> Instance:
    """Return the instance in a folder or file, with scenarios laid on it in their order.

    Parameters
    ----------
    path
        A folder that holds instance.yaml, a YAML file, or a workbook (.xlsx).
    scenarios
        Names of files in the folder `scenarios` beside it, or paths.

    Raises
    ------
    InputError
        With everything found wrong, each fault with file, line, value and advice.
    """
    tree = read_instance_tree(path)
    for name in scenarios:
        apply_scenario(tree, find_scenario(name, Path(path)))
    return validated(tree, Instance)


def read_instance_tree(path: Path | str) -> Tree:
    """Return an instance as plain data with places, its CSV lists read in, not yet validated.

    Raises
    ------
    InputError
        If a file cannot be read or is not YAML or CSV.
    """
    path = Path(path)
    if is_workbook(path) and not os.path.isdir(path):
        return read_workbook(path)
    file = path / "instance.yaml" if os.path.isdir(path) else path
    if os.path.isdir(path) and not file.exists():
        raise refuse("the folder holds no instance.yaml", file=str(path), advice="name a folder that does, or a file")
    tree = parse(read_text(file, str(file)), str(file))
    if not isinstance(tree.data, dict):
        message = "the file holds nothing" if tree.data is None else "an instance is a mapping of fields"
        raise refuse(message, file=str(file), line=1, advice="begin with: forcegen: 1")
    for name, items in LISTS.items():
        if isinstance(beside := tree.data.get(name), str):
            line = tree.places[(name,)][1]
            if PurePath(beside).is_absolute() or ".." in PurePath(beside).parts:
                message = f"{beside!r} is outside the instance's folder"
                raise refuse(message, file=str(file), line=line, field=name, value=beside, advice="move it inside")
            if not os.path.isfile(file.parent / beside):  # also where the name is one that no file can have
                message = f"there is no file {beside!r} beside this one"
                raise refuse(message, file=str(file), line=line, field=name, value=beside, advice="check its name")
            table = read_table(file.parent / beside, str(file.parent / beside), items, (name,))
            tree.data[name] = table.data
            tree.places.update(table.places)
    return tree
