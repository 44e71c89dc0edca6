"""Certificates of solves: what they claim holds, comes close to the relaxation, and cannot be inflated."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

import forcegen
from forcegen.cli import load
from forcegen.domain.certificate import Certificate
from forcegen.domain.instance import Instance
from forcegen.planning.search import pair
from forcegen.planning.solve import Settings, solve
from forcegen.workers import WorkerPool
from tests.oracle.brute import best
from tests.oracle.generate import SUMS, instance

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def by_prices_from_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pair, "WIDE", 0)


def test_what_is_claimed_holds_and_comes_close() -> None:
    close = total = 0
    with WorkerPool() as workers:
        for seed in range(8):
            document = instance(seed, SUMS)
            read, known = Instance.model_validate(document), best(document)
            settings = Settings(threads=2, time_limit=60, gap=0)
            result = solve(read, settings=settings, workers=workers)
            made = forcegen.certificate(result)
            if not known.feasible or made is None or result.plan is None:
                continue
            judged = forcegen.check(read, result.plan, certificate=made)
            assert judged.clean
            for bound, priced in zip(judged.certified, result.proofs, strict=True):
                optimum = known.values[["unmet-minimum", "unmet-target"].index(bound.goal)]
                assert bound.holds
                assert bound.proven <= optimum
                own = priced.priced.bound()
                assert own is not None
                scale = priced.formulation.objectives[bound.goal].scale
                total += 1
                close += bound.proven >= (own - 1) * scale - Fraction(1, 100)  # bounds of models are rounded up
    assert total >= 6
    assert close >= total * 3 // 4, (close, total)


def test_a_claim_that_prices_do_not_prove_is_refused(tmp_path: Path) -> None:
    result = solve("instances/tutorial", settings=Settings(time_limit=30))
    made = forcegen.certificate(result)
    assert made is not None
    document = made.model_dump(mode="json", exclude_none=True)
    out = tmp_path / "out"
    run = CliRunner().invoke(load(), ["solve", "instances/tutorial", "--time-limit", "20", "-o", str(out)])
    assert run.exit_code == 0
    file = out / "certificate.json"
    command = ["check", "instances/tutorial", str(out), "--certificate", str(file)]
    assert "(by prices alone)" in (kept := CliRunner().invoke(load(), command)).stdout
    assert kept.exit_code == 0
    document = json.loads(file.read_text())
    document["goals"][0]["bound"] = "100000"
    file.write_text(json.dumps(document))
    refused = CliRunner().invoke(load(), command)
    assert refused.exit_code == 7
    assert "the certificate claims a bound of 100,000" in refused.stdout


def test_altered_prices_prove_another_bound_that_holds() -> None:
    result = solve("instances/tutorial", settings=Settings(time_limit=30))
    made = forcegen.certificate(result)
    assert made is not None
    assert result.plan is not None
    goal = made.goals[0]
    altered = {name: str(float(price) * 2) for name, price in goal.prices.items()} | {"no(such,row)": "5"}
    claim = goal.model_copy(update={"prices": altered, "bound": "-1000000"})
    judged = forcegen.check("instances/tutorial", result.plan, certificate=Certificate(goals=(claim,)))
    assert judged.clean
    assert judged.certified[0].proven <= judged.goals[goal.name]
