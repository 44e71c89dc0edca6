from __future__ import annotations

import io
import threading
from fractions import Fraction

import pytest
from rich.console import Console

from forcegen.planning.result import TierProgress
from forcegen.report.progress import ProgressLine, amount, fitted, known


def console(terminal: bool, width: int = 100) -> Console:
    return Console(file=io.StringIO(), force_terminal=terminal, width=width, highlight=False)


def told(made: Console) -> str:
    assert isinstance(made.file, io.StringIO)
    return made.file.getvalue()


def news(goal: str, seconds: float, incumbent: int | None = None, bound: int | None = None) -> TierProgress:
    fractions = (None if value is None else Fraction(value) for value in (incumbent, bound))
    return TierProgress(goal, seconds, *fractions)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(2125227), "2,125,227"),
        (Fraction(0), "0"),
        (Fraction(2375061, 1000), "2,375.061"),
        (Fraction(5, 2), "2.5"),
    ],
)
def test_figures_have_separators_and_no_empty_decimals(value: Fraction, text: str) -> None:
    assert amount(value) == text


def test_what_is_unknown_is_said_to_be() -> None:
    assert known(news("cost", 1.0)) == ["no plan yet", "no bound yet"]
    assert known(news("cost", 1.0, 1000)) == ["incumbent 1,000", "no bound yet"]
    assert known(news("cost", 1.0, 1000, 900)) == ["incumbent 1,000", "bound 900", "gap 10.00%"]


def test_a_narrow_terminal_gets_more_lines_and_no_cut_words() -> None:
    parts = ["12 of 60 s", "goal 2: unmet-target", "incumbent 2,125,227", "bound 704,543", "gap 66.85%"]
    assert fitted(parts, 100) == ["   ".join(parts)]
    narrow = fitted(parts, 40)
    assert max(map(len, narrow)) <= 40
    assert "   ".join(narrow).split("   ") == parts


def test_elsewhere_than_on_a_terminal_there_is_one_line_a_goal_and_one_each_few_seconds() -> None:
    made = console(terminal=False, width=20)
    with ProgressLine(made, 60) as line:
        for second in range(3):
            line(news("unmet-minimum", second, 100 - second, 0))
        line(news("cost", 4.0, 7, 7))
    assert told(made).splitlines() == [
        "0 of 60 s   goal 1: unmet-minimum   incumbent 100   bound 0   gap 100.00%",
        "4 of 60 s   goal 2: cost   incumbent 7   bound 7   gap 0.00%",
    ]


def test_a_terminal_is_told_of_every_stage_and_left_clean() -> None:
    made, stop = console(terminal=True), threading.Event()
    with ProgressLine(made, 15, stop) as line:
        line(news("cost", 3.0, 10, 5))
        line._live.refresh()  # type: ignore[union-attr]
        stop.set()
        line._live.refresh()  # type: ignore[union-attr]
    text = told(made)
    assert "0 of 15 s   reading the instance, building the model" in text
    assert "3 of 15 s   goal 1: cost   incumbent 10   bound 5   gap 50.00%" in text
    assert "gap 50.00%   stopping" in text
    assert text.endswith("\x1b[1A\x1b[2K")  # the line is wiped
