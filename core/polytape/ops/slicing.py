"""Indexing with square brackets."""

from __future__ import annotations

from typing import Any

from polytape.backend import Array, Backend, Shape
from polytape.conversion import convert
from polytape.dtypes import ANY, bool_
from polytape.errors import DTypeError, InvalidArgumentError, OutOfRangeError
from polytape.op import op
from polytape.tensor import Tensor

Key = tuple[Any, ...]
"""Integers within range, slices, `...` and `None`."""


@op(
    lambda backend, gradient, x_shape, key: backend.setitem_zeros(gradient, key=key, shape=x_shape),
    accepts=ANY,
)
def getitem(backend: Backend, x: Array, *, key: Key) -> Array:
    """Return the elements of `x` that basic indexing with `key` selects."""
    return backend.getitem(x, key=key)


@op(lambda backend, gradient, key: backend.getitem(gradient, key=key), accepts=ANY)
def setitem_zeros(backend: Backend, x: Array, *, key: Key, shape: Shape) -> Array:
    """Return zeros of `shape` into which `x` is written where `key` selects: the derivative of `getitem`."""
    ranges = _ranges(key, shape)
    x = backend.reshape(x, shape=tuple([len(places) for places in ranges]))
    if any(places.step < 0 for places in ranges):
        x = backend.getitem(x, key=tuple([slice(None, None, -1 if places.step < 0 else 1) for places in ranges]))
    for axis, (places, length) in enumerate(zip(ranges, shape)):
        ascending = places if places.step > 0 else places[::-1]
        if len(ascending) != length:
            x = _spread(backend, x, ascending, axis, length)
    return backend.reshape(x, shape=shape)


@op(
    lambda backend, gradient, y_shape, y_dtype, key: backend.setitem(
        gradient,
        backend.full(tuple(y_shape), 0, dtype=y_dtype, device=backend.device_of(gradient)),
        key=key,
    ),
    lambda backend, gradient, key: backend.getitem(gradient, key=key),
    accepts=ANY,
)
def setitem(backend: Backend, x: Array, y: Array, *, key: Key) -> Array:
    """Return `x` with `y` written to where basic indexing with `key` selects."""
    shape = tuple(x.shape)
    true = backend.full(tuple(y.shape), True, dtype=backend.native_dtype(bool_), device=backend.device_of(y))
    written = backend.setitem_zeros(true, key=key, shape=shape)
    return backend.where(written, backend.setitem_zeros(y, key=key, shape=shape), x)


def _spread(backend: Backend, x: Array, places: range, axis: int, length: int) -> Array:
    """Put the slices of `x` at `places` of an axis of `length`, and zeros at the others."""
    found = tuple(x.shape)
    before, after = found[:axis], found[axis + 1 :]
    start = places.start if places else length

    def zeros(*middle: int) -> Array:
        return backend.full((*before, *middle, *after), 0, dtype=x.dtype, device=backend.device_of(x))

    if len(places) > 1 and places.step > 1:
        gaps = zeros(len(places), places.step - 1)
        x = backend.reshape(x, shape=(*before, len(places), 1, *after))
        x = backend.concat((x, gaps), axis=axis + 1)
        x = backend.reshape(x, shape=(*before, len(places) * places.step, *after))
        x = backend.getitem(x, key=(*(slice(None),) * axis, slice(0, places[-1] - start + 1)))
    end = start + x.shape[axis]
    parts = (zeros(start), x, zeros(length - end))
    return backend.concat([part for part in parts if part.shape[axis] or part is x], axis=axis)


def _ranges(key: Key, shape: Shape) -> list[range]:
    """The places that `key` selects along each axis."""
    items = [item for item in key if item is not None]
    missing = len(shape) - sum([item is not Ellipsis for item in items])
    at = items.index(Ellipsis) if Ellipsis in items else len(items)
    items[at : at + 1] = [slice(None)] * missing
    return [
        range(*item.indices(length)) if isinstance(item, slice) else range(item % length, item % length + 1)
        for item, length in zip(items, shape)
    ]


