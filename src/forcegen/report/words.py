"""Numbers in words."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """Return a number of things: `1 tour`, `1,200 tours`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
