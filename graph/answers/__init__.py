"""The answer to a question: who, by which ways, why, and what to do where there is none."""
