"""Read a model from an MPS file, exactly or not at all.

Fixed and free format alike, as long as no name has a blank in it. Numbers are read as fractions, and rows and objective
multiplied by what makes them whole, so nothing is rounded. What readers differ on is refused, with the line.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd, lcm
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import scipy.sparse as sp

from forcegen.mip.model import INF, Bools, Ints, MipModel, Names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from os import PathLike

_INFINITE: Final = 10**20
_DIGITS: Final = 60
_VALUED: Final = frozenset({"UP", "LO", "FX", "UI", "LI"})
_BARE: Final = frozenset({"FR", "MI", "PL", "BV"})


class MpsError(ValueError):
    """A file that is no model in whole numbers; `line` says where, 0 if it is the file as a whole."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class Mps:
    """A model that was read.

    Parameters
    ----------
    name
        As the file names it; empty if it does not.
    model
        To be minimised, in whole numbers.
    scale
        The file's objective is ``scale`` times that of the model; negative where the file maximises.
    """

    name: str
    model: MipModel
    scale: Fraction


def read_mps(path: str | PathLike[str]) -> Mps:
    """Return the model in an MPS file.

    A continuous column is taken as an implied integer where that is certain: an equation gives it a whole number once
    all others are whole; or its coefficients are 1 or -1 in rows that are whole otherwise, and such columns and rows
    are joined without a circle, which makes their part of the matrix totally unimodular.

    Raises
    ------
    MpsError
        If it is malformed, says what readers differ on, or is no model in whole numbers.
    OSError, UnicodeDecodeError
        If it cannot be read.
    """
    reading = _Reading()
    for number, line in enumerate(Path(path).read_text(encoding="utf-8").splitlines(), 1):
        if line.strip() and not line.startswith("*"):
            reading.take(line, number)
            if reading.section == "ENDATA":
                return _made(reading)
    raise MpsError("the file has no ENDATA; it may have been cut off")


