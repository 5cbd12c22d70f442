"""The store in a Neo4j database: a backend of `graph.store.store.Store`, and the only package that knows the driver."""
