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
from collections.abc import Iterable, Iterator
from email.message import Message
from pathlib import Path

from graph.model import Account, Owner, account_id
from graph.people.handles import clean_address
from ingest.kit.files import Entry
from ingest.kit.mail_addresses import parse_addresses
from ingest.source import UnreadableError
from ingest.sources.email import mbox
from ingest.sources.email.headers import joined, read_headers
from ingest.sources.email.mailboxes import RawMail, is_single, read_file, root_of, use_of_file, walk
from ingest.sources.email.triage import Use, is_list, is_machine, use_of_marks

_FILES = 2000
_WINDOW = 256 << 10
_WINDOWS = 16
_BUDGET = 32 << 20
_ENOUGH = 20


def survey(path: Path) -> tuple[Owner | None, int | None]:
    """Guess whose mailbox an input is, None where the evidence is weak; and tell the bytes of all its files.

    Where some are gzipped nobody knows their real size, and the bytes are None.
    """
    root, size, gzipped = root_of(path), 0, False
    files: Counter[Use] = Counter()
    for entry in _entries(path):
        size += entry.size
        gzipped = gzipped or entry.name.lower().endswith(".gz")
        files[use_of_file(entry, root)] += 1
    addresses = guess_owner(_sample(path, root, files))
    owner = Owner(accounts=tuple(Account(id=account_id("email", each)) for each in addresses)) if addresses else None
    return owner, None if gzipped else size


def guess_owner(mails: Iterable[tuple[Use, bytes]]) -> list[str]:
    """Guess the owner's addresses from mails, each its use and its head, the surest first; none on weak evidence."""
    sent, delivered, writes, receives, present = (Counter[str]() for _ in range(5))
    others = count = 0
    for folder_use, head in mails:
        headers = read_headers(head)
        use = max(folder_use, use_of_marks(headers))
        if use in (Use.JUNK, Use.DRAFTS):
            continue
        senders = _people_in(headers, "from")[:1]
        receivers = {*_people_in(headers, "to"), *_people_in(headers, "cc")}
        if use is Use.SENT:
            sent.update(senders)
        else:
            others += 1
            delivered.update(_delivered_to(headers))
        count += 1
        writes.update(senders)
        receives.update(receivers)
        present.update({*senders, *receivers})
    found = [address for address, times in sent.most_common() if times * 100 >= sent.total()]
    found += [address for address, times in delivered.most_common(1) if times >= 2 and times * 2 >= others]
    if found or count < _ENOUGH:
        return list(dict.fromkeys(found))
    (address, times), (_, rival) = (*present.most_common(2), ("", 0), ("", 0))[:2]
    both_ways = writes[address] >= 2 and receives[address] >= 2
    return [address] if both_ways and times * 10 >= count * 8 and rival * 2 < count else []


def _sample(path: Path, root: str, files: Counter[Use]) -> Iterator[tuple[Use, bytes]]:
    """Yield mails from everywhere in the input: of what was sent, and of all else, some thousand files and 32 MB."""
    seen: Counter[Use] = Counter()
    read: Counter[Use] = Counter()
    for entry in _entries(path):
        use = use_of_file(entry, root)
        seen[use] += 1
        if use in (Use.JUNK, Use.DRAFTS) or seen[use] % (1 + files[use] // _FILES) or read[use] >= _BUDGET:
            continue
        read[use] += min(entry.size, mbox.HEAD if is_single(entry.name) else _WINDOW * _WINDOWS)
        try:
            yield from _sample_file(entry, use)
        except (UnreadableError, OSError):
            continue  # the reading proper meets the same, and tells


def _sample_file(entry: Entry, use: Use) -> Iterator[tuple[Use, bytes]]:
    """Yield the mails that stand whole in windows over an mbox; the first ones where it is small or can't be sought."""
    with entry.open() as stream:
        if is_single(entry.name) or entry.size <= _WINDOW * _WINDOWS or not stream.seekable():
            for found in read_file(entry, use):
                if isinstance(found, RawMail):
                    yield found.use, found.head
                    if found.end > _WINDOW * _WINDOWS:
                        return
            return
        for number in range(_WINDOWS):
            stream.seek((entry.size - _WINDOW) * number // (_WINDOWS - 1))
            for part in mbox.split(io.BytesIO(stream.read(_WINDOW))):
                if part.head.startswith(b"From ") and part.closed:
                    yield use, part.head


def _entries(path: Path) -> Iterator[Entry]:
    return (entry for entry in walk(path) if isinstance(entry, Entry))


def _people_in(headers: "Message[str, str]", name: str) -> list[str]:
    found = (mailbox.address for mailbox in parse_addresses(joined(headers, name)[:4000]))
    return [address for address in found if address and not is_machine(address) and not is_list(address)]


def _delivered_to(headers: "Message[str, str]") -> list[str]:
    for name in ("delivered-to", "x-original-to", "envelope-to"):
        address = clean_address(headers.get(name, ""))
        if address and not is_list(address):
            return [address]
    return []
