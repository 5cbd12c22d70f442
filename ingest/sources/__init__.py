"""The sources: one module each, listed in `ingest.registry`."""
