"""What every document has in common: frozen, closed to unknown fields, with source and basis."""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]+$", max_length=100)]
Basis = Literal["reported", "common", "derived", "assumed"]


class Document(BaseModel):
    """A frozen document that refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON form."""
        text = json.dumps(self.model_dump(mode="json", by_alias=True), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


class Sourced(Document):
    """A document whose figures say where they come from."""

    source: str | None = Field(None, description="Where the figures come from.")
    basis: Basis | None = Field(None, description="How well the figures are known.")
    note: str | None = Field(None, description="Anything a reader should know.")
