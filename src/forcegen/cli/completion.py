"""Names that the shell completes: models, solvers, scenarios of the instance at hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer  # noqa: TC002 (typer reads annotations)

from forcegen.io.model import shipped_models
from forcegen.io.scenario import scenarios_beside

if TYPE_CHECKING:
    from collections.abc import Iterable


def models(incomplete: str) -> list[str]:
    """Return the shipped models whose names begin so."""
    return _beginning(shipped_models(), incomplete)


def solvers(incomplete: str) -> list[str]:
    """Return the solvers whose names begin so."""
    # Here: every command names this function, few need the planning.
    from forcegen.planning.search.auto import KEY as ENGINE
    from forcegen.planning.solve import AUTO
    from forcegen.solvers.registry import installed

    return _beginning((AUTO, ENGINE, *installed()), incomplete)


def scenarios(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the scenarios beside the instance on the command line whose names begin so."""
    words = (ctx.params.get("instance"), *ctx.args)  # what is typed is not read to its end while it is not finished
    return _beginning({name for word in words if word for name in scenarios_beside(Path(word))}, incomplete)


def _beginning(names: Iterable[str], incomplete: str) -> list[str]:
    return sorted(name for name in names if name.startswith(incomplete))
