"""The page as a whole: the bar, the setup on the left, and on the right one of the answers, changes and questions."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from nicegui import ui

from forcegen.web import files
from forcegen.web.answer import AnswerPanel
from forcegen.web.ask import AskPanel
from forcegen.web.change import ChangePanel
from forcegen.web.compare import ComparePanel
from forcegen.web.panel import Panel, tab_bar
from forcegen.web.side import SetupPanel, SolvePanel
from forcegen.web.style import ACCENT, STYLES

if TYPE_CHECKING:
    from forcegen.web.study import Study

_EVERY = 0.4
_PANELS: dict[str, tuple[str, type[Panel]]] = {
    "answer": ("Answer", AnswerPanel),
    "change": ("Change", ChangePanel),
    "compare": ("Compare", ComparePanel),
    "ask": ("Questions", AskPanel),
}


class Page:
    """Shows a study. All that matters is the study's, so that a reload shows the same.

    Parameters
    ----------
    study
        What is shown.
    key
        Its key.
    """

    def __init__(self, study: Study, key: str) -> None:
        self._study, self._key = study, key

    def build(self) -> None:
        """Build the page."""
        ui.colors(primary=ACCENT)
        ui.add_css(STYLES)
        self._bar = BarPanel(self._study, self._key)
        with ui.element("div").classes("desk"):
            with ui.element("aside").classes("side").props('aria-label="Setup"'):
                self._setup = SetupPanel(self._study, self._key)
                self._solve = SolvePanel(self._study, self._key)
            with ui.element("main").classes("sheet") as sheet:
                self._sheets()
        ui.skip_link("Skip to the answer", target=sheet)
        ui.timer(_EVERY, self._update)
        self._update()

    def _sheets(self) -> None:
        self._panels: dict[str, Panel] = {}
        titles = {name: title for name, (title, _) in _PANELS.items()}
        self._tabs = tab_bar({**titles, "files": "Files"}, "answer")
        boxes = {}
        for name, (_, kind) in _PANELS.items():
            with ui.element("section").props(f"aria-label={name}") as boxes[name]:
                self._panels[name] = kind(self._study, self._key)
        with ui.element("section").props("aria-label=files") as boxes["files"]:
            self._panels["files"] = FilesPanel(self._study, self._key)

        def turn() -> None:
            for name, box in boxes.items():
                box.set_visibility(name == self._tabs.value)
            self._update()

        self._turn = turn
        self._tabs.on_value_change(turn)
        for name, box in boxes.items():
            box.set_visibility(name == "answer")

    def _update(self) -> None:
        self._bar.update()
        self._setup.update()
        self._solve.update()
        self._panels[str(self._tabs.value)].update()


class BarPanel(Panel):
    """What is shown, and undo."""

    def signature(self) -> Any:
        """Return the setup."""
        return (self.study.setup, self.study.can_undo)

    def draw(self) -> None:
        """Draw the bar."""
        setup = self.study.setup
        with ui.element("header").classes("bar"):
            ui.html("<h1 class='name'>forcegen</h1>", sanitize=False)
            ui.label(" + ".join((setup.instance, *setup.names))).classes("what")
            with ui.element("div").classes("push"):
                undo = ui.button("Undo", on_click=self._undo).props("flat dense no-caps")
                undo.set_enabled(self.study.can_undo)

    def _undo(self) -> None:
        self.study.undo()
        self.update()


class FilesPanel(Panel):
    """What can be downloaded, and the command that does the same."""

    def signature(self) -> Any:
        """Return what the files hold."""
        answers = {name: id(found) for name, (_, found) in self.study.answers.items()}
        return (id(self.study.result), self.study.setup, answers)

    def draw(self) -> None:
        """Draw links."""
        found = files.names(self.study)
        words = "holds the theatre as it is set up: edit it in Excel or LibreOffice, and bring it back on the left."
        ui.label(f"{files.INSTANCE} {words}").classes("quiet")
        with ui.element("div").classes("links"):
            for name in found:
                ui.link(name, f"/study/{self.key}/files/{name}").props(f'download="{name}"')
        setup = self.study.setup
        parts = ["forcegen", "solve", str(self.study.path) if setup.workbook is None else files.INSTANCE]
        for name in (
            () if setup.workbook is not None else (*setup.scenarios, *((files.SCENARIO,) if setup.edits else ()))
        ):
            parts += ["--scenario", name]
        ui.label("The same on the command line, where the changes are in the file:").classes("quiet")
        ui.label(shlex.join(parts)).classes("code")
