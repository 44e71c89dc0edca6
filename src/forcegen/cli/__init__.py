"""The commands; no logic. One file a command, in the order in which `--help` lists them."""

from forcegen.cli import demo, init  # isort: skip
from forcegen.cli import solve, report  # isort: skip
from forcegen.cli import check, validate  # isort: skip
from forcegen.cli import explain, repair, asks, short  # isort: skip
from forcegen.cli import sustain, stress, sweep  # isort: skip
from forcegen.cli import alternatives, replan, diff  # isort: skip
from forcegen.cli import export, convert, generate  # isort: skip
from forcegen.cli import solvers, schema  # isort: skip
from forcegen.cli import serve  # isort: skip
from forcegen.cli import bench  # isort: skip
from forcegen.cli.app import main

__all__ = [
    "alternatives",
    "asks",
    "bench",
    "check",
    "convert",
    "demo",
    "diff",
    "explain",
    "export",
    "generate",
    "init",
    "main",
    "repair",
    "replan",
    "report",
    "schema",
    "serve",
    "short",
    "solve",
    "solvers",
    "stress",
    "sustain",
    "sweep",
    "validate",
]
