"""Assertions about values: they return nothing, or raise an error that shows the elements that fail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from polytape.conversion import convert, convert_group
from polytape.dtypes import ANY, FLOATING, INEXACT, REAL, DType, names
from polytape.errors import DTypeError, InvalidArgumentError
from polytape.ops import comparison
from polytape.ops.arithmetic import abs as magnitude, subtract
from polytape.ops.casting import cast
from polytape.ops.gathering import boolean_mask
from polytape.ops.identity import identity
from polytape.ops.logical import logical_not
from polytape.ops.printing import summary
from polytape.ops.reduction import reduce_all, reduce_any
from polytape.ops.rounding import isinf, isnan
from polytape.ops.selection import where
from polytape.tensor import Tensor

Comparison = Callable[[Any, Any], Tensor]


def assert_equal(
    x: Any, y: Any, message: str | None = None, summarize: int | None = None, name: str | None = None
) -> None:
    """Raise `InvalidArgumentError` unless x = y for all elements.

    Args:
        x, y: tensors of one dtype whose shapes broadcast.
        message: what the error begins with.
        summarize: how many elements the error shows; 3 by default, all if negative.

    >>> import polytape as tf
    >>> tf.debugging.assert_equal([1, 2], [1, 2])
    >>> tf.debugging.assert_equal([1, 2], [1, 3], message="Labels differ.")
    Traceback (most recent call last):
    polytape.errors.InvalidArgumentError: Labels differ.
    Condition x == y did not hold.
    Indices of the first 1 elements that fail: [[1]]
    Their values in x: [2]
    Their values in y: [3]
    """
    _compare(comparison.equal, "==", x, y, message, summarize, ANY)


def assert_none_equal(
    x: Any, y: Any, summarize: int | None = None, message: str | None = None, name: str | None = None
) -> None:
    """Raise `InvalidArgumentError` unless x ≠ y for all elements; see `assert_equal`.

    >>> import polytape as tf
    >>> tf.debugging.assert_none_equal([1, 2], 3)
    """
    _compare(comparison.not_equal, "!=", x, y, message, summarize, ANY)


def assert_less(
    x: Any, y: Any, message: str | None = None, summarize: int | None = None, name: str | None = None
) -> None:
    """Raise `InvalidArgumentError` unless x < y for all elements; see `assert_equal`.

    >>> import polytape as tf
    >>> tf.debugging.assert_less([1, 2], 3)
    """
    _compare(comparison.less, "<", x, y, message, summarize, REAL)


def assert_less_equal(
    x: Any, y: Any, message: str | None = None, summarize: int | None = None, name: str | None = None
) -> None:
    """Raise `InvalidArgumentError` unless x ≤ y for all elements; see `assert_equal`.

    >>> import polytape as tf
    >>> tf.debugging.assert_less_equal([1, 2], 2)
    """
    _compare(comparison.less_equal, "<=", x, y, message, summarize, REAL)


def assert_greater(
    x: Any, y: Any, message: str | None = None, summarize: int | None = None, name: str | None = None
) -> None:
    """Raise `InvalidArgumentError` unless x > y for all elements; see `assert_equal`.

    >>> import polytape as tf
    >>> tf.debugging.assert_greater([1, 2], 0)
    """
    _compare(comparison.greater, ">", x, y, message, summarize, REAL)


def assert_greater_equal(
    x: Any, y: Any, message: str | None = None, summarize: int | None = None, name: str | None = None
) -> None:
    """Raise `InvalidArgumentError` unless x ≥ y for all elements; see `assert_equal`.

    >>> import polytape as tf
    >>> tf.debugging.assert_greater_equal([1, 2], 1)
    """
    _compare(comparison.greater_equal, ">=", x, y, message, summarize, REAL)


def assert_positive(x: Any, message: str | None = None, summarize: int | None = None, name: str | None = None) -> None:
    """Raise `InvalidArgumentError` unless x > 0 for all elements; see `assert_equal`.

    >>> import polytape as tf
    >>> tf.debugging.assert_positive([1.0, 0.5])
    """
    _compare_to_zero(comparison.greater, ">", x, message, summarize)


def assert_negative(x: Any, message: str | None = None, summarize: int | None = None, name: str | None = None) -> None:
    """Raise `InvalidArgumentError` unless x < 0 for all elements; see `assert_equal`.

    >>> import polytape as tf
    >>> tf.debugging.assert_negative([-1.0, -0.5])
    """
    _compare_to_zero(comparison.less, "<", x, message, summarize)


def assert_non_negative(
    x: Any, message: str | None = None, summarize: int | None = None, name: str | None = None
) -> None:
    """Raise `InvalidArgumentError` unless x ≥ 0 for all elements; see `assert_equal`.

    >>> import polytape as tf
    >>> tf.debugging.assert_non_negative([1.0, 0.0])
    """
    _compare_to_zero(comparison.greater_equal, ">=", x, message, summarize)


def assert_non_positive(
    x: Any, message: str | None = None, summarize: int | None = None, name: str | None = None
) -> None:
    """Raise `InvalidArgumentError` unless x ≤ 0 for all elements; see `assert_equal`.

    >>> import polytape as tf
    >>> tf.debugging.assert_non_positive([-1.0, 0.0])
    """
    _compare_to_zero(comparison.less_equal, "<=", x, message, summarize)


def assert_near(
    x: Any,
    y: Any,
    rtol: float | None = None,
    atol: float | None = None,
    message: str | None = None,
    summarize: int | None = None,
    name: str | None = None,
) -> None:
    """Raise `InvalidArgumentError` unless |x - y| < atol + rtol·|y| for all elements.

    Args:
        x, y: floating-point or complex tensors of one dtype whose shapes broadcast.
        rtol, atol: the tolerances; by default ten times the distance from 1 to the next number of the dtype.
        message: what the error begins with.
        summarize: how many elements the error shows; 3 by default, all if negative.

    >>> import polytape as tf
    >>> tf.debugging.assert_near(0.1 + 0.2, 0.3)
    """
    x, y = convert_group((x, y), (INEXACT, INEXACT), "assert_near")
    _check_dtype(x, INEXACT, "assert_near")
    epsilon = float(np.finfo(x.dtype.as_numpy_dtype).eps)
    relative = 10 * epsilon if rtol is None else float(rtol)
    absolute = 10 * epsilon if atol is None else float(atol)
    holds = comparison.less(magnitude(subtract(x, y)), absolute + relative * magnitude(y))
    if not reduce_all(holds):
        condition = f"|x - y| < {absolute:g} + {relative:g} * |y|"
        raise InvalidArgumentError(_described(condition, {"x": x, "y": y}, holds, message, summarize))


def check_numerics(tensor: Any, message: str, name: str | None = None) -> Tensor:
    """Return a tensor, or raise `InvalidArgumentError` if it holds NaN or infinity.

    Args:
        tensor: a floating-point tensor of any shape.
        message: what the error begins with.

    Raises:
        InvalidArgumentError: if an element is NaN or infinite.
        DTypeError: if the tensor is not floating-point.

    >>> import polytape as tf
    >>> tf.debugging.check_numerics([1.0, float("nan")], "loss")
    Traceback (most recent call last):
    polytape.errors.InvalidArgumentError: loss : Tensor had NaN values; of its 2 elements 1, first at [1].
    """
    x = convert(tensor)
    _check_dtype(x, FLOATING, "check_numerics")
    infinite, not_numbers = isinf(x), isnan(x)
    kinds = [kind for kind, found in (("Inf", infinite), ("NaN", not_numbers)) if reduce_any(found)]
    if kinds:
        bad = where(infinite, True, not_numbers)
        places = where(bad)
        raise InvalidArgumentError(
            f"{message} : Tensor had {' and '.join(kinds)} values; of its {x.shape.num_elements()} elements "
            f"{places.shape[0]}, first at {places[0].numpy().tolist()}."
        )
    return identity(x)  # type: ignore[no-any-return]


def assert_all_finite(x: Any, message: str, name: str | None = None) -> Tensor:
    """Return a tensor, or raise `InvalidArgumentError` if it holds NaN or infinity; see `check_numerics`.

    >>> import polytape as tf
    >>> tf.debugging.assert_all_finite([1.0], "weights").numpy().tolist()
    [1.0]
    """
    return check_numerics(x, message)


def Assert(condition: Any, data: Sequence[Any], summarize: int | None = None, name: str | None = None) -> None:
    """Raise `InvalidArgumentError` with data unless a condition holds.

    Args:
        condition: one truth value.
        data: a list of what the error shows.
        summarize: how many elements of each axis are shown; 3 by default, all if negative.

    >>> import polytape as tf
    >>> tf.Assert(tf.constant(True), ["never shown"])
    """
    if not isinstance(data, (list, tuple)):
        raise InvalidArgumentError(f"Assert: data must be a list of what to show; received {data!r:.100}.")
    if not condition:
        ends = _count(summarize)
        shown = [item if isinstance(item, str) else summary(np.asarray(convert(item)), ends) for item in data]
        raise InvalidArgumentError(f"Expected {condition!r} to be true. Summarized data: {' '.join(shown)}")


def _compare(
    compare: Comparison,
    sign: str,
    x: Any,
    y: Any,
    message: str | None,
    summarize: int | None,
    accepted: frozenset[DType],
) -> None:
    x, y = convert_group((x, y), (accepted, accepted), f"the assertion x {sign} y")
    holds = compare(x, y)
    if not reduce_all(holds):
        raise InvalidArgumentError(_described(f"x {sign} y", {"x": x, "y": y}, holds, message, summarize))


def _compare_to_zero(compare: Comparison, sign: str, x: Any, message: str | None, summarize: int | None) -> None:
    x = convert(x)
    _check_dtype(x, REAL, f"the assertion x {sign} 0")
    holds = compare(x, cast(0, x.dtype))
    if not reduce_all(holds):
        raise InvalidArgumentError(_described(f"x {sign} 0", {"x": x}, holds, message, summarize))


def _described(
    condition: str, values: dict[str, Tensor], holds: Tensor, message: str | None, summarize: int | None
) -> str:
    """What an error says of the elements that fail."""
    lines = [] if message is None else [message]
    lines.append(f"Condition {condition} did not hold.")
    fails = logical_not(holds)
    if holds.ndim and all(value.shape == holds.shape for value in values.values()):
        places = where(fails)
        count = min(int(places.shape[0]), _count(summarize, int(places.shape[0])))
        lines.append(f"Indices of the first {count} elements that fail: {places[:count].numpy().tolist()}")
        for name, value in values.items():
            lines.append(f"Their values in {name}: {summary(np.asarray(boolean_mask(value, fails)[:count]), -1)}")
    else:
        for name, value in values.items():
            lines.append(f"{name} = {summary(np.asarray(value), _count(summarize))} of shape {value.shape}")
    return "\n".join(lines)


def _count(summarize: int | None, everything: int = -1) -> int:
    return 3 if summarize is None else everything if summarize < 0 else summarize


def _check_dtype(x: Tensor, accepted: frozenset[DType], what: str) -> None:
    if x.dtype not in accepted:
        raise DTypeError(f"{what}: a tensor of a dtype among {names(accepted)} is needed; received {x.dtype.name}.")
