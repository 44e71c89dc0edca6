"""The questions: what to ask, how long it may take, and each answer drawn."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from forcegen.io.errors import InputError
from forcegen.web.begin import begin_question
from forcegen.web.panel import Panel, complain, show
from forcegen.web.questions import QUESTIONS, Choice, Field, Picks, Question, Words

_LEAST, _MOST = 2.0, 3600.0


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
            seconds = Choice("seconds", f"Seconds for {question.name}", question.seconds, _LEAST, _MOST)
            for choice in (seconds, *question.choices):
                self._field(question, choice)
            button = ui.button("Ask", on_click=lambda: self._ask(question))
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
            show(*question.drawn(found)).classes("headed")

    def _field(self, question: Question, choice: Field) -> None:
        """Show a field that keeps what was chosen, of picks what is still on the list, when the panel is drawn anew."""
        mine = self.study.chosen.setdefault(question.name, {})
        value = mine.setdefault(choice.name, choice.value)
        match choice:
            case Choice(ticked=True):
                field: Any = ui.checkbox(choice.label, value=bool(value))
            case Choice():
                field = ui.number(choice.label, value=value, min=choice.least, max=choice.most).props("dense outlined")
            case Words():
                field = ui.input(choice.label, value=value, placeholder=choice.example).props("dense outlined")
            case Picks():
                options, mine[choice.name] = choice.left(value, self.study)
                field = _picks(choice.label, options, mine[choice.name])
        field.on_value_change(lambda e: mine.update({choice.name: e.value}))

    def _ask(self, question: Question) -> None:
        chosen = self.study.chosen[question.name]
        seconds = Choice("seconds", "", question.seconds, _LEAST, _MOST).taken(chosen.get("seconds"))
        try:
            begin_question(self.study, question, seconds, chosen)
        except InputError as error:
            complain(str(error.first))


def _picks(label: str, options: dict[str, str], picked: list[str]) -> ui.select:
    field = ui.select(options, value=picked, label=label, multiple=True, with_input=True)
    return field.props("dense outlined options-dense use-chips").classes("picks")
