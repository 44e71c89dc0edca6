"""Plans by dynamic programming on tours: each unit's timetable is a longest path.

Imports numba, which takes a while: only workers import what lies below this package's surface.
"""
