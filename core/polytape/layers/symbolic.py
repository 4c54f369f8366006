"""`Input`: the shape with which a `Sequential` model begins."""

from __future__ import annotations

from typing import Any

from polytape.arguments import integer
from polytape.errors import InvalidArgumentError
from polytape.floatx import default
from polytape.layers.naming import unique_name
from polytape.shape import TensorShape


class SymbolicInput:
    """What `Input` returns: a shape and a dtype without values.

    Attributes:
        shape: the whole shape, the batch axis first; `None` for axes of any length.
        dtype: the dtype.
        name: the name.
    """

    def __init__(self, shape: TensorShape, dtype: Any, name: str | None) -> None:
        self.shape = shape
        self.dtype = default(dtype)
        self.name = name or unique_name("input_layer")

    def __repr__(self) -> str:
        return f"<Input shape={tuple(self.shape)}, dtype={self.dtype.name}, name={self.name}>"


def Input(
    shape: Any = None,
    batch_size: int | None = None,
    dtype: Any = None,
    sparse: bool | None = None,
    ragged: bool | None = None,
    batch_shape: Any = None,
    name: str | None = None,
    tensor: Any = None,
    optional: bool = False,
) -> SymbolicInput:
    """Return the input of a `Sequential` model, so that it is built at once.

    Args:
        shape: the shape of one example, `None` for axes of any length.
        batch_size: the length of the batch axis, if it is fixed.
        dtype: the dtype.
        sparse, ragged, tensor, optional: TensorFlow's; only their defaults are known here.
        batch_shape: the whole shape, in the place of `shape` and `batch_size`.
        name: the name.

    >>> import polytape as tf
    >>> model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(2)])
    >>> [tuple(v.shape) for v in model.trainable_variables]
    [(4, 2), (2,)]
    """
    if sparse or ragged or optional or tensor is not None:
        raise TypeError("Input: there are no sparse, ragged, optional or existing tensors as inputs here.")
    return SymbolicInput(whole_shape(shape, batch_size, batch_shape, "Input"), dtype, name)


def whole_shape(shape: Any, batch_size: int | None, batch_shape: Any, op: str) -> TensorShape:
    """Return the shape of a batch, from that of an example or as it is given."""
    if (shape is None) == (batch_shape is None):
        raise InvalidArgumentError(f"{op}: give either shape or batch_shape; received {shape!r} and {batch_shape!r}.")
    given = (batch_size, *_tuple(shape)) if batch_shape is None else _tuple(batch_shape)
    lengths = [None if length is None else integer(length, f"{op}: shape") for length in given]
    if any(length is not None and length < 0 for length in lengths):
        raise InvalidArgumentError(f"{op}: lengths of axes must not be negative; received {given}.")
    return TensorShape(lengths)


def _tuple(shape: Any) -> tuple[Any, ...]:
    return (shape,) if isinstance(shape, int) else tuple(shape)
