"""apart, nations: who shares a sector with whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forcegen.formulation.rows.family import IMPLIED, Added, Entries, Rows, keep, merged, own, together
from forcegen.formulation.rows.here import Here
from forcegen.formulation.rows.scoped import Scoped
from forcegen.mip import INF

if TYPE_CHECKING:
    from forcegen.domain.rules import Apart, Nations
    from forcegen.formulation.frame import Frame
    from forcegen.formulation.rows.family import Ints


def apart(rule: Apart, frame: Frame) -> Rows:
    """Keep nations apart: `sum over nations of here(n,s,t) <= 1`. Tag `apart`."""
    here = Here(Scoped.of(rule, frame), frame, by_nation=True)
    added = Added(np.full(len(here), IMPLIED), lambda: here.names(rule))
    place, at = _places(here, frame)
    return together("apart", [here.link(rule), _at_most(f"apart({rule.id}", 1, here, place, at, frame)], added)


def nations(rule: Nations, frame: Frame) -> Rows:
    """Bound the number of nations where troops are: `least on(s,t) <= sum over n of here(n,s,t) <= most`.

    Tag `nations`. With `least`, `here(n,s,t) <= on(s,t)` and `here(n,s,t) <= units(n,s,t)`.
    """
    here = Here(Scoped.of(rule, frame), frame, by_nation=True)
    place, at = _places(here, frame)
    pieces = [here.link(rule)]
    if rule.most is not None:
        pieces.append(_at_most(f"nations({rule.id}", rule.most, here, place, at, frame))
    on = len(here) + np.arange(len(at)) if rule.least is not None else np.zeros(0, dtype=np.int64)
    if rule.least is not None:
        column, place_column = np.arange(len(here)), on[place]
        units, taken = here.units
        heads = here.heads()
        ones = np.ones(len(here), dtype=np.int64)
        pieces += [
            Rows(
                "nations",
                merged(units, Entries(column, own(column), -ones)),
                -taken,
                np.full(len(here), INF),
                lambda: [f"nations_units({rule.id},{head})" for head in heads],
            ),
            Rows(
                "nations",
                merged(Entries(column, own(place_column), ones), Entries(column, own(column), -ones)),
                np.zeros(len(here), dtype=np.int64),
                np.full(len(here), INF),
                lambda: [f"nations_on({rule.id},{head})" for head in heads],
            ),
            Rows(
                "nations",
                merged(
                    Entries(place, own(column), ones),
                    Entries(np.arange(len(at)), own(on), np.full(len(at), -rule.least)),
                ),
                np.zeros(len(at), dtype=np.int64),
                np.full(len(at), INF),
                lambda: _names(f"nations_least({rule.id}", at, frame),
            ),
        ]

    def names() -> list[str]:
        return here.names(rule) + (_names(f"on({rule.id}", at, frame) if len(on) else [])

    return together("nations", pieces, Added(np.full(len(here) + len(on), IMPLIED), names))


def _places(here: Here, frame: Frame) -> tuple[Ints, Ints]:
    """Return which sector and period each column is in, and these as `sector * periods + period`."""
    at, place = np.unique(here.sector * frame.periods + here.period, return_inverse=True)
    return place.astype(np.int64), at


def _at_most(head: str, most: int, here: Here, place: Ints, at: Ints, frame: Frame) -> Rows:
    """Return `sum over nations of here(n,s,t) <= most` where more could be."""
    entries = Entries(place, own(np.arange(len(here))), np.ones(len(here), dtype=np.int64))
    rows = Rows(
        head.partition("(")[0],
        entries,
        np.full(len(at), -INF),
        np.full(len(at), most),
        lambda: _names(head, at, frame),
    )
    return keep(rows, np.flatnonzero(np.bincount(place, minlength=len(at)) > most))


def _names(head: str, at: Ints, frame: Frame) -> list[str]:
    sectors = frame.instance.sectors
    return [f"{head},{sectors[cell // frame.periods].id},{frame.label(cell % frame.periods)})" for cell in at]
