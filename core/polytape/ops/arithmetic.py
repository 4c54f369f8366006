"""Arithmetic, element by element; operands broadcast and share a dtype."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polytape.backend import Array, Backend
from polytape.conversion import convert
from polytape.dtypes import INEXACT, NUMERIC, SIGNED
from polytape.errors import InvalidArgumentError
from polytape.op import elementwise, op
from polytape.shape import TensorShape
from polytape.tensor import Tensor


@elementwise(
    lambda gradient: gradient,
    lambda gradient: gradient,
)
def add(backend: Backend, x: Array, y: Array) -> Array:
    """Return x + y, element by element.

    Args:
        x, y: numeric tensors of one dtype whose shapes broadcast.

    >>> import polytape as tf
    >>> tf.add([1, 2], 10).numpy().tolist()
    [11, 12]
    """
    return backend.add(x, y)


@elementwise(
    lambda gradient: gradient,
    lambda gradient: -gradient,
)
def subtract(backend: Backend, x: Array, y: Array) -> Array:
    """Return x - y, element by element.

    Args:
        x, y: numeric tensors of one dtype whose shapes broadcast.

    >>> import polytape as tf
    >>> tf.subtract([1, 2], 10).numpy().tolist()
    [-9, -8]
    """
    return backend.subtract(x, y)


@elementwise(
    lambda gradient, y: gradient * y,
    lambda gradient, x: gradient * x,
)
def multiply(backend: Backend, x: Array, y: Array) -> Array:
    """Return x · y, element by element.

    Args:
        x, y: numeric tensors of one dtype whose shapes broadcast.

    >>> import polytape as tf
    >>> tf.multiply([1, 2], 10).numpy().tolist()
    [10, 20]
    """
    return backend.multiply(x, y)


@elementwise(lambda gradient: -gradient, accepts=SIGNED | INEXACT)
def negative(backend: Backend, x: Array) -> Array:
    """Return -x.

    >>> import polytape as tf
    >>> tf.negative([1.0, -2.0]).numpy().tolist()
    [-1.0, 2.0]
    """
    return backend.negative(x)


def _modulus_gradient(backend: Any, gradient: Array, x: Array, x_dtype: Any, output_dtype: Any) -> Array:
    """Sign(x), which is x / |x| for complex numbers; 0 at 0."""
    if x_dtype == output_dtype:
        return gradient * backend.sign(x)
    return backend.astype(backend.divide_no_nan(gradient, backend.abs(x)), dtype=x_dtype) * x


@elementwise(_modulus_gradient, holomorphic=False)
def abs(backend: Backend, x: Array) -> Array:
    """Return |x|, of a complex number the modulus, which is real.

    Args:
        x: a numeric tensor.

    >>> import polytape as tf
    >>> tf.abs([-1.0, 2.0]).numpy().tolist(), float(tf.abs(3 + 4j))
    ([1.0, 2.0], 5.0)
    """
    return backend.abs(x)


@elementwise(
    lambda backend, gradient, x_shape, x_dtype: backend.full(
        x_shape, 0, dtype=x_dtype, device=backend.device_of(gradient)
    ),
    holomorphic=False,
)
def sign(backend: Backend, x: Array) -> Array:
    """Return -1, 0 or 1, of the sign of x; x / |x| for complex numbers, and NaN for NaN.

    Args:
        x: a numeric tensor.

    >>> import polytape as tf
    >>> tf.sign([-3.0, 0.0, 5.0]).numpy().tolist()
    [-1.0, 0.0, 1.0]
    """
    if backend.dtype_of(x).is_complex:
        zero = backend.equal(x, 0)
        return x / backend.where(zero, 1, backend.astype(backend.abs(x), dtype=x.dtype))
    positive = backend.astype(backend.greater(x, 0), dtype=x.dtype)
    negative = backend.astype(backend.less(x, 0), dtype=x.dtype)
    return backend.where(backend.not_equal(x, x), x, positive - negative)


@op(lambda gradient, xs_shape: [gradient] * len(xs_shape), accepts=NUMERIC)
def sum_of(backend: Backend, *xs: Array) -> Array:
    """Return the sum of arrays of one shape; the op behind `tf.add_n`."""
    total = xs[0]
    for x in xs[1:]:
        total = backend.add(total, x)
    return total


def add_n(inputs: Sequence[Any], name: str | None = None) -> Tensor:
    """Return the sum of several tensors of one shape.

    Args:
        inputs: a sequence of numeric tensors of one shape and dtype, or one tensor.

    Raises:
        InvalidArgumentError: if there is none, or the shapes differ.

    >>> import polytape as tf
    >>> tf.add_n([[1, 2], [3, 4], [5, 6]]).numpy().tolist()
    [9, 12]
    """
    if isinstance(inputs, Tensor) or hasattr(inputs, "__polytape_tensor__"):
        inputs = [inputs]
    if not isinstance(inputs, (list, tuple)) or not inputs:
        raise InvalidArgumentError(f"add_n: inputs must be a sequence of at least one tensor; received {inputs!r}.")
    tensors = sum_of.op.prepare(inputs)  # type: ignore[attr-defined]
    shapes = [tuple(tensor._array.shape) for tensor in tensors]
    if len(set(shapes)) > 1:
        raise InvalidArgumentError(
            f"add_n: all inputs must have one shape; received {', '.join(map(str, map(list, shapes)))}. "
            "Tensors that broadcast can be added with +."
        )
    return sum_of(*tensors)  # type: ignore[no-any-return]


def accumulate_n(inputs: Sequence[Any], shape: Any = None, tensor_dtype: Any = None, name: str | None = None) -> Tensor:
    """Return the sum of several tensors of one shape, as `tf.add_n` does.

    Args:
        inputs: a sequence of numeric tensors of one shape and dtype.
        shape: the shape that they must have, if given.
        tensor_dtype: the dtype that they must have, if given.

    Raises:
        InvalidArgumentError: if there is none, the shapes differ, or are not what was asked for.

    >>> import polytape as tf
    >>> tf.math.accumulate_n([[1, 2], [3, 4]], shape=[2]).numpy().tolist()
    [4, 6]
    """
    total = add_n([convert(item, tensor_dtype) for item in inputs])
    if shape is not None and not TensorShape(shape).is_compatible_with(total.shape):
        raise InvalidArgumentError(
            f"accumulate_n: the inputs have shape {total.shape}; shape={TensorShape(shape)} was asked for."
        )
    return total


def scalar_mul(scalar: Any, x: Any, name: str | None = None) -> Tensor:
    """Return a number times a tensor.

    Args:
        scalar: a number, or a tensor without axes.
        x: a numeric tensor.

    Raises:
        InvalidArgumentError: if `scalar` has axes.

    >>> import polytape as tf
    >>> tf.scalar_mul(3, [1, 2]).numpy().tolist()
    [3, 6]
    """
    x = convert(x)
    scalar = convert(scalar, x.dtype)
    if scalar._array.shape:
        raise InvalidArgumentError(
            f"scalar_mul: scalar must have no axes; received shape {scalar.shape}. Use tf.multiply to broadcast."
        )
    return multiply(scalar, x)  # type: ignore[no-any-return]
