"""Comparing solvers: theatres drawn for it."""
