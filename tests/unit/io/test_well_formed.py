"""Documents that look odd and are right: byte order marks, line ends, quotes, text that looks like a number."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from forcegen.domain.plan import Plan, Tour
from forcegen.io.errors import InputError
from forcegen.io.instance import read_instance, read_instance_tree
from forcegen.io.plan import plan_text, read_plan
from forcegen.io.yaml import parse

if TYPE_CHECKING:
    from forcegen.domain.instance import Instance

GOOD = Path(__file__).parents[2] / "data" / "good"


@pytest.fixture(scope="module")
def instance() -> Instance:
    return read_instance(GOOD)


def test_norway_is_text_without_quotes(instance: Instance) -> None:
    assert [nation.id for nation in instance.nations] == ["NO", "CI", "B", "T", "ON"]
    assert instance.groups == {"no": ("NO",)}
    assert [role.id for role in instance.roles] == ["line", "y"]


def test_names_that_look_like_formulas_markup_or_times_are_text(instance: Instance) -> None:
    assert [nation.name for nation in instance.nations] == ["=1+1", "Côte d'Ivoire", "<b>bold</b>", "12:30", "on"]
    assert instance.name == "12:30"
    assert instance.roles[1].name == "=1+1"
    assert instance.contingents[0].name == "<b>bold</b>"


def test_quoted_cells_keep_commas_quotes_and_line_ends(instance: Instance) -> None:
    assert instance.nation["CI"].note == "one, two"
    assert instance.nation["B"].note == 'a "quoted" word'
    assert instance.nation["T"].note == "two\r\nlines"


def test_empty_cells_and_rows_stand_for_nothing(instance: Instance) -> None:
    assert instance.nation["B"].army is None
    assert len(instance.sectors) == 3
    assert instance.sector["no"].zone is None


def test_ids_of_digits_and_lists_in_cells(instance: Instance) -> None:
    assert list(instance.sector) == ["1", "2", "no"]
    assert instance.sector["1"].next == ("no", "2")
    assert instance.sector["1"].at == (Decimal("30.1"), Decimal("50.2"))
    assert instance.sector["1"].beds == {"2025-W28": Decimal(100), "2025-W30": Decimal(200)}
    assert instance.sector["2"].abroad


def test_lines_are_those_of_the_csv_file() -> None:
    tree = read_instance_tree(GOOD)
    lines = [tree.places["nations", i] for i in range(5)]
    assert lines == [(str(GOOD / "nations.csv"), line) for line in (2, 3, 5, 6, 8)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("NO", "NO"),
        ("off", "off"),
        ("12:30", "12:30"),
        ("1:30:00", "1:30:00"),
        ("=1+1", "=1+1"),
        ("2025-07", "2025-07"),
        ("2025-07-01", "2025-07-01"),
        ("010", 10),
        ("0o10", 8),
        ("1_000", "1_000"),
        ("0.1", Decimal("0.1")),
        ("1e3", Decimal(1000)),
        ("~", None),
        ("True", True),
        ("<<", "<<"),
    ],
)
def test_scalars_are_those_of_yaml_1_2(text: str, value: object) -> None:
    assert parse(text, "here").data == value


@pytest.mark.parametrize(
    "odd", ["1e3", "08", "0o10", "0x1F", "1.", ".5", "-", "NO", "true", "null", "12", "on", "2025-07", "1_0"]
)
def test_a_plan_comes_back_as_it_was_written(tmp_path: Path, odd: str) -> None:
    fields = {"contingent": odd, "unit": 1, "sector": odd, "role": odd, "start": "2025-07", "periods": 3}
    plan = Plan(instance=odd, scenario=(odd,), tours=(Tour.model_validate(fields),))
    (tmp_path / "plan.yaml").write_text(plan_text(plan), encoding="utf-8")
    assert read_plan(tmp_path) == plan


def test_a_list_left_out_stands_for_all_and_an_empty_group_is_allowed(tmp_path: Path) -> None:
    text = (GOOD.parent / "empty-nations.yaml").read_text(encoding="utf-8")
    file = tmp_path / "all.yaml"
    file.write_text(text.replace(", nations: []", ""), encoding="utf-8")
    assert read_instance(file).rules[0].nations is None
    file.write_text(text.replace("[DNK, SWE]", "[]").replace("nations: []", "nations: [nordic]"), encoding="utf-8")
    assert read_instance(file).rules[0].nations == ("nordic",)


@pytest.mark.parametrize(("start", "periods", "fits"), [("9999-07", 6, True), ("9999-07", 7, False)])
def test_a_horizon_ends_by_the_year_9999(tmp_path: Path, start: str, periods: int, fits: bool) -> None:
    text = (GOOD.parent / "past-year-9999.yaml").read_text(encoding="utf-8")
    text = text.replace("9999-08, periods: 6", f"{start}, periods: {periods}").replace("tour: 3", "tour: 1")
    file = tmp_path / "late.yaml"
    file.write_text(text, encoding="utf-8")
    if fits:
        assert read_instance(file).horizon.label(periods - 1) == "9999-12"
    else:
        with pytest.raises(InputError, match="end after the year 9999"):
            read_instance(file)
