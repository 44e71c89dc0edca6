"""What the shell completes, and what help says of each command."""

from __future__ import annotations

from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

import forcegen
from forcegen.cli import load

COMMANDS = sorted(get_command(load()).list_commands(None))  # type: ignore[attr-defined]
QUESTIONS = (
    "alternatives", "asks", "check", "convert", "diff", "explain", "export", "generate", "init", "repair", "replan",
    "serve", "short", "solve", "stress", "sustain", "sweep", "validate",
)  # fmt: skip


def completed(line: str) -> list[str]:
    """What bash is offered for the last word of a command line."""
    words = ["forcegen", *line.split(" ")]
    asked = {"COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1), "_FORCEGEN_COMPLETE": "complete_bash"}
    return CliRunner().invoke(load(), [], prog_name="forcegen", env=asked).stdout.split()


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("solve instances/tutorial --model r", ["rotation"]),
        ("stress instances/tutorial --model min", ["minimum-force"]),
        ("sweep instances/tutorial --solver c", ["cbc", "cp-sat"]),
        ("solve instances/tutorial --solver a", ["auto"]),
        ("solve instances/ukraine-2025 --scenario poland-out", ["poland-out", "poland-out-hub-closed"]),
        ("solve instances/tutorial --scenario poland", []),
        ("solve --scenario poland", []),
    ],
)
def test_names_are_completed(line: str, offered: list[str]) -> None:
    assert completed(line) == offered


def examples(command: Any) -> list[str]:
    """The ends of the help texts of a command, or of the commands below it."""
    below = getattr(command, "commands", {}).values()
    return [end for each in below for end in examples(each)] or [command.epilog or ""]


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_each_command_ends_with_an_example(name: str) -> None:
    ends = examples(get_command(load()).commands[name])  # type: ignore[attr-defined]
    assert all(end.startswith("Example") and f"forcegen {name}" in end for end in ends)


@pytest.mark.parametrize("name", QUESTIONS)
def test_each_question_is_a_function_of_the_same_name(name: str) -> None:
    assert name in COMMANDS
    assert callable(getattr(forcegen, name))
