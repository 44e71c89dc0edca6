"""Plans to choose from, drawn: who serves where in each, and where that differs from the first."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from math import sqrt
from typing import TYPE_CHECKING

from forcegen.report.html.charts import upright
from forcegen.report.html.colours import on, shade
from forcegen.report.html.markup import LINE, Node, details, el, legend, svg, table
from forcegen.report.html.words import column, wide
from forcegen.report.tables import amount

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Cells = Mapping[tuple[str, str], Fraction]

    from forcegen.planning.alternatives import Alternative, Alternatives

_CELL, _MOST = 17.0, 1e9
_KEY = (Fraction(0), Fraction(1, 4), Fraction(1, 2), Fraction(1))  # shares of the largest cell
_MORE, _LESS = "+", "\N{MINUS SIGN}"


def alternatives_figures(found: Alternatives) -> list[Node]:
    """Return a matrix a plan, nations against sectors, shaded by troop-periods; signs show what differs from plan 1."""
    if len(found.plans) < 2:
        return []
    matrices = [_matrix(plan) for plan in found.plans]
    instance = found.base.instance
    nations = [n.id for n in instance.nations if any(key[0] == n.id for cells in matrices for key in cells)]
    sectors = [s.id for s in instance.sectors if any(key[1] == s.id for cells in matrices for key in cells)]
    names = ({n.id: n.name or n.id for n in instance.nations}, {s.id: s.name or s.id for s in instance.sectors})
    most = max((x for cells in matrices for x in cells.values()), default=Fraction(1))
    words = (
        "Nations against sectors, the darker the more troop-periods. Signs: "
        f"more ({_MORE}) or less ({_LESS}) than in plan 1, by {amount(_notable(most))} troop-periods or more."
    )
    drawn = [
        el("figure", el("figcaption", f"Plan {i}"), _drawing(f"Plan {i}: who serves where", cells, matrices[0], nations,
           sectors, names, most))
        for i, cells in enumerate(matrices, start=1)
    ]  # fmt: skip
    shades = [(shade(_darkness(part)), amount(part * most)) for part in _KEY]
    shades[-1] = shades[-1][0], f"{shades[-1][1]} troop-periods"
    listed = table(
        "Troop-periods",
        ("nation", "sector", *(f"plan {i + 1}" for i in range(len(matrices)))),
        _rows(matrices, nations, sectors, names),
        left=2,
    )
    return [
        el("h3", "Who serves where"),
        el("p", words),
        legend(*shades),
        el("div", *drawn, class_="side"),
        details("The same as a table", listed),
    ]


def _rows(
    matrices: Sequence[Cells],
    nations: Sequence[str],
    sectors: Sequence[str],
    names: tuple[Mapping[str, str], Mapping[str, str]],
) -> list[tuple[str, ...]]:
    return [
        (names[0][nation], names[1][sector], *(amount(cells.get((nation, sector), Fraction(0))) for cells in matrices))
        for nation in nations
        for sector in sectors
        if any(cells.get((nation, sector)) for cells in matrices)
    ]


def _matrix(plan: Alternative) -> dict[tuple[str, str], Fraction]:
    cells: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for place, troops in plan.served.items():
        cells[place.nation, place.sector] += troops
    return dict(cells)


def _darkness(part: Fraction) -> float:
    """Return how dark a cell is, from its part of the largest one: small ones are seen, and signs on the largest."""
    return sqrt(part) * 0.85


def _notable(most: Fraction) -> Fraction:
    """Return the difference that is worth a sign: a twentieth of the largest cell, in whole troop-periods."""
    return Fraction(max(1, int(most / 20)))


def _drawing(
    title: str,
    cells: Cells,
    first: Cells,
    nations: Sequence[str],
    sectors: Sequence[str],
    names: tuple[Mapping[str, str], Mapping[str, str]],
    most: Fraction,
) -> Node:
    none, drawn, top = Fraction(0), [], 14 + max(wide(names[1][s]) for s in sectors)
    left = 10 + column((names[0][nation] for nation in nations), _MOST)
    for i, sector in enumerate(sectors):
        drawn.append(upright(names[1][sector], left + (i + 0.5) * _CELL, top - 5))
    for j, nation in enumerate(nations):
        y = top + j * _CELL
        drawn.append(el("text", names[0][nation], x=left - 6, y=y + 12, text_anchor="end"))
        for i, sector in enumerate(sectors):
            troops, before = (side.get((nation, sector), none) for side in (cells, first))
            share = _darkness(troops / most)
            said = f"{names[0][nation]}, {names[1][sector]}: {amount(troops)} troop-periods, in plan 1 {amount(before)}"
            x = left + i * _CELL
            drawn.append(
                el("rect", el("title", said), x=x, y=y, width=_CELL, height=_CELL, fill=shade(share), stroke=LINE)
            )
            if abs(troops - before) >= _notable(most):
                sign = _MORE if troops > before else _LESS
                drawn.append(
                    el("text", sign, x=x + _CELL / 2, y=y + 13, text_anchor="middle",
                       style=f"font-weight:700;font-size:13px;fill:{on(share)}")
                )  # fmt: skip
    return svg(left + len(sectors) * _CELL + 4, top + len(nations) * _CELL + 4, title, *drawn)
