"""Sectors on a map: where they are, who neighbours whom, and how well each is covered."""

from __future__ import annotations

from math import cos, radians, sqrt
from typing import TYPE_CHECKING

from forcegen.report.html.charts import WIDTH, shortened
from forcegen.report.html.colours import shade
from forcegen.report.html.markup import INK, Node, details, el, legend, svg, table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forcegen.domain.instance import Instance
    from forcegen.domain.place import Sector

_MARGIN, _LARGEST, _TALLEST = 70.0, 21.0, 640.0
_LETTER, _LINE = 6.4, 13.0
Box = tuple[float, float, float, float]


def sector_map(instance: Instance, covered: Mapping[str, tuple[float, float]]) -> list[Node]:
    """Return a map of the sectors that have a place.

    Parameters
    ----------
    covered
        For each sector, troops required and troops covered, averages over the horizon.
    """
    placed = [sector for sector in instance.sectors if sector.at is not None]
    if not placed:
        return [el("p", "No sector says where it is.")]
    at, height = _positions(placed)
    most = max((wanted for wanted, _ in covered.values()), default=0.0) or 1.0
    radius = {s.id: max(6.0, _LARGEST * sqrt(covered.get(s.id, (0.0, 0.0))[0] / most)) for s in placed}
    links = {tuple(sorted((s.id, other))) for s in placed for other in s.next if other in at}
    drawn = [
        el("line", x1=at[a][0], y1=at[a][1], x2=at[b][0], y2=at[b][1], stroke="#c3ccd3", stroke_width=1.2)
        for a, b in sorted(links)
    ]
    taken: list[Box] = [(x - radius[i], y - radius[i], x + radius[i], y + radius[i]) for i, (x, y) in at.items()]
    for sector in placed:
        (x, y), (wanted, had) = at[sector.id], covered.get(sector.id, (0.0, 0.0))
        share = had / wanted if wanted else 0.0
        said = f"{sector.name or sector.id}: {had:,.0f} of {wanted:,.0f} troops"
        drawn.append(
            el(
                "circle",
                el("title", said),
                cx=x,
                cy=y,
                r=radius[sector.id],
                fill=shade(share * 0.85) if wanted else "#ffffff",
                stroke=INK,
            )
        )
    for sector in placed:
        wanted, had = covered.get(sector.id, (0.0, 0.0))
        words = [shortened(sector.name or sector.id, 30), f"{had / wanted:.0%} of {wanted:,.0f}" if wanted else ""]
        drawn += _label(words, at[sector.id], radius[sector.id], taken, height)
    keys = [(shade(share * 0.85), f"{share:.0%} covered") for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
    meaning = (
        "The larger a circle, the more troops are required there by requirements of that sector alone. "
        "Lines join neighbours."
    )
    return [
        el("p", meaning),
        legend(*keys),
        el("figure", svg(WIDTH, height, "Map of the sectors, shaded by coverage", *drawn)),
        details("The same as a table", _listed(instance, covered)),
    ]


def _listed(instance: Instance, covered: Mapping[str, tuple[float, float]]) -> Node:
    """Return all sectors, those without a place as well, with what the map shows."""
    rows = []
    for sector in instance.sectors:
        wanted, had = covered.get(sector.id, (0.0, 0.0))
        share = f"{had / wanted:.0%}" if wanted else ""
        beside = ", ".join(sector.next)
        rows.append((sector.name or sector.id, sector.zone or "", beside, f"{wanted:,.0f}", f"{had:,.0f}", share))
    header = ("sector", "zone", "neighbours", "troops required", "covered", "share")
    return table("Coverage by sector, on average", header, rows, left=3)


def _positions(sectors: Sequence[Sector]) -> tuple[dict[str, tuple[float, float]], float]:
    """Return places on the page, an equirectangular projection, and its height."""
    points = {s.id: (float(s.at[0]), float(s.at[1])) for s in sectors if s.at is not None}
    lons, lats = [p[0] for p in points.values()], [p[1] for p in points.values()]
    squeeze = cos(radians(sum(lats) / len(lats)))
    wide, tall = (max(lons) - min(lons)) * squeeze, max(lats) - min(lats)
    room = WIDTH - 2 * _MARGIN
    scale = min(room / wide if wide else 1e9, (_TALLEST - 2 * _MARGIN) / tall if tall else 1e9)
    scale = scale if scale < 1e9 else 1.0
    left = (WIDTH - wide * scale) / 2
    height = tall * scale + 2 * _MARGIN
    return {
        name: (left + (lon - min(lons)) * squeeze * scale, _MARGIN + (max(lats) - lat) * scale)
        for name, (lon, lat) in points.items()
    }, height


def _label(words: list[str], at: tuple[float, float], radius: float, taken: list[Box], height: float) -> list[Node]:
    """Return the label's lines beside a circle, where they cover least of what is there already."""
    lines = [word for word in words if word]
    width, tall = max(len(line) for line in lines) * _LETTER, _LINE * len(lines)
    x, y = at
    choices = [
        (x + radius + 4, y - tall / 2, "start"),
        (x - radius - 4 - width, y - tall / 2, "start"),
        (x - width / 2, y + radius + 3, "start"),
        (x - width / 2, y - radius - 3 - tall, "start"),
        (x + radius * 0.7 + 3, y + radius * 0.7, "start"),
        (x + radius * 0.7 + 3, y - radius * 0.7 - tall, "start"),
        (x - radius * 0.7 - 3 - width, y + radius * 0.7, "start"),
        (x - radius * 0.7 - 3 - width, y - radius * 0.7 - tall, "start"),
    ]

    def covered(choice: tuple[float, float, str]) -> float:
        box = (choice[0], choice[1], choice[0] + width, choice[1] + tall)
        outside = (box[0] < 0) + (box[2] > WIDTH) + (box[1] < 0) + (box[3] > height)
        return sum(_overlap(box, other) for other in taken) + 1e6 * outside

    left, top, anchor = min(choices, key=covered)
    taken.append((left, top, left + width, top + tall))
    return [
        el(
            "text",
            line,
            x=left,
            y=top + _LINE * (i + 0.8),
            text_anchor=anchor,
            style="paint-order:stroke;stroke:#fff;stroke-width:3px" + (";font-weight:600" if i == 0 else ""),
        )
        for i, line in enumerate(lines)
    ]


def _overlap(one: Box, other: Box) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    tall = min(one[3], other[3]) - max(one[1], other[1])
    return wide * tall if wide > 0 and tall > 0 else 0.0
