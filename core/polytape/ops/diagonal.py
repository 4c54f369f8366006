"""Diagonals of matrices, one or a band of them. A matrix is the last two axes of a tensor.

Diagonal k of a matrix with n columns holds the elements whose place in row-major order is k or -k·n, and every n + 1
places further: a slice with a step. Reading one is `getitem`, writing one `setitem_zeros`, each the other's derivative.
"""

from __future__ import annotations

import math
from functools import reduce
from typing import Any

from polytape import arguments
from polytape.backend import Shape
from polytape.conversion import convert, convert_group
from polytape.dtypes import ANY, bool_
from polytape.errors import InvalidArgumentError
from polytape.op import OPS
from polytape.ops.joining import stack
from polytape.ops.padding import pad_
from polytape.ops.shape import reshape_
from polytape.ops.slicing import getitem, setitem_zeros
from polytape.tensor import Tensor

_ALIGNMENTS = ("RIGHT_LEFT", "LEFT_RIGHT", "LEFT_LEFT", "RIGHT_RIGHT")


def _length(k: int, rows: int, columns: int) -> int:
    """The number of elements on diagonal k."""
    return min(rows + min(k, 0), columns - max(k, 0))


def _places(k: int, rows: int, columns: int) -> tuple[Any, slice]:
    """The key of diagonal k in matrices whose rows have been joined."""
    length = _length(k, rows, columns)
    if length < 1:
        return ..., slice(0, 0)
    start = k if k >= 0 else -k * columns
    return ..., slice(start, start + (length - 1) * (columns + 1) + 1, columns + 1)


def _offset(k: int, longest: int, length: int, align: str) -> int:
    """Where in a row of `longest` places diagonal k begins."""
    above, below = align.split("_")
    left = (k >= 0 and above == "LEFT") or (k <= 0 and below == "LEFT")
    return 0 if left else longest - length


def _band(k: Any, op: str) -> tuple[int, int]:
    """The lowest and the highest diagonal that `k` names."""
    found = arguments.integers(k, op, "k")
    if len(found) not in (1, 2) or found[0] > found[-1]:
        raise InvalidArgumentError(
            f"{op}: k must be a diagonal's number, or the lowest and the highest of a band; received {list(found)}."
        )
    return found[0], found[-1]


def _matrix_shape(x: Tensor, low: int, high: int, op: str) -> tuple[Shape, int, int]:
    shape = tuple(x._array.shape)
    if len(shape) < 2:
        raise InvalidArgumentError(f"{op}: the input must have at least two axes; received shape {list(shape)}.")
    rows, columns = shape[-2:]
    if (low or high) and min(_length(low, rows, columns), _length(high, rows, columns)) < 1:
        raise InvalidArgumentError(
            f"{op}: k must be from {1 - rows} to {columns - 1} for matrices of shape {[rows, columns]}; received "
            f"{low if low == high else [low, high]}."
        )
    return shape[:-2], rows, columns


def diag_part(
    input: Any,
    name: str = "diag_part",
    k: Any = 0,
    padding_value: Any = 0,
    align: str = "RIGHT_LEFT",
) -> Tensor:
    """Return a diagonal, or a band of diagonals, of matrices.

    Args:
        input: shape [..., rows, columns].
        k: the diagonal's number, positive above the main one; or the lowest and the highest of a band.
        padding_value: what fills the rows of diagonals that are shorter than the longest.
        align: on which side those above and those below the main diagonal are placed, such as "RIGHT_LEFT".

    Returns:
        Shape [..., length of the diagonal]; for a band [..., number of diagonals, length of the longest], the highest
        diagonal first.

    Raises:
        InvalidArgumentError: if the matrices have no such diagonal.

    >>> import polytape as tf
    >>> tf.linalg.diag_part([[1, 2], [3, 4]]).numpy().tolist()
    [1, 4]
    >>> tf.linalg.diag_part([[1, 2], [3, 4]], k=(-1, 1)).numpy().tolist()
    [[0, 2], [1, 4], [3, 0]]
    """
    x = input if type(input) is Tensor else convert(input)
    low, high = _band(k, "diag_part")
    word = arguments.choice(align, _ALIGNMENTS, "diag_part", "align")
    batch, rows, columns = _matrix_shape(x, low, high, "diag_part")
    flat = reshape_(x, shape=(*batch, rows * columns))
    if low == high:
        return getitem(flat, key=_places(low, rows, columns))  # type: ignore[no-any-return]
    lengths = {number: _length(number, rows, columns) for number in range(low, high + 1)}
    longest = max(lengths.values())
    value = padding_value.numpy().item() if isinstance(padding_value, Tensor) else padding_value
    found = []
    for number in range(high, low - 1, -1):
        before = _offset(number, longest, lengths[number], word)
        amounts = (*((0, 0),) * len(batch), (before, longest - lengths[number] - before))
        found.append(pad_(getitem(flat, key=_places(number, rows, columns)), paddings=amounts, value=value))
    return stack(found, axis=len(batch))


