"""Frames: a line of JSON, then the bytes of the arrays that it announces."""

from __future__ import annotations

import json
import math
import threading
from typing import IO, TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Body = dict[str, Any]
"""A flat mapping; each value is an array of numbers or booleans, or JSON."""

ENTRY: Final = "@entry"
"""In a call: the entry point. Keys with @ are reserved."""

PEAK_MEMORY: Final = "@peak-memory"
"""In a result: bytes of resident memory that the worker has had at most, or None."""

_KINDS = "biuf"


class FrameError(ValueError):
    """A frame that cannot be sent or read."""


class FrameWriter:
    """Writes frames to a binary file; threads may share it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._lock = threading.Lock()

    def write(self, kind: str, call: int, body: Body) -> None:
        """Write one frame.

        Raises
        ------
        FrameError
            Where a value is neither JSON nor an array of numbers.
        OSError, ValueError
            Where the other side is gone.
        """
        arrays = {key: np.ascontiguousarray(value) for key, value in body.items() if isinstance(value, np.ndarray)}
        for key, array in arrays.items():
            if array.dtype.kind not in _KINDS:
                raise FrameError(f"{key}: an array of {array.dtype} cannot be sent, only numbers and booleans")
        header = {
            "kind": kind,
            "call": call,
            "body": {key: value for key, value in body.items() if key not in arrays},
            # The shape is the original's: contiguity makes a scalar array a vector.
            "arrays": [[key, array.dtype.str, list(body[key].shape)] for key, array in arrays.items()],
        }
        try:
            line = json.dumps(header, default=_plain).encode()
        except (TypeError, ValueError) as error:
            raise FrameError(f"a frame must be JSON and arrays: {error}") from error
        with self._lock:
            self._file.write(line + b"\n")
            for array in arrays.values():
                if array.nbytes:
                    self._file.write(array.reshape(-1).view(np.uint8).data)
            self._file.flush()


def read_frame(file: IO[bytes]) -> tuple[str, int, Body] | None:
    """Read one frame: its kind, its call and its body; None at the end of the file, in mid-frame too.

    Raises
    ------
    FrameError
        Where the bytes are no frame.
    """
    line = file.readline()
    if not line.endswith(b"\n"):
        return None
    try:
        header = json.loads(line)
        kind, call, body, arrays = header["kind"], header["call"], header["body"], header["arrays"]
    except (ValueError, TypeError, KeyError) as error:
        raise FrameError(f"not a frame: {line[:100]!r}") from error
    for key, dtype, shape in arrays:
        array = _read_array(file, np.dtype(dtype), shape)
        if array is None:
            return None
        body[key] = array
    return kind, call, body


def _read_array(file: IO[bytes], dtype: np.dtype[Any], shape: list[int]) -> NDArray[Any] | None:
    array = np.empty(math.prod(shape), dtype)
    if array.nbytes:
        view = array.view(np.uint8).data
        while len(view):
            count = file.readinto(view)  # type: ignore[attr-defined]  # typeshed's IO lacks it
            if not count:
                return None
            view = view[count:]
    return array.reshape(shape)


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} is not JSON")
