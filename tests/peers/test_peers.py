"""Every peer proves what brute force finds, its plans pass our audit, and what it cannot say it refuses.

Each peer runs in a process of its own: the libraries of some cannot be loaded beside those of others.
"""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.oracle.brute import best
from tests.oracle.generate import instance

PEERS = ("pulp-cbc", "cp-sat-intervals", "cp-sat-counts", "mathopt-scip")
KINDS = ("exclude", "only", "ceiling", "floor", "share", "lift", "supply", "pin")


def answers(peer: str, model: str, paths: list[Path]) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "tests.peers.many", peer, model, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=500, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def written(folder: Path, documents: list[dict[str, Any]]) -> list[Path]:
    paths = [folder / f"{i}.yaml" for i in range(len(documents))]
    for path, document in zip(paths, documents, strict=True):
        path.write_text(json.dumps(document, default=float))
    return paths


def compared(peer: str, model: str, documents: list[dict[str, Any]], folder: Path) -> int:
    """How many documents the peer can express; its optimum is brute force's on each of them."""
    expressed = 0
    goal = {"coverage": "unmet-target", "cheapest": "cost"}[model]
    for document, answer in zip(documents, answers(peer, model, written(folder, documents)), strict=True):
        if answer["status"] == "UNSUPPORTED":
            assert answer["message"]
            continue
        expressed += 1
        known = best(document, [goal])
        if not known.feasible:
            assert answer["status"] == "INFEASIBLE", answer
            continue
        value = float(known.values[0])
        assert (answer["status"], answer["clean"]) == ("OPTIMAL", True), answer
        assert Fraction(answer["value"]) == known.values[0], answer
        assert answer["bound"] == pytest.approx(value, abs=1e-4), answer
        # What it tells on its way is never beyond the optimum, on either side.
        assert answer["least"] is None or answer["least"] >= value - 1e-3, answer
        assert answer["most"] is None or answer["most"] <= value + 1e-3, answer
    return expressed


@pytest.mark.parametrize("peer", PEERS)
def test_peers_prove_what_brute_force_finds(peer: str, tmp_path: Path) -> None:
    documents = [instance(seed, KINDS) for seed in range(10)]
    assert compared(peer, "coverage", documents, tmp_path) >= 5


@pytest.mark.long
@pytest.mark.parametrize("model", ["coverage", "cheapest"])
@pytest.mark.parametrize("peer", PEERS)
def test_peers_prove_what_brute_force_finds_on_many_more(peer: str, model: str, tmp_path: Path) -> None:
    documents = [instance(1000 + seed, KINDS) for seed in range(150)]
    assert compared(peer, model, documents, tmp_path) >= 75


@pytest.mark.long
@pytest.mark.parametrize("peer", PEERS)
def test_no_plan_for_an_infeasible_theatre(peer: str) -> None:
    (answer,) = answers(peer, "coverage", [Path("instances/infeasible-beds")])
    assert (answer["status"], answer["value"]) == ("INFEASIBLE", None)


def test_what_a_peer_cannot_say_it_refuses_by_name() -> None:
    (lead,) = answers("cp-sat-counts", "coverage", [Path("instances/sfor-2003")])
    (goals,) = answers("cp-sat-counts", "rotation", [Path("instances/tutorial")])
    assert lead["status"] == goals["status"] == "UNSUPPORTED"
    assert "rules of the kind lead" in lead["message"]
    assert "the goals unmet-minimum, unmet-target" in goals["message"]


def test_a_malformed_instance_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("forcegen: 1\nname: ''\n")
    words = ["mathopt-scip", str(tmp_path / "bad.yaml"), "coverage", str(tmp_path)]
    command = [sys.executable, "-m", "benchmarks.peers", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
