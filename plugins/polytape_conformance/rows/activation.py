"""Activation functions against their definitions, number by number."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from polytape_conformance.row import Row, integers, real

_FAR = np.array([-1000.0, -20.0, -0.25, 0.75, 20.0, 1000.0])
_CASES = ((real(2, 3),), (real(),), (real(0, 2),), (real(3, 2).T,), (_FAR,))


def _each(function: Callable[[float], float]) -> Callable[..., Any]:
    """`function` of a number, applied to each element."""
    return lambda x: np.array([function(float(item)) for item in np.ravel(x)]).reshape(np.shape(x))


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def _below(x: float) -> float:
    """The probability that a standard normal number is below x."""
    return 0.5 * math.erfc(-x / math.sqrt(2))


def _elu(x: float) -> float:
    return math.expm1(x) if x < 0 else x


def _selu(x: float) -> float:
    # The two constants solve the fixed-point equations for mean 0 and variance 1 (appendix A of the paper).
    q, e = math.erfc(1 / math.sqrt(2)), math.exp(0.5)
    alpha = -math.sqrt(2 / math.pi) / (math.erfc(1 / math.sqrt(2)) * e - 1)
    scale = (
        (1 - q * e)
        * math.sqrt(2 * math.pi)
        * (2 * math.erfc(math.sqrt(2)) * math.e**2 + math.pi * q**2 * math.e - 2 * (2 + math.pi) * q * e + math.pi + 2)
        ** -0.5
    )
    found: float = scale * (alpha * math.expm1(x) if x < 0 else x)
    return found


def _row(name: str, function: Callable[[float], float], call: Any = None, cases: Any = _CASES, **options: Any) -> Row:
    def plainly(tf: Any, x: Any) -> Any:
        return getattr(tf.nn, name)(x)

    return Row(f"nn.{name}", call or plainly, _each(function), cases, **options)


ROWS = [
    _row(
        "relu",
        lambda x: max(x, 0.0),
        cases=(*_CASES, (real(70, 90),)),
        differentiable=(),
        variant="many elements",
    ),
    _row("relu", lambda x: max(x, 0.0), rejects=((lambda tf: tf.nn.relu([1j]), TypeError, "complex128"),)),
    _row("relu", lambda x: max(x, 0.0), cases=((integers(5, low=-3),),), variant="integers"),
    _row("relu6", lambda x: min(max(x, 0.0), 6.0), cases=(*_CASES, (real(7, low=-3, high=9),))),
    _row("leaky_relu", lambda x: x if x > 0 else 0.2 * x),
    _row(
        "leaky_relu",
        lambda x: x if x > 0 else 0.25 * x,
        lambda tf, x: tf.nn.leaky_relu(x, alpha=tf.constant(0.25)),
        variant="alpha",
        rejects=((lambda tf: tf.nn.leaky_relu([1.0], alpha="steep"), TypeError, "alpha must be a number"),),
    ),
    _row("leaky_relu", lambda x: max(x, 0.0), lambda tf, x: tf.nn.leaky_relu(x, 0), variant="alpha 0"),
    _row(
        "leaky_relu",
        lambda x: x if x > 0 else -3 * x,
        lambda tf, x: tf.nn.leaky_relu(x, -3.0),
        variant="negative alpha",
    ),
    _row("elu", _elu, rejects=((lambda tf: tf.nn.elu([1]), TypeError, "int32"),)),
    _row("selu", _selu),
    _row("gelu", lambda x: x * _below(x), cases=_CASES[:-1]),
    _row(
        "gelu",
        lambda x: x / 2 * (1 + math.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
        lambda tf, x: tf.nn.gelu(x, approximate=True),
        variant="approximate",
    ),
    _row("silu", lambda x: x * _sigmoid(x)),
    _row("silu", lambda x: x * _sigmoid(1.5 * x), lambda tf, x: tf.nn.silu(x, 1.5), variant="beta"),
    Row(
        "nn.swish",
        lambda tf, x, beta: tf.nn.swish(x, beta),
        lambda x, beta: x / (1 + np.exp(-beta * x)),
        ((real(2, 3), real(3, seed=1)),),
        variant="beta a tensor",
    ),
    _row("softsign", lambda x: x / (1 + abs(x)), alias_of=("math.softsign",)),
    Row(
        "nn.crelu",
        lambda tf, x: tf.nn.crelu(x),
        lambda x: np.concatenate([np.clip(x, 0, None), -np.clip(x, None, 0)], axis=-1),
        ((real(2, 3),), (real(0, 2),)),
        rejects=((lambda tf: tf.nn.crelu(1.0), ValueError, "axis -1 is out of range"),),
    ),
    Row(
        "nn.crelu",
        lambda tf, x: tf.nn.crelu(x, axis=0),
        lambda x: np.concatenate([np.clip(x, 0, None), -np.clip(x, None, 0)], axis=0),
        ((real(2, 3),),),
        variant="axis",
    ),
]
