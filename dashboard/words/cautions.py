"""Cautions in words: what makes a step or a way doubtful."""

from collections.abc import Iterator

from graph.answer import Caution, CautionKind, Hop, Path


def caution_words(caution: Caution) -> str:
    """Say one caution, without which step it is about."""
    match caution.kind:
        case CautionKind.LONG:
            return f"long: {caution.count} people have to pass it on"
        case CautionKind.TOLD_ONLY:
            return "rests on what was told alone"
        case CautionKind.DORMANT:
            return f"dormant: nothing since {caution.at:%Y-%m-%d}"
        case CautionKind.ONE_KIND:
            return f"a single kind of contact only: {caution.detail}"
        case CautionKind.NAME_ONLY:
            return f"no account or address of {caution.person.name if caution.person else ''} is known, only the name"
        case _:
            return _PLAIN[caution.kind]


_PLAIN = {
    CautionKind.TOLD: "told, not seen: no message or post here proves it",
    CautionKind.UNSPOKEN: "imported but never talked: connected or following, no message or reply seen",
    CautionKind.ONE_THREAD: "one thread only: all their contact is one conversation",
}


def hop_warnings(hop: Hop) -> Iterator[str]:
    """Say the cautions of a step."""
    return map(caution_words, hop.warnings)


def path_warnings(path: Path) -> Iterator[str]:
    """Say the cautions of a way in walking order: those of the whole, then those of each step with its names."""
    yield from (caution_words(caution) for caution in path.warnings if caution.step is None)
    for place, hop in enumerate(path.hops):
        source = hop.source.name if place else "You"
        yield from (f"{source} → {hop.target.name}: {words}" for words in hop_warnings(hop))
