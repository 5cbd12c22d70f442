"""What the page changes in the store: each change as the browser asks for it, with the one that takes it back.

A change is named by `do`. What comes back is what to say of it, and the change that undoes it, which the notice's Undo
sends in its turn.
"""

from collections.abc import Callable, Mapping
from typing import Any

from dashboard.service.byhand import LOGGED, Act, Said, find_logged, know, log_act, unknow, unlog
from dashboard.service.desk import Desk
from dashboard.service.introducing import introduce, unintroduce
from dashboard.service.me import add_me, list_mine, remove_me
from dashboard.service.naming import open_names
from dashboard.service.people import merge, split_off
from dashboard.service.privacy import find_forgettable, protect
from dashboard.service.reversal import GONE, from_wire, limit, read_standing, reverse, take_back, to_wire
from dashboard.service.runs import forget_runs
from dashboard.service.writing import write_records
from dashboard.web.bringing import BRINGS
from dashboard.web.input import ME, MOST, NEW, Wanted, day_in, instant_in, link_in, names_in, new_in, text_in, texts_in
from dashboard.web.listed import CHANGES as LISTED
from dashboard.web.receipt import show_receipt
from dashboard.words import changes as words
from dashboard.words.lines import shorten
from graph.errors import UsageError
from graph.export.escapes import iso
from graph.model import Closeness, IntroductionState, IntroductionStep, Kind
from graph.people.names import fold
from graph.people.person import Person

Told = dict[str, Any]
_Change = Callable[[Desk, Wanted], Told]


def perform(desk: Desk, wanted: Wanted) -> Told:
    """Make a change; give what to say of it, and what takes it back, where it changed anything.

    Raises:
        IntrographError: If it can't be made: nothing is changed then.
    """
    change = _CHANGES.get(str(wanted.get("do")))
    if change is None:
        raise UsageError(words.STALE)
    with desk.changing():
        told = change(desk, wanted)
    desk.renew()
    return told


def _reversible(change: _Change, *, members: bool = False, me: bool = False) -> _Change:
    """Have a change tell what takes it back, by what stood before it and what stands after.

    Args:
        change: It may say and protect whatever it does.
        members: Whether it may also put people on lists, or take them off.
        me: Whether it may also change who I am.
    """

    def make(desk: Desk, wanted: Wanted) -> Told:
        made = [one.id for one in new_in(desk, wanted).values()]
        fresh = set(made) - {one.id for one in desk.store.accounts(made)}
        before = read_standing(desk.store, desk.profile)
        told = change(desk, wanted)
        undo = to_wire(limit(reverse(desk.store, before, made=fresh), members=members, me=me))
        return {**told, "undo": undo} if undo else told

    return make


# --- what you said ---------------------------------------------------------------------------------------------------


def _log(desk: Desk, wanted: Wanted) -> Told:
    names, (who,) = names_in(desk, wanted, "person")
    kind, at = text_in(wanted, "kind") or "", instant_in(desk, wanted)
    if kind not in LOGGED:
        raise UsageError(words.STALE)
    act = Act(kind=Kind(kind), at=at, url=link_in(wanted), title=text_in(wanted, "title"), note=text_in(wanted, "note"))
    other, noted, fresh = log_act(names, who, act, desk.clock())
    if not fresh:
        return {"words": words.NOTED_BEFORE}
    undo = {"do": "unlog", "id": noted, "person": other.account.id}
    return {"words": words.logged(act.kind, other.person, at.date()), "undo": undo}


def _unlog(desk: Desk, wanted: Wanted) -> Told:
    names, (who,) = names_in(desk, wanted, "person")
    act = find_logged(names, who, text_in(wanted, "id") or "")
    if act is None or act.at is None:
        raise UsageError(GONE)
    whom = next(iter(desk.store.accounts([act.to[0].account.id])))
    unlog(desk.store, str(act.id), desk.clock())
    stays = next(iter(desk.store.accounts([whom.id])), None) is not None
    item = {"url": act.item.url, "title": act.item.title} if act.item else {}
    again = {"kind": act.kind.value, "at": iso(act.at), "note": act.excerpt, **item}
    person = whom.id if stays else f"{NEW}{whom.name or whom.url or whom.id}"
    return {"words": words.UNDONE, "undo": {"do": "log", "person": person, **again}}


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
    one, two, _ = know(names, who, None if other == ME else other, said, desk.clock())
    return {"words": words.known(one.person, two.person, closeness, desk.me(names.directory))}


def _unknow(desk: Desk, wanted: Wanted) -> Told:
    names, (who, other) = names_in(desk, wanted, "person", "other")
    unknow(names, who, None if other == ME else other, desk.clock())
    return {"words": words.UNDONE}


# --- introductions ---------------------------------------------------------------------------------------------------


def _introduce(desk: Desk, wanted: Wanted) -> Told:
    names, (by, person, to) = names_in(desk, wanted, "by", "person", "to")
    state, at = text_in(wanted, "state") or "", instant_in(desk, wanted)
    if state not in {one.value for one in IntroductionState}:
        raise UsageError("say where it stands")
    step = IntroductionStep(state=IntroductionState(state), at=at, note=text_in(wanted, "note"), url=link_in(wanted))
    made = introduce(names, (by, person, to), step, None, desk.clock())
    me = desk.me(names.directory)
    return {"words": words.introduced((made.by, made.person, made.to), step.state, at.date(), me)}


