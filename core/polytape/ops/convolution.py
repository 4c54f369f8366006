"""Convolution over any number of spatial axes: an op and its two adjoints, each the derivative of the others.

Arrays are channels-last: `x` is (batch, spatial..., channels), `kernel` is (window..., channels / groups,
outputs). The metadata: `strides` and `dilations`, an integer for each spatial axis; `padding`, a pair
`(before, after)` for each; `groups`, into how many independent convolutions the channels fall. As in most of
the literature on neural networks the kernel is not flipped, so it is a cross-correlation:

    output[n, i, o] = Σ_{w, c} x[n, i · stride + w · dilation - before, c] · kernel[w, c, o]

It is linear in both arguments. The three ops hold the three arrays of that sum one against the other two, so
every order of derivative exists (Dumoulin and Visin, "A guide to convolution arithmetic for deep learning",
2016).
"""

from __future__ import annotations

import itertools
import math

from polytape.backend import Array, Backend
from polytape.dtypes import FLOATING
from polytape.op import op
from polytape.ops.spatial import Lengths, Padding, output_lengths
from polytape.ops.windows import padded, places, spread


@op(
    lambda backend, gradient, kernel, x_shape, strides, padding, dilations, groups: backend.convolution_input(
        gradient,
        kernel,
        lengths=x_shape[1:-1],
        strides=strides,
        padding=padding,
        dilations=dilations,
        groups=groups,
    ),
    lambda backend, gradient, x, kernel_shape, strides, padding, dilations, groups: backend.convolution_kernel(
        x,
        gradient,
        window=kernel_shape[:-2],
        strides=strides,
        padding=padding,
        dilations=dilations,
        groups=groups,
    ),
    accepts=FLOATING,
)
def convolution(
    backend: Backend,
    x: Array,
    kernel: Array,
    *,
    strides: Lengths,
    padding: Padding,
    dilations: Lengths,
    groups: int,
) -> Array:
    """Return the convolution of `x`, (batch, spatial..., channels), with `kernel`.

    Args:
        x: (batch, spatial..., channels).
        kernel: (window..., channels / groups, outputs).

    Returns:
        (batch, windows..., outputs).

    >>> import polytape as tf
    >>> x = tf.constant([[[1.0], [2.0], [4.0]]])
    >>> metadata = dict(strides=(1,), padding=((0, 0),), dilations=(1,), groups=1)
    >>> convolution(x, tf.constant([[[1.0]], [[10.0]]]), **metadata).numpy().tolist()
    [[[21.0], [42.0]]]
    """
    window = kernel.shape[:-2]
    lengths = output_lengths(x.shape[1:-1], window, strides, dilations, padding)
    x = padded(backend, x, padding)
    total = None
    for position in itertools.product(*map(range, window)):
        under = backend.getitem(x, key=places(position, lengths, strides, dilations))
        part = _channels_product(backend, under, backend.getitem(kernel, key=position), groups)
        total = part if total is None else backend.add(total, part)
    return total


