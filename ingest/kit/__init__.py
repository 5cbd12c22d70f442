"""The toolbox of whoever writes a source."""
