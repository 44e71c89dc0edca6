"""The answer, drawn as in the report, a part at a time."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from forcegen.report.html import plan_head, plan_sections
from forcegen.web.hold import CLICKED, clicked, tour_choice
from forcegen.web.panel import Panel, show, tab_bar

_TITLES = {
    "proof": "Proof",
    "coverage": "Coverage",
    "map": "Map",
    "force": "Force",
    "nations": "Nations",
    "tours": "Tours",
    "leads": "Leads",
    "binding": "What binds",
    "rules": "Rules",
    "basis": "Basis",
    "made": "Making",
}
_FIRST = "coverage"
_ASK = "ask it under Questions"


class AnswerPanel(Panel):
    """The latest answer."""

    part = _FIRST

    def signature(self) -> Any:
        """Return answer, whether it is out of date, and what failed."""
        study = self.study
        return (id(study.result), study.stale, self._failure(), id(study.base), id(study.costs))

    def draw(self) -> None:
        """Draw the answer in a sentence and figures, and one part of it."""
        if (failure := self._failure()) is not None:
            ui.label(failure).classes("warn").props("role=alert")
        result = self.study.result
        if result is None:
            ui.label("Nothing is solved yet: choose a theatre and solve it.").classes("quiet")
            return
        if self.study.stale:
            ui.label("This answers an earlier setup: solve again to see what your changes do.").classes("warn")
        show(*plan_head(result))
        sections = {part.get("id") or "": part for part in plan_sections(result, costs=self.study.costs, ask=_ASK)}
        if not sections:
            ui.label("Ask why there is no plan under Questions.").classes("quiet")
            return
        with ui.row().classes("form"):
            button = ui.button("Keep as base", on_click=self.study.keep_as_base).props("outline dense no-caps")
            button.set_enabled(self.study.base is not result)
            ui.label("Later answers are compared with the base.").classes("quiet")
        chosen = self.part if self.part in sections else _FIRST
        tabs = tab_bar({name: _TITLES.get(name, name) for name in sections}, chosen, inner=True)
        box = ui.element("div")

        def turn() -> None:
            self.part = str(tabs.value)
            box.clear()
            with box:
                if self.part == "tours":
                    tour_choice(self.study)
                drawing = show(sections[self.part])
            if self.part == "tours":
                drawing.on("click", lambda event: clicked(self.study, event), js_handler=CLICKED)

        tabs.on_value_change(turn)
        turn()

    def _failure(self) -> str | None:
        job = self.study.job
        return job.failure if job is not None and job.kind == "solve" else None
