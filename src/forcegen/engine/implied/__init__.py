"""Plans and bounds over tours that are only implied: each contingent's prices by period, each unit's longest path.

As in the package above, only workers import what uses numba.
"""
