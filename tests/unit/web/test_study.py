"""What a window plays with, without a window."""

from __future__ import annotations

import io
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook

from forcegen.domain.scenario import Scenario
from forcegen.io.errors import InputError
from forcegen.io.instance import read_instance
from forcegen.io.validation import validated
from forcegen.io.yaml import parse
from forcegen.web import files, tables
from forcegen.web.begin import begin_question, begin_solve
from forcegen.web.catalogue import catalogue, scenarios
from forcegen.web.desk import Desk
from forcegen.web.edits import Edits, overlay_text
from forcegen.web.questions import QUESTIONS
from forcegen.web.study import Study
from forcegen.web.theatre import Setup, shown, typed, workbook_text

if TYPE_CHECKING:
    from forcegen.web.job import Job
    from forcegen.workers import WorkerPool

INSTANCES = Path("instances")


@pytest.fixture
def study() -> Study:
    study = Study(catalogue(INSTANCES / "tutorial"))
    yield study
    study.rest()


def every_edit() -> Edits:
    edits = Edits().cell(("contingents", "ARD-coy", "units"), 3).cell(("sectors", "hill", "beds"), None)
    edits = edits.cell(("requirements", "town-guard", "target"), {"2026-01": 60, "2026-03": 80.5})
    edits = edits.without_rule("BRE-one-company").nation("CAL", leaves=True)
    rule = {
        "id": "page-1",
        "kind": "exclude",
        "nations": ["ARD"],
        "zones": ["rear"],
        "source": "=1+1 <b>Côte d'Ivoire</b>",
    }
    return edits.with_rule(rule)


def test_the_command_line_reads_what_the_page_makes(study: Study, tmp_path: Path) -> None:
    study.edit(every_edit())
    file = tmp_path / "what-if.yaml"
    file.write_text(str(files.content(study, files.SCENARIO)), encoding="utf-8")
    here, there = study.instance(), read_instance(INSTANCES / "tutorial", [str(file)])
    assert here == there
    assert [k.id for k in here.contingents] == ["ARD-coy", "BRE-coy"]
    assert here.contingent["ARD-coy"].units == 3
    assert here.sector["hill"].beds is None
    assert [rule.id for rule in here.rules] == ["BRE-not-on-the-line", "page-1"]


def test_no_edits_are_an_empty_scenario() -> None:
    assert not validated(parse(overlay_text(Edits()), "here"), Scenario).set
    assert not Edits()


def test_undo_goes_back_step_by_step(study: Study) -> None:
    first = study.setup
    study.edit(study.setup.edits.cell(("sectors", "hill", "beds"), 100))
    second = study.setup
    study.edit(study.setup.edits.without_rule("BRE-one-company"))
    study.undo()
    assert study.setup == second
    study.undo()
    assert study.setup == first
    study.undo()
    assert (study.setup, study.can_undo) == (first, False)


def test_an_edit_that_does_not_fit_changes_nothing(study: Study) -> None:
    before = study.setup
    with pytest.raises(InputError, match="this page"):
        study.edit(study.setup.edits.cell(("contingents", "ARD-coy", "tour"), "soon"))
    assert (study.setup, study.can_undo) == (before, False)


@pytest.mark.parametrize("name", ["../tutorial", "/etc", "", "nowhere", "tutorial/../../.."])
def test_visitors_name_no_paths(study: Study, name: str) -> None:
    with pytest.raises(InputError, match="no instance"):
        study.change(Setup(name))


@pytest.mark.parametrize("name", ["../../etc/passwd", "report.html/..", "instance.yaml", "", "what-if.yaml"])
def test_files_have_fixed_names(study: Study, name: str) -> None:
    assert files.content(study, name) is None


def test_cells_are_read_as_they_are_written() -> None:
    for text, value in (
        ("6", 6),
        ("0.5", 0.5),
        ("{min: 4, max: 6}", {"min": 4, "max": 6}),
        ("", None),
        ("=1+1", "=1+1"),
    ):
        assert typed(text) == value
        assert shown(value) == text
    assert shown(typed("{2026-01: 60, 2026-03: 80.5}")) == "{2026-01: 60, 2026-03: 80.5}"
    with pytest.raises(InputError):
        typed("{2026-01: ")


def test_writing_back_what_stood_there_takes_the_edit_away(study: Study) -> None:
    data = study.plain()
    edits = tables.written_into(Edits(), "sectors", "hill", "beds", "300", data)
    assert tables.rows(tables.SHEETS[2], data, edits)[0]["touched"] == ["beds"]
    assert tables.written_into(edits, "sectors", "hill", "beds", "200", data) == Edits()


