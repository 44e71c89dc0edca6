"""The lists of an instance, and what their items may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from forcegen.domain.contingent import Contingent, History, Leading
from forcegen.domain.nation import Nation
from forcegen.domain.place import Role, Sector
from forcegen.domain.requirement import Requirement
from forcegen.domain.rules import AnyRule

if TYPE_CHECKING:
    from pydantic import BaseModel

LISTS: dict[str, tuple[type[BaseModel], ...]] = {
    "nations": (Nation,),
    "roles": (Role,),
    "sectors": (Sector,),
    "contingents": (Contingent,),
    "requirements": (Requirement,),
    "rules": get_args(get_args(AnyRule)[0]),
    "history": (History,),
    "leads": (Leading,),
}
