"""From one dtype to another."""

from __future__ import annotations

from typing import Any

from polytape.backend import Array, Backend
from polytape.conversion import convert
from polytape.dtypes import ANY, as_dtype
from polytape.op import op
from polytape.tensor import Tensor


@op(
    lambda backend, gradient, x_dtype: backend.astype(gradient, dtype=x_dtype),
    accepts=ANY,
    holomorphic=False,
)
def astype(backend: Backend, x: Array, *, dtype: Any) -> Array:
    """Return `x` in another native dtype; the op behind `tf.cast` between floating-point and complex dtypes."""
    return backend.astype(x, dtype=dtype)


@op(accepts=ANY)
def discretise(backend: Backend, x: Array, *, dtype: Any) -> Array:
    """Return `x` in a native integer or bool dtype; the op behind `tf.cast` where no gradient can flow."""
    return backend.astype(x, dtype=dtype)


def cast(x: Any, dtype: Any, name: str | None = None) -> Tensor:
    """Return `x` converted to another dtype.

    Floats are truncated towards zero on the way to integers, complex numbers lose their imaginary part on the way to
    real ones, and whatever is not zero becomes true. Gradients flow between floating-point and complex dtypes.

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
