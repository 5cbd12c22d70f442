"""What an export may cite: private evidence stays out unless it was asked for."""

from dataclasses import replace

from graph.answer import Answer, Hop, Path
from graph.export.text import safe_link


def without_private(answer: Answer) -> Answer:
    """Leave out every private piece of evidence, every private opening, and every item that has no public address.

    So do my accounts, who else may have been meant, my introductions and requests for one, and the notes: they are for
    me, who asked.
    What is said of a tie as a whole stays: its closeness, counts, last date and warnings, which quote nothing.
    """
    return replace(
        answer,
        me=replace(answer.me, accounts=()),
        candidates=(),
        notes=(),
        paths=tuple(_public_path(path) for path in answer.paths),
        hooks=tuple(hook for hook in answer.hooks if not hook.evidence.private),
        introduced=(),
        engage=tuple(one for one in answer.engage if safe_link(one.url) is not None),
    )


def _public_path(path: Path) -> Path:
    return replace(path, asked=None, hops=tuple(_public_hop(hop) for hop in path.hops))


def _public_hop(hop: Hop) -> Hop:
    return replace(hop, evidence=tuple(piece for piece in hop.evidence if not piece.private))
