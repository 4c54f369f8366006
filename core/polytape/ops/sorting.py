"""Positions of extremes, sorting, searching: TensorFlow's functions over the ops of `polytape.ops.order`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polytape import arguments, dtypes
from polytape.conversion import convert
from polytape.dtypes import DType
from polytape.errors import InvalidArgumentError
from polytape.op import OPS
from polytape.ops import order
from polytape.tensor import Tensor


def argmax(input: Any, axis: Any = None, output_type: Any = dtypes.int64, name: str | None = None) -> Tensor:
    """Return the index of the largest element along one axis, the first of several.

    Args:
        input: a real tensor or one of truth values, with at least one axis.
        axis: one axis; `None` stands for the first.
        output_type: `tf.int64` or `tf.int32`.

    Raises:
        InvalidArgumentError: if the axis is out of range or holds no elements.

    >>> import polytape as tf
    >>> tf.argmax([[1, 5, 5], [7, 2, 3]], axis=1).numpy().tolist()
    [1, 0]
    """
    return _position(order.argmax, input, axis, output_type, "argmax")


def argmin(input: Any, axis: Any = None, output_type: Any = dtypes.int64, name: str | None = None) -> Tensor:
    """Return the index of the smallest element along one axis, the first of several.

    Args:
        input: a real tensor or one of truth values, with at least one axis.
        axis: one axis; `None` stands for the first.
        output_type: `tf.int64` or `tf.int32`.

    Raises:
        InvalidArgumentError: if the axis is out of range or holds no elements.

    >>> import polytape as tf
    >>> tf.argmin([[1, 5, 5], [7, 2, 3]], axis=1).numpy().tolist()
    [0, 1]
    """
    return _position(order.argmin, input, axis, output_type, "argmin")


def _position(find: Callable[..., Tensor], x: Any, axis: Any, output_type: Any, name: str) -> Tensor:
    if type(x) is not Tensor:
        x = convert(x)
    shape = x._array.shape
    axis = arguments.axis(0 if axis is None else axis, len(shape), name)
    if not shape[axis]:
        raise InvalidArgumentError(f"{name}: axis {axis} of shape {list(shape)} holds no elements, so none is extreme.")
    found = find(x, axis=axis)
    return found if output_type is dtypes.int64 else in_integers(found, output_type, name)


def in_integers(found: Tensor, output_type: Any, name: str) -> Tensor:
    """`found`, which is int64, as int64 or int32."""
    dtype: DType = dtypes.as_dtype(output_type)
    if dtype not in (dtypes.int32, dtypes.int64):
        raise InvalidArgumentError(f"{name}: indices are tf.int32 or tf.int64; received {dtype.name}.")
    backend = found._backend
    return found if dtype is dtypes.int64 else OPS["astype"](found, dtype=backend.native_dtype(dtype))
