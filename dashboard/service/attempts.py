"""Tries to log in: after some wrong ones the next has to wait, whichever process is asked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from msgspec import DecodeError, Struct, field
from msgspec.json import decode, encode

from dashboard.service.password import sign
from dashboard.service.private_files import LOCK, exclusive, read_own, replace_private, state_file

_FILE = "logins"
_FREE = 5
_FIRST_WAIT, _LONGEST_WAIT = 2.0, 900.0  # seconds
_MANY, _EACH_OF_MANY = 100, 10.0  # wrong ones in an hour, and how far apart tries are then, in seconds
_HOUR, _DAY = timedelta(hours=1).total_seconds(), timedelta(days=1).total_seconds()
_ADDRESSES = 1_000
_KNOWN, _KNOWN_FOR = 100, timedelta(days=30).total_seconds()


class _Tries(Struct):
    """What the file holds.

    Attributes:
        by_address: How many of an address were wrong, and when the last one was.
        newest: When the newest ones of all were.
        known: When an address gave the right password last.
    """

    by_address: dict[str, tuple[int, float]] = field(default_factory=dict)
    newest: list[float] = field(default_factory=list)
    known: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """Counts tries in a small file beside the secret, in which no address stands as it is.

    After 5 wrong ones of an address each further one waits, 2 seconds and then twice as long each time, up to 15
    minutes; after 100 in an hour from anywhere, tries are 10 seconds apart, but for addresses that lately gave the
    right password: else whoever goes on trying keeps the owner out. What waits is refused unread.
    """

    secret: str
    clock: Callable[[], datetime]

    def begin(self, address: str) -> float:
        """Give how many seconds a try of an address has to wait; 0 where it may be made, and counts as a wrong one."""
        now, key = self.clock().timestamp(), self._key(address)
        file = state_file(_FILE)
        with exclusive(file.with_name(LOCK)):
            tries = _recent(_read(read_own(file)), now)
            many, last = tries.by_address.get(key, (0, now))
            wait = _wait(many, now - last)
            if key not in tries.known:
                wait = max(wait, _wait_of_all(tries.newest, now))
            if not wait:
                tries.by_address[key] = (many + 1, now)
                tries.newest.append(now)
                replace_private(file, encode(tries))
        return wait

    def forgive(self, address: str) -> None:
        """Take back what an address did wrong: it gave the right password."""
        now, key, file = self.clock().timestamp(), self._key(address), state_file(_FILE)
        with exclusive(file.with_name(LOCK)):
            tries = _read(read_own(file))
            _, at = tries.by_address.pop(key, (0, now))
            if at in tries.newest:
                tries.newest.remove(at)
            tries.known[key] = now
            replace_private(file, encode(_recent(tries, now)))

    def _key(self, address: str) -> str:
        return sign(_network(address), self.secret)


def expect_count() -> None:
    """See that tries can be counted.

    Raises:
        StoreError: If they can't be.
    """
    file = state_file(_FILE)
    with exclusive(file.with_name(LOCK)):
        replace_private(file, read_own(file).encode("ascii", "replace"))


def _read(held: str) -> _Tries:
    try:
        return decode(held, type=_Tries)
    except DecodeError:  # nothing was tried yet, or the power failed
        return _Tries()


def _recent(tries: _Tries, now: float) -> _Tries:
    """Leave out what is long past; what lies ahead is of a clock that was wrong."""
    tried = sorted(tries.by_address.items(), key=lambda one: one[1][1])[-_ADDRESSES + 1 :]
    known = sorted(tries.known.items(), key=lambda one: one[1])[-_KNOWN:]
    return _Tries(
        by_address={key: one for key, one in tried if 0 <= now - one[1] <= _DAY},
        newest=[at for at in tries.newest[-_MANY:] if 0 <= now - at <= _HOUR],
        known={key: at for key, at in known if 0 <= now - at <= _KNOWN_FOR},
    )


def _wait(many: int, past: float) -> float:
    """Give how long an address has to wait still."""
    if many < _FREE:
        return 0.0
    return max(min(_FIRST_WAIT * 2.0 ** min(many - _FREE, 20), _LONGEST_WAIT) - past, 0.0)


def _wait_of_all(newest: list[float], now: float) -> float:
    return max(newest[-1] + _EACH_OF_MANY - now, 0.0) if len(newest) >= _MANY else 0.0


def _network(address: str) -> str:
    """Give what counts as one address: of IPv6 a network of 64 bits, as everybody has one."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or ip_network((found, 64), strict=False))
    return str(found)
