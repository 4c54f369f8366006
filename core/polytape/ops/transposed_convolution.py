"""Transposed convolutions as `tf.nn` calls them; see `polytape.ops.convolution_functions`."""

from __future__ import annotations

from typing import Any

from polytape import arguments
from polytape.errors import InvalidArgumentError
from polytape.ops.channels import as_given, channels_last
from polytape.ops.convolution import convolution_input
from polytape.ops.convolution_functions import operands, window_of
from polytape.ops.spatial import channels_first, output_lengths, padding_amounts, padding_argument, per_axis
from polytape.tensor import Tensor


def conv1d_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: str | None = "NWC",
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """Return the transpose of `conv1d`; see `conv2d_transpose`.

    >>> import polytape as tf
    >>> x, filters = tf.constant([[[1.0], [2.0]]]), tf.constant([[[1.0]], [[10.0]]])
    >>> tf.nn.conv1d_transpose(x, filters, output_shape=[1, 4, 1], strides=2).numpy().tolist()
    [[[1.0], [10.0], [2.0], [20.0]]]
    """
    return _transpose("conv1d_transpose", 1, input, filters, output_shape, strides, padding, data_format, dilations)


def conv2d_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: str | None = "NHWC",
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """Return the transpose of `conv2d`, also called fractionally strided convolution.

    It is the linear map that carries gradients of `conv2d`'s output back to its input: from `input` to a
    tensor of `output_shape` that `conv2d`, with the same filters, strides and padding, would bring to the
    shape of `input`.

    Args:
        input: floating-point, (batch, height, width, channels), or channels first for `data_format="NCHW"`.
        filters: (height, width, outputs, channels): the channels of `input` stand last.
        output_shape: the shape of the result: all axes, or just the spatial ones.
        strides, dilations: an integer, or a list of 1, 2 or 4.
        padding: `"SAME"`, `"VALID"` or pairs `[before, after]` for every axis.

    Raises:
        InvalidArgumentError: if `conv2d` would not bring `output_shape` to the shape of `input`.

    >>> import polytape as tf
    >>> x, filters = tf.ones([1, 7, 7, 8]), tf.ones([3, 3, 4, 8])
    >>> tf.nn.conv2d_transpose(x, filters, output_shape=[1, 14, 14, 4], strides=2).shape
    TensorShape([1, 14, 14, 4])
    """
    return _transpose("conv2d_transpose", 2, input, filters, output_shape, strides, padding, data_format, dilations)


def conv3d_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: str | None = "NDHWC",
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """Return the transpose of `conv3d`; see `conv2d_transpose`.

    >>> import polytape as tf
    >>> x, filters = tf.ones([1, 2, 2, 2, 3]), tf.ones([2, 2, 2, 5, 3])
    >>> tf.nn.conv3d_transpose(x, filters, output_shape=[1, 4, 4, 4, 5], strides=2).shape
    TensorShape([1, 4, 4, 4, 5])
    """
    return _transpose("conv3d_transpose", 3, input, filters, output_shape, strides, padding, data_format, dilations)


def conv_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """Return the transpose of `convolution` over as many spatial axes as the filters have; see
    `conv2d_transpose`.

    >>> import polytape as tf
    >>> tf.nn.conv_transpose(tf.ones([1, 3, 2]), tf.ones([3, 5, 2]), output_shape=[1, 6, 5], strides=2).shape
    TensorShape([1, 6, 5])
    """
    return _transpose("conv_transpose", None, input, filters, output_shape, strides, padding, data_format, dilations)


def atrous_conv2d_transpose(
    value: Any, filters: Any, output_shape: Any, rate: Any, padding: Any, name: str | None = None
) -> Tensor:
    """Return the transpose of `atrous_conv2d`; see `conv2d_transpose`.

    >>> import polytape as tf
    >>> x, filters = tf.ones([1, 5, 5, 2]), tf.ones([3, 3, 1, 2])
    >>> tf.nn.atrous_conv2d_transpose(x, filters, output_shape=[1, 9, 9, 1], rate=2, padding="VALID").shape
    TensorShape([1, 9, 9, 1])
    """
    return _transpose("atrous_conv2d_transpose", 2, value, filters, output_shape, 1, padding, None, rate)


def _transpose(
    op: str,
    rank: int | None,
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: Any,
    data_format: Any,
    dilations: Any,
) -> Tensor:
    """The transpose of a convolution over `rank` spatial axes, or over as many as the filters have."""
    x, kernel = operands(op, input, filters)
    window, rank = window_of(op, rank, kernel)
    first = channels_first(data_format, rank, op)
    steps = per_axis(1 if strides is None else strides, rank, first, op, "strides")
    gaps = per_axis(1 if dilations is None else dilations, rank, first, op, "dilations")
    wanted = padding_argument(padding, rank, first, op)
    x, batch = channels_last(op, x, rank, first)
    *_, depth, channels = kernel._array.shape
    if x._array.shape[-1] != channels:
        raise InvalidArgumentError(
            f"{op}: the input has {x._array.shape[-1]} channels, the filters, of shape "
            f"{list(kernel._array.shape)}, take {channels}: their last axis stands for the input's channels, "
            "the one before it for the outputs."
        )
    lengths, outputs = _transposed_shape(op, output_shape, x, batch, rank, first, depth)
    amounts = padding_amounts(wanted, lengths, window, steps, gaps, op)
    reached = output_lengths(lengths, window, steps, gaps, amounts)
    if reached != x._array.shape[1:-1]:
        raise InvalidArgumentError(
            f"{op}: with these strides and padding, spatial lengths {list(lengths)} (output_shape) shrink to "
            f"{list(reached)}, but the input has {list(x._array.shape[1:-1])}. Pass an output_shape that "
            "fits."
        )
    y = convolution_input(
        x, kernel, lengths=lengths, strides=steps, padding=amounts, dilations=gaps, groups=outputs // depth
    )
    return as_given(y, batch, rank, first)


def _transposed_shape(
    op: str, output_shape: Any, x: Tensor, batch: tuple[int, ...], rank: int, first: bool, depth: int
) -> tuple[tuple[int, ...], int]:
    """The spatial lengths and the channels that `output_shape` asks for."""
    shape = arguments.shape(output_shape, op, "output_shape")
    if len(shape) == rank:
        return shape, depth
    if len(shape) != len(batch) + rank + 1:
        raise InvalidArgumentError(
            f"{op}: output_shape must have {len(batch) + rank + 1} entries, or {rank} for the spatial axes "
            f"alone; received {list(shape)}."
        )
    channels = shape[len(batch)] if first else shape[-1]
    if shape[: len(batch)] != batch or not depth or channels % depth or x._array.shape[-1] % (channels // depth or 1):
        raise InvalidArgumentError(
            f"{op}: output_shape {list(shape)} does not fit an input of batch {list(batch)} and filters that "
            f"make {depth} channels."
        )
    return (shape[len(batch) + 1 :] if first else shape[len(batch) : -1]), channels
