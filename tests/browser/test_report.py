"""A report in a real browser: nothing is cut or overlaps, nothing is loaded, and in print the tables are there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from forcegen.domain.instance import Instance
from forcegen.io.instance import read_instance
from forcegen.planning.diff import diff_plans
from forcegen.planning.solve import Settings, solve
from forcegen.report.html import plan_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

_LONG = "Headquarters and troops of the theatre that belong to no sector"
_BEYOND = """() => [...document.querySelectorAll('svg')].flatMap(svg => {
  const edge = svg.getBoundingClientRect();
  return [...svg.querySelectorAll('text')].filter(text => {
    const box = text.getBoundingClientRect();
    return edge.width && (box.left < edge.left - 1 || box.right > edge.right + 1
      || box.top < edge.top - 2 || box.bottom > edge.bottom + 2);
  }).map(text => text.textContent);
})"""
_OVER = """() => [...document.querySelectorAll('svg')].flatMap(svg => {
  const boxes = [...svg.querySelectorAll('text')].map(text => [text.textContent, text.getBoundingClientRect()]);
  return boxes.flatMap(([name, a], i) => boxes.slice(i + 1).filter(([, b]) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
      && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3).map(([other]) => [name, other]));
})"""


def _instance() -> Instance:
    """Return the tutorial with a long name and a company that is on the hill since before the horizon."""
    document: dict[str, Any] = json.loads(
        read_instance(Path("instances/tutorial")).model_dump_json(by_alias=True, exclude_none=True)
    )
    document["sectors"][0]["name"] = _LONG
    tour = {"contingent": "ARD-coy", "units": 1, "sector": "hill", "role": "watch"}
    document["history"] = [tour | {"since": "2025-12", "ends": "2026-02"}]
    return Instance.model_validate(document)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("report") / "report.html"
    result = solve(_instance(), settings=Settings("highs", 60, threads=1))
    assert result.plan is not None
    other = result.plan.model_copy(update={"tours": result.plan.tours[::2]})
    changes = diff_plans(result.instance, other, result.plan)
    file.write_text(plan_page(result, changes), encoding="utf-8")
    return file


@pytest.fixture(params=[1280, 1920])
def opened(browser: Browser, report: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The report in a window of its own; it may ask for nothing but itself, and complain of nothing."""
    context = browser.new_context(viewport={"width": request.param, "height": 900})
    page, asked, said = context.new_page(), [], []
    page.on("request", lambda wanted: asked.append(wanted.url))
    page.on("console", lambda line: said.append(line.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(report.as_uri(), timeout=10_000)
    yield page
    context.close()
    assert asked == [report.as_uri()]
    assert not said


def test_no_text_is_cut_overlaps_or_leaves_its_drawing(opened: Page) -> None:
    assert opened.evaluate(_BEYOND) == []
    assert opened.evaluate(_OVER) == []
    assert "…" not in opened.locator("body").inner_text()
    assert opened.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_in_print_the_tables_behind_drawings_are_there(opened: Page) -> None:
    tables = opened.locator("details table")
    assert tables.count() >= 4
    assert not tables.first.is_visible()
    opened.emulate_media(media="print")
    assert all(table.is_visible() for table in tables.all())
    caption = opened.locator("caption", has_text="Reliefs")
    assert caption.is_visible()
    assert caption.bounding_box()["height"] > 0  # type: ignore[index]