@dataclass
class _Reading:
    """What was read so far."""

    name: str = ""
    section: str = ""
    maximise: bool = False
    objective: str | None = None
    ignored: set[str] = field(default_factory=set)
    kinds: dict[str, str] = field(default_factory=dict)
    integer: dict[str, bool] = field(default_factory=dict)
    entries: dict[str, dict[str, Fraction]] = field(default_factory=dict)
    sides: dict[str, Fraction] = field(default_factory=dict)
    ranges: dict[str, Fraction] = field(default_factory=dict)
    bounds: dict[str, list[Fraction | None]] = field(default_factory=dict)
    sets: dict[str, str] = field(default_factory=dict)
    inside: bool = False
    number: int = 0

    def take(self, line: str, number: int) -> None:
        """Take a line that is not empty and no comment."""
        self.number = number
        words = line.split()
        if not line[0].isspace():
            self._head(words)
            return
        takers: dict[str, Callable[[list[str]], None]] = {
            "OBJSENSE": self._sense,
            "ROWS": self._row,
            "COLUMNS": self._column,
            "RHS": self._side,
            "RANGES": self._range,
            "BOUNDS": self._bound,
        }
        if self.section not in takers:
            raise self._wrong(f"nothing may stand in the section {self.section or 'before the first'}")
        takers[self.section](words)

    def _head(self, words: list[str]) -> None:
        known = ("NAME", "OBJSENSE", "ROWS", "COLUMNS", "RHS", "RANGES", "BOUNDS", "ENDATA")
        self.section = words[0].upper()
        if self.section not in known:
            raise self._wrong(f"there is no section {words[0]} here; known are {', '.join(known)}")
        if self.section == "NAME":
            self.name = words[1] if len(words) > 1 else ""
        elif self.section == "OBJSENSE" and len(words) > 1:
            self._sense(words[1:])

    def _sense(self, words: list[str]) -> None:
        sense = words[0].upper()
        if sense not in ("MIN", "MAX", "MINIMIZE", "MAXIMIZE", "MINIMISE", "MAXIMISE"):
            raise self._wrong(f"{words[0]} is neither MIN nor MAX")
        self.maximise = sense.startswith("MAX")

    def _row(self, words: list[str]) -> None:
        if len(words) != 2 or words[0].upper() not in ("N", "E", "L", "G"):
            raise self._wrong("a row is N, E, L or G and a name without blanks")
        kind, name = words[0].upper(), words[1]
        if name in self.kinds or name in self.ignored or name == self.objective:
            raise self._wrong(f"the row {name} stands twice")
        if kind != "N":
            self.kinds[name] = kind
        elif self.objective is None:
            self.objective = name
        else:
            self.ignored.add(name)

    def _column(self, words: list[str]) -> None:
        if len(words) >= 3 and words[1].strip("'\"").upper() == "MARKER":
            self.inside = words[2].strip("'\"").upper() == "INTORG"
            return
        if len(words) not in (3, 5):
            raise self._wrong("a column is a name and one or two rows, each with a number")
        name = words[0]
        self.integer.setdefault(name, self.inside)
        own = self.entries.setdefault(name, {})
        for row, text in zip(words[1::2], words[2::2], strict=True):
            self._known_row(row)
            if row in own:
                raise self._wrong(f"the column {name} has the row {row} twice")
            own[row] = self._number(text)

    def _side(self, words: list[str]) -> None:
        for row, number in self._pairs(words):
            self.sides[row] = number

    def _range(self, words: list[str]) -> None:
        for row, number in self._pairs(words):
            if row not in self.kinds:
                raise self._wrong(f"{row} is the objective, which has no range")
            self.ranges[row] = number

    def _bound(self, words: list[str]) -> None:
        kind = words[0].upper()
        if kind not in _VALUED | _BARE:
            raise self._wrong(f"bounds of the kind {words[0]} are not read")
        # BV, FR, MI and PL may carry a number that means nothing.
        least = 3 if kind in _VALUED else 2
        has_set = len(words) > least and (kind in _VALUED or words[2] in self.entries)
        self._one_set(words[1] if has_set else "")
        rest = words[2:] if has_set else words[1:]
        if len(rest) < least - 1 or rest[0] not in self.entries:
            raise self._wrong(f"a bound is a kind, a set, a column{' and a number' if kind in _VALUED else ''}")
        pair = self.bounds.setdefault(rest[0], [Fraction(0), None])
        number = self._number(rest[1]) if kind in _VALUED else Fraction(0)
        self._set(kind, rest[0], pair, None if abs(number) >= _INFINITE else number)

    def _set(self, kind: str, column: str, pair: list[Fraction | None], number: Fraction | None) -> None:
        if kind in ("LO", "LI", "FX"):
            pair[0] = number
        if kind in ("UP", "UI", "FX"):
            if number is not None and number < 0 and pair[0] == 0 and kind != "FX":
                raise self._wrong(f"readers differ on the lower bound of {column}: write it, before the upper one")
            pair[1] = number
        if kind in ("FR", "MI"):
            pair[0] = None
        if kind in ("FR", "PL"):
            pair[1] = None
        if kind == "BV":
            pair[:] = Fraction(0), Fraction(1)
        if kind in ("BV", "LI", "UI"):
            self.integer[column] = True

    def _pairs(self, words: list[str]) -> Iterable[tuple[str, Fraction]]:
        self._one_set(words[0] if len(words) % 2 else "")
        rest = words[1:] if len(words) % 2 else words
        if not rest:
            raise self._wrong("a row and a number are missing")
        for row, text in zip(rest[::2], rest[1::2], strict=True):
            self._known_row(row)
            yield row, self._number(text)

    def _one_set(self, name: str) -> None:
        if self.sets.setdefault(self.section, name) != name:
            raise self._wrong(f"there are several sets of {self.section}; keep one")

    def _known_row(self, row: str) -> None:
        if row not in self.kinds and row != self.objective and row not in self.ignored:
            raise self._wrong(f"there is no row {row}")

    def _number(self, text: str) -> Fraction:
        if text.lower().lstrip("+-") in ("inf", "infinity"):
            return Fraction(-_INFINITE if text.startswith("-") else _INFINITE)
        try:
            mantissa, _, exponent = text.lower().replace("d", "e").partition("e")
            if len(mantissa) > _DIGITS or abs(int(exponent or 0)) > _DIGITS:
                raise ValueError
            return Fraction(text.lower().replace("d", "e"))
        except (ValueError, ZeroDivisionError):
            raise self._wrong(f"{text[:40]} is not a number of at most {_DIGITS} digits") from None

    def _wrong(self, message: str) -> MpsError:
        return MpsError(message, self.number)


def _made(read: _Reading) -> Mps:
    if read.objective is None:
        raise MpsError("there is no objective: no row of the kind N")
    columns, rows = list(read.entries), list(read.kinds)
    matrix, row_lower, row_upper = _rows(read, columns, rows)
    lower, upper = _column_bounds(read, columns)
    sign = -1 if read.maximise else 1
    costs = [sign * read.entries[name].get(read.objective, Fraction(0)) for name in columns]
    offset = -sign * read.sides.get(read.objective, Fraction(0))
    scale = _multiplier([*costs, offset])
    flags = np.array([read.integer[name] for name in columns], dtype=bool)
    try:
        model = MipModel(
            np.array([int(cost * scale) for cost in costs], dtype=object).astype(np.int64),
            int(offset * scale),
            lower,
            upper,
            flags,
            matrix,
            row_lower,
            row_upper,
            lambda: Names(columns, rows),
        )
    except (OverflowError, ValueError) as error:
        raise MpsError(f"its numbers are too large to be counted exactly: {error}") from None
    _check_implied(model, columns)
    return Mps(read.name, model, Fraction(sign, scale))


