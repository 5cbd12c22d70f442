"""Positions: where people stand, so that those who are few steps apart stand near each other."""

import numpy as np
from numpy.typing import NDArray

from graph.network.links import Links, count_steps

_PIVOTS = 50
_APART = 100.0
Points = NDArray[np.float64]


def place_nodes(links: Links) -> NDArray[np.int32]:
    """Place the nodes, links being about 100 units long on average.

    Returns:
        Shape (size, 2): x and y; the same for the same links.
    """
    points = pivot_mds(links)
    length = np.hypot(*(points[links.a] - points[links.b]).T).mean() if len(links) else 1.0
    return np.rint(points * _APART / max(length, 1e-9)).astype(np.int32)


def pivot_mds(links: Links, pivots: int = _PIVOTS) -> Points:
    """Place nodes by their steps to some pivots (PivotMDS; Brandes and Pich 2006): shape (size, 2).

    With C the squared steps to the pivots, centred both ways, the positions are C·v for the two leading eigenvectors v
    of C'C. Each pivot is the node that is farthest from those before it.
    """
    ptr, ends = links.rows()
    nearest, columns = np.full(links.size, np.inf), []
    start = int(links.degree().argmax()) if links.size else 0
    for _ in range(min(pivots, links.size)):
        steps = count_steps(ptr, ends, start).astype(np.float64)
        steps[steps < 0] = links.size
        columns.append(steps**2)
        nearest = np.minimum(nearest, steps)
        start = int(nearest.argmax())
    if not columns:
        return np.zeros((0, 2))
    held = np.stack(columns, axis=1)
    centred = held - held.mean(axis=0) - held.mean(axis=1, keepdims=True) + held.mean()
    vectors = np.linalg.eigh(centred.T @ centred)[1][:, ::-1][:, :2]
    points = centred @ vectors
    return np.pad(points, ((0, 0), (0, 2 - points.shape[1])))
