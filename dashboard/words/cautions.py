"""Cautions in words: what makes a step or a way doubtful.

There is one table of sentences. Each begins small, so that it can stand behind a step or a mark; whoever shows it alone
makes its first letter a capital one.
"""

from collections.abc import Callable, Iterator, Mapping

from dashboard.words.acts import kind_plural
from dashboard.words.lines import day, shorten
from graph.answers.answer import Caution, CautionKind, Hop, Path

_NAME = 80


def caution_sentence(caution: Caution) -> str:
    """Say one caution, without which step it is about."""
    return _SENTENCES[caution.kind](caution)


def hop_warnings(hop: Hop) -> Iterator[str]:
    """Say the cautions of a step."""
    return map(caution_sentence, hop.warnings)


def path_warnings(path: Path) -> Iterator[str]:
    """Say the cautions of a way in walking order: those of the whole, then those of each step with its names."""
    yield from (caution_sentence(caution) for caution in path.warnings if caution.step is None)
    for place, hop in enumerate(path.hops):
        source = hop.source.name if place else "You"
        yield from (f"{source} → {hop.target.name}: {words}" for words in hop_warnings(hop))


def _name_only(caution: Caution) -> str:
    whose = f" ({shorten(caution.person.name, _NAME)})" if caution.person else ""
    return f"only the name is known, no address{whose}"


_SENTENCES: Mapping[CautionKind, Callable[[Caution], str]] = {
    CautionKind.LONG: lambda one: f"long: {one.count} people have to pass it on",
    CautionKind.TOLD_ONLY: lambda _: "all of it was told, nothing seen",
    CautionKind.TOLD: lambda _: "told, not seen",
    CautionKind.UNSPOKEN: lambda _: "connected, but no message or reply seen",
    CautionKind.DORMANT: lambda one: f"nothing since {day(one.at)}",
    CautionKind.NAME_ONLY: _name_only,
    CautionKind.ONE_THREAD: lambda _: "one conversation only",
    CautionKind.ONE_KIND: lambda one: f"a single kind of contact only, {kind_plural(one.detail or '')}",
}
