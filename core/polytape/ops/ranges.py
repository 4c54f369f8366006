"""Tensors of regular pattern: ranges, grids, masks of lengths, one-hot vectors."""

from __future__ import annotations

import builtins
import math
from collections.abc import Sequence
from typing import Any

from polytape import arguments
from polytape.backend import Array, Backend
from polytape.conversion import convert, convert_group, to_numpy
from polytape.dtypes import INTEGER, REAL, DType, as_dtype, bool_, float32, float64, int32, int64
from polytape.errors import DTypeError, InvalidArgumentError
from polytape.op import op
from polytape.ops.casting import cast
from polytape.ops.comparison import less
from polytape.ops.joining import concat
from polytape.ops.shape import broadcast_to_, expand_dims, reshape_
from polytape.plugins import backends
from polytape.tensor import Tensor

_HIERARCHY = (int32, int64, float32, float64)
"""The dtypes of ranges; the highest of those of start, limit and delta is taken."""


def range(start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None, name: str | None = None) -> Tensor:
    """Return the numbers from `start` up to but without `limit`, in steps of `delta`.

    Args:
        start: the first number; the limit, if it stands alone, and the first number is 0 then.
        limit: where to stop.
        delta: the step, not zero.
        dtype: by default the highest of int32, int64, float32, float64 among the arguments' dtypes.

    Raises:
        InvalidArgumentError: if the step is zero or leads away from the limit.

    >>> import polytape as tf
    >>> tf.range(3, 9, 2).numpy().tolist(), tf.range(3.0).dtype
    ([3, 5, 7], tf.float32)
    """
    if limit is None:
        start, limit = 0, start
    wanted = None if dtype is None else as_dtype(dtype)
    if type(start) is type(limit) is type(delta) is int and (wanted is None or wanted.is_integer):
        wanted = wanted or int32
        first, last, step = [to_numpy(item, wanted).item() for item in (start, limit, delta)]
    else:
        given = [_number(item, wanted) for item in (start, limit, delta)]
        wanted = wanted or _highest([as_dtype(item.dtype) for item in given])
        exact = int if wanted.is_integer else wanted.as_numpy_dtype
        first, last, step = [exact(item) for item in given]
    if step == 0 or (last - first) * step < 0:
        raise InvalidArgumentError(
            f"range: delta must lead from start to limit; received start {first}, limit {last}, delta {step}."
        )
    backend, device = backends.placement()
    native = backend.native_dtype(wanted)
    if wanted.is_integer:
        return Tensor(backend.arange(first, last, step, dtype=native, device=device), backend)
    count = math.ceil(abs((last - first) / step))
    numbers = backend.arange(0, count, 1, dtype=native, device=device)
    return Tensor(backend.astype(numbers * float(step) + float(first), dtype=native), backend)


def _number(value: Any, dtype: DType | None) -> Any:
    """A limit or step as a NumPy number; a tensor keeps its dtype."""
    if hasattr(value, "__polytape_tensor__") or type(value) is Tensor:
        value, dtype = convert(value).numpy(), None
    found = to_numpy(value, dtype)
    if found.ndim or found.dtype.kind not in "iuf":
        raise InvalidArgumentError(
            f"range: start, limit and delta must be real numbers without axes; received {value!r}."
        )
    return found[()]


def _highest(found: Sequence[DType]) -> DType:
    outside = [dtype for dtype in found if dtype not in _HIERARCHY]
    if outside:
        if all(dtype is outside[0] for dtype in found):
            return outside[0]
        raise DTypeError(f"range: cannot combine {', '.join(dtype.name for dtype in found)}; pass a dtype.")
    return max(found, key=_HIERARCHY.index)


def linspace(start: Any, stop: Any, num: Any, name: str | None = None, axis: Any = 0) -> Tensor:
    """Return evenly spaced values from `start` to `stop`, both included.

    Args:
        start, stop: numeric tensors of one dtype whose shapes broadcast; of integers, the result is float64.
        num: how many values.
        axis: where the new axis is in the result.

    Raises:
        InvalidArgumentError: if `num` is not positive.
        DTypeError: if `start` and `stop` are neither floating-point nor integers.

    >>> import polytape as tf
    >>> tf.linspace(0.0, 1.0, 5).numpy().tolist()
    [0.0, 0.25, 0.5, 0.75, 1.0]
    """
    first, last = convert_group((start, stop), (REAL, REAL), "linspace")
    for item in (first, last):
        if item.dtype not in REAL:
            raise DTypeError(
                f"linspace: start and stop must be floating-point numbers or integers; received {item.dtype.name}."
            )
    if first.dtype.is_integer and first.dtype is last.dtype:
        first, last = cast(first, float64), cast(last, float64)
    count = arguments.integer(num, "linspace: num")
    if count < 1:
        raise InvalidArgumentError(f"linspace: num must be positive; received {count}.")
    step = (last - first) / max(count - 1, 1)
    place = arguments.axis(axis, step.ndim + 1, "linspace")
    first = expand_dims(broadcast_to_(first, shape=tuple(step._array.shape)), place)
    if count == 1:
        return first
    last = expand_dims(broadcast_to_(last, shape=tuple(step._array.shape)), place)
    backend = step._backend
    numbers = backend.arange(1, count - 1, 1, dtype=step._array.dtype, device=backend.device_of(step._array))
    inner = reshape_(Tensor(numbers, backend), shape=(count - 2, *(1,) * (step.ndim - place)))
    return concat((first, first + expand_dims(step, place) * inner, last), axis=place)


