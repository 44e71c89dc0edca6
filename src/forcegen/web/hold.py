"""The dialog that holds a tour in place, or forbids it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nicegui import events, ui

from forcegen.io.errors import InputError
from forcegen.web import holds, tables
from forcegen.web.panel import complain

if TYPE_CHECKING:
    from forcegen.domain.plan import Tour
    from forcegen.web.study import Study

CLICKED = "(event) => { const tour = event.target.closest('[data-tour]'); if (tour) emit(Number(tour.dataset.tour)); }"
"""Tells the server which tour of a drawing was clicked."""


def tour_choice(study: Study) -> None:
    """Show a field that finds a tour by its words, for those who use no mouse."""
    result = study.result
    if result is None or result.plan is None:
        return
    options = {i: holds.words(result.instance, tour) for i, tour in enumerate(result.plan.tours)}
    field = ui.select(options, label="Pin or bar a tour: click it below, or find it here", with_input=True)
    field.props("dense outlined options-dense").classes("finder")

    def chosen() -> None:
        if field.value is not None:
            open_hold(study, int(field.value))
            field.value = None

    field.on_value_change(chosen)


def clicked(study: Study, event: events.GenericEventArguments) -> None:
    """Open the dialog for the tour that was clicked."""
    if isinstance(event.args, int):
        open_hold(study, event.args)


def open_hold(study: Study, number: int) -> None:
    """Ask what to do with a tour of the present plan."""
    result = study.result
    if result is None or result.plan is None or not 0 <= number < len(result.plan.tours):
        return
    tour = result.plan.tours[number]
    with ui.dialog() as dialog, ui.card().classes("hold"):
        ui.label(holds.words(result.instance, tour)).classes("strong")
        units = ui.number("Units", value=holds.together(result.instance, result.plan, tour), min=0, max=10_000)
        units.props("dense outlined")
        ui.label("Pin: at least so many of its units serve there then. Bar: at most one fewer do.").classes("quiet")

        def take(kind: str) -> None:
            if _held(study, tour, kind, int(units.value or 0)):
                dialog.close()

        with ui.element("div").classes("form"):
            ui.button("Pin", on_click=lambda: take("pin")).props("unelevated no-caps")
            ui.button("Bar", on_click=lambda: take("bar")).props("outline no-caps")
            ui.button("Cancel", on_click=dialog.close).props("flat no-caps")
    dialog.on("hide", dialog.delete)
    dialog.open()


def _held(study: Study, tour: Tour, kind: str, units: int) -> bool:
    """Add the rule; return whether it fits."""
    try:
        instance = study.instance()
        scope = holds.pin(instance, tour, units) if kind == "pin" else holds.bar(instance, tour, max(0, units - 1))
        rule = tables.stance(study.plain(), study.setup.edits, kind, scope)
        study.edit(study.setup.edits.with_rule(rule))
    except InputError as error:
        complain(error.first.message)
        return False
    except (KeyError, ValueError) as error:
        complain(str(error) if isinstance(error, ValueError) else f"{tour.contingent} is no longer offered")
        return False
    ui.notify(f"{rule['id']}: {kind} of {tour.contingent}. Solve again to see what it does.", position="bottom-left")
    return True
