"""Pooling as `tf.nn` calls it: any rank, either data format."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from polytape import arguments
from polytape.conversion import convert
from polytape.dtypes import as_dtype, int32, int64
from polytape.errors import InvalidArgumentError
from polytape.ops.channels import as_given, channels_last
from polytape.ops.identity import stop_gradient
from polytape.ops.pooling import average_pool, max_pool as largest, max_pool_selection
from polytape.ops.shape import broadcast_to, reshape
from polytape.ops.spatial import channels_first, padding_amounts, padding_argument, per_axis
from polytape.tensor import Tensor


def max_pool(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = None,
    name: str | None = None,
) -> Tensor:
    """Return the largest element under each place of a window over one, two or three spatial axes; see
    `max_pool2d`.

    Args:
        input: a real tensor of rank 3, 4 or 5.

    >>> import polytape as tf
    >>> tf.nn.max_pool(tf.ones([1, 8, 8, 8, 2]), ksize=2, strides=2, padding="VALID").shape
    TensorShape([1, 4, 4, 4, 2])
    """
    return _pool("max_pool", largest, None, input, ksize, strides, padding, data_format)


def max_pool1d(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = "NWC",
    name: str | None = None,
) -> Tensor:
    """Return the largest element under each place of a window over one axis; see `max_pool2d`.

    >>> import polytape as tf
    >>> x = tf.constant([[[1.0], [3.0], [2.0], [4.0]]])
    >>> tf.nn.max_pool1d(x, ksize=2, strides=2, padding="VALID").numpy().tolist()
    [[[3.0], [4.0]]]
    """
    return _pool("max_pool1d", largest, 1, input, ksize, strides, padding, data_format)


def max_pool2d(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = "NHWC",
    name: str | None = None,
) -> Tensor:
    """Return the largest element under each place of a window, channel by channel.

    The gradient goes to the first largest element of each window.

    Args:
        input: a real tensor, (batch, height, width, channels), or channels first for `data_format="NCHW"`.
        ksize: the window's size: an integer, or a list of 1, 2 or 4.
        strides: how far the window moves, as `ksize`; `None` stands for the window's size.
        padding: `"SAME"`, `"VALID"` or pairs `[before, after]` for every axis; padding is never the largest.
        data_format: `"NHWC"` or `"NCHW"`.

    Raises:
        InvalidArgumentError: if rank, window, strides or padding do not fit.

    >>> import polytape as tf
    >>> tf.nn.max_pool2d(tf.ones([8, 28, 28, 3]), ksize=2, strides=2, padding="VALID").shape
    TensorShape([8, 14, 14, 3])
    """
    return _pool("max_pool2d", largest, 2, input, ksize, strides, padding, data_format)


def max_pool3d(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = "NDHWC",
    name: str | None = None,
) -> Tensor:
    """Return the largest element under each place of a window over three axes; see `max_pool2d`.

    >>> import polytape as tf
    >>> tf.nn.max_pool3d(tf.ones([1, 4, 4, 4, 2]), ksize=2, strides=2, padding="SAME").shape
    TensorShape([1, 2, 2, 2, 2])
    """
    return _pool("max_pool3d", largest, 3, input, ksize, strides, padding, data_format)


def max_pool_with_argmax(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = "NHWC",
    output_dtype: Any = int64,
    include_batch_in_index: bool = False,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """Return the largest element under each place of a window, and where it is.

    Args:
        input: a floating-point tensor, (batch, height, width, channels).
        ksize, strides, padding: see `max_pool2d`.
        data_format: `"NHWC"`.
        output_dtype: int32 or int64.
        include_batch_in_index: whether positions count through the whole tensor or through each image.

    Returns:
        The maxima, and the position of the first of each window, which is (row · width + column) · channels + channel,
        plus image · height · width · channels if `include_batch_in_index`.

    >>> import polytape as tf
    >>> x = tf.reshape([1.0, 5.0, 4.0, 2.0], [1, 2, 2, 1])
    >>> largest, where = tf.nn.max_pool_with_argmax(x, ksize=2, strides=2, padding="VALID")
    >>> float(largest[0, 0, 0, 0]), int(where[0, 0, 0, 0])
    (5.0, 1)
    """
    op = "max_pool_with_argmax"
    if data_format != "NHWC" or as_dtype(output_dtype) not in (int32, int64):
        raise InvalidArgumentError(
            f"{op}: data_format must be 'NHWC' and output_dtype int32 or int64; received {data_format!r} and "
            f"{output_dtype!r}."
        )
    x = input if type(input) is Tensor else convert(input)
    values = _pool(op, largest, 2, x, ksize, strides, padding, data_format)
    backend, shape = x._backend, x._array.shape
    images = shape[0] if include_batch_in_index else 1
    counted = backend.arange(
        0,
        images * math.prod(shape[1:]),
        1,
        dtype=backend.native_dtype(as_dtype(output_dtype)),
        device=backend.device_of(x._array),
    )
    positions = broadcast_to(reshape(Tensor(counted, backend), (images, *shape[1:])), shape)

    def selected(x: Tensor, **metadata: Any) -> Tensor:
        return max_pool_selection(positions, x, **metadata)  # type: ignore[no-any-return]

    return values, _pool(op, selected, 2, stop_gradient(x), ksize, strides, padding, data_format)


def avg_pool(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = None,
    name: str | None = None,
) -> Tensor:
    """Return the mean under each place of a window over one, two or three spatial axes; see `avg_pool2d`.

    Args:
        input: a floating-point tensor of rank 3, 4 or 5.

    >>> import polytape as tf
    >>> tf.nn.avg_pool(tf.ones([1, 8, 2]), ksize=2, strides=2, padding="VALID").shape
    TensorShape([1, 4, 2])
    """
    return _pool("avg_pool", average_pool, None, input, ksize, strides, padding, data_format)


def avg_pool1d(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = "NWC",
    name: str | None = None,
) -> Tensor:
    """Return the mean under each place of a window over one axis; see `avg_pool2d`.

    >>> import polytape as tf
    >>> x = tf.constant([[[1.0], [3.0], [2.0]]])
    >>> tf.nn.avg_pool1d(x, ksize=2, strides=2, padding="SAME").numpy().tolist()
    [[[2.0], [2.0]]]
    """
    return _pool("avg_pool1d", average_pool, 1, input, ksize, strides, padding, data_format)


def avg_pool2d(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = "NHWC",
    name: str | None = None,
) -> Tensor:
    """Return the mean of the elements under each place of a window, channel by channel; padding does not
    count.

    Args:
        input: a floating-point tensor, (batch, height, width, channels), or channels first for
            `data_format="NCHW"`.
        ksize: the window's size: an integer, or a list of 1, 2 or 4.
        strides: how far the window moves, as `ksize`; `None` stands for the window's size.
        padding: `"SAME"`, `"VALID"` or pairs `[before, after]` for every axis.
        data_format: `"NHWC"` or `"NCHW"`.

    Raises:
        InvalidArgumentError: if rank, window, strides or padding do not fit.

    >>> import polytape as tf
    >>> tf.nn.avg_pool2d(tf.ones([8, 28, 28, 3]), ksize=3, strides=2, padding="SAME").shape
    TensorShape([8, 14, 14, 3])
    """
    return _pool("avg_pool2d", average_pool, 2, input, ksize, strides, padding, data_format)


def avg_pool3d(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = "NDHWC",
    name: str | None = None,
) -> Tensor:
    """Return the mean under each place of a window over three axes; see `avg_pool2d`.

    >>> import polytape as tf
    >>> tf.nn.avg_pool3d(tf.ones([1, 4, 4, 4, 2]), ksize=2, strides=2, padding="SAME").shape
    TensorShape([1, 2, 2, 2, 2])
    """
    return _pool("avg_pool3d", average_pool, 3, input, ksize, strides, padding, data_format)


def pool(
    input: Any,
    window_shape: Any,
    pooling_type: str,
    strides: Any = None,
    padding: Any = "VALID",
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """Return the largest element or the mean under each place of a window that may have gaps.

    Args:
        input: (batch, spatial..., channels), or channels first; one spatial axis for each entry of
            `window_shape`.
        window_shape: the window's size along each spatial axis.
        pooling_type: `"MAX"` or `"AVG"`.
        strides, dilations: an integer, or one for each spatial axis; 1 by default.
        padding: `"SAME"`, `"VALID"` or pairs `[before, after]`.

    Raises:
        InvalidArgumentError: if rank, window, strides or padding do not fit.

    >>> import polytape as tf
    >>> tf.nn.pool(tf.ones([1, 7, 7, 2]), [2, 2], "MAX", dilations=[3, 3]).shape
    TensorShape([1, 4, 4, 2])
    """
    kind = arguments.choice(pooling_type, ("MAX", "AVG"), "pool", "pooling_type")
    window = arguments.shape(window_shape, "pool", "window_shape")
    steps = 1 if strides is None else strides
    operation = largest if kind == "MAX" else average_pool
    rank = len(window)
    return _pool("pool", operation, rank, input, list(window), steps, padding, data_format, dilations)


def _pool(
    op: str,
    operation: Callable[..., Tensor],
    rank: int | None,
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str | None,
    dilations: Any = None,
) -> Tensor:
    x = input if type(input) is Tensor else convert(input)
    shape = x._array.shape
    if rank is None:
        rank = max(min(len(shape) - 2, 3), 1)
    if len(shape) != rank + 2 and not (op == "pool" and len(shape) > rank + 2):
        raise InvalidArgumentError(
            f"{op}: input must have rank {rank + 2} (batch, {rank} spatial axes, channels); received shape "
            f"{list(shape)}."
        )
    first = channels_first(data_format, rank, op)
    window = per_axis(ksize, rank, first, op, "ksize")
    steps = window if strides is None else per_axis(strides, rank, first, op, "strides")
    gaps = (1,) * rank if dilations is None else per_axis(dilations, rank, first, op, "dilations")
    wanted = padding_argument(padding, rank, first, op)
    x, batch = channels_last(op, x, rank, first)
    amounts = padding_amounts(wanted, x._array.shape[1:-1], window, steps, gaps, op)
    if any(max(pair) > (size - 1) * gap for pair, size, gap in zip(amounts, window, gaps)):
        raise InvalidArgumentError(
            f"{op}: padding must be smaller than the window, or some windows would hold nothing else; "
            f"received padding {[list(pair) for pair in amounts]} for a window of {list(window)}."
        )
    y = operation(x, window=window, strides=steps, padding=amounts, dilations=gaps)
    return as_given(y, batch, rank, first)
