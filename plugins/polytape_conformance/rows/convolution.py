"""Convolutions against the sum that defines them, written as plain loops."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from polytape_conformance.row import Row, integers, positive, real

_ERROR = (ValueError,)


def _amounts(padding: Any, lengths: Any, window: Any, strides: Any, dilations: Any) -> list[tuple[int, int]]:
    """How much padding each axis gets, by TensorFlow's documentation."""
    found = []
    for axis, (length, size, stride, dilation) in enumerate(zip(lengths, window, strides, dilations)):
        reach = (size - 1) * dilation + 1
        if padding == "VALID":
            found.append((0, 0))
        elif padding == "SAME":
            total = max(reach - (stride if length % stride == 0 else length % stride), 0)
            found.append((total // 2, total - total // 2))
        else:
            found.append(tuple(padding[axis]))
    return found


def reference(x: Any, kernel: Any, strides: Any, dilations: Any, padding: Any) -> Any:
    """output[n, i, o] = Σ x[n, i · stride + w · dilation - before, c] · kernel[w, c, o], with groups."""
    window, rank = kernel.shape[:-2], kernel.ndim - 2
    amounts = _amounts(padding, x.shape[1:-1], window, strides, dilations)
    x = np.pad(x, [(0, 0), *amounts, (0, 0)])
    lengths = [
        (x.shape[axis + 1] - (window[axis] - 1) * dilations[axis] - 1) // strides[axis] + 1 for axis in range(rank)
    ]
    depth, outputs = kernel.shape[-2:]
    groups = x.shape[-1] // depth
    result: Any = np.zeros((x.shape[0], *lengths, outputs))
    for place in itertools.product(*map(range, lengths)):
        for position in itertools.product(*map(range, window)):
            at = tuple(i * s + w * d for i, s, w, d in zip(place, strides, position, dilations))
            for output in range(outputs):
                group = output // (outputs // groups)
                for channel in range(depth):
                    under = x[(slice(None), *at, group * depth + channel)]
                    result[(slice(None), *place, output)] += under * kernel[(*position, channel, output)]
    return result


def transposed(y: Any, kernel: Any, lengths: Any, strides: Any, dilations: Any, padding: Any, groups: int = 1) -> Any:
    """The transpose of the matrix of `reference`, column by column."""
    shape = (y.shape[0], *lengths, kernel.shape[-2] * groups)
    result = np.zeros(shape)
    for index in np.ndindex(shape):
        unit = np.zeros(shape)
        unit[index] = 1
        result[index] = np.sum(reference(unit, kernel, strides, dilations, padding) * y)
    return result


def _first(x: Any) -> Any:
    return np.moveaxis(x, -1, 1)


def _last(x: Any) -> Any:
    return np.moveaxis(x, 1, -1)


def _row(
    name: str,
    variant: str,
    x: tuple[int, ...],
    kernel: tuple[int, ...],
    strides: Any = 1,
    padding: Any = "VALID",
    dilations: Any = 1,
    first: bool = False,
    **options: Any,
) -> Row:
    """A row of one of the convolutions; shapes are channels-last, `first` turns the input around."""
    rank = len(kernel) - 2
    steps = (strides,) * rank if isinstance(strides, int) else strides
    gaps = (dilations,) * rank if isinstance(dilations, int) else dilations
    given = padding
    if not isinstance(padding, str):
        none = [0, 0]
        given = [none, none, *padding] if first else [none, *padding, none]
    data_format = {1: "NWC", 2: "NHWC", 3: "NDHWC"}[rank]
    if first:
        data_format = data_format[0] + "C" + data_format[1:-1]

    def call(tf: Any, x: Any, kernel: Any) -> Any:
        return getattr(tf.nn, name)(x, kernel, strides, given, data_format=data_format, dilations=dilations)

    def expected(x: Any, kernel: Any) -> Any:
        found = reference(_last(x) if first else x, kernel, steps, gaps, padding)
        return _first(found) if first else found

    inputs = real(*x)
    case = (_first(inputs) if first else inputs, real(*kernel, seed=1))
    return Row(f"nn.{name}", call, expected, (case,), variant=variant, **options)


def _transpose_row(
    variant: str,
    y: tuple[int, ...],
    kernel: tuple[int, ...],
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    dilations: Any = 1,
    first: bool = False,
) -> Row:
    rank = len(kernel) - 2
    name = f"conv{rank}d_transpose"
    lengths = output_shape[2:] if first else output_shape[1:-1]
    groups = output_shape[1 if first else -1] // kernel[-2]
    data_format = {1: "NWC", 2: "NHWC", 3: "NDHWC"}[rank]
    if first:
        data_format = data_format[0] + "C" + data_format[1:-1]

    def call(tf: Any, y: Any, kernel: Any) -> Any:
        function = getattr(tf.nn, name)
        return function(y, kernel, output_shape, strides, padding, data_format=data_format, dilations=dilations)

    def expected(y: Any, kernel: Any) -> Any:
        y = _last(y) if first else y
        found = transposed(y, kernel, lengths, (strides,) * rank, (dilations,) * rank, padding, groups)
        return _first(found) if first else found

    inputs = real(*y)
    case = (_first(inputs) if first else inputs, real(*kernel, seed=1))
    return Row(f"nn.{name}", call, expected, (case,), variant=variant)


def _depthwise(x: Any, kernel: Any, strides: Any, padding: Any, dilations: Any = (1, 1)) -> Any:
    """Every channel on its own."""
    parts = [
        reference(x[..., channel : channel + 1], kernel[:, :, channel : channel + 1], strides, dilations, padding)
        for channel in range(x.shape[-1])
    ]
    return np.concatenate(parts, axis=-1)


def _conv2d(tf: Any, shape: Any = (1, 4, 4, 2), filters: Any = (2, 2, 2, 3), **options: Any) -> Any:
    arguments = {"strides": 1, "padding": "VALID"} | options
    return tf.nn.conv2d(tf.ones(shape), tf.ones(filters), **arguments)


_REJECTS = (
    (lambda tf: _conv2d(tf, shape=(4, 4, 2)), *_ERROR, "input must have rank 4 or more"),
    (lambda tf: _conv2d(tf, filters=(2, 2, 2)), *_ERROR, "filters must have rank 4"),
    (lambda tf: _conv2d(tf, filters=(2, 2, 3, 3)), *_ERROR, "the input has 2 channels"),
    (lambda tf: _conv2d(tf, filters=(2, 2, 1, 3)), *_ERROR, "a divisor of them by which the outputs divide"),
    (lambda tf: _conv2d(tf, strides=0), *_ERROR, "strides must be positive"),
    (lambda tf: _conv2d(tf, strides=[1, 2, 3]), *_ERROR, "strides must be an integer, or a list of 2 or 4"),
    (
        lambda tf: _conv2d(tf, strides=[2, 1, 1, 1]),
        *_ERROR,
        "strides must be 1 on the batch and channel axes",
    ),
    (lambda tf: _conv2d(tf, strides=1.5), TypeError, "strides must be an integer"),
    (lambda tf: _conv2d(tf, dilations=-1), *_ERROR, "dilations must be positive"),
    (lambda tf: _conv2d(tf, padding="FULL"), *_ERROR, "padding must be 'SAME', 'VALID' or a list"),
    (lambda tf: _conv2d(tf, padding=[[0, 0], [1, 1], [0, 0]]), *_ERROR, "explicit padding must be"),
    (lambda tf: _conv2d(tf, padding=[[0, 0], [-1, 1], [0, 0], [0, 0]]), *_ERROR, "none of them negative"),
    (
        lambda tf: _conv2d(tf, padding=[[1, 0], [0, 1], [0, 0], [0, 0]]),
        *_ERROR,
        r"must be \[0, 0\] on the batch",
    ),
    (lambda tf: _conv2d(tf, data_format="NWC"), *_ERROR, "data_format must be 'NHWC' or 'NCHW'"),
    (
        lambda tf: _conv2d(tf, shape=(1, 2, 2, 2), filters=(3, 3, 2, 1)),
        *_ERROR,
        "does not fit into spatial axis 0",
    ),
    (
        lambda tf: tf.nn.conv2d(tf.ones((1, 2, 2, 1)), tf.constant(integers(1, 1, 1, 1)), 1, "SAME"),
        TypeError,
        "int32",
    ),
    (lambda tf: tf.nn.conv2d(integers(1, 2, 2, 1), integers(1, 1, 1, 1), 1, "SAME"), TypeError, "int32"),
)

_TRANSPOSE_REJECTS = (
    (
        lambda tf: tf.nn.conv2d_transpose(tf.ones((1, 2, 2, 3)), tf.ones((2, 2, 1, 3)), [1, 6, 4, 1], 2),
        *_ERROR,
        r"shrink to \[3, 2\]",
    ),
    (
        lambda tf: tf.nn.conv2d_transpose(tf.ones((1, 2, 2, 3)), tf.ones((2, 2, 3, 1)), [1, 4, 4, 1], 2),
        *_ERROR,
        "the input has 3 channels",
    ),
    (
        lambda tf: tf.nn.conv2d_transpose(tf.ones((1, 2, 2, 3)), tf.ones((2, 2, 1, 3)), [2, 4, 4, 1], 2),
        *_ERROR,
        "does not fit an input of batch",
    ),
)

_DEPTHWISE_REJECTS = (
    (
        lambda tf: tf.nn.depthwise_conv2d(tf.ones((1, 3, 3, 2)), tf.ones((2, 2, 3, 1)), [1, 1, 1, 1], "SAME"),
        *_ERROR,
        "the input has 2 channels, the filter takes 3",
    ),
    (
        lambda tf: tf.nn.depthwise_conv2d(tf.ones((1, 3, 3, 2)), tf.ones((2, 2, 2)), [1, 1, 1, 1], "SAME"),
        *_ERROR,
        "filter must be",
    ),
)

ROWS = [
    _row("conv1d", "valid", (2, 6, 2), (3, 2, 3)),
    _row("conv1d", "same, stride 2", (1, 7, 2), (3, 2, 2), 2, "SAME"),
    _row("conv1d", "dilation 2, even window", (1, 8, 1), (4, 1, 2), 1, "SAME", 2),
    _row("conv1d", "explicit padding", (2, 5, 1), (3, 1, 2), 2, [[2, 1]]),
    _row("conv1d", "stride beyond the window", (1, 9, 2), (2, 2, 1), 4, "VALID"),
    _row("conv1d", "groups, channels first", (1, 5, 4), (2, 2, 4), 1, "SAME", 1, True),
    _row("conv2d", "valid", (2, 4, 4, 2), (2, 3, 2, 2), rejects=_REJECTS),
    _row("conv2d", "same, strides 2 and 1", (1, 5, 4, 2), (3, 2, 2, 2), (2, 1), "SAME"),
    _row("conv2d", "same, strides 3", (1, 5, 5, 1), (2, 2, 1, 2), 3, "SAME"),
    _row("conv2d", "dilations 2 and 1", (1, 6, 4, 1), (3, 2, 1, 2), 1, "VALID", (2, 1)),
    _row("conv2d", "strides and dilations", (1, 7, 6, 1), (2, 2, 1, 2), 2, "SAME", (3, 2)),
    _row("conv2d", "explicit padding", (1, 4, 3, 2), (2, 2, 2, 2), (1, 2), [[2, 0], [1, 3]]),
    _row("conv2d", "groups", (1, 3, 3, 4), (2, 2, 2, 4)),
    _row("conv2d", "one channel a group, strides 2", (1, 4, 4, 2), (2, 2, 1, 4), 2, "SAME"),
    _row("conv2d", "1x1", (2, 2, 3, 3), (1, 1, 3, 2)),
    _row("conv2d", "1x1, strides 2", (1, 4, 4, 2), (1, 1, 2, 2), 2),
    _row("conv2d", "channels first", (2, 3, 3, 2), (2, 2, 2, 2), 1, "SAME", 1, True),
    _row("conv2d", "channels first, explicit padding", (1, 3, 3, 2), (2, 2, 2, 2), 1, [[1, 0], [2, 1]], 1, True),
    _row("conv2d", "no batch", (0, 4, 4, 2), (2, 2, 2, 2)),
    _row("conv3d", "valid", (1, 3, 3, 3, 1), (2, 2, 2, 1, 2)),
    _row("conv3d", "same, strides 2 1 2", (1, 3, 2, 3, 2), (2, 1, 2, 2, 2), (2, 1, 2), "SAME"),
    _row("conv3d", "dilations 1 2 1", (1, 2, 4, 3, 1), (2, 2, 2, 1, 1), 1, "VALID", (1, 2, 1)),
    _row("conv3d", "channels first", (1, 2, 3, 2, 2), (2, 2, 1, 2, 2), 1, "SAME", 1, True),
    _row("convolution", "two axes", (1, 4, 4, 1), (2, 2, 1, 2), 2, "SAME"),
    Row(
        "nn.convolution",
        lambda tf, x, kernel: tf.nn.convolution(x, kernel),
        lambda x, kernel: reference(x, kernel, (1,), (1,), "VALID"),
        ((real(2, 5, 2), real(2, 2, 3, seed=1)),),
        variant="by itself",
    ),
    Row(
        "nn.conv2d",
        lambda tf, x, kernel: tf.nn.conv2d(x, kernel, [1, 2, 1, 1], "SAME"),
        lambda x, kernel: reference(x.reshape(4, 3, 3, 1), kernel, (2, 1), (1, 1), "SAME").reshape(2, 2, 2, 3, 2),
        ((real(2, 2, 3, 3, 1), real(2, 2, 1, 2, seed=1)),),
        variant="two batch axes",
    ),
    Row(
        "nn.conv2d",
        lambda tf, x, kernel: tf.nn.conv2d(x, kernel, 1, "VALID"),
        lambda x, kernel: reference(x, kernel, (1, 1), (1, 1), "VALID"),
        ((real(2, 4, 3, 2).transpose(0, 2, 1, 3), real(2, 2, 2, 3).transpose(1, 0, 2, 3)),),
        variant="not contiguous, float16",
        dtypes=("float16", "float32"),
    ),
    Row(
        "nn.conv2d",
        lambda tf, x, kernel: tf.nn.conv2d(x, kernel, 1, "VALID"),
        lambda x, kernel: reference(x, kernel, (1, 1), (1, 1), "VALID"),
        ((positive(1, 4, 4, 24), positive(3, 3, 24, 2, seed=1)),),
        variant="many terms",
        differentiable=(),
    ),
    Row(
        "nn.atrous_conv2d",
        lambda tf, x, kernel: tf.nn.atrous_conv2d(x, kernel, 2, "SAME"),
        lambda x, kernel: reference(x, kernel, (1, 1), (2, 2), "SAME"),
        ((real(1, 5, 4, 1), real(3, 2, 1, 2, seed=1)),),
    ),
    Row(
        "nn.depthwise_conv2d",
        lambda tf, x, kernel: tf.nn.depthwise_conv2d(x, kernel, [1, 2, 2, 1], "SAME"),
        lambda x, kernel: _depthwise(x, kernel, (2, 2), "SAME"),
        ((real(1, 4, 3, 2), real(2, 2, 2, 3, seed=1)), (real(2, 3, 3, 2), real(2, 2, 2, 1, seed=1))),
        rejects=_DEPTHWISE_REJECTS,
    ),
    Row(
        "nn.depthwise_conv2d",
        lambda tf, x, kernel: tf.nn.depthwise_conv2d(x, kernel, [1] * 4, "VALID", "NCHW", [2, 1]),
        lambda x, kernel: _first(_depthwise(_last(x), kernel, (1, 1), "VALID", (2, 1))),
        ((real(1, 2, 4, 3), real(2, 2, 2, 1, seed=1)),),
        variant="dilations, channels first",
    ),
    Row(
        "nn.separable_conv2d",
        lambda tf, x, depthwise, pointwise: tf.nn.separable_conv2d(x, depthwise, pointwise, [1, 1, 1, 1], "SAME"),
        lambda x, depthwise, pointwise: _depthwise(x, depthwise, (1, 1), "SAME") @ pointwise[0, 0],
        ((real(1, 3, 3, 2), real(2, 2, 2, 2, seed=1), real(1, 1, 4, 2, seed=2)),),
        rejects=(
            (
                lambda tf: tf.nn.separable_conv2d(
                    tf.ones((1, 3, 3, 2)), tf.ones((2, 2, 2, 2)), tf.ones((1, 1, 3, 2)), 1, "SAME"
                ),
                *_ERROR,
                "the input has 4 channels, the filter takes 3",
            ),
        ),
    ),
    _transpose_row("stride 2", (1, 3, 2), (3, 2, 2), (1, 6, 2), 2),
    _transpose_row("odd length", (1, 3, 1), (2, 2, 1), (1, 5, 2), 2),
    _transpose_row("groups", (1, 3, 4), (2, 1, 4), (1, 4, 2), 1, "VALID"),
    _transpose_row("stride 2", (1, 2, 2, 2), (3, 3, 1, 2), (1, 4, 4, 1), 2),
    _transpose_row("valid, elements left over", (1, 2, 2, 1), (2, 2, 2, 1), (1, 6, 5, 2), 3, "VALID"),
    _transpose_row("dilation 2, channels first", (1, 3, 2, 2), (2, 2, 1, 2), (1, 1, 5, 4), 1, "VALID", 2, True),
    _transpose_row("stride 2", (1, 2, 1, 2, 1), (2, 2, 2, 1, 1), (1, 3, 2, 4, 1), 2),
    Row(
        "nn.conv_transpose",
        lambda tf, y, kernel: tf.nn.conv_transpose(y, kernel, [4, 3], (2, 1)),
        lambda y, kernel: transposed(y, kernel, (4, 3), (2, 1), (1, 1), "SAME"),
        ((real(1, 2, 3, 1), real(2, 2, 2, 1, seed=1)),),
        rejects=_TRANSPOSE_REJECTS,
    ),
    Row(
        "nn.atrous_conv2d_transpose",
        lambda tf, y, kernel: tf.nn.atrous_conv2d_transpose(y, kernel, [1, 4, 4, 1], 2, "SAME"),
        lambda y, kernel: transposed(y, kernel, (4, 4), (1, 1), (2, 2), "SAME"),
        ((real(1, 4, 4, 1), real(2, 2, 1, 1, seed=1)),),
    ),
]
