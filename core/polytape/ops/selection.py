"""Which of two: by a condition, or by size."""

from __future__ import annotations

from typing import Any

from polytape.backend import Array, Backend
from polytape.dtypes import ANY, BOOL, REAL, int64
from polytape.errors import InvalidArgumentError
from polytape.op import elementwise
from polytape.tensor import Tensor


@elementwise(
    lambda backend, gradient, x, y: backend.where(backend.greater_equal(x, y), gradient, 0),
    lambda backend, gradient, x, y: backend.where(backend.greater_equal(x, y), 0, gradient),
    accepts=REAL,
)
def maximum(backend: Backend, x: Array, y: Array) -> Array:
    """Return the larger of two, NaN where either is NaN.

    Where both are equal, the gradient goes to `x`; where one is NaN, to `y`.

    Args:
        x, y: integer or floating-point tensors of one dtype whose shapes broadcast.

    >>> import polytape as tf
    >>> tf.maximum([1, 5], 3).numpy().tolist()
    [3, 5]
    """
    return backend.maximum(x, y)


@elementwise(
    lambda backend, gradient, x, y: backend.where(backend.less_equal(x, y), gradient, 0),
    lambda backend, gradient, x, y: backend.where(backend.less_equal(x, y), 0, gradient),
    accepts=REAL,
)
def minimum(backend: Backend, x: Array, y: Array) -> Array:
    """Return the smaller of two, NaN where either is NaN.

    Where both are equal, the gradient goes to `x`; where one is NaN, to `y`.

    Args:
        x, y: integer or floating-point tensors of one dtype whose shapes broadcast.

    >>> import polytape as tf
    >>> tf.minimum([1, 5], 3).numpy().tolist()
    [1, 3]
    """
    return backend.minimum(x, y)


def _within(backend: Any, gradient: Array, x: Array, low: float, high: float) -> Array:
    """The gradient where x is not clipped, 0 elsewhere."""
    return backend.where(backend.logical_and(backend.greater_equal(x, low), backend.less_equal(x, high)), gradient, 0)


@elementwise(_within, accepts=REAL)
def clip(backend: Backend, x: Array, *, low: float, high: float) -> Array:
    """Return x brought into the range from low to high; the op behind `tf.clip_by_value` for numbers."""
    return backend.maximum(backend.minimum(x, high), low)


@elementwise(
    None,
    lambda backend, gradient, condition: backend.where(condition, gradient, 0),
    lambda backend, gradient, condition: backend.where(condition, 0, gradient),
    accepts=(BOOL, ANY, ANY),
    holomorphic=False,
)
def where(backend: Backend, condition: Array, x: Array, y: Array) -> Array:
    """Return x where the condition holds, else y; the op behind `tf.where` with three arguments."""
    return backend.where(condition, x, y)


@elementwise(accepts=ANY)
def nonzero(backend: Backend, x: Array) -> Array:
    """Return the indices of what is not zero, of shape [their number, rank of x], in row-major order."""
    shape = x.shape
    native, device = backend.native_dtype(int64), backend.device_of(x)
    size = 1
    for length in shape:
        size *= length
    hits = backend.reshape(backend.not_equal(x, backend.full(shape, 0, dtype=x.dtype, device=device)), shape=(size,))
    count = int(backend.sum(backend.astype(hits, dtype=native)))
    # A stable sort brings the hits to the front, each group in its order.
    flat = backend.argsort(backend.astype(backend.logical_not(hits), dtype=native), axis=0)
    flat = backend.getitem(flat, key=(slice(0, count),))
    columns = []
    for length in reversed(shape):
        columns.append(backend.reshape(backend.remainder(flat, length), shape=(count, 1)))
        flat = backend.floor_divide(flat, length)
    return (
        backend.concat(columns[::-1], axis=1) if columns else backend.full((count, 0), 0, dtype=native, device=device)
    )


# The public function below has TensorFlow's signature; the op of the same name stays at hand as this.
select = where


def where(  # type: ignore[no-redef]
    condition: Any, x: Any = None, y: Any = None, name: str | None = None
) -> Tensor:
    """Return x where a condition holds and y elsewhere, or, without them, the indices where the condition
    holds.

    Args:
        condition: a bool tensor; any tensor if it stands alone, and what is not zero counts.
        x, y: tensors of one dtype; the shapes of all three broadcast.

    Returns:
        A tensor of the dtype of x and y; without them an int64 tensor of shape [number of indices, rank of
        condition], in row-major order.

    Raises:
        InvalidArgumentError: if just one of x and y is given.
        DTypeError: if the condition is not bool, or x and y have two dtypes.

    >>> import polytape as tf
    >>> tf.where([True, False], [1, 2], [10, 20]).numpy().tolist()
    [1, 20]
    >>> tf.where([[True, False], [False, True]]).numpy().tolist()
    [[0, 0], [1, 1]]
    """
    if x is None or y is None:
        if x is not y:
            raise InvalidArgumentError("where: x and y must be given both or not at all; received just one of them.")
        return nonzero(condition)  # type: ignore[no-any-return]
    return select(condition, x, y)  # type: ignore[no-any-return]
