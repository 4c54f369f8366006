"""Convolutions as `tf.nn` calls them: any rank, either data format, padding by word or by amounts, groups,
separable.

They check their arguments, bring channels last, and call the ops of `polytape.ops.convolution`.
"""

from __future__ import annotations

from typing import Any

from polytape.conversion import convert_group
from polytape.dtypes import FLOATING
from polytape.errors import InvalidArgumentError
from polytape.ops import convolution as ops
from polytape.ops.channels import as_given, channels_last
from polytape.ops.shape import reshape
from polytape.ops.spatial import channels_first, padding_amounts, padding_argument, per_axis
from polytape.tensor import Tensor


def conv1d(
    input: Any,
    filters: Any,
    stride: Any,
    padding: Any,
    data_format: str | None = "NWC",
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """Return the convolution over one spatial axis; see `conv2d`.

    Args:
        input: floating-point, (batch..., width, channels), or channels before the width for
            `data_format="NCW"`.
        filters: (width, channels / groups, outputs).
        stride, dilations: an integer, or a list of 1 or 3.
        padding: `"SAME"`, `"VALID"` or pairs `[before, after]` for every axis.

    >>> import polytape as tf
    >>> x = tf.constant([[[1.0], [2.0], [4.0], [8.0]]])
    >>> tf.nn.conv1d(x, tf.constant([[[1.0]], [[10.0]]]), stride=2, padding="VALID").numpy().tolist()
    [[[21.0], [84.0]]]
    """
    return _convolution("conv1d", 1, input, filters, stride, padding, data_format, dilations)


def conv2d(
    input: Any,
    filters: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = "NHWC",
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """Return the convolution of images with a bank of filters.

    The filters are not flipped: at each place of the window, the elements under it are multiplied by the
    filter's and added up. If the filters have fewer input channels than the images, both fall into groups
    convolved on their own.

    Args:
        input: floating-point, (batch..., height, width, channels), or channels first for
            `data_format="NCHW"`.
        filters: (height, width, channels / groups, outputs), of the same dtype.
        strides: how far the window moves: an integer, or a list of 1, 2 or 4.
        padding: `"SAME"` (⌈length / stride⌉ outputs), `"VALID"` (no padding) or pairs `[before, after]` for
            every axis.
        data_format: `"NHWC"` or `"NCHW"`.
        dilations: how far apart the window's elements lie; as `strides`.

    Returns:
        (batch..., height, width, outputs), or channels first.

    Raises:
        InvalidArgumentError: if ranks, channels, strides, dilations or padding do not fit.
        DTypeError: if the dtypes differ or are not floating-point.

    >>> import polytape as tf
    >>> images, filters = tf.ones([8, 28, 28, 3]), tf.ones([5, 5, 3, 16])
    >>> tf.nn.conv2d(images, filters, strides=2, padding="SAME").shape
    TensorShape([8, 14, 14, 16])
    """
    return _convolution("conv2d", 2, input, filters, strides, padding, data_format, dilations)


def conv3d(
    input: Any,
    filters: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = "NDHWC",
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """Return the convolution over three spatial axes; see `conv2d`.

    Args:
        input: floating-point, (batch..., depth, height, width, channels), or channels first for `"NCDHW"`.
        filters: (depth, height, width, channels / groups, outputs).
        strides, dilations: an integer, or a list of 1, 3 or 5.
        padding: `"SAME"`, `"VALID"` or pairs `[before, after]` for every axis.

    >>> import polytape as tf
    >>> tf.nn.conv3d(tf.ones([1, 4, 4, 4, 2]), tf.ones([2, 2, 2, 2, 3]), strides=1, padding="VALID").shape
    TensorShape([1, 3, 3, 3, 3])
    """
    return _convolution("conv3d", 3, input, filters, strides, padding, data_format, dilations)


def convolution(
    input: Any,
    filters: Any,
    strides: Any = None,
    padding: Any = "VALID",
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """Return the convolution over as many spatial axes as the filters have; see `conv2d`.

    >>> import polytape as tf
    >>> tf.nn.convolution(tf.ones([1, 5, 2]), tf.ones([3, 2, 4])).shape
    TensorShape([1, 3, 4])
    """
    return _convolution("convolution", None, input, filters, strides, padding, data_format, dilations)


def atrous_conv2d(value: Any, filters: Any, rate: Any, padding: Any, name: str | None = None) -> Tensor:
    """Return `conv2d` with strides of 1 and dilations of `rate`, channels last.

    >>> import polytape as tf
    >>> tf.nn.atrous_conv2d(tf.ones([1, 9, 9, 1]), tf.ones([3, 3, 1, 2]), rate=2, padding="VALID").shape
    TensorShape([1, 5, 5, 2])
    """
    return _convolution("atrous_conv2d", 2, value, filters, 1, padding, None, rate)


def depthwise_conv2d(
    input: Any,
    filter: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """Return the convolution of each channel on its own, with `multiplier` filters each.

    Args:
        input: floating-point, (batch..., height, width, channels), or channels first for
            `data_format="NCHW"`.
        filter: (height, width, channels, multiplier). Output channel `c · multiplier + m` comes from channel
            `c`.
        strides, dilations: an integer, or a list of 1, 2 or 4.
        padding: `"SAME"`, `"VALID"` or pairs `[before, after]` for every axis.

    Raises:
        InvalidArgumentError: if ranks, channels, strides, dilations or padding do not fit.

    >>> import polytape as tf
    >>> tf.nn.depthwise_conv2d(tf.ones([1, 5, 5, 3]), tf.ones([3, 3, 3, 2]), [1, 1, 1, 1], "SAME").shape
    TensorShape([1, 5, 5, 6])
    """
    x, kernel = convert_group((input, filter), (FLOATING, FLOATING), "depthwise_conv2d")
    shape = kernel._array.shape
    if len(shape) != 4:
        raise InvalidArgumentError(
            f"depthwise_conv2d: filter must be (height, width, channels, multiplier); received shape {list(shape)}."
        )
    _check_depth("depthwise_conv2d", x, shape[2], channels_first(data_format, 2, "depthwise_conv2d"))
    kernel = reshape(kernel, (*shape[:2], 1, shape[2] * shape[3]))
    return _convolution("depthwise_conv2d", 2, x, kernel, strides, padding, data_format, dilations)


def separable_conv2d(
    input: Any,
    depthwise_filter: Any,
    pointwise_filter: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """Return a depthwise convolution followed by one that mixes channels at each point.

    Args:
        input: floating-point, (batch..., height, width, channels), or channels first for
            `data_format="NCHW"`.
        depthwise_filter: (height, width, channels, multiplier).
        pointwise_filter: (1, 1, channels · multiplier, outputs).
        strides, padding, dilations: of the depthwise convolution; see `depthwise_conv2d`.

    >>> import polytape as tf
    >>> x, depthwise, pointwise = tf.ones([1, 5, 5, 3]), tf.ones([3, 3, 3, 2]), tf.ones([1, 1, 6, 4])
    >>> tf.nn.separable_conv2d(x, depthwise, pointwise, strides=1, padding="VALID").shape
    TensorShape([1, 3, 3, 4])
    """
    between = depthwise_conv2d(input, depthwise_filter, strides, padding, data_format, dilations)
    _, pointwise = convert_group((between, pointwise_filter), (FLOATING, FLOATING), "separable_conv2d")
    shape = pointwise._array.shape
    if len(shape) != 4 or shape[:2] != (1, 1):
        raise InvalidArgumentError(
            "separable_conv2d: pointwise_filter must be (1, 1, channels · multiplier, outputs); received "
            f"shape {list(shape)}."
        )
    _check_depth("separable_conv2d", between, shape[2], channels_first(data_format, 2, "separable_conv2d"))
    return _convolution("separable_conv2d", 2, between, pointwise, 1, "VALID", data_format, None)


def _convolution(
    op: str,
    rank: int | None,
    input: Any,
    filters: Any,
    strides: Any,
    padding: Any,
    data_format: Any,
    dilations: Any,
) -> Tensor:
    """A convolution over `rank` spatial axes, or over as many as the filters have."""
    x, kernel = operands(op, input, filters)
    window, rank = window_of(op, rank, kernel)
    first = channels_first(data_format, rank, op)
    steps = per_axis(1 if strides is None else strides, rank, first, op, "strides")
    gaps = per_axis(1 if dilations is None else dilations, rank, first, op, "dilations")
    wanted = padding_argument(padding, rank, first, op)
    x, batch = channels_last(op, x, rank, first)
    *_, depth, outputs = kernel._array.shape
    lengths, channels = x._array.shape[1:-1], x._array.shape[-1]
    if not depth or channels % depth or outputs % (channels // depth or 1):
        raise InvalidArgumentError(
            f"{op}: the input has {channels} channels, the filters, of shape {list(kernel._array.shape)}, "
            f"take {depth}. The filters' must be the input's, or a divisor of them by which the outputs "
            "divide too (groups)."
        )
    y = ops.convolution(
        x,
        kernel,
        strides=steps,
        padding=padding_amounts(wanted, lengths, window, steps, gaps, op),
        dilations=gaps,
        groups=channels // depth or 1,
    )
    return as_given(y, batch, rank, first)


def operands(op: str, input: Any, filters: Any) -> tuple[Tensor, Tensor]:
    if type(input) is Tensor and type(filters) is Tensor:
        return input, filters
    x, kernel = convert_group((input, filters), (FLOATING, FLOATING), op)
    return x, kernel


def window_of(op: str, rank: int | None, kernel: Tensor) -> tuple[tuple[int, ...], int]:
    """The spatial lengths of the filters, and how many there are."""
    shape = kernel._array.shape
    found = len(shape) - 2
    if rank is None and 1 <= found <= 3:
        return shape[:-2], found
    if found != rank:
        wanted = "3, 4 or 5" if rank is None else str(rank + 2)
        raise InvalidArgumentError(
            f"{op}: filters must have rank {wanted}: the window's axes, input channels, output channels; "
            f"received shape {list(shape)}."
        )
    return shape[:-2], found


def _check_depth(op: str, x: Tensor, depth: int, first: bool) -> None:
    shape = x._array.shape
    if len(shape) >= 4 and shape[-3 if first else -1] != depth:
        raise InvalidArgumentError(
            f"{op}: the input has {shape[-3 if first else -1]} channels, the filter takes {depth}; received "
            f"input of shape {list(shape)}."
        )
