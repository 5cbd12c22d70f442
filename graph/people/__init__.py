"""People: their accounts, their names, and who is meant by a text."""
