"""Labels and features as models want them, on the host."""

from __future__ import annotations

from typing import Any

import numpy as np

from polytape.errors import InvalidArgumentError
from polytape.tensor import Tensor


def to_categorical(x: Any, num_classes: int | None = None) -> Any:
    """Return one-hot rows for integers: a float32 NumPy array, or a tensor if `x` is one.

    Args:
        x: integers from 0 up to but without `num_classes`; a last axis of length one is dropped.
        num_classes: by default one more than the largest integer.

    Raises:
        InvalidArgumentError: if a number is out of range.

    >>> to_categorical([0, 2]).tolist()
    [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    """
    from polytape.ops.ranges import one_hot

    labels = np.asarray(x).astype(np.int64)
    if labels.ndim > 1 and labels.shape[-1] == 1:
        labels = labels[..., 0]
    classes = int(labels.max(initial=-1)) + 1 if num_classes is None else num_classes
    if labels.size and (labels.min() < 0 or labels.max() >= classes):
        raise InvalidArgumentError(
            f"to_categorical: the numbers must lie from 0 to {classes - 1}; received {labels.min()} to {labels.max()}."
        )
    if isinstance(x, Tensor):
        return one_hot(labels, classes)
    return (labels[..., None] == np.arange(classes)).astype(np.float32)


def normalize(x: Any, axis: int = -1, order: int = 2) -> Any:
    """Return a NumPy array divided by its norms of some order along an axis; where a norm is zero, as it is.

    >>> normalize([[3.0, 4.0]]).tolist()
    [[0.6, 0.8]]
    """
    values = np.asarray(x)
    norms = np.atleast_1d(np.linalg.norm(values, order, axis))
    norms[norms == 0] = 1
    return values / np.expand_dims(norms, axis)
