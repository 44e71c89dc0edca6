"""The what-if page: a theatre played live in a browser, on this machine or behind a token."""

from forcegen.web.serve import serve

__all__ = ["serve"]
