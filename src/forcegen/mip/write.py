"""Write a model as free MPS or CPLEX LP."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager, nullcontext
from os import PathLike
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np

from forcegen.mip.model import INF, MipModel, Names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# Legal in LP and MPS names alike (CPLEX LP), less the tilde, which stands for the hyphen. A name must not start with
# a digit, a period, or an e that could be read as an exponent.
_ILLEGAL = re.compile(r"[^A-Za-z0-9!\"#$%&()/,.;?@_`'{}|]")
_BAD_START = re.compile(r"[0-9.eE]|(?:inf|infinity|free|st|max|min|bin|gen|end)$", re.IGNORECASE)
_LINE = 200
"""Characters after which a line of an LP file is broken; the format allows 510."""


def write_mps(model: MipModel, target: str | PathLike[str] | IO[str], *, name: str = "forcegen") -> None:
    """Write `model` as free MPS, minimising, to a path or an open text file.

    In names `-` is written `~` and other characters that are not legal as `_` and their code. The offset is the
    negative right-hand side of the objective, as solvers read it.
    """
    names = legal_names(model)
    with _opened(target) as file:
        file.write(f"NAME {_legal(name)} FREE\nROWS\n N obj\n")
        file.writelines(f" {_kind(*side)} {row}\n" for row, *side in _sides(model, names))
        file.write("COLUMNS\n")
        file.writelines(_mps_columns(model, names))
        file.write("RHS\n")
        if model.offset:
            file.write(f" RHS obj {-model.offset}\n")
        file.writelines(_mps_right_hand_sides(model, names))
        ranges = [
            f" RNG {row} {upper - lower}\n" for row, lower, upper in _sides(model, names) if _is_range(lower, upper)
        ]
        if ranges:  # CBC refuses an empty section
            file.writelines(["RANGES\n", *ranges])
        file.write("BOUNDS\n")
        file.writelines(_mps_bounds(model, names))
        file.write("ENDATA\n")


def write_lp(model: MipModel, target: str | PathLike[str] | IO[str]) -> None:
    """Write `model` as CPLEX LP, minimising, to a path or an open text file.

    In names `-` is written `~` and other characters that are not legal as `_` and their code; long lines are wrapped.
    A row with two sides is written as two rows, ``NAME`` and ``NAME_upper``.
    """
    names = legal_names(model)
    with _opened(target) as file:
        file.write("Minimize\n")
        used = np.flatnonzero(model.objective)
        terms = _terms(model.objective[used].tolist(), used.tolist(), names.columns)
        file.write(_wrapped(" obj:", [*terms, *([f" {model.offset:+d}"] if model.offset or not terms else [])]))
        file.write("Subject To\n")
        file.writelines(_lp_rows(model, names))
        file.write("Bounds\n")
        file.writelines(_lp_bounds(model, names))
        whole = [f" {names.columns[j]}" for j in np.flatnonzero(model.integer).tolist()]
        if whole:
            file.write("Generals\n")
            file.write(_wrapped("", whole))
        file.write("End\n")


def legal_names(model: MipModel) -> Names:
    """Return the model's names, made legal for LP and MPS files and distinct.

    Raises
    ------
    ValueError
        Where the number of names does not fit the model.
    """
    names = model.all_names()
    if (len(names.columns), len(names.rows)) != (model.columns, model.rows):
        raise ValueError(
            f"names: expected {model.columns} columns and {model.rows} rows, "
            f"got {len(names.columns)} and {len(names.rows)}"
        )
    return Names(_distinct(names.columns), _distinct(names.rows, taken={"obj"}))


def _legal(name: str) -> str:
    legal = _ILLEGAL.sub(lambda found: "~" if found[0] == "-" else f"_{ord(found[0]):x}_", name)
    return f"_{legal}" if not legal or _BAD_START.match(legal) else legal


def _distinct(names: Iterable[str], taken: set[str] | None = None) -> list[str]:
    seen = set(taken or ())
    result = []
    for name in names:
        legal = base = _legal(name)
        count = 1
        while legal in seen:
            count += 1
            legal = f"{base}_{count}"
        seen.add(legal)
        result.append(legal)
    return result


def _opened(target: str | PathLike[str] | IO[str]) -> AbstractContextManager[IO[str]]:
    if isinstance(target, str | PathLike):
        return Path(target).open("w", encoding="ascii", newline="\n")
    return nullcontext(target)


def _sides(model: MipModel, names: Names) -> Iterator[tuple[str, int, int]]:
    return zip(names.rows, model.row_lower.tolist(), model.row_upper.tolist(), strict=True)


def _kind(lower: int, upper: int) -> str:
    if lower == upper:
        return "E"
    if lower > -INF:
        return "G"
    return "L" if upper < INF else "N"


def _is_range(lower: int, upper: int) -> bool:
    return -INF < lower != upper < INF


def _mps_columns(model: MipModel, names: Names) -> Iterator[str]:
    by_column = model.matrix.tocsc()
    starts = by_column.indptr.tolist()
    rows, data = by_column.indices.tolist(), by_column.data.tolist()
    row_names, inside, markers = names.rows, False, 0
    flags, costs = model.integer.tolist(), model.objective.tolist()
    for j, column in enumerate(names.columns):
        if flags[j] != inside:
            inside = flags[j]
            yield f" M{markers} 'MARKER' '{'INTORG' if inside else 'INTEND'}'\n"
            markers += 1
        first, last = starts[j], starts[j + 1]
        if costs[j] or first == last:
            yield f" {column} obj {costs[j]}\n"
        if first < last:
            entries = zip(rows[first:last], data[first:last], strict=True)
            yield "".join([f" {column} {row_names[i]} {value}\n" for i, value in entries])
    if inside:
        yield f" M{markers} 'MARKER' 'INTEND'\n"


def _mps_right_hand_sides(model: MipModel, names: Names) -> Iterator[str]:
    for row, lower, upper in _sides(model, names):
        side = lower if lower > -INF else upper
        if side and side < INF:
            yield f" RHS {row} {side}\n"


def _mps_bounds(model: MipModel, names: Names) -> Iterator[str]:
    for column, lower, upper in zip(names.columns, model.lower.tolist(), model.upper.tolist(), strict=True):
        if lower == upper:
            yield f" FX BND {column} {lower}\n"
        elif lower <= -INF and upper >= INF:
            yield f" FR BND {column}\n"
        else:
            if lower <= -INF:
                yield f" MI BND {column}\n"
            elif lower or upper < 0:  # some readers drop the lower bound of 0 at a negative upper bound
                yield f" LO BND {column} {lower}\n"
            # Written even where absent: readers differ on the default of integer columns.
            yield f" PL BND {column}\n" if upper >= INF else f" UP BND {column} {upper}\n"


def _lp_rows(model: MipModel, names: Names) -> Iterator[str]:
    starts = model.matrix.indptr.tolist()
    columns, data = model.matrix.indices.tolist(), model.matrix.data.tolist()
    for i, (row, lower, upper) in enumerate(_sides(model, names)):
        first, last = starts[i], starts[i + 1]
        terms = _terms(data[first:last], columns[first:last], names.columns)
        if not terms:
            if not model.columns:
                continue
            terms = [f" 0 {names.columns[0]}"]
        if lower == upper:
            yield _wrapped(f" {row}:", [*terms, f" = {lower}"])
            continue
        if lower > -INF:
            yield _wrapped(f" {row}:", [*terms, f" >= {lower}"])
        if upper < INF:
            suffix = "_upper" if lower > -INF else ""
            yield _wrapped(f" {row}{suffix}:", [*terms, f" <= {upper}"])


def _lp_bounds(model: MipModel, names: Names) -> Iterator[str]:
    for column, lower, upper in zip(names.columns, model.lower.tolist(), model.upper.tolist(), strict=True):
        if lower == upper:
            yield f" {column} = {lower}\n"
        elif lower <= -INF and upper >= INF:
            yield f" {column} free\n"
        elif lower != 0 or upper < INF:
            left = "-inf" if lower <= -INF else lower
            right = "+inf" if upper >= INF else upper
            yield f" {left} <= {column} <= {right}\n"


def _terms(values: Sequence[int], columns: Sequence[int], names: Sequence[str]) -> list[str]:
    return [f" {value:+d} {names[j]}" for value, j in zip(values, columns, strict=True)]


def _wrapped(head: str, parts: Sequence[str]) -> str:
    """Join `parts`, breaking lines only between them."""
    if len(head) + sum(map(len, parts)) <= _LINE:
        return f"{head}{''.join(parts)}\n"
    lines, line, length = [], [head], len(head)
    for part in parts:
        if length + len(part) > _LINE and length:
            lines.append("".join(line))
            line, length = [], 0
        line.append(part)
        length += len(part)
    lines.append("".join(line))
    return "\n".join(lines) + "\n"
