"""Times of load, build, decode and audit on three sizes: recorded, not gated (`make bench`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from forcegen.audit import audit
from forcegen.bench.generate import generate
from forcegen.formulation.decode import decode, encode
from forcegen.formulation.tour import build
from forcegen.io.instance import read_instance
from forcegen.io.plan import read_plan

if TYPE_CHECKING:
    from pathlib import Path

GOALS = ("unmet-minimum", "unmet-target", "cost")


@pytest.fixture(scope="module", params=["small", "medium", "large"])
def home(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp(request.param)
    generate(folder, family=request.param)
    return folder


def test_load(home: Path, benchmark: Any) -> None:
    benchmark(read_instance, home)


def test_build(home: Path, benchmark: Any) -> None:
    benchmark(build, read_instance(home), GOALS)


def test_decode(home: Path, benchmark: Any) -> None:
    """Of the plan from which the theatre was made: it is a point of the model, and comes back as it was."""
    formulation, plan = build(read_instance(home), GOALS), read_plan(home)
    values = encode(formulation, plan)
    assert formulation.model.feasible(values)
    assert len(benchmark(decode, formulation, values)) == len(plan.tours)


def test_audit(home: Path, benchmark: Any) -> None:
    assert benchmark(audit, read_instance(home), read_plan(home), GOALS).clean
