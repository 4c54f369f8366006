"""Normalisation: moments, and what subtracts the mean and divides by the deviation."""

from __future__ import annotations

import math
from typing import Any

from polytape import arguments
from polytape.backend import Array, Backend
from polytape.conversion import convert
from polytape.dtypes import FLOATING, float16, float32
from polytape.errors import InvalidArgumentError
from polytape.op import elementwise, op
from polytape.ops.casting import cast
from polytape.ops.powers import rsqrt
from polytape.ops.reduction import reduce_mean, reduce_sum, restored
from polytape.ops.shape import reshape, squeeze
from polytape.primitive import formula
from polytape.tensor import Tensor

Axes = tuple[int, ...]


def _count(shape: tuple[int, ...], axes: Axes) -> int:
    """How many elements are reduced to one."""
    return math.prod([shape[axis] for axis in axes])


def _of_moments(backend: Any, gradient: Any, x: Array, output: Any, axes: Axes) -> Array:
    shape = x.shape
    of_mean, of_variance, mean = (restored(backend, part, shape, axes) for part in (*gradient, output[0]))
    return (of_mean + of_variance * 2 * (x - mean)) / (_count(shape, axes) or 1)


@op(_of_moments, accepts=FLOATING, multiple=True)
def mean_and_variance(backend: Backend, x: Array, *, axes: Axes, keepdims: bool) -> tuple[Array, Array]:
    """Return mean and variance along axes; see `moments`."""
    mean = backend.mean(x, axis=axes, keepdims=True)
    deviation = backend.subtract(x, mean)
    variance = backend.mean(backend.multiply(deviation, deviation), axis=axes, keepdims=keepdims)
    return mean if keepdims else backend.reshape(mean, shape=tuple(variance.shape)), variance


@elementwise(
    lambda gradient, scale: gradient * scale,
    lambda gradient, slope, scale: -gradient * slope * scale,
    lambda gradient, scale: -gradient * scale,
    lambda gradient, y, scale: -gradient * y * scale,
    lambda gradient, x, y, centre, slope: gradient * (x - centre - slope * y),
    accepts=FLOATING,
)
def scaled_residual(backend: Backend, x: Array, y: Array, centre: Array, slope: Array, scale: Array) -> Array:
    """Return scale · (x - centre - slope · y), element by element."""
    return (x - (centre + slope * y)) * scale


@formula
def standardize_input(
    backend: Any,
    of_y: Array,
    of_mean: Array,
    of_variance: Array,
    y: Array,
    variance: Array,
    *,
    axes: Axes,
    epsilon: float,
) -> Array:
    """The gradient of what `standardize` has turned into y: (g - mean g - y · mean(g · y)) / s for s = √(variance + ε),
    and the moments' share.
    """
    deviation = backend.sqrt(variance + epsilon)
    count = _count(tuple(y.shape), axes) or 1
    centre = backend.sum(of_y, axis=axes, keepdims=True) - deviation * of_mean
    slope = backend.sum(of_y * y, axis=axes, keepdims=True) - (2 * deviation * deviation) * of_variance
    return backend.scaled_residual(of_y, y, centre / count, slope / count, 1 / deviation)


@op(
    lambda backend, gradient, output, axes, epsilon: backend.standardize_input(
        *gradient, output[0], output[2], axes=axes, epsilon=epsilon
    ),
    accepts=FLOATING,
    multiple=True,
)
def standardize(backend: Backend, x: Array, *, axes: Axes, epsilon: float) -> tuple[Array, Array, Array]:
    """Return (x - mean) / √(variance + epsilon), mean and variance along axes, which stay with length one.

    One op with one rule, for the layers that normalise batches, layers and groups: it keeps its output, and
    neither its input nor anything in between.

    Source: S. Ioffe and C. Szegedy, "Batch normalization", 2015.

    >>> import polytape as tf
    >>> y, mean, variance = standardize(tf.constant([[1.0, 3.0], [2.0, 6.0]]), axes=(1,), epsilon=0.0)
    >>> y.numpy().tolist(), mean.numpy().tolist(), variance.numpy().tolist()
    ([[-1.0, 1.0], [-1.0, 1.0]], [[2.0], [4.0]], [[1.0], [4.0]])
    """
    mean = backend.mean(x, axis=axes, keepdims=True)
    centred = backend.subtract(x, mean)
    variance = backend.mean(backend.multiply(centred, centred), axis=axes, keepdims=True)
    return backend.divide(centred, backend.sqrt(variance + epsilon)), mean, variance


