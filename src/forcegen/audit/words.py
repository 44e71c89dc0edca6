"""How messages to the planner write numbers and counts."""

from __future__ import annotations

from decimal import Decimal, localcontext


def number(value: int, scale: int = 1000) -> str:
    """Return `value / scale` exactly, with thousands separated; `scale` is a power of ten."""
    with localcontext(prec=60):
        text = f"{Decimal(value) / scale:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def counted(millionths: int, of: str) -> str:
    """Return what a rule counts in words: `200 troops`, `1 unit`, `a cost of 12`."""
    value = number(millionths, 10**6)
    if of == "cost":
        return f"a cost of {value}"
    return f"1 {of.removesuffix('s')}" if value == "1" and of != "troops" else f"{value} {of}"


def periods(count: int) -> str:
    """Return a count of periods in words."""
    return "1 period" if count == 1 else f"{count:,} periods"
