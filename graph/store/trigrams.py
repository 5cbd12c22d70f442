"""An index of texts by trigrams: which texts share most with a query. Columns only, so that it is a cache file.

Texts are the folded words of `graph.people.names`, each with two spaces before it, so that the beginning of a word
counts double. A posting is `trigram << DOCUMENT_BITS | document` in one sorted array of 64-bit numbers while it is
made, and two arrays when it is kept: the trigrams with their starts, and the documents. Trigrams are hashed
to 39 bits; the few that collide give candidates that the ranking drops.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

DOCUMENT_BITS = 24
_LETTER_BITS = 13
_LETTER_MASK = (1 << _LETTER_BITS) - 1
_DOCUMENT_MASK = (1 << DOCUMENT_BITS) - 1
_CHUNK = 20_000
_GAP = ord("\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigrams:
    """The index.

    Attributes:
        owners: What each document stands for (an account key); one may have several documents, int32.
        sizes: Distinct trigrams of each document, uint16.
        grams: The distinct trigrams, sorted, int64.
        starts: Where each one's documents start in `documents`, and the end of the last, int64.
        documents: Document numbers, int32.
    """

    owners: NDArray[np.int32]
    sizes: NDArray[np.uint16]
    grams: NDArray[np.int64]
    starts: NDArray[np.int64]
    documents: NDArray[np.int32]


def build(texts: Iterable[tuple[int, str]], base: Trigrams | None = None) -> Trigrams:
    """Index texts, given with their owners, on top of what is indexed already."""
    owners: list[NDArray[np.int32]] = [] if base is None else [base.owners]
    postings: list[NDArray[np.int64]] = [] if base is None else [_postings_of(base)]
    first = 0 if base is None else len(base.owners)
    for chunk in _chunks(texts):
        owners.append(np.array([owner for owner, _ in chunk], dtype=np.int32))
        postings.append(_index([text for _, text in chunk], first))
        first += len(chunk)
    sorted_ = np.concatenate(postings) if postings else np.zeros(0, dtype=np.int64)
    sorted_.sort(kind="stable")
    return _keep(np.concatenate(owners) if owners else np.zeros(0, dtype=np.int32), sorted_)


def nearest(index: Trigrams, text: str, limit: int) -> list[int]:
    """Give the owners of the documents that share most trigrams with a text, best first; shorter ones before longer."""
    wanted = np.unique(_grams(text))
    places = np.searchsorted(index.grams, wanted)
    places = places[places < len(index.grams)]
    places = places[np.isin(index.grams[places], wanted)]
    if not len(places):
        return []
    hits = np.concatenate([index.documents[index.starts[place] : index.starts[place + 1]] for place in places.tolist()])
    shared = np.bincount(hits, minlength=len(index.owners))
    # At most a few hundred thousand documents share anything at all; the floor keeps the sort small.
    floor = max(1, int(shared.max()) // 3)
    found = np.flatnonzero(shared >= floor)
    score = shared[found].astype(np.float64) - index.sizes[found] / 1024
    if len(found) > limit:
        best = np.argpartition(-score, limit)[:limit]
        found, score = found[best], score[best]
    owners: list[int] = index.owners[found[np.lexsort((index.owners[found], -score))]].tolist()
    return list(dict.fromkeys(owners))


def _chunks(texts: Iterable[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    held = iter(texts)
    while chunk := list(islice(held, _CHUNK)):
        yield chunk


def _grams(text: str) -> NDArray[np.int64]:
    letters = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.int64) & _LETTER_MASK
    grams: NDArray[np.int64] = (letters[:-2] << 2 * _LETTER_BITS) | (letters[1:-1] << _LETTER_BITS) | letters[2:]
    return grams


def _index(texts: Sequence[str], first: int) -> NDArray[np.int64]:
    """Give the postings of texts numbered from `first`, each once."""
    joined = "\n".join(texts)
    letters = np.frombuffer(joined.encode("utf-32-le"), dtype=np.uint32)
    gaps = letters == _GAP
    document = np.cumsum(gaps, dtype=np.int64) + first
    whole = ~(gaps[:-2] | gaps[1:-1] | gaps[2:])
    postings = (_grams(joined)[whole] << DOCUMENT_BITS) | document[:-2][whole]
    postings.sort()
    first_of_each = np.ones(len(postings), dtype=np.bool_)
    first_of_each[1:] = postings[1:] != postings[:-1]
    once: NDArray[np.int64] = postings[first_of_each]
    return once


def _keep(owners: NDArray[np.int32], postings: NDArray[np.int64]) -> Trigrams:
    documents = (postings & _DOCUMENT_MASK).astype(np.int32)
    grams = postings >> DOCUMENT_BITS
    starts = np.flatnonzero(np.diff(grams, prepend=-1))
    return Trigrams(
        owners=owners,
        sizes=np.minimum(np.bincount(documents, minlength=len(owners)), 65_535).astype(np.uint16),
        grams=grams[starts],
        starts=np.append(starts, len(grams)),
        documents=documents,
    )


def _postings_of(index: Trigrams) -> NDArray[np.int64]:
    postings: NDArray[np.int64] = np.repeat(index.grams, np.diff(index.starts)) << DOCUMENT_BITS
    return postings | index.documents