@op(accepts=INTEGER)
def one_hot_(backend: Backend, x: Array, *, depth: int, axis: int, on: Any, off: Any, dtype: Any) -> Array:
    """Return a new axis of length `depth` with `on` at the index that `x` holds and `off` elsewhere."""
    shape = tuple(x.shape)
    numbers = backend.arange(0, depth, 1, dtype=x.dtype, device=backend.device_of(x))
    numbers = backend.reshape(numbers, shape=(depth, *(1,) * (len(shape) - axis)))
    hits = backend.equal(backend.reshape(x, shape=(*shape[:axis], 1, *shape[axis:])), numbers)
    if on == 1 and off == 0:
        return backend.astype(hits, dtype=dtype)
    device = backend.device_of(x)
    return backend.where(
        hits,
        backend.full((), on, dtype=dtype, device=device),
        backend.full((), off, dtype=dtype, device=device),
    )


def one_hot(
    indices: Any,
    depth: Any,
    on_value: Any = None,
    off_value: Any = None,
    axis: Any = None,
    dtype: Any = None,
    name: str | None = None,
) -> Tensor:
    """Return a tensor with a new axis that holds one value at the place each index names and another elsewhere.

    Args:
        indices: integers; one out of range gets `off_value` everywhere.
        depth: the length of the new axis.
        on_value, off_value: 1 and 0 by default.
        axis: where the new axis is; by default the last.
        dtype: by default that of `on_value` or `off_value`, else float32.

    Raises:
        DTypeError: if `on_value` and `off_value` have two dtypes, or not the one asked for.

    >>> import polytape as tf
    >>> tf.one_hot([1, 0, -1], 2).numpy().tolist()
    [[0.0, 1.0], [1.0, 0.0], [0.0, 0.0]]
    """
    x = indices if type(indices) is Tensor else convert(indices)
    length = arguments.integer(depth, "one_hot: depth")
    if length < 0:
        raise InvalidArgumentError(f"one_hot: depth must not be negative; received {length}.")
    rank = len(x._array.shape)
    place = rank if axis is None else arguments.axis(axis, rank + 1, "one_hot")
    wanted = None if dtype is None else as_dtype(dtype)
    given = [None if value is None else convert(value, wanted) for value in (on_value, off_value)]
    known = [value.dtype for value in given if value is not None]
    if len(set(known)) > 1:
        raise DTypeError(
            f"one_hot: on_value is of dtype {known[0].name} and off_value of {known[1].name}; pass a dtype."
        )
    result = wanted or (known[0] if known else float32)
    on, off = [default if value is None else value.numpy().item() for value, default in zip(given, (1, 0))]
    return one_hot_(x, depth=length, axis=place, on=on, off=off, dtype=x._backend.native_dtype(result))  # type: ignore[no-any-return]


def sequence_mask(lengths: Any, maxlen: Any = None, dtype: Any = bool_, name: str | None = None) -> Tensor:
    """Return a mask of the first so many places of each sequence.

    Args:
        lengths: integers of any shape.
        maxlen: the length of the new last axis; by default the longest of the lengths.
        dtype: the dtype of the mask.

    >>> import polytape as tf
    >>> tf.sequence_mask([1, 3], 4, tf.int32).numpy().tolist()
    [[1, 0, 0, 0], [1, 1, 1, 0]]
    """
    x = lengths if type(lengths) is Tensor else convert(lengths)
    if maxlen is None:
        longest = max(x.numpy().reshape(-1).tolist(), default=0)
    else:
        longest = arguments.integer(maxlen, "sequence_mask: maxlen")
    backend = x._backend
    numbers = Tensor(
        backend.arange(0, max(longest, 0), 1, dtype=x._array.dtype, device=backend.device_of(x._array)),
        backend,
    )
    return cast(less(numbers, expand_dims(x, -1)), dtype)


def meshgrid(*args: Any, indexing: str = "xy", name: str | None = None) -> list[Tensor]:
    """Return the coordinates of a grid: each one-dimensional tensor repeated along the axes of the others.

    Args:
        args: tensors of at most one axis.
        indexing: "xy", where the first argument runs along the second axis and the second along the first, or "ij".

    >>> import polytape as tf
    >>> x, y = tf.meshgrid([1, 2, 3], [10, 20])
    >>> x.numpy().tolist(), y.numpy().tolist()
    ([[1, 2, 3], [1, 2, 3]], [[10, 10, 10], [20, 20, 20]])
    """
    if indexing not in ("xy", "ij"):
        raise InvalidArgumentError(f"meshgrid: indexing must be 'xy' or 'ij'; received {indexing!r}.")
    vectors = [item if type(item) is Tensor else convert(item) for item in args]
    if any(vector.ndim > 1 for vector in vectors):
        raise InvalidArgumentError(
            f"meshgrid: the arguments must have at most one axis; received shapes {[v.shape for v in vectors]}."
        )
    count = len(vectors)
    along = list(builtins.range(count))
    if indexing == "xy" and count > 1:
        along[:2] = [1, 0]
    lengths = [math.prod(vector._array.shape) for vector in vectors]
    full = tuple([lengths[axis] for axis in along])
    return [
        broadcast_to_(
            reshape_(vector, shape=tuple([length if axis == other else 1 for other in builtins.range(count)])),
            shape=full,
        )
        for vector, length, axis in zip(vectors, lengths, along)
    ]
