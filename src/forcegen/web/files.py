"""What can be taken home: the answer as files, and the scenario that was made here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.io.plan import plan_text
from forcegen.io.workbook.write import workbook_bytes
from forcegen.planning.diff import diff_plans, diff_results
from forcegen.report.files import result_files
from forcegen.report.html import plan_page
from forcegen.report.html.markup import el, page
from forcegen.report.lists import LISTS
from forcegen.report.workbook import result_workbook
from forcegen.web.edits import overlay_text
from forcegen.web.questions import QUESTIONS

if TYPE_CHECKING:
    from forcegen.planning.diff import PlanDiff
    from forcegen.planning.result import Result
    from forcegen.web.questions import Question
    from forcegen.web.study import Study

SCENARIO = "what-if.yaml"
INSTANCE = "instance.xlsx"
"""The instance as it is set up, all changes in it."""
_PLAN = "plan.xlsx"
_REPORT = "report.html"
_TYPES = {
    "html": "text/html; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "yaml": "application/yaml; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def names(study: Study) -> list[str]:
    """Return the names of the files that there are."""
    found = [INSTANCE, *([SCENARIO] if study.setup.edits else [])]
    if study.result is not None:
        found += [_REPORT, "result.json"]
        found += ["plan.yaml", _PLAN, *(f"{name}.csv" for name in LISTS)] if study.result.plan is not None else []
    return [*found, *(_answer(question) for question in QUESTIONS if question.name in study.answers)]


def _answer(question: Question) -> str:
    """Return the name of the page that holds a question's answer."""
    return f"{question.name.replace(' ', '-')}.html"


def content(study: Study, name: str) -> str | bytes | None:
    """Return a file's content; None where there is no such file.

    Raises
    ------
    forcegen.io.errors.InputError
        If a workbook cannot hold it.
    """
    if name not in names(study):
        return None
    if name == SCENARIO:
        return overlay_text(study.setup.edits)
    if name == INSTANCE:
        return workbook_bytes(study.instance())
    for question in QUESTIONS:
        if name == _answer(question):
            setup, found = study.answers[question.name]
            asked = f"{' + '.join((setup.instance, *setup.names))} · {question.title}"
            return page(f"{setup.instance}: {question.title}", el("p", asked, class_="kicker"), *question.drawn(found))
    result = study.result
    assert result is not None
    if name == _REPORT:
        return plan_page(result, _changes(result, study.base), study.costs)
    if name == _PLAN:
        return result_workbook(result)
    if name == "plan.yaml":
        return None if result.plan is None else plan_text(result.plan)
    return result_files(result)[name]


def _changes(now: Result, base: Result | None) -> PlanDiff | None:
    """Return how the plan differs from the base's; None where there is nothing to compare."""
    if base is None or base is now:
        return None
    if now.base is not None and now.plan is not None and now.at is not None:
        return diff_plans(now.instance, now.base, now.plan, at=now.at)
    return diff_results(base, now)


def media_type(name: str) -> str:
    """Return what kind of file it is."""
    return _TYPES[name.rsplit(".", 1)[-1]]
