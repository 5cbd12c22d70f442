"""The stores: one package each, all behind `graph.store.Store`."""
