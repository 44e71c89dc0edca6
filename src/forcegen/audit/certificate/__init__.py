"""Bounds recomputed from an instance and prices alone."""

from forcegen.audit.certificate.bound import Certified, certified, proven
from forcegen.audit.certificate.rows import Book

__all__ = ["Book", "Certified", "certified", "proven"]
