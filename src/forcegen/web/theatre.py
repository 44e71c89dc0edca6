"""An instance as a visitor has set it up: its scenarios, and the edits laid over them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from forcegen.domain.instance import Instance
from forcegen.domain.numbers import plain
from forcegen.domain.scenario import Scenario
from forcegen.io.instance import read_instance_tree
from forcegen.io.scenario import apply_scenario, find_scenario, lay_scenario, read_scenario
from forcegen.io.validation import validated
from forcegen.io.workbook.read import workbook_tree
from forcegen.io.yaml import parse, scalar, written
from forcegen.planning.given import known_at_first
from forcegen.web.edits import Edits, overlay_text

if TYPE_CHECKING:
    from pathlib import Path

    from forcegen.domain.horizon import Period
    from forcegen.io.yaml import Tree

PAGE = "this page"
"""What messages call the overlay that is made here."""

WORKBOOK = "the uploaded workbook"


@dataclass(frozen=True)
class Setup:
    """What is asked about: an instance, scenarios of its own, an uploaded one, and edits.

    Parameters
    ----------
    instance
        Its name in the catalogue.
    scenarios
        Names of its scenarios, in the order in which they are laid on it.
    upload
        A scenario's YAML that the visitor brought; it lies above them and below the edits.
    workbook
        The instance of a workbook that the visitor brought, as YAML; it takes the place of the one in the catalogue.
    """

    instance: str
    scenarios: tuple[str, ...] = ()
    upload: str | None = None
    workbook: str | None = None
    edits: Edits = field(default_factory=Edits)

    def edited(self, edits: Edits) -> Setup:
        """Return the same with other edits."""
        return replace(self, edits=edits)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all that is laid on the instance."""
        brought = ("workbook",) if self.workbook else ()
        return (*brought, *self.scenarios, *(("upload",) if self.upload else ()), *(("what-if",) if self.edits else ()))


def workbook_text(raw: bytes) -> str:
    """Return the instance of a workbook that a visitor brought, as YAML.

    Raises
    ------
    forcegen.io.errors.InputError
        If it is no workbook, or its instance is malformed; faults name sheet and cell.
    """
    instance = validated(workbook_tree(raw, WORKBOOK), Instance)
    return written(instance.model_dump(mode="json", by_alias=True, exclude_unset=True))


def base_tree(path: Path, setup: Setup) -> Tree:
    """Return an instance's plain data with its scenarios, without the edits.

    Raises
    ------
    forcegen.io.errors.InputError
        If a document is malformed.
    """
    tree = read_instance_tree(path) if setup.workbook is None else parse(setup.workbook, WORKBOOK)
    for name in setup.scenarios:
        apply_scenario(tree, find_scenario(name, path))
    if setup.upload is not None:
        lay_scenario(tree, parse(setup.upload, "the uploaded scenario"))
    return tree


def announced(path: Path, setup: Setup) -> Period | None:
    """Return when the last of what is laid on an instance becomes known; None where all is known from the start."""
    said = [read_scenario(name, path).announced for name in setup.scenarios]
    said += [] if setup.upload is None else [_uploaded(setup.upload).announced]
    return max((at for at in said if at is not None), key=lambda at: at.ordinal, default=None)


def foreseen(path: Path, setup: Setup) -> Setup:
    """Return a setup without what becomes known only later; edits hold from the start."""
    upload = None if setup.upload is None or _uploaded(setup.upload).announced is not None else setup.upload
    return replace(setup, scenarios=known_at_first(path, setup.scenarios), upload=upload)


def _uploaded(text: str) -> Scenario:
    return validated(parse(text, "the uploaded scenario"), Scenario)


def instance_of(path: Path, setup: Setup) -> Instance:
    """Return the instance as it is set up.

    Raises
    ------
    forcegen.io.errors.InputError
        If a document is malformed or an edit does not fit.
    """
    tree = base_tree(path, setup)
    if setup.edits:
        lay_scenario(tree, parse(overlay_text(setup.edits), PAGE))
    return validated(tree, Instance)


def shown(value: Any) -> str:
    """Return a field's plain data as it is written in a cell."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    return written(_plain(value), flow=True).removesuffix("\n").removesuffix("\n...")


def typed(text: str | float | None) -> Any:
    """Return what a visitor wrote into a cell, as plain data; None for an empty cell.

    Raises
    ------
    forcegen.io.errors.InputError
        If it is not YAML.
    """
    words = "" if text is None else str(text).strip()
    return _plain(scalar(words)) if words else None


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return plain(value) if value.is_finite() else str(value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
