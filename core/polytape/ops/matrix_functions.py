"""Functions of matrices that need no decomposition: bands, traces, cross products, the exponential."""

from __future__ import annotations

import math
from typing import Any

from polytape import arguments
from polytape.backend import Array, Backend
from polytape.conversion import convert_group
from polytape.dtypes import ANY, NUMERIC, complex64, complex128, float32, float64, int32
from polytape.errors import InvalidArgumentError
from polytape.op import op
from polytape.ops.diagonal import diag_part
from polytape.ops.joining import concat
from polytape.ops.linear_algebra import as_matrices
from polytape.ops.reduction import reduce_sum
from polytape.ops.slicing import getitem
from polytape.tensor import Tensor

DECOMPOSABLE = frozenset((float32, float64, complex64, complex128))
"""The dtypes for which there is more of linear algebra than products."""


@op(
    lambda backend, gradient, lower, upper: backend.band_part(gradient, lower=lower, upper=upper),
    accepts=ANY,
)
def band_part_(backend: Backend, x: Array, *, lower: int, upper: int) -> Array:
    """Return matrices with zeros beyond so many diagonals below and above; a negative number keeps all."""
    index, device = backend.native_dtype(int32), backend.device_of(x)
    rows = backend.reshape(backend.arange(0, x.shape[-2], 1, dtype=index, device=device), shape=(x.shape[-2], 1))
    columns = backend.arange(0, x.shape[-1], 1, dtype=index, device=device)
    zero = backend.full((), 0, dtype=x.dtype, device=device)
    if lower >= 0:
        x = backend.where(backend.less(columns + lower, rows), zero, x)
    if upper >= 0:
        x = backend.where(backend.less(rows + upper, columns), zero, x)
    return x


def band_part(input: Any, num_lower: Any, num_upper: Any, name: str | None = None) -> Tensor:
    """Return matrices whose elements outside a band around the diagonal are zeros.

    Args:
        input: a tensor of shape [..., m, n], of any dtype.
        num_lower, num_upper: how many diagonals below and above the main one to keep; a negative number: all.

    Raises:
        InvalidArgumentError: if there are fewer than two axes, or a number exceeds the number of rows or
            columns.

    >>> import polytape as tf
    >>> tf.linalg.band_part([[1, 2], [3, 4]], -1, 0).numpy().tolist()
    [[1, 0], [3, 4]]
    """
    x = as_matrices(input, "band_part")
    rows, columns = x._array.shape[-2:]
    lower = arguments.integer(num_lower, "band_part: num_lower")
    upper = arguments.integer(num_upper, "band_part: num_upper")
    if lower > rows or upper > columns:
        raise InvalidArgumentError(
            f"band_part: num_lower and num_upper must be at most the numbers of rows and columns, {rows} and "
            f"{columns}; received {lower} and {upper}."
        )
    return band_part_(x, lower=lower, upper=upper)  # type: ignore[no-any-return]


def trace(x: Any, name: str | None = None) -> Tensor:
    """Return the sum of the main diagonal of each matrix.

    Args:
        x: a numeric tensor of shape [..., m, n].

    Raises:
        InvalidArgumentError: if there are fewer than two axes.

    >>> import polytape as tf
    >>> tf.linalg.trace([[1, 2], [3, 4]]).numpy()
    np.int32(5)
    """
    return reduce_sum(diag_part(as_matrices(x, "trace")), axis=-1)


def cross(a: Any, b: Any, name: str | None = None) -> Tensor:
    """Return the cross products of vectors of three elements.

    Args:
        a, b: real tensors of one dtype and of one shape [..., 3].

    Raises:
        InvalidArgumentError: if the shapes differ, or the last axis is not of length 3.

    >>> import polytape as tf
    >>> tf.linalg.cross([1, 0, 0], [0, 1, 0]).numpy().tolist()
    [0, 0, 1]
    """
    a, b = convert_group((a, b), (NUMERIC, NUMERIC), "cross")
    if a.shape != b.shape or not a.shape or a.shape[-1] != 3:
        raise InvalidArgumentError(
            f"cross: both tensors must be of one shape, whose last length is 3; received {list(a.shape)} and "
            f"{list(b.shape)}."
        )
    return _rolled(a, 1) * _rolled(b, 2) - _rolled(a, 2) * _rolled(b, 1)


