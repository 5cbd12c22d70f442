"""Whose mailbox it is, guessed from a sample of its mails before the first one is brought in.

Formula, over at most some thousand mails from everywhere in the input, junk and drafts left out:
1. Every address that at least one in a hundred of the sent mails (folder or Gmail label) is from is the owner's.
2. The address that at least half of the other mails, and two at least, were delivered to (the uppermost Delivered-To,
   X-Original-To or Envelope-To) is the owner's.
3. Where neither tells: an address that both writes and receives, in at least 8 of 10 of 20 or more mails, no other one
   being in half of them.
Anything weaker is no evidence, and nobody is taken for the owner: a wrong guess would join two people into one.
"""

import io
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from graph.model import Account, Owner, Problem, account_id
from ingest.files import Entry
from ingest.mail import mbox
from ingest.mail.addresses import clean_address, parse_addresses
from ingest.mail.boxes import RawMail, is_single, read_entry, root_of
from ingest.mail.bulk import is_list, is_machine
from ingest.mail.folders import Use, strongest, use_of_marks, use_of_path
from ingest.mail.headers import Headers
from ingest.mail.walk import walk
from ingest.source import UnreadableError

_FILES = 2000
_WINDOW = 256 << 10
_WINDOWS = 16
_BUDGET = 64 << 20
_DELIVERED = (b"delivered-to", b"x-original-to", b"envelope-to")
_ENOUGH = 20


class Survey:
    """What an input holds, in numbers, and a sample of its files. Use it in a `with`: it keeps zips open.

    Attributes:
        total: Bytes of all its files; None where some are gzipped, whose real size nobody knows.
    """

    def __init__(self, path: Path) -> None:
        self.total: int | None = 0
        self._root = root_of(path)
        self._sent = _Thinned()
        self._others = _Thinned()
        self._opened = ExitStack()
        for entry in walk(path, self._opened):
            if isinstance(entry, Problem):
                continue
            if self.total is not None:
                self.total = None if entry.name.lower().endswith(".gz") else self.total + entry.size
            (self._sent if self._use_of(entry) is Use.SENT else self._others).add(entry)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def sample(self) -> Iterator[RawMail]:
        """Yield mails from everywhere in the input, the sent ones first."""
        budget = _BUDGET
        for entry in (*self._sent.kept, *self._others.kept):
            if budget <= 0:
                return
            most = mbox.HEAD if is_single(entry.name) else _WINDOW * _WINDOWS
            budget -= min(entry.size, most)
            yield from self._windows(entry) if entry.size > most else self._mails(entry)

    def _use_of(self, entry: Entry) -> Use:
        name = entry.name.rpartition("/")[0] if is_single(entry.name) else entry.name
        return use_of_path(f"{self._root}/{name}")

    def _mails(self, entry: Entry) -> Iterator[RawMail]:
        try:
            for found in read_entry(entry, self._root):
                if isinstance(found, RawMail):
                    yield found
                    if found.end > _WINDOW * _WINDOWS:
                        return
        except (UnreadableError, OSError):
            return  # the reading proper meets the same, and tells

    def _windows(self, entry: Entry) -> Iterator[RawMail]:
        """Yield the mails that stand whole in windows over an mbox; the first ones where it can't be sought."""
        try:
            with entry.open() as stream:
                if is_single(entry.name) or not stream.seekable():
                    yield from self._mails(entry)
                    return
                for number in range(_WINDOWS):
                    start = (entry.size - _WINDOW) * number // (_WINDOWS - 1)
                    stream.seek(start)
                    yield from self._whole_mails(entry, start, stream.read(_WINDOW))
        except (UnreadableError, OSError):
            return  # likewise

    def _whole_mails(self, entry: Entry, start: int, data: bytes) -> Iterator[RawMail]:
        use = self._use_of(entry)
        for offset, end, head, closed in mbox.split(io.BytesIO(data), start):
            if head.startswith(b"From ") and closed:
                yield RawMail(entry=entry, where=f"byte {offset}", head=head, use=use, end=end, done=end, closed=True)


class Evidence:
    """What a sample of mails says of the owner."""

    def __init__(self) -> None:
        self._sent: Counter[str] = Counter()
        self._delivered: Counter[str] = Counter()
        self._writes: Counter[str] = Counter()
        self._receives: Counter[str] = Counter()
        self._present: Counter[str] = Counter()
        self._mails = self._received = 0

    def add(self, mail: RawMail) -> None:
        """Count one mail."""
        headers = Headers(mail.head)
        use = strongest({mail.use, use_of_marks(headers)})
        if use in (Use.JUNK, Use.DRAFTS):
            return
        senders = _addresses(headers, b"from")[:1]
        if use is Use.SENT:
            self._sent.update(senders)
        else:
            self._received += 1
            self._delivered.update(_delivered_to(headers))
        receivers = {*_addresses(headers, b"to"), *_addresses(headers, b"cc")}
        self._mails += 1
        self._writes.update(senders)
        self._receives.update(receivers)
        self._present.update({*senders, *receivers})

    def addresses(self) -> list[str]:
        """Give the owner's addresses, the surest first; none where the evidence is weak."""
        sent = self._sent.total()
        found = [address for address, count in self._sent.most_common() if count * 100 >= sent]
        for address, count in self._delivered.most_common(1):
            if count >= 2 and count * 2 >= self._received:
                found.append(address)
        return list(dict.fromkeys(found)) or self._ever_present()

    def _ever_present(self) -> list[str]:
        top = self._present.most_common(2)
        if self._mails < _ENOUGH or not top:
            return []
        address, count = top[0]
        rival = top[1][1] if len(top) > 1 else 0
        both_ways = self._writes[address] >= 2 and self._receives[address] >= 2
        return [address] if both_ways and count * 10 >= self._mails * 8 and rival * 2 < self._mails else []


def guess_owner(survey: Survey) -> Owner | None:
    """Guess whose mailbox an input is; None where the evidence is weak."""
    evidence = Evidence()
    for mail in survey.sample():
        evidence.add(mail)
    addresses = evidence.addresses()
    if not addresses:
        return None
    return Owner(accounts=tuple(Account(id=account_id("email", address)) for address in addresses))


class _Thinned:
    """At most some thousand of any number of files, evenly from all of them."""

    def __init__(self) -> None:
        self.kept: list[Entry] = []
        self._stride = 1
        self._seen = 0

    def add(self, entry: Entry) -> None:
        if self._seen % self._stride == 0:
            self.kept.append(entry)
            if len(self.kept) > _FILES:
                self.kept = self.kept[::2]
                self._stride *= 2
        self._seen += 1


def _addresses(headers: Headers, name: bytes) -> list[str]:
    text = headers.joined(name)[:4000]
    found = (mailbox.address for mailbox in parse_addresses(text))
    return [address for address in found if address and not is_machine(address) and not is_list(address)]


def _delivered_to(headers: Headers) -> list[str]:
    for name in _DELIVERED:
        address = clean_address(headers.first(name))
        if address and not is_list(address):
            return [address]
    return []
