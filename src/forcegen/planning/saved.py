"""Results on disk: what `solve -o DIR` writes, read back and audited again."""

from __future__ import annotations

import json
from enum import StrEnum  # noqa: TC003
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from forcegen.audit import Violation, audit
from forcegen.domain.horizon import Period
from forcegen.domain.instance import Instance
from forcegen.domain.model import Model
from forcegen.domain.numbers import plain
from forcegen.domain.plan import Plan
from forcegen.io.errors import refuse
from forcegen.io.plan import read_plan
from forcegen.mip import Status, Termination
from forcegen.planning.replan import decision
from forcegen.planning.result import AuditRefused, Binding, Result, Seconds, Size, Tier
from forcegen.planning.worth import worth

if TYPE_CHECKING:
    from collections.abc import Callable

    from forcegen.audit import Audit

ASKED = "asked.json"
_Number = int | float | None


def _named(kind: type[StrEnum]) -> Callable[[str], StrEnum]:
    def member(name: str) -> StrEnum:
        if name not in kind.__members__:
            raise ValueError(f"{name!r} is unknown")
        return kind[name]

    return member


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
    dominated: int = 0


class _Seconds(_Saved):
    load: float
    build: float
    solve: float
    audit: float
    total: float


class _Asked(_Saved):
    instance: Instance
    model: Model
    base: Plan | None = None
    at: Period | None = None


class _Document(_Saved):
    scenario: tuple[str, ...]
    solver: str
    status: Annotated[Status, BeforeValidator(_named(Status))]
    termination: Annotated[Termination, BeforeValidator(_named(Termination))]
    goals: tuple[_Goal, ...]
    binding: tuple[_Limit, ...]
    size: _Size
    seconds: _Seconds
    versions: dict[str, str]
    message: str
    plan: dict[str, Any] | None

    @property
    def has_plan(self) -> bool:
        """Whether there is a plan."""
        return self.plan is not None


_Kind = TypeVar("_Kind", bound=_Saved)


def asked_text(result: Result) -> str:
    """Return what was asked as JSON: the instance with its scenarios, the model, and the plan before, if any."""
    documents = {"instance": result.instance, "model": result.model, "base": result.base}
    plain_data: dict[str, Any] = {
        name: document.model_dump(mode="json", by_alias=True, exclude_unset=True)
        for name, document in documents.items()
        if document is not None
    }
    plain_data |= {} if result.at is None else {"at": result.at}
    return json.dumps(plain_data, ensure_ascii=False) + "\n"


def asked_instance(plan: Path) -> Instance | None:
    """Return the instance that a result was asked for, its scenarios laid on it, given its folder or its plan.

    None where the plan is not in a result's folder.
    """
    file = (plan if plan.is_dir() else plan.parent) / ASKED
    return _read(file, _Asked).instance if file.is_file() else None


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
    said, asked = _read(folder / "result.json", _Document), _read(folder / ASKED, _Asked)
    instance, model, base = asked.instance, asked.model, asked.base
    plan = read_plan(folder / "plan.yaml") if said.has_plan else None
    judged = None
    if plan is not None:
        goals = list(dict.fromkeys(part for goal in model.goals for part in goal.parts))
        at = None if asked.at is None else instance.horizon.index(decision(asked.at, instance))
        judged = audit(instance, plan, goals, willing=model.willing, base=base, soft=model.prices, at=at)
        if not judged.clean:
            raise AuditRefused(judged.violations)
        _compare(said, model, judged)
    return Result(
        instance=instance,
        model=model,
        solver=said.solver,
        status=said.status,
        termination=said.termination,
        tiers=tuple(_tier(goal) for goal in said.goals),
        plan=plan,
        audit=judged,
        binding=tuple(Binding(limit.limit, limit.name, limit.periods) for limit in said.binding),
        size=Size(said.size.columns, said.size.rows, said.size.nonzeros),
        seconds=Seconds(**dict(said.seconds)),
        versions=said.versions,
        message=said.message,
        scenario=said.scenario,
        base=base,
        at=asked.at,
        dominated=said.size.dominated,
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


def _read(file: Path, kind: type[_Kind]) -> _Kind:
    try:
        return kind.model_validate(json.loads(file.read_text(encoding="utf-8")))
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
