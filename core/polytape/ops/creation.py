"""Tensors from values, shapes and ranges."""

from __future__ import annotations

import math
from typing import Any

from polytape import arguments
from polytape.backend import Shape
from polytape.conversion import convert, narrowed
from polytape.dtypes import DType, as_dtype, float32
from polytape.errors import DTypeError, InvalidArgumentError
from polytape.ops.shape import broadcast_to_, reshape_
from polytape.plugins import backends
from polytape.tensor import Tensor


def constant(value: Any, dtype: Any = None, shape: Any = None, name: str | None = None) -> Tensor:
    """Return `value` as a tensor of its own memory.

    Args:
        value: a number, a nested sequence of numbers, a NumPy array, or a tensor.
        dtype: by default int32 for Python integers, float32 for Python floats, else what the value has.
        shape: if given, the tensor's shape: the elements are rearranged, and a single one fills it.

    Raises:
        InvalidArgumentError: if sequences are ragged, or the number of elements does not fit the shape.
        DTypeError: if the value does not fit the dtype.

    >>> import polytape as tf
    >>> tf.constant([[1, 2], [3, 4]])
    <tf.Tensor: shape=(2, 2), dtype=int32, numpy=
    array([[1, 2],
           [3, 4]], dtype=int32)>
    >>> tf.constant(0.5, shape=(2, 3)).numpy().tolist()
    [[0.5, 0.5, 0.5], [0.5, 0.5, 0.5]]
    """
    made = convert(narrowed(value, dtype), dtype)
    if shape is None:
        return made
    lengths = lengths_of(shape, "constant")
    found = tuple(made._array.shape)
    if found == lengths:
        return made
    count, wanted = math.prod(found), math.prod(lengths)
    if count == wanted:
        return reshape_(made, shape=lengths)  # type: ignore[no-any-return]
    if count == 1:
        return broadcast_to_(reshape_(made, shape=()), shape=lengths)  # type: ignore[no-any-return]
    raise DTypeError(
        f"constant: {count} elements can't take the shape {list(lengths)}, which has {wanted}; pass as many, "
        "or one that fills the shape."
    )


def convert_to_tensor(value: Any, dtype: Any = None, dtype_hint: Any = None, name: str | None = None) -> Tensor:
    """Return `value` as a tensor: a tensor itself, a variable's value, else what `tf.constant` makes of it.

    Args:
        dtype: the dtype that it must have or be convertible to.
        dtype_hint: a dtype that it gets if it can.

    Raises:
        DTypeError: if the value does not fit `dtype`, or is a tensor of another one.

    >>> import polytape as tf
    >>> tf.convert_to_tensor([1, 2], dtype_hint=tf.float64).dtype
    tf.float64
    """
    return convert(narrowed(value, dtype), dtype, hint=None if dtype_hint is None else as_dtype(dtype_hint))


def is_tensor(x: Any) -> bool:
    """Return whether `x` is a tensor or something that stands for one: a variable, `IndexedSlices`.

    >>> import polytape as tf
    >>> tf.is_tensor(tf.Variable(1.0)), tf.is_tensor([1.0])
    (True, False)
    """
    return isinstance(x, Tensor) or hasattr(type(x), "__polytape_tensor__")


def zeros(shape: Any, dtype: Any = float32, name: str | None = None) -> Tensor:
    """Return a tensor of zeros (False for `tf.bool`).

    >>> import polytape as tf
    >>> tf.zeros((2, 3), tf.int32).numpy().tolist()
    [[0, 0, 0], [0, 0, 0]]
    """
    return _full(lengths_of(shape, "zeros"), 0, as_dtype(dtype))


def ones(shape: Any, dtype: Any = float32, name: str | None = None) -> Tensor:
    """Return a tensor of ones (True for `tf.bool`).

    >>> import polytape as tf
    >>> tf.ones(3).numpy().tolist()
    [1.0, 1.0, 1.0]
    """
    return _full(lengths_of(shape, "ones"), 1, as_dtype(dtype))


def zeros_like(input: Any, dtype: Any = None, name: str | None = None) -> Tensor:
    """Return zeros of the shape, and unless another is given the dtype, of a tensor.

    >>> import polytape as tf
    >>> tf.zeros_like([[1.5, 2.5]]).numpy().tolist()
    [[0.0, 0.0]]
    """
    return _full_like(input, 0, dtype)


def ones_like(input: Any, dtype: Any = None, name: str | None = None) -> Tensor:
    """Return ones of the shape, and unless another is given the dtype, of a tensor.

    >>> import polytape as tf
    >>> tf.ones_like([1.5, 2.5], dtype=tf.int64).numpy().tolist()
    [1, 1]
    """
    return _full_like(input, 1, dtype)


def fill(dims: Any, value: Any, name: str | None = None) -> Tensor:
    """Return a tensor of shape `dims` filled with one value, a tensor or number without axes.

    >>> import polytape as tf
    >>> tf.fill([2, 2], 7).numpy().tolist()
    [[7, 7], [7, 7]]
    """
    lengths = lengths_of(dims, "fill", "dims")
    made = convert(value)
    if made._array.shape:
        raise InvalidArgumentError(f"fill: value must have no axes; received shape {made.shape}.")
    return broadcast_to_(made, shape=lengths)  # type: ignore[no-any-return]


def eye(
    num_rows: Any,
    num_columns: Any = None,
    batch_shape: Any = None,
    dtype: Any = float32,
    name: str | None = None,
) -> Tensor:
    """Return an identity matrix, or a batch of them.

    Args:
        num_rows, num_columns: the shape of a matrix; by default a square one.
        batch_shape: the shape of the batch.

    >>> import polytape as tf
    >>> tf.eye(2).numpy().tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    rows, columns = lengths_of((num_rows, num_rows if num_columns is None else num_columns), "eye", "num_rows")
    backend, device = backends.placement()
    length = min(rows, columns)
    ones = backend.full((length,), 1, dtype=backend.native_dtype(as_dtype(dtype)), device=device)
    places = slice(0, (length - 1) * (columns + 1) + 1 if length else 0, columns + 1)
    matrix = backend.reshape(backend.setitem_zeros(ones, key=(places,), shape=(rows * columns,)), shape=(rows, columns))
    if batch_shape is not None:
        matrix = backend.broadcast_to(matrix, shape=(*lengths_of(batch_shape, "eye", "batch_shape"), rows, columns))
    return Tensor(matrix, backend)


def lengths_of(value: Any, op: str, name: str = "shape") -> Shape:
    """Return a shape of known lengths, given as integers or as an integer tensor.

    Raises:
        InvalidArgumentError: if a length is negative.
    """
    lengths = arguments.shape(value, op, name)
    if -1 in lengths:
        raise InvalidArgumentError(f"{op}: {name} must hold no negative lengths; received {list(lengths)}.")
    return lengths


def _full(shape: Shape, value: int, dtype: DType) -> Tensor:
    backend, device = backends.placement()
    return Tensor(backend.full(shape, value, dtype=backend.native_dtype(dtype), device=device), backend)


def _full_like(input: Any, value: int, dtype: Any) -> Tensor:
    if type(input) is not Tensor:
        input = convert(input)
    array, backend = input._array, input._backend
    native = array.dtype if dtype is None else backend.native_dtype(as_dtype(dtype))
    return Tensor(backend.full(tuple(array.shape), value, dtype=native, device=backend.device_of(array)), backend)
