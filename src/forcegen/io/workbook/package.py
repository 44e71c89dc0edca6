"""A workbook's file before anything in it is understood: what is no workbook, or a trap, is refused."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING

from forcegen.io.errors import refuse

if TYPE_CHECKING:
    from pathlib import Path

LARGEST_FILE = 16 * 2**20
LARGEST_UNPACKED = 96 * 2**20
MOST_PARTS = 2_000
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def package(path: Path, shown: str) -> bytes:
    """Return a workbook's bytes.

    Raises
    ------
    InputError
        If it cannot be read, is no .xlsx file, is encrypted or too large, or refers to other files.
    """
    try:
        if path.is_dir():
            raise refuse("this is a folder, not a file", file=shown, advice="name a file")
        with path.open("rb") as stream:
            raw = stream.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise refuse("there is no such file", file=shown, advice="check the path") from None
    except OSError as error:
        raise refuse(f"cannot be read: {error.strerror}", file=shown, advice="check its permissions") from None
    return checked(raw, shown)


def checked(raw: bytes, shown: str) -> bytes:
    """Return what should be a workbook's bytes.

    Raises
    ------
    InputError
        If it is no .xlsx file, is encrypted or too large, or refers to other files.
    """
    if len(raw) > LARGEST_FILE:
        message = f"the workbook has more than {LARGEST_FILE // 2**20} MiB"
        raise refuse(message, file=shown, advice="remove pictures and sheets that are not the instance's")
    if raw.startswith(_OLE):
        message = "the workbook is encrypted or in the old .xls format"
        raise refuse(message, file=shown, advice="save it as .xlsx without a password")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            _check_parts(archive, shown)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, OSError, zlib.error):
        raise malformed(shown) from None
    return raw


def malformed(shown: str) -> Exception:
    """Return the error for what is no workbook, or a broken one."""
    return refuse("this is not a workbook, or a damaged one", file=shown, advice="save it again as .xlsx")


def _check_parts(archive: zipfile.ZipFile, shown: str) -> None:
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)  # the reader stops there, whatever a part holds
    if unpacked > LARGEST_UNPACKED or len(parts) > MOST_PARTS:
        message = f"the workbook unpacks to {unpacked / 2**20:,.0f} MiB in {len(parts):,} parts"
        raise refuse(message, file=shown, advice=f"keep it below {LARGEST_UNPACKED // 2**20} MiB and {MOST_PARTS:,}")
    if any(part.flag_bits & 1 for part in parts):
        raise refuse("the workbook is encrypted", file=shown, advice="save it as .xlsx without a password")
    names = {part.filename for part in parts}
    if "mimetype" in names and "content.xml" in names:
        raise refuse("this is an OpenDocument file", file=shown, advice="save it as .xlsx")
    if "xl/workbook.bin" in names:
        raise refuse("this is a binary workbook (.xlsb)", file=shown, advice="save it as .xlsx")
    if len(names) != len(parts) or not {"[Content_Types].xml", "xl/workbook.xml"} <= names:
        raise malformed(shown)
    if any(name.startswith("xl/externalLinks/") for name in names):
        message = "the workbook refers to other files"
        raise refuse(message, file=shown, advice="break its links (Data, Edit Links) and save it again")
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            text = archive.read(part).replace(b"\0", b"")  # whatever the width of its characters
            if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                raise malformed(shown)
