"""Results as plain data, for `--json` and result.json."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forcegen.domain.numbers import plain

if TYPE_CHECKING:
    from fractions import Fraction

    from forcegen.audit import Audit, TourName
    from forcegen.planning.export import Exported
    from forcegen.planning.result import Result


def result_document(result: Result) -> dict[str, Any]:
    """Return the answer of `solve` as one JSON document."""
    audit = result.audit
    return {
        "instance": {"name": result.instance.name, "sha256": result.instance.digest},
        "scenario": list(result.scenario),
        "at": result.at,
        "model": result.model.model,
        "solver": result.solver,
        "status": result.status.name,
        "termination": result.termination.name,
        "goals": [
            {
                "name": tier.name,
                "found": number(tier.found),
                "bound": number(tier.bound),
                "limit": number(tier.limit),
                "gap": number(tier.gap),
                "proven": tier.proven,
                "value": number(tier.value),
                "required": number(tier.required),
            }
            for tier in result.tiers
        ],
        "gap": number(result.gap),
        "plan": None if result.plan is None else _plan(result),
        **({} if audit is None else audit_document(audit)),
        "binding": [{"limit": b.family, "name": b.name, "periods": list(b.periods)} for b in result.binding],
        "size": {**vars(result.size), "dominated": result.dominated},
        "seconds": {name: round(value, 3) for name, value in vars(result.seconds).items()},
        "versions": result.versions,
        "message": result.message,
    }


def audit_document(audit: Audit) -> dict[str, Any]:
    """Return what the audit says of a plan as plain data."""
    certified = [
        {
            "goal": bound.goal,
            "claimed": number(bound.claimed),
            "proven": number(bound.proven),
            "most": number(bound.most),
            "holds": bound.holds,
        }
        for bound in audit.certified
    ]
    return ({"certified": certified} if certified else {}) | {
        "coverage": [
            {
                "requirement": line.requirement,
                "period": line.period,
                "minimum": number(line.minimum),
                "target": number(line.target),
                "filled": number(line.filled),
            }
            for line in audit.coverage
        ],
        "nations": [
            {
                "nation": burden.nation,
                "troop_periods": number(burden.troop_periods),
                "peak": number(burden.peak),
                "per_thousand": number(burden.per_thousand),
                "stand_in": burden.stand_in,
            }
            for burden in audit.nations
        ],
        "force": [
            {"period": line.period, "zone": line.zone, "troops": number(line.troops), "moved": number(line.moved)}
            for line in audit.force
        ],
        "freed": [{"role": freed.role, "posts": number(freed.posts)} for freed in audit.freed],
        "reliefs": [
            {
                "sector": relief.sector,
                "role": relief.role,
                "out": _tour(relief.out),
                "in": None if relief.in_ is None else _tour(relief.in_),
                "gap": relief.gap,
            }
            for relief in audit.reliefs
        ],
        "audit": {
            "clean": audit.clean,
            "violations": [
                {"kind": v.kind, "rule": v.rule, "subjects": list(v.subjects), "period": v.period, "message": v.message}
                for v in audit.violations
            ],
        },
    }


def exported_document(done: Exported) -> dict[str, Any]:
    """Return what was exported as plain data; `scale` is text, for it may be a fraction."""
    size = {"columns": done.columns, "rows": done.rows, "nonzeros": done.nonzeros}
    return {"file": str(done.path), "goal": done.goal, "scale": str(done.scale), "size": size}


def number(value: Fraction | None) -> int | float | None:
    """Return an exact number as JSON writes it."""
    return None if value is None else plain(value)


def _plan(result: Result) -> dict[str, Any]:
    assert result.plan is not None
    document = result.plan.document()
    return {"tours": document["tours"], "leads": document["leads"]}


def _tour(tour: TourName) -> dict[str, Any]:
    return {"contingent": tour.contingent, "unit": tour.unit, "start": tour.start}
