"""Drawn assignment problems follow their recipe, byte by byte the same everywhere, and are ordinary instances."""

from __future__ import annotations

import hashlib
from itertools import product
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from forcegen.bench.fit import assignment, why_none_fits
from forcegen.bench.gap import draw_gap
from forcegen.bench.generate import generate
from forcegen.io.errors import InputError
from forcegen.io.gap import Gap
from forcegen.mip import Status
from forcegen.planning.solve import Settings, solve

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@pytest.mark.parametrize(("agents", "jobs"), [(5, 100), (20, 200)])
def test_type_d_is_drawn_by_its_recipe(agents: int, jobs: int) -> None:
    gap = draw_gap("gap-d", agents, jobs, 3)
    cells = [(a, c) for rows in zip(gap.resources, gap.costs, strict=True) for a, c in zip(*rows, strict=True)]
    assert len(cells) == agents * jobs
    assert {a for a, _ in cells} >= {2, 50, 99}
    assert all(1 <= a <= 100 and 101 <= a + c <= 121 for a, c in cells)
    for row, capacity in zip(gap.resources, gap.capacities, strict=True):
        assert capacity <= 0.8 * sum(row) / agents < capacity + 1


def test_type_e_is_drawn_by_its_recipe() -> None:
    gap = draw_gap("gap-e", 10, 200, 3)
    resources = [a for row in gap.resources for a in row]
    # 1 - 10 ln u has the mean 11; cut to a whole number about half less
    assert 10 < sum(resources) / len(resources) < 11
    for row, costs, capacity in zip(gap.resources, gap.costs, gap.capacities, strict=True):
        assert all(max(0, 1000 // a - 10) <= c <= 1000 // a for a, c in zip(row, costs, strict=True))
        assert capacity == max(4 * sum(row) // 50, *row)


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    """Written down, so that another machine or version that draws otherwise is found out."""
    known = {"gap-d": "d9e68624b97b05b6", "gap-e": "cc1fb705ffb730ff"}
    for family, expected in known.items():
        folder = tmp_path / family
        generate(folder, family=family, seed=1, agents=10, jobs=100)
        texts = [
            path.name.encode() + path.read_bytes() for path in (folder / "instance.yaml", folder / "contingents.csv")
        ]
        assert hashlib.sha256(b"".join(texts)).hexdigest()[:16] == expected
        assert draw_gap(family, 10, 100, 1) != draw_gap(family, 10, 100, 2)  # type: ignore[arg-type]


@pytest.mark.parametrize("family", ["gap-d", "gap-e"])
def test_a_drawn_problem_is_solved_as_any_other(family: str, tmp_path: Path) -> None:
    generate(tmp_path, family=family, agents=3, jobs=12)
    found = solve(tmp_path, model="cheapest", settings=Settings(solver="highs", gap=0, time_limit=60))
    assert found.status is Status.OPTIMAL


def test_whether_all_jobs_fit_is_said(tmp_path: Path) -> None:
    alone = generate(tmp_path / "alone", family="gap-d", agents=1, jobs=10)
    assert alone.cause.startswith("no assignment exists: the jobs take at least")
    assert "No assignment exists" in (tmp_path / "alone" / "README.md").read_text()
    usual = generate(tmp_path / "usual", family="gap-e")
    assert (usual.cause, usual.doubt) == ("", "")
    assert "All jobs fit." in (tmp_path / "usual" / "README.md").read_text()


def test_what_is_said_of_fitting_is_what_enumeration_finds() -> None:
    rng, said = Random(4), set()
    for _ in range(300):
        agents, jobs = rng.randint(1, 3), rng.randint(1, 5)
        resources = tuple(tuple(rng.randint(0, 9) for _ in range(jobs)) for _ in range(agents))
        gap = Gap(resources, resources, tuple(rng.randint(0, 3 * jobs + 4) for _ in range(agents)))
        ways = product(range(agents), repeat=jobs)
        fits = any(kept(gap, way) for way in ways)
        found = assignment(gap)
        assert found is None or kept(gap, found)
        assert not (why_none_fits(gap) and fits)
        said.add((bool(why_none_fits(gap)), found is not None, fits))
    assert {(True, False, False), (False, True, True)} <= said


def kept(gap: Gap, way: Sequence[int]) -> bool:
    used = [0] * len(gap.capacities)
    for job, agent in enumerate(way):
        used[agent] += gap.resources[agent][job]
    return all(u <= c for u, c in zip(used, gap.capacities, strict=True))


@pytest.mark.parametrize(
    ("dials", "message"),
    [
        ({"family": "gap-d", "agents": 0}, "agents is 0, and must be from 1 to 500"),
        ({"family": "gap-e", "jobs": 10**9}, "jobs is 1000000000, and must be"),
        ({"family": "gap-d", "periods": 3}, "gap-d has no periods"),
        ({"family": "gap-e", "planted": True}, "gap-e has no planted"),
        ({"family": "small", "jobs": 3}, "small has no jobs"),
    ],
)
def test_dials_of_another_family_and_out_of_range_are_refused(
    dials: dict[str, Any], message: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=message):
        generate(tmp_path / "out", **dials)
    assert not (tmp_path / "out").exists()
