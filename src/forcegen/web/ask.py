"""The questions: what to ask, how long it may take, and each answer drawn."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from forcegen.io.errors import InputError
from forcegen.web.begin import begin_question
from forcegen.web.panel import Panel, complain, show
from forcegen.web.questions import QUESTIONS, Question


class AskPanel(Panel):
    """All questions, one below another."""

    def signature(self) -> Any:
        """Return answers, whether something is worked on, and what failed."""
        job = self.study.job
        answers = {name: id(found) for name, (_, found) in self.study.answers.items()}
        return (answers, self.study.busy, None if job is None else (job.kind, job.failure), self.study.setup)

    def draw(self) -> None:
        """Draw each question with its answer."""
        ui.label("Questions are put to the setup on the left, with your changes.").classes("quiet")
        for question in QUESTIONS:
            self._question(question)

    def _question(self, question: Question) -> None:
        ui.html(f"<h2>{question.title}</h2>", sanitize=False).classes("asked")
        ui.label(question.words).classes("quiet")
        with ui.row().classes("form"):
            seconds = ui.number(f"Seconds for {question.name}", value=question.seconds, min=2, max=3600)
            chosen = {
                choice.name: ui.number(choice.label, value=choice.value, min=choice.least, max=choice.most)
                for choice in question.choices
            }
            for field in (seconds, *chosen.values()):
                field.props("dense outlined")
            button = ui.button(
                "Ask",
                on_click=lambda: self._ask(question, seconds.value, {name: x.value for name, x in chosen.items()}),
            )
            button.props(f'outline no-caps aria-label="Ask: {question.title}"').set_enabled(not self.study.busy)
        job = self.study.job
        if job is not None and job.kind == question.name:
            if job.running:
                ui.label("Being worked on: see the left.").classes("quiet")
            elif job.failure is not None:
                ui.label(job.failure).classes("warn").props("role=alert")
        if question.name in self.study.answers:
            setup, found = self.study.answers[question.name]
            if setup != self.study.setup:
                ui.label("This answers an earlier setup.").classes("warn")
            show(*question.drawn(found))

    def _ask(self, question: Question, seconds: float | None, chosen: dict[str, float | None]) -> None:
        try:
            begin_question(self.study, question, min(3600.0, max(2.0, seconds or question.seconds)), chosen)
        except InputError as error:
            complain(str(error.first))
