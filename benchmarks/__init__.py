"""Measurements: each `bench_*.py` has a `run`, `benchmarks.run` runs them all; data makers stand beside them."""
