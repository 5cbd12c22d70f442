"""The password of the page, kept as its hash, and the secret that sessions are signed with.

Each is what a variable of the environment says, or what lies in a file of the user's state folder, mode 0600.
"""

import hmac
import re
import threading
import unicodedata
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

from werkzeug.security import check_password_hash, generate_password_hash

from dashboard.service.private_files import LOCK, exclusive, read_own, replace_private, state_file
from graph.errors import UsageError
from ingest.kit.environment import read_private, read_secret

HASH, SECRET = "INTROGRAPH_PASSWORD_HASH", "INTROGRAPH_SECRET"
SHORTEST = 12
_SHORTEST_SECRET = 32
_HASH = re.compile(r"scrypt:\d+:\d+:\d+\$[^$\s]+\$[0-9a-f]+")
_CHECKING = threading.BoundedSemaphore(2)  # each takes 32 MB


def read_hash() -> str | None:
    """Give the hash of the password; None where none is set.

    Raises:
        UsageError: If it is none, can't be read, or others may read it.
    """
    held, file = read_secret(HASH, again=True), state_file("password")
    named = HASH
    if not held and file.exists():
        held, named = read_private(file, f"the password's hash is in {file}", again=True), str(file)
    if not held:
        return None
    if _HASH.fullmatch(held) is None:
        raise UsageError(f"{named} holds no hash of a password: it begins with scrypt:, and is one line")
    return held


def set_password(password: str) -> Path:
    """Keep the hash of a password; give the file.

    Raises:
        UsageError: If it is too short.
        StoreError: If the file can't be written.
    """
    plain = _normal(password)
    if len(plain) < SHORTEST:
        raise UsageError(
            f"the password has {len(plain)} characters, and {SHORTEST} are the least: behind it lies all you know of "
            "others, and whoever reaches the page can go on trying; a few words that you choose by chance will do"
        )
    file = state_file("password")
    with exclusive(file.with_name(LOCK)):
        replace_private(file, f"{generate_password_hash(plain)}\n".encode())
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
        UsageError: If what is given is too short, or its file can't be read.
        StoreError: If our own file can't be read or made.
    """
    secret = read_secret(SECRET, again=True)
    if secret:
        if len(secret) < _SHORTEST_SECRET:
            raise UsageError(f"{SECRET} has less than {_SHORTEST_SECRET} characters: `openssl rand -hex 32` makes one")
        return secret
    file = state_file("secret")
    with exclusive(file.with_name(LOCK)):
        made = read_own(file).strip()
        if len(made) < _SHORTEST_SECRET:
            made = token_hex(32)
            replace_private(file, f"{made}\n".encode())
        return made


def sign(what: str, secret: str) -> str:
    """Name something so that only who has the secret can tell what it is."""
    return hmac.new(secret.encode(), what.encode(), sha256).hexdigest()[:32]
