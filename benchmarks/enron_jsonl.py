"""Turn the Enron mail set into the lines of `ingest jsonl`: `python -m benchmarks.enron_jsonl [FOLDER] -o enron.jsonl`.

The data: 184 people and 125,409 rows of sender, receiver, time and kind of receiver, from the R package igraphdata,
licensed CC BY-SA 4.0; what this writes is an adaptation of it under the same licence. Choices made:

- The times bear no zone; they are read as UTC.
- The rows of one message share sender and time. They become one `message` with those in To, and one `copied` with the
  others. Who stands in several roles counts once, in the most direct one: to, then cc, then bcc. (In this set every cc
  row has a bcc twin, and topics repeat rows.)
- Mail to oneself is no tie and is left out; rows dated 1979 are kept as they stand.
- The set gives only the part of an address before the @; `enron.example` stands after it, so that no address is real.
- The mails were published in full by the authority that looked into the company; they are not marked private.
"""

import argparse
import csv
import gzip
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TextIO

from graph.model import Account, Addressee, Interaction, Kind, Record, Role, account_id, interaction_id
from ingest.kit.json_writer import dumps

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "enron"
"""Where the data lie beside a checkout."""

_DIRECT = {Role.TO: 0, Role.CC: 1, Role.BCC: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One message: its sender, its time, and each receiver's most direct role, oneself left out."""

    sender: str
    at: datetime
    roles: Mapping[str, Role]


def read_accounts(folder: Path) -> dict[str, Account]:
    """Read the people by the set's own number, in its order."""
    return {row["id"]: _account(row) for row in _rows(folder / "vertices.csv.gz")}


def read_mails(folder: Path) -> list[Mail]:
    """Read the messages, by time and sender; those to oneself alone are left out."""
    mails: dict[tuple[datetime, str], dict[str, Role]] = {}
    for row in _rows(folder / "edges.csv.gz"):
        if row["from"] == row["to"]:
            continue
        at = datetime.fromisoformat(row["Time"]).replace(tzinfo=UTC)
        roles = mails.setdefault((at, row["from"]), {})
        role = Role(row["Reciptype"])
        roles[row["to"]] = min(roles.get(row["to"], role), role, key=_DIRECT.__getitem__)
    return [Mail(sender=sender, at=at, roles=roles) for (at, sender), roles in sorted(mails.items())]


def to_interactions(mails: Iterable[Mail], accounts: Mapping[str, Account]) -> Iterator[Interaction]:
    """Make at most two interactions of each mail: a message and a copy."""
    for mail in mails:
        sender = accounts[mail.sender]
        native = f"enron-{mail.at:%Y%m%dT%H%M%S}-{mail.sender}"
        for kind in (Kind.MESSAGE, Kind.COPIED):
            to = tuple(
                Addressee(account=Account(id=accounts[number].id), role=role)
                for number, role in sorted(mail.roles.items(), key=lambda one: int(one[0]))
                if (role is Role.TO) == (kind is Kind.MESSAGE)
            )
            if to:
                yield Interaction(
                    kind=kind,
                    at=mail.at,
                    actor=Account(id=sender.id),
                    to=to,
                    id=interaction_id("email", native, kind),
                    source="enron",
                )


def write_jsonl(folder: Path, out: TextIO) -> int:
    """Write the accounts, then the interactions; tells how many lines."""
    accounts = read_accounts(folder)
    records: Iterator[Record] = chain(accounts.values(), to_interactions(read_mails(folder), accounts))
    lines = 0
    for record in records:
        out.write(dumps(record) + "\n")
        lines += 1
    return lines


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _account(row: Mapping[str, str]) -> Account:
    return Account(
        id=account_id("email", f"{row['Email']}@enron.example"),
        name=None if row["Name"] == "NA" else row["Name"],
        title=None if row["Note"] == "NA" else row["Note"],
        org="Enron",
    )


def main(arguments: list[str] | None = None) -> None:
    """Write the lines to a file, or to standard output."""
    parser = argparse.ArgumentParser(description="Turn the Enron mail set into the lines of `intrograph ingest jsonl`.")
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER, help="holds vertices.csv.gz and edges.csv.gz")
    parser.add_argument("-o", "--output", type=Path, help="the file to write; standard output where left out")
    given = parser.parse_args(arguments)
    if not (given.folder / "edges.csv.gz").exists():
        parser.error(f"{given.folder} holds no edges.csv.gz; give the folder of the Enron set")
    if given.output is None:
        write_jsonl(given.folder, sys.stdout)
        return
    with given.output.open("w", encoding="utf-8") as out:
        print(f"{write_jsonl(given.folder, out)} lines in {given.output}")


if __name__ == "__main__":
    main()