def subscript(x: Any, key: Any) -> Tensor:
    """Return `x[key]`.

    Args:
        x: a tensor.
        key: integers (also as tensors without axes), slices, `...` and `tf.newaxis`, or several of them; and, as in
            NumPy, lists or tensors of integers, which gather along an axis, and bool tensors, which mask.

    Raises:
        OutOfRangeError: if an integer is outside its axis.
        InvalidArgumentError: if there are more indices than axes, or more than one `...`.

    >>> import polytape as tf
    >>> x = tf.constant([[1, 2, 3], [4, 5, 6]])
    >>> x[0, ::-1].numpy().tolist(), x[..., None].shape
    ([3, 2, 1], TensorShape([2, 3, 1]))
    >>> x[:, [2, 0]].numpy().tolist(), x[x > 4].numpy().tolist()
    ([[3, 1], [6, 4]], [5, 6])
    """
    if type(x) is not Tensor:
        x = convert(x)
    key, is_basic = plain_key(key, x._array.shape)
    if is_basic:
        return getitem(x, key=key)  # type: ignore[no-any-return]
    from polytape.ops.advanced_indexing import select  # made of ops that stand on this one

    return select(x, key)


_LIMITS = frozenset((int, type(None)))


def plain_key(key: Any, shape: Shape) -> tuple[Key, bool]:
    """Return a key in plain integers and slices, and whether that is all there is in it."""
    items = key if type(key) is tuple else (key,)
    axis, rank = 0, len(shape)
    for item in items:  # the short way for plain integers and slices
        if item is None:
            continue
        kind = type(item)
        if axis == rank or (kind is int and not -shape[axis] <= item < shape[axis]):
            break
        if kind is slice:
            if not (type(item.start) in _LIMITS and type(item.stop) in _LIMITS and item.step is None):
                break
        elif kind is not int:
            break
        axis += 1
    else:
        return items, True
    plain = tuple([_plain(item) for item in items])
    is_basic = not any(isinstance(item, (Tensor, list)) or hasattr(item, "dtype") for item in plain)
    if is_basic:
        _check(plain, shape)
    return plain, is_basic


def _plain(item: Any) -> Any:
    """An index without tensors, unless it is an array of indices or a mask, which stays as it is."""
    if item is None or item is Ellipsis or type(item) is int:
        return item
    if isinstance(item, slice):
        return slice(_bound(item.start), _bound(item.stop), _bound(item.step))
    if hasattr(item, "__polytape_tensor__"):
        item = item.__polytape_tensor__()
    if isinstance(item, list) or (hasattr(item, "dtype") and (len(item.shape) or "int" not in str(item.dtype))):
        return item
    if hasattr(item, "__index__") and not isinstance(item, bool):
        return item.__index__()
    raise _unfit(item)


def _bound(item: Any) -> Any:
    """A limit or step of a slice."""
    if item is None or type(item) is int:
        return item
    if hasattr(item, "__polytape_tensor__"):
        item = item.__polytape_tensor__()
    try:
        return item.__index__()
    except (AttributeError, TypeError):
        raise DTypeError(f"A slice is made of integers; received {item!r} of {type(item).__name__}.") from None


def _unfit(item: Any) -> DTypeError:
    return DTypeError(
        "A tensor is indexed with integers, slices, '...', tf.newaxis (None), and lists or tensors of integers or "
        "bool; "
        f"received {item!r} of {type(item).__name__}."
    )


def _check(key: Key, shape: Shape) -> None:
    """Raise what is to be said of a key that the shape does not have."""
    rank = len(shape)
    given = sum([item is not None and item is not Ellipsis for item in key])
    ellipses = sum([item is Ellipsis for item in key])
    if given > rank or ellipses > 1:
        raise InvalidArgumentError(
            f"A tensor of shape {list(shape)} takes at most {rank} indices and one '...'; received {given} "
            f"and {ellipses}."
        )
    axis = 0
    for item in key:
        if item is None:
            continue
        if item is Ellipsis:
            axis += rank - given
            continue
        if isinstance(item, slice):
            if item.step == 0:
                raise InvalidArgumentError(f"The step of a slice can't be 0; received it for axis {axis}.")
        elif not -shape[axis] <= item < shape[axis]:
            raise OutOfRangeError(
                f"Index {item} is out of range for axis {axis} of length {shape[axis]}; the tensor has shape "
                f"{list(shape)}."
            )
        axis += 1