def test_of_units_and_present_the_one_that_is_written_holds() -> None:
    study = Study(catalogue(INSTANCES / "ukraine-2025"))
    data = study.plain()
    name = next(str(one["id"]) for one in data["contingents"] if one.get("present"))

    def written(column: str, text: str) -> dict[str, Any]:
        study.edit(tables.written_into(study.setup.edits, "contingents", name, column, text, data))
        return next(row for row in tables.rows(tables.SHEETS[0], data, study.setup.edits) if row["id"] == name)

    kept_up = written("dwell", "5")["present"]
    row = written("units", "3")
    assert (row["units"], row["present"]) == ("3", "")
    assert set(row["touched"]) == {"units", "present", "dwell"}
    assert study.instance().contingent[name].units == 3
    row = written("present", kept_up)
    assert (row["units"], row["present"], row["touched"]) == ("", kept_up, ["dwell"])
    written("units", "3")
    row = written("units", "")
    assert (row["units"], row["present"], row["touched"]) == ("", kept_up, ["dwell"])


def test_new_rules_have_names_that_are_free(study: Study) -> None:
    edits = Edits()
    for number in (1, 2, 3):
        rule = tables.stance(study.plain(), edits, "exclude", {"nations": ["ARD"], "zones": []})
        assert rule["id"] == f"page-{number}"
        assert "zones" not in rule
        edits = edits.with_rule(rule)
    study.edit(edits.without_rule("page-2"))
    assert [rule.id for rule in study.instance().rules][-2:] == ["page-1", "page-3"]


def test_solving_compares_with_the_first_answer(study: Study) -> None:
    begin_solve(study, "rotation", 20.0).wait()
    first = study.result
    assert first is not None
    assert study.base is first
    assert not study.stale
    study.edit(study.setup.edits.nation("CAL", leaves=True))
    assert study.stale
    begin_solve(study, "rotation", 20.0).wait()
    assert study.job is not None
    assert study.job.failure is None
    assert study.base is first
    assert study.result is not None
    assert study.result.scenario == ("what-if",)
    assert "CAL" not in {b.nation for b in study.result.audit.nations if b.troop_periods}  # type: ignore[union-attr]
    assert {"what-if.yaml", "report.html", "plan.yaml"} < set(files.names(study))


def test_the_report_says_what_changed_and_what_rules_cost_where_it_was_asked(study: Study) -> None:
    begin_solve(study, "rotation", 20.0).wait()
    assert "another question" in str(files.content(study, "report.html"))
    assert study.costs is None
    begin_question(study, {question.name: question for question in QUESTIONS}["rule costs"], 60.0).wait()
    assert study.costs is not None
    text = str(files.content(study, "report.html"))
    assert "another question" not in text
    assert "costs (unmet-target)" in text
    assert 'id="changes"' not in text
    study.edit(study.setup.edits.nation("CAL", leaves=True))
    begin_solve(study, "rotation", 20.0).wait()
    assert study.costs is None
    text = str(files.content(study, "report.html"))
    assert "another question" in text
    assert 'id="changes"' in text


def test_questions_are_answered_and_drawn(study: Study) -> None:
    begin_solve(study, "rotation", 20.0).wait()
    for question in QUESTIONS:
        begin_question(study, question, 8.0).wait()
        if question.name == "robust":  # nothing in the tutorial hangs on a condition
            assert study.job is not None
            assert "has a probability" in (study.job.failure or "")
            continue
        setup, found = study.answers[question.name]
        assert setup == study.setup
        assert question.drawn(found)


def test_a_workbook_that_is_brought_is_the_theatre_and_what_was_downloaded_comes_back_as_it_was(study: Study) -> None:
    study.edit(every_edit())
    raw = files.content(study, files.INSTANCE)
    assert isinstance(raw, bytes)
    edited = study.instance()
    study.change(Setup(study.setup.instance, workbook=workbook_text(raw)))
    assert study.instance().digest == edited.digest
    assert study.setup.names == ("workbook",)
    study.edit(study.setup.edits.nation("BRE", leaves=True))
    assert "BRE-coy" not in {k.id for k in study.instance().contingents}
    study.undo()
    study.undo()
    assert study.setup.edits == every_edit()


def test_a_workbook_with_a_wrong_cell_is_refused_by_its_cell_and_changes_nothing(study: Study) -> None:
    raw = files.content(study, files.INSTANCE)
    assert isinstance(raw, bytes)
    book = load_workbook(io.BytesIO(raw))
    book["contingents"]["D2"] = "XXX"
    stream = io.BytesIO()
    book.save(stream)
    with pytest.raises(InputError, match=r"the uploaded workbook:contingents!D2"):
        workbook_text(stream.getvalue())
    for nothing in (b"", b"PK\x03\x04", raw[:2000], b"forcegen: 1"):
        with pytest.raises(InputError, match="not a workbook"):
            workbook_text(nothing)
    assert study.setup == Setup("tutorial")


