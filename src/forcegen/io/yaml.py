"""YAML with 1.2 scalars on PyYAML's safe loader: numbers exact, `NO` text, line numbers kept, bombs refused."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import yaml

from forcegen.io.errors import InputError, refuse

if TYPE_CHECKING:
    from pathlib import Path

LARGEST_FILE = 8 * 2**20
LARGEST_TREE = 500_000
DEEPEST = 50

_CONTROL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")

Where = tuple[str, int] | tuple[str, int, str]  # file, line; in a workbook file, row, sheet and cell
Trail = tuple[str | int, ...]

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Scalars(_Loader):  # type: ignore[misc]  # its base is chosen at run time
    """The safe loader with the scalars of YAML 1.2's core schema."""

    yaml_implicit_resolvers: dict[str, list[Any]] = {}  # noqa: RUF012  # PyYAML's own interface


class _Writer(yaml.SafeDumper):
    """The safe dumper, which quotes text that YAML 1.1 or 1.2 would take for something else."""


for _tag, _pattern, _first in (
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("int", r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", list("-+0123456789")),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", list("-+0123456789.")),
    ("float", r"^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$", list("-+.")),
):
    for _class in (_Scalars, _Writer):
        _class.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), _first)


@dataclass
class Tree:
    """Plain data with the place of each item in its file."""

    data: Any
    places: dict[Trail, Where] = field(default_factory=dict)

    def where(self, trail: Trail) -> Where | None:
        """Return the place of an item, or of the nearest thing around it."""
        while trail not in self.places:
            if not trail:
                return None
            trail = trail[:-1]
        return self.places[trail]


def read_text(path: Path, shown: str, largest: int = LARGEST_FILE) -> str:
    """Return a file's text of at most so many bytes.

    Raises
    ------
    InputError
        If it cannot be read, is larger than that, is not UTF-8, or holds control characters.
    """
    try:
        if path.is_dir():
            raise refuse("this is a folder, not a file", file=shown, advice="name a file")
        with path.open("rb") as stream:
            raw = stream.read(largest + 1)  # not its size: a device has none, and no end
    except FileNotFoundError:
        raise refuse("there is no such file", file=shown, advice="check the path") from None
    except OSError as error:
        raise refuse(f"cannot be read: {error.strerror}", file=shown, advice="check its permissions") from None
    if len(raw) > largest:
        message = f"the file has more than {largest // 2**20} MiB"
        raise refuse(message, file=shown, advice="put long lists into CSV files, or check the file")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        message = f"byte {raw[error.start]:#04x} is not UTF-8"
        raise refuse(message, file=shown, line=line, advice="save the file as UTF-8") from None
    if found := forbidden(text):
        line = text.count("\n", 0, found.start()) + 1
        message = f"the character {found[0]!r} is not allowed"
        raise refuse(message, file=shown, line=line, value=found[0], advice="remove it")
    return text


def forbidden(text: str) -> re.Match[str] | None:
    """Return the first character that no text file here may hold."""
    return _CONTROL.search(text)


def parse(text: str, shown: str) -> Tree:
    """Return the data of one YAML document with their places.

    Raises
    ------
    InputError
        If the text is not YAML, holds a key twice, or unfolds beyond reason.
    """
    try:
        _check_depth(text, shown)
        node = _composed(text)
    except yaml.MarkedYAMLError as error:
        raise _syntax(error, text, shown) from None
    tree = Tree(None)
    tree.data = _Construction(tree, shown, max(LARGEST_TREE, len(text))).build(node, ())
    return tree


def written(data: Any, *, flow: bool = False) -> str:
    """Return plain data as YAML that `parse` reads back: a block, or in one line."""
    style: dict[str, Any] = {"default_flow_style": True, "width": 10_000} if flow else {"width": 120}
    text: str = yaml.dump(data, Dumper=_Writer, sort_keys=False, allow_unicode=True, **style)
    return text


def scalar(text: str) -> Any:
    """Return what a piece of YAML, such as a CSV cell, stands for.

    Raises
    ------
    InputError
        If it is not YAML.
    """
    return parse(text, "").data


