"""The best plans and bounds known of an instance: best.yaml beside it, written only when asked for."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from forcegen.audit import audit
from forcegen.bench.check import check_runs
from forcegen.bench.measures import fraction, plain, usable
from forcegen.bench.results import stored
from forcegen.bench.words import plural
from forcegen.domain.base import Document, Id
from forcegen.domain.plan import Plan
from forcegen.io.errors import InputError, refuse
from forcegen.io.instance import read_instance
from forcegen.io.plan import plan_text
from forcegen.io.validation import validated
from forcegen.io.whole import write_whole
from forcegen.io.yaml import parse, read_text, written

if TYPE_CHECKING:
    import pandas as pd

    from forcegen.domain.instance import Instance

FILE = "best.yaml"
_PLANS = "best"
_HEAD = "# The best known of this instance; `forcegen bench best` writes it. Values of other content do not count.\n"

Key = tuple[str, str, str]
"""Hash of the content with its scenarios, the scenarios with `+` between them, the model's name."""


class Best(Document):
    """What is known of an instance under a model."""

    scenario: str = Field("", description="Scenarios with + between them.")
    model: Id
    goal: str = Field(description="The model's first goal, of which value and bound are.")
    instance_sha256: str = Field(description="Of the content, scenarios included; what has another is out of date.")
    value: str = Field(description="Of the best plan, as the audit finds it; a fraction.")
    found: str = Field(description="By what, and when.")
    plan: str | None = Field(None, description="The plan's file.")
    bound: str | None = Field(None, description="What no plan can beat; a fraction.")
    bounded: str | None = Field(None, description="By what, and when.")

    @property
    def key(self) -> Key:
        """What it is about."""
        return self.instance_sha256, self.scenario, self.model

    @property
    def proven(self) -> bool:
        """Whether no plan is better."""
        return self.bound is not None and Fraction(self.bound) == Fraction(self.value)


class BestFile(Document):
    """What is known of an instance."""

    best: tuple[Best, ...] = ()


def read_best(instance: Path | str) -> dict[Key, Best]:
    """Return what best.yaml in an instance's folder says; nothing where there is none.

    Raises
    ------
    InputError
        If it is malformed.
    """
    file = _home(Path(instance)) / FILE
    if not file.is_file():
        return {}
    tree = parse(read_text(file, str(file)), str(file))
    listed = validated(tree, BestFile).best
    for one in listed:
        if not _is_fraction(one.value) or not (one.bound is None or _is_fraction(one.bound)):
            raise refuse("values and bounds are fractions such as 921/2", file=str(file), value=one.value)
    return {one.key: one for one in listed}


def bench_best(store: Path | str | pd.DataFrame, instance: Path | str) -> list[str]:
    """Write into an instance's best.yaml what a store knows better, and say what that is, a line each.

    Plans are audited anew. Runs that the check names, warm-ups and runs on other content than the instance has now are
    passed over; what best.yaml says of content that is no more is dropped.

    Parameters
    ----------
    store
        A folder that `bench run` or `sweep` wrote, or its frame.
    instance
        A folder with instance.yaml.

    Raises
    ------
    InputError
        If there are no runs, or instance or best.yaml cannot be read or written.
    """
    frame, home = stored(store), _home(Path(instance))
    name = read_instance(instance).name
    distrusted = check_runs(frame).rerun
    runs = [run for run in plain(frame) if run["run"] not in distrusted and not run["warm_up"] and run["goals"]]
    runs = [run for run in runs if run["instance"] == name]
    content = _content(Path(instance), {*(run["scenario"] or "" for run in runs), *_scenarios(instance)})
    known = {key: best for key, best in read_best(instance).items() if _current(content, key)}
    learnt = _Learnt(known)
    for run in runs:
        key = (run["instance_sha256"], run["scenario"] or "", run["model"])
        if _current(content, key):
            learnt.plan(run, key, content[key[1]])
            learnt.bound(run, key)
    if learnt.said:
        if learnt.plans:
            write_whole(learnt.plans, home / _PLANS)
        write_whole({FILE: _HEAD + written(_document(known))}, home)
    return learnt.said


class _Learnt:
    """What runs know better than `known`, into which it goes: plans by file, and a line for each thing."""

    def __init__(self, known: dict[Key, Best]) -> None:
        self.known = known
        self.plans: dict[str, str] = {}
        self.said: list[str] = []

    def plan(self, run: dict[str, Any], key: Key, instance: Instance) -> None:
        """Take a run's plan if it is better."""
        if not usable(run) or not run["plan"]:
            return
        before, goal = self.known.get(key), json.loads(run["goals"])[0]["name"]
        plan = validated(parse(run["plan"], f"run {run['run']}"), Plan)
        judged = audit(instance, plan, [goal])
        value = judged.goals[goal]
        if not judged.clean or (before is not None and value >= Fraction(before.value)):
            return
        file = re.sub(r"[^A-Za-z0-9._+-]", "-", _name(key)) + ".yaml"
        self.plans[file] = plan_text(plan)
        self.known[key] = Best(
            scenario=key[1],
            model=key[2],
            goal=goal,
            instance_sha256=key[0],
            value=str(value),
            found=_how(run),
            plan=f"{_PLANS}/{file}",
            bound=None if before is None else before.bound,
            bounded=None if before is None else before.bounded,
        )
        self.said.append(f"{_name(key)}: {goal} {_number(value)}{'' if before is None else f', not {before.value}'}")

    def bound(self, run: dict[str, Any], key: Key) -> None:
        """Take a run's bound if it is better, and there is a plan."""
        before, bound = self.known.get(key), fraction(run["bound_exact"])
        if before is None or bound is None or (before.bound is not None and bound <= Fraction(before.bound)):
            return
        self.known[key] = before.model_copy(update={"bound": str(bound), "bounded": _how(run)})
        self.said.append(f"{_name(key)}: {before.goal} at least {_number(bound)}")


def _name(key: Key) -> str:
    return key[2] + (f"+{key[1]}" if key[1] else "")


def _how(run: dict[str, Any]) -> str:
    words = [run["solver"], run["formulation"], f"{run['time_limit']:g} s", plural(run["threads"], "thread")]
    return ", ".join([*words, f"seed {run['seed']}", str(run["started"] or "")[:10]]).rstrip(", ")


def _document(known: dict[Key, Best]) -> dict[str, Any]:
    ordered = sorted(known.values(), key=lambda one: (one.scenario, one.model))
    return {"best": [one.model_dump(mode="json", exclude_none=True) for one in ordered]}


def _content(instance: Path, scenarios: set[str]) -> dict[str, Instance]:
    """Return the instance under each of the scenarios; without those that it has no more."""
    found = {}
    for text in scenarios:
        try:
            found[text] = read_instance(instance, tuple(filter(None, text.split("+"))))
        except InputError:
            continue
    return found


def _scenarios(instance: Path | str) -> list[str]:
    return [key[1] for key in read_best(instance)]


def _current(content: dict[str, Instance], key: Key) -> bool:
    return key[1] in content and content[key[1]].digest == key[0]


def _home(instance: Path) -> Path:
    return instance if instance.is_dir() else instance.parent


def _is_fraction(text: str) -> bool:
    return re.fullmatch(r"-?\d+(/[1-9]\d*)?", text, re.ASCII) is not None


def _number(value: Fraction) -> str:
    return f"{float(value):,.10g}"
