"""What parent and adapter send each other."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import scipy.sparse as sp

from forcegen.mip import INF, Ints, MipModel, Status, Termination

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forcegen.solvers.base import SolveOptions
    from forcegen.workers import Body, Channel

# Left between the solver's own end and the call's, for handing over the result.
_MARGIN = 0.05
# Doubles, which adapters meet, are whole numbers up to here.
_WHOLE = 2.0**53


UNAVAILABLE: Final = "unavailable"
"""Key of the only entry of the result of an adapter whose library cannot be used: the reason."""


UNKNOWN: Final = "unknown"
"""Key of the only entry of the result of an adapter that has no solver of the name given: what there is."""


@dataclass(frozen=True, eq=False)
class Job:
    """What an adapter is to do; `deadline` as `time.monotonic` gives it, which all processes share.

    `bounded` says that a bound as good as the relaxation's is known.
    """

    model: MipModel
    deadline: float
    gap: float
    threads: int
    seed: int
    start: Ints | None
    relax: bool
    native: dict[str, Any] = field(default_factory=dict)
    bounded: bool = False

    def seconds_left(self) -> float:
        """Return the seconds that the solver still has."""
        return seconds_left(self.deadline)


def seconds_left(deadline: float) -> float:
    """Return the seconds that a solver still has until a deadline, less what handing over the result takes."""
    return deadline - _MARGIN - time.monotonic()


def pack(model: MipModel, options: SolveOptions, start: Ints | None, deadline: float) -> Body:
    """Turn a job into a payload."""
    payload: Body = {
        "objective": model.objective,
        "offset": model.offset,
        "lower": model.lower,
        "upper": model.upper,
        "integer": model.integer,
        "data": model.matrix.data,
        "indices": model.matrix.indices,
        "indptr": model.matrix.indptr,
        "row_lower": model.row_lower,
        "row_upper": model.row_upper,
        "deadline": deadline,
        "limit": options.time_limit,
        "gap": options.gap,
        "threads": options.threads,
        "seed": options.seed,
        "relax": options.relax,
        "bounded": options.bound is not None,
        "native": dict(options.native),
    }
    return payload if start is None else payload | {"start": start}


def unpack(payload: Body) -> Job:
    """Turn a payload back into a job."""
    rows, columns = len(payload["row_lower"]), len(payload["objective"])
    matrix = sp.csr_array((payload["data"], payload["indices"], payload["indptr"]), shape=(rows, columns))
    model = MipModel(
        objective=payload["objective"],
        offset=payload["offset"],
        lower=payload["lower"],
        upper=payload["upper"],
        integer=payload["integer"],
        matrix=matrix,
        row_lower=payload["row_lower"],
        row_upper=payload["row_upper"],
    )
    return Job(
        model=model,
        # Should the clocks differ after all, the limit still holds.
        deadline=min(payload["deadline"], time.monotonic() + payload["limit"]),
        gap=payload["gap"],
        threads=payload["threads"],
        seed=payload["seed"],
        start=payload.get("start"),
        relax=payload["relax"],
        bounded=payload.get("bounded", False),
        native=payload.get("native", {}),
    )


def answer(
    native: str,
    claim: tuple[Status, Termination],
    *,
    x: Ints | None = None,
    bound: float | None = None,
    message: str = "",
    relaxation: float | None = None,
) -> Body:
    """Make an adapter's result.

    Parameters
    ----------
    native : str
        The solver's own status.
    claim : tuple
        What that means. FEASIBLE also stands for "nothing claimed": the parent knows whether there is a plan.
    x : int64[n], optional
        The last plan, rounded but unchecked.
    bound : int or float, optional
        Its bound: an int is exact, a float still has to be rounded safely.
    """
    result: Body = {
        "native": native,
        "status": str(claim[0]),
        "termination": str(claim[1]),
        "bound": bound,
        "message": message,
        "relaxation": relaxation,
    }
    return result if x is None else result | {"x": x}


def no_option(solver: str, name: str, value: Any) -> str:
    """Return what to say where a solver takes no such option."""
    return f"{solver} takes no option {name!r} with the value {value!r}"


class Stream:
    """Sends what the solver finds."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._bound: float | None = None

    def searching(self) -> None:
        """Say that loading is over."""
        self._channel.send({"searching": True})

    def version(self, version: str) -> None:
        """Say which version of the solver this is."""
        self._channel.send({"version": version})

    def plan(self, x: Ints) -> None:
        """Send a plan, int64[n], rounded but unchecked."""
        self._channel.send({"x": x})

    def value(self, objective: float) -> None:
        """Send the value of a plan that the solver keeps to itself."""
        self._channel.send({"objective": objective})

    def bound(self, bound: float) -> None:
        """Send a bound (an int is exact) if it is news."""
        if abs(bound) < INF and bound != self._bound:
            self._bound = bound
            self._channel.send({"bound": bound})


def rounded(values: Any) -> Ints | None:
    """Round a solver's values (float[n]) to integers; None where they are no numbers."""
    array: NDArray[np.float64] = np.asarray(values, dtype=np.float64)
    if not np.all(np.abs(array) < _WHOLE):
        return None
    return np.rint(array).astype(np.int64)


def with_infinity(values: Ints, infinity: float) -> NDArray[np.float64]:
    """Return `values` as floats, with the solver's infinity for ours."""
    floats = values.astype(np.float64)
    floats[values >= INF] = infinity
    floats[values <= -INF] = -infinity
    return floats
