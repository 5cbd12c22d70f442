"""The demo: the Strauss connection, bundled as JSON lines, and how it is told."""
