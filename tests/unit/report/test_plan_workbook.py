"""Plans as workbooks and as lists: what a reader sees, and what must never be a formula."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook

from forcegen.domain.instance import Instance
from forcegen.domain.plan import Plan
from forcegen.io.instance import read_instance
from forcegen.io.plan import plan_text
from forcegen.mip import Status
from forcegen.planning.check import check
from forcegen.planning.solve import Settings, solve
from forcegen.report.files import result_files
from forcegen.report.lists import LISTS, plan_lists
from forcegen.report.workbook import plan_workbook, result_workbook
from forcegen.report.workbook.paint import FULL, PART, QUIET, SHORT

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl import Workbook

    from forcegen.planning.result import Result

TUTORIAL = "instances/tutorial"
TOUR = {"contingent": "ARD-coy", "unit": 1, "sector": "hill", "role": "watch", "start": "2026-01", "periods": 3}


@pytest.fixture(scope="module")
def solved() -> Result:
    return solve(TUTORIAL, settings=Settings(solver="highs", gap=0, threads=1, time_limit=60))


def opened(raw: bytes) -> Workbook:
    return load_workbook(io.BytesIO(raw))


def cells(book: Workbook, sheet: str) -> list[list[Any]]:
    return [list(row) for row in book[sheet].iter_rows(values_only=True)]


def framed(cell: Any) -> bool:
    return cell.border.left is not None and cell.border.left.style == "dashed"


def formulas(book: Workbook) -> list[str]:
    return [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_the_first_sheet_answers_and_the_others_are_named_on_it(solved: Result) -> None:
    book = opened(result_workbook(solved))
    answer = cells(book, "answer")
    assert str(answer[1][0]).startswith("245 of 300 troops required are covered on average")
    assert [row[:6] for row in answer[4:7]] == [
        ["unmet-minimum", 60, 60, 0, "yes", 60],
        ["unmet-target", 600, 600, 0, "yes", 600],
        ["cost", 31, 31, 0, "yes", 31],
    ]
    named = [row[0] for row in answer]
    assert [name for name in book.sheetnames[1:] if name not in named] == []
    assert cells(book, "violations") == [["kind", "rule", "subjects", "period", "what"], [None] * 4 + ["none"]]
    assert all(sheet.freeze_panes for sheet in book.worksheets[1:])


def test_coverage_is_coloured_by_what_is_lacking(solved: Result) -> None:
    sheet = opened(result_workbook(solved))["coverage"]
    assert solved.audit is not None
    column = {cell.value: cell.column for cell in sheet[3]}
    row = {cell.value: cell.row for cell in sheet["A"]}
    for line in solved.audit.coverage:
        cell = sheet.cell(row[line.requirement], column[line.period])
        lacking = SHORT if line.filled < line.minimum else PART if line.filled < line.target else FULL
        assert (cell.value, cell.fill.fgColor.rgb[2:].lower()) == (line.filled, lacking)
    assert {sheet.cell(4, column["share"]).value, sheet.cell(4, column["short"]).value} == {0.775, 2}


def test_where_nothing_is_asked_no_colour_says_that_a_target_is_met() -> None:
    data = read_instance(TUTORIAL).model_dump(mode="json", by_alias=True, exclude_unset=True)
    data["requirements"][0] |= {"minimum": 0, "target": {"2026-01": 0, "2026-03": 100}}
    instance, plan = Instance.model_validate(data), Plan.model_validate({"tours": [TOUR]})
    sheet = opened(plan_workbook(instance, plan, check(instance, plan)))["coverage"]
    found = [(cell.value, cell.fill.fill_type) for cell in sheet[4][5:9]]
    assert found == [(50, None), (100, None), (100, "solid"), (0, "solid")]


def test_each_tour_is_drawn_where_it_is_served_and_its_time_at_home_after(solved: Result) -> None:
    book = opened(result_workbook(solved))
    assert solved.plan is not None
    nations, sectors = cells(book, "tours by nation"), cells(book, "tours by sector")
    served = sum(1 for row in nations[2:] for cell in row[3:] if cell is not None)
    held = [cell for row in sectors[2:] for cell in row[3:] if cell is not None]
    horizon = solved.instance.horizon
    for tour in solved.plan.tours:
        line = next(row for row in nations[2:] if row[1:3] == [tour.contingent, tour.unit])
        first = horizon.index(tour.start)
        last = min(first + tour.periods, horizon.periods)
        assert line[3 + first : 3 + last] == [tour.sector] * (last - first)
    assert served == len(held) == 19  # company-months, as the tutorial counts them
    home = [c for row in book["tours by nation"].iter_rows(min_row=3) for c in row if c.fill.fgColor.rgb[2:] == QUIET]
    assert home
    assert all(cell.value is None for cell in home)


def test_tours_that_began_before_the_horizon_are_drawn_dashed_and_are_no_assignments() -> None:
    data = read_instance(TUTORIAL).model_dump(mode="json", by_alias=True, exclude_unset=True)
    running = {"contingent": "ARD-coy", "units": 2, "since": "2025-12", "ends": "2026-02", "sector": "hill"}
    data["history"] = [running | {"role": "watch"}, {"contingent": "BRE-coy", "units": 1, "returned": "2025-12"}]
    instance, plan = Instance.model_validate(data), Plan.model_validate({"tours": [TOUR | {"start": "2026-03"}]})
    book = opened(plan_workbook(instance, plan, check(instance, plan)))
    for sheet, facts, words in (
        ("tours by nation", ["ARD", "ARD-coy", "before"], "hill"),
        ("tours by sector", ["hill", "watch"], "ARD-coy"),
    ):
        dashed = [row for row in book[sheet].iter_rows(min_row=3) if any(map(framed, row))]
        assert len(dashed) == 2
        for row in dashed:
            assert [cell.value for cell in row][: len(facts)] == facts
            ran = [cell for cell in row if framed(cell)]
            assert [(cell.value, book[sheet].cell(2, cell.column).value) for cell in ran] == [
                (words, "2026-01"),
                (words, "2026-02"),
            ]
        assert "dashed: began before" in [cell.value for cell in book[sheet][1]]
    assert len(cells(book, "assignments")) == 2


@pytest.mark.parametrize(("number", "looks"), [(30, 30), (50, 48)])
def test_more_roles_than_colours_have_edges_and_where_they_repeat_the_key_says_so(number: int, looks: int) -> None:
    data = read_instance(TUTORIAL).model_dump(mode="json", by_alias=True, exclude_unset=True)
    roles = [f"role-{i}" for i in range(number)]
    data["roles"] += [{"id": role} for role in roles]
    data["contingents"][0] |= {"units": number, "fills": {"watch": 100} | dict.fromkeys(roles, 100), "handover": 0}
    instance = Instance.model_validate(data)
    plan = Plan.model_validate({"tours": [TOUR | {"unit": i, "role": role} for i, role in enumerate(roles, 1)]})
    sheet = opened(plan_workbook(instance, plan, check(instance, plan)))["tours by sector"]
    first = [cell for row in sheet.iter_rows(min_row=3, min_col=4, max_col=4) for cell in row if cell.value]
    found = {(c.fill.fgColor.rgb, c.border.top.style, c.border.bottom.style) for c in first}
    assert (len(first), len(found)) == (number, looks)
    repeats = [cell.value for cell in sheet[1] if str(cell.value).startswith("alike again after 48")]
    assert bool(repeats) == (looks < number)


def test_the_lists_of_the_folder_are_those_of_the_workbook_and_of_the_audit(solved: Result) -> None:
    assert solved.plan is not None
    assert solved.audit is not None
    files, book = result_files(solved), opened(result_workbook(solved))
    assert tuple(plan_lists(solved.instance, solved.plan, solved.audit)) == LISTS
    assert set(files) == {"result.json", *(f"{name}.csv" for name in LISTS)}
    rows = {name: list(csv.DictReader(io.StringIO(files[f"{name}.csv"]))) for name in LISTS}
    for name, sheet in (("assignments", "assignments"), ("coverage", "coverage list"), ("reliefs", "reliefs")):
        assert [[value or None for value in row.values()] for row in rows[name]] == [
            [None if value is None else str(value) for value in row] for row in cells(book, sheet)[1:]
        ]
    assert sum(int(row["troop_periods"]) for row in rows["burden"]) == sum(int(row["troops"]) for row in rows["force"])
    assert len(rows["reliefs"]) == len(solved.audit.reliefs)


def test_without_a_plan_the_only_sheet_says_why(solved: Result) -> None:
    none = replace(solved, plan=None, audit=None, tiers=(), status=Status.INFEASIBLE)
    book = opened(result_workbook(none))
    assert book.sheetnames == ["answer"]
    assert str(book["answer"]["A2"].value).startswith("No plan exists")


def test_an_empty_plan_and_hostile_names_are_texts() -> None:
    data = read_instance(TUTORIAL).model_dump(mode="json", by_alias=True, exclude_unset=True)
    data["name"] = "=1+1"
    data["nations"][0]["name"] = '=HYPERLINK("x")'
    data["nations"][1]["name"] = "Côte d'Ivoire <b>"
    instance = Instance.model_validate(data)
    for tours in ([], [TOUR]):
        plan = Plan.model_validate({"tours": tours, "model": "@SUM(A1)"})
        audit = check(instance, plan)
        book = opened(plan_workbook(instance, plan, audit))
        assert formulas(book) == []
        assert [row[1] for row in cells(book, "burden")[1:3]] == ['=HYPERLINK("x")', "Côte d'Ivoire <b>"]
        assert str(book["answer"]["A1"].value).startswith("=1+1, 2026-01 to 2026-06")


@pytest.mark.parametrize(
    "change",
    [
        {"contingent": "nobody"},
        {"sector": "nowhere"},
        {"role": "nothing"},
        {"unit": 99},
        {"start": "2026-W05"},
        {"start": "2025-01"},
        {"start": "9999-11"},
        {"periods": 10**6},
    ],
)
def test_a_plan_that_names_what_there_is_not_is_shown_with_what_is_wrong(change: dict[str, Any]) -> None:
    instance = read_instance(TUTORIAL)
    plan = Plan.model_validate({"tours": [{**TOUR, **change}]})
    audit = check(instance, plan)
    assert not audit.clean
    book = opened(plan_workbook(instance, plan, audit))
    assert [row[4] for row in cells(book, "violations")[1:]] == [v.message for v in audit.violations]
    assert len(cells(book, "assignments")) == 2


def test_the_commands_write_workbooks_and_refuse_other_endings(tmp_path: Path) -> None:
    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "forcegen", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    answer, plan = tmp_path / "answer.xlsx", tmp_path / "plan.xlsx"
    assert run("solve", TUTORIAL, "-o", tmp_path / "out", "--workbook", answer).returncode == 0
    done = run("export", TUTORIAL, "--plan", tmp_path / "out", "-o", plan)
    assert (done.returncode, done.stdout) == (0, f"{plan}: the plan; audit: clean, no limit is violated\n")
    assert cells(load_workbook(answer), "tours by nation") == cells(load_workbook(plan), "tours by nation")
    broken = Plan.model_validate({"tours": [{**TOUR, "contingent": "BRE-coy", "periods": 2}]})
    (tmp_path / "broken.yaml").write_text(plan_text(broken))
    assert run("export", TUTORIAL, "--plan", tmp_path / "broken.yaml", "-o", plan).returncode == 7
    assert "BRE-not-on-the-line" in [row[1] for row in cells(load_workbook(plan), "violations")]
    for command in (("solve", "--workbook", "x.csv"), ("export", "--plan", tmp_path / "out", "-o", "x.mps")):
        refused = run(command[0], TUTORIAL, *command[1:])
        assert refused.returncode == 2
        assert "does not end in .xlsx" in refused.stderr
        assert len(refused.stderr.strip().splitlines()) == 1
