"""A comparison of solvers as a page that loads nothing: what was found out, on what, and by which runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forcegen.bench.comparison import ALL, Comparison, Score
from forcegen.bench.measures import plain
from forcegen.bench.pictures import pictures
from forcegen.bench.words import UNKNOWN, figure, interval, plural, seconds, share
from forcegen.report.html.colours import distinct, on, shade
from forcegen.report.html.markup import MUTED, WARN, Node, details, el, legend, page, section, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from forcegen.bench.check import Checked

_SLOW: Final = "#f2c288"
_NONE: Final = "#c9ced3"

_SCRIPT: Final = """
const bar = document.getElementById('filter'), parts = document.querySelectorAll('[data-family]');
function show(family) {
  for (const part of parts) part.hidden = family !== part.dataset.family;
  for (const button of bar.querySelectorAll('button')) {
    button.setAttribute('aria-pressed', button.dataset.shows === family);
  }
}
if (bar) {
  bar.hidden = false;
  for (const button of bar.querySelectorAll('button')) button.onclick = () => show(button.dataset.shows);
  show(bar.querySelector('button').dataset.shows);
}
addEventListener('hashchange', () => {
  const aim = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let node = aim; node; node = node.parentElement) if (node.tagName === 'DETAILS') node.open = true;
  if (aim) aim.scrollIntoView();
});
"""


def bench_page(frame: pd.DataFrame, checked: Checked, compared: Sequence[Comparison]) -> str:
    """Return a store's runs as one self-contained HTML document, whose only script chooses what is shown."""
    runs = [run for run in plain(frame) if not run["warm_up"]]
    colours = distinct(sorted({name for one in compared for name in one.entrants}))
    suites = ", ".join(sorted({run["suite"] for run in runs}))
    parts = [
        el("p", f"Comparison of solvers · {suites}", class_="kicker"),
        el("h1", _headline(runs, colours, checked)),
        _cards(runs, compared),
        _filter(compared),
        section("check", "What must not be", *_checked(checked)),
        *(_family(i, one, colours) for i, one in enumerate(compared)),
        section("machine", "Where it ran", *_machine(runs)),
        section("runs", "Every run", *_runs(compared)),
        section("how", "How to read it", *_how()),
    ]
    return page(f"Comparison of solvers: {suites}", *(part for part in parts if part is not None), script=_SCRIPT)


def _headline(runs: Sequence[dict[str, Any]], colours: dict[str, str], checked: Checked) -> str:
    problems = {(run["instance_sha256"], run["scenario"], run["model"]) for run in runs}
    verdict = "the check found nothing wrong" if checked.clean else f"the check failed {_times(len(checked.failures))}"
    counts = ((len(colours), "entrant"), (len(problems), "problem"), (len(runs), "run"))
    return f"{', '.join(plural(*count) for count in counts)}: {verdict}"


def _cards(runs: Sequence[dict[str, Any]], compared: Sequence[Comparison]) -> Node:
    machines = sorted({f"{run['cores']} cores, {run['cpu']}" for run in runs if run["cpu"]})
    seeds = sorted({run["seed"] for run in runs})
    cards = [
        (str(len({run["solver"] for run in runs})), "solvers and peers"),
        (str(len(seeds)), "seed" if len(seeds) == 1 else "seeds"),
        (" / ".join(sorted({f"{one.limit:g} s" for one in compared})) or UNKNOWN, "limit of a run"),
        (str(len(machines)), "machine: " + machines[0] if len(machines) == 1 else "kinds of machine"),
    ]
    return el("ul", *(el("li", el("b", figure), words) for figure, words in cards), class_="cards")


def _filter(compared: Sequence[Comparison]) -> Node | None:
    if len(compared) < 2:
        return None
    names = [_name(one, compared) for one in compared]
    buttons = (el("button", name, type="button", data_shows=name) for name in names)
    return el("div", *buttons, class_="filter", id="filter", hidden="hidden")


def _name(one: Comparison, compared: Sequence[Comparison]) -> str:
    return one.family if len({other.terms for other in compared}) == 1 else f"{one.family} ({one.terms})"


