"""A new instance solves as it stands; what is there already stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import forcegen as package
from forcegen.io.errors import InputError
from forcegen.io.instance import read_instance, shipped_instance
from forcegen.mip import Status
from forcegen.planning.solve import solve
from tests.unit.test_cli import forcegen

if TYPE_CHECKING:
    from pathlib import Path


def test_a_new_instance_solves_as_it_stands(tmp_path: Path) -> None:
    home = package.init(tmp_path / "my théâtre")
    result = solve(home)
    assert result.status is Status.OPTIMAL
    assert result.instance.name == "my-th-tre"
    without = solve(home, scenario=("brevia-stays-home",))
    assert without.tiers[1].found is not None
    assert result.tiers[1].found is not None
    assert without.tiers[1].found > result.tiers[1].found
    assert "NAME" not in (home / "README.md").read_text(encoding="utf-8")


def test_every_list_of_an_instance_is_in_it(tmp_path: Path) -> None:
    item = read_instance(package.init(tmp_path / "x"))
    lists = ("groups", "conditions", "nations", "roles", "sectors", "contingents", "requirements", "rules", "history")
    assert all(getattr(item, name) for name in lists)


def test_what_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="something is there already"):
        package.init(tmp_path)
    with pytest.raises(InputError, match="something is there already"):
        package.init(tmp_path / "mine.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    assert forcegen("init", str(tmp_path)).returncode == 2


@pytest.mark.long
def test_the_demo_solves_the_shipped_theatre_and_says_where_its_page_is(tmp_path: Path) -> None:
    assert (shipped_instance("ukraine-2025") / "instance.yaml").exists()
    done = forcegen("demo", "--time-limit", "30", "-o", str(tmp_path / "demo"))
    assert done.returncode == 0, done.stderr
    assert "troops required are covered on average" in done.stdout
    page = (tmp_path / "demo" / "plan.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert len(page) < 8_000_000
    assert "plan.html in a browser" in done.stdout


def test_a_missing_instance_is_named() -> None:
    with pytest.raises(InputError, match="is missing from this installation"):
        shipped_instance("atlantis")
