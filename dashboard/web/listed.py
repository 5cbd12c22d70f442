"""What the page changes of lists: people put on one and taken off, and the list removed with them."""

from collections.abc import Callable, Mapping
from typing import Any

from dashboard.service.desk import Desk
from dashboard.service.lists import add_to_list, list_name, remove_from_list, tell_known
from dashboard.service.naming import open_names
from dashboard.service.writing import write_records
from dashboard.web.address import LISTS, list_address
from dashboard.web.input import MOST, NEW, Wanted, new_in, text_in, texts_in
from dashboard.words import lists as words
from dashboard.words.lines import shorten
from graph.errors import UsageError

_LINES, _LEFT, _LINE = 500, 20, 200
"""How many names may be pasted, how many of them that are not clear stand in an address, and how long each."""


def _add(desk: Desk, wanted: Wanted) -> dict[str, Any]:
    """Put on a list who was chosen, and of what was pasted whoever is known; the rest is left to be made clear."""
    name = list_name(text_in(wanted, "list") or "")
    chosen = [one for one in (text_in(wanted, "person"), *texts_in(wanted, "people")) if one]
    pasted = _lines_of(wanted)
    if not chosen and not pasted:
        raise UsageError(words.NOBODY)
    new = new_in(desk, {"people": chosen})
    names = open_names(desk.store, desk.profile, list(new))
    found = [names.find(one.removeprefix(NEW).strip()) for one in chosen]
    known, left = tell_known(desk.store, pasted)
    if new:
        write_records(desk.store, names.new.values(), desk.clock())
    ids = dict.fromkeys([*(one.account.id for one in found), *(one.id for one in known)])
    people = {one.id: one for one in (add_to_list(desk.store, name, list(ids)) if ids else ())}
    told = {"words": words.added(list(people.values()), name, len(left))}
    if "paste" not in wanted and "left" not in wanted:
        return told
    shown = [shorten(one, _LINE) for one in (*left, *texts_in(wanted, "left"))]
    return {**told, "to": list_address(name, shown[:_LEFT])}


def _lines_of(wanted: Wanted) -> list[str]:
    """Read the names that were pasted, one a line.

    Raises:
        UsageError: If they are too many.
    """
    lines = (" ".join(one.split()) for one in (text_in(wanted, "paste", MOST) or "").splitlines())
    texts = list(dict.fromkeys(filter(None, lines)))
    if len(texts) > _LINES:
        raise UsageError(f"{len(texts)} names are too many at once: paste {_LINES} at most")
    return texts


def _remove(desk: Desk, wanted: Wanted) -> dict[str, Any]:
    name, person = text_in(wanted, "list") or "", desk.somebody(text_in(wanted, "person") or "")
    return {"words": words.removed(remove_from_list(desk.store, name, [person.id]), name)}


def _drop(desk: Desk, wanted: Wanted) -> dict[str, Any]:
    name = text_in(wanted, "list") or ""
    remove_from_list(desk.store, name, ())
    return {"words": words.dropped(name), "to": LISTS}


CHANGES: Mapping[str, Callable[[Desk, Wanted], dict[str, Any]]] = {
    "list-add": _add,
    "list-remove": _remove,
    "list-drop": _drop,
}
"""By what the browser calls each; `dashboard.web.changes` has them taken back."""
