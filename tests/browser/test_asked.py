"""Questions that are put on the page, with what can be chosen beside them, and their answers drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.steps import ask, cell, choose_theatre, pick, solved, turn_to, write

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_forces_are_named_and_each_has_its_verdict(window: Page) -> None:
    choose_theatre(window, "tutorial")
    turn_to(window, "Questions")
    window.get_by_label("Forces, in troops").fill("60,000")
    ask(window, "How large a force can be kept up?")
    window.get_by_text("'60,000' can be read in two ways").wait_for()
    window.get_by_label("Forces, in troops").fill("60, 150")
    ask(window, "How large a force can be kept up?")
    window.get_by_text("Of the 300 troops that all roles ask for").wait_for()
    table = window.locator(".answer table", has=window.get_by_text("to the horizon", exact=True)).first
    assert [row.inner_text().split("\t")[:2] for row in table.locator("tbody tr").all()] == [
        ["300", "no (proven)"],
        ["60", "yes"],
        ["150", "yes"],
    ]
    window.get_by_role("heading", name="What is?").wait_for()


def test_rules_and_requirements_are_picked(window: Page) -> None:
    choose_theatre(window, "tutorial")
    turn_to(window, "Questions")
    pick(window, "Rules (all)", "BRE-one-company")
    ask(window, "What does each rule cost?")
    window.get_by_role("heading", name="Of 1 rule none costs anything (proven).").wait_for()
    pick(window, "Requirements (all that are short)", "town-guard")
    ask(window, "Why is something left short?")
    window.get_by_role("heading", name="town-guard is 60 short over 3 months").wait_for()
    assert window.get_by_label("Rules (all)").locator("xpath=ancestor::label").get_by_text("BRE-one-company").count()


def test_a_plan_for_many_worlds_is_judged(window: Page) -> None:
    choose_theatre(window, "tutorial")
    turn_to(window, "Questions")
    ask(window, "Which plan still holds when conditions fail?")
    window.get_by_text("no condition on which something hangs has a probability").wait_for()
    choose_theatre(window, "hostile")
    window.get_by_label("Other draws that judge it").fill("20")
    ask(window, "Which plan still holds when conditions fail?")
    window.get_by_role("heading", name="in 20 fresh draws").wait_for()
    window.locator(".answer figcaption").get_by_text("What each plan leaves unmet in 20 fresh draws").wait_for()


def test_other_plans_are_drawn(window: Page) -> None:
    choose_theatre(window, "tutorial")
    turn_to(window, "Questions")
    window.get_by_label("Per cent that may be lost").fill("20")
    ask(window, "Which other plans are nearly as good?")
    window.get_by_role("heading", name="plans within a loss of 0.2").wait_for()
    assert window.locator(".answer svg:visible").count() >= 2
    window.get_by_text("In all of these plans (troop-periods)").wait_for()


def test_a_plan_is_made_anew_after_a_change(window: Page) -> None:
    choose_theatre(window, "tutorial")
    solved(window)
    turn_to(window, "Change")
    write(window, "BRE-coy", "units", "0")
    turn_to(window, "Questions")
    window.get_by_label("Decided in period number").fill("3")
    ask(window, "What now, with the base plan under way?")
    window.get_by_text("Decided in 2026-03; what began before stays.").wait_for()
    window.get_by_role("heading", name="Made anew in 2026-03: 1 tour changes (the fewest for that).").wait_for()


def test_scenarios_are_compared(window: Page) -> None:
    choose_theatre(window, "hostile")
    turn_to(window, "Questions")
    pick(window, "Solvers", "highs")
    ask(window, "What does each scenario change?")
    window.get_by_text("sweep: ended").wait_for(timeout=120_000)
    window.get_by_role("cell", name="+600", exact=True).first.wait_for()
    assert window.locator(".answer figcaption").get_by_text("what is proven and what was found").count() == 1
    assert [row.split("\t")[:2] for row in window.locator(".answer table tbody tr:visible").all_inner_texts()] == [
        [scenario, solver] for solver in ("auto", "highs") for scenario in ("(base)", "fewer")
    ]


def test_what_was_chosen_outlives_a_reload(window: Page) -> None:
    choose_theatre(window, "tutorial")
    window.get_by_label("Seconds at most").fill("77")
    window.get_by_label("Model").click()
    window.get_by_role("option", name="coverage").click()
    turn_to(window, "Questions")
    window.get_by_label("Forces, in troops").fill("60 150")
    window.get_by_role("checkbox", name="Pairs of nations too").click()
    pick(window, "Requirements (all that are short)", "town-guard")
    window.locator(".picks .q-chip", has_text="town-guard").wait_for()
    window.reload()
    turn_to(window, "Questions")
    window.locator(".picks .q-chip", has_text="town-guard").wait_for()
    assert window.get_by_label("Seconds at most").input_value() == "77"
    assert window.get_by_label("Forces, in troops").input_value() == "60 150"
    assert window.get_by_role("checkbox", name="Pairs of nations too").is_checked()
    window.get_by_role("button", name="Solve").click()
    turn_to(window, "Answer")
    window.get_by_text("tutorial · model coverage").wait_for()


def test_what_rules_cost_stands_beside_them(window: Page) -> None:
    choose_theatre(window, "tutorial")
    solved(window)
    turn_to(window, "Rules")
    window.get_by_text("ask it under Questions").wait_for()
    turn_to(window, "Questions")
    ask(window, "What does each rule cost?")
    window.get_by_role("heading", name="1 of 2 rules is proven").wait_for()
    turn_to(window, "Answer")
    window.get_by_role("columnheader", name="costs (unmet-target)").locator("visible=true").wait_for()
    window.get_by_role("cell", name="210", exact=True).locator("visible=true").wait_for()


def test_what_is_no_longer_there_is_no_longer_picked(window: Page) -> None:
    choose_theatre(window, "tutorial")
    turn_to(window, "Questions")
    pick(window, "Rules (all)", "BRE-one-company")
    chip = window.locator(".picks .q-chip", has_text="BRE-one-company")
    chip.wait_for()
    turn_to(window, "Change")
    turn_to(window, "Rules")
    cell(window, "BRE-one-company", "kept").get_by_role("checkbox").click()
    window.locator(".bar").get_by_text("tutorial + what-if").wait_for()
    turn_to(window, "Questions")
    chip.wait_for(state="detached")
    ask(window, "What does each rule cost?")
    window.get_by_role("heading", name="1 of 1 rule is proven to cost something").wait_for()
