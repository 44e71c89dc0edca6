"""The commands when things go wrong: no place to write, no solver, an interrupt, a reader that leaves, bad input."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
TUTORIAL = ROOT / "instances" / "tutorial"
UKRAINE = ROOT / "instances" / "ukraine-2025"
DATA = ROOT / "tests" / "data"
# As the installed command does; `hidden` modules are such as are not installed.
COMMAND = "import sys; sys.modules.update(dict.fromkeys({hidden!r})); from forcegen.__main__ import main; main()"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and permissions")


def command(*arguments: object, hidden: tuple[str, ...] = ()) -> list[str]:
    return [sys.executable, "-c", COMMAND.format(hidden=hidden), *map(str, arguments)]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONWARNINGS": "default"}


def run(*arguments: object, hidden: tuple[str, ...] = (), timeout: float = 120) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        command(*arguments, hidden=hidden), capture_output=True, text=True, timeout=timeout, env=environment()
    )
    assert "Traceback" not in done.stderr + done.stdout
    return done


def started(*arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
    )


def error_in(text: str) -> dict[str, Any]:
    document = json.loads(text)
    assert list(document) == ["error"]
    assert set(document["error"]) == {"code", "message", "file", "line", "field", "value", "advice"}
    found: dict[str, Any] = document["error"]
    return found


@pytest.mark.parametrize("name", ["unknown-nation.yaml", "bomb.yaml", "not-utf-8.yaml", "csv-too-many-cells"])
def test_a_malformed_instance_ends_with_2_and_one_message(name: str) -> None:
    done = run("validate", DATA / name)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"forcegen: {DATA / name}")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("arguments", [("validate",), ("solve",), ("check",)])
def test_with_json_the_fault_is_one_document(arguments: tuple[str, ...]) -> None:
    more = [TUTORIAL] if arguments == ("check",) else []
    done = run(*arguments, DATA / "negative-strength.yaml", *more, "--json")
    assert (done.returncode, done.stderr) == (2, "")
    assert error_in(done.stdout) == {
        "code": 2,
        "message": "-100 is not above 0",
        "file": str(DATA / "negative-strength.yaml"),
        "line": 18,
        "field": "contingents[0].strength",
        "value": -100,
        "advice": "correct the number",
    }


def test_many_faults_are_all_told_but_json_has_the_first(tmp_path: Path) -> None:
    text = (DATA / "unknown-nation.yaml").read_text(encoding="utf-8").replace("[hill]", "[hil]")
    (tmp_path / "two.yaml").write_text(text, encoding="utf-8")
    assert len(run("validate", tmp_path / "two.yaml").stderr.splitlines()) == 2
    assert error_in(run("validate", tmp_path / "two.yaml", "--json").stdout)["line"] == 18


@pytest.mark.parametrize("where", ["file", "file/below", "/proc/nowhere", "x" * 5_000])
def test_a_place_that_cannot_be_written_is_refused_before_anything_is_read(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").write_text("mine")
    done = run("solve", tmp_path / "absent", "-o", tmp_path / where, "--json")  # the instance is not there either
    assert done.returncode == 2
    assert "cannot be written" in error_in(done.stdout)["message"]
    assert error_in(done.stdout)["advice"] == "name another folder"
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize(
    "command",
    [
        ("init", "PLACE"),
        ("solve", TUTORIAL, "--report", "PLACE.html"),
        ("solve", TUTORIAL, "--workbook", "PLACE.xlsx"),
        ("sustain", TUTORIAL, "--report", "PLACE.html"),
        ("export", TUTORIAL, "-o", "PLACE.xlsx"),
    ],
)
def test_a_place_that_cannot_be_written_is_named_as_it_was_typed(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "file").write_text("mine")
    place = str(tmp_path / "file" / "x")
    typed = [str(word).replace("PLACE", place) for word in command]
    done = run(*typed)
    assert done.returncode == 2
    assert [line for line in done.stderr.splitlines() if f"{typed[-1]}: cannot be written: " in line], done.stderr
    assert " -o" not in done.stderr


def test_a_folder_where_a_file_is_wanted_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    for command in (("solve", "absent", "--report"), ("export", "absent", "-o"), ("explain", "absent", "--report")):
        done = run(*command, tmp_path)
        assert done.returncode == 2
        assert f"{tmp_path}: cannot be written: it is a folder" in done.stderr


def test_a_comparison_with_nothing_is_refused() -> None:
    done = run("diff", TUTORIAL)
    assert done.returncode == 2
    assert "give --scenario, --against, --to or --plans" in done.stderr
    assert run("diff", TUTORIAL, "--to", TUTORIAL).stdout == "nothing differs\n"


def test_two_scenarios_are_compared_and_an_unknown_one_is_named_on_either_side() -> None:
    done = run("diff", UKRAINE, "--scenario", "us-withholds", "--against", "germany-joins", "--json")
    assert done.returncode == 0, done.stderr
    changed = {(change["list"], change["subject"]) for change in json.loads(done.stdout)["changes"]}
    assert changed >= {("condition", "germany-agrees"), ("condition", "us-backstop")}
    for side, other in (("--scenario", "--against"), ("--against", "--scenario")):
        done = run("diff", UKRAINE, side, "poland-outt", other, "grand-40k")
        assert (done.returncode, done.stdout) == (2, "")
        assert "there is no scenario 'poland-outt'" in done.stderr
        assert "poland-out" in done.stderr
    done = run("diff", TUTORIAL, "--plans", TUTORIAL, TUTORIAL, "--against", "none")
    assert done.returncode == 2
    assert "leave out --against" in done.stderr


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_without_permission_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    done = run("solve", TUTORIAL, "-o", tmp_path / "out")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


def test_an_unknown_solver_is_bad_input() -> None:
    done = run("solve", TUTORIAL, "--solver", "gurobi")
    assert done.returncode == 2
    assert "highs, cbc, cp-sat, scip and pulp:NAME" in done.stderr


def test_a_solver_that_is_not_installed_ends_with_6(tmp_path: Path) -> None:
    done = run("solve", TUTORIAL, "--json", "-o", tmp_path / "out", hidden=("highspy",))
    assert done.returncode == 6
    assert error_in(done.stdout)["message"].startswith("highs: the package highspy is not installed")
    assert not (tmp_path / "out").exists()
    listed = json.loads(run("solvers", "--json", hidden=("highspy",)).stdout)
    assert [info["installed"] for info in listed][:4] == [False, True, True, True]


def test_results_leave_other_files_alone_and_json_is_one_document(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "plan.yaml").write_text("old")
    (tmp_path / "sub").mkdir()
    done = run("solve", TUTORIAL, "--time-limit", 30, "-o", tmp_path, "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout) == json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    assert (tmp_path / "notes.txt").read_text() == "mine"
    tables = {
        f"{name}.csv" for name in ("assignments", "burden", "coverage", "force", "freed", "leads", "pools", "reliefs")
    }
    names = {"notes.txt", "sub", "plan.yaml", "asked.json", "result.json"} | tables
    assert {path.name for path in tmp_path.iterdir()} == names
    checked = run("check", TUTORIAL, tmp_path, "--json")
    assert checked.returncode == 0
    assert isinstance(json.loads(checked.stdout), dict)


def test_two_solves_at_once_do_not_meet(tmp_path: Path) -> None:
    both = [started("solve", TUTORIAL, "--time-limit", 40, "-o", tmp_path / name) for name in ("a", "b")]
    for process, name in zip(both, ("a", "b"), strict=True):
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        assert run("check", TUTORIAL, tmp_path / name).returncode == 0
    assert (tmp_path / "a" / "assignments.csv").exists()


@pytest.mark.parametrize("arguments", [("schema",), ("solvers",), ("validate", UKRAINE), ("--help",)])
def test_a_reader_that_leaves_early_sees_no_traceback(arguments: tuple[object, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            command(*arguments), stdout=writing, stderr=subprocess.PIPE, text=True, timeout=60, env=environment()
        )
    finally:
        os.close(writing)
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert done.returncode != 0


def test_an_interrupt_ends_with_130_and_keeps_the_plan_that_was_known(tmp_path: Path) -> None:
    # Without rules and with a plan to start from, a plan is known however slow the machine is.
    free, idle, out = tmp_path / "free.yaml", tmp_path / "idle.yaml", tmp_path / "out"
    free.write_text("forcegen: 1\nscenario: free\nremove: [{list: rules}]\n")
    idle.write_text("forcegen: 1\ntours: []\n")
    options = ("--scenario", free, "--start", idle, "--time-limit", 40, "-o", out)
    process = started("solve", UKRAINE, *options)
    time.sleep(7)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    assert json.loads((out / "result.json").read_text(encoding="utf-8"))["termination"] == "INTERRUPTED"
    assert run("check", UKRAINE, out, "--scenario", free).returncode == 0
    assert not [path for path in out.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize(
    "command",
    [("generate", "{}", "--seed", "3"), ("convert", "instance", TUTORIAL, "{}"), ("sweep", TUTORIAL, "-o", "{}")],
    ids=lambda command: command[0],
)
def test_an_instance_that_is_there_is_not_overwritten(command: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "instance.yaml").write_text("mine")
    done = run(*(str(tmp_path) if word == "{}" else word for word in command))
    assert done.returncode == 2, done.stderr
    assert "an instance is there already" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["instance.yaml"]
    assert (tmp_path / "instance.yaml").read_text() == "mine"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("more", [(), ("--json",)])
def test_a_full_stdout_is_told_on_stderr(more: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "forcegen", "validate", str(TUTORIAL), *more]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=60)
    assert done.returncode == 8
    assert "the machine refused" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_force_without_end_is_refused() -> None:
    done = run("sustain", TUTORIAL, "--force", "inf")
    assert done.returncode == 2
    assert "a force size is a finite number" in done.stderr


def test_plans_of_another_instance_are_not_compared(tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text("tours: [{contingent: nobody, unit: 1, sector: hill, role: watch, start: 2026-01, periods: 3}]")
    done = run("diff", TUTORIAL, "--plans", plan, plan)
    assert done.returncode == 2
    assert "contingents that the instance does not have" in done.stderr


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_where_nobody_listens_a_command_still_works(closed: str, tmp_path: Path) -> None:
    command = f"{sys.executable} -m forcegen solve {TUTORIAL} --time-limit 10 -o {tmp_path / 'out'} {closed}"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60, env=environment())
    assert done.returncode == 0
    assert "internal" not in done.stdout + done.stderr
    assert (tmp_path / "out" / "plan.yaml").is_file()


def test_a_reader_that_has_gone_is_no_other_exit_code() -> None:
    command = [sys.executable, "-m", "forcegen", "validate", str(TUTORIAL)]
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, timeout=60, env=environment())
    os.close(writer)
    assert (done.returncode, done.stderr) == (8, "")


def test_completion_ends_well() -> None:
    asked = {"_FORCEGEN_COMPLETE": "complete_bash", "COMP_WORDS": "forcegen sol", "COMP_CWORD": "1"}
    command = [sys.executable, "-c", "import sys; sys.argv[0] = 'forcegen'; from forcegen.__main__ import main; main()"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment() | asked)
    assert (done.returncode, done.stdout.split()) == (0, ["solve", "solvers"])


def test_asked_for_nothing_it_shows_its_help() -> None:
    for words in ((), ("bench",)):
        done = run(*words)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("Usage:")


@pytest.mark.parametrize(
    "words",
    [
        ("solve", "{here}", "--report", "{here}/instance.yaml"),
        ("explain", "{here}", "--report", "{here}/instance.yaml"),
        ("solve", "{here}", "-o", "{here}/out", "--report", "{here}/out/result.json"),
    ],
)
def test_an_answer_does_not_take_the_place_of_what_was_asked(words: tuple[str, ...], tmp_path: Path) -> None:
    here = tmp_path / "here"
    shutil.copytree(TUTORIAL, here)
    before = (here / "instance.yaml").read_bytes()
    done = run(*(word.format(here=here) for word in words))
    assert done.returncode == 2
    assert "would take the place of what is in" in done.stderr
    assert (here / "instance.yaml").read_bytes() == before


@pytest.mark.parametrize("words", [("solve", "--worlds", "5"), ("solve", "--unseen", "5"), ("stress", "--unseen", "5")])
def test_options_that_do_nothing_are_refused(words: tuple[str, ...]) -> None:
    done = run(words[0], TUTORIAL, *words[1:])
    assert done.returncode == 2
    assert f"{words[1]}" in done.stderr


LOADING = """
import os, signal, sys
class Interrupted:
    def find_spec(self, name, path=None, target=None):
        if name == "forcegen.cli":
            os.kill(os.getpid(), signal.SIGINT)
