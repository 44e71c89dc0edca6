"""Bad input: one clear message with file, line, field, value and advice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a file.

    `file` and `line` say where, `field` is a path such as `contingents[3].strength`, `value` is what stands there,
    `advice` says how to mend it. In a workbook, `cell` is such as `contingents!B7`, sheet and cell, and `line` its row.
    """

    message: str
    file: str | None = None
    line: int | None = None
    field: str | None = None
    value: Any = None
    advice: str | None = None
    cell: str | None = None

    def __str__(self) -> str:
        """Return `file:line: field: message; advice`; in a workbook the cell stands for the line."""
        spot = self.cell or self.line
        place = "" if self.file is None else f"{self.file}:{spot}: " if spot else f"{self.file}: "
        field = "" if self.field is None or self.field in self.message else f"{self.field}: "
        advice = "" if self.advice is None else f"; {self.advice}"
        return f"{place}{field}{self.message}{advice}"


class InputError(Exception):
    """A file cannot be used; `faults` holds everything found wrong, in the order of the file."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(str(faults[0]))
        self.faults = faults

    @property
    def first(self) -> Fault:
        """The fault to mend first."""
        return self.faults[0]


def refuse(message: str, **where: Any) -> InputError:
    """Return the error for a single fault."""
    return InputError((Fault(message, **where),))
