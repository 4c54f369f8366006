"""Activation functions, element by element."""

from __future__ import annotations

import math
from typing import Any

from polytape import arguments
from polytape.backend import Array, Backend
from polytape.conversion import convert
from polytape.dtypes import FLOATING, REAL
from polytape.errors import DTypeError
from polytape.op import elementwise
from polytape.ops import error_function as error_function  # gelu is made of its erf
from polytape.ops.exponential import sigmoid
from polytape.ops.joining import concat
from polytape.primitive import formula
from polytape.tensor import Tensor

_SELU_SCALE = 1.0507009873554805
_SELU_ALPHA = 1.6732632423543772


@elementwise(lambda backend, gradient, y: backend.where_positive(gradient, y), None, accepts=FLOATING)
def where_positive(backend: Backend, x: Array, y: Array) -> Array:
    """Return x where y is above zero, and zero elsewhere: the derivative of `relu`.

    >>> import polytape as tf
    >>> where_positive([1.0, 2.0], [-3.0, 3.0]).numpy().tolist()
    [0.0, 2.0]
    """
    return x * backend.astype(backend.greater(y, 0), dtype=x.dtype)


@elementwise(lambda backend, gradient, output: backend.where_positive(gradient, output), accepts=REAL)
def relu(backend: Backend, features: Array) -> Array:
    """Return max(features, 0).

    Args:
        features: an integer or floating-point tensor of any shape.

    >>> import polytape as tf
    >>> tf.nn.relu([-2.0, 0.0, 3.0]).numpy().tolist()
    [0.0, 0.0, 3.0]
    """
    return backend.maximum(features, 0)


@elementwise(lambda backend, gradient, output: backend.where_positive(gradient, output * (6 - output)), accepts=REAL)
def relu6(backend: Backend, features: Array) -> Array:
    """Return min(max(features, 0), 6).

    Args:
        features: an integer or floating-point tensor of any shape.

    Source: A. Krizhevsky, "Convolutional deep belief networks on CIFAR-10", 2010.

    >>> import polytape as tf
    >>> tf.nn.relu6([-2.0, 3.0, 8.0]).numpy().tolist()
    [0.0, 3.0, 6.0]
    """
    return backend.minimum(backend.maximum(features, 0), 6)


@elementwise(
    lambda backend, gradient, output: backend.where_positive(gradient, output * (1 - output)) / 6,
    accepts=FLOATING,
)
def hard_sigmoid(backend: Backend, x: Array) -> Array:
    """Return min(max(x + 3, 0), 6) / 6, which is near to the sigmoid and faster.

    Args:
        x: a floating-point tensor of any shape.

    >>> import polytape as tf
    >>> hard_sigmoid([-4.0, 0.0, 1.5, 4.0]).numpy().tolist()
    [0.0, 0.5, 0.75, 1.0]
    """
    return backend.minimum(backend.maximum(x + 3, 0), 6) / 6


def hard_silu(x: Any, name: str | None = None) -> Tensor:
    """Return x · hard_sigmoid(x), also called hard swish.

    Args:
        x: a floating-point tensor of any shape.

    Source: A. Howard et al., "Searching for MobileNetV3", 2019.

    >>> import polytape as tf
    >>> hard_silu([-4.0, 0.0, 3.0, 4.0]).numpy().tolist()
    [-0.0, 0.0, 3.0, 4.0]
    """
    if type(x) is not Tensor:
        x = convert(x)
    found: Tensor = x * hard_sigmoid(x)
    return found


@elementwise(
    lambda backend, gradient, output, alpha: backend.where(backend.greater(output, 0), gradient, alpha * gradient),
    accepts=FLOATING,
)
def leaky_relu(backend: Backend, features: Array, *, alpha: float) -> Array:
    """Return features where positive, else alpha · features, for alpha from 0 to 1."""
    return backend.maximum(features, features * alpha) if alpha else backend.maximum(features, 0)


_leaky_relu = leaky_relu


def leaky_relu(features: Any, alpha: Any = 0.2, name: str | None = None) -> Tensor:  # type: ignore[no-redef]
    """Return features where they are positive, and alpha · features where they are not.

    Args:
        features: a floating-point tensor of any shape.
        alpha: the slope for negative features.

    Source: A. Maas et al., "Rectifier nonlinearities improve neural network acoustic models", 2013.

    >>> import polytape as tf
    >>> tf.nn.leaky_relu([-10.0, 0.0, 3.0]).numpy().tolist()
    [-2.0, 0.0, 3.0]
    """
    if type(features) is not Tensor:
        features = convert(features)
    slope = number(alpha, "leaky_relu", "alpha")
    if 0 <= slope <= 1:
        return _leaky_relu(features, alpha=slope)  # type: ignore[no-any-return]
    return relu(features) - slope * relu(-features)  # type: ignore[no-any-return]


@elementwise(
    lambda backend, gradient, output: backend.where(backend.less(output, 0), gradient * (output + 1), gradient),
    accepts=FLOATING,
)
def elu(backend: Backend, features: Array) -> Array:
    """Return exp(features) - 1 where they are negative, and features where they are not.

    Args:
        features: a floating-point tensor of any shape.

    Source: D.-A. Clevert et al., "Fast and accurate deep network learning by exponential linear units", 2015.

    >>> import polytape as tf
    >>> tf.nn.elu([-1000.0, 0.0, 3.0]).numpy().tolist()
    [-1.0, 0.0, 3.0]
    """
    return backend.where(backend.less(features, 0), backend.expm1(features), features)


