"""Mixed-integer programmes as integer arrays: model, outcome, exact checks, and files.

Knows no domain and no solver.
"""

from forcegen.mip.made import CHOSEN, IMPLIED, RAISED, WHOLE
from forcegen.mip.merge import merged
from forcegen.mip.model import INF, Bools, Ints, MipModel, Names
from forcegen.mip.outcome import Outcome, Status, Termination, TracePoint
from forcegen.mip.read import Mps, MpsError, read_mps
from forcegen.mip.reduce import objective_step, reduce_rows, round_bound, trivial_bound
from forcegen.mip.tighten import tighten
from forcegen.mip.write import write_lp, write_mps

__all__ = [
    "CHOSEN",
    "IMPLIED",
    "INF",
    "RAISED",
    "WHOLE",
    "Bools",
    "Ints",
    "MipModel",
    "Mps",
    "MpsError",
    "Names",
    "Outcome",
    "Status",
    "Termination",
    "TracePoint",
    "merged",
    "objective_step",
    "read_mps",
    "reduce_rows",
    "round_bound",
    "tighten",
    "trivial_bound",
    "write_lp",
    "write_mps",
]
