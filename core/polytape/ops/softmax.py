"""Softmax and its logarithm along an axis."""

from __future__ import annotations

from typing import Any

from polytape import arguments
from polytape.backend import Array, Backend
from polytape.conversion import convert
from polytape.dtypes import FLOATING
from polytape.op import op
from polytape.primitive import formula
from polytape.tensor import Tensor


@formula
def softmax_input(backend: Any, gradient: Array, output: Array, *, axis: int) -> Array:
    """The gradient of what `softmax` has turned into `output`."""
    return output * (gradient - backend.sum(gradient * output, axis=axis, keepdims=True))


@formula
def log_softmax_input(backend: Any, gradient: Array, output: Array, *, axis: int) -> Array:
    """The gradient of what `log_softmax` has turned into `output`."""
    return gradient - backend.exp(output) * backend.sum(gradient, axis=axis, keepdims=True)


@op(
    lambda backend, gradient, output, axis: backend.softmax_input(gradient, output, axis=axis),
    accepts=FLOATING,
)
def softmax(backend: Backend, x: Array, *, axis: int) -> Array:
    """Return exp(x) / Σ exp(x) along an axis; see the public `softmax`."""
    if 0 in x.shape:
        return x
    exponentials = backend.exp(backend.subtract(x, backend.max(x, axis=axis, keepdims=True)))
    return backend.divide(exponentials, backend.sum(exponentials, axis=axis, keepdims=True))


@op(
    lambda backend, gradient, output, axis: backend.log_softmax_input(gradient, output, axis=axis),
    accepts=FLOATING,
)
def log_softmax(backend: Backend, x: Array, *, axis: int) -> Array:
    """Return x - log Σ exp(x) along an axis; see the public `log_softmax`."""
    if 0 in x.shape:
        return x
    shifted = backend.subtract(x, backend.max(x, axis=axis, keepdims=True))
    total = backend.sum(backend.exp(shifted), axis=axis, keepdims=True)
    return backend.subtract(shifted, backend.log(total))


_softmax, _log_softmax = softmax, log_softmax


def softmax(logits: Any, axis: Any = None, name: str | None = None) -> Tensor:  # type: ignore[no-redef]
    """Return exp(logits) / Σ exp(logits) along an axis: probabilities that sum to one.

    The largest logit is subtracted first, so nothing overflows.

    Args:
        logits: a floating-point tensor with at least one axis.
        axis: along which axis; the last by default.

    Raises:
        InvalidArgumentError: if the tensor has no such axis.
        DTypeError: if it is not floating-point.

    >>> import polytape as tf
    >>> tf.nn.softmax([0.0, 0.0, 1000.0]).numpy().tolist()
    [0.0, 0.0, 1.0]
    """
    if type(logits) is not Tensor:
        logits = convert(logits)
    found: Tensor = _softmax(logits, axis=_axis(axis, logits, "softmax"))
    return found


def log_softmax(logits: Any, axis: Any = None, name: str | None = None) -> Tensor:  # type: ignore[no-redef]
    """Return logits - log Σ exp(logits) along an axis: the logarithm of `softmax`, without its rounding to
    zero.

    Args:
        logits: a floating-point tensor with at least one axis.
        axis: along which axis; the last by default.

    Raises:
        InvalidArgumentError: if the tensor has no such axis.
        DTypeError: if it is not floating-point.

    >>> import polytape as tf
    >>> tf.nn.log_softmax([0.0, 0.0, 1000.0]).numpy().tolist()
    [-1000.0, -1000.0, 0.0]
    """
    if type(logits) is not Tensor:
        logits = convert(logits)
    found: Tensor = _log_softmax(logits, axis=_axis(axis, logits, "log_softmax"))
    return found


def _axis(axis: Any, x: Tensor, name: str) -> int:
    return arguments.axis(-1 if axis is None else axis, len(x._array.shape), name)
