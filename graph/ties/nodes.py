"""People as numbers: what arrays of ties are indexed by."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graph.people.identity import Persons
from graph.people.person import Directory, Person
from graph.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Nodes:
    """People as numbers from 0, in the order of their ids, so that comparing numbers compares ids.

    Attributes:
        of_key: Node by account key, int32; -1 where there is no such account.
        key_of: Account key of the person's id by node, int32.
    """

    of_key: NDArray[np.int32]
    key_of: NDArray[np.int32]

    @property
    def size(self) -> int:
        """Count the people."""
        return len(self.key_of)

    def node(self, key: int | None) -> int:
        """Give the node of an account key; -1 where it has none."""
        return int(self.of_key[key]) if key is not None and key < len(self.of_key) else -1


def number_people(store: Store, persons: Persons) -> Nodes:
    """Number the people of a store in the order of their ids."""
    order = store.keys_by_id()
    rank_of_key = np.full(int(order.max(initial=0)) + 1, -1, dtype=np.int32)
    rank_of_key[order] = np.arange(len(order), dtype=np.int32)
    is_person = np.ones(len(order), dtype=np.bool_)
    joined = list(persons.joined())
    keys = store.account_keys({account for pair in joined for account in pair})
    held = [(keys[account], keys[person]) for account, person in joined if account in keys and person in keys]
    members = rank_of_key[np.array([member for member, _ in held], dtype=np.int64)]
    heads = rank_of_key[np.array([head for _, head in held], dtype=np.int64)]
    is_person[members] = False
    node_of_rank = (np.cumsum(is_person) - 1).astype(np.int32)
    node_of_rank[members] = node_of_rank[heads]
    of_key = np.full(len(rank_of_key), -1, dtype=np.int32)
    of_key[order] = node_of_rank
    return Nodes(of_key=of_key, key_of=order[is_person])


def number_some(store: Store, persons: Persons, people: Collection[str]) -> Nodes:
    """Number some people in the order of their ids, and nobody else."""
    keys = store.account_keys([account for person in people for account in persons.members(person)])
    held = sorted(person for person in people if person in keys)
    of_key = np.full(max(keys.values(), default=-1) + 1, -1, dtype=np.int32)
    for node, person in enumerate(held):
        of_key[[keys[account] for account in persons.members(person) if account in keys]] = node
    return Nodes(of_key=of_key, key_of=np.array([keys[person] for person in held], dtype=np.int32))


def hide_others(nodes: Nodes, among: NDArray[np.int32]) -> Nodes:
    """Number the same people alike, but let only some be found by their accounts; they are given by account key."""
    shown = np.zeros(nodes.size, dtype=np.bool_)
    held = nodes.of_key[among[among < len(nodes.of_key)]]
    shown[held[held >= 0]] = True
    of_key = nodes.of_key.copy()
    known = of_key >= 0
    of_key[known] = np.where(shown[of_key[known]], of_key[known], -1)
    return Nodes(of_key=of_key, key_of=nodes.key_of)


def locate_people(store: Store, nodes: Nodes, ids: Collection[str]) -> dict[str, int]:
    """Give the nodes of people by id; those that are not numbered are left out."""
    found = {id_: nodes.node(key) for id_, key in store.account_keys(ids).items()}
    return {id_: node for id_, node in found.items() if node >= 0}


def people_of_keys(store: Store, directory: Directory, keys: Iterable[int]) -> dict[int, Person]:
    """Give people by the account keys of their ids; those that the store does not hold are left out."""
    ids = store.account_ids(list(keys))
    people = directory.people(ids.values())
    return {key: people[id_] for key, id_ in ids.items() if id_ in people}


def find_nodes(
    store: Store, nodes: Nodes, pairs: Sequence[tuple[str, str]]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Give the nodes of pairs of account ids; pairs unknown or within one person are left out by the mask."""
    keys = store.account_keys({account for pair in pairs for account in pair})
    source = np.array([nodes.node(keys.get(a)) for a, _ in pairs], dtype=np.int64)
    target = np.array([nodes.node(keys.get(b)) for _, b in pairs], dtype=np.int64)
    known = (source != target) & (source >= 0) & (target >= 0)
    return source[known], target[known], known
