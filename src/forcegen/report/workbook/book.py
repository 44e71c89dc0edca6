"""A plan as a workbook: the sheets, and the first of them, which is the answer."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from forcegen.report.headline import coverage_words, headline
from forcegen.report.lists import Listed, plan_lists
from forcegen.report.tables import verdict
from forcegen.report.workbook.flat import list_sheet, violations_list
from forcegen.report.workbook.grids import coverage_sheet, force_sheet
from forcegen.report.workbook.paint import SHORT, filled, head, printed, widths, write
from forcegen.report.workbook.timeline import nation_sheet, sector_sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from forcegen.audit import Audit
    from forcegen.domain.instance import Instance
    from forcegen.domain.plan import Plan
    from forcegen.planning.result import Result, Tier

_ABOUT = {
    "coverage": "what each requirement gets in each period, in colours",
    "tours by nation": "when each unit serves and where, and when it is at home",
    "tours by sector": "who holds each post, and who comes after",
    "force": "troops in each zone, and troops that move",
    "burden": "what each nation bears",
    "assignments": "every tour",
    "coverage list": "coverage as a list: minimum, target and filled",
    "pools": "units of each contingent on tour, in dwell and at home, period by period",
    "reliefs": "who relieves whom, and the periods between: 0 in place, negative an overlap",
    "freed": "posts of the host's army that are freed, by role, on average",
    "leads": "who leads where, and when",
    "violations": "what the audit finds against the plan",
}
_LISTS = ("burden", "assignments", "coverage list", "pools", "reliefs", "freed")
_GOALS = ("goal", "found", "bound", "gap", "proven", "final value")


def result_workbook(result: Result) -> bytes:
    """Return the answer of `solve` as a workbook; without a plan its only sheet says why there is none."""
    book, sheet = _begun(result.instance, result.scenario, result.model.model, headline(result))
    row = _goals(sheet, 4, result.tiers) if result.tiers and result.audit is not None else 4
    facts = [
        ("status", result.ending),
        ("solver", result.solver),
        ("note", result.message),
    ]
    row = _facts(sheet, row, [fact for fact in facts if fact[1]])
    if result.plan is not None and result.audit is not None:
        _plan_sheets(book, sheet, row, result.instance, result.plan, result.audit)
    return _saved(book)


def plan_workbook(instance: Instance, plan: Plan, audit: Audit) -> bytes:
    """Return a plan as a workbook, with the goals' values as the audit finds them; it may break limits, and says so."""
    book, sheet = _begun(instance, plan.scenario, plan.model, f"{coverage_words(instance, audit)}.")
    head(sheet, 4, ("goal", "value"), figures=(False, True))
    for row, (name, value) in enumerate(audit.goals.items(), 5):
        write(sheet, row, 1, name)
        write(sheet, row, 2, value)
    row = _facts(sheet, 6 + len(audit.goals), [("plan's header", plan.status)] if plan.status else [])
    _plan_sheets(book, sheet, row, instance, plan, audit)
    return _saved(book)


def _begun(instance: Instance, scenario: Sequence[str], model: str | None, sentence: str) -> tuple[Workbook, Worksheet]:
    """Return a workbook whose first sheet says what was asked, and answers in a sentence."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "answer"
    horizon = instance.horizon
    asked = [f"{instance.name}, {horizon.start} to {horizon.label(horizon.periods - 1)}"]
    asked += [f"scenario {' + '.join(scenario)}"] if scenario else []
    asked += [f"model {model}"] if model else []
    write(sheet, 1, 1, "; ".join(asked), color="5B6B76")
    write(sheet, 2, 1, sentence, bold=True, size=14).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.merge_cells("A2:F2")
    sheet.row_dimensions[2].height = 20 * (1 + len(sentence) // 80)
    widths(sheet, [26, 18, 18, 14, 14, 18])
    printed(sheet, 2)
    return book, sheet


def _goals(sheet: Worksheet, top: int, tiers: Iterable[Tier]) -> int:
    """Write the goals in their order with what is proven of each; return the second line below."""
    head(sheet, top, _GOALS, figures=[i > 0 for i in range(len(_GOALS))])
    row = top + 1
    for row, tier in enumerate(tiers, top + 1):
        for i, value in enumerate((tier.name, tier.found, tier.bound, tier.gap), 1):
            write(sheet, row, i, value)
        sheet.cell(row, 4).number_format = "0.00%"
        write(sheet, row, 5, "yes" if tier.proven else "no").alignment = Alignment(horizontal="right")
        write(sheet, row, 6, tier.value)
    return row + 2


def _facts(sheet: Worksheet, top: int, facts: Sequence[tuple[str, str]]) -> int:
    for row, (name, words) in enumerate(facts, top):
        write(sheet, row, 1, name, color="5B6B76")
        write(sheet, row, 2, words)
    return top + len(facts)


def _plan_sheets(book: Workbook, answer: Worksheet, row: int, instance: Instance, plan: Plan, audit: Audit) -> None:
    """Add the sheets of a plan, and a line for each to the first."""
    write(answer, row, 1, "audit", color="5B6B76")
    judged = write(answer, row, 2, verdict(audit))
    if not audit.clean:
        filled(judged, SHORT)
    coverage_sheet(book, instance, audit)
    nation_sheet(book, instance, plan)
    sector_sheet(book, instance, plan)
    force_sheet(book, instance, audit)
    lists = plan_lists(instance, plan, audit)
    lists["coverage list"] = lists["coverage"]
    for name in _LISTS:
        list_sheet(book, name, lists[name])
    if plan.leads:
        list_sheet(book, "leads", lists["leads"])
    list_sheet(book, "violations", Listed(*violations_list(audit)))
    head(answer, row + 2, ("sheet", "what it shows", "", "", "", ""))
    for line, sheet in enumerate(book.worksheets[1:], row + 3):
        cell = write(answer, line, 1, sheet.title)
        cell.hyperlink = f"#'{sheet.title}'!A1"
        cell.font = Font(name=cell.font.name, color="0563C1", underline="single")
        write(answer, line, 2, _ABOUT[sheet.title])


def _saved(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
