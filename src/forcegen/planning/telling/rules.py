"""What each kind of rule says, in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forcegen.domain.rules import (
    Apart,
    Bar,
    Ceiling,
    Either,
    Escort,
    Exclude,
    Floor,
    LeadNation,
    Lift,
    MinimumPresence,
    Nations,
    Only,
    Pin,
    Ratio,
    Share,
    Standby,
    Supply,
)
from forcegen.planning.telling.phrases import Phrases, figure, listed, per_cent

if TYPE_CHECKING:
    from collections.abc import Callable

    from forcegen.domain.rules import Rule
    from forcegen.domain.rules.base import Selection


def rule_sentence(rule: Rule, phrases: Phrases) -> str:
    """Return what a rule asks and when, in a sentence without its full stop."""
    return f"{_SAID[type(rule)](rule, phrases)}, {phrases.when(rule)}"


def _exclude(rule: Exclude, words: Phrases) -> str:
    return (
        f"no unit{words.who(rule)} may serve{words.where(rule, '' if rule.roles else ' anywhere')}{words.roles(rule)}"
    )


def _only(rule: Only, words: Phrases) -> str:
    return f"units{words.who(rule)} may serve only{words.where(rule)}{words.roles(rule)}, or not at all"


def _ceiling(rule: Ceiling, words: Phrases) -> str:
    return _bounded(rule, f"at most {_counted(rule.most, rule, words)}", "may", words)


def _floor(rule: Floor, words: Phrases) -> str:
    return _bounded(rule, f"at least {_counted(rule.least, rule, words)}", "must", words)


def _counted(limit: Any, rule: Ceiling | Floor, words: Phrases) -> str:
    return words.amount(limit, "" if rule.of == "cost" else rule.of)


def _bounded(rule: Ceiling | Floor, amount: str, verb: str, words: Phrases) -> str:
    """Return what a scope holds: in any one period, or summed over all of them."""
    scope = f"{words.where(rule)}{words.roles(rule)}"
    over = f"in each {words.unit}" if rule.over == "period" else f"summed over the {words.unit}s"
    if rule.of == "cost":
        said = f"the units{words.who(rule)} that serve{scope} {verb} cost {amount} {over}"
    elif rule.of == "tours":
        said = f"{amount}{words.who(rule)} {verb} begin{scope} {over}"
    else:
        said = f"{amount}{words.who(rule)} {verb} serve{scope} {over}"
    return said + _each(rule.each)


def _each(item: str | None) -> str:
    return f", for each {item} by itself" if item else ""


def _share(rule: Share, words: Phrases) -> str:
    of = "all troops" if rule.in_ == "force" else "the troops in each sector"
    scope = f"{words.where(rule)}{words.roles(rule)}"
    return f"the troops{words.who(rule)} may be at most {per_cent(rule.most)} of {of}{scope}{_each(rule.each)}"


def _lead(rule: LeadNation, words: Phrases) -> str:
    among = rule.candidates or rule.nations
    said = f"every sector{words.where(rule)} that holds troops must have one lead nation"
    said += f" from among {words.nations(among)}" if among else ""
    said += f", which supplies at least {per_cent(rule.share)} of its troops" if rule.share else ""
    said += f", which leads for at least {figure(rule.term, words.unit + 's')}" if rule.term > 1 else ""
    return said + (f", and which alone serves{words.roles(rule)}" if rule.roles else "")


def _nations(rule: Nations, words: Phrases) -> str:
    least = f"at least {figure(rule.least)}" if rule.least is not None else ""
    most = f"at most {figure(rule.most)}" if rule.most is not None else ""
    number = " and ".join(filter(None, (least, most)))
    scope = f"{words.who(rule)} serve{words.where(rule)}{words.roles(rule)}"
    return f"wherever troops{scope}, their nations must number {number}"


def _presence(rule: MinimumPresence, words: Phrases) -> str:
    least = f"must bring at least {figure(rule.least, 'troops')} or none" if rule.least is not None else ""
    term = f"must stay for at least {figure(rule.term, words.unit + 's')}" if rule.term is not None else ""
    said = " and ".join(filter(None, (least, term)))
    return f"a nation with troops{words.who(rule)} in a sector{words.where(rule)}{words.roles(rule)} {said}"


def _apart(rule: Apart, words: Phrases) -> str:
    among = "" if not rule.names_who else f" among those{words.who(rule)}"
    if rule.nations and not rule.contingents:
        among = f" among {words.nations(rule.nations)}"
    return f"no two nations{among} may have troops in one sector{words.where(rule)}{words.roles(rule)} at the same time"


def _escort(rule: Escort, words: Phrases) -> str:
    scope = f"{words.where(rule)}{words.roles(rule)}"
    escorts = f"{figure(rule.least, 'troops')}{_selected(rule.with_, words)}"
    return f"units{words.who(rule)} may serve in a sector{scope} only while at least {escorts} are there"


def _ratio(rule: Ratio, words: Phrases) -> str:
    each = {"sector": ", in each sector by itself", "nation": ", for each nation by itself", "force": ""}[rule.each]
    served, enablers = (f"troops{_selected(part, words)}" for part in (rule.to, rule.of))
    scope = f"{words.who(rule)}{words.where(rule)}{words.roles(rule)}"
    return f"for every 1,000 {served} there must be at least {figure(rule.least)} {enablers}{scope}{each}"


def _selected(part: Selection, words: Phrases) -> str:
    return f"{words.who(part)}{words.roles(part)}"


def _either(rule: Either, words: Phrases) -> str:
    sets = listed(f"({words.contingents(one)})" for one in rule.sets)
    scope = f"{words.where(rule)}{words.roles(rule)}"
    return f"of the sets of contingents {sets} at most {figure(rule.most)} may serve{scope} at all"


def _lift(rule: Lift, words: Phrases) -> str:
    places = f"{words.where(rule)}{words.roles(rule)}"
    return (
        f"at most {words.amount(rule.most, 'troops')}{words.who(rule)} may move in or out{places} in one {words.unit}"
    )


def _supply(rule: Supply, words: Phrases) -> str:
    scope = f"{words.who(rule)}{words.where(rule)}{words.roles(rule)}"
    return f"units{scope} together can be supplied with at most {words.amount(rule.most, 'tonnes')} a day"


def _standby(rule: Standby, words: Phrases) -> str:
    return f"at least {words.amount(rule.least, 'troops')}{words.who(rule)} must stay ready at home"


def _pin(rule: Pin, words: Phrases) -> str:
    scope = f"{words.where(rule)}{words.roles(rule)}"
    return f"at least {figure(rule.units, 'units')} of each contingent{_out_of(rule, words)} must serve{scope}"


def _bar(rule: Bar, words: Phrases) -> str:
    scope = f"{words.where(rule, '' if rule.roles else ' anywhere')}{words.roles(rule)}"
    return f"{figure(rule.units, 'units')} of each contingent{_out_of(rule, words)} may not serve{scope}"


def _out_of(rule: Pin | Bar, words: Phrases) -> str:
    return f" among those{words.who(rule)}" if rule.nations else f", {words.contingents(rule.contingents or ())},"


_SAID: dict[type[Rule], Callable[[Any, Phrases], str]] = {
    Exclude: _exclude,
    Only: _only,
    Ceiling: _ceiling,
    Floor: _floor,
    Share: _share,
    LeadNation: _lead,
    Nations: _nations,
    MinimumPresence: _presence,
    Apart: _apart,
    Escort: _escort,
    Ratio: _ratio,
    Either: _either,
    Lift: _lift,
    Supply: _supply,
    Standby: _standby,
    Pin: _pin,
    Bar: _bar,
}
