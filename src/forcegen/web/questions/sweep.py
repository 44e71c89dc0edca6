"""What each scenario changes, under which model, by which solver."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from forcegen.io.errors import InputError
from forcegen.io.folder import instance_files
from forcegen.io.model import shipped_models
from forcegen.io.whole import write_whole
from forcegen.planning.search.auto import KEY as ENGINE
from forcegen.planning.solve import AUTO, Settings
from forcegen.planning.sweep import sweep
from forcegen.report.html import answer_parts
from forcegen.report.html.figures import sweep_figures
from forcegen.report.sweeps import sentence, sweep_tables
from forcegen.solvers.registry import installed
from forcegen.web.questions.base import Asked, Question
from forcegen.web.questions.choices import Picks

if TYPE_CHECKING:
    from forcegen.planning.sweep import Sweep
    from forcegen.report.html.markup import Node
    from forcegen.runs import Record

_LEAST = 1.0  # seconds of a run


def _put(asked: Asked) -> Sweep:
    """Solve the setup as it is, and with each scenario laid on it, in a folder that is gone afterwards."""
    names = asked.chosen["scenarios"] or tuple(asked.scenarios)
    models, solvers = asked.chosen["models"] or ("coverage",), asked.chosen["solvers"] or (AUTO,)
    count = (1 + len(names)) * len(models) * len(solvers)
    each = max(_LEAST, asked.seconds / count)
    asked.job.tell(f"one after the other, {each:.0f} s each at most", 0, count)

    def done(record: Record, number: int, of: int) -> None:
        asked.job.tell(f"{record.scenario or 'without a scenario'}, {record.model}, {record.solver}", number, of)

    with TemporaryDirectory(prefix="forcegen-sweep-") as place:
        theatre = Path(place) / "theatre"
        write_whole(instance_files(asked.instance), theatre)
        (theatre / "scenarios").mkdir()
        for name in names:
            shutil.copyfile(asked.scenarios[name], theatre / "scenarios" / f"{name}.yaml")
        try:
            return sweep(
                [theatre],
                Path(place) / "runs",
                scenarios=names,
                models=models,
                solvers=solvers,
                settings=Settings(time_limit=each, threads=asked.settings.cores),
                on_done=done,
                stop=asked.job.stop,
            )
        except InputError as error:  # where its copy was is nothing to a visitor
            named = ((one, None if one.file is None else Path(one.file).name) for one in error.faults)
            raise InputError(tuple(replace(one, file=name) for one, name in named)) from None


def _drawn(found: Sweep) -> list[Node]:
    return answer_parts(sweep_tables(found), *sweep_figures(found), sentence=sentence(found))


def _listed(*names: str) -> dict[str, str]:
    return {name: name for name in names}


QUESTION = Question(
    "sweep",
    "What does each scenario change?",
    "The setup as it is and with each scenario laid on it, solved by each model and solver, compared as intervals. "
    "The seconds are shared among all that is solved.",
    300.0,
    _put,
    _drawn,
    (
        Picks("scenarios", "Scenarios (all others)", lambda study: _listed(*study.scenarios_left())),
        Picks("models", "Models", lambda study: _listed(*sorted(shipped_models())), ("coverage",)),
        Picks("solvers", "Solvers", lambda study: _listed(AUTO, ENGINE, *installed()), (AUTO,)),
    ),
)