def test_without_a_base_there_is_nothing_to_plan_anew(study: Study) -> None:
    begin_question(study, QUESTIONS[-1], 5.0).wait()
    assert study.job is not None
    assert "there is no base plan yet" in (study.job.failure or "")


def test_one_thing_at_a_time_and_it_can_be_stopped(study: Study) -> None:
    def until_stopped(job: Job, pool: WorkerPool) -> str:
        return "stopped" if job.stop.wait(30) else "not"

    job = study.begin("solve", 30.0, until_stopped)
    with pytest.raises(InputError, match="already"):
        begin_solve(study, "rotation", 5.0)
    study.rest()
    assert job.wait(5)
    assert job.answer == "stopped"


def test_what_fails_is_told_in_a_sentence(study: Study) -> None:
    begin_solve(study, "no-such-model", 5.0).wait()
    assert study.job is not None
    assert "no-such-model" in (study.job.failure or "")
    assert study.result is None


def test_workers_end_after_the_last_window_has_gone() -> None:
    desk = Desk(catalogue(INSTANCES / "tutorial"), grace=0.05)
    study = desk.find(desk.new())
    assert study is not None
    stopped = threading.Event()
    study.begin("solve", 30.0, lambda job, pool: (job.stop.wait(30), stopped.set()))
    desk.enter(study)
    desk.enter(study)
    desk.leave(study)
    time.sleep(0.1)
    desk.sweep()
    assert not stopped.wait(0.1)
    desk.leave(study)
    desk.enter(study)  # a reload
    desk.sweep()
    assert not stopped.wait(0.1)
    desk.leave(study)
    time.sleep(0.1)
    desk.sweep()
    assert stopped.wait(5)
    desk.close()


def test_keys_cannot_be_guessed_and_studies_do_not_share() -> None:
    desk = Desk(catalogue(INSTANCES / "tutorial"))
    keys = {desk.new() for _ in range(20)}
    assert len(keys) == 20
    assert min(map(len, keys)) >= 24
    one, other, *_ = (desk.find(key) for key in keys)
    assert one is not None
    assert other is not None
    one.edit(one.setup.edits.nation("CAL", leaves=True))
    assert not other.setup.edits
    assert desk.find("../x") is None


def test_a_desk_has_a_size() -> None:
    desk = Desk(catalogue(INSTANCES / "tutorial"))
    first = desk.new()
    for _ in range(64):
        desk.new()
    assert desk.find(first) is None


def test_catalogue(tmp_path: Path) -> None:
    assert list(catalogue(INSTANCES)) == sorted(p.name for p in INSTANCES.iterdir() if (p / "instance.yaml").is_file())
    assert list(catalogue(INSTANCES / "tutorial" / "instance.yaml")) == ["instance.yaml"]
    assert "germany-joins" in scenarios(INSTANCES / "ukraine-2025")
    for nothing in (tmp_path, tmp_path / "absent"):
        with pytest.raises(InputError, match="no instance here"):
            catalogue(nothing)


LATE = """
forcegen: 1
scenario: late
announced: 2026-02
withdraw: [{nation: ARD, by: 2026-03}]
"""


def test_a_surprise_is_answered_without_hindsight_and_refused_by_questions_that_know_no_later(study: Study) -> None:
    study.change(replace(study.setup, upload=LATE))
    by_name = {question.name: question for question in QUESTIONS}
    with pytest.raises(InputError, match="upload becomes known in 2026-02"):
        begin_question(study, by_name["stress"], 5.0)
    begin_solve(study, "coverage", 20.0).wait()
    assert study.job is not None
    assert study.job.failure is None
    assert study.result is not None
    assert study.base is not None
    assert study.result.at == "2026-02"
    assert [answer.tiers[0].found for answer in (study.base, study.result)] == [460, 1560]
    assert study.result.base == study.base.plan
    begin_question(study, by_name["replan"], 8.0).wait()
    assert study.answers["replan"][1].at == "2026-02"
    assert study.answers["replan"][1].frontier == ()
    begin_question(study, by_name["replan"], 8.0, {"frontier": 1}).wait()
    assert len(study.answers["replan"][1].frontier) > 0
    study.change(replace(study.setup, upload=LATE.replace("announced: 2026-02\n", "")))
    begin_solve(study, "coverage", 20.0).wait()
    assert study.result.tiers[0].found == 2160  # known from the start
    begin_question(study, by_name["stress"], 20.0, {"pairs": 1, "assumptions": 1, "draws": 3}).wait()
    assert study.job.failure is not None
    assert "no condition has a probability" in study.job.failure
    begin_question(study, by_name["stress"], 20.0, {"pairs": 1, "assumptions": 1, "surprise": 1}).wait()
    stressed = study.answers["stress"][1]
    assert stressed.pairs
    assert stressed.assumptions
    assert stressed.surprises
