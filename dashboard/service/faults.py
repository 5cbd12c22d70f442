"""What may be told of an internal error: its type and where it happened; its own words may hold somebody's data."""

from pathlib import Path
from traceback import extract_tb


def locate(error: BaseException) -> str:
    """Name an error by its type, file and line alone."""
    frames = extract_tb(error.__traceback__)
    at = f" at {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{at}"
