"""What pages and commands ask for: one module a concern, over any store, without printing."""
