"""Installing compiles the engine: the command for it ends well."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

import forcegen.engine.task as tasks
from forcegen.bench.dials import FAMILIES
from forcegen.bench.theatre import draw
from forcegen.domain.instance import Instance
from forcegen.engine import cells, command, entries, moves, respond, rows
from forcegen.engine.ready import load
from forcegen.engine.search import search
from forcegen.engine.wire import unpack
from forcegen.formulation.tour import build
from forcegen.planning.search.auto import Engine

GOAL = "unmet-target"


def test_it_compiles_and_ends() -> None:
    called = [sys.executable, "-m", "forcegen.engine.ready"]
    done = subprocess.run(called, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("family", ["tiny", "medium"])
def test_what_is_compiled_ahead_is_what_searches_use(family: str) -> None:
    """A type that the smallest task does not have would be compiled while somebody waits for a plan."""
    load()
    before = {name: len(loop.signatures) for name, loop in _loops()}
    formulation = build(Instance.model_validate(draw(FAMILIES[family], 0, "drawn").document), [GOAL])
    engine = Engine(formulation, [GOAL])
    payload = engine._payload(
        engine._worth(GOAL), engine._given(None), engine._free, deadline=0.0, threads=1, seed=0, start=None, work=None
    )
    model, crew, leading = unpack(payload)
    what = tasks.task(model, payload["worth"], crew, payload["period"], payload["defined"], payload["ignored"], leading)
    assert what is not None
    steps = iter([0.0, 0.1, 0.9])
    search(what, seed=0, threads=1, progress=lambda: next(steps, 1.0), better=lambda taken: None)
    assert before
    assert {name: len(loop.signatures) for name, loop in _loops()} == before


def _loops() -> list[tuple[str, Any]]:
    modules = (cells, command, entries, moves, respond, rows, tasks)
    found = ((f"{module.__name__}.{name}", value) for module in modules for name, value in vars(module).items())
    return [(name, value) for name, value in found if hasattr(value, "signatures")]
