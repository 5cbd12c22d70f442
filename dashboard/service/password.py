"""The password of the page, kept as its hash, and the secret that sessions are signed with.

Each is what a variable of the environment says, or what lies in a file of the user's state folder, mode 0600.
"""

import fcntl
import hmac
import os
import re
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import TextIO

from platformdirs import user_state_path
from werkzeug.security import check_password_hash, generate_password_hash

from graph.errors import UsageError
from ingest.kit.environment import read_private, read_secret

HASH, SECRET = "INTROGRAPH_PASSWORD_HASH", "INTROGRAPH_SECRET"
SHORTEST = 12
_SHORTEST_SECRET = 32
_HASH = re.compile(r"scrypt:\d+:\d+:\d+\$[^$\s]+\$[0-9a-f]+")
_CHECKING = threading.BoundedSemaphore(2)  # each takes 32 MB


def state_file(name: str) -> Path:
    """Tell where something of the page's logins lies."""
    return user_state_path("intrograph", appauthor=False) / name


def read_hash() -> str | None:
    """Give the hash of the password; None where none is set.

    Raises:
        UsageError: If it is none, can't be read, or others may read it.
    """
    held, file = read_secret(HASH), state_file("password")
    named = HASH
    if not held and file.exists():
        held, named = read_private(file, f"the password's hash is in {file}"), str(file)
    if not held:
        return None
    if _HASH.fullmatch(held) is None:
        raise UsageError(f"{named} holds no hash of a password: it begins with scrypt:, and is one line")
    return held


def set_password(password: str) -> Path:
    """Keep the hash of a password; give the file.

    Raises:
        UsageError: If it is too short, or the file can't be written.
    """
    plain = _normal(password)
    if len(plain) < SHORTEST:
        raise UsageError(
            f"the password has {len(plain)} characters, and {SHORTEST} are the least: behind it lies all you know of "
            "others, and whoever reaches the page can go on trying; a few words that you choose by chance will do"
        )
    file = state_file("password")
    with hold(file) as stream:
        rewrite(stream, f"{generate_password_hash(plain)}\n")
    return file


def remove_password() -> bool:
    """Remove the hash; tell whether there was one."""
    file = state_file("password")
    there = file.exists()
    file.unlink(missing_ok=True)
    return there


def is_right(password: str, held: str) -> bool:
    """Tell whether a password is the one whose hash is given."""
    with _CHECKING:
        return check_password_hash(held, _normal(password))


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)  # keyboards write an é in two ways


def find_secret() -> str:
    """Give the secret; the first who asks makes it.

    Raises:
        UsageError: If what is given is too short, or its file can't be read or made.
    """
    secret = read_secret(SECRET)
    if secret:
        if len(secret) < _SHORTEST_SECRET:
            raise UsageError(f"{SECRET} has less than {_SHORTEST_SECRET} characters: `openssl rand -hex 32` makes one")
        return secret
    with hold(state_file("secret")) as stream:
        made = stream.read().strip()
        if len(made) < _SHORTEST_SECRET:
            made = token_hex(32)
            rewrite(stream, f"{made}\n")
        return made


def sign(what: str, secret: str) -> str:
    """Name something so that only who has the secret can tell what it is."""
    return hmac.new(secret.encode(), what.encode(), sha256).hexdigest()[:32]


@contextmanager
def hold(file: Path) -> Iterator[TextIO]:
    """Open a file of the user's alone, made where it is missing, and keep other processes from it meanwhile.

    Raises:
        UsageError: If it can't be, or others may read it.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        number = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise UsageError(f"{file} can't be used: {error.strerror}") from error
    with os.fdopen(number, "r+", encoding="ascii", errors="replace") as stream:
        if os.fstat(number).st_mode & 0o077:
            raise UsageError(f"{file} may be read by others on this machine; type: chmod 600 {file}")
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield stream
        stream.flush()  # before the lock goes with the file


def rewrite(stream: TextIO, content: str) -> None:
    """Put a content in the place of what a file holds."""
    stream.seek(0)
    stream.truncate()
    stream.write(content)
