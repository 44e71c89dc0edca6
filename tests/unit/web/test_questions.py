"""What can be chosen beside a question on the page, and what comes of it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from forcegen.io.errors import InputError
from forcegen.planning.rule_costs import rule_costs
from forcegen.report.html.markup import markup
from forcegen.web import files
from forcegen.web.begin import begin_question
from forcegen.web.catalogue import catalogue
from forcegen.web.questions import QUESTIONS, Picks
from forcegen.web.questions.sustain import forces_of
from forcegen.web.study import Study
from forcegen.web.theatre import Setup

if TYPE_CHECKING:
    from collections.abc import Iterator

TUTORIAL = Path("instances/tutorial")
BY_NAME = {question.name: question for question in QUESTIONS}
HOSTILE = "=1+1 <b>Côte d'Ivoire</b>"
UNSURE = f"""
forcegen: 1
name: unsure
horizon: {{start: 2026-01, periods: 2, unit: month}}
conditions: {{backing: {{holds: true, probability: 0.5, source: "{HOSTILE}"}}}}
nations: [{{id: AAA, army: 1000}}, {{id: BBB, army: 1000}}]
roles: [{{id: watch, name: "{HOSTILE}"}}]
sectors: [{{id: hill, name: "{HOSTILE}", zone: line, beds: 100}}]
contingents:
  - {{id: a, nation: AAA, units: 1, strength: 100, fills: {{watch: 100}}, tour: 2, dwell: 1, if: [backing]}}
  - {{id: b, nation: BBB, units: 1, strength: 90, fills: {{watch: 90}}, tour: 2, dwell: 1}}
