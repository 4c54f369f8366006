"""Calls that compute nothing and only arrange elements: as views, or as copies made by kernels."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from polytape.backend import Array
from polytape_numpy.native.copying import copy, zeros
from polytape_numpy.native.planning import empty


def _along(x: Array, axis: int, start: Any, stop: Any = None) -> Array:
    """The places along an axis from `start` to `stop`; without `stop` the one at `start`, without the axis."""
    place = start if stop is None else slice(start, stop)
    return x[(*[slice(None)] * (axis % x.ndim), place)]


def _pieces(x: Array, sizes: tuple[int, ...], axis: int) -> Iterator[Array]:
    start = 0
    for size in sizes:
        yield _along(x, axis, start, start + size)
        start += size


VIEWS: dict[str, Callable[..., Any]] = {
    "reshape": lambda x, shape: x.reshape(shape),
    "permute_dims": lambda x, axes: x.transpose(axes),
    "matrix_transpose": lambda x: x.swapaxes(-1, -2),
    "getitem": lambda x, key: x[key],
    "[]": lambda x, key: x[key],
    "flip": lambda x, axes: x[tuple([slice(None, None, -1 if axis in axes else 1) for axis in range(x.ndim)])],
    "split": lambda x, sizes, axis: tuple(_pieces(x, sizes, axis)),
    "unpack": lambda x, axis: tuple([_along(x, axis, place) for place in range(x.shape[axis])]),
}
"""Calls whose results are elements of their argument, where they are."""


def _joined(*xs: Array, axis: int) -> Array:
    axis %= xs[0].ndim
    sizes = [x.shape[axis] for x in xs]
    result = empty((*xs[0].shape[:axis], sum(sizes), *xs[0].shape[axis + 1 :]), xs[0].dtype)
    for x, piece in zip(xs, _pieces(result, tuple(sizes), axis)):
        copy(x, piece)
    return result


def _stacked(*xs: Array, axis: int) -> Array:
    axis %= xs[0].ndim + 1
    result = empty((*xs[0].shape[:axis], len(xs), *xs[0].shape[axis:]), xs[0].dtype)
    for place, x in enumerate(xs):
        copy(x, _along(result, axis, place))
    return result


def _set_in_zeros(gradient: Array, *, key: tuple[Any, ...], shape: tuple[int, ...]) -> Array:
    result = zeros(shape, gradient.dtype)
    copy(gradient, result[key])
    return result


COPIES: dict[str, Callable[..., Array]] = {
    "concat": lambda xs, axis: _joined(*xs, axis=axis),
    "concatenate": _joined,
    "pack": _stacked,
    "setitem_zeros": _set_in_zeros,
}
"""Calls that put elements somewhere else."""
