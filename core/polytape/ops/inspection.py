"""What shape a tensor has: as tensors, and as a condition."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from polytape import arguments
from polytape.backend import Array, Backend, Shape
from polytape.conversion import convert
from polytape.dtypes import INTEGER, as_dtype, int32
from polytape.errors import InvalidArgumentError
from polytape.op import op
from polytape.ops.gathering import require_in_range
from polytape.shape import TensorShape
from polytape.tensor import Tensor


def shape(input: Any, out_type: Any = int32, name: str | None = None) -> Tensor:
    """Return the shape of a tensor as a tensor of integers.

    >>> import polytape as tf
    >>> tf.shape([[1, 2, 3], [4, 5, 6]]).numpy().tolist()
    [2, 3]
    """
    x = input if type(input) is Tensor else convert(input)
    return _integers(list(x._array.shape), x, out_type)


def shape_n(input: Sequence[Any], out_type: Any = int32, name: str | None = None) -> list[Tensor]:
    """Return the shape of each of several tensors as a tensor of integers.

    >>> import polytape as tf
    >>> [shape.numpy().tolist() for shape in tf.shape_n([[1, 2], [[3]]])]
    [[2], [1, 1]]
    """
    return [shape(item, out_type) for item in input]


def size(input: Any, out_type: Any = int32, name: str | None = None) -> Tensor:
    """Return the number of elements of a tensor as an integer tensor without axes.

    >>> import polytape as tf
    >>> int(tf.size([[1, 2, 3], [4, 5, 6]]))
    6
    """
    x = input if type(input) is Tensor else convert(input)
    return _integers(math.prod(x._array.shape), x, out_type)


def rank(input: Any, name: str | None = None) -> Tensor:
    """Return the number of axes of a tensor as an int32 tensor without axes.

    >>> import polytape as tf
    >>> int(tf.rank([[1, 2, 3], [4, 5, 6]]))
    2
    """
    x = input if type(input) is Tensor else convert(input)
    return _integers(len(x._array.shape), x, int32)


def _integers(value: Any, like: Tensor, dtype: Any) -> Tensor:
    backend = like._backend
    array = np.array(value, as_dtype(dtype).as_numpy_dtype)
    return Tensor(backend.from_numpy(array, backend.device_of(like._array)), backend)


def ensure_shape(x: Any, shape: Any, name: str | None = None) -> Tensor:
    """Return a tensor as it is, if it has a shape.

    Args:
        x: a tensor of any dtype.
        shape: the lengths; `None` for any length.

    Raises:
        InvalidArgumentError: if the tensor's shape is another one.

    >>> import polytape as tf
    >>> tf.ensure_shape([[1, 2]], [None, 2]).shape
    TensorShape([1, 2])
    """
    made = x if type(x) is Tensor else convert(x)
    if shape is not None and not TensorShape(shape).is_compatible_with(made._array.shape):
        raise InvalidArgumentError(
            f"ensure_shape: the tensor has shape {made.shape}, which is not compatible with {TensorShape(shape)}."
        )
    return made


@op(accepts=INTEGER)
def unravelled(backend: Backend, indices: Array, *, dims: Shape) -> Array:
    """Return the indices along each axis of elements whose places in row-major order are given."""
    require_in_range(backend, indices, math.prod(dims), 0)
    parts = []
    for length in reversed(dims):
        parts.append(backend.remainder(indices, length))
        indices = backend.floor_divide(indices, length)
    return backend.pack(*reversed(parts), axis=0)


def unravel_index(indices: Any, dims: Any, name: str | None = None) -> Tensor:
    """Return the indices along each axis of elements whose places in row-major order are given.

    Args:
        indices: integers of at most one axis.
        dims: the lengths of the axes.

    Returns:
        Shape [number of axes], or [number of axes, number of indices].

    Raises:
        OutOfRangeError: if there is no such element.

    >>> import polytape as tf
    >>> tf.unravel_index([2, 5], [3, 3]).numpy().tolist()
    [[0, 1], [2, 2]]
    """
    return unravelled(indices, dims=arguments.shape(dims, "unravel_index", "dims"))  # type: ignore[no-any-return]


def broadcast_static_shape(shape_x: Any, shape_y: Any) -> TensorShape:
    """Return the shape to which tensors of two shapes broadcast.

    Raises:
        InvalidArgumentError: if they don't broadcast.

    >>> import polytape as tf
    >>> tf.broadcast_static_shape(tf.TensorShape([4, 1]), tf.TensorShape([3]))
    TensorShape([4, 3])
    """
    x, y = TensorShape(shape_x), TensorShape(shape_y)
    rank = max(len(x), len(y))
    lengths = []
    for a, b in zip((1,) * (rank - len(x)) + tuple(x), (1,) * (rank - len(y)) + tuple(y)):
        if a == b or b == 1:
            lengths.append(a)
        elif a == 1:
            lengths.append(b)
        elif a is None or b is None:
            lengths.append(a if b is None else b)
        else:
            raise InvalidArgumentError(
                f"Shapes {x} and {y} can't be broadcast: aligned at their last axes, two lengths must be equal or one "
                "of them 1."
            )
    return TensorShape(lengths)


def broadcast_dynamic_shape(shape_x: Any, shape_y: Any) -> Tensor:
    """Return, as a tensor, the shape to which tensors of two shapes, given as tensors, broadcast.

    >>> import polytape as tf
    >>> tf.broadcast_dynamic_shape([4, 1], [3]).numpy().tolist()
    [4, 3]
    """
    lengths = [arguments.shape(item, "broadcast_dynamic_shape") for item in (shape_x, shape_y)]
    dtype = getattr(shape_x, "dtype", int32)
    return convert(list(broadcast_static_shape(*lengths)), dtype)
