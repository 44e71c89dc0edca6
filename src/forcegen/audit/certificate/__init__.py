"""Bounds recomputed from an instance and prices alone."""

from forcegen.audit.certificate.bound import LIMIT, Certified, certified, proven
from forcegen.audit.certificate.rows import Book

__all__ = ["LIMIT", "Book", "Certified", "certified", "proven"]
