"""What the annotation of a document's field can hold."""

from __future__ import annotations

from typing import Any, get_args

from pydantic import BaseModel


def documents_in(annotation: Any) -> list[type[BaseModel]]:
    """Return the documents that an annotation names, however deep in unions, tuples and mappings."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in get_args(annotation) for found in documents_in(part)]