def diag(
    diagonal: Any,
    name: str = "diag",
    k: Any = 0,
    num_rows: int = -1,
    num_cols: int = -1,
    padding_value: Any = 0,
    align: str = "RIGHT_LEFT",
) -> Tensor:
    """Return matrices with given diagonals.

    Args:
        diagonal: shape [..., length], or, for a band, [..., number of diagonals, length of the longest].
        k: the diagonal's number, positive above the main one; or the lowest and the highest of a band.
        num_rows, num_cols: the shape of the matrices; by default the smallest square one.
        padding_value: what is elsewhere.
        align: on which side diagonals shorter than the longest stand, above and below the main diagonal.

    Raises:
        InvalidArgumentError: if the diagonals don't fit the matrices.

    >>> import polytape as tf
    >>> tf.linalg.diag([1, 2]).numpy().tolist()
    [[1, 0], [0, 2]]
    """
    x = diagonal if type(diagonal) is Tensor else convert(diagonal)
    low, high = _band(k, "diag")
    word = arguments.choice(align, _ALIGNMENTS, "diag", "align")
    shape = tuple(x._array.shape)
    if len(shape) < (1 if low == high else 2):
        raise InvalidArgumentError(f"diag: too few axes for diagonals {low} to {high}; received shape {list(shape)}.")
    least = shape[-1] - min(high, 0), shape[-1] + max(low, 0)
    rows, columns = (
        arguments.integer(num_rows, "diag: num_rows"),
        arguments.integer(num_cols, "diag: num_cols"),
    )
    if rows == columns == -1:
        rows = columns = max(least)
    rows = least[0] if rows == -1 else rows
    columns = least[1] if columns == -1 else columns
    if rows < least[0] or columns < least[1] or (rows > least[0] and columns > least[1]):
        raise InvalidArgumentError(
            f"diag: matrices of shape {[rows, columns]} have no diagonals {low} to {high} the longest of which has "
            f"{shape[-1]} elements."
        )
    return _padded(_drawn(x, low, high, rows, columns, word, "diag"), low, high, padding_value)


def _drawn(x: Tensor, low: int, high: int, rows: int, columns: int, align: str, op: str) -> Tensor:
    """Matrices of zeros but for their diagonals."""
    shape = tuple(x._array.shape)
    if low == high:
        batch = shape[:-1]
        drawn = setitem_zeros(x, key=_places(low, rows, columns), shape=(*batch, rows * columns))
        return reshape_(drawn, shape=(*batch, rows, columns))  # type: ignore[no-any-return]
    batch = shape[:-2]
    lengths = {number: _length(number, rows, columns) for number in range(low, high + 1)}
    if shape[-2:] != (high - low + 1, max(lengths.values())):
        raise InvalidArgumentError(
            f"{op}: the diagonals must be of shape [..., {high - low + 1}, {max(lengths.values())}]; received shape "
            f"{list(shape)}."
        )
    join = OPS["logical_or"] if x.dtype.is_bool else OPS["add"]
    layers = []
    for number, length in lengths.items():
        start = _offset(number, shape[-1], length, align)
        part = getitem(x, key=(..., high - number, slice(start, start + length)))
        layers.append(setitem_zeros(part, key=_places(number, rows, columns), shape=(*batch, rows * columns)))
    return reshape_(reduce(join, layers), shape=(*batch, rows, columns))  # type: ignore[no-any-return]


