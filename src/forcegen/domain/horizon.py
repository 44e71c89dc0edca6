"""Periods and the planned span: months or ISO weeks, counted from the horizon's start."""

from __future__ import annotations

import datetime
import re
from typing import Any, Literal

from pydantic import Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from forcegen.domain.base import Document

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})")

Unit = Literal["month", "week"]


class Period(str):
    """A month `2025-07` or an ISO week `2025-W27`."""

    __slots__ = ()

    @property
    def unit(self) -> Unit:
        """Whether this is a month or a week."""
        return "week" if "W" in self else "month"

    @property
    def ordinal(self) -> int:
        """The number of this period on an absolute scale of its unit."""
        if match := _MONTH.fullmatch(self):
            return int(match[1]) * 12 + int(match[2]) - 1
        year, week = self.split("-W")
        return (datetime.date.fromisocalendar(int(year), int(week), 1).toordinal() - 1) // 7

    @classmethod
    def parse(cls, value: Any) -> Period:
        """Return `value` as a period.

        Raises
        ------
        PydanticCustomError
            If it is neither a month nor a week that exists.
        """
        if isinstance(value, str):
            period = cls(value)
            try:
                if (_MONTH.fullmatch(value) and not value.startswith("0000")) or _WEEK.fullmatch(value):
                    _ = period.ordinal
                    return period
            except ValueError:
                pass
        raise PydanticCustomError("period", "a period is written 2025-07 (month) or 2025-W27 (week)")

    @classmethod
    def of(cls, ordinal: int, unit: Unit) -> Period:
        """Return the period with this number on the absolute scale of `unit`."""
        if unit == "month":
            return cls(f"{ordinal // 12:04d}-{ordinal % 12 + 1:02d}")
        year, week, _ = datetime.date.fromordinal(ordinal * 7 + 1).isocalendar()
        return cls(f"{year:04d}-W{week:02d}")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.parse,
            serialization=core_schema.to_string_ser_schema(),
            json_schema_input_schema=core_schema.str_schema(pattern=r"^\d{4}-(W\d{2}|\d{2})$"),
        )


class Horizon(Document):
    """The planned span, cut into equal periods numbered from 0."""

    start: Period = Field(description="The first period, 2025-07 or 2025-W27.")
    periods: int = Field(strict=True, ge=1, le=2_000, description="How many periods.")
    unit: Unit = "month"

    def index(self, period: Period) -> int:
        """Return the number of a period; negative before the horizon."""
        return period.ordinal - self.start.ordinal

    def label(self, index: int) -> Period:
        """Return the period with this number."""
        return Period.of(self.start.ordinal + index, self.unit)

    def window(self, first: Period | None, last: Period | None) -> tuple[bool, ...]:
        """Return for each period whether it lies in the inclusive window `first .. last`."""
        low = 0 if first is None else self.index(first)
        high = self.periods - 1 if last is None else self.index(last)
        return tuple(low <= t <= high for t in range(self.periods))
