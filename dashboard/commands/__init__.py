"""The commands: one module each, put together in `dashboard.cli`."""
