from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

import forcegen
from forcegen.report.tables import result_tables, titled

if TYPE_CHECKING:
    from forcegen.planning.result import Result


@pytest.fixture(scope="module")
def result() -> Result:
    return forcegen.solve("instances/tutorial", settings=forcegen.Settings(time_limit=30))


def shown(result: Result, width: int) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False)
    console.print(result_tables(result))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize(("width", "places"), [(120, True), (80, True), (60, False)])
def test_where_there_is_no_room_places_are_left_out_before_words_are_cut(
    result: Result, width: int, places: bool
) -> None:
    text = shown(result, width)
    assert "hill-watch" in text
    assert "town-guard" in text
    assert ("sectors" in text) == places
    assert max(map(len, text.splitlines())) <= width


def test_where_there_is_little_room_headers_break_and_figures_stay_whole() -> None:
    table = titled("What is lost", "rank", "who", "loss at least", "of required", "minimums broken", words={"who"})
    table.add_row("1", "GBR", "422,718.5", "12.8% to 17.3%", "162")

    def lines(width: int) -> list[str]:
        console = Console(width=width, file=io.StringIO(), highlight=False)
        console.print(table)
        assert isinstance(console.file, io.StringIO)
        return console.file.getvalue().splitlines()

    assert "loss at least" in "".join(lines(100))
    narrow = lines(58)
    assert "loss at least" not in "".join(narrow)
    assert any("422,718.5" in line and "162" in line for line in narrow)
    assert all(len(line) <= 58 for line in narrow)
    assert "loss at least" in "".join(lines(100))  # the table itself is as it was


def test_a_column_in_which_nothing_stands_is_narrowed_too() -> None:
    table = titled("What is lost", "who", "")
    table.add_row("somebody of a long name", "")
    console = Console(width=12, file=io.StringIO(), highlight=False)
    console.print(table)
    assert isinstance(console.file, io.StringIO)
    assert all(len(line) <= 12 for line in console.file.getvalue().splitlines()[1:])
