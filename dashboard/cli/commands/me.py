"""`intrograph me`: say or show who you are."""

from collections.abc import Iterator, Sequence

import click

from dashboard.cli.options import make_command
from dashboard.cli.session import Reply, Session
from dashboard.service.me import Guess, Me, add_me, guess_me, remove_me, show_me
from dashboard.words.json import named
from dashboard.words.lines import Line, command, heading, name, number
from graph.errors import Remedy, UnknownMeError, UsageError
from graph.people.person import open_directory
from graph.people.resolve import resolve_me


@make_command("me")
@click.argument("accounts", nargs=-1, metavar="[ACCOUNT]...")
@click.option("--remove", is_flag=True, help="Take the accounts off again.")
def run(session: Session, accounts: tuple[str, ...], *, remove: bool) -> Reply:
    """Say or show who you are.

    ACCOUNT is an id (x:783214), an e-mail address, a handle (@ann) or a profile's URL. Accounts are added to those you
    have, and joined into one person. Without any it shows who you are; where that is not known it guesses from what
    is in the store, and asks.
    """
    if remove and not accounts:
        raise UsageError("--remove needs the accounts to take off", remedies=[Remedy(("me", "--remove", "ACCOUNT"))])
    if remove:
        me = remove_me(session.store, session.profile, accounts, session.now)
    elif accounts:
        me = add_me(session.store, session.profile, accounts, session.now)
    else:
        me = show_me(session.store, session.profile)
    guesses: Sequence[Guess] = () if me.person or remove else guess_me(session.store)
    if guesses and session.terminal.asks and not session.as_json:
        me, guesses = _confirm(session, guesses)
    missing = None if me.person or remove else _missing(session)
    return Reply(text=_render(session, me, guesses), data=_data(me, guesses), error=missing)


def _confirm(session: Session, guesses: Sequence[Guess]) -> tuple[Me, Sequence[Guess]]:
    for guess in guesses:
        if session.terminal.confirm(f"{_told(guess)}. You?", default=guess is guesses[0]):
            return add_me(session.store, session.profile, [guess.account.id], session.now), ()
    return show_me(session.store, session.profile), ()


def _missing(session: Session) -> UnknownMeError | None:
    try:
        resolve_me(open_directory(session.store), session.profile)
    except UnknownMeError as error:
        return error
    return None


def _told(guess: Guess) -> str:
    account = guess.account
    known = f" ({account.name})" if account.name else ""
    return f"{account.id.partition(':')[2]}{known}: {number(guess.sent)} sent, {number(guess.received)} received"


def _render(session: Session, me: Me, guesses: Sequence[Guess]) -> Iterator[Line]:
    if me.person is not None:
        yield ["You are ", name(me.person.name), f", under the profile {me.profile!r}:"]
        yield from (f"  {account}" for account in sorted({*me.person.accounts, *me.accounts}))
    elif guesses:
        yield [heading("You may be")]
        for guess in guesses:
            yield ["  ", _told(guess), "   ", command(session.program.line("me", guess.account.id))]


def _data(me: Me, guesses: Sequence[Guess]) -> dict[str, object]:
    return {
        "profile": me.profile,
        "me": me.person,
        "profile_accounts": me.accounts,
        "guesses": [{**named(guess.account), "sent": guess.sent, "received": guess.received} for guess in guesses],
    }
