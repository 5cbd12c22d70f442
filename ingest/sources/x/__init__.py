"""X (Twitter), live: who mentions, answers, quotes and repeats whom, through its API, which bills what it gives."""

from collections.abc import Iterator
from pathlib import Path

from graph.model import Record
from ingest.source import Context, LiveRun, Source, UnreadableError
from ingest.sources.x.wanted import OPTIONS, read_options


def detect(path: Path) -> float:
    """Tell that no path is X's."""
    del path
    return 0.0


def read(place: str, context: Context) -> Iterator[Record]:
    """Refuse a path.

    Raises:
        UnreadableError: Always.
    """
    del context
    raise UnreadableError(f"x reads X itself, and no file such as {place}")


def begin(context: Context, estimating: bool) -> LiveRun:
    """Begin a run.

    Raises:
        UsageError: If nothing is asked for, my account or a token is needed and not known, or the address is not
            allowed.
    """
    # tweepy takes a while to import, which other commands must not pay for.
    from ingest.sources.x.client import Client
    from ingest.sources.x.run import XRun

    wanted = read_options(context)
    client = None if estimating else Client(context.now, context.wait, patient=wanted.patient)
    return XRun(wanted, context, client)


SOURCE = Source(
    name="x",
    title="X (Twitter), live",
    reads="X itself: mentions and answers, anybody's posts, searches, lists with their members, whole conversations",
    obtain=(
        "On developer.x.com make an app (pay per use), and under Keys and tokens its bearer token. Put it into "
        "X_BEARER_TOKEN, or into a file of mode 0600 that X_BEARER_TOKEN_FILE names. X bills every read: --dry-run "
        "tells before what it may cost, --budget bounds it."
    ),
    wait="minutes",
    second_hop="much: whom the people you know answer and mention, and who answers them, in public",
    sight=3,
    detect=detect,
    read=read,
    options=OPTIONS,
    example=("--search", "QUERY", "--dry-run"),
    live=begin,
    check=read_options,
)
