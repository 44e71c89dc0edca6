"""What `make bench` writes down: times of all steps on all sizes, and nothing that names a machine or a user."""

from __future__ import annotations

import itertools
import json

from benchmarks.micro.record import WRITTEN, strip


def test_a_record_names_neither_machine_nor_user_nor_path() -> None:
    host, home, user = "a-host-of-mine", "/home/somebody/forcegen", "somebody"
    machine = {"node": host, "processor": "x", "machine": "x86_64", "system": "Linux", "release": f"1-{user}"}
    machine |= {"python_version": "3.11", "python_implementation": "CPython", "python_build": [home]}
    commit = {"id": "0", "author_time": "now", "project": user, "branch": f"{user}/mine"}
    stats = {"median": 1.5, "rounds": 2, "data": [1.0, 2.0]}
    document = {"machine_info": machine, "commit_info": commit, "benchmarks": [{"name": "load", "stats": stats}]}
    strip(document)
    assert not any(text in json.dumps(document) for text in (host, home, user))
    assert document["benchmarks"] == [{"name": "load", "stats": {"median": 1.5, "rounds": 2}}]
    assert document["machine_info"]["python_version"] == "3.11"  # type: ignore[call-overload]


def test_the_record_that_is_kept_has_every_step_on_every_size() -> None:
    text = WRITTEN.read_text(encoding="utf-8")
    record = json.loads(text)
    steps, sizes = ("load", "build", "decode", "audit"), ("small", "medium", "large")
    expected = {f"test_{step}[{size}]" for step, size in itertools.product(steps, sizes)}
    assert {benchmark["name"] for benchmark in record["benchmarks"]} == expected
    assert all(0 < benchmark["stats"]["min"] <= benchmark["stats"]["median"] for benchmark in record["benchmarks"])
    assert record["commit_info"] == {}
    assert set(record["machine_info"]) <= {
        "machine",
        "python_implementation",
        "python_version",
        "system",
        "cpu",
        "cores",
    }
