"""The graph: its model, stores, identities, ties, paths, answers and exports."""
