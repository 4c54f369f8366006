"""Pooling against loops over every window and every element in it."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from polytape_conformance.row import Row, distinct, integers, real


def reference(
    x: Any,
    window: Any,
    strides: Any,
    padding: Any,
    kind: str,
    dilations: Any = (1, 1, 1),
    first: bool = False,
) -> Any:
    """The largest element or the mean of what lies under the window and within `x`."""
    if first:
        return np.moveaxis(reference(np.moveaxis(x, 1, -1), window, strides, padding, kind, dilations), -1, 1)
    lengths, starts = [], []
    for axis, (size, stride, dilation) in enumerate(zip(window, strides, dilations)):
        length, reach = x.shape[axis + 1], (size - 1) * dilation + 1
        if padding == "SAME":
            lengths.append(-(-length // stride))
            starts.append(max((lengths[-1] - 1) * stride + reach - length, 0) // 2)
        else:
            before, after = (0, 0) if padding == "VALID" else padding[axis]
            lengths.append((length + before + after - reach) // stride + 1)
            starts.append(before)
    result: Any = np.zeros((x.shape[0], *lengths, x.shape[-1]))
    for place in itertools.product(*map(range, lengths)):
        under = []
        for position in itertools.product(*map(range, window)):
            at = [i * s + w * d - b for i, s, w, d, b in zip(place, strides, position, dilations, starts)]
            if all(0 <= index < length for index, length in zip(at, x.shape[1:])):
                under.append(x[(slice(None), *at)])
        result[(slice(None), *place)] = np.max(under, axis=0) if kind == "MAX" else np.mean(under, axis=0)
    return result


def _positions(x: Any, per_image: bool) -> Any:
    """Where the first maximum of each 2x2 window of `x` is, in row-major order."""
    count, height, width, channels = x.shape
    result = np.zeros((count, -(-height // 2), -(-width // 2), channels), "int64")
    for image, row, column, channel in np.ndindex(result.shape):
        window = x[image, 2 * row : 2 * row + 2, 2 * column : 2 * column + 2, channel]
        below, right = np.unravel_index(np.argmax(window), window.shape)
        place = ((2 * row + below) * width + 2 * column + right) * channels + channel
        result[image, row, column, channel] = place + (0 if per_image else image * height * width * channels)
    return result


def _row(
    name: str,
    variant: str,
    shape: Any,
    window: Any,
    strides: Any,
    padding: Any,
    first: bool = False,
    **options: Any,
) -> Row:
    kind = "MAX" if "max" in name else "AVG"
    rank = len(window)
    data_format = {1: "NWC", 2: "NHWC", 3: "NDHWC"}[rank]
    if first:
        data_format = data_format[0] + "C" + data_format[1:-1]
    given = padding
    if not isinstance(padding, str):
        given = [[0, 0], [0, 0], *padding] if first else [[0, 0], *padding, [0, 0]]
    return Row(
        f"nn.{name}",
        lambda tf, x: getattr(tf.nn, name)(x, window, strides, given, data_format=data_format),
        lambda x: reference(x, window, strides, padding, kind, first=first),
        (((distinct if kind == "MAX" else real)(*shape),),),
        variant=variant,
        **options,
    )


def _pool2d(tf: Any, shape: Any = (1, 4, 4, 1), **options: Any) -> Any:
    return tf.nn.max_pool2d(tf.ones(shape), **({"ksize": 2, "strides": 2, "padding": "VALID"} | options))


_REJECTS = (
    (lambda tf: _pool2d(tf, shape=(4, 4, 1)), ValueError, "input must have rank 4"),
    (lambda tf: _pool2d(tf, ksize=0), ValueError, "ksize must be positive"),
    (lambda tf: _pool2d(tf, ksize=[2, 2, 2]), ValueError, "ksize must be an integer, or a list of 2 or 4"),
    (lambda tf: _pool2d(tf, ksize=[1, 2, 2, 2]), ValueError, "ksize must be 1 on the batch and channel axes"),
    (lambda tf: _pool2d(tf, strides=-1), ValueError, "strides must be positive"),
    (lambda tf: _pool2d(tf, padding="full"), ValueError, "padding must be 'SAME', 'VALID'"),
    (
        lambda tf: _pool2d(tf, ksize=5),
        ValueError,
        "a window of 5 elements .* does not fit into spatial axis 0",
    ),
    (lambda tf: _pool2d(tf, padding=[[0, 0], [2, 0], [0, 0], [0, 0]]), ValueError, "smaller than the window"),
    (lambda tf: _pool2d(tf, data_format="NCWH"), ValueError, "data_format must be"),
    (lambda tf: tf.nn.max_pool2d(tf.ones((1, 2, 2, 1)) > 0, 2, 2, "VALID"), TypeError, "bool"),
    (lambda tf: tf.nn.avg_pool2d(integers(1, 2, 2, 1), 2, 2, "VALID"), TypeError, "int32"),
    (
        lambda tf: tf.nn.pool(tf.ones((1, 4, 1)), [2], "MIN"),
        ValueError,
        "pooling_type must be one of 'MAX', 'AVG'",
    ),
)

ROWS = [
    _row("max_pool1d", "stride 2", (2, 6, 2), (2,), (2,), "VALID"),
    _row("max_pool1d", "overlapping, same", (1, 7, 2), (3,), (2,), "SAME"),
    _row("max_pool2d", "2x2", (2, 4, 4, 2), (2, 2), (2, 2), "VALID", rejects=_REJECTS),
    _row("max_pool2d", "elements left over", (1, 5, 5, 1), (2, 2), (2, 2), "VALID"),
    _row("max_pool2d", "overlapping", (1, 5, 4, 2), (3, 2), (1, 1), "VALID"),
    _row("max_pool2d", "same", (1, 5, 4, 1), (3, 3), (2, 2), "SAME"),
    _row("max_pool2d", "gaps between windows", (1, 5, 5, 1), (2, 1), (3, 2), "SAME"),
    _row("max_pool2d", "explicit padding", (1, 3, 3, 1), (3, 2), (1, 1), [[2, 1], [0, 1]]),
    _row("max_pool2d", "channels first", (1, 2, 4, 3), (2, 2), (2, 1), "SAME", True),
    _row("max_pool2d", "no batch", (0, 4, 4, 1), (2, 2), (2, 2), "VALID"),
    _row("max_pool3d", "overlapping, same", (1, 3, 3, 2, 1), (2, 2, 2), (1, 2, 1), "SAME"),
    _row("max_pool3d", "channels first", (1, 2, 2, 2, 2), (2, 1, 2), (2, 1, 2), "VALID", True),
    _row("avg_pool1d", "same", (2, 5, 2), (3,), (2,), "SAME"),
    _row("avg_pool2d", "2x2", (2, 4, 4, 2), (2, 2), (2, 2), "VALID"),
    _row("avg_pool2d", "elements left over", (1, 5, 5, 1), (2, 2), (2, 2), "VALID"),
    _row("avg_pool2d", "overlapping, same", (1, 4, 5, 2), (3, 3), (1, 2), "SAME"),
    _row("avg_pool2d", "explicit padding", (1, 3, 3, 1), (3, 2), (1, 1), [[2, 1], [0, 1]]),
    _row("avg_pool2d", "channels first", (1, 2, 4, 3), (2, 2), (2, 1), "SAME", True),
    _row("avg_pool3d", "same", (1, 3, 3, 2, 1), (2, 2, 2), (1, 2, 1), "SAME"),
    Row(
        "nn.max_pool",
        lambda tf, x: tf.nn.max_pool(x, 2, 2, "VALID"),
        lambda x: reference(x, (2, 2), (2, 2), "VALID", "MAX"),
        ((distinct(1, 4, 4, 1),), (distinct(4, 1, 2, 4).transpose(1, 0, 3, 2),)),
    ),
    Row(
        "nn.max_pool",
        lambda tf, x: tf.nn.max_pool(x, 2, 1, "SAME"),
        lambda x: reference(x, (2, 2), (1, 1), "SAME", "MAX"),
        ((-integers(1, 3, 3, 1, low=1),),),
        variant="integers",
    ),
    Row(
        "nn.max_pool_with_argmax",
        lambda tf, x: list(tf.nn.max_pool_with_argmax(x, 2, 2, "SAME")),
        lambda x: [reference(x, (2, 2), (2, 2), "SAME", "MAX"), _positions(x, per_image=True)],
        ((distinct(2, 3, 4, 2),), (np.zeros((2, 2, 2, 1)),)),
        differentiable=(),
        rejects=(
            (
                lambda tf: tf.nn.max_pool_with_argmax(tf.ones((1, 2, 2, 1)), 2, 2, "SAME", "NCHW"),
                ValueError,
                "data_format must be 'NHWC'",
            ),
            (
                lambda tf: tf.nn.max_pool_with_argmax(tf.ones((1, 2, 2, 1)), 2, 2, "SAME", output_dtype="int8"),
                ValueError,
                "output_dtype int32 or int64",
            ),
        ),
    ),
    Row(
        "nn.max_pool_with_argmax",
        lambda tf, x: list(
            tf.nn.max_pool_with_argmax(x, 2, 2, "SAME", output_dtype=tf.int32, include_batch_in_index=True)
        ),
        lambda x: [reference(x, (2, 2), (2, 2), "SAME", "MAX"), _positions(x, per_image=False)],
        ((distinct(2, 3, 2, 1),),),
        variant="through the whole tensor",
    ),
    Row(
        "nn.avg_pool",
        lambda tf, x: tf.nn.avg_pool(x, [1, 2, 1], [2], "VALID"),
        lambda x: reference(x, (2,), (2,), "VALID", "AVG"),
        ((real(2, 4, 2),),),
    ),
    Row(
        "nn.pool",
        lambda tf, x: tf.nn.pool(x, [2, 2], "MAX", dilations=[2, 3], padding="SAME"),
        lambda x: reference(x, (2, 2), (1, 1), "SAME", "MAX", (2, 3)),
        ((distinct(1, 4, 5, 1),),),
    ),
    Row(
        "nn.pool",
        lambda tf, x: tf.nn.pool(x, [2], "AVG", strides=[2], dilations=[2], data_format="NCW", padding="SAME"),
        lambda x: reference(x, (2,), (2,), "SAME", "AVG", (2,), True),
        ((real(1, 2, 5),),),
        variant="mean",
    ),
    Row(
        "nn.pool",
        lambda tf, x: tf.nn.pool(x, [2], "MAX", strides=2),
        lambda x: reference(x.reshape(4, 4, 2), (2,), (2,), "VALID", "MAX").reshape(2, 2, 2, 2),
        ((distinct(2, 2, 4, 2),),),
        variant="two batch axes",
    ),
]
