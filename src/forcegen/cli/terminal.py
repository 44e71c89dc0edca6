"""What commands show: tables, JSON, pages."""

from __future__ import annotations

import json
import sys
import textwrap
from typing import TYPE_CHECKING, Any, NamedTuple

import typer
from rich.console import Console

from forcegen.io.whole import check_file, write_file
from forcegen.report.html import answer_page
from forcegen.report.words import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from fractions import Fraction
    from pathlib import Path

    from rich.console import RenderableType

    from forcegen.report.html.markup import Node
    from forcegen.runs import Record


class Page(NamedTuple):
    """A page that may be wanted: its file, what is asked, of which instance, and the answer in a sentence.

    Without a sentence the first text of the answer is it.
    """

    file: Path | None
    asked: str
    instance: Path
    sentence: str | None = None


def print_json(document: Any) -> None:
    """Print one JSON document."""
    sys.stdout.write(json.dumps(document, indent=1, ensure_ascii=False, default=str) + "\n")


def answer(
    shown: RenderableType | list[str],
    document: Callable[[], Any],
    as_json: bool,
    page: Page | None = None,
    drawn: Callable[[], Sequence[Node]] = tuple,
) -> None:
    """Give an answer: as a page with drawings where one is wanted; as lines or tables, or as one JSON document."""
    if page is not None and page.file is not None:
        name = page.instance.resolve().name
        title, kicker = f"{name}: {page.asked}", f"{name} \u00b7 {page.asked}"
        text = answer_page(title, kicker, shown, *drawn(), sentence=page.sentence)
        write_file(page.file, text)
    if as_json:
        print_json(document())
    elif isinstance(shown, list):
        typer.echo("\n".join(map(_folded, shown)))
    else:
        console().print(shown)


def _folded(line: str) -> str:
    """Return a line broken between words where a terminal is narrower; in a pipe it stays whole."""
    if not sys.stdout.isatty():
        return line
    indent = " " * (len(line) - len(line.lstrip(" -")))
    width = console().width
    return textwrap.fill(line, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def check_page(report: Path | None, *given: Path | None) -> None:
    """Raise InputError now if a page could not be written later, or would take the place of something given."""
    if report is not None:
        check_file(report, *given)


def console() -> Console:
    """Return where tables go: as wide as the terminal, or 120 columns in a pipe."""
    return Console(width=None if sys.stdout.isatty() else 120, highlight=False)


def told(record: Record, done: int, of: int) -> None:
    """Say on stderr which run is finished, and how many are."""
    value = "" if record.audited is None else f", {record.audited:,.10g}"
    scenario = f"+{record.scenario}" if record.scenario else ""
    said = f"{record.instance}{scenario}, {record.model}, {record.solver}: {record.status.lower()}{value}"
    typer.echo(f"{done} of {of}: {said}", err=True)


def step(what: str, number: int, of: int) -> None:
    """Say on stderr what is solved next."""
    typer.echo(f"{number} of {of}: {what}", err=True)


def ruled_out(checks: int, left: int) -> None:
    """Say on stderr how many checks were made, and how many parts a conflict may still have."""
    typer.echo(f"{counted(checks, 'check')} made, {counted(left, 'part')} left", err=True)


def narrowed(words: str) -> Callable[[float, Fraction | None, Fraction | None], None]:
    """Return what says on stderr how far a search is: seconds, found and at least; `words` stand before found."""

    def tell(seconds: float, found: Fraction | None, bound: Fraction | None) -> None:
        best, least = ("-" if x is None else f"{float(x):,.10g}" for x in (found, bound))
        typer.echo(f"{seconds:6.1f} s: {words} {best}, at least {least}", err=True)

    return tell
