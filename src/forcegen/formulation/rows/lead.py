"""lead: one nation leads each sector; all rules of the kind share one set of columns, for a sector has one lead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forcegen.domain.numbers import milli
from forcegen.domain.scope import active_periods, lead_candidates, lead_scope
from forcegen.formulation.frame import MILLI
from forcegen.formulation.rows.family import CHOSEN, Added, Entries, Rows, merged, own, together
from forcegen.formulation.rows.here import Groups
from forcegen.mip import INF

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forcegen.domain.rules import LeadNation
    from forcegen.formulation.frame import Body, Frame
    from forcegen.formulation.rows.family import Ints
    from forcegen.tours.tours import Bools


class Leads:
    """Binary columns `lead(n,s,t)`: nation n leads sector s in period t.

    Only for nations that some rule lets lead the sector, and for the one that leads it when the horizon starts.

    Parameters
    ----------
    nation, sector : int64[pairs]
        Each pair has `periods` columns, one after another.
    """

    def __init__(self, rules: Sequence[LeadNation], frame: Frame) -> None:
        self._frame = frame
        index = {nation.id: n for n, nation in enumerate(frame.instance.nations)}
        place = {sector.id: s for s, sector in enumerate(frame.instance.sectors)}
        pairs = set()
        for rule in rules:
            candidates = lead_candidates(rule, frame.instance)
            pairs |= {(place[s], index[n]) for s in lead_scope(rule, frame.instance).sectors for n in candidates}
        led = {s for s, _ in pairs}
        self.history = {
            place[row.sector]: (index[row.nation], frame.instance.horizon.index(row.since))
            for row in frame.instance.leads
            if place[row.sector] in led
        }
        pairs |= {(s, n) for s, (n, _) in self.history.items()}
        table = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
        self.sector, self.nation = table[:, 0], table[:, 1]

    def __len__(self) -> int:
        """Return the number of columns."""
        return len(self.nation) * self._frame.periods

    def column(self, pair: Ints, period: Ints) -> Ints:
        """Return the column of a pair in a period."""
        return pair * self._frame.periods + period

    def pair(self, nation: int, sector: int) -> int:
        """Return the position of a pair, -1 if there is none."""
        found = np.flatnonzero((self.nation == nation) & (self.sector == sector))
        return int(found[0]) if len(found) else -1

    def heads(self) -> list[str]:
        """Return `nation,sector` for each pair."""
        instance = self._frame.instance
        return [
            f"{instance.nations[n].id},{instance.sectors[s].id}" for n, s in zip(self.nation, self.sector, strict=True)
        ]

    def names(self) -> list[str]:
        """Return the columns' names."""
        return [f"lead({head},{self._frame.label(t)})" for head in self.heads() for t in range(self._frame.periods)]


def lead(rules: Sequence[LeadNation], frame: Frame) -> Rows:
    """Let one nation lead each sector that holds troops, with its share, its roles and its term. Tag `lead`."""
    leads = Leads(rules, frame)
    troops = _Troops(frame, leads)
    pieces = [_one(leads, frame)]
    for rule in rules:
        active = np.array(active_periods(rule, frame.instance))
        led = frame.members("sectors", lead_scope(rule, frame.instance).sectors)
        about = _About(rule, active, led, frame.members("nations", lead_candidates(rule, frame.instance)))
        pieces += [
            _led(about, leads, troops, frame),
            _shares(about, leads, troops, frame),
            _reserved(about, leads, frame),
            *_terms(about, leads, frame),
        ]
    return together("lead", pieces, Added(np.full(len(leads), CHOSEN), leads.names))


@dataclass(frozen=True, eq=False)
class _About:
    """A rule and, as masks, its active periods, sectors and candidates."""

    rule: LeadNation
    active: Bools
    sectors: Bools
    candidates: Bools


class _Troops:
    """Units and heads of each nation in each sector that is led; groups are `nation * sectors + sector`."""

    def __init__(self, frame: Frame, leads: Leads) -> None:
        sectors, nations = len(frame.instance.sectors), len(frame.instance.nations)
        led = np.isin(np.arange(sectors), leads.sector)

        def group(body: Body) -> Ints:
            where = frame.nation[body.tours.contingent] * sectors + body.tours.sector
            return np.where(led[body.tours.sector], where, -1)

        self.sector = np.tile(np.arange(sectors), nations)
        self.units = Groups.units(frame, group, self.sector)
        self.heads = Groups.heads(frame, group, self.sector)


