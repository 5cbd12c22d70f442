"""The page's address: which person, way, step and filters it shows, as the part of a URL behind the `?`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from urllib.parse import parse_qs, quote, unquote, urlencode

from dashboard.words.ways import anybody_words
from graph.answers.ask import Question
from graph.errors import UsageError
from graph.model import EVIDENCE_KINDS, start_of
from graph.store.features import Filters

MOST_STEPS = 4
PERSON = "/person/"
LISTS = "/lists"
"""A list is named behind the `?`: its name is any text, and `..` can't stand in a path."""
_FIELDS = 100
_LONGEST = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """What the page shows.

    Attributes:
        to: Who is asked for: a name, an account id, an address or a profile's URL; empty for the first page.
        way: The chosen way, from 1.
        step: The chosen step of it, from 1; None for the last one.
        question: The same as a question, the filters with it.
        around: Who stands in the middle of a neighbourhood; empty for me, None where the whole network is shown.
        look: At whom a look is offered on the page of jobs: an account id.
        job: Which job is chosen there.
        left: What was to be added to a list, and is not clear.
    """

    to: str = ""
    way: int = 1
    step: int | None = None
    question: Question = field(default_factory=lambda: Question(asked=""))
    around: str | None = None
    look: str | None = None
    job: str | None = None
    left: tuple[str, ...] = ()

    @property
    def plain(self) -> bool:
        """Tell whether no filter is set."""
        return self.question == Question(asked=self.question.asked)


def read_address(search: str) -> Address:
    """Read an address.

    Raises:
        UsageError: If a value is not one that the page writes; says which.
    """
    given = {key: values[-1].strip() for key, values in _fields(search).items()}
    several = {key: tuple(filter(None, values)) for key, values in _fields(search).items()}
    to = " ".join(given.get("to", "").split())
    question = Question(
        asked=to,
        max_hops=_number(given, "steps", MOST_STEPS, most=MOST_STEPS),
        avoid=several.get("avoid", ()),
        via=several.get("via", ()),
        min_strength=_share(given, "strength"),
        filters=Filters(kinds=_kinds(given), since=_since(given), as_of=_day(given, "asof")),
        org=given.get("org") or None,
        list=given.get("list") or None,
    )
    if question.anybody and not to:
        question = replace(question, asked=anybody_words(question.org, question.list))
    step = _number(given, "step", 0, most=MOST_STEPS)
    return Address(
        to=to,
        way=_number(given, "way", 1, most=1_000),
        step=step or None,
        question=question,
        around=given.get("around"),
        look=given.get("look"),
        job=given.get("job"),
        left=several.get("left", ()),
    )


def write_address(question: Question, *, way: int = 1, step: int | None = None, to: str | None = None) -> str:
    """Write an address, `?` included; what is as usual is left out."""
    filters = question.filters
    several = _given(org=question.org, list=question.list)
    fields = several or [("to", to or question.asked)]
    fields += [("asof", str(filters.as_of))] if filters.as_of else []
    fields += [("since", str(filters.since.date()))] if filters.since else []
    fields += [("steps", str(question.max_hops))] if question.max_hops != MOST_STEPS else []
    fields += [("kinds", ",".join(sorted(filters.kinds)))] if filters.kinds is not None else []
    fields += [("strength", f"{question.min_strength:g}")] if question.min_strength else []
    fields += [("avoid", one) for one in question.avoid] + [("via", one) for one in question.via]
    fields += [("way", str(way))] if way != 1 else []
    fields += [("step", str(step))] if step is not None else []
    return f"?{urlencode(fields)}"


def person_address(person: str, as_of: date | None) -> str:
    """Write the address of somebody's page, as of a day."""
    return f"{PERSON}{quote(person, safe='')}{f'?asof={as_of}' if as_of else ''}"


def around_address(person: str, as_of: date | None, *, steps: int = 2) -> str:
    """Write the address of somebody's neighbourhood (mine where nobody is named), as of a day."""
    fields = [("around", person), *_given(asof=as_of, steps="" if steps == 2 else steps)]
    return f"/network?{urlencode(fields)}"


def network_address(person: str, filters: Filters) -> str:
    """Write the address of the network, with somebody chosen, in the time of some filters."""
    since = filters.since.date() if filters.since else None
    fields = _given(person=person, asof=filters.as_of, since=since)
    return f"/network?{urlencode(fields)}" if fields else "/network"


def look_address(person: str) -> str:
    """Write the address at which a look at somebody is offered."""
    return f"/jobs?{urlencode({'look': person})}"


def job_address(name: str) -> str:
    """Write the address of a job."""
    return f"/jobs?{urlencode({'job': name})}"


def list_address(name: str, left: Iterable[str] = ()) -> str:
    """Write the address of a list's page, with what was to be added to it and is not clear."""
    return f"{LISTS}?{urlencode([('list', name), *(('left', one) for one in left)])}"


def _given(**fields: object) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, value in fields.items() if value]


def person_in(path: str) -> str | None:
    """Read whom the address of a person's page means: an account id; None where it is that of another page."""
    return unquote(path.removeprefix(PERSON)) if path.startswith(PERSON) else None


def _fields(search: str) -> dict[str, list[str]]:
    try:
        return parse_qs(search.removeprefix("?")[:_LONGEST], keep_blank_values=True, max_num_fields=_FIELDS)
    except ValueError as error:
        raise UsageError("this link has too many parts; ask anew") from error


def _number(given: Mapping[str, str], name: str, usual: int, *, most: int) -> int:
    text = given.get(name, "")
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= most):
        raise UsageError(f"this link says {name}={text[:40]}, which is not a number from 1 to {most}")
    return int(text)


def _share(given: Mapping[str, str], name: str) -> float:
    try:
        value = float(given.get(name) or 0)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise UsageError(f"this link says {name}={given[name][:40]}, which is not a number from 0 to 1")
    return value


def _day(given: Mapping[str, str], name: str) -> date | None:
    text = given.get(name)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"this link says {name}={text[:40]}, which is no day such as 2009-04-30") from error


def _kinds(given: Mapping[str, str]) -> frozenset[str] | None:
    named = frozenset(filter(None, given.get("kinds", "").split(",")))
    if unknown := sorted(named.difference(EVIDENCE_KINDS)):
        raise UsageError(f"this link says kinds={unknown[0][:40]}, which is no kind of interaction")
    return named or None


def _since(given: Mapping[str, str]) -> datetime | None:
    day = _day(given, "since")
    return None if day is None else start_of(day)
