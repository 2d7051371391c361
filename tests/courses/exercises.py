"""The same networks for every course: samples in rows, W as (in, out), everything else flat."""

from dataclasses import dataclass, replace

import numpy as np

Arrays = tuple[np.ndarray, ...]


def arrays(*values):
    return tuple(np.array(value, float) for value in values)


@dataclass(frozen=True)
class Exercise:
    """A network 3-4-2 with its data; `gamma` and `beta` for those with batch normalization."""

    X: np.ndarray
    Y: np.ndarray
    W: Arrays
    b: Arrays
    gamma: Arrays = ()
    beta: Arrays = ()


BATCH = Exercise(
    X=np.array([[1.0, 0.5, -1.0], [2.0, -0.5, 0.3], [-1.5, 1.0, 0.8], [0.4, -1.2, 1.5], [-0.7, 0.9, -0.2]]),
    Y=np.array([[1.0, 0], [0, 1], [0, 1], [1, 0], [0, 1]]),
    W=arrays(
        [[0.5, -0.4, 0.2, -0.3], [-0.2, 0.1, 0.7, 0.4], [0.3, 0.6, -0.5, 0.1]],
        [[0.3, -0.1], [-0.6, 0.4], [0.2, 0.7], [0.5, -0.2]],
    ),
    b=arrays([0.1, -0.2, 0.3, 0.05], [0.2, -0.1]),
)

SINGLE = replace(BATCH, X=BATCH.X[:1], Y=BATCH.Y[:1])

BATCHNORM = replace(BATCH, gamma=arrays([1.5, 0.5, -1.0, 2.0]), beta=arrays([0.1, -0.1, 0.2, 0.3]))

DEEP = replace(
    BATCH,
    W=(*BATCH.W[:1], np.array([[0.45, -0.65, 0.2], [0.25, 0.55, -0.3], [-0.35, 0.75, 0.6], [0.15, 0.4, -0.8]]),
       np.array([[0.3, -0.6], [0.7, 0.4], [-0.5, 0.2]])),
    b=arrays([0.1, -0.2, 0.3, 0.05], [0.2, 0.15, -0.25], [0.2, -0.1]),
)  # fmt: skip
"""For the courses without batch normalization: 3-4-3-2."""