def _check_depth(text: str, shown: str) -> None:
    """Refuse deep nesting before the loader, which recurses in C and would overflow its stack, sees it."""
    depth = 0
    event: Any  # its marks may be missing, but never from a text
    for event in yaml.parse(text, Loader=_Scalars):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise _too_deep(shown, event.start_mark.line + 1)


def _composed(text: str) -> Any:
    loader = _Scalars(text)
    try:
        return loader.get_single_node()
    finally:
        loader.dispose()


def _too_deep(shown: str, line: int) -> InputError:
    message = f"the document is nested more than {DEEPEST} levels deep"
    return refuse(message, file=shown, line=line, advice="flatten it, or check its anchors and aliases")


class _Construction:
    """Builds plain data from YAML nodes, counting as it goes."""

    def __init__(self, tree: Tree, shown: str, most: int) -> None:
        self.tree = tree
        self.shown = shown
        self.count = 0
        self.most = most

    def build(self, node: Any, trail: Trail) -> Any:
        if node is None:
            return None
        line = node.start_mark.line + 1
        self.count += 1
        if len(trail) > DEEPEST:
            raise _too_deep(self.shown, line)
        if self.count > self.most:  # without aliases there are fewer items than characters
            message = f"the document unfolds to more than {self.most:,} items"
            raise refuse(message, file=self.shown, line=line, advice="check its anchors and aliases")
        self.tree.places.setdefault(trail, (self.shown, line))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, trail)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*trail, i)) for i, item in enumerate(node.value)]
        return self._scalar(node, line)

    def _mapping(self, node: Any, trail: Trail) -> dict[Any, Any]:
        result: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                raise refuse("a key must be plain text", file=self.shown, line=line, advice="quote it")
            key = key_node.value if key_node.tag.endswith((":str", ":int", ":float")) else self._scalar(key_node, line)
            if not isinstance(key, str):
                message = f"the key {key_node.value!r} is not text"
                raise refuse(message, file=self.shown, line=line, value=key_node.value, advice="quote it")
            if key in result:
                message = f"the key {key!r} stands twice"
                raise refuse(message, file=self.shown, line=line, value=key, advice="keep one of the two")
            self.tree.places[(*trail, key)] = (self.shown, line)
            result[key] = self.build(value_node, (*trail, key))
        return result

    def _scalar(self, node: Any, line: int) -> Any:
        kind, text = node.tag.removeprefix("tag:yaml.org,2002:"), node.value
        try:
            if kind == "null":
                return None
            if kind == "bool":
                return {"true": True, "false": False}[text.lower()]
            if kind == "int":
                return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
            if kind == "float":
                return Decimal(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
        except (ValueError, KeyError, ArithmeticError):
            message = f"{text[:40]!r} is not of the type !!{kind}"
            raise refuse(message, file=self.shown, line=line, value=text[:40], advice="write it plainly") from None
        if kind == "str":
            return text
        raise refuse(f"the tag {node.tag} is not allowed", file=self.shown, line=line, advice="remove it")


def _syntax(error: yaml.MarkedYAMLError, text: str, shown: str) -> InputError:
    mark = error.problem_mark or error.context_mark
    line = 1 if mark is None else mark.line + 1
    lines = text.splitlines()
    here = lines[line - 1] if line <= len(lines) else ""
    if "\t" in here[: len(here) - len(here.lstrip())] or "'\\t'" in (error.problem or ""):
        return refuse("a tab is used to indent", file=shown, line=line, advice="indent with spaces")
    if "but found another document" in (error.problem or ""):
        return refuse("the file holds more than one document", file=shown, line=line, advice="keep one")
    value = here.strip()[:60]
    colon = "mapping values are not allowed" in (error.problem or "")
    advice = (
        "quote text that holds a colon, and check the indentation" if colon else "mend the syntax here or just above"
    )
    message = f"not YAML: {error.problem}" + (f", at {value!r}" if value else "")
    return refuse(message, file=shown, line=line, value=value, advice=advice)