def _ask(desk: Desk, wanted: Wanted) -> Told:
    """Note that I asked for an introduction, by a draft that was copied or taken into a mail."""
    _introduce(desk, {**wanted, "person": ME, "state": IntroductionState.ASKED.value})
    return {"words": words.asked(instant_in(desk, wanted), copied=wanted.get("copied") is True)}


def _unintroduce(desk: Desk, wanted: Wanted) -> Told:
    names, state = open_names(desk.store, desk.profile), text_in(wanted, "state")
    if state is None or state not in {*IntroductionState}:
        raise UsageError(words.STALE)
    at = instant_in(desk, wanted)
    unintroduce(names, text_in(wanted, "id") or "", IntroductionState(state), at, desk.clock())
    return {"words": words.UNDONE}


# --- who I am --------------------------------------------------------------------------------------------------------


def _me(desk: Desk, wanted: Wanted) -> Told:
    names, (who,) = names_in(desk, wanted, "account")
    account = names.find(who).account.id
    write_records(desk.store, names.new.values(), desk.clock())
    add_me(desk.store, desk.profile, [account], desk.clock())
    return {"words": words.me_now(desk.somebody(account))}


def _not_me(desk: Desk, _: Wanted) -> Told:
    mine = sorted(list_mine(desk.store, desk.profile))
    if not mine:
        raise UsageError(GONE)
    remove_me(desk.store, desk.profile, mine, desk.clock())
    return {"words": words.NOBODY_NOW}


# --- people ----------------------------------------------------------------------------------------------------------


def _protect(desk: Desk, wanted: Wanted) -> Told:
    on, who = wanted.get("do") == "protect", text_in(wanted, "person") or ""
    if desk.somebody(who).id == desk.somebody("").id:
        raise UsageError("that is you: no way leads over you")
    return {"words": words.protected_now(protect(desk.store, who, on=on), on=on)}


def _decide(desk: Desk, wanted: Wanted) -> Told:
    same, people = wanted.get("do") == "same", texts_in(wanted, "people")
    name = desk.decide(people, same=same)
    return {"words": words.one_now(name) if same else words.apart_now(name, len(people))}


def _merge(desk: Desk, wanted: Wanted) -> Told:
    names, (who, other) = names_in(desk, wanted, "person", "with")
    one, two = names.find(who), names.find(other)
    write_records(desk.store, names.new.values(), desk.clock())
    merge(desk.store, one.account.id, two.account.id, desk.clock())
    return {"words": words.merged_now(one.person, two.person)}


def _split(desk: Desk, wanted: Wanted) -> Told:
    person, ticked = desk.somebody(text_in(wanted, "person") or ""), texts_in(wanted, "accounts")
    off = [one for one in person.accounts if one in ticked]
    rest = [one for one in person.accounts if one not in ticked]
    if not off or not rest:
        raise UsageError(words.ALL_TICKED if off else words.NONE_TICKED)
    alone, others, _ = split_off(desk.store, off, rest, desk.clock())
    return {"words": words.two_now(alone, others)}


def _forget(desk: Desk, wanted: Wanted) -> Told:
    person, namesakes = find_forgettable(desk.store, desk.somebody(text_in(wanted, "person") or "").id)
    typed, name = text_in(wanted, "name") or "", typeable(person)
    if typed != name and (not fold(typed) or fold(typed) != fold(name)):
        raise UsageError(f"{typed!r} is not the name; nothing was forgotten. To go on, type {name!r}")
    receipt = desk.store.forget({*person.accounts, person.id})
    forget_runs(desk.store)
    page = show_receipt(receipt, namesakes, desk.clock())
    return {"words": words.FORGOTTEN, "page": page, "stays": True, "to": "/"}


def typeable(person: Person) -> str:
    """Give the name that is to be typed, so that nobody is forgotten by a slip."""
    return shorten(person.name, 80) or person.id


def _undo(desk: Desk, wanted: Wanted) -> Told:
    parts = {name: value for name in wanted if (value := texts_in(wanted, name, MOST))}
    reversal = from_wire(parts, desk.clock())
    if reversal.empty:
        raise UsageError(words.STALE)
    take_back(desk.store, desk.profile, reversal, desk.clock())
    return {"words": words.UNDONE}


_CHANGES: Mapping[str, _Change] = {
    "log": _log,
    "unlog": _unlog,
    "know": _reversible(_know),
    "unknow": _reversible(_unknow),
    "introduce": _reversible(_introduce),
    "ask": _reversible(_ask),
    "unintroduce": _reversible(_unintroduce),
    "me": _reversible(_me, me=True),
    "not-me": _reversible(_not_me, me=True),
    "protect": _reversible(_protect),
    "unprotect": _reversible(_protect),
    "same": _reversible(_decide),
    "apart": _reversible(_decide),
    "merge": _reversible(_merge),
    "split": _reversible(_split),
    "forget": _forget,
    **{name: _reversible(change, members=True) for name, change in LISTED.items()},
    "undo": _reversible(_undo, members=True, me=True),
    **BRINGS,
}
