"""What an export for other eyes may tell: who leads to whom, and public evidence of it."""

from dataclasses import replace

from graph.answers.answer import Advice, Answer, HintKind, Hop, Near, Path
from graph.answers.evidence import is_public
from graph.export.escapes import safe_link
from graph.model import Closeness

_ABOUT_MY_ACCOUNTS = frozenset({HintKind.MINE, HintKind.MORE_MINE})


def without_private(answer: Answer) -> Answer:
    """Make the answer that others may read: ways in their order, and of each step no more than its public evidence.

    Strength, closeness, counts, dates and warnings of a tie are drawn from private acts too, and none of them says from
    which; so they go, of every tie alike. Private evidence and openings go, and every item without a public address.
    So do my accounts, who else may have been meant, my introductions and requests for one, and the notes: they are for
    me, who asked.
    """
    return replace(
        answer,
        me=replace(answer.me, accounts=()),
        candidates=(),
        notes=(),
        paths=tuple(_public_path(path) for path in answer.paths),
        openings=tuple(opening for opening in answer.openings if is_public(opening.evidence)),
        introduced=(),
        engage=tuple(one for one in answer.engage if safe_link(one.url) is not None),
        advice=None if answer.advice is None else _public_advice(answer.advice),
        for_others=True,
    )


def _public_path(path: Path) -> Path:
    hops = tuple(_public_hop(hop) for hop in path.hops)
    return replace(path, strength=0.0, weakest=0.0, hops=hops, warnings=(), asked=None, asked_lately=None)


def _public_hop(hop: Hop) -> Hop:
    return replace(
        hop,
        strength=0.0,
        closeness=Closeness.SLIGHT,
        dormant=False,
        last=None,
        counts=(),
        evidence=tuple(filter(is_public, hop.evidence)),
        warnings=(),
    )


def _public_advice(advice: Advice) -> Advice:
    """Keep whom the target answers, colleagues and what to do; who wrote to the target may have done so by mail."""
    return replace(
        advice,
        answered=tuple(map(_public_near, advice.answered)),
        nearest=tuple(_public_near(near) for near in advice.nearest if not near.acts),
        more=tuple(replace(hint, best=None) for hint in advice.more if hint.kind not in _ABOUT_MY_ACCOUNTS),
    )


def _public_near(near: Near) -> Near:
    way = None if near.way is None else replace(near.way, weakest=0.0)
    return replace(near, strength=0.0, way=way, acts=(), last=None)
