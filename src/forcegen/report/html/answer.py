"""Any answer as a page: what the terminal shows, as headings, sentences and tables in the house's style."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from forcegen.report.html.markup import Node, el, page, section, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType


def answer_page(title: str, kicker: str, shown: RenderableType | Sequence[str], *figures: Node) -> str:
    """Return an answer as one self-contained HTML document.

    Parameters
    ----------
    title
        Of the page.
    kicker
        What is asked, of which instance.
    shown
        What the terminal shows: tables and texts, or lines. The first text is the answer in a sentence.
    figures
        Pictures that stand below the sentence.
    """
    parts = list(_parts(shown))
    sentence = next((i for i, part in enumerate(parts) if isinstance(part, str)), None)
    head = [el("p", kicker, class_="kicker")]
    if sentence is not None:
        head.append(el("h1", str(parts.pop(sentence))))
    return page(title, *head, *(el("figure", figure) for figure in figures), *_body(parts))


def answer_parts(shown: RenderableType | Sequence[str]) -> list[Node]:
    """Return what the terminal shows as headings, sentences and tables, for a page that has more."""
    return _body(list(_parts(shown)))


def _body(parts: Sequence[str | Figures]) -> list[Node]:
    body: list[Node] = []
    for number, part in enumerate(parts):
        if isinstance(part, str):
            body.append(el("p", part) if not part.startswith(_ITEM) else el("ul", el("li", part.removeprefix(_ITEM))))
        else:
            name, header, rows, left = part
            body.append(section(f"part-{number}", name or "In figures", table("", header, rows, left=left)))
    return body


_ITEM = "- "
Figures = tuple[str, list[str], list[list[str]], int]


def _parts(shown: RenderableType | Sequence[str]) -> Iterator[str | Figures]:
    if isinstance(shown, Group):
        for part in shown.renderables:
            yield from _parts(part)
    elif isinstance(shown, Table):
        yield _figures(shown)
    elif isinstance(shown, list | tuple):
        for line in shown:
            yield from _parts(line)
    elif text := _plain(shown):
        yield text


def _figures(shown: Table) -> Figures:
    columns = shown.columns
    rows = [list(cells) for cells in zip(*([_plain(cell) for cell in column.cells] for column in columns), strict=True)]
    left = next((i for i, column in enumerate(columns) if column.justify == "right"), len(columns))
    return _plain(shown.title), [_plain(column.header) for column in columns], rows, max(1, left)


def _plain(shown: object) -> str:
    if isinstance(shown, Text):
        return shown.plain.strip()
    return Text.from_markup(str(shown)).plain.strip() if shown else ""
