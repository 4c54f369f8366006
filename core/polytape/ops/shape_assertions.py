"""Assertions about ranks, shapes and dtypes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from polytape import arguments, dtypes
from polytape.conversion import convert
from polytape.dtypes import NUMERIC, DType
from polytape.errors import DTypeError, InvalidArgumentError
from polytape.tensor import Tensor

_ANY_LENGTH = (None, ".")
_ANY_AXES = (..., "...", "*")


def assert_rank(x: Any, rank: Any, message: str | None = None, name: str | None = None) -> None:
    """Raise `InvalidArgumentError` unless a tensor has a number of axes.

    Args:
        x: a tensor.
        rank: an integer, or an integer tensor without axes.
        message: what the error begins with.

    >>> import polytape as tf
    >>> tf.debugging.assert_rank([[1.0]], 2)
    """
    wanted = arguments.integer(rank, "assert_rank: rank")
    _check_rank(convert(x), lambda found: found == wanted, str(wanted), message)


def assert_rank_at_least(x: Any, rank: Any, message: str | None = None, name: str | None = None) -> None:
    """Raise `InvalidArgumentError` if a tensor has fewer axes than `rank`; see `assert_rank`.

    >>> import polytape as tf
    >>> tf.debugging.assert_rank_at_least([[1.0]], 1)
    """
    wanted = arguments.integer(rank, "assert_rank_at_least: rank")
    _check_rank(convert(x), lambda found: found >= wanted, f"at least {wanted}", message)


def assert_rank_in(x: Any, ranks: Any, message: str | None = None, name: str | None = None) -> None:
    """Raise `InvalidArgumentError` unless a tensor's number of axes is among `ranks`; see `assert_rank`.

    >>> import polytape as tf
    >>> tf.debugging.assert_rank_in([[1.0]], (1, 2))
    """
    wanted = [arguments.integer(rank, "assert_rank_in: ranks") for rank in ranks]
    _check_rank(convert(x), lambda found: found in wanted, f"among {wanted}", message)


def _check_rank(x: Tensor, holds: Any, wanted: str, message: str | None) -> None:
    if not holds(x.ndim):
        raise InvalidArgumentError(
            _led(message, f"The tensor must have rank {wanted}; received rank {x.ndim}, shape {x.shape}.")
        )


def assert_scalar(tensor: Any, message: str | None = None, name: str | None = None) -> Tensor:
    """Return a tensor, or raise `InvalidArgumentError` if it has axes.

    >>> import polytape as tf
    >>> int(tf.debugging.assert_scalar(3))
    3
    """
    x = convert(tensor)
    if x.ndim:
        raise InvalidArgumentError(_led(message, f"A tensor without axes is expected; received shape {x.shape}."))
    return x


def assert_shapes(
    shapes: Any,
    data: Any = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> None:
    """Raise `InvalidArgumentError` unless tensors have given shapes, where names stand for equal lengths.

    Args:
        shapes: pairs `(tensor, shape)`. A shape holds an integer for each axis, or a name that stands for one
            length wherever it is used, or `None` or `"."` for any length. `"..."` or `"*"` as its first or
            last item stands for any number of axes.
        data: what the error shows as well: a list.
        summarize: taken, and not needed.
        message: what the error begins with.

    >>> import polytape as tf
    >>> x, y = tf.zeros([10, 3]), tf.zeros([10, 7])
    >>> tf.debugging.assert_shapes([(x, ("N", "Q")), (y, ("N", "D")), (1.0, ())])
    >>> tf.debugging.assert_shapes([(x, ("N", "Q")), (y, ("N", "Q"))])
    Traceback (most recent call last):
    polytape.errors.InvalidArgumentError: Axis 1 of tensor 1, of shape (10, 7), must have length Q = 3.
    """
    pairs = list(shapes.items() if isinstance(shapes, Mapping) else shapes)
    known: dict[str, int] = {}
    for number, (tensor, form) in enumerate(pairs):
        tensor = tensor.deref() if hasattr(tensor, "deref") else tensor
        found = tuple(convert(tensor)._array.shape)
        try:
            _check_shape(number, found, _axes(form, found, number), known)
        except InvalidArgumentError as error:
            shown = "" if data is None else f" Data: {data!r:.300}"
            raise InvalidArgumentError(_led(message, f"{error}{shown}")) from None


def _axes(form: Any, found: tuple[int, ...], number: int) -> list[tuple[int, Any]]:
    """The axes of which the form says something, and what."""
    symbols = list(form) if isinstance(form, (Iterable, str)) else [form]
    before, after = symbols[:1] and symbols[0] in _ANY_AXES, symbols[1:] and symbols[-1] in _ANY_AXES
    symbols = symbols[1 if before else 0 : len(symbols) - (1 if after else 0)]
    if any(symbol in _ANY_AXES for symbol in symbols) or (before and after):
        raise InvalidArgumentError(
            f"The shape {form!r} of tensor {number} may have '...' once, at its beginning or its end."
        )
    fits = len(found) >= len(symbols) if before or after else len(found) == len(symbols)
    if not fits:
        least = "at least " if before or after else ""
        raise InvalidArgumentError(
            f"Tensor {number}, of shape {found}, must have {least}{len(symbols)} axes, by its form {form!r}."
        )
    start = len(found) - len(symbols) if before else 0
    return [(start + place, symbol) for place, symbol in enumerate(symbols)]


def _check_shape(
    number: int,
    found: tuple[int, ...],
    axes: list[tuple[int, Any]],
    known: dict[str, int],
) -> None:
    for axis, symbol in axes:
        if symbol in _ANY_LENGTH:
            continue
        if isinstance(symbol, str):
            length = known.setdefault(symbol, found[axis])
            wanted = f"{symbol} = {length}"
        else:
            length = arguments.integer(symbol, "assert_shapes: each length")
            wanted = str(length)
        if found[axis] != length:
            raise InvalidArgumentError(f"Axis {axis} of tensor {number}, of shape {found}, must have length {wanted}.")


def assert_type(tensor: Any, tf_type: Any, message: str | None = None, name: str | None = None) -> None:
    """Raise `DTypeError` unless a tensor has a dtype.

    >>> import polytape as tf
    >>> tf.debugging.assert_type(tf.constant(1.0), tf.float32)
    """
    found, wanted = convert(tensor).dtype, dtypes.as_dtype(tf_type)
    if found is not wanted:
        raise DTypeError(_led(message, f"The tensor must be of dtype {wanted.name}; received {found.name}."))


def assert_integer(x: Any, message: str | None = None, name: str | None = None) -> None:
    """Raise `DTypeError` unless a tensor is of an integer dtype.

    >>> import polytape as tf
    >>> tf.debugging.assert_integer(tf.constant(1))
    """
    found = convert(x).dtype
    if not found.is_integer:
        raise DTypeError(_led(message, f"The tensor must be of an integer dtype; received {found.name}."))


def assert_same_float_dtype(tensors: Any = None, dtype: Any = None) -> DType:
    """Return the floating-point dtype that tensors share, or raise `InvalidArgumentError`.

    Args:
        tensors: the tensors; `None` among them are left out.
        dtype: the dtype that they must have; by default that of the first, or `float32` if there is none.

    >>> import polytape as tf
    >>> tf.debugging.assert_same_float_dtype([tf.constant(1.0), tf.constant(2.0)])
    tf.float32
    """
    expected = None if dtype is None else dtypes.as_dtype(dtype)
    for number, tensor in enumerate(tensors or ()):
        if tensor is None:
            continue
        found = convert(tensor).dtype
        if expected is None:
            expected = found
        if found is not expected:
            raise DTypeError(f"Tensor {number} must be of dtype {expected.name}; received {found.name}.")
    expected = expected or dtypes.float32
    if not expected.is_floating:
        raise DTypeError(f"A floating-point dtype is expected; received {expected.name}.")
    return expected


def assert_proper_iterable(values: Any) -> None:
    """Raise `DTypeError` unless `values` can be iterated over and is neither a tensor nor a string.

    >>> import polytape as tf
    >>> tf.debugging.assert_proper_iterable([tf.constant(1)])
    """
    unintended = isinstance(values, (Tensor, str, bytes)) or hasattr(values, "__array__")
    if unintended or hasattr(values, "__polytape_tensor__") or not isinstance(values, Iterable):
        raise DTypeError(
            "A list or another iterable, and neither a tensor nor a string, is expected; received "
            f"{values!r:.100} of {type(values).__name__}."
        )


def is_numeric_tensor(tensor: Any) -> bool:
    """Return whether `tensor` is a tensor or variable of numbers.

    >>> import polytape as tf
    >>> tf.debugging.is_numeric_tensor(tf.constant(1)), tf.debugging.is_numeric_tensor(1)
    (True, False)
    """
    is_tensor = isinstance(tensor, Tensor) or hasattr(tensor, "__polytape_tensor__")
    return is_tensor and tensor.dtype in NUMERIC


def _led(message: str | None, text: str) -> str:
    return text if message is None else f"{message} {text}"
