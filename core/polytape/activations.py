"""Activations: functions of a tensor by which layers bend their outputs. `get` finds one by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polytape.errors import InvalidArgumentError
from polytape.ops import activation as ops, exponential, hyperbolic
from polytape.ops.arithmetic import multiply, subtract
from polytape.ops.comparison import greater_equal
from polytape.ops.selection import maximum, minimum, select
from polytape.ops.softmax import log_softmax as log_softmax_op, softmax as softmax_op
from polytape.spelling import did_you_mean
from polytape.tensor import Tensor

Activation = Callable[[Any], Any]


def linear(x: Any) -> Any:
    """Return x."""
    return x


def relu(x: Any, negative_slope: float = 0.0, max_value: float | None = None, threshold: float = 0.0) -> Tensor:
    """Return x where it is at least `threshold` (but not above `max_value`), else negative_slope · (x - threshold).

    >>> import polytape as tf
    >>> tf.keras.activations.relu(tf.constant([-2.0, 1.0, 9.0]), negative_slope=0.5, max_value=6.0).numpy().tolist()
    [-1.0, 1.0, 6.0]
    """
    if not negative_slope and max_value is None and not threshold:
        return ops.relu(x)  # type: ignore[no-any-return]
    above = x if max_value is None else minimum(x, float(max_value))
    below = multiply(subtract(x, float(threshold)), float(negative_slope))
    return select(greater_equal(x, float(threshold)), above, below)  # type: ignore[no-any-return]


def relu6(x: Any) -> Tensor:
    """Return x between 0 and 6."""
    return ops.relu6(x)  # type: ignore[no-any-return]


def leaky_relu(x: Any, negative_slope: float = 0.2) -> Tensor:
    """Return x where positive, else negative_slope · x."""
    return ops.leaky_relu(x, negative_slope)  # type: ignore[no-any-return]


def elu(x: Any, alpha: float = 1.0) -> Tensor:
    """Return x where positive, else alpha · (exp(x) - 1).

    Source: Clevert, Unterthiner and Hochreiter, "Fast and accurate deep network learning by exponential linear units",
    2015.
    """
    if alpha == 1.0:
        return ops.elu(x)  # type: ignore[no-any-return]
    return maximum(x, 0.0) + multiply(exponential.expm1(minimum(x, 0.0)), float(alpha))  # type: ignore[no-any-return]


def selu(x: Any) -> Tensor:
    """Return 1.0507 · elu(x, 1.6733): mean 0 and variance 1 are kept from layer to layer."""
    return ops.selu(x)  # type: ignore[no-any-return]


def gelu(x: Any, approximate: bool = False) -> Tensor:
    """Return x · Φ(x), with the normal distribution function Φ, or its approximation by tanh."""
    return ops.gelu(x, approximate)  # type: ignore[no-any-return]


def silu(x: Any) -> Tensor:
    """Return x · sigmoid(x); its other name is swish."""
    return ops.silu(x)  # type: ignore[no-any-return]


swish = silu


def softplus(x: Any) -> Tensor:
    """Return log(1 + exp(x))."""
    return exponential.softplus(x)  # type: ignore[no-any-return]


def softsign(x: Any) -> Tensor:
    """Return x / (1 + |x|)."""
    return ops.softsign(x)  # type: ignore[no-any-return]


def mish(x: Any) -> Tensor:
    """Return x · tanh(softplus(x)).

    Source: Misra, "Mish: a self regularized non-monotonic activation function", 2019.
    """
    return multiply(x, hyperbolic.tanh(exponential.softplus(x)))  # type: ignore[no-any-return]


def exponential_(x: Any) -> Tensor:
    """Return exp(x)."""
    return exponential.exp(x)  # type: ignore[no-any-return]


def sigmoid(x: Any) -> Tensor:
    """Return 1 / (1 + exp(-x))."""
    return exponential.sigmoid(x)  # type: ignore[no-any-return]


def hard_sigmoid(x: Any) -> Tensor:
    """Return x / 6 + 1/2, between 0 and 1."""
    return ops.hard_sigmoid(x)  # type: ignore[no-any-return]


def hard_silu(x: Any) -> Tensor:
    """Return x · hard_sigmoid(x); its other name is hard_swish."""
    return ops.hard_silu(x)


hard_swish = hard_silu


def tanh(x: Any) -> Tensor:
    """Return the hyperbolic tangent."""
    return hyperbolic.tanh(x)  # type: ignore[no-any-return]


def softmax(x: Any, axis: Any = -1) -> Tensor:
    """Return exp(x) divided by its sum along an axis."""
    return softmax_op(x, axis)  # type: ignore[no-any-return]


def log_softmax(x: Any, axis: Any = -1) -> Tensor:
    """Return the logarithm of softmax(x), exact for small values too."""
    return log_softmax_op(x, axis)  # type: ignore[no-any-return]


BY_NAME: dict[str, Activation] = {
    "elu": elu,
    "exponential": exponential_,
    "gelu": gelu,
    "hard_sigmoid": hard_sigmoid,
    "hard_silu": hard_silu,
    "hard_swish": hard_silu,
    "leaky_relu": leaky_relu,
    "linear": linear,
    "log_softmax": log_softmax,
    "mish": mish,
    "relu": relu,
    "relu6": relu6,
    "selu": selu,
    "sigmoid": sigmoid,
    "silu": silu,
    "softmax": softmax,
    "softplus": softplus,
    "softsign": softsign,
    "swish": silu,
    "tanh": tanh,
}
"""Every activation, by the name that users write as a string."""

_NAMES = {function: name for name, function in reversed(BY_NAME.items())}


def get(identifier: Any) -> Any:
    """Return the activation that `identifier` names: a name, a function of a tensor, or `None` for `linear`.

    >>> import polytape as tf
    >>> tf.keras.activations.get("relu") is tf.keras.activations.relu
    True
    """
    if identifier is None:
        return linear
    if isinstance(identifier, str):
        if identifier not in BY_NAME:
            raise InvalidArgumentError(
                f"No activation is called {identifier!r}.{did_you_mean(identifier, BY_NAME)} There are "
                f"{', '.join(BY_NAME)}."
            )
        return BY_NAME[identifier]
    if callable(identifier):
        return identifier
    raise InvalidArgumentError(f"An activation is a name or a function of a tensor; received {identifier!r}.")


def serialize(activation: Any) -> Any:
    """Return the name of an activation of this module; any other function as it is."""
    return _NAMES.get(activation, activation)
