"""Secrets that are given in the environment, or in a file that it names."""

import os
from pathlib import Path
from stat import S_ISFIFO, S_ISREG

from graph.errors import UsageError

_LONGEST = 10_000


def read_secret(name: str, *, again: bool = False) -> str:
    """Find a secret in a variable, or in the file that the variable of that name with `_FILE` names; '' without both.

    Args:
        name: The variable.
        again: Whether it is read again and again, so that the file may be no pipe.

    Raises:
        UsageError: If the file can't be read, or others may read it; the secret itself is never told.
    """
    given, place = os.environ.get(name, "").strip(), os.environ.get(f"{name}_FILE", "")
    if given or not place:
        return given
    path = Path(place).expanduser()
    return read_private(path, f"{name}_FILE names {path}", again=again)


def read_private(path: Path, named: str, *, again: bool = False) -> str:
    """Read a secret from a file; what is around it is left out.

    Args:
        path: The file.
        named: The file, as the beginning of a sentence.
        again: As for `read_secret`.

    Raises:
        UsageError: As `read_secret`.
    """
    try:
        mode = path.stat().st_mode
        if again and S_ISFIFO(mode):  # it would wait for whoever writes
            raise UsageError(f"{named}, which is a pipe and can be read once; name a file")
        with path.open(encoding="ascii") as stream:
            secret = stream.read(_LONGEST).strip()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it holds more than a token"
        raise UsageError(f"{named}, which can't be read: {why}") from None
    if not (S_ISREG(mode) or S_ISFIFO(mode)):
        raise UsageError(f"{named}, which is no file")
    if mode & 0o077:
        raise UsageError(f"{path} may be read by others on this machine; type: chmod 600 {path}")
    return secret