def moments(
    x: Any, axes: Any, shift: Any = None, keepdims: bool = False, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """Return the mean and the variance along axes.

    The variance is the mean squared deviation, without a correction for the degree of freedom that the mean
    takes.

    Args:
        x: a floating-point tensor; of float16, the moments are computed in float32.
        axes: an integer or several.
        shift: not used; for compatibility.
        keepdims: whether the axes stay, of length one.

    Raises:
        InvalidArgumentError: if an axis is out of range or named twice.
        DTypeError: if the tensor is not floating-point.

    >>> import polytape as tf
    >>> mean, variance = tf.nn.moments(tf.constant([[1.0, 3.0], [2.0, 6.0]]), axes=1)
    >>> mean.numpy().tolist(), variance.numpy().tolist()
    ([2.0, 4.0], [1.0, 4.0])
    """
    x = x if type(x) is Tensor else convert(x)
    along = arguments.axes(axes, len(x._array.shape), "moments", "axes")
    half = x.dtype is float16
    mean, variance = mean_and_variance(cast(x, float32) if half else x, axes=along, keepdims=bool(keepdims))
    return (cast(mean, float16), cast(variance, float16)) if half else (mean, variance)


def weighted_moments(
    x: Any, axes: Any, frequency_weights: Any, keepdims: bool = False, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """Return the mean and the variance along axes of elements that count as often as their weights say.

    Args:
        x: a floating-point tensor.
        axes: an integer or several.
        frequency_weights: not negative; broadcasts with `x`.
        keepdims: whether the axes stay, of length one.

    >>> import polytape as tf
    >>> mean, variance = tf.nn.weighted_moments(tf.constant([1.0, 5.0]), axes=0, frequency_weights=[3.0, 1.0])
    >>> float(mean), float(variance)
    (2.0, 3.0)
    """
    x = x if type(x) is Tensor else convert(x)
    weights: Tensor = x * 0 + frequency_weights
    along = arguments.axes(axes, x.ndim, "weighted_moments", "axes")
    total = reduce_sum(weights, along, keepdims=True)
    mean = reduce_sum(weights * x, along, keepdims=True) / total
    deviation = x - mean
    variance = reduce_sum(weights * deviation * deviation, along, keepdims=True) / total
    if not keepdims and along:
        mean, variance = squeeze(mean, along), squeeze(variance, along)
    return mean, variance


def batch_normalization(
    x: Any,
    mean: Any,
    variance: Any,
    offset: Any,
    scale: Any,
    variance_epsilon: float,
    name: str | None = None,
) -> Tensor:
    """Return scale · (x - mean) / √(variance + variance_epsilon) + offset.

    Args:
        x: a floating-point tensor.
        mean, variance: of its dtype, shapes that broadcast with it.
        offset, scale: the same, or `None`.
        variance_epsilon: what keeps the division from zero.

    Source: S. Ioffe and C. Szegedy, "Batch normalization", 2015.

    >>> import polytape as tf
    >>> x = tf.constant([[1.0, 4.0], [3.0, 8.0]])
    >>> mean, variance = tf.nn.moments(x, axes=0)
    >>> tf.nn.batch_normalization(x, mean, variance, 1.0, None, variance_epsilon=0.0).numpy().tolist()
    [[0.0, 0.0], [2.0, 2.0]]
    """
    x = x if type(x) is Tensor else convert(x)
    variance = variance if type(variance) is Tensor else convert(variance, x.dtype)
    factor = rsqrt(variance + variance_epsilon)
    if scale is not None:
        factor = factor * scale
    if offset is None:
        found: Tensor = (x - mean) * factor
    else:
        found = x * factor + (offset - mean * factor)
    return found


def bias_add(value: Any, bias: Any, data_format: str | None = None, name: str | None = None) -> Tensor:
    """Return a tensor with a bias added to each channel.

    Args:
        value: a numeric tensor of rank 2 or more, with its channels last, or second if `data_format` starts
            with "NC".
        bias: as many numbers as there are channels, of the same dtype.
        data_format: `"NHWC"`, `"NCHW"` or their like; `None` stands for channels last.

    Raises:
        InvalidArgumentError: if the bias does not fit the channels.

    >>> import polytape as tf
    >>> tf.nn.bias_add([[1.0, 2.0], [3.0, 4.0]], [10.0, 20.0]).numpy().tolist()
    [[11.0, 22.0], [13.0, 24.0]]
    """
    value = value if type(value) is Tensor else convert(value)
    bias = bias if type(bias) is Tensor else convert(bias, value.dtype)
    shape, length = value._array.shape, bias._array.shape
    if data_format is not None and not (isinstance(data_format, str) and data_format.startswith("N")):
        raise InvalidArgumentError(f"bias_add: data_format must be 'NHWC' or 'NCHW'; received {data_format!r}.")
    first = data_format is not None and data_format.startswith("NC") and len(shape) > 2
    if len(shape) < 2 or len(length) != 1 or length[0] != shape[1 if first else -1]:
        raise InvalidArgumentError(
            "bias_add: bias must have one axis, as long as the channels of value, which must have rank 2 or "
            f"more; received bias of shape {list(length)} and value of shape {list(shape)}."
        )
    if first:
        bias = reshape(bias, (length[0], *(1,) * (len(shape) - 2)))
    found: Tensor = value + bias
    return found


def zero_fraction(value: Any, name: str | None = None) -> Tensor:
    """Return the share of zeros among the elements, as float32; NaN if there are none.

    >>> import polytape as tf
    >>> float(tf.nn.zero_fraction([0.0, 1.0, 0.0, 2.0]))
    0.5
    """
    value = value if type(value) is Tensor else convert(value)
    return reduce_mean(cast(value == 0, float32))
