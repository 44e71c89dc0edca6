"""Bounds recomputed from an instance and prices alone."""

from forcegen.audit.certificate.book import Book
from forcegen.audit.certificate.bound import LIMIT, Certified, certified, proven

__all__ = ["LIMIT", "Book", "Certified", "certified", "proven"]