@elementwise(
    lambda backend, gradient, output: backend.where(
        backend.less(output, 0), gradient * (output + _SELU_SCALE * _SELU_ALPHA), gradient * _SELU_SCALE
    ),
    accepts=FLOATING,
)
def selu(backend: Backend, features: Array) -> Array:
    """Return the scaled exponential linear unit, which keeps mean 0 and variance 1 from layer to layer.

    That is scale · alpha · (exp(features) - 1) where they are negative, and scale · features where they are
    not.

    Args:
        features: a floating-point tensor of any shape.

    Source: G. Klambauer et al., "Self-normalizing neural networks", 2017.

    >>> import polytape as tf
    >>> tf.nn.selu([-1000.0, 0.0, 1.0]).numpy().round(3)
    array([-1.758,  0.   ,  1.051], dtype=float32)
    """
    below = _SELU_SCALE * _SELU_ALPHA * backend.expm1(features)
    return backend.where(backend.less(features, 0), below, _SELU_SCALE * features)


@formula
def gelu_input(backend: Any, gradient: Array, features: Array, *, approximate: bool) -> Array:
    """The gradient of `gelu`'s features."""
    square = features * features
    if approximate:
        inner = math.sqrt(2 / math.pi) * features * (1 + 0.044715 * square)
        slope = math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * square)
        bent = backend.tanh(inner)
        return gradient * 0.5 * (1 + bent + features * slope * (1 - bent * bent))
    below = 0.5 * (1 + backend.erf(features * math.sqrt(0.5)))
    return gradient * (below + features * backend.exp(-0.5 * square) / math.sqrt(2 * math.pi))


@elementwise(
    lambda backend, gradient, features, approximate: backend.gelu_input(gradient, features, approximate=approximate),
    accepts=FLOATING,
)
def gelu(backend: Backend, features: Array, *, approximate: bool) -> Array:
    """Return the Gaussian error linear unit; see `gelu`."""
    if approximate:
        inner = math.sqrt(2 / math.pi) * features * (1 + 0.044715 * features * features)
        return 0.5 * features * (1 + backend.tanh(inner))
    return 0.5 * features * (1 + backend.erf(features * math.sqrt(0.5)))


_gelu = gelu


def gelu(features: Any, approximate: bool = False, name: str | None = None) -> Tensor:  # type: ignore[no-redef]
    """Return the Gaussian error linear unit: features times the normal distribution's probability below them.

    Args:
        features: a floating-point tensor of any shape.
        approximate: whether to use the formula with tanh instead of the error function.

    Source: D. Hendrycks and K. Gimpel, "Gaussian error linear units", 2016.

    >>> import polytape as tf
    >>> tf.nn.gelu([-1.0, 0.0, 1.0]).numpy().round(3)
    array([-0.159,  0.   ,  0.841], dtype=float32)
    """
    found: Tensor = _gelu(features, approximate=bool(approximate))
    return found


def _of_silu(backend: Any, gradient: Array, features: Array) -> Array:
    share = backend.sigmoid(features)
    return gradient * share * (1 + features * (1 - share))


@elementwise(_of_silu, accepts=FLOATING)
def silu(backend: Backend, features: Array) -> Array:
    """Return features · sigmoid(features)."""
    return features * backend.sigmoid(features)


_silu = silu


def silu(features: Any, beta: Any = 1.0, name: str | None = None) -> Tensor:  # type: ignore[no-redef]
    """Return features · sigmoid(beta · features), also called swish.

    Args:
        features: a floating-point tensor of any shape.
        beta: a number, or a tensor of the same dtype whose shape broadcasts.

    Source: P. Ramachandran et al., "Searching for activation functions", 2017.

    >>> import polytape as tf
    >>> tf.nn.silu([-1.0, 0.0, 1.0]).numpy().round(3)
    array([-0.269,  0.   ,  0.731], dtype=float32)
    """
    if type(features) is not Tensor:
        features = convert(features)
    plain = type(beta) is float and beta == 1.0
    found: Tensor = _silu(features) if plain else features * sigmoid(features * beta)
    return found


@elementwise(lambda backend, gradient, features: gradient / backend.square(1 + backend.abs(features)), accepts=FLOATING)
def softsign(backend: Backend, features: Array) -> Array:
    """Return features / (1 + |features|).

    Args:
        features: a floating-point tensor of any shape.

    >>> import polytape as tf
    >>> tf.nn.softsign([-1.0, 0.0, 3.0]).numpy().tolist()
    [-0.5, 0.0, 0.75]
    """
    return features / (1 + backend.abs(features))


def crelu(features: Any, axis: Any = -1, name: str | None = None) -> Tensor:
    """Return the positive parts of features and of -features, joined along an axis.

    Args:
        features: a floating-point tensor of any shape but a scalar's.
        axis: along which to join; it becomes twice as long.

    Source: W. Shang et al., "Understanding and improving convolutional neural networks via concatenated
    rectified linear units", 2016.

    >>> import polytape as tf
    >>> tf.nn.crelu([-2.0, 3.0]).numpy().tolist()
    [0.0, 3.0, 2.0, 0.0]
    """
    if type(features) is not Tensor:
        features = convert(features)
    found: Tensor = relu(concat([features, -features], arguments.axis(axis, features.ndim, "crelu")))
    return found


def number(value: Any, op: str, name: str) -> float:
    """Return a number, given as such or as a tensor without axes."""
    try:
        return float(value)
    except (TypeError, ValueError):
        raise DTypeError(f"{op}: {name} must be a number; received {value!r}.") from None
