"""The plots of a comparison."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np

from forcegen.bench.comparison import VIRTUAL, Comparison
from forcegen.bench.words import UNKNOWN, interval, seconds, share
from forcegen.report.html.charts import bars
from forcegen.report.html.markup import INK, Node, details, el
from forcegen.report.html.plots import Axis, Curve, Point, curves, points

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forcegen.bench.score import Floats

_LEAST: Final = 0.05
_SMALLEST_GAP: Final = 1e-4
_PAIRS: Final = 6
FACTORS: Final = np.geomspace(1, 1000, 121)


def moments(limit: float) -> Floats:
    """Return the moments, in seconds, at which curves over time are drawn and written."""
    return np.geomspace(_LEAST, max(limit, 2 * _LEAST), 121)


def pictures(one: Comparison, colours: Mapping[str, str]) -> list[Node]:
    """Return all plots of a comparison."""
    when = moments(one.limit)
    plots = [
        _shares("Solved by then", "of runs", when, one.solved_curves(when), colours, one.limit),
        _profile(one, colours),
        _gaps("Primal gap: how far the plan is from the best known", one, when, colours, dual=False),
        _gaps("Dual gap: how far the bound is from the best known", one, when, colours, dual=True),
        _shares("First plan by then", "of runs", when, one.planned_curves(when), colours, one.limit),
        _build_and_solve(one, colours),
        _integrals(one),
        _memory(one),
    ]
    shown: list[Node] = [el("div", *plots, class_="side")]
    pairs = [_pair(one, a, b, colours) for a, b in combinations(range(len(one.entrants)), 2)]
    if pairs:
        drawn = el("div", *pairs, class_="side")
        shown.append(drawn if len(pairs) <= _PAIRS else details(f"Paired times: {len(pairs)} pairs of entrants", drawn))
    return shown


def _time(limit: float) -> Axis:
    return Axis("seconds", _LEAST, max(limit, 2 * _LEAST), log=True)


def _shares(
    title: str, label: str, when: Floats, shares: Mapping[str, Floats], colours: Mapping[str, str], limit: float
) -> Node:
    lines = [
        Curve(name, list(when), list(values), INK if name == VIRTUAL else colours[name], stepped=True)
        for name, values in shares.items()
    ]
    return curves(title, _time(limit), Axis(f"share {label}", 0, 1, written=_percent), lines)


def _profile(one: Comparison, colours: Mapping[str, str]) -> Node:
    lines = [
        Curve(name, list(FACTORS), list(values), colours[name], stepped=True)
        for name, values in one.profiles(FACTORS).items()
    ]
    across = Axis("times the fastest", 1, 1000, log=True)
    return curves("Performance profile", across, Axis("share of runs", 0, 1, written=_percent), lines)


def _gaps(title: str, one: Comparison, when: Floats, colours: Mapping[str, str], *, dual: bool) -> Node:
    lines = [
        Curve(name, list(when), list(curve.mean), colours[name], (list(curve.low), list(curve.high)), stepped=True)
        for name, curve in one.gap_curves(when, dual=dual).items()
    ]
    up = Axis("mean gap; band: seeds", _SMALLEST_GAP, 1, log=True, written=_small)
    return curves(title, _time(one.limit), up, lines)


def _integrals(one: Comparison) -> Node:
    rows = []
    for name in one.entrants:
        score = one.scores[name][-1]
        spread = f" ({interval(score)})" if score.interval else ""
        value = score.value if np.isfinite(score.value) else 0.0
        rows.append((name, value, f"{seconds(score.value)}{spread}"))
    title = "Primal integral: mean seconds of a full gap"
    return el("figure", el("figcaption", title), bars(title, rows, "#56799a"))


def _build_and_solve(one: Comparison, colours: Mapping[str, str]) -> Node:
    some = [
        Point(
            max(run["build"], 1e-3),
            max(run["solve"], 1e-3),
            colours[run["entrant"]],
            f"{run['run']}: {run['entrant']}, {run['problem']}: build {seconds(run['build'])} s, "
            f"solve {seconds(run['solve'])} s",
            link=f"#{run['run']}",
        )
        for run in one.runs.to_dict("records")
        if np.isfinite(run["build"]) and np.isfinite(run["solve"])
    ]
    times = [time for point in some for time in (point.x, point.y)]
    ends = (min([*times, 0.01]) * 0.8, max([*times, 1.0]) * 1.25)
    axes = [Axis(label, *ends, log=True) for label in ("seconds to build", "seconds to solve")]
    keys = [(colours[name], name) for name in one.entrants]
    return points("Build against solve", axes[0], axes[1], some, keys, diagonal=True)


def _memory(one: Comparison) -> Node:
    rows = []
    for name in one.entrants:
        peaks = one.runs[one.runs["entrant"] == name]["peak"].dropna()
        most = float(peaks.max()) if len(peaks) else 0.0
        middle = f"{peaks.median():,.0f}" if len(peaks) else UNKNOWN
        rows.append((name, most, f"{most:,.0f} ({middle})"))
    title = "Memory in MB: the most of any run (and the median)"
    return el("figure", el("figcaption", title), bars(title, rows, "#56799a"))


def _pair(one: Comparison, a: int, b: int, colours: Mapping[str, str]) -> Node:
    high = 1.3 * one.limit
    some = []
    for i, (problem, seed) in enumerate(one.common):
        times = [float(one.seconds[i, k]) if one.solved[i, k] else high for k in (a, b)]
        words = [seconds(t) + " s" if t < high else "not solved" for t in times]
        run = one.of(one.entrants[b])[i]["run"]
        some.append(
            Point(
                max(times[0], _LEAST),
                max(times[1], _LEAST),
                colours[one.entrants[b]],
                f"{problem}, seed {seed}: {one.entrants[a]} {words[0]}, {one.entrants[b]} {words[1]}",
                "cross" if high in times else "dot",
                f"#{run}",
            )
        )
    axes = [Axis(f"{one.entrants[k]}, seconds", _LEAST, high, log=True) for k in (a, b)]
    title = f"{one.entrants[a]} against {one.entrants[b]}; a cross: not solved"
    return points(title, axes[0], axes[1], some, diagonal=True)


def _percent(value: float) -> str:
    return f"{value:.0%}"


def _small(value: float) -> str:
    return f"≤ {share(value)}" if value <= _SMALLEST_GAP else share(value)
