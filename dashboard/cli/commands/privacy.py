"""`intrograph exclude`, `protect`, `about`, `forget`, `keep`, `erase`: what is kept, and of whom."""

from collections import deque
from collections.abc import Iterator
from pathlib import Path

import click

from dashboard.cli.options import make_command, yes_option
from dashboard.cli.session import DeclinedError, Reply, Session, undoable
from dashboard.service import privacy as service
from dashboard.service.exporting import save
from dashboard.service.runs import forget_runs, without_runs
from dashboard.words.json import named
from dashboard.words.lines import Line, command, count, day, dim, heading, moment, name, shorten, warning
from dashboard.words.privacy import (
    FORGOTTEN,
    NOT_REACHED,
    exclusion_lines,
    held_lines,
    held_to_dict,
    namesake_lines,
    receipt_lines,
)
from dashboard.words.program import Program
from graph.errors import Remedy, UsageError, operands
from graph.store.documents import Receipt
from ingest.pull.rules import KEEP, cutoff


@make_command("exclude")
@click.argument("what", required=False, metavar="[ADDRESS|DOMAIN|ACCOUNT|FOLDER]")
@click.option("--remove", is_flag=True, help="Bring it in again from now on.")
@click.option("--list", "listed", is_flag=True, help="Show what is excluded.")
@yes_option
def exclude(session: Session, what: str | None, *, remove: bool, listed: bool, yes: bool) -> Reply:
    """Never bring in an address, a domain with its subdomains, an account, or a folder.

    An account is an id, an @handle or a profile's URL. Any other value with a slash is a folder's path; a single word
    is the name of a folder anywhere in an input. What is held already of an address, domain or account is removed too,
    if you say so. Without a value it shows what is excluded.
    """
    if what is None or listed:
        values = service.rules_of(session.store, service.EXCLUDE)
        return Reply(text=values or ["Nothing is excluded."], data={"excluded": values})
    if remove:
        service.stop_excluding(session.store, what)
        return Reply(
            text=[f"{what} is no longer excluded; bring its export in again to read what was left out."],
            data={"excluded": service.rules_of(session.store, service.EXCLUDE), "removed": {}},
        )
    made = service.exclude(session.store, what)
    if made.own:
        undo = command(session.program.line("exclude", "--remove", *operands(made.value)))
        told = f"you are {', '.join(made.own)}, and nothing of what you do there is written from now on; undo: "
        session.terminal.note([warning("Warning: "), told, undo])
    receipt = _remove_held(session, made, yes=yes)
    return Reply(
        text=_excluded(made, receipt, session.program),
        data={
            "excluded": service.rules_of(session.store, service.EXCLUDE),
            "covered": len(made.covered),
            "removed": receipt or {},
        },
    )


_MANY = ("fall", "stay", "them", "their")


def _remove_held(session: Session, made: service.Coverage, *, yes: bool) -> Receipt | None:
    if not made.covered:
        return None
    held = count(len(made.covered), "account")
    fall, stay, them, their = ("falls", "stays", "it", "its") if len(made.covered) == 1 else _MANY
    if not yes and not session.terminal.asks:
        session.terminal.note(f"{held} held already {fall} under it and {stay}; add --yes to remove {them}")
        return None
    try:
        session.allow(
            f"{held} held already {fall} under {made.value}. Remove {them} and {their} acts for good?", yes=yes
        )
    except DeclinedError:
        return None
    receipt = session.store.remove_matching(made.covered)
    forget_runs(session.store)
    return receipt


def _excluded(made: service.Coverage, receipt: Receipt | None, program: Program) -> Iterator[Line]:
    yield from exclusion_lines(made.value, made.exclusion)
    if receipt is not None:
        yield "Removed of what was held:"
        yield from receipt_lines(receipt)
    elif made.covered:
        yield f"{count(len(made.covered), 'account')} held already {'stays' if len(made.covered) == 1 else 'stay'}."
    undo = command(program.line("exclude", "--remove", *operands(made.value)))
    if receipt is None:
        yield ["Undo: ", undo]
        return
    yield ["Undo, of the rule alone: ", undo]
    yield "That does not bring back what was removed. After it, bring the same files in again; what is in them comes."
    yield "What you told by hand of them (know, log, introduce, lists, joins) does not: tell it again."


@make_command("protect")
@click.argument("who", required=False, metavar="[P]")
@click.option("--remove", is_flag=True, help="Let them be suggested again.")
@click.option("--list", "listed", is_flag=True, help="Show who is protected.")
def protect(session: Session, who: str | None, *, remove: bool, listed: bool) -> Reply:
    """Never suggest P as a step of a way; you can still ask for P. Without P it shows who is protected."""
    if who is None or listed:
        people = service.protected(session.store)
        lines: list[Line] = [[name(shorten(one.name, 80)), dim(f"  {one.id}")] for one in people]
        return Reply(text=lines or ["Nobody is protected."], data={"protected": people})
    person = service.protect(session.store, session.whom(who), on=not remove)
    mine = not set(person.accounts).isdisjoint(session.store.profiles().get(session.profile, []))
    who, are, whom = ("You", "are", "you") if mine else (shorten(person.name, 80), "is", "them")
    state = "may be suggested again" if remove else f"{are} protected: no way leads over {whom}"
    undo = session.program.line("protect", person.id, *([] if remove else ["--remove"]))
    return undoable([[name(who), f" {state}."]], {"protected": service.protected(session.store)}, undo)


