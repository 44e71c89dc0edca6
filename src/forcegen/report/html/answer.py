"""Any answer as a page: what the terminal shows, as headings, sentences and tables in the house's style."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from forcegen.report.html.markup import Node, add, el, page, section, table
from forcegen.report.tables import Item, Opening

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType


def answer_page(
    title: str, kicker: str, shown: RenderableType | Sequence[str], *figures: Node, sentence: str | None = None
) -> str:
    """Return an answer as one self-contained HTML document.

    Parameters
    ----------
    title
        Of the page.
    kicker
        What is asked, of which instance.
    shown
        What the terminal shows: tables and texts, or lines.
    figures
        Pictures; they stand below the sentence and those that follow it at once.
    sentence
        The answer in a sentence; else it is the first text.
    """
    head, parts = _answered(shown, sentence)
    first, rest = _leading(parts)
    return page(title, el("p", kicker, class_="kicker"), *head, *_body(first), *figures, *_body(rest))


def answer_parts(shown: RenderableType | Sequence[str], *figures: Node, sentence: str | None = None) -> list[Node]:
    """Return the answer for a page that has more: its sentence as a heading, then as `answer_page` has it."""
    head, parts = _answered(shown, sentence)
    first, rest = _leading(parts)
    return [*head, *_body(first), *figures, *_body(rest, apart=False)]


def _leading(parts: list[Part]) -> tuple[list[Part], list[Part]]:
    """Return the sentences that come before anything else, and the rest."""
    first = list(takewhile(_sentence, parts))
    return first, parts[len(first) :]


def _sentence(part: Part) -> bool:
    return isinstance(part, str) and not isinstance(part, Opened) and not part.startswith(_ITEM)


def _answered(shown: RenderableType | Sequence[str], answer: str | None) -> tuple[list[Node], list[Part]]:
    """Return the answer's sentence as a heading, and the rest."""
    parts = list(_parts(shown))
    if answer is not None:
        return [el("h1", answer)], [part for part in parts if part != answer]
    sentence = next((i for i, part in enumerate(parts) if isinstance(part, str) and not isinstance(part, Opened)), None)
    return ([] if sentence is None else [el("h1", str(parts.pop(sentence)))]), parts


def _body(parts: Sequence[Part], apart: bool = True) -> list[Node]:
    """Return sentences and tables; with `apart`, each table is a section of its own, unless sections are opened."""
    body = into = el("div")
    for number, part in enumerate(parts):
        if isinstance(part, Opened):
            into = section(f"part-{number}", part) if apart else body
            body.append(into if apart else el("h3", part))
        elif isinstance(part, str):
            _say(into, part)
        else:
            name, header, rows, left = part
            alone = apart and into is body
            drawn = table("" if alone else name, header, rows, left=left)
            into.append(section(f"part-{number}", name or "In figures", drawn) if alone else drawn)
    return list(body)


def _say(body: Node, part: str) -> None:
    """Add a sentence, or an item to the list that is being made."""
    if not part.startswith(_ITEM):
        body.append(el("p", part))
        return
    if not len(body) or body[-1].tag != "ul":
        body.append(el("ul"))
    add(body[-1], el("li", part.removeprefix(_ITEM)))


_ITEM = "- "
Figures = tuple[str, list[str], list[list[str]], frozenset[int]]


class Opened(str):
    """The name of a section that begins."""

    __slots__ = ()


Part = str | Figures


def _parts(shown: RenderableType | Sequence[str]) -> Iterator[Part]:
    if isinstance(shown, Group):
        for part in shown.renderables:
            yield from _parts(part)
    elif isinstance(shown, Table):
        yield _figures(shown)
    elif isinstance(shown, list | tuple):
        for line in shown:
            yield from _parts(line)
    else:
        if isinstance(shown, Opening):
            yield Opened(shown.name)
        if text := _plain(shown):
            yield f"{_ITEM}{text}" if isinstance(shown, Item) else text


def _figures(shown: Table) -> Figures:
    columns = shown.columns
    rows = [list(cells) for cells in zip(*([_plain(cell) for cell in column.cells] for column in columns), strict=True)]
    ranks = {i for i, cells in enumerate(zip(*rows, strict=True)) if all(cell.isdigit() for cell in cells)}
    left = frozenset(i for i, column in enumerate(columns) if column.justify != "right" and i not in ranks)
    return _plain(shown.title), [_plain(column.header) for column in columns], rows, left


def _plain(shown: object) -> str:
    if isinstance(shown, Text):
        return shown.plain.strip()
    return Text.from_markup(str(shown)).plain.strip() if shown else ""
