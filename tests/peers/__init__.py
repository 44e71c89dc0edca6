"""Peers: models written with other libraries."""
