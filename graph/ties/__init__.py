"""Ties: what acts say of two people, in numbers."""