def _rows(read: _Reading, columns: list[str], rows: list[str]) -> tuple[sp.csr_array[np.int64], Ints, Ints]:
    place = {name: i for i, name in enumerate(rows)}
    coefficients: list[list[tuple[int, Fraction]]] = [[] for _ in rows]
    for j, name in enumerate(columns):
        for row, number in read.entries[name].items():
            if row in place and number:
                coefficients[place[row]].append((j, number))
    data: list[int] = []
    indices: list[int] = []
    starts, lows, highs = [0], [], []
    for name, line in zip(rows, coefficients, strict=True):
        low, high = _row_sides(read, name)
        factor = _multiplier([*(number for _, number in line), *(side for side in (low, high) if side is not None)])
        indices += [j for j, _ in line]
        data += [int(number * factor) for _, number in line]
        starts.append(len(data))
        lows.append(-INF if low is None else int(low * factor))
        highs.append(INF if high is None else int(high * factor))
    try:
        values = np.array(data, dtype=object).astype(np.int64)
        sides = [np.array(numbers, dtype=object).astype(np.int64) for numbers in (lows, highs)]
    except OverflowError:
        raise MpsError("its numbers are too large to be counted exactly") from None
    shape = (len(rows), len(columns))
    return sp.csr_array((values, np.array(indices, dtype=np.int64), np.array(starts)), shape=shape), sides[0], sides[1]


def _row_sides(read: _Reading, name: str) -> tuple[Fraction | None, Fraction | None]:
    kind, side, span = read.kinds[name], read.sides.get(name, Fraction(0)), read.ranges.get(name)
    if span is None:
        return (None if kind == "L" else side), (None if kind == "G" else side)
    if kind == "E":
        return min(side, side + span), max(side, side + span)
    return (side, side + abs(span)) if kind == "G" else (side - abs(span), side)


def _column_bounds(read: _Reading, columns: list[str]) -> tuple[Ints, Ints]:
    """Return the columns' bounds; those of integers are cut to whole numbers."""
    lows, highs = [], []
    for name in columns:
        if name not in read.bounds and read.integer[name]:
            raise MpsError(f"readers differ on the bounds of the integer column {name}, which has none; write them")
        low, high = read.bounds.get(name, [Fraction(0), None])
        if not read.integer[name] and any(side is not None and side.denominator > 1 for side in (low, high)):
            raise MpsError(f"the continuous column {name} has a bound that is not whole")
        lows.append(-INF if low is None else -(-low.numerator // low.denominator))
        highs.append(INF if high is None else high.numerator // high.denominator)
    return np.array(lows, dtype=np.int64), np.array(highs, dtype=np.int64)


def _multiplier(numbers: Iterable[Fraction]) -> int:
    return lcm(*(number.denominator for number in numbers))


def _check_implied(model: MipModel, columns: list[str]) -> None:
    """Refuse continuous columns that need not take whole numbers in any best plan."""
    continuous = _undefined(model)
    if not continuous.any():
        return
    parent = list(range(model.rows + model.columns))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for i in range(model.rows):
        inside, data, step = _divided(model, i)
        some = continuous[inside]
        for j, number in zip(inside[some].tolist(), data[some].tolist(), strict=True):
            a, b = root(i), root(model.rows + j)
            if abs(number) != step or a == b:
                message = f"the column {columns[j]} is continuous, and may be a fraction in every best plan"
                raise MpsError(f"{message}: the exact check of plans is in whole numbers")
            parent[a] = b


def _undefined(model: MipModel) -> Bools:
    """Return bool[columns]: the continuous columns that no equation gives a whole number once all others are whole."""
    continuous = ~model.integer
    equations = [
        (inside, data, step)
        for i in np.flatnonzero(model.row_lower == model.row_upper).tolist()
        for inside, data, step in [_divided(model, i)]
        if continuous[inside].any()
    ]
    found = True
    while found:
        found = False
        for inside, data, step in equations:
            some = continuous[inside]
            if some.sum() == 1 and abs(int(data[some][0])) == step:
                continuous[inside[some]] = False
                found = True
    return continuous


def _divided(model: MipModel, i: int) -> tuple[Ints, Ints, int]:
    """Return a row's columns and coefficients, and the common divisor of these and its sides."""
    first, last = model.matrix.indptr[i], model.matrix.indptr[i + 1]
    data = model.matrix.data[first:last]
    sides = [int(side) for side in (model.row_lower[i], model.row_upper[i]) if abs(int(side)) < INF]
    step = gcd(int(np.gcd.reduce(data)) if data.size else 0, *sides)
    return model.matrix.indices[first:last].astype(np.int64), data, step