@op(
    lambda backend, gradient, kernel, strides, padding, dilations, groups: backend.convolution(
        gradient, kernel, strides=strides, padding=padding, dilations=dilations, groups=groups
    ),
    lambda backend, gradient, x, kernel_shape, strides, padding, dilations, groups: backend.convolution_kernel(
        gradient,
        x,
        window=kernel_shape[:-2],
        strides=strides,
        padding=padding,
        dilations=dilations,
        groups=groups,
    ),
    accepts=FLOATING,
)
def convolution_input(
    backend: Backend,
    x: Array,
    kernel: Array,
    *,
    lengths: Lengths,
    strides: Lengths,
    padding: Padding,
    dilations: Lengths,
    groups: int,
) -> Array:
    """Return the adjoint of `convolution` with respect to its input, also called transposed convolution.

    Args:
        x: what stands where `convolution` has its output, (batch, windows..., outputs).
        kernel: (window..., channels / groups, outputs).
        lengths: the spatial lengths of the result.

    Returns:
        (batch, lengths..., channels).

    >>> import polytape as tf
    >>> x = tf.constant([[[1.0], [2.0]]])
    >>> metadata = dict(strides=(1,), padding=((0, 0),), dilations=(1,), groups=1)
    >>> convolution_input(x, tf.constant([[[1.0]], [[10.0]]]), lengths=(3,), **metadata).numpy().tolist()
    [[[1.0], [12.0], [20.0]]]
    """
    *window, channels, outputs = kernel.shape
    rank = len(window)
    x = spread(backend, x, strides)
    amounts = []
    for axis, (before, _) in enumerate(padding):
        reach = (window[axis] - 1) * dilations[axis]
        first = reach - before
        amounts.append((first, lengths[axis] - x.shape[axis + 1] - first + reach))
    x = padded(backend, x, tuple((min(before, 0), min(after, 0)) for before, after in amounts))
    flipped = backend.getitem(kernel, key=(slice(None, None, -1),) * rank)
    split = backend.reshape(flipped, shape=(*window, channels, groups, outputs // groups))
    turned = backend.permute_dims(split, axes=(*range(rank), rank + 2, rank + 1, rank))
    return backend.convolution(
        x,
        backend.reshape(turned, shape=(*window, outputs // groups, groups * channels)),
        strides=(1,) * rank,
        padding=tuple((max(before, 0), max(after, 0)) for before, after in amounts),
        dilations=dilations,
        groups=groups,
    )


@op(
    lambda backend, gradient, y, x_shape, strides, padding, dilations, groups: backend.convolution_input(
        y,
        gradient,
        lengths=x_shape[1:-1],
        strides=strides,
        padding=padding,
        dilations=dilations,
        groups=groups,
    ),
    lambda backend, gradient, x, strides, padding, dilations, groups: backend.convolution(
        x, gradient, strides=strides, padding=padding, dilations=dilations, groups=groups
    ),
    accepts=FLOATING,
)
def convolution_kernel(
    backend: Backend,
    x: Array,
    y: Array,
    *,
    window: Lengths,
    strides: Lengths,
    padding: Padding,
    dilations: Lengths,
    groups: int,
) -> Array:
    """Return the adjoint of `convolution` with respect to its kernel.

    Args:
        x: (batch, spatial..., channels).
        y: what stands where `convolution` has its output, (batch, windows..., outputs).
        window: the spatial lengths of the kernel.

    Returns:
        (window..., channels / groups, outputs).

    >>> import polytape as tf
    >>> x, y = tf.constant([[[1.0], [2.0], [4.0]]]), tf.constant([[[1.0], [1.0]]])
    >>> metadata = dict(strides=(1,), padding=((0, 0),), dilations=(1,), groups=1)
    >>> convolution_kernel(x, y, window=(2,), **metadata).numpy().tolist()
    [[[3.0]], [[6.0]]]
    """
    x = padded(backend, x, padding)
    count, channels, outputs = math.prod(y.shape[:-1]), x.shape[-1], y.shape[-1]
    right = _grouped(backend, y, count, groups)
    parts = []
    for position in itertools.product(*map(range, window)):
        under = backend.getitem(x, key=places(position, y.shape[1:-1], strides, dilations))
        left = _grouped(backend, under, count, groups)
        part = backend.matmul(backend.permute_dims(left, axes=(0, 2, 1)), right)
        part = backend.permute_dims(part, axes=(1, 0, 2))
        parts.append(backend.reshape(part, shape=(1, channels // groups, outputs)))
    joined = parts[0] if len(parts) == 1 else backend.concat(parts, axis=0)
    return backend.reshape(joined, shape=(*window, channels // groups, outputs))


def _channels_product(backend: Backend, x: Array, kernel: Array, groups: int) -> Array:
    """The product of the channels of `x` with a kernel of one position, group by group."""
    count, outputs = math.prod(x.shape[:-1]), kernel.shape[-1]
    left = _grouped(backend, x, count, groups)
    right = _grouped(backend, kernel, kernel.shape[0], groups)
    product = backend.permute_dims(backend.matmul(left, right), axes=(1, 0, 2))
    return backend.reshape(product, shape=(*x.shape[:-1], outputs))


def _grouped(backend: Backend, x: Array, count: int, groups: int) -> Array:
    """`x` as (groups, count, channels / groups)."""
    split = backend.reshape(x, shape=(count, groups, x.shape[-1] // groups))
    return backend.permute_dims(split, axes=(1, 0, 2))
