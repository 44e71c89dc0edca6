"""Generalised assignment as theatres: the published optima are reached and never contradicted."""

from __future__ import annotations

import csv
from itertools import product
from pathlib import Path
from random import Random

import pytest

from forcegen.io.errors import InputError
from forcegen.io.gap import Gap, read_gap
from forcegen.mip import Status
from forcegen.planning.convert import convert
from forcegen.planning.solve import Settings, solve
from forcegen.workers import WorkerPool

DATA = Path("../shared/benchmarks/gap")
EXACT = Settings(solver="highs", gap=0, time_limit=60)
published = pytest.mark.skipif(not DATA.exists(), reason="the published problems are not at hand")


def text_of(gap: Gap) -> str:
    rows = [[len(gap.capacities), gap.jobs], *gap.costs, *gap.resources, gap.capacities]
    return "\n".join(" ".join(map(str, row)) for row in rows) + "\n"


def drawn(rng: Random) -> Gap:
    agents, jobs = rng.randint(1, 3), rng.randint(1, 6)
    table = [tuple(tuple(rng.randint(0, 9) for _ in range(jobs)) for _ in range(agents)) for _ in range(2)]
    return Gap(table[0], table[1], tuple(rng.randint(5, 5 + 3 * jobs) for _ in range(agents)))


def enumerated(gap: Gap, sign: int) -> int | None:
    """The least cost (sign 1) or the largest profit (sign -1), None where the jobs do not fit."""
    found: list[int] = []
    for choice in product(range(len(gap.capacities)), repeat=gap.jobs):
        used = [0] * len(gap.capacities)
        for job, agent in enumerate(choice):
            used[agent] += gap.resources[agent][job]
        if all(u <= c for u, c in zip(used, gap.capacities, strict=True)):
            found.append(sum(gap.costs[agent][job] for job, agent in enumerate(choice)))
    return sign * min(sign * cost for cost in found) if found else None


def test_random_problems_have_the_optimum_that_enumeration_finds(tmp_path: Path) -> None:
    rng = Random(5)
    with WorkerPool() as workers:
        for i in range(40):
            gap, maximise = drawn(rng), bool(i % 2)
            (tmp_path / f"{i}.txt").write_text(text_of(gap))
            (home,) = convert("gap", tmp_path / f"{i}.txt", tmp_path / str(i), maximise=maximise)
            found = solve(home, model="cheapest", settings=EXACT, workers=workers)
            known = enumerated(gap, -1 if maximise else 1)
            if known is None:
                assert found.status is Status.INFEASIBLE
                continue
            assert found.status is Status.OPTIMAL
            cost = found.tiers[0].found
            most = max(max(row) for row in gap.costs)
            assert cost is not None
            assert (gap.jobs * most - cost if maximise else cost) == known


def test_several_problems_in_a_file_are_several_instances(tmp_path: Path) -> None:
    gaps = [drawn(Random(seed)) for seed in range(3)]
    (tmp_path / "gaps").write_text("3\n" + "".join(map(text_of, gaps)))
    assert read_gap(tmp_path / "gaps") == gaps
    homes = convert("gap", tmp_path / "gaps", tmp_path / "out")
    assert [home.name for home in homes] == ["1", "2", "3"]
    assert all((home / "instance.yaml").exists() for home in homes)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "there is nothing in it"),
        ("2 3\n1 2 3\n", "the numbers are not one or several problems"),
        ("1 1\n4\n4\n4\n9 9\n", "the numbers are not one or several problems"),
        ("1 1\n4\n-4\n4\n", "a whole number is needed, not '-4'"),
        ("1 1\n4\n4.5\n4\n", "a whole number is needed, not '4.5'"),
        ("1 1\n4\n9999999999999999\n4\n", "a whole number is needed"),
        ("0 0\n", "the numbers are not one or several problems"),
        ("9999999 9999999\n1\n", "the numbers are not one or several problems"),
    ],
)
def test_what_is_no_such_file_is_refused_in_a_sentence(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "bad").write_text(text)
    with pytest.raises(InputError, match=message):
        convert("gap", tmp_path / "bad", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def optima() -> dict[str, int]:
    if not DATA.exists():
        return {}
    with (DATA / "optima.csv").open() as stream:
        return {row["Path"]: int(row["Optimum"]) for row in csv.DictReader(stream)}


@published
@pytest.mark.parametrize("name", [f"cattrysse1994/gap{i}-0" for i in range(1, 7)])
def test_published_optima_are_proven(name: str, tmp_path: Path) -> None:
    (home,) = convert("gap", DATA / name, tmp_path / "out")
    found = solve(home, model="cheapest", settings=EXACT)
    assert (found.status, found.tiers[0].found) == (Status.OPTIMAL, optima()[name])


@published
@pytest.mark.long
@pytest.mark.timeout(6000)
def test_no_published_optimum_is_contradicted(tmp_path: Path) -> None:
    assert len(optima()) == 78
    with WorkerPool() as workers:
        for name, optimum in optima().items():
            (home,) = convert("gap", DATA / name, tmp_path / name.replace("/", "-"))
            found = solve(home, model="cheapest", settings=Settings(gap=0, time_limit=60), workers=workers)
            tier = found.tiers[0]
            assert tier.found is not None, name
            assert tier.found >= optimum, name
            assert tier.bound is None or tier.bound <= optimum, name
            assert not tier.proven or tier.found == optimum, name
