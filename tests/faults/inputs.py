"""Inputs as people really have them, with invented people: one maker for each source."""

import csv
import json
import random
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

START = datetime(2015, 1, 1, 8, tzinfo=UTC)
NAMES = ("Ann Lee", "Bob Béranger", "Cara Quill", "Dov Levi", "Eva Świątek", "Finn O'Hara", "Gül Şahin", "Hal Ng")


def acts(count: int) -> Iterator[tuple[int, int, int, datetime]]:
    """Yield numbers of acts between eight people: the act's, the actor's, the addressee's, and its date."""
    numbers = random.Random(11)  # noqa: S311 # a test's data
    for number in range(count):
        actor, to = numbers.sample(range(len(NAMES)), 2)
        yield number, actor, to, START + timedelta(hours=number)


def address(person: int) -> str:
    return f"{NAMES[person].split()[0].lower()}{person}@example.org".encode("ascii", "ignore").decode()


def make_jsonl(folder: Path, count: int) -> Path:
    path = folder / "acts.jsonl"
    with path.open("w", encoding="utf-8") as out:
        for number, actor, to, at in acts(count):
            people = {"actor": f"email:{address(actor)}", "to": f"email:{address(to)}"}
            out.write(json.dumps({"id": number, "kind": "message", "at": at.isoformat(), **people}) + "\n")
    return path


def make_csv(folder: Path, count: int) -> Path:
    path = folder / "calls.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow(["Date", "From", "To", "Subject"])
        for number, actor, to, at in acts(count):
            table.writerow([at.isoformat(), address(actor), address(to), f"Matter {number}"])
    return path


def make_mbox(folder: Path, count: int) -> Path:
    path = folder / "Archive.mbox"
    with path.open("wb") as out:
        for number, actor, to, at in acts(count):
            mail = (
                f"From - {at:%a %b %d %H:%M:%S %Y}",
                f"From: {NAMES[actor]} <{address(actor)}>",
                f"To: {NAMES[to]} <{address(to)}>",
                f"Date: {format_datetime(at)}",
                f"Message-ID: <{number}@example.org>",
                f"Subject: Matter {number}",
                "",
                "See you soon.",
                "",
            )
            out.write("".join(f"{line}\n" for line in mail).encode())
    return path


def make_x_archive(folder: Path, count: int, owner: tuple[str, str] = ("900", "mia_moss")) -> Path:
    path = folder / "twitter-2026-01-22.zip"
    posts = [{"tweet": _post(number, to, at, owner)} for number, _, to, at in acts(count)]
    account = [{"account": {"accountId": owner[0], "username": owner[1], "accountDisplayName": "Mia Moss"}}]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("data/account.js", f"window.YTD.account.part0 = {json.dumps(account)}")
        out.writestr("data/tweets.js", f"window.YTD.tweets.part0 = {json.dumps(posts, indent=2)}")
    return path


def _post(number: int, to: int, at: datetime, owner: tuple[str, str]) -> dict[str, object]:
    handle = f"person_{to}"
    return {
        "id_str": str(5_000 + number),
        "created_at": f"{at:%a %b %d %H:%M:%S +0000 %Y}",
        "full_text": f"@{handle} I see it otherwise",
        "in_reply_to_status_id_str": str(100 + number),
        "in_reply_to_user_id_str": str(200 + to),
        "in_reply_to_screen_name": handle,
        "user_id_str": owner[0],
        "entities": {
            "user_mentions": [
                {"screen_name": handle, "id_str": str(200 + to), "name": NAMES[to], "indices": ["0", "9"]}
            ],
            "urls": [],
        },
    }


def make_linkedin(folder: Path, count: int, owner: str = "Mia Moss") -> Path:
    path = folder / "Basic_LinkedInDataExport_10-21-2023.zip"
    lines = ["FROM,SENDER PROFILE URL,TO,RECIPIENT PROFILE URLS,DATE,CONVERSATION ID,SUBJECT,CONTENT,FOLDER"]
    mine = f"{owner},https://www.linkedin.com/in/{owner.lower().replace(' ', '-')}"
    for number, _, to, at in acts(count):
        theirs = f"{NAMES[to]},https://www.linkedin.com/in/person-{to}"
        both = f"{mine},{theirs}" if number % 2 else f"{theirs},{mine}"
        lines.append(f"{both},{at:%Y-%m-%d %H:%M:%S} UTC,c{number},,Hello,INBOX")
    connections = ["First Name,Last Name,URL,Email Address,Company,Position,Connected On"]
    connections += [
        f"{name.split()[0]},{name.split()[1]},https://www.linkedin.com/in/person-{number},,Harbour Press,Editor,"
        f"{number + 1:02} Mar 2019"
        for number, name in enumerate(NAMES)
    ]
    first, last = owner.split()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("Profile.csv", f"First Name,Last Name,Headline\n{first},{last},Builder\n")
        out.writestr("Connections.csv", "\n".join(connections) + "\n")
        out.writestr("messages.csv", "\n".join(lines) + "\n")
    return path


MAKERS: dict[str, Callable[[Path, int], Path]] = {
    "jsonl": make_jsonl,
    "csv": make_csv,
    "email": make_mbox,
    "x-archive": make_x_archive,
    "linkedin": make_linkedin,
}
