"""Changes of a document whose effect on the optimum is known."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random

Document = dict[str, Any]
LISTS = ("nations", "roles", "sectors", "contingents", "requirements", "rules", "history", "leads")


def relabelled(document: Document, rng: Random) -> Document:
    """Other identifiers, and every list in another order; `reserve` keeps its name, which means something."""
    ids = [item["id"] for name in LISTS for item in document.get(name, ()) if "id" in item and item["id"] != "reserve"]
    ids += [*document.get("groups", {}), *document.get("conditions", {})]
    ids += [sector["zone"] for sector in document["sectors"] if sector.get("zone")]
    names = {old: f"{rng.choice('abcxyz')}.{i}" for i, old in enumerate(dict.fromkeys(ids))}
    kept = {name: document[name] for name in document if name in ("forcegen", "name", "horizon")}
    result: Document = kept | {name: _renamed(value, names) for name, value in document.items() if name not in kept}
    for name in LISTS:
        if name in result:
            result[name] = rng.sample(list(result[name]), len(result[name]))
    return result


# Texts that are words of the format, never identifiers.
_WORDS = ("kind", "measure", "of", "over", "each", "in", "from", "until", "ready", "returned", "since", "ends")


def _renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            names.get(key, key) if key not in _FIELDS else key: item
            if key in _WORDS and isinstance(item, str)
            else _renamed(item, names)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [_renamed(item, names) for item in value]
    return names.get(value, value) if isinstance(value, str) else value


_FIELDS = frozenset({*_WORDS, *LISTS, "groups", "conditions", "id", "with", "as", "sets", "to", "min", "max"})


def with_a_unit_more(document: Document, rng: Random) -> Document:
    """One unit more of some contingent."""
    result = deepcopy(document)
    offer = rng.choice(result["contingents"])
    field = "units" if offer.get("units") is not None else "present"
    offer[field] += 1
    return result


def split(document: Document, rng: Random) -> Document | None:
    """A contingent in two, its history divided and its name in scopes doubled; None where there is none to split."""
    result = deepcopy(document)
    offers = [offer for offer in result["contingents"] if (offer.get("units") or 0) >= 2]
    if not offers or any(rule["kind"] in ("pin", "bar") for rule in result.get("rules", ())):
        return None
    offer = rng.choice(offers)
    first = rng.randint(1, offer["units"] - 1)
    other = offer | {"id": f"{offer['id']}.2", "units": offer["units"] - first}
    offer["units"] = first
    result["contingents"].append(other)
    history: list[Document] = []
    room = first
    for row in result.get("history", ()):
        if row["contingent"] != offer["id"]:
            history.append(row)
            continue
        here = min(room, row["units"])
        room -= here
        history += [row | {"units": here}] if here else []
        rest = row["units"] - here
        history += [row | {"contingent": other["id"], "units": rest}] if rest else []
    if "history" in result:
        result["history"] = history
    result["rules"] = [_doubled(rule, offer["id"], other["id"]) for rule in result.get("rules", ())]
    return result


def _doubled(value: Any, name: str, other: str) -> Any:
    if isinstance(value, dict):
        return {key: _doubled(item, name, other) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [twin for item in value for twin in ([name, other] if item == name else [_doubled(item, name, other)])]
    return value


def multiplied(document: Document, factor: int) -> Document:
    """Every quantity of troops times a whole number, armies too."""
    result = deepcopy(document)
    for nation in result["nations"]:
        nation |= {field: nation[field] * factor for field in ("army", "active") if nation.get(field)}
    for offer in result["contingents"]:
        _scale(offer, ("strength", "fills", "beds"), factor)
    for sector in result["sectors"]:
        _scale(sector, ("beds",), factor)
    for requirement in result["requirements"]:
        _scale(requirement, ("minimum", "target"), factor)
    for rule in result.get("rules", ()):
        troops = rule["kind"] in ("lift", "presence", "standby", "escort") or (
            rule["kind"] in ("ceiling", "floor") and rule.get("of", "troops") == "troops"
        )
        if troops:
            _scale(rule, ("most", "least"), factor)
    return result


def _scale(item: Document, fields: tuple[str, ...], factor: int) -> None:
    for field in fields:
        if item.get(field) is not None:
            item[field] = _times(item[field], factor)


def _times(value: Any, factor: int) -> Any:
    if isinstance(value, dict):
        return {key: _times(item, factor) for key, item in value.items()}
    return str(Decimal(str(value)) * factor)
