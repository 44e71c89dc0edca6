"""The session of the page on workbooks, run to the letter."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from openpyxl import load_workbook

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "workbook.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```(console|python)\n(.*?)```", re.DOTALL)


def test_the_session_of_the_page_prints_what_the_page_says(tmp_path: Path) -> None:
    (tmp_path / "instances").symlink_to(ROOT / "instances")
    commands = 0
    for language, block in BLOCK.findall(PAGE):
        if language == "python":
            run([sys.executable, "-c", block], tmp_path)
            continue
        for line in block.split("$ ")[1:]:
            command, *quoted = line.splitlines()
            if "bad.xlsx" in command:
                misspell(tmp_path)
            program, *arguments = shlex.split(command)
            assert program == "forcegen"
            printed = run([sys.executable, "-m", "forcegen", *arguments], tmp_path)
            assert in_order(quoted, printed), (command, printed)
            commands += 1
    assert commands == 9
    changes, rules = (sections(tmp_path / "changes.html")[name] for name in ("changes", "rules"))
    assert ">Delvia<" in changes
    assert "added: DEL-coy in hill as watch from 2026-04 for 2" in changes
    assert ">DEL-no-guard<" in rules


def sections(page: Path) -> dict[str, str]:
    """Return the sections of a report by their names."""
    found = re.findall(r'<section id="(\w+)">(.*?)</section>', page.read_text(encoding="utf-8"), re.DOTALL)
    return dict(found)


def in_order(quoted: list[str], printed: list[str]) -> bool:
    """Return whether all that is quoted was printed, in this order, and where no `...` stands nothing else."""
    rest = iter(printed)
    kept = [line.strip() for line in quoted if line != "..."]
    return all(line in rest for line in kept) and ("..." in quoted or kept == printed)


def run(command: list[str], folder: Path) -> list[str]:
    paths = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "COLUMNS": "200", "PYTHONPATH": paths}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == (2 if "bad.xlsx" in command else 0), done.stderr
    text = done.stderr if done.returncode else done.stdout
    return [line.strip() for line in text.splitlines()]


def misspell(folder: Path) -> None:
    book = load_workbook(folder / "my.xlsx")
    book["contingents"]["D5"] = "DLE"
    book.save(folder / "bad.xlsx")
