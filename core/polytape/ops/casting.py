"""From one dtype to another. NumPy gives the limits of dtypes, and reads bytes on the host."""

from __future__ import annotations

from typing import Any

import numpy as np

from polytape.backend import Array, Backend
from polytape.conversion import convert
from polytape.dtypes import ANY, DType, as_dtype
from polytape.errors import InvalidArgumentError
from polytape.op import op
from polytape.ops.selection import clip
from polytape.tensor import Tensor


@op(
    lambda backend, gradient, x_dtype: backend.astype(gradient, dtype=x_dtype),
    accepts=ANY,
    holomorphic=False,
)
def astype(backend: Backend, x: Array, *, dtype: Any) -> Array:
    """Return `x` in another native dtype; the op behind `tf.cast` to dtypes that have gradients."""
    return backend.astype(x, dtype=dtype)


@op(accepts=ANY)
def discretise(backend: Backend, x: Array, *, dtype: Any) -> Array:
    """Return `x` in a native integer or bool dtype; the op behind `tf.cast` where no gradient can flow."""
    return backend.astype(x, dtype=dtype)


def cast(x: Any, dtype: Any, name: str | None = None) -> Tensor:
    """Return `x` converted to another dtype.

    Floats are truncated towards zero on the way to integers, complex numbers lose their imaginary part on the
    way to real ones, and whatever is not zero becomes true. Gradients flow between floating-point and complex
    dtypes.

    Args:
        x: a tensor of any shape and dtype.
        dtype: the dtype wanted; where it is that of `x`, the tensor itself is returned.

    Raises:
        TypeError: if no dtype of that name exists.

    >>> import polytape as tf
    >>> tf.cast([1.8, -2.9], tf.int32).numpy().tolist()
    [1, -2]
    """
    if type(x) is not Tensor:
        x = convert(x)
    wanted = as_dtype(dtype)
    backend = x._backend
    if backend.dtype_of(x._array) is wanted:
        return x  # type: ignore[no-any-return]
    convert_dtype = astype if wanted.is_differentiable else discretise
    return convert_dtype(x, dtype=backend.native_dtype(wanted))  # type: ignore[no-any-return]


def saturate_cast(value: Any, dtype: Any, name: str | None = None) -> Tensor:
    """Return `value` converted to another dtype, with numbers out of its range brought to the nearest within.

    Args:
        value: an integer or floating-point tensor.
        dtype: the dtype wanted: integer or floating-point.

    >>> import polytape as tf
    >>> tf.saturate_cast([-1, 300], tf.uint8).numpy().tolist()
    [0, 255]
    """
    value = convert(value)
    wanted, given = as_dtype(dtype), value.dtype
    if wanted.is_bool or wanted.is_complex or given.is_bool or given.is_complex:
        return cast(value, wanted)
    low, high = wanted.min, wanted.max
    if given.is_integer:
        low, high = max(int(low), int(given.min)), min(int(high), int(given.max))
        if (low, high) == (given.min, given.max):
            return cast(value, wanted)
        return cast(clip(value, low=low, high=high), wanted)
    native = given.as_numpy_dtype
    low, high = native(max(float(low), float(given.min))), native(min(float(high), float(given.max)))
    if wanted.is_integer and int(high) > wanted.max:  # 2³¹ - 1 is no float32: take the number below
        high = np.nextafter(high, native(0))
    return cast(clip(value, low=float(low), high=float(high)), wanted)


def bitcast(input: Any, type: Any, name: str | None = None) -> Tensor:
    """Return the bytes of a tensor, read as another dtype.

    Args:
        input: a tensor.
        type: the dtype wanted. A narrower one gives a last axis more; for a wider one, the last axis of
            `input` must hold just the bytes of one element, and is dropped.

    Raises:
        InvalidArgumentError: if the last axis does not hold one element of a wider dtype.

    >>> import polytape as tf
    >>> hex(int(tf.bitcast(1.0, tf.uint32)))
    '0x3f800000'
    """
    tensor = convert(input)
    wanted, size = as_dtype(type), tensor.dtype.size
    shape = tuple(tensor._array.shape)
    if wanted.size > size and (not shape or shape[-1] * size != wanted.size):
        raise InvalidArgumentError(
            f"bitcast: from {tensor.dtype.name} to {wanted.name} the last axis must have length "
            f"{wanted.size // size}; received shape {list(shape)}."
        )
    return reinterpret(tensor, dtype=wanted)  # type: ignore[no-any-return]


@op(accepts=ANY)
def reinterpret(backend: Backend, x: Array, *, dtype: DType) -> Array:
    """Return the bytes of `x` read as another dtype; the op behind `tf.bitcast`, by way of the host."""
    shape = tuple(x.shape)
    size = backend.dtype_of(x).size
    if dtype.size > size:
        shape = shape[:-1]
    elif dtype.size < size:
        shape = (*shape, size // dtype.size)
    host = np.ascontiguousarray(backend.to_numpy(x))
    return backend.from_numpy(np.frombuffer(host.tobytes(), dtype.as_numpy_dtype).reshape(shape), backend.device_of(x))