requirements: [{{id: R1, name: "{HOSTILE}", sectors: [hill], roles: [watch], minimum: 50, target: 100}}]
"""

SCENARIOS = {
    "alone": "withdraw: [{nation: AAA}]",
    "fewer": "set: [{list: contingents, where: {id: a}, field: strength, value: 40}]",
    "nobody": "set: [{list: contingents, where: {id: x}, field: units, value: 1}]",
    "soon": "announced: 2026-02\nconditions: {backing: false}",
}


@pytest.fixture
def study() -> Iterator[Study]:
    study = Study(catalogue(TUTORIAL))
    yield study
    study.rest()


@pytest.fixture
def unsure(tmp_path: Path) -> Iterator[Study]:
    (tmp_path / "unsure" / "scenarios").mkdir(parents=True)
    (tmp_path / "unsure" / "instance.yaml").write_text(UNSURE, encoding="utf-8")
    for name, edits in SCENARIOS.items():
        text = f"forcegen: 1\nscenario: {name}\n{edits}\n"
        (tmp_path / "unsure" / "scenarios" / f"{name}.yaml").write_text(text, encoding="utf-8")
    study = Study(catalogue(tmp_path))
    yield study
    study.rest()


def answered(study: Study, name: str, chosen: dict[str, Any] | None = None, seconds: float = 120.0) -> Any:
    """Ask and return the answer."""
    begin_question(study, BY_NAME[name], seconds, chosen).wait()
    assert study.job is not None
    assert study.job.failure is None
    return study.answers[name][1]


def drawn(name: str, found: Any) -> str:
    return markup(*BY_NAME[name].drawn(found))


def test_forces_are_read_as_people_write_them() -> None:
    assert forces_of("40000, 50000, 200000") == (40000, 50000, 200000)
    assert forces_of(" 300;150.5 300 ") == (300, Fraction("150.5"))
    assert forces_of("") == forces_of(" , ") == ()


@pytest.mark.parametrize("text", ["forty", "0", "-5", "1e9", "=1+1", "<b>", "40 k", "99999999999", "nan", "٣"])
def test_what_is_no_force_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="is no number of troops"):
        forces_of(text)


@pytest.mark.parametrize("text", ["40,000", "40.000", "40'000, 50'000", "40,000,50,000"])
def test_a_number_that_can_be_read_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="can be read in two ways"):
        forces_of(text)


def test_too_many_forces_are_refused() -> None:
    with pytest.raises(InputError, match="13 forces are too many"):
        forces_of(" ".join(map(str, range(1, 14))))


def test_sustain_answers_the_forces_that_are_named(study: Study) -> None:
    found = answered(study, "sustain", {"forces": "60, 150"})
    assert [verdict.troops for verdict in found.verdicts] == [300, 60, 150]
    assert [verdict.horizon for verdict in found.verdicts] == ["no", "yes", "yes"]
    assert "What is?" in drawn("sustain", found)
    with pytest.raises(InputError, match="two ways"):
        begin_question(study, BY_NAME["sustain"], 5.0, {"forces": "60,000"})


def test_short_looks_at_the_requirements_that_are_picked(study: Study) -> None:
    found = answered(study, "short", {"requirements": ["town-guard"]})
    assert [one.requirement.id for one in found.shortages] == ["town-guard"]
    assert BY_NAME["short"].choices[0].options(study) == {"hill-watch": "hill-watch", "town-guard": "town-guard"}  # type: ignore[union-attr]
    with pytest.raises(InputError, match=r"there is no '\.\./x' here"):
        begin_question(study, BY_NAME["short"], 5.0, {"requirements": ["../x"]})


def test_rule_costs_are_those_of_the_command(study: Study) -> None:
    found = answered(study, "rule costs")
    assert {cost.rule.id: cost.low for cost in found.costs} == {"BRE-not-on-the-line": 210, "BRE-one-company": 0}
    assert [(cost.low, cost.high) for cost in found.costs] == [
        (cost.low, cost.high) for cost in rule_costs(TUTORIAL).costs
    ]
    text = drawn("rule costs", found)
    assert "1 of 2 rules is proven to cost something" in text
    assert "that of BRE-not-on-the-line: 210 of unmet-target" in text
    one = answered(study, "rule costs", {"rules": ["BRE-one-company"]})
    assert "Of 1 rule none costs anything (proven)." in drawn("rule costs", one)
    study.edit(study.setup.edits.without_rule("BRE-one-company").without_rule("BRE-not-on-the-line"))
    assert "There are no rules beside pools" in drawn("rule costs", answered(study, "rule costs"))


def test_a_rule_of_the_page_is_among_those_that_cost(study: Study) -> None:
    rule = {"id": "page-1", "kind": "exclude", "nations": ["ARD"], "zones": ["line"], "source": HOSTILE}
    study.edit(study.setup.edits.with_rule(rule))
    found = answered(study, "rule costs", {"rules": ["page-1"]})
    assert [cost.exact for cost in found.costs] == [True]
    assert found.costs[0].low > 0
    text = drawn("rule costs", found)
    assert "<b>Côte" not in text
    assert "&lt;b&gt;Côte" in text


def test_answers_are_taken_home_as_pages(unsure: Study) -> None:
    assert files.content(unsure, "rule-costs.html") is None
    answered(unsure, "rule costs")
    answered(unsure, "short")
    assert {"rule-costs.html", "short.html"} < set(files.names(unsure))
    for name in ("rule-costs.html", "short.html"):
        text = str(files.content(unsure, name))
        assert text.startswith("<!DOCTYPE html>")
        assert "<b>C" not in text
        assert files.media_type(name).startswith("text/html")
    assert "unsure · Why is something left short?" in text


def test_a_plan_for_many_worlds(unsure: Study) -> None:
    found = answered(unsure, "robust", {"unseen": 20.0})
    assert found.worlds == 2
    assert found.proven
    assert (found.plain_found, found.found) == (100, 20)  # half of 200 with the one, always 20 with the other
    assert "The robust plan leaves less unmet on average in 20 fresh draws" in drawn("robust", found)
    worst = answered(unsure, "robust", {"unseen": 20.0, "worst": 1.0})
    assert (worst.aim, worst.plain_found, worst.found) == ("cvar", 200, 20)


def test_a_sweep_lays_scenarios_on_the_setup_with_its_changes(unsure: Study) -> None:
    unsure.edit(unsure.setup.edits.cell(("requirements", "R1", "target"), 95))
    found = answered(unsure, "sweep", {"scenarios": ["alone", "soon"], "models": ["coverage", "rotation"]})
    assert [(line.scenario, line.model) for line in found.lines] == [
        (scenario, model) for model in ("coverage", "rotation") for scenario in ("", "alone", "soon")
    ]
    base, alone, soon = found.lines[:3]
    assert (base.value, alone.value) == (0, 10)
    assert alone.difference is not None
    assert alone.difference.exact
    assert soon.announced == "2026-02"
    assert found.complete
    assert not found.contradictions
    assert "<td>+10</td>" in drawn("sweep", found)
    only = answered(unsure, "sweep", {"scenarios": ["alone"], "solvers": ["highs", "cp-sat"]})
    assert [(line.solver, line.value) for line in only.lines] == [
        ("highs", 0),
        ("highs", 10),
        ("cp-sat", 0),
        ("cp-sat", 10),
    ]


def test_a_sweep_without_picks_takes_all_scenarios_that_are_not_laid(unsure: Study) -> None:
    left = BY_NAME["sweep"].choices[0]
    assert isinstance(left, Picks)
    assert list(left.options(unsure)) == ["alone", "fewer", "nobody", "soon"]
    unsure.change(replace(unsure.setup, scenarios=("fewer",)))
    assert list(left.options(unsure)) == ["alone", "nobody", "soon"]
    begin_question(unsure, BY_NAME["sweep"], 20.0).wait()
    assert unsure.job is not None
    assert (unsure.job.failure or "").startswith("nobody.yaml:3: the edit matches nothing")


def test_a_sweep_without_scenarios_and_one_that_is_stopped(study: Study, unsure: Study) -> None:
    assert len(answered(study, "sweep").lines) == 1
    job = begin_question(unsure, BY_NAME["sweep"], 30.0, {"scenarios": ["alone"]})
    job.stop.set()
    assert job.wait(20)
    found = unsure.answers["sweep"][1]
    assert (found.wanted, found.complete) == (2, False)
    assert "of 2 runs" in drawn("sweep", found)


@pytest.mark.parametrize("name", ["rule costs", "robust", "short", "sustain"])
def test_a_question_that_is_stopped_at_once_still_answers(unsure: Study, name: str) -> None:
    job = begin_question(unsure, BY_NAME[name], 30.0)
    job.stop.set()
    assert job.wait(20)
    assert job.failure is None
    assert drawn(name, unsure.answers[name][1])


def test_what_is_no_longer_on_a_list_is_no_longer_picked(study: Study) -> None:
    picks = BY_NAME["rule costs"].choices[0]
    assert isinstance(picks, Picks)
    both = ["BRE-one-company", "BRE-not-on-the-line"]
    assert picks.left(both, study)[1] == both
    study.edit(study.setup.edits.without_rule("BRE-one-company"))
    assert picks.left(both, study) == ({"BRE-not-on-the-line": "BRE-not-on-the-line"}, ["BRE-not-on-the-line"])


MALFORMED = {
    "no lists": "rules: 5\nrequirements: {a: 1}",
    "no items": "rules: [3, {kind: lift}]\nrequirements: [x, {name: y}]",
    "no YAML": "rules: [",
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_theatre_leaves_the_fields_standing(tmp_path: Path, name: str) -> None:
    (tmp_path / "instance.yaml").write_text(f"forcegen: 1\n{MALFORMED[name]}\n", encoding="utf-8")
    study = Study(catalogue(tmp_path))
    for question in ("rule costs", "short"):
        picks = BY_NAME[question].choices[0]
        assert isinstance(picks, Picks)
        assert picks.left((), study)[1] == []
        with pytest.raises(InputError):
            begin_question(study, BY_NAME[question], 5.0, {picks.name: ["x"]})


class Hasty(Study):
    """A visitor who changes something just as work begins."""

    def begin(self, kind: str, limit: float, work: Any) -> Any:
        self.edit(self.setup.edits.nation("CAL", leaves=True))
        return super().begin(kind, limit, work)


def test_an_answer_is_about_the_setup_of_which_it_was_asked() -> None:
    study = Hasty(catalogue(TUTORIAL))
    asked: list[Any] = []
    question = replace(BY_NAME["explain"], put=lambda given: asked.append(given.instance))
    before = study.setup
    begin_question(study, question, 5.0).wait()
    assert "CAL" in {contingent.nation for contingent in asked[0].contingents}
    assert study.answers["explain"][0] == before != study.setup


def test_an_answer_about_another_theatre_is_not_kept() -> None:
    study = Study(catalogue(TUTORIAL.parent))
    study.change(replace(study.setup, instance="tutorial"))
    question = replace(BY_NAME["explain"], put=lambda _: study.change(Setup("sfor-2003")))
    begin_question(study, question, 5.0).wait()
    assert study.job is not None
    assert (study.job.failure, study.answers) == (None, {})
