"""forcegen: plan multinational forces, with proofs and explanations."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from forcegen.bench.best import bench_best
    from forcegen.bench.generate import generate
    from forcegen.bench.results import bench_check, bench_report
    from forcegen.bench.run import run_suite
    from forcegen.io.certificate import read_certificate
    from forcegen.io.instance import read_instance
    from forcegen.io.model import read_model
    from forcegen.io.plan import read_plan
    from forcegen.planning.alternatives import alternatives
    from forcegen.planning.asks import asks
    from forcegen.planning.certify import certificate
    from forcegen.planning.check import check
    from forcegen.planning.convert import convert
    from forcegen.planning.diff import diff, diff_plans
    from forcegen.planning.explain import explain
    from forcegen.planning.export import export, export_workbook
    from forcegen.planning.init import init
    from forcegen.planning.repair import repair
    from forcegen.planning.replan import replan
    from forcegen.planning.robust import robust
    from forcegen.planning.rule_costs import rule_costs
    from forcegen.planning.short import short
    from forcegen.planning.solve import Settings, solve
    from forcegen.planning.stress import stress
    from forcegen.planning.surprise import surprise
    from forcegen.planning.sustain import sustain
    from forcegen.planning.sweep import sweep
    from forcegen.planning.validate import validate
    from forcegen.report.frames import frames
    from forcegen.report.workbook import plan_workbook, result_workbook
    from forcegen.web.serve import serve

_HOMES = {
    "Settings": "forcegen.planning.solve",
    "alternatives": "forcegen.planning.alternatives",
    "asks": "forcegen.planning.asks",
    "bench_best": "forcegen.bench.best",
    "bench_check": "forcegen.bench.results",
    "bench_report": "forcegen.bench.results",
    "certificate": "forcegen.planning.certify",
    "check": "forcegen.planning.check",
    "convert": "forcegen.planning.convert",
    "diff": "forcegen.planning.diff",
    "diff_plans": "forcegen.planning.diff",
    "explain": "forcegen.planning.explain",
    "export": "forcegen.planning.export",
    "export_workbook": "forcegen.planning.export",
    "frames": "forcegen.report.frames",
    "generate": "forcegen.bench.generate",
    "init": "forcegen.planning.init",
    "plan_workbook": "forcegen.report.workbook",
    "read_certificate": "forcegen.io.certificate",
    "read_instance": "forcegen.io.instance",
    "read_model": "forcegen.io.model",
    "read_plan": "forcegen.io.plan",
    "serve": "forcegen.web.serve",
    "replan": "forcegen.planning.replan",
    "robust": "forcegen.planning.robust",
    "run_suite": "forcegen.bench.run",
    "result_workbook": "forcegen.report.workbook",
    "repair": "forcegen.planning.repair",
    "rule_costs": "forcegen.planning.rule_costs",
    "short": "forcegen.planning.short",
    "solve": "forcegen.planning.solve",
    "stress": "forcegen.planning.stress",
    "surprise": "forcegen.planning.surprise",
    "sustain": "forcegen.planning.sustain",
    "sweep": "forcegen.planning.sweep",
    "validate": "forcegen.planning.validate",
}

__all__ = [
    "Settings",
    "alternatives",
    "asks",
    "bench_best",
    "bench_check",
    "bench_report",
    "certificate",
    "check",
    "convert",
    "diff",
    "diff_plans",
    "explain",
    "export",
    "export_workbook",
    "frames",
    "generate",
    "init",
    "plan_workbook",
    "read_certificate",
    "read_instance",
    "read_model",
    "read_plan",
    "repair",
    "replan",
    "result_workbook",
    "robust",
    "rule_costs",
    "run_suite",
    "serve",
    "short",
    "solve",
    "stress",
    "surprise",
    "sustain",
    "sweep",
    "validate",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is asked for: worker processes begin here and need none of them."""
    if name not in _HOMES:
        raise AttributeError(f"module 'forcegen' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
