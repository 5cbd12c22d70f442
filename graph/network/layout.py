"""Positions: where people stand, so that those who are few steps apart stand near each other, and nobody on another.

Each connected part is placed by itself, from PivotMDS on: few people by less stress and with room for their names, many
by forces that draw groups apart. It is turned so that it is wide rather than tall, and the parts are put around the
largest one. The same links always give the same positions.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from graph.network.links import Links, count_steps, renumber

_APART = 100.0  # how long a link is on average
_WIDE, _STRETCH = 4 / 3, 1.8  # width to height, and how far it may be brought about by stretching
_SCREEN, _NAME = np.array([730.0, 550.0]), np.array([104.0, 46.0])  # px: what is fitted, and a node with its name
_FILLED = 0.4  # how much of the screen nodes with names may take
_ALL_PAIRS = 500  # up to so many people all distances are looked at
_PIVOTS, _ROUNDS = 50, 50
_TOGETHER, _GRAVITY = 4.0, 0.1  # how much harder links within a group pull; how hard the middle does
_APART_AT_FIRST, _APART_AT_LAST = 0.2, 0.05  # of a link: those who would stand on one spot
_GOLDEN = np.pi * (3 - np.sqrt(5))
_FEW = (np.zeros((0, 2)), np.zeros((1, 2)), np.array([[-0.5, 0.0], [0.5, 0.0]]) * _APART)
Points = NDArray[np.float64]


def place_nodes(links: Links, group: NDArray[np.int32]) -> NDArray[np.int32]:
    """Place the nodes, links being about 100 units long on average.

    Returns:
        Shape (size, 2): x and y; the same for the same links.
    """
    part = _parts(links)
    order = np.argsort(part, kind="stable").astype(np.int32)
    parts = np.split(order, np.flatnonzero(np.diff(part[order])) + 1)
    parts.sort(key=lambda nodes: -len(nodes))
    points = np.zeros((links.size, 2))
    placed = [
        _place_part(renumber(links, nodes), group[nodes]) if len(nodes) > 2 else _FEW[len(nodes)] for nodes in parts
    ]
    for nodes, where in zip(parts, _around(placed), strict=True):
        points[nodes] = where
    return np.rint(points).astype(np.int32)


def _parts(links: Links) -> NDArray[np.int64]:
    """Give the smallest node of the connected part that each node is in."""
    part = np.arange(links.size)
    while True:
        least = np.minimum(part[links.a], part[links.b])
        before = part.copy()
        np.minimum.at(part, links.a, least)
        np.minimum.at(part, links.b, least)
        part = part[part]
        if (part == before).all():
            return part


def _place_part(links: Links, group: NDArray[np.int32]) -> Points:
    """Place a connected part around 0, 0."""
    points = scatter(pivot_mds(links), _APART_AT_FIRST)
    if links.size <= _ALL_PAIRS:
        return _normalize(links, make_room(_turn(lessen_stress(links, points)))) * _APART
    return _normalize(links, _turn(push_and_pull(links, points, group))) * _APART


def _normalize(links: Links, points: Points) -> Points:
    """Scale points so that links are 1 long on average."""
    return points / float(max(np.hypot(*(points[links.a] - points[links.b]).T).mean(), 1e-9))


def pivot_mds(links: Links) -> Points:
    """Place the nodes of a connected part by their steps to some pivots: shape (size, 2).

    PivotMDS (Brandes and Pich 2006): with C the squared steps to the pivots, centred both ways, the positions are C·v
    for the two leading eigenvectors v of C'C. Each pivot is the node that is farthest from those before it.
    """
    ptr, ends = links.rows()
    nearest, columns, start = np.full(links.size, np.inf), [], int(links.degree().argmax())
    for _ in range(min(_PIVOTS, links.size)):
        steps = count_steps(ptr, ends, start).astype(np.float64)
        columns.append(steps**2)
        nearest = np.minimum(nearest, steps)
        start = int(nearest.argmax())
    held = np.stack(columns, axis=1)
    centred = held - held.mean(axis=0) - held.mean(axis=1, keepdims=True) + held.mean()
    vectors = np.linalg.eigh(centred.T @ centred)[1][:, ::-1][:, :2]
    return _normalize(links, centred @ vectors)


def scatter(points: Points, apart: float) -> Points:
    """Spread those who stand on one spot around it, as the seeds of a sunflower, whose neighbours are so far apart."""
    _, spot, count = np.unique(np.rint(points * 10 / apart), axis=0, return_inverse=True, return_counts=True)
    spot = spot.ravel()
    order = np.argsort(spot, kind="stable")
    seat = np.empty(len(points), dtype=np.int64)
    seat[order] = np.arange(len(points)) - (np.cumsum(count) - count)[spot[order]]
    angle = seat * _GOLDEN
    moved: Points = points + (apart * np.sqrt(seat) * np.stack((np.cos(angle), np.sin(angle)))).T
    return moved


def lessen_stress(links: Links, points: Points) -> Points:
    """Move the nodes until their distances are nearly their numbers of steps.

    Stress majorization (Gansner, Koren, North 2004) of Σ (|p_i - p_j| - d_ij)² / d_ij², each round a Jacobi step: every
    node goes to the weighted mean of where the others want it.
    """
    ptr, ends = links.rows()
    steps = np.stack([count_steps(ptr, ends, node) for node in range(links.size)]).astype(np.float64)
    np.fill_diagonal(steps, 1)
    weight = steps**-2.0
    np.fill_diagonal(weight, 0)
    total = weight.sum(axis=1, keepdims=True)
    for _ in range(_ROUNDS):
        apart = points[:, None, :] - points[None, :, :]
        distance = np.hypot(apart[..., 0], apart[..., 1])
        wanted = steps / np.maximum(distance, 1e-6)
        points = np.asarray((weight @ points + ((weight * wanted)[..., None] * apart).sum(axis=1)) / total)
    return points


def push_and_pull(links: Links, points: Points, group: NDArray[np.int32]) -> Points:
    """Let links pull and all nodes push each other, so that groups draw apart; for many nodes.

    As in ForceAtlas2 (Jacomy, Venturini, Heymann, Bastian 2014), with m the sum of the weights of a node's links, and
    one: a link pulls by weight · distance, any two nodes push by m_i · m_j / distance, and the middle pulls a little.
    The first two are divided by m_i here, so that a step of fixed length is stable. The push is read from a field over
    a grid, which is a convolution by FFT: a round takes as long as the grid is large, and not n².
    """
    weight = np.where((group[links.a] == group[links.b]) & (group[links.a] >= 0), _TOGETHER, 1.0)
    mass = 1 + np.bincount(links.a, weight, links.size) + np.bincount(links.b, weight, links.size)
    cells = 1 << int(np.ceil(np.log2(1.5 * np.sqrt(links.size))))
    offset = np.fft.fftfreq(2 * cells, 1 / (2 * cells))
    away = np.stack(np.meshgrid(offset, offset, indexing="ij"))
    kernels = np.fft.rfft2(away / np.maximum((away**2).sum(axis=0), 1))
    for _ in range(_ROUNDS):
        width = np.ptp(points, axis=0).max() / (cells - 1)
        x, y = np.rint((points - points.min(axis=0)) / width).astype(np.int64).T
        held = np.bincount(2 * cells * x + y, mass, 4 * cells * cells).reshape(2 * cells, 2 * cells)
        push = np.fft.irfft2(np.fft.rfft2(held) * kernels, s=held.shape)[:, x, y].T / width
        apart = weight[:, None] * (points[links.b] - points[links.a])
        pull = [np.bincount(links.a, one, links.size) - np.bincount(links.b, one, links.size) for one in apart.T]
        home = _GRAVITY * (points - points.mean(axis=0))
        points = points + 0.5 * (np.stack(pull, axis=1) / mass[:, None] + push / mass.sum() - home)
    return scatter(points, _APART_AT_LAST)


def _turn(points: Points) -> Points:
    """Turn points so that they are wide rather than tall, around 0, 0."""
    centred = points - points.mean(axis=0)
    vectors = np.linalg.eigh(centred.T @ centred)[1][:, ::-1]
    turned = centred @ (vectors * np.where(vectors[np.abs(vectors).argmax(axis=0), [0, 1]] < 0, -1, 1))
    wide, tall = np.ptp(turned, axis=0)
    stretch = np.clip(wide / max(tall, 1e-9) / _WIDE, 1 / _STRETCH, _STRETCH) ** 0.5
    moved: Points = turned * [1 / stretch, stretch]
    return moved


def make_room(points: Points) -> Points:
    """Push those apart whose names would stand on each other when all is fitted to a screen.

    Boxes of the size of a name are moved by half of their overlap, in the direction in which that is less, until none
    is left or so many rounds are done.
    """
    room = np.minimum(_NAME, _NAME * np.sqrt(_FILLED * _SCREEN.prod() / len(points) / _NAME.prod()))
    for _ in range(_ROUNDS):
        points = points * (_SCREEN / np.maximum(np.ptp(points, axis=0), 1e-9)).min()
        apart = points[:, None, :] - points[None, :, :]
        over = np.maximum(room - np.abs(apart), 0)
        np.einsum("iik->ik", over)[:] = 0
        over[(over == 0).any(axis=2)] = 0
        if not over.any():
            break
        less = over[..., 0] / room[0] > over[..., 1] / room[1]
        over[less, 0], over[~less, 1] = 0, 0
        points = points + np.clip((np.sign(apart) * over).sum(axis=1) / 2, -room / 2, room / 2)
    return points


def _around(parts: list[Points]) -> Iterator[Points]:
    """Put the parts, largest first, around the first one: on ellipses, each as wide as its largest part."""
    yield parts[0]
    axes = np.array([_WIDE, 1.0]) * np.hypot(*(parts[0] / [_WIDE, 1]).T).max(initial=_APART)
    radius = [float(np.hypot(*part.T).max(initial=0)) + _APART / 2 for part in parts]
    place = 1
    while place < len(parts):
        axes = axes + radius[place]
        last, used = place, 0.0
        while last < len(parts) and (used == 0 or used + 2 * radius[last] < np.pi * axes.sum()):
            used += 2 * radius[last]
            last += 1
        share = 2 * np.pi / max(used, np.pi * axes.sum() if last < len(parts) else used)
        angle = -radius[place] * share
        for part, size in zip(parts[place:last], radius[place:last], strict=True):
            yield part + axes * [np.cos(angle + size * share), np.sin(angle + size * share)]
            angle += 2 * size * share
        axes, place = axes + radius[place], last
