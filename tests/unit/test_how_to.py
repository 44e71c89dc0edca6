"""The pages on adding a rule and a goal, followed to the letter on a copy of the program."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

RULE = """
from forcegen.audit import audit
from forcegen.domain.instance import Instance
from forcegen.domain.model import Model
from forcegen.planning.solve import Settings, solve
from tests.golden.instances import contingent, document, rule

instance = Instance.model_validate(document(contingent(), periods=4, rules=rule("freeze", **{"from": "2025-08"})))
free = Instance.model_validate(document(contingent(), periods=4))
model = Model.model_validate({"model": "m", "goals": [{"minimise": "unmet-target"}]})
held, loose = (solve(x, model=model, settings=Settings(gap=0, threads=1)) for x in (instance, free))
assert [t.start for t in held.plan.tours] == [], held.plan.tours
assert [held.tiers[0].value, loose.tiers[0].value] == [600, 150], (held.tiers, loose.tiers)
assert "AAA-inf moves in 2025-09" in " ".join(v.message for v in audit(instance, loose.plan).violations)
"""

GOAL = """
from forcegen.domain.instance import Instance
from forcegen.domain.model import Model
from forcegen.planning.solve import Settings, solve
from tests.golden.instances import contingent, document

instance = Instance.model_validate(document(contingent(units=2), periods=4))
goals = [{"minimise": "unmet-minimum"}, {"minimise": "tours"}]
found = solve(instance, model=Model.model_validate({"model": "m", "goals": goals}), settings=Settings(gap=0, threads=1))
assert [tier.value for tier in found.tiers] == [0, 2] and len(found.plan.tours) == 2, found.tiers
"""


def follow(page: str, root: Path) -> None:
    """Write the page's files and add the lines of its tables to a copy of the program."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    shutil.copytree(ROOT / "src", root / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for path, code in re.findall(r"^(?:In )?`(src/\S+\.py)`.*?```python\n(.*?)```", text, re.DOTALL | re.MULTILINE):
        target = root / path
        if target.exists():  # a function to be put before the table of the file
            old = target.read_text(encoding="utf-8")
            target.write_text(old.replace("GOALS: Mapping", code + "\n\nGOALS: Mapping", 1), encoding="utf-8")
        else:
            target.write_text(code, encoding="utf-8")
    for path, anchor, line in re.findall(r"^\| `(src/\S+)` \| `(.*?)` \| `(.*?)` \|$", text, re.MULTILINE):
        target, anchor, line = root / path, anchor.replace("\\|", "|"), line.replace("\\|", "|")
        old = target.read_text(encoding="utf-8")
        assert f"{anchor}\n" in old, (path, anchor)
        target.write_text(old.replace(f"{anchor}\n", f"{anchor}\n{line}\n", 1), encoding="utf-8")


@pytest.mark.parametrize(("page", "program"), [("how-to-add-a-rule.md", RULE), ("how-to-add-a-goal.md", GOAL)])
def test_the_page_is_enough(tmp_path: Path, page: str, program: str) -> None:
    follow(page, tmp_path)
    command = [sys.executable, "-c", f"import sys; sys.path[:0] = {[str(tmp_path / 'src'), str(ROOT)]!r}\n{program}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
