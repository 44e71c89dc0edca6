"""What a study is set to work on: the best plan, or the answer to a question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forcegen.planning.given import refuse_hindsight
from forcegen.planning.replan import decision
from forcegen.planning.solve import Settings, solve
from forcegen.planning.surprise import as_one, unforeseen
from forcegen.web.questions import Asked
from forcegen.web.theatre import announced, foreseen, instance_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forcegen.domain.horizon import Period
    from forcegen.planning.result import Result
    from forcegen.web.job import Job
    from forcegen.web.questions import Question
    from forcegen.web.study import Study
    from forcegen.web.theatre import Setup
    from forcegen.workers import WorkerPool


def begin_solve(study: Study, model: str, seconds: float) -> Job:
    """Start to solve a study's instance, from its latest plan where there is one; a surprise without hindsight."""
    setup, path = study.setup, study.path
    latest = None if study.result is None else study.result.plan
    settings = Settings(time_limit=seconds)

    def work(job: Job, pool: WorkerPool) -> Any:
        if (at := announced(path, setup)) is not None:
            return _made_anew(study, setup, at, model, settings, job, pool)
        result = solve(
            instance_of(path, setup),
            model=model,
            scenario=setup.names,
            settings=settings,
            start=latest,
            on_progress=job.progress,
            stop=job.stop,
            workers=pool,
        )
        study.take(result, setup)
        return result

    return study.begin("solve", seconds, work)


def _made_anew(
    study: Study, setup: Setup, at: Period, model: str, settings: Settings, job: Job, pool: WorkerPool
) -> Result:
    """Answer a surprise from the answer to the setup without it, which is made first where there is none."""
    earlier = foreseen(study.path, setup)
    before = instance_of(study.path, earlier)
    known = [answer.plan for answer in (study.result, study.base) if answer is not None and answer.instance == before]
    base, anew = unforeseen(
        before,
        instance_of(study.path, setup),
        decision(at, before),
        scenario=setup.names,
        plan=next((plan for plan in known if plan is not None), None),
        model=model,
        settings=settings,
        on_progress=job.progress,
        stop=job.stop,
        workers=pool,
    )
    if base is not None:
        study.take(base, earlier)
    result = as_one(base, anew)
    study.take(result, setup)
    return result


def begin_question(study: Study, question: Question, seconds: float, chosen: Mapping[str, Any] | None = None) -> Job:
    """Start to answer a question; the answer is kept with what it was asked of."""
    setup, path, base = study.setup, study.path, study.base
    at = announced(path, setup)
    if not question.later:
        refuse_hindsight(setup.names, at)
    given = {choice.name: choice.taken((chosen or {}).get(choice.name), study) for choice in question.choices}
    others = study.scenarios_left()

    def work(job: Job, pool: WorkerPool) -> Any:
        found = question.put(Asked(instance_of(path, setup), seconds, given, job, pool, base, at, others))
        study.keep(question.name, found, setup)
        return found

    return study.begin(question.name, seconds, work)
