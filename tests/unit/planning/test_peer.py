"""Programs to compare with: what is heard of them, what is believed, and how they end."""

from __future__ import annotations

import json
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from forcegen.io.instance import read_instance
from forcegen.io.model import read_model
from forcegen.io.plan import plan_text
from forcegen.planning.peer import Peer, peer_task, run
from forcegen.planning.solve import Settings, solve

if TYPE_CHECKING:
    from pathlib import Path

TUTORIAL = read_instance("instances/tutorial")
BEST = 460


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = solve(TUTORIAL, model="coverage", settings=Settings("highs", 20, 0, 1))
    assert found.plan is not None
    file = tmp_path_factory.mktemp("plan") / "plan.yaml"
    file.write_text(plan_text(found.plan))
    return file


def answered(folder: Path, script: str, limit: float = 5.0, stop: threading.Event | None = None) -> dict[str, Any]:
    """Let a program of a few lines answer."""
    head = "import json, shutil, sys, time\ninstance, model, folder = sys.argv[1:4]\n"
    head += "def say(**words): print(json.dumps(words), flush=True)\n"
    (folder / "program.py").write_text(head + script)
    peer = Peer("mine", (sys.executable, str(folder / "program.py")), folder)
    task = peer_task(
        peer,
        TUTORIAL,
        read_model("coverage"),
        seed=3,
        threads=2,
        time_limit=limit,
        memory_limit=None,
        gap=0.0,
        suite="s",
    )
    return run(task.payload, stop or threading.Event())


def optimal(plan: Path, bound: float) -> str:
    copied = f"shutil.copy({str(plan)!r}, folder + '/plan.yaml')\n"
    return f"say(ready=True)\n{copied}say(status='OPTIMAL', bound={bound}, build=0, columns=3, rows=2)\n"


def test_it_is_given_a_folder_a_model_and_limits_and_its_plan_is_judged(plan: Path, tmp_path: Path) -> None:
    words = "open('words.json', 'w').write(json.dumps(sys.argv[4:]))\n"
    given = "assert open(instance + '/instance.yaml').read() and 'coverage' in open(model).read()\n"
    found = answered(tmp_path, words + given + optimal(plan, BEST - 1e-7))
    assert json.loads((tmp_path / "words.json").read_text()) == [
        *("--time-limit", "5.0", "--gap", "0.0", "--threads", "2", "--seed", "3")
    ]
    assert (found["status"], found["termination"], found["proven"]) == ("OPTIMAL", "OPTIMAL", True)
    assert (found["audited_exact"], found["bound_exact"], found["audit_clean"]) == (str(BEST), str(BEST), True)
    assert (found["columns"], found["rows"]) == (3, 2)
    assert found["plan"].startswith("forcegen: 1")


def test_what_it_says_on_its_way_is_its_trace_from_when_it_was_ready(plan: Path, tmp_path: Path) -> None:
    news = "time.sleep(0.5)\nsay(ready=True)\ntime.sleep(0.1)\nsay(found=700, bound=float('nan'))\nprint('a banner')\n"
    found = answered(tmp_path, news + "print('[1]')\nsay(found=600, bound=100, seconds=0.001)\n" + optimal(plan, 200))
    trace = json.loads(found["trace"])
    assert [point[1:] for point in trace] == [["unmet-target", 600.0, 100.0], ["unmet-target", 700.0, None]]
    assert found["seconds_load"] >= 0.5
    assert found["first_feasible_seconds"] == trace[0][0] == 0.001
    assert found["seconds_total"] < 0.5 + found["seconds_load"]


def test_a_bound_that_its_plan_does_not_reach_proves_nothing(plan: Path, tmp_path: Path) -> None:
    found = answered(tmp_path, optimal(plan, 400))
    assert (found["status"], found["termination"], found["proven"]) == ("FEASIBLE", "NUMERIC", False)
    assert 399 < found["bound"] < 400


def test_a_plan_that_breaks_a_rule_counts_for_nothing(plan: Path, tmp_path: Path) -> None:
    text = plan.read_text()
    first = next(line for line in text.splitlines() if line.startswith("- "))
    (tmp_path / "broken.yaml").write_text(text.replace(first, f"{first}\n{first}"))
    found = answered(tmp_path, optimal(tmp_path / "broken.yaml", BEST))
    assert (found["status"], found["audit_clean"], found["audited"]) == ("NO_SOLUTION", False, None)
    assert json.loads(found["violations"])


@pytest.mark.parametrize(
    ("script", "status", "termination", "error"),
    [
        ("say(status='INFEASIBLE')", "INFEASIBLE", "OPTIMAL", None),
        ("say(status='NO_SOLUTION', bound=3)", "NO_SOLUTION", "TIME_LIMIT", None),
        ("say(status='UNSUPPORTED', message='leads')", "ERROR", "UNSUPPORTED", "it cannot say leads"),
        ("say(status='GREAT')", "ERROR", None, "none of OPTIMAL, FEASIBLE"),
        ("say(status='OPTIMAL', bound=460)", "ERROR", None, "its plan cannot be read"),
        ("raise ValueError('too bad')", "ERROR", None, "exit code 1 and without an answer: ValueError: too bad"),
        ("", "ERROR", None, "exit code 0 and without an answer"),
    ],
)
def test_how_it_may_end(script: str, status: str, termination: str | None, error: str | None, tmp_path: Path) -> None:
    found = answered(tmp_path, script)
    assert (found["status"], found["termination"]) == (status, termination)
    assert (error is None) == (found.get("error") is None)
    assert error is None or error in found["error"]


@pytest.mark.long
def test_one_that_does_not_end_is_killed_with_what_it_started(tmp_path: Path) -> None:
    begun = time.monotonic()
    script = "import subprocess\nsay(ready=True)\nsubprocess.Popen(['sleep', '100'])\ntime.sleep(100)\n"
    found = answered(tmp_path, script, limit=0.1)
    assert (found["status"], found["termination"]) == ("NO_SOLUTION", "TIME_LIMIT")
    assert time.monotonic() - begun < 30


def test_interrupted_it_ends(tmp_path: Path) -> None:
    stop = threading.Event()
    threading.Timer(0.5, stop.set).start()
    begun = time.monotonic()
    found = answered(tmp_path, "say(ready=True)\ntime.sleep(100)\n", limit=100, stop=stop)
    assert found["termination"] == "INTERRUPTED"
    assert time.monotonic() - begun < 30
