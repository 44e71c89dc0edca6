"""Sectors on a map: where they are, who neighbours whom, and how well each is covered."""

from __future__ import annotations

from math import cos, hypot, radians, sqrt
from typing import TYPE_CHECKING

from forcegen.report.html.charts import WIDTH
from forcegen.report.html.colours import shade
from forcegen.report.html.markup import INK, MUTED, Node, details, el, legend, svg, table
from forcegen.report.html.words import LINE_HEIGHT, wide, wrapped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forcegen.domain.instance import Instance
    from forcegen.domain.place import Sector

_MARGIN, _LARGEST, _SMALLEST, _TALLEST = 70.0, 21.0, 6.0, 640.0
_BROAD = 190.0  # of a label's line
_ROUNDS = 60  # of moving circles apart, far more than it takes
Box = tuple[float, float, float, float]
Places = dict[str, tuple[float, float]]


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
    true, height = _positions(placed)
    most = max((wanted for wanted, _ in covered.values()), default=0.0) or 1.0
    radius = {s.id: _radius(covered.get(s.id, (0.0, 0.0))[0], most) for s in placed}
    at = _apart(true, radius, height)
    links = {tuple(sorted((s.id, other))) for s in placed for other in s.next if other in at}
    drawn = [
        el("line", x1=at[a][0], y1=at[a][1], x2=at[b][0], y2=at[b][1], stroke="#c3ccd3", stroke_width=1.2)
        for a, b in sorted(links)
    ]
    for name, (x, y) in true.items():
        if at[name] != (x, y):
            drawn.append(el("line", x1=x, y1=y, x2=at[name][0], y2=at[name][1], stroke=INK, stroke_width=0.8))
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
        counts = [f"{had / wanted:.0%} of {wanted:,.0f}"] if wanted else []
        drawn += _label(
            wrapped(sector.name or sector.id, _BROAD, bold=True),
            counts,
            at[sector.id],
            radius[sector.id],
            taken,
            height,
        )
    keys = [(shade(share * 0.85), f"{share:.0%} covered") for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
    meaning = (
        "The larger a circle, the more troops are required there by requirements of that sector alone. "
        f"Lines join neighbours.{' Circles that would cover each other stand apart.' if at != true else ''}"
    )
    return [
        el("p", meaning),
        legend(*keys),
        el(
            "figure",
            svg(WIDTH, height, "Map of the sectors, shaded by coverage", *drawn),
            _key(most) if any(wanted for wanted, _ in covered.values()) else None,
        ),
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


def _apart(true: Places, radius: Mapping[str, float], height: float) -> Places:
    """Return where circles are drawn: at their places, those that would cover each other moved apart."""
    at, names = dict(true), list(true)
    for _ in range(_ROUNDS):
        moved = False
        for one, other in ((a, b) for i, a in enumerate(names) for b in names[i + 1 :]):
            (x, y), (u, v) = at[one], at[other]
            far, room = hypot(u - x, v - y), radius[one] + radius[other] + 2
            if far >= room - 0.01:
                continue
            moved, (across, down) = True, ((u - x) / far, (v - y) / far) if far else (1.0, 0.0)
            push = (room - far) / 2
            at[one] = _inside(x - across * push, y - down * push, radius[one], height)
            at[other] = _inside(u + across * push, v + down * push, radius[other], height)
        if not moved:
            break
    return at


def _inside(x: float, y: float, radius: float, height: float) -> tuple[float, float]:
    return min(max(x, radius), WIDTH - radius), min(max(y, radius), height - radius)


def _radius(wanted: float, most: float) -> float:
    return max(_SMALLEST, _LARGEST * sqrt(wanted / most))


def _key(most: float) -> Node:
    """Return what the sizes of circles mean."""
    sizes = dict.fromkeys(round(most * part, 1 - len(f"{most * part:.0f}")) for part in (1.0, 0.25))
    drawn, x, tall = [], 0.0, 2 * _LARGEST + 6
    for size in sizes:
        radius, words = _radius(size, most), f"{size:,.10g} troops required"
        drawn += [
            el("circle", cx=x + radius + 2, cy=tall / 2, r=radius, fill="none", stroke=MUTED),
            el("text", words, x=x + 2 * radius + 9, y=tall / 2 + 4, style=f"fill:{MUTED}"),
        ]
        x += 2 * radius + wide(words) + 30
    return svg(x, tall, "What the sizes of circles mean", *drawn)


def _label(
    name: list[str], share: list[str], at: tuple[float, float], radius: float, taken: list[Box], height: float
) -> list[Node]:
    """Return the label's lines beside a circle, where they cover least of what is there already."""
    lines = [*((line, True) for line in name), *((line, False) for line in share)]
    width, tall = max(wide(line, bold=bold) for line, bold in lines), LINE_HEIGHT * len(lines)
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
            y=top + LINE_HEIGHT * (i + 0.8),
            text_anchor=anchor,
            style="paint-order:stroke;stroke:#fff;stroke-width:3px" + (";font-weight:600" if bold else ""),
        )
        for i, (line, bold) in enumerate(lines)
    ]


def _overlap(one: Box, other: Box) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    tall = min(one[3], other[3]) - max(one[1], other[1])
    return wide * tall if wide > 0 and tall > 0 else 0.0
