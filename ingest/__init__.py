"""Ingest jobs: sources that yield records, and the pull that writes them."""
