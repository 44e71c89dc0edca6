"""What may be chosen beside a question: a number, some of a list, or words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forcegen.io.errors import InputError, refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from forcegen.web.study import Study


@dataclass(frozen=True)
class Choice:
    """A number that a visitor may choose; from 0 to 1 it is a box to tick.

    Parameters
    ----------
    name, label
        What the code and the visitor call it.
    value, least, most
        What is offered, and what is allowed.
    """

    name: str
    label: str
    value: float
    least: float
    most: float

    @property
    def ticked(self) -> bool:
        """Whether it is a box to tick."""
        return (self.least, self.most) == (0, 1)

    def taken(self, value: Any, study: Study | None = None) -> float:
        """Return a chosen number, moved to what is allowed; what is offered where none is chosen."""
        return self.value if value is None else min(self.most, max(self.least, float(value)))


@dataclass(frozen=True)
class Picks:
    """Some of a list.

    Parameters
    ----------
    name, label
        What the code and the visitor call it.
    options
        What there is to pick from, with its words.
    value
        What is picked at first.
    """

    name: str
    label: str
    options: Callable[[Study], Mapping[str, str]]
    value: tuple[str, ...] = ()

    def left(self, value: Sequence[str], study: Study) -> tuple[dict[str, str], list[str]]:
        """Return what there is to pick from, and what of that was picked: all that was where the list is not known."""
        try:
            options = dict(self.options(study))
        except InputError:  # what is wrong with the theatre is said elsewhere
            return {one: one for one in value}, list(value)
        return options, [one for one in value if one in options]

    def taken(self, value: Sequence[str] | None, study: Study) -> tuple[str, ...]:
        """Return what is picked.

        Raises
        ------
        forcegen.io.errors.InputError
            If something is not, or no longer, on the list.
        """
        picked = self.value if value is None else tuple(value)
        known = self.options(study) if picked else {}
        for one in picked:
            if one not in known:
                advice = f"choose among {', '.join(known) or 'none'}"
                raise refuse(f"{self.label}: there is no {one!r} here", value=one, advice=advice)
        return picked


@dataclass(frozen=True)
class Words:
    """A text that a visitor writes.

    Parameters
    ----------
    name, label, example
        What the code and the visitor call it, and what may stand there.
    read
        Returns what it says, or raises InputError.
    """

    name: str
    label: str
    example: str
    read: Callable[[str], Any]
    value: str = ""

    def taken(self, value: str | None, study: Study | None = None) -> Any:
        """Return what the text says.

        Raises
        ------
        forcegen.io.errors.InputError
            If it says nothing that can be read.
        """
        return self.read(self.value if value is None else value)


Field = Choice | Picks | Words