def _one(leads: Leads, frame: Frame) -> Rows:
    """Return `sum over n of lead(n,s,t) <= 1`."""
    sectors, position = np.unique(leads.sector, return_inverse=True)
    row = np.repeat(position, frame.periods) * frame.periods + np.tile(np.arange(frame.periods), len(leads.nation))
    size = len(sectors) * frame.periods
    entries = Entries(row.astype(np.int64), own(np.arange(len(leads))), np.ones(len(leads), dtype=np.int64))
    names = [frame.instance.sectors[s].id for s in sectors]
    return Rows(
        "lead",
        entries,
        np.full(size, -INF),
        np.ones(size, dtype=np.int64),
        lambda: [f"lead_one({s},{frame.label(t)})" for s in names for t in range(frame.periods)],
    )


def _led(about: _About, leads: Leads, troops: _Troops, frame: Frame) -> Rows:
    """Return `most(m) * sum over candidates n of lead(n) - units(m) >= units of history`, a row a nation and period."""
    units, cells = troops.units, len(troops.units.taken)
    used = np.zeros(cells, dtype=bool)
    used[units.entries.row] = True
    used |= units.taken > 0
    used &= np.repeat(about.sectors[troops.sector], frame.periods) & np.tile(about.active, len(troops.sector))
    kept = np.flatnonzero(used)
    position = np.full(cells, -1, dtype=np.int64)
    position[kept] = np.arange(len(kept))
    row = position[units.entries.row]
    mine = row >= 0
    parts = [Entries(row[mine], units.entries.column[mine], -units.entries.value[mine])]
    sector, period = troops.sector[kept // frame.periods], kept % frame.periods
    for pair in np.flatnonzero(about.candidates[leads.nation]):
        at = np.flatnonzero(sector == leads.sector[pair])
        parts.append(Entries(at, own(leads.column(np.full(len(at), pair), period[at])), units.most[kept][at]))
    return Rows(
        "lead",
        merged(*parts),
        units.taken[kept],
        np.full(len(kept), INF),
        lambda: [f"lead_led({about.rule.id},{_cell(cell, frame)})" for cell in kept.tolist()],
    )


def _shares(about: _About, leads: Leads, troops: _Troops, frame: Frame) -> Rows:
    """Return `1000 troops(n) - share troops(all) - share others(n) lead(n) >= - share others(n)`.

    `others` is the most that the other nations can have there.
    """
    share, heads, periods = milli(about.rule.share), troops.heads, frame.periods
    pairs = np.flatnonzero(about.sectors[leads.sector]) if share else np.zeros(0, dtype=np.int64)
    sectors = len(frame.instance.sectors)
    nation_of, sector_of = heads.entries.row // periods // sectors, heads.entries.row // periods % sectors
    period_of = heads.entries.row % periods
    most = heads.most.reshape(-1, sectors, periods)
    taken = heads.taken.reshape(-1, sectors, periods)
    parts, lower, names = [], [], []
    heads_of = leads.heads()
    size = 0
    for pair in pairs:
        n, s = int(leads.nation[pair]), int(leads.sector[pair])
        times = np.flatnonzero(about.active & (most[:, s].sum(axis=0) > most[n, s]))
        position = np.full(periods, -1, dtype=np.int64)
        position[times] = size + np.arange(len(times))
        here = np.flatnonzero((sector_of == s) & (position[period_of] >= 0))
        factor = np.where(nation_of[here] == n, MILLI * MILLI - share, -share)
        parts.append(Entries(position[period_of[here]], heads.entries.column[here], factor * heads.entries.value[here]))
        others = most[:, s].sum(axis=0) - most[n, s]
        rows = position[times]
        parts.append(Entries(rows, own(leads.column(np.full(len(times), pair), times)), -share * others[times]))
        given = MILLI * MILLI * taken[n, s] - share * taken[:, s].sum(axis=0)
        lower.append((-share * others - given)[times])
        names += [(heads_of[pair], int(t)) for t in times]
        size += len(times)
    nothing = np.zeros(0, dtype=np.int64)
    return Rows(
        "lead",
        merged(Entries(nothing, nothing, nothing), *parts),
        np.concatenate([nothing, *lower]),
        np.full(size, INF),
        lambda: [f"lead_share({about.rule.id},{head},{frame.label(t)})" for head, t in names],
    )


def _reserved(about: _About, leads: Leads, frame: Frame) -> Rows:
    """Return `most lead(n,s,t) - units of n in s in a role for the lead >= units of history`."""
    roles = frame.members("roles", frozenset(about.rule.roles or ()))
    sectors, nations = len(frame.instance.sectors), len(frame.instance.nations)

    def group(body: Body) -> Ints:
        mine = roles[body.tours.role] & about.sectors[body.tours.sector]
        return np.where(mine, frame.nation[body.tours.contingent] * sectors + body.tours.sector, -1)

    units = Groups.units(frame, group, np.tile(np.arange(sectors), nations))
    used = np.zeros(len(units.taken), dtype=bool)
    used[units.entries.row] = True
    kept = np.flatnonzero((used | (units.taken > 0)) & np.tile(about.active, sectors * nations))
    position = np.full(len(used), -1, dtype=np.int64)
    position[kept] = np.arange(len(kept))
    row = position[units.entries.row]
    mine = row >= 0
    cell, period = kept // frame.periods, kept % frame.periods
    pair = np.array([leads.pair(int(c) // sectors, int(c) % sectors) for c in cell], dtype=np.int64)
    can = np.flatnonzero(pair >= 0)
    entries = merged(
        Entries(row[mine], units.entries.column[mine], -units.entries.value[mine]),
        Entries(can, own(leads.column(pair[can], period[can])), units.most[kept][can]),
    )
    return Rows(
        "lead",
        entries,
        units.taken[kept],
        np.full(len(kept), INF),
        lambda: [f"lead_roles({about.rule.id},{_cell(c, frame)})" for c in kept.tolist()],
    )


def _terms(about: _About, leads: Leads, frame: Frame) -> list[Rows]:
    """Return `lead(n,s,t') - lead(n,s,t) + lead(n,s,t-1) >= 0` for t' in the term that begins in an active period t.

    A command that history began is judged in period 0: it lasts to the end of its term if it goes on, and if its term
    is not over it goes on.
    """
    term, periods = about.rule.term, frame.periods
    triples: list[tuple[int, int, int]] = []
    forced: list[int] = []
    for p in np.flatnonzero(about.sectors[leads.sector]).tolist():
        nation, since = leads.history.get(int(leads.sector[p]), (-1, 0))
        inherited = nation == leads.nation[p]
        for t in np.flatnonzero(about.active).tolist():
            ends = (since if inherited and t == 0 else t) + term
            triples += [(p, t, later) for later in range(t + 1, min(ends, periods))]
        if inherited and about.active[0] and -since < term:
            forced.append(p)
    table = np.array(triples, dtype=np.int64).reshape(-1, 3)
    pair, begun, later = table[:, 0], table[:, 1], table[:, 2]
    row, before = np.arange(len(table)), np.flatnonzero(begun > 0)
    ones = np.ones(len(table), dtype=np.int64)
    entries = merged(
        Entries(row, own(leads.column(pair, later)), ones),
        Entries(row, own(leads.column(pair, begun)), -ones),
        Entries(before, own(leads.column(pair[before], begun[before] - 1)), ones[before]),
    )
    stay = np.array(forced, dtype=np.int64)
    heads = leads.heads()

    def names() -> list[str]:
        return [
            f"lead_term({about.rule.id},{heads[p]},{frame.label(t)},{frame.label(u)})" for p, t, u in table.tolist()
        ]

    return [
        Rows("lead", entries, np.zeros(len(row), dtype=np.int64), np.full(len(row), INF), names),
        Rows(
            "lead",
            Entries(np.arange(len(stay)), own(leads.column(stay, np.zeros_like(stay))), np.ones_like(stay)),
            np.ones_like(stay),
            np.full(len(stay), INF),
            lambda: [f"lead_goes_on({about.rule.id},{heads[p]})" for p in stay],
        ),
    ]


def _cell(cell: int, frame: Frame) -> str:
    sectors = len(frame.instance.sectors)
    nation, rest = divmod(int(cell), sectors * frame.periods)
    sector, period = divmod(rest, frame.periods)
    return f"{frame.instance.nations[nation].id},{frame.instance.sectors[sector].id},{frame.label(period)}"
