"""The left of the page: which theatre, under which scenarios and conditions, and the search for its best plan."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from nicegui import events, run, ui

from forcegen.io.errors import InputError
from forcegen.io.model import shipped_models
from forcegen.io.workbook.read import is_workbook
from forcegen.report.progress import amount
from forcegen.web.begin import begin_solve
from forcegen.web.catalogue import scenarios
from forcegen.web.drawn import search_chart
from forcegen.web.panel import Panel, complain, show
from forcegen.web.theatre import Setup, shown, workbook_text

if TYPE_CHECKING:
    from forcegen.web.job import Told
    from forcegen.web.study import Study

_DENSE = "dense outlined options-dense"
_AS_GIVEN, _HOLDS, _FAILS = "given", "holds", "fails"
_LARGEST, _LARGEST_SCENARIO = 6 * 2**20, 2**20
_LEAST_RUN = 0.7


class SetupPanel(Panel):
    """Theatre, scenarios, conditions. Drawn anew for another theatre only: a choice stays open while it is made."""

    def signature(self) -> Any:
        """Return the theatre."""
        return (self.study.setup.instance, self.study.setup.upload, self.study.setup.workbook)

    def draw(self) -> None:
        """Draw the choices."""
        setup = self.study.setup
        self._theatre = ui.select(self.study.instances, value=setup.instance, label="Theatre").props(_DENSE)
        self._theatre.on_value_change(lambda e: self._take(Setup(e.value)))
        known = scenarios(self.study.path)
        self._scenarios = ui.select(known, value=list(setup.scenarios), label="Scenarios", multiple=True)
        self._scenarios.props(f"{_DENSE} use-chips")
        self._scenarios.set_visibility(bool(known))
        self._scenarios.on_value_change(lambda e: self._take(replace(self.study.setup, scenarios=tuple(e.value or ()))))
        self._conditions = self._condition_choices()
        with ui.expansion("Bring a file of your own").classes("wide"):
            upload = ui.upload(
                label="A scenario's YAML, or an instance.xlsx",
                on_upload=self._upload,
                on_rejected=lambda: complain("A workbook has at most 6 MiB here, a scenario file 1 MiB."),
                max_file_size=_LARGEST,
                max_files=1,
                auto_upload=True,
            )
            upload.props('flat bordered accept=".yaml,.yml,.xlsx"').classes("wide")
        if setup.upload is not None:
            ui.button("Set the uploaded scenario aside", on_click=self._without_upload).props("flat dense no-caps")
        if setup.workbook is not None:
            ui.button("Set the uploaded workbook aside", on_click=self._without_workbook).props("flat dense no-caps")

    def update(self) -> None:
        """Draw anew for another theatre; else show the present choices."""
        super().update()
        setup = self.study.setup
        self._scenarios.value = list(setup.scenarios)
        for name, choice in self._conditions.items():
            held = setup.edits.conditions.get(name)
            choice.value = _AS_GIVEN if held is None else _HOLDS if held else _FAILS

    def _condition_choices(self) -> dict[str, ui.select]:
        try:
            given = self.study.plain().get("conditions") or {}
        except InputError as error:
            ui.label(str(error.first)).classes("warn")
            return {}
        choices: dict[str, ui.select] = {}
        if not given:
            return choices
        with ui.expansion(f"Conditions ({len(given)})").classes("wide"):
            for name, condition in given.items():
                options = {_AS_GIVEN: _given_words(condition), _HOLDS: "holds", _FAILS: "does not hold"}
                choice = ui.select(options, value=_AS_GIVEN, label=str(name)).props(_DENSE)
                choice.on_value_change(lambda e, name=name: self._condition(str(name), e.value))
                choices[str(name)] = choice
        return choices

    def _condition(self, name: str, choice: str) -> None:
        holds = {_HOLDS: True, _FAILS: False}.get(choice)
        self._take(self.study.setup.edited(self.study.setup.edits.condition(name, holds)))

    async def _upload(self, event: events.UploadEventArguments) -> None:
        raw = await event.file.read()
        if is_workbook(event.file.name):
            await self._workbook(raw)
            return
        if len(raw) > _LARGEST_SCENARIO:
            complain("A scenario file has at most 1 MiB.")
            return
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            complain("The file is not UTF-8 text.")
            return
        self._take(replace(self.study.setup, upload=text))

    async def _workbook(self, raw: bytes) -> None:
        """Take a workbook's instance instead; what was laid on the one before is in it, or is given up."""
        try:
            text = await run.io_bound(workbook_text, raw)
        except InputError as error:
            complain(str(error.first))
            return
        self._take(Setup(self.study.setup.instance, workbook=text))

    def _without_workbook(self) -> None:
        self._take(replace(self.study.setup, workbook=None))

    def _without_upload(self) -> None:
        self._take(replace(self.study.setup, upload=None))

    def _take(self, setup: Setup) -> None:
        try:
            self.study.change(setup)
        except InputError as error:
            complain(str(error.first))
        self.update()


