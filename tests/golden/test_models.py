"""What `models/` says agrees with what the code does, in both directions."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from forcegen.formulation.registry import DEFINING_ROWS
from forcegen.io.model import read_model, shipped_models
from forcegen.mip import Status
from forcegen.planning.solve import Settings, solve
from tests.golden.instances import INSTANCES, VARIANTS

HERE = Path(__file__).parent
MODELS = HERE.parents[1] / "models"
PAGES = {path.stem: path.read_text(encoding="utf-8") for path in MODELS.glob("*.md")}
MATHEMATICS = PAGES["rotation"]
ORDER = "Goals, in this order: "

# Rows that `solve` adds between goals, and rows whose names begin with the kind of the rule.
BETWEEN_GOALS = {"limit"}
HERE_ROWS = "kind_here"


def told_rows() -> set[str]:
    """The row families of the formulas: what stands before a colon, `pool(k,t):`."""
    return set(re.findall(r"^    (?:[a-z]+,\s+)?([a-z_]+)\([^()]*\):", MATHEMATICS, re.MULTILINE))


def made_rows() -> set[str]:
    """The row families of all goldens; a name that LP files do not allow begins with `_` there."""
    files = (path.read_text(encoding="ascii") for path in HERE.glob("*.lp"))
    names = {name for file in files for name in re.findall(r"^ _?([a-z_]+)\([^()]*\):", file, re.MULTILINE)}
    return {HERE_ROWS if name.endswith("_here") else name for name in names}


def test_rows_that_define_are_rows_that_are_made() -> None:
    files = (path.read_text(encoding="ascii") for path in HERE.glob("*.lp"))
    made = {name for file in files for name in re.findall(r"^ _?([a-z_]+)\(", file, re.MULTILINE)}
    assert made >= DEFINING_ROWS


def test_headings_are_the_tags_no_more_and_no_less() -> None:
    headings = [re.findall(r"^### `(.+)`$", text, re.MULTILINE) for text in PAGES.values()]
    found = [tag for tags in headings for tag in tags]
    assert sorted(found) == sorted(INSTANCES)


def test_every_further_golden_is_of_a_tag() -> None:
    """`soft` is of no single family."""
    assert [name for name in VARIANTS if name != "soft" and not any(name.startswith(f"{t}-") for t in INSTANCES)] == []


def test_the_formulas_are_of_the_rows_that_exist() -> None:
    assert told_rows() == made_rows() | BETWEEN_GOALS


def test_each_model_has_a_page_and_each_page_a_model() -> None:
    assert {path.stem for path in MODELS.glob("*.yaml")} == set(PAGES) == set(shipped_models())


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_tells_its_goals_in_their_order(name: str) -> None:
    model, lines = read_model(name), PAGES[name].splitlines()
    goals = [f"`{goal.name}`" + (f" (slack {goal.slack})" if goal.slack else "") for goal in model.goals]
    assert model.model == name
    assert lines[0] == f"# The model `{name}`"
    assert [line for line in lines if line.startswith(ORDER)] == [f"{ORDER}{', '.join(goals)}."]


@pytest.mark.parametrize("name", sorted(PAGES))
def test_each_model_solves_the_tutorial(name: str) -> None:
    found = solve("instances/tutorial", model=name, settings=Settings(solver="highs", threads=1, gap=0))
    assert found.status is Status.OPTIMAL
    assert found.audit is not None
    assert found.audit.clean
    assert [tier.name for tier in found.tiers] == [goal.name for goal in read_model(name).goals]