def _checked(checked: Checked) -> list[Node]:
    if checked.clean:
        text = (
            f"Of {plural(checked.runs, 'run')}, warm-ups included, none breaks a rule, contradicts another run's bound "
            "or status, a published optimum or a plan known before, or exceeds its limit."
        )
        shown = [el("p", text)]
    else:
        rows = [el("li", el("b", f"{finding.kind}: "), finding.message) for finding in checked.failures]
        text = "The runs named here count as failures below. Make them again before anything is concluded."
        shown = [el("p", text), el("ul", *rows, style=f"color:{WARN}")]
    if checked.errors:
        rows = [el("li", finding.message) for finding in checked.errors]
        shown.append(details(f"{plural(len(rows), 'run')} ended with an error and count as failures", el("ul", *rows)))
    return shown


def _family(i: int, one: Comparison, colours: dict[str, str]) -> Node:
    name = "All families" if one.family == ALL else f"Family {one.family}"
    problems = plural(len({problem for problem, _ in one.common}), "problem")
    text = f"{one.terms}. {problems}, with their seeds {plural(len(one.common), 'run')} an entrant."
    if one.left_out:
        text += f" {plural(one.left_out, 'problem')} with a seed left out: not every entrant ran it, or can express it."
    if one.silent:
        text += f" Not among the entrants, since they can express none of these problems: {', '.join(one.silent)}."
    shown: list[Node] = [el("p", text)]
    if one.common:
        shown += [_scores(one), *pictures(one, colours), _behind(one)]
    shown.append(_heat(one))
    block = section(f"family-{i}", name, *shown)
    block.set("data-family", one.family)
    return block


def _scores(one: Comparison) -> Node:
    """Return the figures of each entrant; where times alone say so, also what the best of them on each run comes to."""
    names = [score.name for score in one.scores[one.entrants[0]]]
    virtual = [*one.virtual_scores(), *[None] * len(names)][: len(names)]
    caption = "Times in seconds. Below each figure its 95 % interval over seeds, where there are several. "
    caption += "What never came counts as the limit, and in PAR10 as ten limits."
    head = el("thead", el("tr", el("td", class_="left"), *(el("th", name, scope="col") for name in names)))
    rows = [_figures(name, scores) for name, scores in one.scores.items()]
    body = el("tbody", *rows, _figures("virtual best", virtual))
    return el("div", el("table", el("caption", caption), head, body), class_="wide")


def _figures(name: str, scores: Sequence[Score | None]) -> Node:
    small = f"font-size:11px;color:{MUTED};white-space:nowrap"
    cells = []
    for score in scores:
        spread = "" if score is None else interval(score)
        below = (el("br"), el("span", spread, style=small)) if spread else ()
        cells.append(el("td", "" if score is None else figure(score), *below))
    return el("tr", el("th", name, class_="left", scope="row", style="white-space:nowrap;font-weight:500"), *cells)


def _behind(one: Comparison) -> Node:
    """Return the runs behind the figures."""
    rows = []
    for entrant in one.entrants:
        links: list[Node | str] = [el("b", f"{entrant}: ")]
        for run in one.of(entrant):
            links += [el("a", run["run"], href=f"#{run['run']}"), " "]
        rows.append(el("p", *links, style="max-width:none"))
    return details("The runs behind these figures", *rows)


def _heat(one: Comparison) -> Node:
    entrants = sorted({*one.entrants, *one.silent})
    cells: dict[tuple[str, str], list[dict[Any, Any]]] = {}
    for run in one.runs.to_dict("records"):
        cells.setdefault((run["problem"], run["entrant"]), []).append(run)
    problems = sorted({problem for problem, _ in cells})
    upright = "writing-mode:horizontal-tb;transform:none;height:auto;text-align:center"
    head = el(
        "tr",
        el("td", class_="left", style=f"width:22rem;{upright}"),
        *(el("th", name, scope="col", style=upright) for name in entrants),
    )
    body = [
        el(
            "tr",
            el("th", problem, class_="left", scope="row"),
            *(_cell(cells.get((problem, name), []), one.limit) for name in entrants),
        )
        for problem in problems
    ]
    keys = legend(
        (f"linear-gradient(90deg,{shade(0)},{shade(0.85)})", f"all seeds solved: mean seconds, 0 to {one.limit:g}"),
        (_SLOW, "not all solved: mean gap between plan and bound"),
        (_NONE, "no plan, or a peer that cannot express the problem"),
    )
    made = el("table", el("thead", head), el("tbody", *body), class_="heat")
    return el("figure", el("figcaption", "Problems and entrants; a click leads to the run"), keys, made)


