"""Reading an input into a store: by which rules, for whom, how far it is, and what came of it."""
