"""The page and its tables: complete, traceable to runs, safe, and honest about failures."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from forcegen.bench.check import check_runs
from forcegen.bench.comparison import comparisons
from forcegen.bench.report import report_files
from tests.unit.bench.rows import frame, row

TRACE = '[[1.0, "g", 30.0, null], [2.5, "g", 12.0, 6.0]]'


class Elements(HTMLParser):
    """Collects ids, aims of links, and tags."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.aims: set[str] = set()
        self.tags: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        if identifier := found.get("id"):
            self.ids.add(identifier)
        if (aim := found.get("href")) is not None:
            self.aims.add(aim)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def store() -> list[dict[str, Any]]:
    rows = []
    for family, digest in (("small", "aa"), ("large", "bb")):
        for solver in ("highs", "cbc"):
            for seed in (0, 1):
                others = {"family": family, "instance_sha256": digest, "solver": solver, "seed": seed, "trace": TRACE}
                rows.append(row(f"{family}-{solver}-{seed}", 10, 10 if solver == "highs" else 6, **others))
    return rows


def files(*rows: dict[str, Any]) -> dict[str, str]:
    table = frame(*rows)
    return report_files(table, check_runs(table))


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_every_figure_leads_to_its_runs() -> None:
    made = files(*store())
    page = Elements(made["index.html"])
    names = {run["run"] for run in store()}
    assert names <= page.ids
    assert {aim.removeprefix("#") for aim in page.aims} <= page.ids
    assert {run for score in read(made["scores.csv"]) for run in score["runs"].split()} == names
    assert {run["run"] for run in read(made["runs.csv"])} == names


def test_scores_by_hand() -> None:
    scores = {
        (score["family"], score["entrant"], score["score"]): float(score["value"])
        for score in read(files(*store())["scores.csv"])
    }
    # highs: all solved in 4 s; cbc: none, so 60 s in means and 600 s in PAR10
    assert scores["small", "highs", "solved"] == 1
    assert scores["small", "highs", "PAR10"] == 4
    assert scores["all families", "cbc", "PAR10"] == 600
    assert scores["large", "cbc", "geometric mean, shift 10 s"] == pytest.approx(60)
    assert scores["large", "virtual best", "PAR10"] == 4
    # a plan of 30 (gap 2/3) from 1 s, of 12 (gap 1/6) from 2.5 s, of 10 at its end
    assert scores["small", "highs", "primal integral"] == pytest.approx(1 + 1.5 * 2 / 3 + 1.5 / 6)
    assert scores["small", "cbc", "primal integral"] == pytest.approx(1 + 1.5 * 2 / 3 + 57.5 / 6)
    assert scores["small", "cbc", "dual gap at the end"] == pytest.approx(0.4)
    assert scores["small", "highs", "first plan"] == pytest.approx(1)


def test_the_page_loads_nothing_and_runs_its_own_script_alone() -> None:
    made = files(*store())["index.html"]
    page = Elements(made)
    assert not {"link", "img", "iframe", "object", "embed"} & set(page.tags)
    assert page.tags.count("script") == 1
    assert "src=" not in made
    assert re.findall(r"https?://[^\"' ]+", made) == ["http://www.w3.org/2000/svg"] * made.count("xmlns=")
    assert "script-src 'sha256-" in made
    assert "default-src 'none'" in made
    assert all(aim.startswith("#") for aim in page.aims)


def test_hostile_names_are_text_in_the_page_and_no_formulas_in_tables() -> None:
    hostile = row("a", instance="=1+1", family="<b>x</b>", model="Côte d'Ivoire", solver="<script>alert(1)</script>")
    made = files(hostile, row("b", instance="=1+1"))
    page = Elements(made["index.html"])
    assert page.tags.count("script") == 1
    assert not {"b", "script"} & set(Elements(made["index.html"].split("</h1>")[0]).tags)
    assert "Côte d'Ivoire" in made["index.html"]
    for name in ("runs.csv", "scores.csv", "curves.csv", "profiles.csv"):
        assert not [cell for line in csv.reader(io.StringIO(made[name])) for cell in line if cell.startswith("=")]


@pytest.mark.parametrize(
    "rows",
    [
        [row("a")],
        [row("a", None, None)],
        [row("a", 0, 0)],
        [row("a", None, None, status="INFEASIBLE", termination="OPTIMAL", proven=True)],
        [row("a", None, None, status="ERROR", error="it <fell> over", seconds_total=None, seconds_solve=None)],
        [row("a"), row("b", solver="cbc", instance_sha256="bb")],
        [row("a", time_limit=10.0), row("b", time_limit=20.0)],
        [row("a", -5, -7), row("b", -6, -7, solver="cbc")],
    ],
)
def test_odd_stores_are_drawn_too(rows: list[dict[str, Any]]) -> None:
    page = Elements(files(*rows)["index.html"])
    assert {run["run"] for run in rows} <= page.ids
    assert not {"nan", "nan %", "inf"} & {word.strip() for word in page.words}


def test_contradicted_runs_are_named_and_count_as_failures() -> None:
    wrong, right = row("wrong", 9, 9, optimum=10.0), row("right", 10, 10, optimum=10.0, solver="cbc")
    made = files(wrong, right)
    assert "the check failed" in made["index.html"]
    assert "9, and the published optimum is 10" in made["index.html"].replace("worth ", "")
    by_run = {run["run"]: run for run in read(made["runs.csv"])}
    assert by_run["wrong"]["solved"] == "False"
    assert by_run["wrong"]["failed"] == "True"


def test_only_problems_that_all_ran_are_compared() -> None:
    rows = [row("a"), row("b", solver="cbc"), row("c", instance_sha256="bb")]
    (one,) = comparisons(frame(*rows))
    assert len(one.common) == 1
    assert one.left_out == 1
    assert "1 problem with a seed left out" in files(*rows)["index.html"]


def test_warm_ups_are_nowhere() -> None:
    assert "warm-1" not in files(row("a"), row("warm-1", warm_up=True))["index.html"]
