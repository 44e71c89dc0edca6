"""Breaks the formulation and the audit on purpose, one place at a time, and sees whether the tests notice."""
