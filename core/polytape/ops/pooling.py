"""Pooling over any number of spatial axes: the largest element and the mean under a sliding window.

Arrays are channels-last, the metadata as in `polytape.ops.convolution`, with the window's size in `window`. A
window is a box, so both are found one axis at a time, the last first: of each row, then of the rows. Padding
is never the largest and does not count in a mean.

The gradient of a maximum goes to the first largest element of the window, in row-major order. That is the
first largest element of the first row that has it, so the way back is found one axis at a time too.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from typing import Any

from polytape.backend import Array, Backend
from polytape.dtypes import FLOATING, REAL
from polytape.op import op
from polytape.ops.spatial import Lengths, Padding
from polytape.ops.windows import along, padded, place


@op(
    lambda backend, gradient, x, window, strides, padding, dilations: backend.max_pool_input(
        gradient, x, window=window, strides=strides, padding=padding, dilations=dilations
    ),
    accepts=REAL,
)
def max_pool(
    backend: Backend, x: Array, *, window: Lengths, strides: Lengths, padding: Padding, dilations: Lengths
) -> Array:
    """Return the largest element under each place of a window, (batch, windows..., channels).

    >>> import polytape as tf
    >>> x = tf.constant([[[1.0], [3.0], [2.0]]])
    >>> max_pool(x, window=(2,), strides=(1,), padding=((0, 0),), dilations=(1,)).numpy().tolist()
    [[[3.0], [3.0]]]
    """
    return maxima(backend, x, window, strides, padding, dilations)[-1]


@op(
    lambda backend, gradient, x, window, strides, padding, dilations: backend.max_pool_selection(
        gradient, x, window=window, strides=strides, padding=padding, dilations=dilations
    ),
    None,
    accepts=FLOATING,
)
def max_pool_input(
    backend: Backend,
    values: Array,
    x: Array,
    *,
    window: Lengths,
    strides: Lengths,
    padding: Padding,
    dilations: Lengths,
) -> Array:
    """Return zeros of the shape of `x`, with each of `values` added where its window in `x` has its largest
    element.

    >>> import polytape as tf
    >>> x, values = tf.constant([[[1.0], [3.0], [2.0]]]), tf.constant([[[10.0], [20.0]]])
    >>> metadata = dict(window=(2,), strides=(1,), padding=((0, 0),), dilations=(1,))
    >>> max_pool_input(values, x, **metadata).numpy().tolist()
    [[[0.0], [30.0], [0.0]]]
    """
    stages = maxima(backend, x, window, strides, padding, dilations)
    for axis in range(len(window)):
        before, after = stages[-axis - 2], stages[-axis - 1]
        zeros = backend.full((), 0, dtype=values.dtype, device=backend.device_of(values))
        total = None
        for part, attained in first_attained(backend, before, after, axis, window, strides, dilations):
            routed = backend.where(attained, values, zeros)
            routed = backend.setitem_zeros(routed, key=along(axis + 1, part), shape=tuple(before.shape))
            total = routed if total is None else backend.add(total, routed)
        values = total
    return backend.getitem(values, key=inside(padding, x.shape[1:-1]))


@op(
    lambda backend, gradient, x, window, strides, padding, dilations: backend.max_pool_input(
        gradient, x, window=window, strides=strides, padding=padding, dilations=dilations
    ),
    None,
    accepts=(REAL, FLOATING),
)
def max_pool_selection(
    backend: Backend,
    values: Array,
    x: Array,
    *,
    window: Lengths,
    strides: Lengths,
    padding: Padding,
    dilations: Lengths,
) -> Array:
    """Return, for each place of the window, the one of `values` that stands where `x` has its largest
    element.

    >>> import polytape as tf
    >>> x, values = tf.constant([[[1.0], [3.0], [2.0]]]), tf.constant([[[10.0], [20.0], [30.0]]])
    >>> metadata = dict(window=(2,), strides=(1,), padding=((0, 0),), dilations=(1,))
    >>> max_pool_selection(values, x, **metadata).numpy().tolist()
    [[[20.0], [20.0]]]
    """
    stages = maxima(backend, x, window, strides, padding, dilations)
    values = padded(backend, values, padding)
    for stage, axis in enumerate(reversed(range(len(window)))):
        before, after = stages[stage], stages[stage + 1]
        selected = backend.full(tuple(after.shape), 0, dtype=values.dtype, device=backend.device_of(values))
        for part, attained in first_attained(backend, before, after, axis, window, strides, dilations):
            selected = backend.where(attained, backend.getitem(values, key=along(axis + 1, part)), selected)
        values = selected
    return values


@op(
    lambda backend, gradient, x_shape, window, strides, padding, dilations: backend.average_pool_input(
        gradient, lengths=x_shape[1:-1], window=window, strides=strides, padding=padding, dilations=dilations
    ),
    accepts=FLOATING,
)
def average_pool(
    backend: Backend, x: Array, *, window: Lengths, strides: Lengths, padding: Padding, dilations: Lengths
) -> Array:
    """Return the mean of the elements under each place of a window, (batch, windows..., channels).

    >>> import polytape as tf
    >>> x = tf.constant([[[1.0], [3.0], [2.0]]])
    >>> average_pool(x, window=(2,), strides=(2,), padding=((0, 1),), dilations=(1,)).numpy().tolist()
    [[[2.0], [2.0]]]
    """
    sums = window_sums(backend, padded(backend, x, padding), window, strides, dilations)
    return backend.divide(sums, window_counts(backend, x, x.shape[1:-1], window, strides, padding, dilations))


@op(
    lambda backend, gradient, window, strides, padding, dilations: backend.average_pool(
        gradient, window=window, strides=strides, padding=padding, dilations=dilations
    ),
    accepts=FLOATING,
)
def average_pool_input(
    backend: Backend,
    x: Array,
    *,
    lengths: Lengths,
    window: Lengths,
    strides: Lengths,
    padding: Padding,
    dilations: Lengths,
) -> Array:
    """Return the adjoint of `average_pool`: each element of `x` in equal shares to the elements of its
    window.

    >>> import polytape as tf
    >>> x = tf.constant([[[1.0], [2.0]]])
    >>> metadata = dict(window=(2,), strides=(2,), padding=((0, 1),), dilations=(1,))
    >>> average_pool_input(x, lengths=(3,), **metadata).numpy().tolist()
    [[[0.5], [0.5], [2.0]]]
    """
    x = backend.divide(x, window_counts(backend, x, lengths, window, strides, padding, dilations))
    for axis, (length, (before, after)) in enumerate(zip(lengths, padding)):
        shape = (*x.shape[: axis + 1], before + length + after, *x.shape[axis + 2 :])
        parts = [
            backend.setitem_zeros(x, key=along(axis + 1, part), shape=shape)
            for part in parts_along(axis, shape, window, strides, dilations)
        ]
        x = functools.reduce(backend.add, parts)
    return backend.getitem(x, key=inside(padding, lengths))


def maxima(
    backend: Backend, x: Array, window: Lengths, strides: Lengths, padding: Padding, dilations: Lengths
) -> list[Array]:
    """Return `x` with its padding, then the maxima along the last axis, along the last two, and so on."""
    dtype = backend.dtype_of(x)
    stages = [padded(backend, x, padding, -math.inf if dtype.is_floating else dtype.min)]
    for axis in reversed(range(len(window))):
        parts = parts_along(axis, stages[-1].shape, window, strides, dilations)
        under = [backend.getitem(stages[-1], key=along(axis + 1, part)) for part in parts]
        stages.append(functools.reduce(backend.maximum, under))
    return stages


def first_attained(
    backend: Backend,
    x: Array,
    largest: Array,
    axis: int,
    window: Lengths,
    strides: Lengths,
    dilations: Lengths,
) -> Iterator[tuple[slice, Array]]:
    """For each position along an axis of the window: its part of `x`, where that first equals `largest`."""
    free: Any = None
    for part in parts_along(axis, x.shape, window, strides, dilations):
        attained = backend.equal(backend.getitem(x, key=along(axis + 1, part)), largest)
        if free is None:
            free = backend.logical_not(attained)
        else:
            attained = backend.logical_and(attained, free)
            free = backend.logical_and(free, backend.logical_not(attained))
        yield part, attained


def window_sums(backend: Backend, x: Array, window: Lengths, strides: Lengths, dilations: Lengths) -> Array:
    """Return the sum of the elements under each place of the window."""
    for axis in reversed(range(len(window))):
        parts = parts_along(axis, x.shape, window, strides, dilations)
        x = functools.reduce(backend.add, [backend.getitem(x, key=along(axis + 1, part)) for part in parts])
    return x


def window_counts(
    backend: Backend,
    like: Array,
    lengths: Lengths,
    window: Lengths,
    strides: Lengths,
    padding: Padding,
    dilations: Lengths,
) -> Any:
    """Return how many elements lie under the window: a number, or an array if that depends on the place."""
    if not any(map(any, padding)):
        return math.prod(window)
    ones = backend.full((1, *lengths, 1), 1, dtype=like.dtype, device=backend.device_of(like))
    return window_sums(backend, padded(backend, ones, padding), window, strides, dilations)


def parts_along(
    axis: int, shape: tuple[int, ...], window: Lengths, strides: Lengths, dilations: Lengths
) -> list[slice]:
    """Return, for each position of the window along one spatial axis, the elements that lie under it."""
    size, stride, dilation = window[axis], strides[axis], dilations[axis]
    count = max((shape[axis + 1] - (size - 1) * dilation - 1) // stride + 1, 0)
    return [place(position, count, stride, dilation) for position in range(size)]


def inside(padding: Padding, lengths: Lengths) -> tuple[slice, ...]:
    """Return the key that takes away the padding."""
    return (slice(None), *(slice(before, before + length) for length, (before, _) in zip(lengths, padding)))
