"""The files that `solve -o DIR` writes."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

from forcegen.report.document import result_document
from forcegen.report.lists import plan_lists
from forcegen.spreadsheet import csv_cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from forcegen.planning.result import Result


def result_files(result: Result) -> dict[str, str]:
    """Return file names and texts: result.json always, a CSV file a list if there is a plan."""
    files = {"result.json": json.dumps(result_document(result), indent=1, ensure_ascii=False) + "\n"}
    if result.plan is not None and result.audit is not None:
        lists = plan_lists(result.instance, result.plan, result.audit)
        files |= {f"{name}.csv": csv_text(found.columns, found.rows) for name, found in lists.items()}
    return files


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table as the text of a CSV file in which no cell is a formula."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([csv_cell(name) for name in header])
    writer.writerows([csv_cell(value) for value in row] for row in rows)
    return stream.getvalue()