@make_command("about")
@click.argument("who", metavar="P")
@click.option(
    "--export", "file", type=click.Path(path_type=Path), metavar="FILE", help="Write it all there; - is stdout."
)
def about(session: Session, who: str, file: Path | None) -> Reply:
    """Show in numbers all that is held on P, or with --export write every record, one JSON object a line.

    The file is what `ingest jsonl` reads. Names and addresses of other people stand in it too: read it before you
    hand it on. Accounts with the same name that are not joined to P are not in it, and are named.
    """
    held, records = service.about(session.store, session.whom(who))
    if file is not None and str(file) == "-":
        for line in namesake_lines(held.namesakes, held.person.id, session.program):
            session.terminal.note(line)
        return Reply(raw=service.lines_of(records))
    if file is not None:
        save(service.lines_of(records), file, session.store.location)
        written = f"{count(sum(held.by_type.values()), 'record')} written to {file}, which only you may read."
        told = [*held_lines(held, session.program), written]
        return Reply(text=told, data=held_to_dict(held) | {"file": str(file)})
    deque(records, maxlen=0)
    whole = session.program.line("about", held.person.id, "--export", "FILE")
    hint: Line = ["All of it, record by record: ", command(whole)]
    return Reply(text=[*held_lines(held, session.program), hint], data=held_to_dict(held))


@make_command("forget")
@click.argument("who", metavar="P")
@yes_option
def forget(session: Session, who: str, *, yes: bool) -> Reply:
    """Erase P and all that was derived, also from the caches and the free pages of the file, and print a receipt.

    A mail that others took part in loses P and keeps the others. A keyed hash of the account ids stays, so that the
    next export does not bring P back. Accounts with the same name that are not joined to P stay, and are named.
    """
    person, namesakes = service.find_forgettable(session.store, session.whom(who))
    if not yes:  # the receipt says it else
        for line in namesake_lines(namesakes, person.id, session.program):
            session.terminal.note(line)
    accounts = count(len(person.accounts), "account")
    session.allow(f"Erase {person.name} ({accounts}: {', '.join(person.accounts)}) for good?", yes=yes)
    receipt, at = session.store.forget({*person.accounts, person.id}), session.now
    forget_runs(session.store)
    return Reply(
        text=[
            heading(f"Receipt, {moment(at)}"),
            f"Erased from {session.store.location}:",
            *receipt_lines(receipt),
            FORGOTTEN,
            NOT_REACHED,
            *namesake_lines(namesakes, "", session.program),  # nobody is left to join them to
        ],
        data={"forgotten": person, "at": at, "removed": receipt, "namesakes": [named(one) for one in namesakes]},
    )


@make_command("keep")
@click.argument("span", required=False, metavar="[SPAN]")
@click.option("--everything", is_flag=True, help="Take the rule back: keep all from now on.")
@yes_option
def keep(session: Session, span: str | None, *, everything: bool, yes: bool) -> Reply:
    """Keep only the last SPAN (3y, 18m, 26w, 90d): drop what is older now, and leave it out at every ingest.

    Without a SPAN it shows the rule.
    """
    if everything:
        service.keep(session.store, None, session.today)
        return Reply(text=["Everything is kept from now on."], data={"keep": None, "removed": {}})
    if span is None:
        held = next(iter(service.rules_of(session.store, KEEP)), None)
        said = f"The last {held} is kept." if held else "Everything is kept: there is no rule."
        return Reply(text=[said], data={"keep": held})
    short = service.parse_span(span)
    before = cutoff(short, session.today)
    session.allow(f"Remove all acts before {day(before)}, now and at every ingest?", yes=yes)
    receipt = service.keep(session.store, short, session.today)
    return Reply(
        text=[
            f"Kept from now on: the last {short}. Removed what is older than {day(before)}:",
            *(receipt_lines(receipt) if receipt else ()),
            [
                "Take the rule back: ",
                command(session.program.line("keep", "--everything")),
                " (what was removed stays removed)",
            ],
        ],
        data={"keep": short, "before": before.date(), "removed": receipt},
    )


@make_command("erase")
@click.option("--all", "everything", is_flag=True, help="Yes, all of it: there is nothing smaller to erase here.")
@yes_option
def erase(session: Session, *, everything: bool, yes: bool) -> Reply:
    """Erase everything in the store: data, rules, profiles, caches. It can't be undone."""
    if not everything:
        raise UsageError(
            "erase removes everything: say so with --all", remedies=[Remedy(("forget", "NAME"), "to erase one person")]
        )
    store = session.store
    held = store.overview()
    what = f"{count(held.accounts, 'account')} and {count(held.interactions, 'act')}"
    session.allow(f"Erase all of {store.location} ({what}) for good?", yes=yes)
    with without_runs(store):
        store.erase()
    return Reply(
        text=[f"Erased {what}, and all rules, profiles and caches, from {store.location}."],
        data={"erased": {"accounts": held.accounts, "interactions": held.interactions}},
    )