class SolvePanel(Panel):
    """How to solve, the button that starts and stops, and what is known meanwhile."""

    def __init__(self, study: Study, key: str) -> None:
        super().__init__(study, key)
        mine = study.chosen.setdefault("solve", {"model": "rotation", "seconds": 30})
        self._model = ui.select(sorted(shipped_models()), value=mine["model"], label="Model").props(_DENSE)
        self._model.on_value_change(lambda e: mine.update(model=e.value))
        self._seconds = ui.number("Seconds at most", value=mine["seconds"], min=1, max=3600).props(_DENSE)
        self._seconds.on_value_change(lambda e: mine.update(seconds=e.value))
        self._button = ui.button("Solve", on_click=self._press).props("unelevated no-caps").classes("wide")
        self._known = ui.element("div").props("role=status aria-live=off")

    def signature(self) -> Any:
        """Return what is known of the job, and how long it has run."""
        job = self.study.job
        return None if job is None else (id(job), job.running, len(job.points), job.told, int(job.seconds * 2))

    def draw(self) -> None:
        """Draw what is known."""
        job = self.study.job
        busy = self.study.busy
        self._button.text = "Stop, keep the best" if busy else "Solve"
        if job is not None and busy and job.stop.is_set():
            self._button.text = "Stopping"
        self._known.clear()
        if job is None:
            return
        with self._known:
            ui.label(_job_words(job.kind, job.running, job.seconds, job.limit)).classes("quiet").mark("elapsed")
            if job.told is not None and job.running:
                ui.label(_told_words(job.told)).classes("quiet")
            if job.points:
                self._figures(job.points[-1].goal)
                chart = search_chart(job.points, job.limit)
                if chart is not None:
                    show(chart)

    def _figures(self, goal: str) -> None:
        job = self.study.job
        assert job is not None
        mine = [point for point in job.points if point.goal == goal]
        found = next((p.incumbent for p in reversed(mine) if p.incumbent is not None), None)
        bound = next((p.bound for p in reversed(mine) if p.bound is not None), None)
        gap = None if found is None or bound is None else abs(found - bound) / max(abs(found), Fraction(1))
        figures = {
            "goal": goal,
            "incumbent": "none yet" if found is None else amount(found),
            "bound": "none yet" if bound is None else amount(bound),
            "gap": "" if gap is None else f"{float(gap):.2%}",
        }
        with ui.element("dl").classes("figures"):
            for name, value in figures.items():
                ui.label(name).props("tag=dt").classes("term")
                ui.label(value).mark(name)

    def _press(self) -> None:
        job = self.study.job
        if job is not None and job.running:
            if job.seconds > _LEAST_RUN:
                job.stop.set()
        else:
            try:
                begin_solve(self.study, str(self._model.value), min(3600.0, max(1.0, self._seconds.value or 30)))
            except InputError as error:
                complain(str(error.first))
        self.update()


def _given_words(condition: Any) -> str:
    holds = condition.get("holds") if isinstance(condition, dict) else condition
    if isinstance(holds, dict):
        return "as given: " + " ".join(f"{key} {shown(value)}" for key, value in holds.items())
    return f"as given: {'holds' if holds else 'does not hold'}"


def _told_words(told: Told) -> str:
    return f"{told.number} of {told.of}: {told.words}" if told.of else told.words


def _job_words(kind: str, running: bool, seconds: float, limit: float) -> str:
    if running:
        return f"{kind}: {seconds:.0f} of {limit:.0f} s"
    return f"{kind}: ended after {seconds:.1f} s"
