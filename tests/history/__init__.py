"""Instances from history, and what history chose."""
