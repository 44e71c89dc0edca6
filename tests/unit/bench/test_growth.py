"""The benchmark of growth measures something of everything."""

from __future__ import annotations

from benchmarks.micro.growth import SIZES, growth
from forcegen.bench.dials import FAMILIES, Dials
from forcegen.bench.theatre import draw
from forcegen.domain.instance import Instance
from forcegen.tours.implied import implied_tours


def test_all_that_grows_takes_time() -> None:
    given = Instance.model_validate(draw(Dials(), 0, "small").document)
    found = growth(given)
    assert found.tours == len(implied_tours(given))
    assert found.units == sum(k.pool for k in given.contingents)
    assert min(vars(found).values()) > 0


def test_its_smallest_theatre_has_the_tours_that_it_says() -> None:
    size, (family, dials) = next(iter(SIZES.items()))
    given = Instance.model_validate(draw(FAMILIES[family].but(**dials), 0, family).document)
    assert abs(len(implied_tours(given)) - size) < size / 100
