"""What is to be run: its identity, and the function that does it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from forcegen.runs.record import Identity

_LABELS = ("suite", "instance", "instance_path", "family")


@dataclass(frozen=True)
class Task:
    """A run that is to be made.

    Parameters
    ----------
    identity
        What is solved, and how.
    model_sha256
        Hash of the model's content: its name alone does not say what it is.
    function
        ``"package.module:function"``, a function of ``(payload, stop)`` that returns columns of the record by name.
        It sets status and termination whatever happens, and ends early once the event `stop` is set.
    payload
        What the function is given, plain JSON.
    optimum
        The published optimum of the first goal.
    warm_up
        Whether the run does not count.
    best_known
        The best value of the first goal known before, the text of a fraction.
    """

    identity: Identity
    model_sha256: str
    function: str
    payload: dict[str, Any]
    optimum: float | None = None
    warm_up: bool = False
    best_known: str | None = None

    @cached_property
    def run(self) -> str:
        """Name of the run: a hash of all that decides what is solved and how, none of what things are called."""
        decides = {name: value for name, value in asdict(self.identity).items() if name not in _LABELS}
        decides |= {"model_sha256": self.model_sha256, "warm_up": self.warm_up}
        text = json.dumps(decides, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:20]
