"""Mailboxes to measure with: seeded, invented people, headers as real servers write them, heavy-tailed sizes."""

import math
import random
import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

_SPACE = re.compile(r"\s")
_FIRST = _SPACE.split("Ann Bea Carl Dora Emil Finn Gita Hugo Ines Jana Karl Lena Marc Nina Olaf Pia Rosa Sven Tara Uwe")
_LAST = _SPACE.split(
    "Lee Abt Brun Cole Diaz Egli Funk Gold Hahn Ivic Jung Kern Lind Mohr Nagy Orth Pohl Rech Saur Thal"
)
_WORDS = _SPACE.split(
    "the plan for next week is ready please have a look and tell me what you think of it thanks a lot"
)
_OWNER = ("Olga Owner", "olga@owner.example")
_START = datetime(2012, 1, 1, tzinfo=UTC)
_LARGEST = 25 << 20
_PAGE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How large the mails of a box are: log-normal, with headers of about 2 kB in each.

    Attributes:
        size: Bytes of the whole box.
        median: Bytes of the median mail.
        mean: Bytes of the mean mail; the median's for mails that are all alike.
        people: How many write and are written to.
    """

    size: int
    median: int
    mean: int
    people: int = 2_000

    @property
    def sigma(self) -> float:
        """The log-normal's shape: mean = median · exp(sigma² / 2)."""
        return math.sqrt(2 * math.log(self.mean / self.median))


def write_mbox(path: Path, shape: Shape, seed: int = 1) -> int:
    """Write an mbox, and tell how many mails are in it."""
    count = 0
    with path.open("wb") as file:
        for mail in make_mails(shape, seed):
            file.write(mail)
            count += 1
            if file.tell() >= shape.size:
                break
    return count


def make_mails(shape: Shape, seed: int) -> Iterator[bytes]:
    """Make mails without end."""
    luck = random.Random(seed)
    people = _make_people(shape.people, luck)
    ballast = b64encode(luck.randbytes(_PAGE)).decode()
    page = "\n".join(ballast[at : at + 76] for at in range(0, len(ballast), 76)).encode()
    number = 0
    while True:
        number += 1
        head = _make_head(number, people, luck)
        size = min(int(shape.median * math.exp(luck.gauss(0, shape.sigma))), _LARGEST)
        yield head + _make_body(max(size - len(head), 200), page, luck) + b"\n\n"


def _make_people(count: int, luck: random.Random) -> list[tuple[str, str]]:
    made = []
    for number in range(count):
        first, last = luck.choice(_FIRST), luck.choice(_LAST)
        made.append((f"{first} {last}", f"{first}.{last}{number}@firm{number % 97}.example".lower()))
    return made


def _make_head(number: int, people: list[tuple[str, str]], luck: random.Random) -> bytes:
    # Who is written to most is drawn far more often than the others.
    partner = people[int(len(people) * luck.random() ** 3)]
    sent = luck.random() < 0.35
    sender, receiver = (_OWNER, partner) if sent else (partner, _OWNER)
    at = format_datetime(_START + timedelta(minutes=97 * number))
    copied = luck.sample(people, luck.choice((0, 0, 0, 1, 2, 4)))
    lines = [f"From {number}@xxx {_START + timedelta(minutes=97 * number):%a %b %d %H:%M:%S +0000 %Y}"]
    lines.append(f"X-GM-THRID: {10**18 + number // 4}")
    lines.append(f"X-Gmail-Labels: {'Sent,Opened' if sent else 'Inbox,Opened,Category Personal'}")
    if not sent:
        lines += _make_transport(number, sender[1], at, luck)
    lines += [
        "MIME-Version: 1.0",
        f"Date: {at}",
        f"Message-ID: <CA{number:x}.{luck.getrandbits(64):x}@mail.example>",
        f"Subject: {' '.join(luck.choices(_WORDS, k=5)).capitalize()} {number // 4}",
        f'From: "{sender[0]}" <{sender[1]}>' if luck.random() < 0.5 else f"From: {sender[0]} <{sender[1]}>",
        f"To: {receiver[0]} <{receiver[1]}>",
    ]
    if copied:
        lines.append("Cc: " + ",\n\t".join(f"{name} <{address}>" for name, address in copied))
    if luck.random() < 0.5:
        lines.append(f"In-Reply-To: <CA{number - 1:x}.{luck.getrandbits(64):x}@mail.example>")
        lines.append(f"References: <CA{number // 4:x}.root@mail.example>\n\t<CA{number - 1:x}.x@mail.example>")
    if luck.random() < 0.25 and not sent:
        lines.append(f"List-Unsubscribe: <https://news.example/{number}>")
    lines.append('Content-Type: multipart/mixed; boundary="000000000000"')
    return ("\n".join(lines) + "\n\n").encode()


def _make_transport(number: int, sender: str, at: str, luck: random.Random) -> list[str]:
    signature = b64encode(luck.randbytes(250)).decode()
    folded = "\n".join(f"         {signature[i : i + 70]}" for i in range(0, len(signature), 70))
    return [
        f"Delivered-To: {_OWNER[1]}",
        f"Received: by 2002:a05:6402:35c9:0:0:0:0 with SMTP id z9csp{number}edc;\n        {at}",
        f"X-Google-Smtp-Source: {luck.getrandbits(200):x}",
        "ARC-Seal: i=1; a=rsa-sha256; t=1650000000; cv=none;\n"
        f"        d=mail.example; s=arc-20160816;\n        b=\n{folded}",
        f"Return-Path: <{sender}>",
        f"Received: from out.{sender.partition('@')[2]} ([192.0.2.7])\n"
        f"        by mx.mail.example with ESMTPS;\n        {at}",
        f"Authentication-Results: mx.mail.example;\n       dkim=pass header.i=@firm.example;\n       spf=pass\n"
        f"       smtp.mailfrom={sender}",
        f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\n        d=firm.example; s=20210112;\n"
        f"        h=mime-version:date:message-id:subject:from:to;\n        b=\n{folded}",
        f"X-Received: by 2002:a17:907:1b0c:b0:6da:8206:fc56 with SMTP id\n mp12-{number};\n        {at}",
    ]


def _make_body(size: int, page: bytes, luck: random.Random) -> bytes:
    text = " ".join(luck.choices(_WORDS, k=40)).encode()
    body = b"--000000000000\nContent-Type: text/plain; charset=utf-8\n\n" + text + b"\n\n"
    left = size - len(body)
    if left > 300:
        body += b"--000000000000\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n"
        body += page * (left // len(page)) + page[: left % len(page)]
    return body + b"\n--000000000000--\n"
