"""What a store of runs says: whether it may be believed, and what it comes to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from forcegen.bench.check import Checked, check_runs
from forcegen.bench.report import report_files
from forcegen.io.errors import refuse
from forcegen.io.whole import write_whole
from forcegen.runs.store import Store, StoreError

if TYPE_CHECKING:
    import pandas as pd


def bench_check(store: Path | str | pd.DataFrame) -> Checked:
    """Return what must not be in a store of runs, each finding with the runs to be made again.

    Parameters
    ----------
    store
        A folder that `bench run` or `sweep` wrote, or its frame.

    Raises
    ------
    forcegen.io.errors.InputError
        If the folder holds no runs.
    """
    return check_runs(stored(store))


def bench_report(store: Path | str | pd.DataFrame, folder: Path | str) -> Checked:
    """Write a page and its figures as CSV into a folder, and return what the check found.

    Parameters
    ----------
    store
        A folder that `bench run` or `sweep` wrote, or its frame.
    folder
        Gets the files that `forcegen.bench.report.report_files` names.

    Raises
    ------
    forcegen.io.errors.InputError
        If there are no runs that count, or the folder cannot be written.
    """
    frame = stored(store)
    if frame["warm_up"].astype(bool).all():
        where = str(store) if isinstance(store, Path | str) else None
        raise refuse("no run in it counts", file=where, advice="run the suite to its end")
    checked = check_runs(frame)
    write_whole(report_files(frame, checked), folder)
    return checked


def stored(store: Path | str | pd.DataFrame) -> pd.DataFrame:
    """Return the runs of a store, or the frame that is one.

    Raises
    ------
    forcegen.io.errors.InputError
        If the folder holds no runs.
    """
    if not isinstance(store, Path | str):
        return store
    try:
        return Store(store).frame()
    except StoreError as error:
        raise refuse(str(error), file=str(store), advice="give the folder that bench run -o named") from None
