"""Report on runs: a page and the figures behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forcegen.bench.comparison import Comparison, comparisons
from forcegen.bench.measures import measures
from forcegen.bench.page import bench_page
from forcegen.bench.pictures import FACTORS, moments
from forcegen.report.files import csv_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from forcegen.bench.check import Checked
    from forcegen.bench.score import Floats


def report_files(frame: pd.DataFrame, checked: Checked) -> dict[str, str]:
    """Return the files of a report by name.

    index.html loads nothing; runs.csv says what each run comes to; scores.csv has each figure with its interval and the
    runs that it is made of; curves.csv and profiles.csv have what is drawn.
    """
    compared = comparisons(frame, checked.rerun)
    table = measures(frame, checked.rerun)
    return {
        "index.html": bench_page(frame, checked, compared),
        "runs.csv": csv_text(list(table.columns), table.itertuples(index=False)),
        "scores.csv": csv_text(_SCORES, _scores(compared)),
        "curves.csv": csv_text(_CURVES, _curves(compared)),
        "profiles.csv": csv_text(("family", "terms", "entrant", "factor", "share"), _profiles(compared)),
    }


_SCORES = ("family", "terms", "entrant", "score", "unit", "value", "low", "high", "runs")
_CURVES = ("family", "terms", "entrant", "curve", "seconds", "value", "low", "high")


def _scores(compared: Sequence[Comparison]) -> Iterator[Sequence[object]]:
    for one in compared:
        for entrant in one.entrants:
            behind = " ".join(run["run"] for run in one.of(entrant))
            for score in one.scores[entrant]:
                ends = ("", "") if score.interval is None else (score.interval.low, score.interval.high)
                yield (one.family, one.terms, entrant, score.name, score.unit, score.value, *ends, behind)
        for score in one.virtual_scores():
            yield (one.family, one.terms, "virtual best", score.name, score.unit, score.value, "", "", "")


def _curves(compared: Sequence[Comparison]) -> Iterator[Sequence[object]]:
    for one in compared:
        when = moments(one.limit)
        shares = {"solved": one.solved_curves(when), "first plan": one.planned_curves(when)}
        for curve, by_entrant in shares.items():
            for entrant, values in by_entrant.items():
                yield from _points((one.family, one.terms, entrant, curve), when, values)
        for dual in (False, True):
            for entrant, gap in one.gap_curves(when, dual=dual).items():
                name = "dual gap" if dual else "primal gap"
                yield from _points((one.family, one.terms, entrant, name), when, gap.mean, gap.low, gap.high)


def _points(head: tuple[str, ...], when: Floats, *values: Floats) -> Iterator[Sequence[object]]:
    blank = [""] * (3 - len(values))
    for i, moment in enumerate(when):
        yield (*head, f"{moment:.4g}", *(f"{value[i]:.6g}" for value in values), *blank)


def _profiles(compared: Sequence[Comparison]) -> Iterator[Sequence[object]]:
    for one in compared:
        for entrant, values in one.profiles(FACTORS).items():
            for factor, value in zip(FACTORS, values, strict=True):
                yield (one.family, one.terms, entrant, f"{factor:.4g}", f"{value:.6g}")
