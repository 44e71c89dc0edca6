"""Plans on disk."""

from __future__ import annotations

import os
from pathlib import Path

from forcegen.domain.plan import Plan
from forcegen.io.validation import validated
from forcegen.io.yaml import parse, read_text, written


def read_plan(path: Path | str) -> Plan:
    """Return the plan in a file.

    Raises
    ------
    InputError
        If it cannot be read or is malformed.
    """
    path = Path(path)
    file = path / "plan.yaml" if os.path.isdir(path) else path
    return validated(parse(read_text(file, str(file)), str(file)), Plan)


def plan_text(plan: Plan) -> str:
    """Return a plan as YAML: the header as a block, a line a tour."""
    document = plan.document()
    lists = {name: document.pop(name, []) for name in ("tours", "leads")}
    text = written(document)
    for name, items in lists.items():
        text += f"{name}:{' []' if not items else ''}\n"
        text += "".join("- " + written(item, flow=True) for item in items)
    return text
