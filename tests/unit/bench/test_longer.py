"""A theatre that lasts longer asks until its new end, and for the rest is the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from forcegen.bench.longer import longer
from forcegen.bench.suite import Entry, Suite
from forcegen.bench.tasks import suite_tasks
from forcegen.io.errors import InputError
from forcegen.io.instance import read_instance


def test_what_ends_with_the_horizon_ends_with_the_new_one() -> None:
    short = read_instance("instances/ukraine-2025")
    long = longer(short, 36)
    assert (short.horizon.periods, long.horizon.periods) == (24, 36)
    until = [requirement.until for requirement in short.requirements]
    assert {"2027-03", "2027-06"} < set(until)
    assert [r.until for r in long.requirements] == ["2028-06" if one == "2027-06" else one for one in until]
    assert long.contingents == short.contingents
    assert longer(short, 24).digest == short.digest
    with pytest.raises(InputError, match="23 periods are fewer than the 24"):
        longer(short, 23)


def test_a_suite_says_how_long_and_runs_say_so() -> None:
    suite = Suite.model_validate(
        {"suite": "s", "instances": [{"path": "tutorial", "periods": 30}, {"path": "tutorial"}], "solvers": ["highs"]}
    )
    runs = suite_tasks(suite, Path("instances"))
    assert sorted(task.identity.instance_path for task in runs) == ["tutorial", "tutorial, 30 periods"]
    assert len({task.run for task in runs}) == 2
    with pytest.raises(ValueError, match="only an entry with a path has periods"):
        Entry.model_validate({"draw": "tiny", "periods": 30})
