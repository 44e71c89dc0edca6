"""A theatre that lasts longer: what was asked until its end is asked until the new one."""

from __future__ import annotations

from typing import Any

from forcegen.domain.instance import Instance
from forcegen.io.errors import refuse


def longer(instance: Instance, periods: int) -> Instance:
    """Return the instance with a horizon of so many periods; whatever ends with it ends with the new one.

    Raises
    ------
    forcegen.io.errors.InputError
        If that is fewer periods than it has.
    """
    horizon = instance.horizon
    if periods < horizon.periods:
        message = f"{periods} periods are fewer than the {horizon.periods} of {instance.name}"
        raise refuse(message, value=periods, advice="write as many or more")
    document = instance.model_dump(mode="json", by_alias=True, exclude_unset=True)
    document["horizon"]["periods"] = periods
    last = horizon.model_copy(update={"periods": periods}).label(periods - 1)
    return Instance.model_validate(_until(document, horizon.label(horizon.periods - 1), last))


def _until(part: Any, old: str, new: str) -> Any:
    if isinstance(part, dict):
        return {key: new if key == "until" and one == old else _until(one, old, new) for key, one in part.items()}
    return [_until(one, old, new) for one in part] if isinstance(part, list) else part
