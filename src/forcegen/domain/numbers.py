"""Exact numbers: decimals of at most three places, never floats."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, Strict, WithJsonSchema
from pydantic_core import PydanticCustomError

PLACES = 3
LARGEST = 10**9
_WRITTEN = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")


def parse_number(value: Any) -> Decimal:
    """Return `value` as an exact decimal.

    Parameters
    ----------
    value
        An integer, a decimal, a float that prints with at most three places, or their text.

    Raises
    ------
    PydanticCustomError
        If it is not a finite number of at most three places and of size at most 10**9.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise PydanticCustomError("number", "a number is needed")
    if isinstance(value, str) and not _WRITTEN.fullmatch(value):
        raise PydanticCustomError("number", "a number is needed")
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise PydanticCustomError("number", "a number is needed") from None
    if not number.is_finite():
        raise PydanticCustomError("number", "a finite number is needed")
    if not -LARGEST <= number <= LARGEST:
        raise PydanticCustomError("number_size", "numbers go up to 1,000,000,000")
    if number != round(number, PLACES):
        raise PydanticCustomError("number_places", "numbers have at most three decimal places")
    return number


def plain(number: Decimal | Fraction) -> int | float:
    """Return a number as JSON and YAML write it: an integer where it is one."""
    return int(number) if number == int(number) else float(number)


_SCHEMA = WithJsonSchema({"type": "number", "multipleOf": 0.001})
Number = Annotated[Decimal, BeforeValidator(parse_number), PlainSerializer(plain), _SCHEMA]
NonNegative = Annotated[Number, Field(ge=0)]
Positive = Annotated[Number, Field(gt=0)]
Count = Annotated[int, Strict(), Field(ge=0, le=1_000_000)]
PositiveCount = Annotated[int, Strict(), Field(ge=1, le=1_000_000)]
Flag = Annotated[bool, Strict()]


def milli(number: Decimal) -> int:
    """Return a number in thousandths, exactly."""
    return int(number * 1000)
