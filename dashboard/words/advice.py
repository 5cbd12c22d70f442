"""Advice in words: who comes near the target, what would show more, with the command for it, and where to comment."""

from shlex import quote

from graph.answer import EngageKind, Engagement, Hint, HintKind, Near

_USUAL = "me"


def program(profile: str) -> str:
    """Say how a command begins: with the profile where it is not the usual one."""
    return "intrograph" if profile == _USUAL else f"intrograph --as {quote(profile)}"


def near_words(near: Near) -> str:
    """Say how somebody comes near a target."""
    if near.org is not None:
        return f"also at {near.org}"
    if near.acts:
        acts = ", ".join(f"{one.kind} × {one.out}" for one in near.acts)
        return f"{acts} towards {near.target.name}, unanswered"
    return f"{near.target.name} answers them"


def engagement_words(one: Engagement) -> str:
    """Say why an item is worth a comment."""
    if one.why is EngageKind.REPLIED:
        return f"{one.person.name} replied here"
    return f"a thoughtful comment here is seen by {one.person.name}"


def hint_words(hint: Hint, profile: str) -> tuple[str, str | None]:
    """Say what would show more, and the command that does it where there is one.

    The command runs as it stands; only what its reader must choose is a word in CAPITALS.
    """
    run, name, typed = program(profile), hint.person.name if hint.person else "", _typed(hint)
    match hint.kind:
        case HintKind.WIDER:
            return "the options left ways out: asked without them, there is a way", None
        case HintKind.NO_TIES:
            return (
                "you have no proven tie yet: bring in a mailbox or messages, or say whom you know (--new NAME for "
                "somebody in no source)",
                f"{run} know NAME --closeness familiar --how TEXT",
            )
        case HintKind.UNSEEN:
            return (
                f"nothing here shows whom {name} answers: bring in where they act in public, such as the comments of "
                "a blog they write for or posts that they reply to; what shows it is listed by",
                f"{run} sources",
            )
        case HintKind.ASK_AROUND:
            return (
                f"ask around: once you hear who knows {name}, say it (--new WHO for somebody in no source)",
                f"{run} know WHO --and {typed} --closeness familiar --how TEXT",
            )
        case HintKind.COMMENT:
            return (
                "a thoughtful comment on something they wrote opens a door: once it is written, record it",
                f"{run} log comment {typed} --at {hint.day}",
            )


def _typed(hint: Hint) -> str:
    """Write somebody as a command takes them: by name where that is plain and means nobody else, else by id."""
    if hint.person is None:
        return ""
    name = hint.person.name
    plain = name.isprintable() and name == " ".join(name.split()) and not name.startswith("-")
    return quote(name if plain and hint.unique else hint.person.id)