def _cell(runs: Sequence[dict[Any, Any]], limit: float) -> Node:
    if not runs:
        return el("td", "")
    said = ", ".join(f"{run['run']} (seed {run['seed']})" for run in runs)
    if all(run["solved"] for run in runs):
        mean = float(np.mean([run["seconds"] for run in runs]))
        part = 0.85 * float(np.log1p(mean) / np.log1p(limit))
        text, style = seconds(mean), f"background:{shade(part)};color:{on(part)}"
    elif any(np.isfinite(run["value"]) for run in runs):
        gaps = [run["own_gap"] for run in runs]
        some = sum(run["solved"] for run in runs)
        text = share(float(np.mean(gaps))) + (f" ({some}/{len(runs)} solved)" if some else "")
        style = f"background:{_SLOW}"
    else:
        text = "cannot express it" if all(run["refused"] for run in runs) else "no plan"
        style = f"background:{_NONE}"
    link = el("a", text, href=f"#{runs[0]['run']}", style="color:inherit;text-decoration:none")
    return el("td", link, title=f"Runs: {said}", style=style)


def _machine(runs: Sequence[dict[str, Any]]) -> list[Node]:
    known = sorted({run["reference_seconds"] for run in runs if run["reference_seconds"]})
    drift = (
        f"The reference solve took {known[0]:.2f} to {known[-1]:.2f} s over the runs: times that differ by less than "
        f"{(known[-1] / known[0] - 1):.0%} may differ because of the machine."
        if known
        else "No reference solve was stored, so the machine's drift is not known."
    )
    loads = [run["load_before"] for run in runs if run["load_before"] is not None]
    load = f" Load before a run: {min(loads):.1f} to {max(loads):.1f}." if loads else ""
    machines = sorted({(run["cpu"] or "?", str(run["cores"]), run["python"] or "?") for run in runs})
    versions: dict[str, set[str]] = {}
    for run in runs:
        for name, version in json.loads(run["versions"] or "{}").items():
            versions.setdefault(name, set()).add(version)
    named = [[name, ", ".join(sorted(some))] for name, some in sorted(versions.items())]
    shown = [
        table("What ran it", ["processor", "cores", "Python"], [list(row) for row in machines], left=3),
        table("Versions", ["package", "version"], named, left=2),
    ]
    return [el("p", drift + load), details("Processor and versions", *shown)]


_HEADER: Final = (
    *("run", "family", "problem", "entrant", "seed", "terms", "status", "end", "solved", "value", "bound", "gap"),
    *("seconds", "first plan", "within 1 %", "integral", "build", "solve", "MB"),
)


def _runs(compared: Sequence[Comparison]) -> list[Node]:
    head = el("tr", *(el("th", name, class_="left" if i < 8 else None, scope="col") for i, name in enumerate(_HEADER)))
    seen: dict[str, Node] = {}
    for one in compared:
        for run in one.runs.to_dict("records"):
            if run["run"] not in seen:
                seen[run["run"]] = _row(run)
    made = el("table", el("thead", head), el("tbody", *seen.values()), style="font-size:12px")
    summary = f"{plural(len(seen), 'run')} that count; the same is in runs.csv"
    return [details(summary, el("div", made, class_="wide"))]


def _row(run: dict[Any, Any]) -> Node:
    texts = [
        *(run["run"], run["family"], run["problem"], run["entrant"], str(run["seed"]), run["terms"]),
        *(run["status"], run["termination"] or ""),
        "yes" if run["solved"] else "no",
        *(f"{run[name]:,.6g}" if np.isfinite(run[name]) else UNKNOWN for name in ("value", "bound")),
        share(run["own_gap"]),
        *(seconds(run[name]) for name in ("seconds", "first", "within", "integral", "build", "solve")),
        f"{run['peak']:,.0f}" if np.isfinite(run["peak"]) else UNKNOWN,
    ]
    return el("tr", *(el("td", t, class_="left" if i < 8 else None) for i, t in enumerate(texts)), id=run["run"])


def _how() -> list[Node]:
    return [
        el(
            "p",
            "A run is solved if it ended within its limit with an audited plan and every goal within the gap asked "
            "for, or with a proof that there is no plan. A run that failed, was killed or overran is none, whatever "
            "its clock says. Gaps are |a - b| / max(|a|, |b|), against the published optimum, else the value known "
            "before the runs (best.yaml), else the best audited value of this store; values and bounds are those of "
            "the first goal. What a solver reports "
            "while it searches counts only up to what the audit found its plan to be worth.",
        ),
        el(
            "p",
            "No figure here says who is best: who is depends on which problems, on how long one waits, and on whether "
            "a plan or a proof is wanted.",
            style=f"color:{MUTED}",
        ),
    ]


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
