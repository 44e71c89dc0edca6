"""A part of the page that is drawn anew when what it shows has changed, and only while it is seen."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from nicegui import ui

from forcegen.report.html.markup import Node, markup

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forcegen.web.study import Study

_NEVER = object()


class Panel(ABC):
    """Draws a study, or a part of it.

    Parameters
    ----------
    study
        What is shown.
    key
        The study's key, for links to its files.
    """

    def __init__(self, study: Study, key: str) -> None:
        self.study, self.key = study, key
        self._seen: Any = _NEVER
        self._box = ui.element("div")

    @abstractmethod
    def signature(self) -> Any:
        """Return what the drawing depends on; compared by identity of its parts and equality."""

    @abstractmethod
    def draw(self) -> None:
        """Draw."""

    def redraw(self) -> None:
        """Draw anew, whatever was seen."""
        self._seen = _NEVER
        self.update()

    def update(self) -> None:
        """Draw anew if need be."""
        now = self.signature()
        if self._seen is _NEVER or now != self._seen:
            self._seen = now
            self._box.clear()
            with self._box:
                self.draw()


def show(*nodes: Node | None) -> ui.html:
    """Show what the report draws; its text is escaped where it was made."""
    return ui.html(markup(*(node for node in nodes if node is not None)), sanitize=False).classes("answer")


def tab_bar(titles: Mapping[str, str], value: str, *, inner: bool = False) -> ui.tabs:
    """Return tabs by name, one of them chosen."""
    chosen: Any = value  # NiceGUI takes a name, whatever its annotation says
    tabs = ui.tabs(value=chosen).props("align=left no-caps dense outside-arrows")
    with tabs.classes("inner" if inner else "outer"):
        for name, title in titles.items():
            ui.tab(name, label=title)
    return tabs


def complain(words: str) -> None:
    """Tell the visitor that something does not go."""
    close = [{"label": "Close", "color": "white"}]
    ui.notify(words, type="negative", multi_line=True, actions=close, timeout=12_000, position="bottom-left")
