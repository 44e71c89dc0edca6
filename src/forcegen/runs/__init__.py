"""Many solves: what is to be run, who runs it, and one store of what came of it.

Knows neither instances nor solvers: a run is a named function and what it is given.
"""

from forcegen.runs.cluster import Cluster, ClusterError
from forcegen.runs.executors import Executor, Here, Processes
from forcegen.runs.make import make_runs
from forcegen.runs.record import COLUMNS, Identity, Record
from forcegen.runs.store import Store, StoreError
from forcegen.runs.task import Task

__all__ = [
    "COLUMNS",
    "Cluster",
    "ClusterError",
    "Executor",
    "Here",
    "Identity",
    "Processes",
    "Record",
    "Store",
    "StoreError",
    "Task",
    "make_runs",
]
