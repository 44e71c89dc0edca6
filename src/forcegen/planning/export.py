"""Export: the model of an instance as an MPS or LP file, for any solver; an instance as a workbook."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from forcegen.formulation.tour import Policy
from forcegen.io.errors import refuse
from forcegen.io.whole import check_ending, write_file
from forcegen.mip import write_lp, write_mps
from forcegen.planning.given import formulated, given_instance, given_model

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from forcegen.domain.instance import Instance
    from forcegen.domain.model import Model

Format = Literal["mps", "lp"]


@dataclass(frozen=True)
class Exported:
    """A file that was written.

    Parameters
    ----------
    goal
        The goal that its objective is: the model's first.
    scale, offset
        The goal's value is ``scale * (objective of the file)``, the file's constant included.
    columns, rows, nonzeros
        Its size.
    """

    path: Path
    goal: str
    scale: Fraction
    columns: int
    rows: int
    nonzeros: int


def export_workbook(instance: Instance | Path | str, output: Path | str, *, scenario: Sequence[str] = ()) -> Path:
    """Write an instance as a workbook, scenarios laid on, whole or not at all; it is an instance for every command.

    Raises
    ------
    forcegen.io.errors.InputError
        If a document is malformed, a text is longer than a cell holds, or the file cannot be written.
    """
    from forcegen.io.workbook.write import workbook_bytes  # here: few write one, and it takes a while to load

    path = Path(output)
    check_ending(path, ".xlsx")
    write_file(path, workbook_bytes(given_instance(instance, scenario)))
    return path


def export(
    instance: Instance | Path | str,
    output: Path | str,
    *,
    model: Model | str = "coverage",
    scenario: Sequence[str] = (),
    form: Format | None = None,
) -> Exported:
    """Write the model of an instance, whole or not at all.

    Of goals in order, a file can hold the first only: those that follow depend on what it is found to be.

    Parameters
    ----------
    output
        The file; its ending, .mps or .lp, says the format unless `form` does.

    Raises
    ------
    forcegen.io.errors.InputError
        If a document is malformed, the format is not known or the file cannot be written.
    """
    path = Path(output)
    form = form or _form(path)
    instance = given_instance(instance, scenario)
    model = given_model(model)
    first = next((goal for goal in model.goals if "changes" not in goal.parts), None)
    if first is None:
        raise refuse("the goal changes needs a plan to compare with", advice="choose a model with another first goal")
    formulation = formulated(
        instance, [first.name], Policy(first.parts, model.willing, None, model.prices, lean=True), model.formulation
    )
    objective = formulation.objectives[first.name]
    mip = formulation.model.with_objective(objective.coefficients, objective.offset)
    text = io.StringIO()
    if form == "mps":
        write_mps(mip, text, name=instance.name)
    else:
        write_lp(mip, text)
    write_file(path, text.getvalue())
    return Exported(path, first.name, objective.scale, mip.columns, mip.rows, mip.nonzeros)


def _form(path: Path) -> Format:
    if path.suffix == ".mps":
        return "mps"
    if path.suffix == ".lp":
        return "lp"
    raise refuse(
        f"{path.name} ends neither in .mps nor in .lp nor in .xlsx",
        value=str(path),
        advice="give the file such an ending",
    )
