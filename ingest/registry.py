"""The sources by name, and which of them a path is meant for.

Modules are imported when they are asked for: a question to the store must not pay for an XML parser.
"""

from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from graph.errors import Remedy, UsageError, operands
from ingest import sources as packages
from ingest.kit.files import mode_of
from ingest.kit.looks import is_foreign, sniff
from ingest.source import Source, UnreadableError

# Each module ends with `SOURCE = Source(...)`, named as the module is.
_MODULES = {
    name.replace("_", "-"): f"{packages.__name__}.{name}"
    for _, name, _ in iter_modules(packages.__path__)
    if not name.startswith("_")
}
# Below this a source does not claim a path.
_SURE = 0.5


def names() -> tuple[str, ...]:
    """Name every source, in alphabetical order."""
    return tuple(_MODULES)


def source(name: str) -> Source:
    """Give a source by its name.

    Raises:
        UsageError: If there is none; says which there are.
    """
    module = _MODULES.get(name)
    if module is None:
        near = get_close_matches(name, _MODULES, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise UsageError(f"there is no source {name!r}; {hint}the sources are {', '.join(_MODULES)}")
    found = getattr(import_module(module), "SOURCE", None)
    assert isinstance(found, Source), f"{module} has no SOURCE"  # noqa: S101 # a source module that breaks its contract is a bug of ours
    return found


def sources() -> list[Source]:
    """Give every source, in the order of their names."""
    return [source(name) for name in _MODULES]


def detect(path: Path) -> Source:
    """Find the source that a path is most surely meant for; of equally sure ones the first.

    Raises:
        UnreadableError: If there is no such path, or none is sure enough; says what it looks like and what to do.
    """
    mode_of(path)  # what is not there looks like nothing
    best, sureness = None, _SURE
    for candidate in () if is_foreign(path) else sources():
        found = candidate.detect(path)
        if found > sureness or (best is None and found == sureness):
            best, sureness = candidate, found
    if best is None:
        looks = sniff(path)
        do = looks.advice or f"name the source, one of {', '.join(_MODULES)}"
        named = [] if looks.advice else [Remedy(("ingest", looks.source or "SOURCE", *operands(str(path))))]
        raise UnreadableError(f"no source reads {path}: it looks like {looks.words}; {do}", remedies=named)
    return best
