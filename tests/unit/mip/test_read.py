"""MPS files are read exactly, or refused with the line."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest
import scipy.sparse as sp

from forcegen.mip import INF, MipModel, MpsError, Status, read_mps, write_mps
from forcegen.planning.export import export
from forcegen.solvers import SolveOptions, solve

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """* a comment
NAME      knapsack
OBJSENSE
    MAX
ROWS
 N  profit
 N  another
 L  weight
 G  few
 E  even
COLUMNS
    M1 'MARKER' 'INTORG'
    a  profit  2.5  weight  1.5
    a  few  1
    b  profit  4  weight  3
    b  even  1  another  7
    M2 'MARKER' 'INTEND'
    s  even  -1
RHS
    RHS  weight  4.75  profit  -1.25
    RHS  few  1
RANGES
    RNG  few  2
BOUNDS
 UP BND a 3.5
 BV BND b
ENDATA
"""


def read(text: str, folder: Path) -> MipModel:
    (folder / "model.mps").write_text(text)
    return read_mps(folder / "model.mps").model


def test_a_file_by_hand(tmp_path: Path) -> None:
    (tmp_path / "model.mps").write_text(TEXT)
    found = read_mps(tmp_path / "model.mps")
    model = found.model
    # maximise 2.5 a + 4 b + 1.25: minimise -10 a - 16 b - 5, over -4
    assert (found.name, found.scale) == ("knapsack", Fraction(-1, 4))
    assert (model.objective.tolist(), model.offset) == ([-10, -16, 0], -5)
    # 1.5 a + 3 b <= 4.75, times 4
    assert model.matrix.toarray().tolist() == [[6, 12, 0], [1, 0, 0], [0, 1, -1]]
    assert (model.row_lower.tolist(), model.row_upper.tolist()) == ([-INF, 1, 0], [19, 3, 0])
    assert (model.lower.tolist(), model.upper.tolist()) == ([0, 0, 0], [3, 1, INF])
    assert model.integer.tolist() == [True, True, False]


def drawn(rng: np.random.Generator) -> MipModel:
    columns, rows = int(rng.integers(1, 6)), int(rng.integers(0, 5))
    matrix = rng.integers(-4, 5, (rows, columns)) * (rng.random((rows, columns)) < 0.6)
    low = rng.integers(-9, 5, rows)
    high = low + rng.integers(0, 12, rows)
    return MipModel(
        rng.integers(-5, 6, columns),
        int(rng.integers(-9, 9)),
        rng.integers(-3, 1, columns),
        rng.integers(1, 6, columns),
        np.ones(columns, dtype=bool),
        sp.csr_array(matrix.astype(np.int64)),
        np.where(rng.random(rows) < 0.3, -INF, low),
        np.where(rng.random(rows) < 0.3, INF, high),
    )


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    rng = np.random.default_rng(11)
    for _ in range(200):
        model = drawn(rng)
        write_mps(model, tmp_path / "model.mps")
        found = read_mps(tmp_path / "model.mps")
        free = (model.row_lower <= -INF) & (model.row_upper >= INF)
        assert (found.model.objective.tolist(), found.model.offset) == (model.objective.tolist(), model.offset)
        assert found.model.matrix.toarray().tolist() == model.matrix.toarray()[~free].tolist()
        assert found.model.row_lower.tolist() == model.row_lower[~free].tolist()
        assert found.model.row_upper.tolist() == model.row_upper[~free].tolist()
        assert (found.model.lower.tolist(), found.model.upper.tolist()) == (model.lower.tolist(), model.upper.tolist())


@pytest.mark.parametrize("name", ["tutorial", "sfor-2003"])
def test_exported_theatres_come_back_as_they_were(name: str, tmp_path: Path) -> None:
    done = export(f"instances/{name}", tmp_path / "model.mps")
    found = read_mps(tmp_path / "model.mps").model
    assert (found.columns, found.rows, found.nonzeros) == (done.columns, done.rows, done.nonzeros)
    write_mps(found, tmp_path / "again.mps")
    assert read_mps(tmp_path / "again.mps").model.digest() == found.digest()


def test_the_optimum_of_what_is_read(tmp_path: Path) -> None:
    (tmp_path / "model.mps").write_text(TEXT)
    found = read_mps(tmp_path / "model.mps")
    outcome = solve(found.model, "highs", SolveOptions(gap=0, time_limit=20))
    assert outcome.status is Status.OPTIMAL
    assert outcome.objective is not None
    # a = 1 and b = 1 weigh 4.5: 2.5 + 4 + 1.25; a = 3 weighs 4.5: 7.5 + 1.25
    assert found.scale * outcome.objective == Fraction(35, 4)


@pytest.mark.parametrize(
    ("old", "new", "message", "line"),
    [
        ("ENDATA\n", "", "no ENDATA", 0),
        (" N  profit\n N  another\n", "", "there is no row profit", 11),
        ("weight  1.5", "weight  1,5", "1,5 is not a number", 13),
        ("weight  1.5", "weight  1e999", "1e999 is not a number", 13),
        ("weight  1.5", "weigth  1.5", "there is no row weigth", 13),
        ("    a  few  1\n", "    a  profit  1\n", "has the row profit twice", 14),
        (" L  weight\n", " L  weight\n G  weight\n", "the row weight stands twice", 9),
        (" UP BND a 3.5\n", "", "readers differ on the bounds of the integer column a", 0),
        (" UP BND a 3.5\n", " UP BND a -1\n", "readers differ on the lower bound of a", 25),
        (" UP BND a 3.5\n", " SC BND a 3.5\n", "bounds of the kind SC are not read", 25),
        ("RANGES", "SOS", "there is no section SOS", 22),
        ("    MAX", "    BIG", "BIG is neither MIN nor MAX", 4),
        ("    s  even  -1", "    s  even  -2", "the column s is continuous", 0),
        ("    s  even  -1", "    s  few  1  weight  1", "the column s is continuous", 0),
        (" BV BND b", " BV BND b\n UP BND s 2.5", "has a bound that is not whole", 0),
        (" BV BND b", " BV OTHER b", "several sets of BOUNDS", 26),
        ("    a  few  1", "    a  few  9" + "0" * 30, "too large to be counted exactly", 0),
    ],
)
def test_what_is_not_certain_is_refused(old: str, new: str, message: str, line: int, tmp_path: Path) -> None:
    assert old in TEXT
    with pytest.raises(MpsError, match=message) as caught:
        read(TEXT.replace(old, new, 1), tmp_path)
    assert caught.value.line == line
