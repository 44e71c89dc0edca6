"""The files that `solve -o DIR` writes."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

from forcegen.report.document import number, result_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from forcegen.planning.result import Result

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def result_files(result: Result) -> dict[str, str]:
    """Return file names and texts: result.json always, tables if there is a plan."""
    files = {"result.json": json.dumps(result_document(result), indent=1, ensure_ascii=False) + "\n"}
    if result.plan is not None and result.audit is not None:
        files["assignments.csv"] = csv_text(
            ("contingent", "nation", "unit", "sector", "role", "start", "last", "periods", "strength"), _tours(result)
        )
        files["coverage.csv"] = csv_text(
            ("requirement", "period", "minimum", "target", "filled"),
            (
                (c.requirement, c.period, number(c.minimum), number(c.target), number(c.filled))
                for c in result.audit.coverage
            ),
        )
    return files


def _tours(result: Result) -> Iterable[Sequence[object]]:
    assert result.plan is not None
    horizon = result.instance.horizon
    for tour in result.plan.tours:
        contingent = result.instance.contingent[tour.contingent]
        last = horizon.label(horizon.index(tour.start) + tour.periods - 1)
        yield (
            tour.contingent,
            contingent.nation,
            tour.unit,
            tour.sector,
            tour.role,
            tour.start,
            last,
            tour.periods,
            contingent.strength,
        )


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table as the text of a CSV file in which no cell is a formula."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return stream.getvalue()


def _cell(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
