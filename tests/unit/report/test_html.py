"""The page of a plan: whole, escaped, without anything to load, and with the figures of the audit."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from forcegen.domain.instance import Instance
from forcegen.io.instance import read_instance
from forcegen.planning.solve import Settings, solve
from forcegen.report.html import plan_page
from forcegen.report.html.colours import on, shade
from forcegen.report.html.markup import markup, table
from forcegen.workers import WorkerPool
from tests.oracle.generate import instance

if TYPE_CHECKING:
    from forcegen.planning.result import Result

EXACT = Settings(solver="highs", threads=1, time_limit=60)
HOSTILE = "<script>alert('x')</script>\x07 & =cmd() \"quoted\" ]]>"
VOID = {"meta", "br", "img", "link", "hr", "input"}


class Page(HTMLParser):
    """Elements, text, and whether every element that opens also closes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture(scope="module")
def tutorial() -> Result:
    return solve("instances/tutorial", settings=EXACT)


def loads_nothing(page: Page) -> bool:
    names = ("src", "href", "data", "action", "srcset", "poster")
    addresses = [attrs[name] for _, attrs in page.tags for name in names if name in attrs]
    no_scripts = not {tag for tag, _ in page.tags} & {"script", "iframe", "link", "img", "object", "embed"}
    return no_scripts and all(address and address.startswith("#") for address in addresses)


def test_it_is_one_whole_document_that_loads_nothing(tutorial: Result) -> None:
    text = plan_page(tutorial)
    page = Page(text)
    assert not page.open
    assert loads_nothing(page)
    assert "url(" not in text
    assert "@import" not in text


def test_every_link_leads_to_a_section(tutorial: Result) -> None:
    page = Page(plan_page(tutorial))
    ids = {attrs["id"] for tag, attrs in page.tags if tag == "section"}
    assert {attrs["href"] for tag, attrs in page.tags if tag == "a"} == {f"#{name}" for name in ids}


def test_the_heat_map_has_the_audits_figures(tutorial: Result) -> None:
    text = plan_page(tutorial)
    assert tutorial.audit is not None
    for line in tutorial.audit.coverage:
        share = int(min(line.filled, line.target) * 100 / line.target)
        cell = rf'<td [^>]*title="{line.requirement}, {line.period}: [^"]*"[^>]*>{share}</td>'
        found = re.search(cell, text)
        assert found is not None, (line.requirement, line.period)
        assert ('class="below"' in found.group()) == (line.filled < line.minimum)


def test_every_tour_is_drawn_twice_and_said_once_in_the_table(tutorial: Result) -> None:
    text = plan_page(tutorial)
    assert tutorial.plan is not None
    for tour in tutorial.plan.tours:
        words = f"{tour.contingent} unit {tour.unit}: {tour.sector}, {tour.role}, from {tour.start} for {tour.periods}"
        assert text.count(f"<title>{words}</title>") == 2


def test_every_nation_and_sector_that_serves_has_a_drawing_with_its_contingents_and_roles(tutorial: Result) -> None:
    text = plan_page(tutorial)
    for name in ("Ardania", "Brevia", "Calia"):
        assert text.count(f"<title>{name}: tours, one line a unit</title>") == 1
    for name in ("Hill", "Town"):
        assert text.count(f"<title>{name}: tours, one line a post</title>") == 1
    assert {">ARD-coy</text>", ">BRE-coy</text>", ">CAL-plt</text>", ">watch</text>", ">guard</text>"} <= {
        f">{words}</text>" for words in re.findall(r">([^<>]*)</text>", text)
    }


def test_rules_say_what_binds(tutorial: Result) -> None:
    text = plan_page(tutorial)
    tight = next(limit for limit in tutorial.binding if limit.name == "BRE-one-company")
    row = re.search(r"<tr><th[^>]*>BRE-one-company</th>.*?</tr>", text)
    assert row is not None
    assert f"<td>{len(tight.periods)} periods</td>" in row.group()
    assert "ceiling most 1 for BRE" in row.group()
    row = re.search(r"<tr><th[^>]*>BRE-not-on-the-line</th>.*?</tr>", text)
    assert row is not None
    assert "<td>who may serve</td>" in row.group()


def test_text_on_every_shade_is_legible() -> None:
    def luminance(colour: str) -> float:
        parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        linear = (x / 12.92 if x <= 0.03928 else ((x + 0.055) / 1.055) ** 2.4 for x in parts)
        return sum(weight * x for weight, x in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    for percent in range(101):
        pair = sorted((luminance(shade(percent / 100)), luminance(on(percent / 100))))
        assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4, percent


def test_every_head_of_a_table_says_what_it_heads(tutorial: Result) -> None:
    heads = [attrs for tag, attrs in Page(plan_page(tutorial)).tags if tag == "th"]
    assert {attrs.get("scope") for attrs in heads} == {"row", "col"}


def test_a_column_of_text_heads_its_rows_and_figures_do_not() -> None:
    named = markup(table("Kept", ("rule", "costs"), [("one", "1"), ("", "2")]))
    assert '<th class="left" scope="row">one</th><td>1</td>' in named
    assert '<td class="left"></td><td>2</td>' in named
    assert "<caption>Kept</caption>" in named
    ranked = markup(table("", ("rank", "nation"), [("1", "AAA")], left={1}))
    assert '<td>1</td><th class="left" scope="row">AAA</th>' in ranked
    assert "caption" not in ranked


def test_the_list_of_tours_goes_sector_by_sector(tutorial: Result) -> None:
    text = plan_page(tutorial)
    assert tutorial.plan is not None
    listed = re.search(r"<caption>Tours</caption>.*?<tbody>(.*?)</tbody>", text)
    assert listed is not None
    sectors = re.findall(r'<tr><th class="left" scope="row">(\w+)</th>', listed.group(1))
    assert sectors == sorted((tour.sector for tour in tutorial.plan.tours), key=["hill", "town"].index)


def test_names_are_shown_as_text(tutorial: Result) -> None:
    document = json.loads(read_instance(Path("instances/tutorial")).model_dump_json(by_alias=True, exclude_none=True))
    for name in ("nations", "sectors", "roles", "contingents", "requirements"):
        for item in document[name]:
            item["name"] = HOSTILE
    for rule in document["rules"]:
        rule["source"] = HOSTILE
    text = plan_page(solve(Instance.model_validate(document), settings=EXACT))
    page = Page(text)
    assert loads_nothing(page)
    assert re.search(r">[^<]*<script", text) is None, "in quoted attributes it is text"
    assert "\x07" not in text
    assert "<script>alert('x')</script> & =cmd() \"quoted\" ]]>" in page.words


def test_without_a_plan_it_says_so() -> None:
    page = Page(plan_page(solve("instances/infeasible-beds", settings=EXACT)))
    assert any(words.startswith("No plan exists") for words in page.words)
    assert not page.open


def test_random_instances_have_a_page_each() -> None:
    with WorkerPool() as workers:
        for seed in range(12):
            found = solve(Instance.model_validate(instance(seed)), settings=EXACT, workers=workers)
            page = Page(plan_page(found))
            assert not page.open
            assert loads_nothing(page)


def test_the_same_answer_has_the_same_page(tutorial: Result) -> None:
    assert plan_page(tutorial) == plan_page(tutorial)
