"""Files written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from forcegen.io.errors import InputError, refuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_FILE = "name another file"
# How the documents of instances, plans and results end.
_DOCUMENTS = frozenset({".yaml", ".yml", ".csv", ".json"})


def write_whole(files: Mapping[str, str | bytes], folder: Path | str, besides: Iterable[str] = ()) -> None:
    """Write texts and bytes into a folder, each file whole or not at all, none before all are on the disk.

    Parameters
    ----------
    files
        Contents by file name; text becomes UTF-8.
    folder
        Made if it does not exist.
    besides
        Names, with * for anything, of what an earlier answer may have had in the folder: where this one has no such
        file it goes, so that it does not pass for a part of this one.

    Raises
    ------
    InputError
        If the folder cannot be made or written, or a folder stands where a file is to be; what stood there before is
        untouched.
    """
    folder = Path(folder)
    stage: Path | None = None
    made = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if (taken := next((folder / name for name in files if (folder / name).is_dir()), None)) is not None:
            raise _is_a_folder(taken, "name another folder")
        stage = Path(tempfile.mkdtemp(prefix=".forcegen-", dir=folder))
        for name, text in files.items():
            _write_synced(stage / name, text)
        earlier = any((folder / name).exists() for name in files)
        for name in files:
            os.replace(stage / name, folder / name)
        for pattern in besides if earlier else ():
            for file in folder.glob(pattern):
                if file.name not in files and file.is_file():
                    file.unlink()
    except OSError as error:
        raise _refused(folder, error) from None
    finally:
        if stage is not None:
            shutil.rmtree(stage, ignore_errors=True)
        if made:
            with contextlib.suppress(OSError):
                folder.rmdir()  # only if nothing came to stand in it


def write_file(file: Path | str, content: str | bytes) -> None:
    """Write one file, whole or not at all; its folder is made if it does not exist.

    What a link leads to is written; a device or a pipe is written to as it is.

    Raises
    ------
    InputError
        If the file cannot be written; what stood there before is untouched.
    """
    file, target = Path(file), Path(os.path.realpath(file))
    if target.is_dir():
        raise _is_a_folder(file)
    try:
        if target.exists() and not target.is_file():
            with target.open("wb") as stream:
                stream.write(_bytes(content))
        else:
            write_whole({target.name: content}, target.parent)
    except OSError as error:
        raise refuse(_message(error), file=str(file), advice=_FILE) from None
    except InputError as error:
        raise refuse(error.first.message, file=str(file), advice=_FILE) from None


def check_no_instance(folder: Path | str) -> None:
    """Raise InputError if an instance lies in a folder that is to get another one."""
    if os.path.exists(Path(folder) / "instance.yaml"):
        raise refuse("an instance is there already", file=str(folder), advice="name a folder that is empty or new")


def check_writable(folder: Path | str) -> None:
    """Raise InputError now if results could not be written into a folder later."""
    folder = Path(folder)
    nearest = folder
    try:
        while not nearest.exists() and nearest != nearest.parent:
            nearest = nearest.parent
        if not nearest.is_dir():
            raise NotADirectoryError(20, "Not a directory")
        with tempfile.TemporaryFile(dir=nearest):
            pass
    except OSError as error:
        raise _refused(folder, error) from None


def check_file(file: Path | str, *given: Path | None) -> None:
    """Raise InputError now if a file could not be written later, or would take the place of something given.

    Parameters
    ----------
    given
        Documents, and folders of them, that a command reads or writes besides.
    """
    file = Path(file)
    for other in filter(None, given):
        if _same(file, other) or (file.suffix.lower() in _DOCUMENTS and _inside(file, other)):
            raise refuse(f"would take the place of what is in {other}", file=str(file), advice=_FILE)
    try:
        is_folder = file.is_dir()
    except OSError:
        is_folder = False  # its name is too long, which is told below
    if is_folder:
        raise _is_a_folder(file)
    try:
        if not file.exists() or file.is_file():
            check_writable(Path(os.path.realpath(file)).parent)
        elif not os.access(file, os.W_OK):
            raise PermissionError(13, "Permission denied")
        os.lstat(file)
    except FileNotFoundError:
        return
    except OSError as error:
        raise refuse(_message(error), file=str(file), advice=_FILE) from None
    except InputError as error:
        raise refuse(error.first.message, file=str(file), advice=_FILE) from None


def check_ending(file: Path, ending: str) -> None:
    """Raise InputError unless a file's name ends so, in small letters or capitals."""
    if file.suffix.lower() != ending:
        raise refuse(f"{file.name} does not end in {ending}", value=str(file), advice="give the file that ending")


def _same(file: Path, other: Path) -> bool:
    with contextlib.suppress(OSError):
        return os.path.samefile(file, other)
    return False


def _inside(file: Path, folder: Path) -> bool:
    return Path(os.path.realpath(folder)) in Path(os.path.realpath(file)).parents


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def _write_synced(path: Path, content: str | bytes) -> None:
    with path.open("wb") as stream:
        stream.write(_bytes(content))
        stream.flush()
        os.fsync(stream.fileno())


def _refused(folder: Path, error: OSError) -> InputError:
    return refuse(_message(error), file=str(folder), advice="name another folder")


def _message(error: OSError) -> str:
    return f"cannot be written: {error.strerror}"


def _is_a_folder(file: Path, advice: str = "name a file in it") -> InputError:
    return refuse("cannot be written: it is a folder", file=str(file), advice=advice)
