"""What to do where there is no way, in the page's words."""

from collections.abc import Sequence

from dashboard.words.acts import kind_count
from dashboard.words.lines import Line, capital, count, day, enumerate_words, name, number, shorten
from dashboard.words.proof import short_names
from dashboard.words.ways import networks_words, steps_words
from graph.answers.answer import Advice, EngageKind, Engagement, Hint, HintKind, Near
from graph.people.person import Person

_NAME = 80
NOTHING_SHOWN = "Nothing in your data shows one. That does not mean that there is none."
PROTECTED = "They are never suggested. What else there is to do stands below."


def first_name(person: Person) -> str:
    """Call somebody shortly."""
    return short_names([person], "")[person.id]


def wider_line(hint: Hint) -> Line:
    """Say what there is without the options."""
    if hint.best is None:
        return "The options left ways out: asked without them, there is one."
    best = hint.best.people[1:-1]
    there = "there is 1 way" if hint.count == 1 else f"there are {number(hint.count)} ways"
    if not best:
        return f"Without these options {there}: you can ask directly."
    over = name(" → ".join(shorten(person.name, _NAME) for person in best))
    told = steps_words(hint.best.steps, hint.best.weakest)
    return [f"Without these options {there}. The best leads over ", over, f"; it has {told}."]


def wider_button(hint: Hint) -> str:
    """Name the button that shows these ways."""
    return f"Show {count(hint.count, 'way')}"


def way_to(near: Near) -> str:
    """Say how I get to somebody."""
    first = first_name(near.person)
    if near.way is None:
        return f"No way to {first} is seen yet"
    if near.way.steps == 1:
        return f"You can ask {first} yourself"
    return f"Your best way to {first}: {steps_words(near.way.steps, near.way.weakest)}"


def twin_words(twins: Sequence[Person]) -> str:
    """Say that others bear the same name, and where."""
    where = ", ".join(networks_words(one) for one in twins)
    return f"{shorten(twins[0].name, _NAME)} is here again, on {where}. If that is one person, there may be a way."


def nearest_title(advice: Advice) -> str:
    """Say who of my contacts comes nearest."""
    return f"Of those you can ask, {first_name(advice.nearest[0].person)} comes nearest"


def near_words(near: Near) -> str:
    """Say how somebody comes near the target."""
    whom = first_name(near.target)
    if near.org:
        return f"Also at {shorten(near.org, _NAME)}"
    acts = enumerate_words(kind_count(one.kind, one.out) for one in near.acts)
    last = f", last {day(near.last)}" if near.last else ""
    return f"{capital(acts)} towards {whom}{last}. No answer seen."


def gap_words(near: Near) -> str:
    """Say the same beside the dotted line."""
    total = sum(one.out for one in near.acts)
    return f"{count(total, 'interaction')}, no answer seen"


def breaks_off(advice: Advice, target: Person, contacts: int, *, told: bool) -> str:
    """Say where it breaks off."""
    whom = first_name(target)
    mine = f"None of the {number(contacts)} people you can ask is answered by {whom}." if contacts else ""
    theirs = (
        f"Those {_answered(target, told=told)} are further away."
        if advice.answered
        else f"Nobody is seen whom {whom} answers."
    )
    return f"{mine} {theirs}".strip()


def answers_title(target: Person, *, told: bool) -> str:
    """Name the section on whom the target answers."""
    return f"Get to somebody {_answered(target, told=told)}"


def _answered(target: Person, *, told: bool) -> str:
    """Say whom the target answers; that they know each other, where that was told and nothing is seen of it."""
    return f"whom {first_name(target)} {'is said to know' if told else 'answers'}"


def engage_words(one: Engagement) -> str:
    """Say why something is worth a comment."""
    who, when = first_name(one.person), f" on {day(one.at)}" if one.at else ""
    return f"{who} replied here{when}" if one.why is EngageKind.REPLIED else f"By {who}, last comment{when}"


def more_words(hint: Hint) -> tuple[str, str] | None:
    """Say what would show more, as a title and a line; None where another section has it."""
    whom = first_name(hint.person) if hint.person else "them"
    told = {
        HintKind.NO_TIES: (
            "Your own mail or messages",
            "you have no proven relationship yet: they show whom you can ask",
        ),
        HintKind.UNSEEN: (
            f"Where {whom} acts in public",
            f"nothing here shows whom {whom} answers: comments of a blog, replies to posts",
        ),
        HintKind.ASK_AROUND: ("What you know yourself", f"who knows {whom}, and how well"),
        HintKind.COMMENT: ("A thoughtful comment", f"on something of {whom}: once recorded, it is your opening"),
    }
    return told.get(hint.kind)
