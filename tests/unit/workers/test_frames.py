from __future__ import annotations

import io

import numpy as np
import pytest

from forcegen.workers.frames import FrameError, FrameWriter, read_frame


def test_json_and_arrays_survive() -> None:
    file = io.BytesIO()
    body = {
        "text": "Größe\n",
        "none": None,
        "big": 2**70,
        "nested": {"a": [1, 2.5]},
        "whole": np.arange(6, dtype=np.int64).reshape(2, 3),
        "part": np.arange(10)[::3],
        "flag": np.array([True, False]),
        "empty": np.zeros((0, 4)),
        "scalar": np.array(3.5),
        "numpy": np.int64(4),
    }
    FrameWriter(file).write("call", 7, body)
    FrameWriter(file).write("stop", 8, {})
    file.seek(0)
    frame = read_frame(file)
    assert frame is not None
    kind, call, read = frame
    assert (kind, call) == ("call", 7)
    for key, value in body.items():
        if isinstance(value, np.ndarray):
            assert read[key].dtype == value.dtype
            assert read[key].shape == value.shape
            assert np.array_equal(read[key], value)
        else:
            assert read[key] == value
    assert read_frame(file) == ("stop", 8, {})
    assert read_frame(file) is None


def test_an_end_in_mid_frame_is_an_end() -> None:
    file = io.BytesIO()
    FrameWriter(file).write("call", 1, {"row": np.arange(100)})
    whole = file.getvalue()
    for length in (3, len(whole) - 800, len(whole) - 1):
        assert read_frame(io.BytesIO(whole[:length])) is None


def test_what_is_no_frame_is_refused() -> None:
    with pytest.raises(FrameError, match="not a frame"):
        read_frame(io.BytesIO(b"Set parameter Username\n"))
    with pytest.raises(FrameError, match="cannot be sent"):
        FrameWriter(io.BytesIO()).write("call", 1, {"row": np.array([object()])})
    with pytest.raises(FrameError, match="must be JSON"):
        FrameWriter(io.BytesIO()).write("call", 1, {"thing": {1, 2}})
