"""How far a copy of a store is, and what came of it, as text and as data."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from shlex import join, quote

from dashboard.words.lines import Line, command, count, dim, duration, good, number, size, warning
from dashboard.words.program import Program
from graph.store.copying import ACCOUNTS, INTERACTIONS, ITEMS, STATE, Copied, CopyProgress
from graph.stores import ARGUMENTS

_NOUNS = {ACCOUNTS: "account", ITEMS: "item", INTERACTIONS: "act"}
_OTHER = "other record"
_ADMIN = f"neo4j-admin database import full neo4j @{ARGUMENTS}"


def copying_words(at: CopyProgress) -> str:
    """Say how far a copy is: what is at hand, how much of it, rate, time left."""
    noun, rate = _NOUNS.get(at.part, _OTHER), at.done / max(at.seconds, 1e-3)
    done = count(at.done, noun) if at.total is None else f"{number(at.done)} of {count(at.total, noun)}"
    left = "" if at.total is None else f", {duration((at.total - at.done) / rate)} left"
    return f"{'comparing' if at.comparing else 'copying'}: {done}, {number(round(rate))}/s{left}"


def copied_lines(copied: Copied, source: str, target: str, seconds: float, program: Program) -> Iterator[Line]:
    """Tell what was copied from where to where, and what to do next."""
    there = replace(program, store=target)
    parts = [count(copied.counts.get(part, 0), noun) for part, noun in _NOUNS.items()]
    others = count(sum(_documents(copied).values()), _OTHER)
    same = f"the same on both sides by number and content (checksum {copied.checksum[:12]})"
    yield [good(f"Copied to {target}"), f": {', '.join(parts)} and {others}, {same}", dim(f"  in {duration(seconds)}")]
    if copied.begun == "anew":
        yield f"It was begun anew, as {source} had changed since the copy that was interrupted."
    if copied.outdated:
        yield [warning("Written to meanwhile: "), f"what came to {source} since the copy began is not in it."]
        yield ["To have that, too, empty it and copy again: ", command(there.line("erase", "--all"))]
    yield f"{source} stays as it is. What you change or forget in one of the two does not reach the other."
    yield ["Next, look at it: ", command(there.line("doctor"))]


def copied_to_dict(copied: Copied, source: str, target: str, seconds: float) -> dict[str, object]:
    """Give what was copied as data."""
    return {
        "from": source,
        "to": target,
        "begun": copied.begun,
        **{part: copied.counts.get(part, 0) for part in _NOUNS},
        "documents": _documents(copied),
        "checksum": copied.checksum,
        "outdated": copied.outdated,
        "seconds": seconds,
    }


def _documents(copied: Copied) -> dict[str, int]:
    return {part: many for part, many in copied.counts.items() if part not in (STATE, *_NOUNS)}


def import_command(folder: Path) -> str:
    """Say what makes a server's database of the files for an import."""
    return f"cd {quote(str(folder.resolve()))} && {_ADMIN}"


def import_lines(folder: Path, octets: int) -> Iterator[Line]:
    """Tell that these files are written, what they hold, and how they get into a server."""
    mounted = ["-v", f"{folder.resolve()}:/import", "-w", "/import", "--user", "root", "--entrypoint", "sh"]
    inside = ["neo4j", "-c", f"{_ADMIN} && chown -R neo4j:neo4j /data"]
    yield [good(f"Written to {folder}"), f" ({size(octets)}); only you may read it: the whole store is in it, with all"]
    yield "that is private. The import puts it in the place of everything that the server's database holds."
    yield "1. Stop the server, and type as the user that it runs as:"
    yield ["   ", command(import_command(folder))]
    yield "   or, of one in Docker:"
    yield ["   ", command(join(["docker-compose", "run", "--rm", "-T", *mounted, *inside]))]
    yield "2. Start the server, and look at the store in it; the first command makes the indexes:"
    yield ["   ", command("intrograph --store neo4j://localhost doctor")]
    yield "3. Delete the files: whom you forget later stays in them."
    yield ["   ", command(join(["rm", "-r", str(folder)]))]