sys.argv = ["forcegen", "solve", "instances/tutorial", *sys.argv[1:]]
sys.meta_path.insert(0, Interrupted())
from forcegen.__main__ import main
main()
"""
BETWEEN = """
import os, signal, sys
import forcegen.planning.validate as planning
def validate(*given, **named):
    os.kill(os.getpid(), signal.SIGINT)
    for _ in range(10**7):
        pass
planning.validate = validate
sys.argv = ["forcegen", "validate", "instances/tutorial", *sys.argv[1:]]
from forcegen.__main__ import main
main()
"""
TWICE = """
import os, signal, sys, threading
from forcegen.cli.endings import ctrl_c_stops
with ctrl_c_stops(threading.Event()):
    os.kill(os.getpid(), signal.SIGINT)
    os.kill(os.getpid(), signal.SIGINT)
"""


@pytest.mark.parametrize("script", [LOADING, BETWEEN, TWICE])
def test_a_ctrl_c_that_keeps_nothing_is_told_in_a_sentence_or_a_document(script: str) -> None:
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment())
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == "forcegen: interrupted before there was an answer\n"
    done = subprocess.run([*command, "--json"], capture_output=True, text=True, timeout=60, env=environment())
    assert (done.returncode, done.stderr) == (130, "")
    assert error_in(done.stdout)["code"] == 130
    assert {"message", "file", "line", "field", "value", "advice"} < set(error_in(done.stdout))
