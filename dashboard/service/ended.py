"""Sessions that were ended before their time: their cookies may be known elsewhere, as cookies know no ports."""

from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import DecodeError
from msgspec.json import decode, encode

from dashboard.service.password import sign
from dashboard.service.private_files import LOCK, exclusive, mark_of, read_own, replace_private, state_file

_FILE = "ended"
_KEPT = timedelta(days=30).total_seconds()  # as long as a session lasts


class EndedSessions:
    """Knows them by a small file that all processes share, in which none stands as it is."""

    def __init__(self, secret: str, clock: Callable[[], datetime]) -> None:
        self._secret, self._clock = secret, clock
        self._read: tuple[object, frozenset[str]] = None, frozenset()

    def __contains__(self, session: object) -> bool:
        mark = mark_of(state_file(_FILE))
        read, ended = self._read
        if read != mark:
            ended = frozenset(_read())
            self._read = mark, ended
        return sign(str(session), self._secret) in ended

    def add(self, session: str) -> None:
        """End a session.

        Raises:
            StoreError: If it can't be noted.
        """
        now, file = self._clock().timestamp(), state_file(_FILE)
        with exclusive(file.with_name(LOCK)):
            ended = {one: at for one, at in _read().items() if now - at <= _KEPT}
            ended[sign(session, self._secret)] = now
            replace_private(file, encode(ended))


def _read() -> dict[str, float]:
    try:
        return decode(read_own(state_file(_FILE)) or "{}", type=dict[str, float])
    except DecodeError:  # it was written by somebody else
        return {}
