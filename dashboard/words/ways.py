"""A question and its answer in the page's words: the filters, the heading, the ways, and what to mind of each."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from dashboard.words.acts import kind_plural
from dashboard.words.lines import Line, Span, capital, count, day, name, number, shorten
from dashboard.words.notes import caution_sentence, note_sentence
from graph.answers.answer import Answer, Caution, Hop, Introduced, Note, NoteKind, Path
from graph.answers.ask import Question
from graph.answers.asks import LATELY
from graph.model import DECLARED, INTRODUCTION, Closeness
from graph.paths.search import MOST_STEPS
from graph.people.person import Person
from graph.store.features import Filters
from graph.ties.formula import CLOSE, FAMILIAR, closeness_of

_NAME = 80
_CHIP = 24
CLOSENESS = ((0.0, "Any closeness"), (FAMILIAR, "Familiar or close"), (CLOSE, "Close only"))
_KINDS = {DECLARED: "what was told", INTRODUCTION: "introductions", "copied": "in cc"}
_RARE = 0.25  # a way that is worth less than this share of the best one is a weak one
_LEAST, _MOST = 3, 5


def whom(answer: Answer) -> str:
    """Say who was asked for."""
    return shorten(answer.target.name, _NAME) if answer.target else shorten(answer.asked, _NAME)


def anybody_words(org: str | None, on_list: str | None) -> str:
    """Say who is asked for where it is anybody at an organisation, or on a list."""
    return f"anybody at {org}" if org else f"anybody on the list “{on_list}”"


def heading(answer: Answer, question: Question) -> str:
    """Say how many ways there are."""
    person, many = whom(answer), len(answer.paths)
    if not many:
        return f"No way to {person} {_why_none(question)}"
    if len(answer.paths[0].hops) == 1 and not question.anybody:
        others = f", and {number(many - 1)} more {'way' if many == 2 else 'ways'}" if many > 1 else ""
        return f"You can ask {shorten(answer.paths[0].people[-1].name, _NAME)} yourself{others}"
    if answer.more:
        return f"The {number(many)} best ways to {person}" if many > 1 else f"The best way to {person}"
    return f"{count(many, 'way')} to {person}"


def _why_none(question: Question) -> str:
    """Say what left no way: only fewer steps, or filters; the day of asking and an organisation are none."""
    steps, filters = question.max_hops, Filters(as_of=question.filters.as_of)
    least = Question(asked=question.asked, k=question.k, max_hops=steps, filters=filters)
    if question != replace(least, org=question.org, list=question.list):
        return "with these filters"
    return "yet" if steps == MOST_STEPS else f"within {count(steps, 'step')}"


def count_shown(paths: Sequence[Path]) -> int:
    """Count the ways that are shown before somebody asks for the weaker ones too: three to five."""
    strong = sum(path.worth >= _RARE * paths[0].worth for path in paths) if paths else 0
    return min(len(paths), max(_LEAST, min(strong, _MOST)))


def weaker_words(hidden: int) -> str:
    """Name the ways that are folded."""
    return f"{number(hidden)} weaker {'way' if hidden == 1 else 'ways'}"


def summary(answer: Answer) -> str:
    """Say shortly what there is: "10 ways, the best: 3 steps, weakest close"."""
    if not answer.paths:
        return "no way seen yet"
    best = answer.paths[0]
    if len(best.hops) == 1:
        return f"you can ask directly: {best.hops[0].closeness.value}"
    told = steps_words(len(best.hops), best.weakest)
    return f"{count(len(answer.paths), 'way')}, the best: {told}" if len(answer.paths) > 1 else f"1 way: {told}"


def way_title(rank: int, path: Path) -> str:
    """Say which way it is, how long, and how close its weakest step."""
    if len(path.hops) == 1:
        return f"Way {rank} · you can ask yourself, {path.hops[0].closeness.value}"
    return f"Way {rank} · {steps_words(len(path.hops), path.weakest)}"


def steps_words(steps: int, weakest: float) -> str:
    """Say how long a way is, and how close its weakest step."""
    return f"{count(steps, 'step')}, weakest {closeness_of(weakest).value}"


def way_line(path: Path) -> Line:
    """Say what to do: "Ask A to ask B to introduce you to C."."""
    *between, target = (name(shorten(person.name, _NAME)) for person in path.people[1:])
    if not between:
        return ["Ask ", target, " yourself."]
    line: list[Span | str] = ["Ask ", between[0]]
    for person in between[1:]:
        line += [" to ask ", person]
    return [*line, " to introduce you to ", target, "."]


def badge(rank: int, path: Path) -> str | None:
    """Say what a way is good for, where it stands out."""
    strong = all(hop.closeness is not Closeness.SLIGHT and not hop.dormant for hop in path.hops)
    if rank == 1 and strong and path.asked is None:
        return "Try this first"
    return "Backup way" if path.backup else None


def asked_lately_words(path: Path) -> str | None:
    """Say for how many introductions beside this one I asked the first person lately, where that counts."""
    if path.asked_lately is None:
        return None
    asks = path.asked_lately.asks
    one, several = ("another", "other introduction") if path.asked else ("an", "introduction")
    many = f"{one} introduction" if asks == 1 else count(asks, several)
    whom = shorten(path.people[1].name, _NAME)
    return f"You asked {whom} for {many} in the last {LATELY.days} days, so this way counts for less."


def closeness_words(hop: Hop) -> str:
    """Say how close a step is."""
    return f"{hop.closeness.value}, dormant" if hop.dormant else hop.closeness.value


def strength_note(hop: Hop) -> str:
    """Say what the number behind a closeness is."""
    return f"{hop.strength:.2f}. An order of what to try first, not a probability."


def caution_words(caution: Caution) -> str:
    """Say what to mind, with the step that it is about."""
    return alone(caution) if caution.step is None else f"Step {caution.step}: {caution_sentence(caution)}"


def alone(caution: Caution) -> str:
    """Say what to mind of a step that is named already."""
    return capital(caution_sentence(caution))


def introduced_words(one: Introduced) -> str:
    """Say that I was introduced already."""
    to, by = (shorten(person.name, _NAME) for person in (one.to, one.by))
    return f"You were introduced to {to} by {by} on {day(one.at)}. Write to them directly."


def networks_words(person: Person) -> str:
    """Name the networks that somebody has accounts on: mail, LinkedIn, or a site."""
    return ", ".join(dict.fromkeys(account_word(account) for account in person.accounts))


def account_word(account: str) -> str:
    """Name the network of an account id, or the site."""
    network, _, local = account.partition(":")
    if network == "web":
        return shorten(local.partition("#")[0] or "a site", 40)
    return network_word(network)


def network_word(network: str) -> str:
    """Name a network."""
    return _NETWORKS.get(network, network)


_NETWORKS = {
    "email": "mail",
    "x": "X",
    "linkedin": "LinkedIn",
    "bluesky": "Bluesky",
    "mastodon": "Mastodon",
    "manual": "by hand",
}


def likeness_words(people: Sequence[Person], *, open_to_it: bool) -> str:
    """Say what speaks for and against several entries being one person."""
    if not open_to_it:
        return "You said that they are different people. Ask by an address or a profile link for one of them."
    orgs = {shorten(one.org, _NAME) for one in people if one.org}
    told = sum(bool(one.org) for one in people)
    if len(orgs) == 1 and told == len(people):
        agree = f"{'Both say' if told == 2 else 'All say'} {orgs.pop()}. Nothing speaks against their being one person."
    elif len(orgs) > 1:
        agree = "They name different organisations."
    else:
        agree = "Each is on a network of its own."
    return f"{agree} You can undo either choice."


WENT_WRONG = "This went wrong here, not with your data. What you see is still right."
LATE = "New data since this answer."


def note_words(note: Note) -> str | None:
    """Say what to know of the whole answer; None for what stands elsewhere on the page."""
    return None if note.kind in {NoteKind.TOGETHER, NoteKind.PROTECTED} else f"{note_sentence(note)}."


# --- the filters of a question: what each chip says, and what can be chosen in it -------------------------------------


def steps_word(most: int) -> str:
    """Say how long a way may be."""
    return f"Up to {count(most, 'step')}"


def kind_word(kind: str) -> str:
    """Name a kind of interaction, as many of them."""
    return _KINDS.get(kind) or kind_plural(kind)


def kinds_words(kinds: frozenset[str] | None) -> str:
    """Say which kinds count."""
    if kinds is None:
        return "All kinds"
    named = sorted(map(kind_word, kinds))
    return f"Only {named[0]}" if len(named) == 1 else f"{len(named)} kinds"


def closeness_word(least: float) -> str:
    """Say how close every step must be."""
    return next((word for value, word in reversed(CLOSENESS) if least >= value), CLOSENESS[0][1])


def people_words(avoid: Sequence[str], via: Sequence[str]) -> str:
    """Say whom ways must not lead over, and over whom they must."""
    told = [f"Not over {_short(avoid)}"] if avoid else []
    told += [f"Over {_short(via)}"] if via else []
    return ", ".join(told) or "Avoid or go through"


def _short(people: Sequence[str]) -> str:
    return shorten(people[0], _CHIP) if len(people) == 1 else count(len(people), "person")


def time_words(question: Question, today: date, *, demo: bool) -> str:
    """Say of which day the answer is, and since when interactions count."""
    as_of, since = question.filters.as_of, question.filters.since
    told = f"As of {day(as_of)}" if as_of else f"As of {day(today)}" if demo else "As of today"
    return f"{told}, since {day(since)}" if since else told
