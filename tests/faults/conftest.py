"""The command line of tests/dashboard, with its store, its home and its small office."""

from tests.dashboard.conftest import cli, home, office

__all__ = ["cli", "home", "office"]
