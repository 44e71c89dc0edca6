"""Generate: seeded theatres, written as ordinary instances."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

from forcegen.bench.dials import FAMILIES, Dials
from forcegen.bench.fit import assignment, why_none_fits
from forcegen.bench.gap import GAP_FAMILIES, GapFamily, draw_gap, gap_readme, gap_size
from forcegen.bench.theatre import Theatre, draw
from forcegen.io.errors import refuse
from forcegen.io.gap import gap_files
from forcegen.io.table import table_text
from forcegen.io.whole import check_no_instance, write_whole
from forcegen.io.yaml import written

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_DOUBT: Final = "it is not known whether all jobs fit: a quick search found no assignment"


def generate(folder: Path | str, *, family: str = "small", seed: int = 0, **dials: Any) -> Theatre:
    """Write a theatre into a folder, whole or not at all, and return it.

    Parameters
    ----------
    folder
        Gets instance.yaml, contingents.csv, requirements.csv, README.md, and plan.yaml, the plan from which the theatre
        was made, where a plan is possible.
    family
        The dials to begin with: small, medium, large or huge; or gap-d or gap-e, generalised assignment of that type.
    dials
        Fields of `Dials` to set otherwise, or `agents` and `jobs` of an assignment; None leaves one as it is.

    Raises
    ------
    forcegen.io.errors.InputError
        If a dial is out of its range, the family is unknown, or the folder cannot be written.
    """
    check_no_instance(folder)
    if family in GAP_FAMILIES:
        return _generate_gap(folder, family, seed, dials)
    if family not in FAMILIES:
        known = ", ".join((*FAMILIES, *GAP_FAMILIES))
        raise refuse(f"there is no family {family!r}", advice=f"choose one of {known}")
    if unknown := sorted(set(dials) - {item.name for item in fields(Dials)}):
        raise refuse(f"{family} has no {unknown[0]}", advice=f"set some of {', '.join(vars(FAMILIES[family]))}")
    try:
        chosen = FAMILIES[family].but(**dials)
    except ValueError as error:
        raise refuse(str(error), advice="turn that dial") from None
    theatre = draw(chosen, seed, f"{family}-{seed}")
    write_whole(theatre_files(theatre, family, chosen, seed), folder)
    return theatre


def theatre_files(theatre: Theatre, family: str, dials: Dials, seed: int) -> dict[str, str]:
    """Return the files of a theatre by name."""
    document = theatre.document | {"contingents": "contingents.csv", "requirements": "requirements.csv"}
    files = {
        "instance.yaml": written(document),
        "contingents.csv": _table([_flat(row) for row in theatre.document["contingents"]]),
        "requirements.csv": _table([_flat(row) for row in theatre.document["requirements"]]),
        "README.md": _readme(theatre, family, dials, seed),
    }
    if not theatre.cause:
        plan = {"forcegen": 1, "instance": theatre.document["name"], "tours": theatre.tours}
        files["plan.yaml"] = written(plan | ({"leads": theatre.leads} if theatre.leads else {}))
    return files


def _generate_gap(folder: Path | str, family: GapFamily, seed: int, dials: dict[str, Any]) -> Theatre:
    agents, jobs = gap_size(family, dials)
    name = f"{family}-{agents}x{jobs}-{seed}"
    gap = draw_gap(family, agents, jobs, seed)
    cause = why_none_fits(gap)
    doubt = "" if cause or assignment(gap) else _DOUBT
    known = f"No assignment exists: {cause}." if cause else f"{doubt or 'All jobs fit'}."
    readme = f"{gap_readme(name, family, agents, jobs, seed)}\n{known[0].upper()}{known[1:]}\n"
    write_whole(gap_files(gap, name) | {"README.md": readme}, folder)
    return Theatre({"name": name}, [], [], cause and f"no assignment exists: {cause}", doubt)


def _flat(row: dict[str, Any]) -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in row.items():
        if name == "fills":
            flat |= {f"fills.{role}": str(fill) for role, fill in value.items()}
        elif isinstance(value, dict):
            flat[name] = "{" + ", ".join(f"{period}: {number}" for period, number in value.items()) + "}"
        elif isinstance(value, list):
            flat[name] = ";".join(value)
        else:
            flat[name] = str(value).lower() if isinstance(value, bool) else str(value)
    return flat


def _table(rows: Sequence[dict[str, str]]) -> str:
    names = dict.fromkeys(name for row in rows for name in row)
    fills = sorted(name for name in names if name.startswith("fills."))
    others = [name for name in names if not name.startswith("fills.")]
    header = [*others, *fills]
    return table_text(header, ([row.get(name, "") for name in header] for row in rows))


def _readme(theatre: Theatre, family: str, dials: Dials, seed: int) -> str:
    turned = "\n".join(f"| {name} | {value} |" for name, value in vars(dials).items())
    if theatre.cause:
        known = f"No plan exists: {theatre.cause}."
    elif dials.planted:
        known = "`plan.yaml` meets every target: the best value of `unmet-minimum` and of `unmet-target` is 0."
    else:
        known = "`plan.yaml` keeps every limit; it is the plan from which the theatre was made, and not a good one."
    return f"""# {theatre.document["name"]}

A drawn theatre: no figure means anything. Family `{family}`, seed {seed}; the same dials and seed give the same bytes.

{known}

| dial | value |
|---|---|
{turned}
"""
