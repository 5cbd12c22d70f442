"""Paths over arrays of ties: the best ones, exactly."""
