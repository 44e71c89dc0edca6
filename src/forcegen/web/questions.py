"""What can be asked: each question's words, how it is put to `planning`, and how its answer is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forcegen.planning.explain import explain
from forcegen.planning.solve import Settings, solve
from forcegen.planning.stress import stress
from forcegen.planning.sustain import sustain
from forcegen.report.explanation import explanation_lines
from forcegen.report.headline import headline
from forcegen.report.html.charts import bars
from forcegen.report.html.markup import Node, el, table
from forcegen.report.losses import ranking
from forcegen.report.sustainment import sentence
from forcegen.web.drawn import lines

if TYPE_CHECKING:
    from forcegen.domain.instance import Instance
    from forcegen.planning.explain import Explanation
    from forcegen.planning.stress import Loss, Stress
    from forcegen.planning.sustain import Sustainment
    from forcegen.web.job import Job
    from forcegen.web.study import Study
    from forcegen.workers import WorkerPool

Put = Callable[["Instance", float, "Job", "WorkerPool"], Any]


@dataclass(frozen=True)
class Question:
    """Something that can be asked of an instance.

    Parameters
    ----------
    name, title, words
        Its command, what it asks in short, and what the answer says.
    seconds
        The time limit that is offered.
    put
        Asks it: instance, seconds, the job to tell of progress, workers.
    drawn
        Draws its answer.
    """

    name: str
    title: str
    words: str
    seconds: float
    put: Put
    drawn: Callable[[Any], list[Node]]


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


def begin_question(study: Study, question: Question, seconds: float) -> Job:
    """Start to answer a question; the answer is kept with what it was asked of."""
    setup = study.setup

    def work(job: Job, pool: WorkerPool) -> Any:
        found = question.put(study.instance(), seconds, job, pool)
        study.answers = {**study.answers, question.name: (setup, found)}
        return found

    return study.begin(question.name, seconds, work)


def _explain(instance: Instance, seconds: float, job: Job, pool: WorkerPool) -> Explanation:
    return explain(instance, settings=Settings(time_limit=seconds), stop=job.stop, workers=pool)


def _explained(found: Explanation) -> list[Node]:
    return list(lines(explanation_lines(found)))


def _sustain(instance: Instance, seconds: float, job: Job, pool: WorkerPool) -> Sustainment:
    build_up = min(6, instance.horizon.periods // 2)
    return sustain(instance, build_up=build_up, settings=Settings(time_limit=seconds), stop=job.stop, workers=pool)


def _sustained(found: Sustainment) -> list[Node]:
    said = {"yes": "yes", "no": "no (proven)", "open": "not shown"}
    verdicts = [
        (f"{float(v.troops):,.0f}", said[v.horizon], v.through or "no period", said[v.indefinitely], ", ".join(v.flips))
        for v in found.verdicts
    ]
    order = sorted(found.roles, key=lambda line: line.factor)
    kept = [(line.role, float(line.factor), f"{float(line.factor):.2f}") for line in order]
    rows = [
        (line.role, f"{float(line.target):,.10g}", f"{float(line.target * line.factor * found.hold):,.0f}")
        for line in order
    ]
    aside = f"Set aside, since nobody offers them: {', '.join(found.set_aside)}." if found.set_aside else ""
    return [
        el("h1", sentence(found)),
        table(
            "Verdict on all that is asked for",
            ("force", "to the horizon", "held through", "indefinitely", "a change that flips it"),
            verdicts,
        ),
        el("h3", "Share of each role's target that deploy-to-dwell alone lets it keep up"),
        el("figure", bars("Factor by role", kept, "#0072b2")),
        table("Each role by itself", ("role", "target", "could be kept up"), rows),
        el("p", aside, class_="note"),
    ]


def _stress(instance: Instance, seconds: float, job: Job, pool: WorkerPool) -> Stress:
    return stress(instance, settings=Settings(time_limit=seconds), on_progress=job.tell, stop=job.stop, workers=pool)


def _stressed(found: Stress) -> list[Node]:
    goal = found.base.tiers[0].name if found.base.tiers else ""
    rows = [
        (
            str(loss.rank), f"{loss.kind} {loss.id}", f"{float(loss.low):,.10g}", _most(loss),
            "exactly" if loss.exact else "proven" if loss.infeasible else "within these",
            "" if loss.damage is None else f"{loss.damage.minimums:,}",
        )
        for loss in found.losses
    ]  # fmt: skip
    longest = [
        (loss.id, float(loss.low if loss.high is None else loss.high), f"{float(loss.low):,.10g} to {_most(loss)}")
        for loss in found.losses[:15]
    ]
    return [
        el("h1", headline(found.base)),
        el("p", ranking(found)),
        el(
            "p",
            f"What is lost without them ({goal}); losses that overlap share a rank among their kind.",
        ),
        el("figure", bars("The most that is lost", longest, "#0072b2")),
        table("Losses", ("rank", "without", "at least", "at most", "known", "minimums broken"), rows, left=2),
    ]


def _most(loss: Loss) -> str:
    return "no plan at all" if loss.infeasible else "unknown" if loss.high is None else f"{float(loss.high):,.10g}"


QUESTIONS = (
    Question(
        "explain",
        "Why is there no plan?",
        "Which hard rules, requirements, limits and offers cannot hold together; or that a plan exists.",
        60.0,
        _explain,
        _explained,
    ),
    Question(
        "sustain",
        "How large a force can be kept up?",
        "The force that can be relieved for ever, the scarcest role, and how long all that is asked for can be held.",
        60.0,
        _sustain,
        _sustained,
    ),
    Question(
        "stress",
        "Who could not be spared?",
        "What is lost without each nation that serves and without each condition, as intervals that are proven.",
        120.0,
        _stress,
        _stressed,
    ),
)
