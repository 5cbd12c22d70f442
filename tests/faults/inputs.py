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


def make_wordpress(folder: Path, count: int) -> Path:
    path = folder / "site.xml"
    with path.open("w", encoding="utf-8") as out:
        out.write('<?xml version="1.0"?><rss xmlns:wp="http://wordpress.org/export/1.2/"')
        out.write(' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><link>https://blog.example</link>')
        out.write("<wp:wxr_version>1.2</wp:wxr_version>")
        for number, actor, to, at in acts(count):
            out.write(
                f"<item><title>Column {number}</title><link>https://blog.example/{number}</link>"
                f"<dc:creator>writer{to}</dc:creator><wp:post_id>{number}</wp:post_id><wp:post_type>post</wp:post_type>"
                f"<wp:comment><wp:comment_id>{number}</wp:comment_id><wp:comment_author>{NAMES[actor]}"
                f"</wp:comment_author><wp:comment_author_email>{address(actor)}</wp:comment_author_email>"
                f"<wp:comment_date_gmt>{at:%Y-%m-%d %H:%M:%S}</wp:comment_date_gmt><wp:comment_approved>1"
                "</wp:comment_approved></wp:comment></item>\n"
            )
        out.write("</channel></rss>")
    return path


def make_mastodon(folder: Path, count: int) -> Path:
    path = folder / "archive.zip"
    posts = [
        {
            "id": f"https://village.example/{number}",
            "type": "Announce",
            "published": at.isoformat(),
            "object": f"https://harbour.example/@person{to}/{number}",
        }
        for number, _, to, at in acts(count)
    ]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("actor.json", '{"id": "https://village.example/users/mara", "preferredUsername": "mara"}')
        out.writestr("outbox.json", json.dumps({"orderedItems": posts}))
    return path


MAKERS: dict[str, Callable[[Path, int], Path]] = {
    "jsonl": make_jsonl,
    "csv": make_csv,
    "email": make_mbox,
    "x-archive": make_x_archive,
    "linkedin": make_linkedin,
    "wordpress": make_wordpress,
    "mastodon": make_mastodon,
}
