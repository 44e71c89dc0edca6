"""The store: a folder with one Parquet file a run, each written whole or not at all."""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self

from forcegen.runs.record import COLUMNS, Record

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_SUFFIX, _PART, _LOCK = ".parquet", ".part", ".lock"


class StoreError(Exception):
    """A store that cannot be read or written, with what to do about it."""


class Store:
    """Finished runs in a folder.

    A run's file takes its name only when it is whole and on the disk, so what bears one is finished, whenever whoever
    wrote it was killed. Open it in a ``with`` block to write: one process at a time may.

    Parameters
    ----------
    folder
        Made when something is first written.
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        self._lock: IO[str] | None = None

    def __enter__(self) -> Self:
        """Keep other writers out, and remove what a killed one left half written.

        Raises
        ------
        StoreError
            If the folder cannot be written, or another process writes to it.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = (self.folder / _LOCK).open("w", encoding="utf-8")
        except OSError as error:
            raise StoreError(f"runs cannot be stored in {self.folder}: {error.strerror}; choose another") from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise StoreError(f"another process stores its runs in {self.folder}; wait for it, or end it") from None
        self._lock = lock
        for part in self.folder.glob(f".*{_PART}"):
            part.unlink(missing_ok=True)
        return self

    def __exit__(self, *error: object) -> None:
        """Let other writers in."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def finished(self) -> set[str]:
        """Return the names of the finished runs; a file that cannot be read is none of them."""
        return {path.stem for path in self._files() if _readable(path)}

    def put(self, record: Record) -> None:
        """Store a finished run.

        Raises
        ------
        StoreError
            If the disk refuses; nothing is stored then.
        """
        import pyarrow.parquet as pq

        path = self.folder / f"{record.run}{_SUFFIX}"
        part: str | None = None
        try:
            handle, part = tempfile.mkstemp(suffix=_PART, prefix=".", dir=self.folder)
            with os.fdopen(handle, "wb") as stream:
                pq.write_table(_table(record), stream, compression="zstd")
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(part, path)
        except OSError as error:
            raise StoreError(f"{path} cannot be written: {error.strerror or error}") from None
        finally:
            if part is not None:
                with contextlib.suppress(OSError):
                    os.unlink(part)

    def records(self) -> list[Record]:
        """Return all finished runs, by name."""
        return [read for path in self._files() if (read := _read(path)) is not None]

    def frame(self) -> pd.DataFrame:
        """Return all finished runs, a row each, with the columns of `COLUMNS`; what is missing is None or NaN.

        Raises
        ------
        StoreError
            If there is no such folder, or no run in it.
        """
        import pandas as pd

        records = self.records()
        if not records:
            raise StoreError(f"{self.folder} holds no runs; name the folder that -o named")
        return pd.DataFrame([record.row() for record in records], columns=list(COLUMNS))

    def _files(self) -> list[Path]:
        return sorted(path for path in self.folder.glob(f"*{_SUFFIX}") if not path.name.startswith("."))


def _schema() -> pa.Schema:
    import pyarrow as pa

    kinds = {"str": pa.string(), "float": pa.float64(), "int": pa.int64(), "bool": pa.bool_()}
    return pa.schema([(name, kinds[kind]) for name, kind in COLUMNS.items()])


def _table(record: Record) -> pa.Table:
    import pyarrow as pa

    return pa.Table.from_pylist([record.row()], schema=_schema())


def _read(path: Path) -> Record | None:
    """Return the run in a file; None if it is no whole file of a run."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        rows: list[dict[str, Any]] = pq.ParquetFile(path).read().to_pylist()
        return Record(**{name: value for name, value in rows[0].items() if name in COLUMNS})
    except (pa.ArrowException, OSError, TypeError, IndexError):
        return None


def _readable(path: Path) -> bool:
    """Tell whether a file holds the run that it is named for."""
    record = _read(path)
    return record is not None and record.run == path.stem
