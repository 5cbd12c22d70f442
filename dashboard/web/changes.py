"""What the page changes in the store: each change as the browser asks for it, with the one that takes it back.

A change is named by `do`; the rest of what the browser sends is believed to be of no kind until it is read here. What
comes back is what to say of it, and the change that undoes it, which the notice's Undo sends in its turn.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from dashboard.service.byhand import LOGGED, Act, Said, find_logged, know, log_act, said_in, unknow, unlog
from dashboard.service.desk import Desk
from dashboard.service.introducing import introduce, unintroduce
from dashboard.service.naming import Names, open_names
from dashboard.service.people import merge, split_off
from dashboard.service.privacy import find_forgettable, protect
from dashboard.service.writing import unmake, write_records
from dashboard.web.receipt import show_receipt
from dashboard.words import changes as words
from dashboard.words.lines import link, shorten
from graph.errors import UsageError
from graph.export.escapes import iso
from graph.model import Closeness, Declared, IntroductionState, IntroductionStep, Kind, start_of
from graph.people.names import fold
from graph.people.person import Person, open_directory

Wanted = Mapping[str, Any]
Told = dict[str, Any]
NEW = "+"
"""What stands before the name of somebody who is to be made, where an account id would stand; no id begins so."""
ME = "me"
_LONGEST = 2_000


def perform(desk: Desk, wanted: Wanted) -> Told:
    """Make a change; give what to say of it, and what takes it back.

    Raises:
        IntrographError: If it can't be made: nothing is changed then.
    """
    change = _CHANGES.get(str(wanted.get("do")))
    if change is None:
        raise UsageError(words.STALE)
    told = change(desk, wanted)
    desk.renew()
    return told


# --- what the browser sent -------------------------------------------------------------------------------------------


def text_in(wanted: Wanted, name: str) -> str | None:
    """Read a text; None where there is none."""
    value = wanted.get(name)
    return (value[:_LONGEST].strip() or None) if isinstance(value, str) else None


def texts_in(wanted: Wanted, name: str) -> list[str]:
    """Read several texts."""
    value = wanted.get(name)
    return [one[:_LONGEST] for one in value if isinstance(one, str)] if isinstance(value, list) else []


def day_in(desk: Desk, wanted: Wanted, name: str = "day") -> date:
    """Read a day that is over or today.

    Raises:
        UsageError: If there is none, or it lies ahead.
    """
    given = text_in(wanted, name)
    try:
        day = date.fromisoformat((given or "")[:10])
    except ValueError as error:
        raise UsageError(f"{given!r} is no day" if given else "say on which day it was") from error
    if day > desk.today:
        raise UsageError(f"{day} lies ahead; say on which day it was")
    return day


def names_in(desk: Desk, wanted: Wanted, *fields: str) -> tuple[Names, list[str]]:
    """Read who is meant in each of the fields, and make those who are new.

    Raises:
        UsageError: If somebody is left out.
    """
    given = [text_in(wanted, field) for field in fields]
    if None in given:
        raise UsageError("say who it is: type a name, and choose from what is offered below it")
    new = [one.removeprefix(NEW) for one in given if one and one.startswith(NEW)]
    return open_names(desk.store, desk.profile, new), [one.removeprefix(NEW) for one in given if one]


# --- what you said ---------------------------------------------------------------------------------------------------


def _log(desk: Desk, wanted: Wanted) -> Told:
    names, (who,) = names_in(desk, wanted, "person")
    kind, url, given = text_in(wanted, "kind") or "", text_in(wanted, "url"), text_in(wanted, "at")
    if kind not in LOGGED:
        raise UsageError(words.STALE)
    if url is not None and link(url) is None:
        raise UsageError(f"{shorten(url, 80)!r} is no link: it begins with http:// or https://, without blanks")
    at = _instant(given) if given else start_of(day_in(desk, wanted))
    act = Act(kind=Kind(kind), at=at, url=url, title=text_in(wanted, "title"), note=text_in(wanted, "note"))
    other, noted = log_act(names, who, act, desk.clock())
    undo = {"do": "unlog", "id": noted, "person": other.person.id}
    return {"words": words.logged(act.kind, other.person, at.date()), "undo": undo}


def _unlog(desk: Desk, wanted: Wanted) -> Told:
    names, (who,) = names_in(desk, wanted, "person")
    act = find_logged(names, who, text_in(wanted, "id") or "")
    if act is None or act.at is None:
        raise UsageError(words.GONE)
    whom = act.to[0].account.id
    before = names.directory.person(whom)
    unlog(desk.store, str(act.id), desk.clock())
    item = {"url": act.item.url, "title": act.item.title} if act.item else {}
    again = {"kind": act.kind.value, "at": iso(act.at), "note": act.excerpt, **item}
    return {"words": words.UNDONE, "undo": {"do": "log", "person": _who(desk, before, whom), **again}}


def _know(desk: Desk, wanted: Wanted) -> Told:
    names, (who, other) = names_in(desk, wanted, "person", "other")
    closeness, since = text_in(wanted, "closeness"), text_in(wanted, "since")
    if closeness not in {one.value for one in Closeness}:
        raise UsageError("say how close it is")
    said = Said(
        closeness=Closeness(closeness),
        how=text_in(wanted, "how"),
        since=day_in(desk, wanted, "since") if since else None,
    )
    one, two, before = know(names, who, None if other == ME else other, said, desk.clock())
    undo = _again(before) if before and said_in(before) != said else {"do": "unknow"}
    return {
        "words": words.known(one.person, two.person, closeness, names.me().person.id),
        "undo": {**undo, "person": one.person.id, "other": other if other == ME else two.person.id},
    }


def _unknow(desk: Desk, wanted: Wanted) -> Told:
    names, (who, other) = names_in(desk, wanted, "person", "other")
    one, two, before = unknow(names, who, None if other == ME else other, desk.clock())
    pair = {"person": _who(desk, one.person), "other": other if other == ME else _who(desk, two.person)}
    return {"words": words.UNDONE, "undo": {**_again(before), **pair}}


def _who(desk: Desk, person: Person, account: str = "") -> str:
    """Name somebody so that they are found or, where they went with what was taken back, made again."""
    account = account or person.id
    held = next(iter(desk.store.accounts([account])), None)
    return account if held is not None else f"{NEW}{person.name}"


def _again(said: Declared) -> Told:
    """Give the change that says again what was said of two people."""
    since = str(said.since) if said.since else None
    return {"do": "know", "closeness": said.closeness.value, "how": said.how, "since": since}


# --- introductions ---------------------------------------------------------------------------------------------------


def _introduce(desk: Desk, wanted: Wanted) -> Told:
    names, (by, person, to) = names_in(desk, wanted, "by", "person", "to")
    state, given = text_in(wanted, "state"), text_in(wanted, "at")
    if state not in {one.value for one in IntroductionState}:
        raise UsageError("say where it stands")
    at = _instant(given) if given else start_of(day_in(desk, wanted))
    step = IntroductionStep(
        state=IntroductionState(state), at=at, note=text_in(wanted, "note"), url=text_in(wanted, "url")
    )
    made = introduce(names, (by, person, to), step, text_in(wanted, "initiator"), desk.clock())
    people = (made.by, made.person, made.to)
    return {
        "words": words.introduced(people, step.state, at.date(), names.me().person.id),
        "undo": {"do": "unintroduce", "id": made.introduction.id, "state": state, "at": iso(at)},
    }


def _ask(desk: Desk, wanted: Wanted) -> Told:
    """Note that I asked for an introduction, by a draft that was copied or taken into a mail."""
    told = _introduce(desk, {**wanted, "person": ME, "state": IntroductionState.ASKED.value})
    return {**told, "words": words.asked(_instant(told["undo"]["at"]), copied=wanted.get("copied") is True)}


def _unintroduce(desk: Desk, wanted: Wanted) -> Told:
    names, state, at = open_names(desk.store, desk.profile), text_in(wanted, "state"), text_in(wanted, "at")
    before = open_directory(desk.store)
    if state not in {None, *IntroductionState}:
        raise UsageError(words.STALE)
    gone, step, _ = unintroduce(
        names,
        text_in(wanted, "id") or "",
        IntroductionState(state) if state else None,
        _instant(at) if at else None,
        desk.clock(),
    )
    people = {"by": gone.by.id, "person": gone.person.id, "to": gone.to.id}
    trio = {role: _who(desk, before.person(account)) for role, account in people.items()}
    initiator = gone.initiator.id if gone.initiator else None
    again = {"state": step.state.value, "at": iso(step.at), "note": step.note, "url": step.url, "initiator": initiator}
    return {"words": words.UNDONE, "undo": {"do": "introduce", **trio, **again}}


def _instant(given: str) -> datetime:
    """Read an instant as this module wrote it."""
    try:
        return datetime.fromisoformat(given).astimezone(UTC)
    except ValueError as error:
        raise UsageError(words.STALE) from error


# --- people ----------------------------------------------------------------------------------------------------------


def _protect(desk: Desk, wanted: Wanted) -> Told:
    on, who = wanted.get("do") == "protect", text_in(wanted, "person") or ""
    person = protect(desk.store, who, on=on)
    undo = {"do": "unprotect" if on else "protect", "person": person.id}
    return {"words": words.protected_now(person, on=on), "undo": undo}


def _decide(desk: Desk, wanted: Wanted) -> Told:
    same, people = wanted.get("do") == "same", texts_in(wanted, "people")
    name, ids = desk.decide(people, same=same)
    told = words.one_now(name) if same else words.apart_now(name, len(people))
    return {"words": told, "undo": {"do": "undo", "ids": ids}}


def _merge(desk: Desk, wanted: Wanted) -> Told:
    names, (who, other) = names_in(desk, wanted, "person", "with")
    two = names.find(other)
    write_records(desk.store, names.new.values(), desk.clock())
    _, ids = merge(desk.store, who, two.account.id, desk.clock())
    return {"words": words.merged_now(names.find(who).person, two.person), "undo": {"do": "undo", "ids": ids}}


def _split(desk: Desk, wanted: Wanted) -> Told:
    person, ticked = desk.somebody(text_in(wanted, "person") or ""), texts_in(wanted, "accounts")
    off = [one for one in person.accounts if one in ticked]
    rest = [one for one in person.accounts if one not in ticked]
    if not off or not rest:
        raise UsageError(words.ALL_TICKED if off else words.NONE_TICKED)
    alone, others, ids = split_off(desk.store, off, rest, desk.clock())
    return {"words": words.two_now(alone, others), "undo": {"do": "undo", "ids": ids}}


def _forget(desk: Desk, wanted: Wanted) -> Told:
    person, namesakes = find_forgettable(desk.store, desk.somebody(text_in(wanted, "person") or "").id)
    typed, name = text_in(wanted, "name") or "", typeable(person)
    if typed != name and (not fold(typed) or fold(typed) != fold(name)):
        raise UsageError(f"{typed!r} is not the name; nothing was forgotten. To go on, type {name!r}")
    receipt = desk.store.forget({*person.accounts, person.id})
    return {"words": words.FORGOTTEN, "page": show_receipt(receipt, namesakes, desk.clock()), "stays": True, "to": "/"}


def typeable(person: Person) -> str:
    """Give the name that is to be typed, so that nobody is forgotten by a slip."""
    return shorten(person.name, 80) or person.id


def _undo(desk: Desk, wanted: Wanted) -> Told:
    ids = texts_in(wanted, "ids")
    joined = {end for one in desk.store.assertions() if one.id in ids for end in (one.a, one.b)}
    desk.undo(ids)
    unmake(desk.store, joined)
    return {"words": words.UNDONE}


_CHANGES: Mapping[str, Callable[[Desk, Wanted], Told]] = {
    "log": _log,
    "unlog": _unlog,
    "know": _know,
    "unknow": _unknow,
    "introduce": _introduce,
    "ask": _ask,
    "unintroduce": _unintroduce,
    "protect": _protect,
    "unprotect": _protect,
    "same": _decide,
    "apart": _decide,
    "merge": _merge,
    "split": _split,
    "forget": _forget,
    "undo": _undo,
}
