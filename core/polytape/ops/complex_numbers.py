"""Complex numbers: their parts, and how they are put together.

Where a real function L depends on z = a + bi, its gradient is ∂L/∂a + i·∂L/∂b. None of these functions is
complex-differentiable, so each states its own rule.
"""

from __future__ import annotations

from math import pi
from typing import Any

from polytape.backend import Array, Backend
from polytape.conversion import convert
from polytape.dtypes import COMPLEX, complex64, complex128, float32, float64
from polytape.op import elementwise
from polytape.ops.arithmetic import multiply
from polytape.ops.casting import cast
from polytape.ops.comparison import less
from polytape.ops.creation import zeros_like
from polytape.tensor import Tensor


@elementwise(
    lambda backend, gradient: backend.real(gradient),
    lambda backend, gradient: backend.imag(gradient),
    accepts=frozenset((float32, float64)),
    holomorphic=False,
)
def complex(backend: Backend, real: Array, imag: Array) -> Array:
    """Return real + i·imag.

    Args:
        real, imag: tensors of one dtype, float32 or float64, whose shapes broadcast.

    Returns:
        A complex64 or complex128 tensor.

    >>> import polytape as tf
    >>> tf.complex([1.0, 2.0], [3.0, 4.0]).numpy().tolist()
    [(1+3j), (2+4j)]
    """
    dtype = backend.native_dtype(complex128 if backend.dtype_of(real) is float64 else complex64)
    return backend.astype(real, dtype=dtype) + backend.astype(imag, dtype=dtype) * 1j


@elementwise(lambda backend, gradient, input_dtype: backend.astype(gradient, dtype=input_dtype), holomorphic=False)
def real(backend: Backend, input: Array) -> Array:
    """Return the real part, of a real number the number itself.

    Args:
        input: a numeric tensor.

    >>> import polytape as tf
    >>> tf.math.real([1 + 3j, 2 + 4j]).numpy().tolist()
    [1.0, 2.0]
    """
    return backend.real(input)


@elementwise(
    lambda backend, gradient: backend.complex(gradient * 0, gradient),
    accepts=COMPLEX,
    holomorphic=False,
)
def imag(backend: Backend, input: Array) -> Array:
    """Return the imaginary part; the op behind `tf.math.imag`."""
    return backend.imag(input)


@elementwise(lambda backend, gradient: backend.conj(gradient), holomorphic=False)
def conj(backend: Backend, x: Array) -> Array:
    """Return the complex conjugate, of a real number the number itself.

    Args:
        x: a numeric tensor.

    >>> import polytape as tf
    >>> tf.math.conj([1 + 3j, 2 - 4j]).numpy().tolist()
    [(1-3j), (2+4j)]
    """
    return backend.conj(x)


@elementwise(
    lambda backend, gradient, input, input_dtype: (
        backend.astype(gradient, dtype=input_dtype) * 1j / backend.conj(input)
    ),
    accepts=COMPLEX,
    holomorphic=False,
)
def angle(backend: Backend, input: Array) -> Array:
    """Return the angle of a complex number to the positive real axis; the op behind `tf.math.angle`."""
    return backend.atan2(backend.imag(input), backend.real(input))


# The public functions below take real numbers too; the ops of the same names stay at hand as these.
imaginary_part, argument = imag, angle


def imag(input: Any, name: str | None = None) -> Tensor:  # type: ignore[no-redef]
    """Return the imaginary part, of a real number zero.

    Args:
        input: a numeric tensor.

    >>> import polytape as tf
    >>> tf.math.imag([1 + 3j, 2 + 4j]).numpy().tolist()
    [3.0, 4.0]
    """
    input = convert(input)
    if input.dtype.is_complex:
        return imaginary_part(input)  # type: ignore[no-any-return]
    return zeros_like(input)


def angle(input: Any, name: str | None = None) -> Tensor:  # type: ignore[no-redef]
    """Return the angle to the positive real axis, in radians from -π to π; of a real number 0 or π.

    Args:
        input: a numeric tensor.

    >>> import polytape as tf
    >>> print(tf.math.angle([1 + 1j, -1 + 0j]).numpy().round(4))
    [0.7854 3.1416]
    """
    input = convert(input)
    if input.dtype.is_complex:
        return argument(input)  # type: ignore[no-any-return]
    return multiply(cast(less(input, 0), input.dtype), pi)  # type: ignore[no-any-return]