def _inside(like: Tensor, low: int, high: int) -> Tensor:
    """Whether an element of a matrix is on one of the diagonals, for each element."""
    backend = like._backend
    rows, columns = like._array.shape[-2:]
    true, device = backend.native_dtype(bool_), backend.device_of(like._array)
    layers = [
        setitem_zeros(
            Tensor(backend.full((_length(number, rows, columns),), True, dtype=true, device=device), backend),
            key=_places(number, rows, columns),
            shape=(rows * columns,),
        )
        for number in range(low, high + 1)
    ]
    return reshape_(reduce(OPS["logical_or"], layers), shape=(rows, columns))  # type: ignore[no-any-return]


def _padded(x: Tensor, low: int, high: int, value: Any) -> Tensor:
    if type(value) in (int, float) and value == 0:
        return x
    _, other = convert_group((x, value), (ANY, ANY), "diag")
    return OPS["where"](_inside(x, low, high), x, other)  # type: ignore[no-any-return]


def set_diag(input: Any, diagonal: Any, name: str = "set_diag", k: Any = 0, align: str = "RIGHT_LEFT") -> Tensor:
    """Return matrices with a diagonal, or a band of them, in place of their own.

    Args:
        input: shape [..., rows, columns].
        diagonal: shape [..., length]; for a band [..., number of diagonals, length of the longest].
        k: the diagonal's number, positive above the main one; or the lowest and the highest of a band.
        align: on which side diagonals shorter than the longest stand, above and below the main diagonal.

    >>> import polytape as tf
    >>> tf.linalg.set_diag([[1, 2], [3, 4]], [9, 9]).numpy().tolist()
    [[9, 2], [3, 9]]
    """
    x, new = convert_group((input, diagonal), (ANY, ANY), "set_diag")
    low, high = _band(k, "set_diag")
    word = arguments.choice(align, _ALIGNMENTS, "set_diag", "align")
    batch, rows, columns = _matrix_shape(x, low, high, "set_diag")
    longest = max(_length(number, rows, columns) for number in range(low, high + 1))
    wanted = (*batch, longest) if low == high else (*batch, high - low + 1, longest)
    if tuple(new._array.shape) != wanted:
        raise InvalidArgumentError(
            f"set_diag: the diagonal must be of shape {list(wanted)} for an input of shape {x.shape}; received "
            f"{new.shape}."
        )
    drawn = _drawn(new, low, high, rows, columns, word, "set_diag")
    return OPS["where"](_inside(x, low, high), drawn, x)  # type: ignore[no-any-return]


def tensor_diag(diagonal: Any, name: str | None = None) -> Tensor:
    """Return a tensor of twice the axes whose element [i..., i...] is element [i...] of another, and 0 elsewhere.

    >>> import polytape as tf
    >>> tf.linalg.tensor_diag([1, 2]).numpy().tolist()
    [[1, 0], [0, 2]]
    """
    x = diagonal if type(diagonal) is Tensor else convert(diagonal)
    shape = tuple(x._array.shape)
    return reshape_(diag(reshape_(x, shape=(math.prod(shape),))), shape=shape + shape)  # type: ignore[no-any-return]


def tensor_diag_part(input: Any, name: str | None = None) -> Tensor:
    """Return the elements [i..., i...] of a tensor whose second half of axes has the lengths of the first.

    >>> import polytape as tf
    >>> tf.linalg.tensor_diag_part([[1, 2], [3, 4]]).numpy().tolist()
    [1, 4]
    """
    x = input if type(input) is Tensor else convert(input)
    shape = tuple(x._array.shape)
    half = len(shape) // 2
    if not half or shape[:half] != shape[half:]:
        raise InvalidArgumentError(
            f"tensor_diag_part: the second half of the axes must have the lengths of the first; received {list(shape)}."
        )
    count = math.prod(shape[:half])
    return reshape_(diag_part(reshape_(x, shape=(count, count))), shape=shape[:half])  # type: ignore[no-any-return]
