"""Many solves: what is to be run, who runs it, and one store of what came of it.

Knows neither instances nor solvers: a run is a named function and what it is given.
"""

from forcegen.runs.record import COLUMNS, Identity, Record
from forcegen.runs.store import Store, StoreError
from forcegen.runs.task import Task

__all__ = ["COLUMNS", "Identity", "Record", "Store", "StoreError", "Task"]
