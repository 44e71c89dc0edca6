from __future__ import annotations

import io
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
import scipy.sparse as sp

from forcegen.mip import INF, MipModel, Names, write_lp, write_mps

if TYPE_CHECKING:
    from pathlib import Path

READ = """
import sys, highspy
h = highspy.Highs()
h.setOptionValue("output_flag", False)
assert h.readModel(sys.argv[1]) == highspy.HighsStatus.kOk
lp = h.getLp()
h.run()
print(lp.num_col_, lp.num_row_, h.getModelStatus().name, h.getInfo().objective_function_value)
print(";".join(lp.col_names_))
"""


def sample() -> MipModel:
    return MipModel(
        objective=np.array([3, -2, 0, 5, 0]),
        offset=11,
        lower=np.array([0, -INF, -4, 0, 1]),
        upper=np.array([7, 9, INF, INF, 1]),
        integer=np.array([True, True, False, False, True]),
        matrix=sp.csr_array(np.array([[1, 1, 1, 0, 0], [2, -1, 0, 3, 0], [0, 1, 0, 1, 0], [1, 0, 0, 0, 0]])),
        row_lower=np.array([2, -5, 4, -INF]),
        row_upper=np.array([8, INF, 4, INF]),
        names=lambda: Names(
            ["tour(GBR-inf,kharkiv,2025-09)", "e5", "a b", "1st", "x"],
            ["coverage(R17,2025-09)", "beds[s]", "pool:k", "free row"],
        ),
    )


def test_mps_is_exactly_this() -> None:
    file = io.StringIO()
    write_mps(sample(), file)
    assert file.getvalue() == (
        "NAME forcegen FREE\nROWS\n N obj\n G coverage(R17,2025~09)\n G beds_5b_s_5d_\n E pool_3a_k\n N free_20_row\n"
        "COLUMNS\n"
        " M0 'MARKER' 'INTORG'\n"
        " tour(GBR~inf,kharkiv,2025~09) obj 3\n"
        " tour(GBR~inf,kharkiv,2025~09) coverage(R17,2025~09) 1\n"
        " tour(GBR~inf,kharkiv,2025~09) beds_5b_s_5d_ 2\n"
        " tour(GBR~inf,kharkiv,2025~09) free_20_row 1\n"
        " _e5 obj -2\n _e5 coverage(R17,2025~09) 1\n _e5 beds_5b_s_5d_ -1\n _e5 pool_3a_k 1\n"
        " M1 'MARKER' 'INTEND'\n"
        " a_20_b coverage(R17,2025~09) 1\n"
        " _1st obj 5\n _1st beds_5b_s_5d_ 3\n _1st pool_3a_k 1\n"
        " M2 'MARKER' 'INTORG'\n x obj 0\n M3 'MARKER' 'INTEND'\n"
        "RHS\n RHS obj -11\n RHS coverage(R17,2025~09) 2\n RHS beds_5b_s_5d_ -5\n RHS pool_3a_k 4\n"
        "RANGES\n RNG coverage(R17,2025~09) 6\n"
        "BOUNDS\n"
        " UP BND tour(GBR~inf,kharkiv,2025~09) 7\n MI BND _e5\n UP BND _e5 9\n LO BND a_20_b -4\n PL BND a_20_b\n"
        " PL BND _1st\n FX BND x 1\nENDATA\n"
    )


def test_lp_is_exactly_this() -> None:
    file = io.StringIO()
    write_lp(sample(), file)
    assert file.getvalue() == (
        "Minimize\n obj: +3 tour(GBR~inf,kharkiv,2025~09) -2 _e5 +5 _1st +11\n"
        "Subject To\n"
        " coverage(R17,2025~09): +1 tour(GBR~inf,kharkiv,2025~09) +1 _e5 +1 a_20_b >= 2\n"
        " coverage(R17,2025~09)_upper: +1 tour(GBR~inf,kharkiv,2025~09) +1 _e5 +1 a_20_b <= 8\n"
        " beds_5b_s_5d_: +2 tour(GBR~inf,kharkiv,2025~09) -1 _e5 +3 _1st >= -5\n"
        " pool_3a_k: +1 _e5 +1 _1st = 4\n"
        "Bounds\n"
        " 0 <= tour(GBR~inf,kharkiv,2025~09) <= 7\n -inf <= _e5 <= 9\n -4 <= a_20_b <= +inf\n x = 1\n"
        "Generals\n tour(GBR~inf,kharkiv,2025~09) _e5 x\n"
        "End\n"
    )


@pytest.mark.parametrize("suffix", ["mps", "lp"])
def test_a_solver_reads_it_back(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"model.{suffix}"
    (write_mps if suffix == "mps" else write_lp)(sample(), path)
    # In a process of its own: solver libraries do not share one.
    done = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True)
    sizes, names = done.stdout.splitlines()
    assert sizes.split()[2:] == ["kOptimal", "3.0"]
    assert sizes.split()[0] == "5"
    assert names.startswith("tour(GBR~inf,kharkiv,2025~09)")


def test_long_rows_are_wrapped_between_terms() -> None:
    n = 400
    made = MipModel(
        np.ones(n, int), 0, np.zeros(n, int), np.ones(n, int), np.ones(n, bool),
        sp.csr_array(np.ones((1, n), dtype=np.int64)), np.array([1]), np.array([INF]),
    )  # fmt: skip
    file = io.StringIO()
    write_lp(made, file)
    lines = file.getvalue().splitlines()
    assert max(map(len, lines)) <= 200
    assert file.getvalue().count("+1 x") == 2 * n


def test_names_are_distinct_after_escaping() -> None:
    made = sample()
    clashing = MipModel(
        **{
            **{name: getattr(made, name) for name in made.__dataclass_fields__},
            "names": lambda: Names(["a b", "a_20_b", "obj", "", "x"], ["obj", "r", "r", "st"]),
        }
    )
    file = io.StringIO()
    write_mps(clashing, file)
    rows = [line.split()[1] for line in file.getvalue().splitlines()[2:7]]
    assert len(set(rows)) == 5
    with pytest.raises(ValueError, match="expected 5 columns and 4 rows, got 1 and 4"):
        write_mps(
            MipModel(
                **{
                    **{name: getattr(made, name) for name in made.__dataclass_fields__},
                    "names": lambda: Names(["a"], ["b", "c", "d", "e"]),
                }
            ),
            io.StringIO(),
        )
