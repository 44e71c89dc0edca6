"""Suites: which instances, solvers, formulations, seeds and limits are compared, as YAML."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from forcegen.domain.base import Document, Id
from forcegen.io.errors import refuse
from forcegen.io.validation import validated
from forcegen.io.yaml import parse, read_text
from forcegen.planning.peer import Peer
from forcegen.planning.program import PYTHON

Texts = Annotated[tuple[str, ...], Field(min_length=1)]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]
Dial = int | bool | str
Threads = Literal["cores", "advised"] | Annotated[int, Field(ge=1, le=1024)]


class Entry(Document):
    """Instances: one on disk with scenarios, some that are drawn, the problems of a classical file, or an MPS file."""

    path: str | None = Field(None, description="An instance, from the suite's folder.")
    scenarios: tuple[str, ...] = Field(("",), description="Each one alone, `a+b` stacked, an empty text for none.")
    periods: Annotated[int, Field(ge=1, le=10_000)] | None = Field(
        None, description="As if its horizon were so long; what is asked until its end is asked until the new one."
    )
    draw: str | None = Field(None, description="A family of `forcegen generate`.")
    draws: tuple[Seed, ...] = Field((0,), description="Its seeds.")
    dials: dict[str, Dial] = Field(default_factory=dict, description="Its dials.")
    gap: str | None = Field(None, description="A file of assignment problems in OR-Library's format, from `data`.")
    mps: str | None = Field(None, description="An MPS file in whole numbers, from `data`, without models.")
    optima: tuple[float, ...] = Field((), description="Published optima of the first goal, one an instance.")
    family: str | None = Field(None, description="What it is grouped by; the family drawn, or the file's folder.")
    models: Texts | None = Field(None, description="Models, if others than the suite's.")

    @model_validator(mode="after")
    def _one(self) -> Entry:
        if sum(source is not None for source in (self.path, self.draw, self.gap, self.mps)) != 1:
            raise PydanticCustomError("entry", "an entry has one of the fields path, draw, gap and mps")
        if self.periods is not None and self.path is None:
            raise PydanticCustomError("entry", "only an entry with a path has periods")
        return self


class Entrant(Document):
    """A solver, with options of its own; `auto` is the product as it is, the others are alone unless said otherwise."""

    solver: str
    options: dict[str, Any] = Field(default_factory=dict)
    alone: bool | None = Field(None, description="Without the engine and without a greedy plan to start from.")


def _entrant(value: Any) -> Any:
    return {"solver": value} if isinstance(value, str) else value


class Suite(Document):
    """What is compared, and how."""

    suite: Id
    about: str | None = None
    instances: tuple[Entry, ...] = Field(min_length=1)
    models: Texts = ("coverage",)
    tiers: bool = Field(False, description="Whether models may have several goals.")
    solvers: tuple[Annotated[Entrant, BeforeValidator(_entrant)], ...] = Field(min_length=1)
    peers: tuple[str, ...] = Field((), description="Files of programs to compare with, from the suite's folder.")
    formulations: Texts = ("tour",)
    seeds: tuple[Seed, ...] = Field((0,), min_length=1)
    threads: tuple[Threads, ...] = Field(("cores",), min_length=1)
    time_limit: Annotated[float, Field(gt=0)] = 60.0
    memory_limit: Annotated[float, Field(gt=0)] | None = None
    gap: Annotated[float, Field(ge=0)] = 0.0
    order_seed: Seed = Field(0, description="Runs are made in an order drawn with it.")
    reference_every: Annotated[float, Field(ge=0)] = Field(
        300.0, description="Seconds after which the reference solve is repeated; 0: before every run."
    )
    warm_up: bool = Field(True, description="Whether each solver solves once before anything counts.")


class PeerFile(Document):
    """A program to compare with: it takes the words that docs/questions/bench.md names, and does so with all cores."""

    peer: Id
    about: str | None = None
    tuned: str | None = Field(None, description="What was tuned in it.")
    program: Texts = Field(description="Its words; `python` is the interpreter that runs forcegen.")
    folder: str = Field(".", description="Where it is started, from the file's folder.")


def read_peer(path: Path | str) -> Peer:
    """Return the program that a file names.

    Raises
    ------
    InputError
        With every fault, its file and line; if there is no such program.
    """
    file = Path(path)
    found = validated(parse(read_text(file, str(path)), str(path)), PeerFile)
    first, folder = found.program[0], (file.parent / found.folder).resolve()
    if first != PYTHON and shutil.which(first) is None:
        raise refuse(f"there is no program {first!r}", file=str(path), field="program", value=first)
    if not folder.is_dir():
        raise refuse(f"there is no folder {folder}", file=str(path), field="folder", value=found.folder)
    return Peer(found.peer, found.program, folder)


def read_suite(path: Path | str) -> Suite:
    """Return the suite in a file.

    Raises
    ------
    InputError
        With every fault, its file and line.
    """
    file = Path(path)
    tree = parse(read_text(file, str(path)), str(path))
    if not isinstance(tree.data, dict):
        raise refuse("a suite is a mapping of fields", file=str(path), line=1, advice="begin with: suite: NAME")
    return validated(tree, Suite)