def _rolled(x: Tensor, by: int) -> Tensor:
    parts = (getitem(x, key=(..., slice(by, None))), getitem(x, key=(..., slice(0, by))))
    return concat(parts, axis=-1)


# Padé approximants of the exponential: coefficients of the numerator, and up to which norm they are exact.
# Source: N. Higham, "The scaling and squaring method for the matrix exponential revisited", 2005.
_SINGLE = (17297280.0, 8648640.0, 1995840.0, 277200.0, 25200.0, 1512.0, 56.0, 1.0), 3.925724783138660
_DOUBLE = (
    (
        *(
            64764752532480000.0,
            32382376266240000.0,
            7771770303897600.0,
            1187353796428800.0,
            129060195264000.0,
        ),
        *(
            10559470521600.0,
            670442572800.0,
            33522128640.0,
            1323241920.0,
            40840800.0,
            960960.0,
            16380.0,
            182.0,
            1.0,
        ),
    ),
    5.371920351148152,
)


def _expm_gradient(backend: Any, gradient: Array, input: Array, input_dtype: Any) -> Array:
    """The derivative of the exponential at inputᵀ in the direction of `gradient`.

    Source: R. Mathias, "A chain rule for matrix functions and applications", 1996: it is the upper right
    block of the exponential of [[inputᵀ, gradient], [0, inputᵀ]].
    """
    shape = tuple(input.shape)
    size, last = shape[-1], len(shape) - 1
    turned = backend.matrix_transpose(input)
    upper = backend.concat((turned, gradient), axis=last)
    lower = backend.concat(
        (backend.full(shape, 0, dtype=input_dtype, device=backend.device_of(input)), turned), axis=last
    )
    whole = backend.expm(backend.concat((upper, lower), axis=last - 1))
    return backend.getitem(whole, key=(..., slice(0, size), slice(size, 2 * size)))


@op(_expm_gradient, accepts=DECOMPOSABLE)
def expm_(backend: Backend, input: Array) -> Array:
    """Return the exponentials of matrices, by scaling, a Padé approximant and squaring."""
    single = backend.dtype_of(input) in (float32, complex64)
    coefficients, exact_to = _SINGLE if single else _DOUBLE
    if not math.prod(input.shape):
        return input
    with backend.computing():
        norms = backend.max(backend.sum(backend.abs(input), axis=-2), axis=-1)
        times = backend.ceil(backend.log(norms / exact_to) * (1 / math.log(2)))
        zero = backend.full((), 0, dtype=times.dtype, device=backend.device_of(times))
        times = backend.where(backend.logical_and(times > 0, backend.isfinite(times)), times, zero)
        times = backend.reshape(times, shape=(*times.shape, 1, 1))
        found = _pade(
            backend,
            input * backend.astype(backend.exp(times * -math.log(2)), dtype=input.dtype),
            coefficients,
        )
        for done in range(int(backend.max(times))):
            found = backend.where(times > done, backend.matmul(found, found), found)
    return found


expm_.op.batches = False  # type: ignore[attr-defined]  # how often to square is decided on the host


def _pade(backend: Any, x: Array, coefficients: tuple[float, ...]) -> Array:
    size = x.shape[-1]
    one = backend.full((size, size), 1, dtype=x.dtype, device=backend.device_of(x))
    power = backend.band_part(one, lower=0, upper=0)
    square = backend.matmul(x, x)
    even, odd = power * coefficients[0], power * coefficients[1]
    for index in range(2, len(coefficients), 2):
        power = backend.matmul(power, square)
        even = even + power * coefficients[index] if index < len(coefficients) else even
        odd = odd + power * coefficients[index + 1]
    odd = backend.matmul(x, odd)
    return backend.solve(even - odd, even + odd)


def expm(input: Any, name: str | None = None) -> Tensor:
    """Return the exponential of each matrix, 1 + A + A²/2! + A³/3! + ...

    Args:
        input: a floating-point or complex tensor of shape [..., n, n].

    Raises:
        InvalidArgumentError: if the matrices are not square.

    >>> import polytape as tf
    >>> tf.linalg.expm([[0.0, 1.0], [0.0, 0.0]]).numpy().tolist()
    [[1.0, 1.0], [0.0, 1.0]]
    """
    return expm_(as_matrices(input, "expm", square=True))  # type: ignore[no-any-return]
