"""Results on disk: what `solve -o DIR` writes, read back and audited again."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from forcegen.audit import Violation, audit
from forcegen.domain.numbers import plain
from forcegen.io.errors import refuse
from forcegen.io.instance import read_instance
from forcegen.io.model import read_model
from forcegen.io.plan import read_plan
from forcegen.mip import Status, Termination
from forcegen.planning.result import AuditRefused, Binding, Result, Seconds, Size, Tier
from forcegen.planning.worth import worth

if TYPE_CHECKING:
    from forcegen.audit import Audit
    from forcegen.domain.model import Model

_Number = int | float | None


class _Saved(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Goal(_Saved):
    name: str
    found: _Number
    bound: _Number
    limit: _Number
    value: _Number
    required: _Number
    proven: bool


class _Limit(_Saved):
    limit: str
    name: str
    periods: tuple[str, ...]


class _Size(_Saved):
    columns: int
    rows: int
    nonzeros: int


class _Seconds(_Saved):
    load: float
    build: float
    solve: float
    audit: float
    total: float


class _Document(_Saved):
    scenario: tuple[str, ...]
    solver: str
    status: str
    termination: str
    goals: tuple[_Goal, ...]
    binding: tuple[_Limit, ...]
    size: _Size
    seconds: _Seconds
    versions: dict[str, str]
    message: str


def read_result(folder: Path | str) -> Result:
    """Return the result that `solve -o` wrote into a folder; its plan is audited anew.

    Raises
    ------
    forcegen.io.errors.InputError
        If a file is missing or malformed.
    AuditRefused
        If the plan breaks a limit, or is not worth what the result says: one of them was changed since.
    """
    folder = Path(folder)
    folder = folder.parent if folder.name == "result.json" else folder
    said = _read(folder / "result.json")
    instance, model = read_instance(folder / "instance.yaml"), read_model(str(folder / "model.yaml"))
    plan = read_plan(folder / "plan.yaml") if (folder / "plan.yaml").exists() else None
    base = read_plan(folder / "base.yaml") if (folder / "base.yaml").exists() else None
    judged = None
    if plan is not None:
        goals = list(dict.fromkeys(part for goal in model.goals for part in goal.parts))
        judged = audit(instance, plan, goals, willing=model.willing, base=base, soft=model.prices)
        if not judged.clean:
            raise AuditRefused(judged.violations)
        _compare(said, model, judged)
    return Result(
        instance=instance,
        model=model,
        solver=said.solver,
        status=Status[said.status],
        termination=Termination[said.termination],
        tiers=tuple(_tier(goal) for goal in said.goals),
        plan=plan,
        audit=judged,
        binding=tuple(Binding(limit.limit, limit.name, limit.periods) for limit in said.binding),
        size=Size(**dict(said.size)),
        seconds=Seconds(**dict(said.seconds)),
        versions=said.versions,
        message=said.message,
        scenario=said.scenario,
        base=base,
    )


def _compare(said: _Document, model: Model, judged: Audit) -> None:
    values = {goal.name: goal.value for goal in said.goals}
    for goal in model.goals:
        value, found = values.get(goal.name), plain(worth(goal, model, judged))
        if value != found:
            message = f"{goal.name}: the plan is worth {found:,}, not {value}; plan or result was changed since"
            raise AuditRefused((Violation("contradiction", None, (), None, message),))


def _tier(goal: _Goal) -> Tier:
    found, bound, limit, value, required = (
        None if x is None else Fraction(str(x)) for x in (goal.found, goal.bound, goal.limit, goal.value, goal.required)
    )
    return Tier(goal.name, found, bound, limit, value, required, goal.proven)


def _read(file: Path) -> _Document:
    try:
        document = _Document.model_validate(json.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise refuse("there is no such file", file=str(file), advice="name a folder that solve -o wrote") from None
    except OSError as error:
        raise refuse(f"cannot be read: {error.strerror}", file=str(file), advice="check its permissions") from None
    except ValidationError as error:
        fault = error.errors()[0]
        field = ".".join(map(str, fault["loc"]))
        raise refuse(fault["msg"], file=str(file), field=field, advice="solve again with -o") from None
    except ValueError as error:
        raise refuse(f"is not JSON: {error}", file=str(file), advice="solve again with -o") from None
    for name, known in (("status", Status), ("termination", Termination)):
        if getattr(document, name) not in known.__members__:
            raise refuse(f"unknown {name}", file=str(file), field=name, value=getattr(document, name))
    return document
