"""What a study is set to work on: the best plan, or the answer to a question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forcegen.planning.solve import Settings, solve
from forcegen.web.questions import Asked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forcegen.web.job import Job
    from forcegen.web.questions import Question
    from forcegen.web.study import Study
    from forcegen.workers import WorkerPool


def begin_solve(study: Study, model: str, seconds: float) -> Job:
    """Start to solve a study's instance, from its latest plan where there is one."""
    setup = study.setup
    latest = None if study.result is None else study.result.plan

    def work(job: Job, pool: WorkerPool) -> Any:
        result = solve(
            study.instance(),
            model=model,
            scenario=setup.names,
            settings=Settings(time_limit=seconds),
            start=latest,
            on_progress=job.progress,
            stop=job.stop,
            workers=pool,
        )
        study.take(result, setup)
        return result

    return study.begin("solve", seconds, work)


def begin_question(
    study: Study, question: Question, seconds: float, chosen: Mapping[str, float | None] | None = None
) -> Job:
    """Start to answer a question; the answer is kept with what it was asked of."""
    setup, base = study.setup, study.base
    given = {choice.name: choice.within((chosen or {}).get(choice.name)) for choice in question.choices}

    def work(job: Job, pool: WorkerPool) -> Any:
        found = question.put(Asked(study.instance(), seconds, given, job, pool, base))
        study.answers = {**study.answers, question.name: (setup, found)}
        return found

    return study.begin(question.name, seconds, work)
