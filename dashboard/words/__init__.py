"""How things read on a terminal and in a pipe: lines of text with meanings, no printing."""
