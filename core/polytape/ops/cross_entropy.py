"""Cross-entropies of labels and logits: how unlikely the labels are, in nats, under the logits'
probabilities.

Probabilities are never formed on the way forward, so nothing underflows; the gradient is the difference
between them and the labels. Each is one op that keeps its inputs and nothing else.
"""

from __future__ import annotations

import math
from typing import Any

from polytape import arguments
from polytape.backend import Array, Backend
from polytape.conversion import convert, convert_group
from polytape.dtypes import FLOATING, INTEGER, float16, float32
from polytape.errors import InvalidArgumentError
from polytape.op import elementwise, op
from polytape.ops.casting import cast
from polytape.ops.exponential import exp, log, softplus
from polytape.ops.selection import where
from polytape.ops.shape import broadcast_to
from polytape.primitive import formula
from polytape.tensor import Tensor


def _expanded(backend: Any, gradient: Array, shape: tuple[int, ...], axis: int) -> Array:
    """The gradient of what was summed along an axis, with that axis of length one."""
    return backend.reshape(gradient, shape=(*shape[:axis], 1, *shape[axis + 1 :]))


@formula
def softmax_cross_entropy_input(backend: Any, gradient: Array, labels: Array, logits: Array, *, axis: int) -> Array:
    """The gradient of the logits of `softmax_cross_entropy`."""
    share = backend.sum(labels, axis=axis, keepdims=True)
    excess = backend.softmax(logits, axis=axis) * share - labels
    return _expanded(backend, gradient, tuple(logits.shape), axis) * excess


@formula
def sparse_softmax_cross_entropy_input(backend: Any, gradient: Array, labels: Array, logits: Array) -> Array:
    """The gradient of the logits of `sparse_softmax_cross_entropy`."""
    shape = tuple(logits.shape)
    return _expanded(backend, gradient, shape, len(shape) - 1) * backend.softmax_excess(labels, logits)


@op(
    lambda backend, gradient, logits, logits_shape, axis: (
        -_expanded(backend, gradient, logits_shape, axis) * backend.log_softmax(logits, axis=axis)
    ),
    lambda backend, gradient, labels, logits, axis: backend.softmax_cross_entropy_input(
        gradient, labels, logits, axis=axis
    ),
    accepts=FLOATING,
)
def softmax_cross_entropy(backend: Backend, labels: Array, logits: Array, *, axis: int) -> Array:
    """Return -Σ labels · log softmax(logits) along an axis, for labels and logits of one shape."""
    likelihoods = backend.multiply(labels, backend.log_softmax(logits, axis=axis))
    return backend.negative(backend.sum(likelihoods, axis=axis))


def _of_excess(backend: Any, gradient: Array, logits: Array, logits_shape: tuple[int, ...]) -> Array:
    axis = len(logits_shape) - 1
    probabilities = backend.softmax(logits, axis=axis)
    return probabilities * (gradient - backend.sum(gradient * probabilities, axis=axis, keepdims=True))


@op(None, _of_excess, accepts=(INTEGER, FLOATING))
def softmax_excess(backend: Backend, labels: Array, logits: Array) -> Array:
    """Return softmax(logits) along the last axis, less one at the labels' classes."""
    probabilities = backend.softmax(logits, axis=len(logits.shape) - 1)
    return backend.subtract(probabilities, backend.astype(_at_labels(backend, labels, logits), dtype=logits.dtype))


@op(
    None,
    lambda backend, gradient, labels, logits: backend.sparse_softmax_cross_entropy_input(gradient, labels, logits),
    accepts=(INTEGER, FLOATING),
)
def sparse_softmax_cross_entropy(backend: Backend, labels: Array, logits: Array) -> Array:
    """Return -log softmax(logits) along the last axis, at the labels' classes.

    A label out of range is an error where the labels are at hand. On other devices, where looking at them
    would mean waiting for all that runs there, its loss is NaN. That is TensorFlow's behaviour too.
    """
    require_classes(backend, labels, logits.shape[-1])
    log_probabilities = backend.log_softmax(logits, axis=len(logits.shape) - 1)
    at_labels = _at_labels(backend, labels, logits)
    chosen = backend.sum(backend.where(at_labels, log_probabilities, 0), axis=-1)
    return backend.where(backend.any(at_labels, axis=-1), backend.negative(chosen), math.nan)


def require_classes(backend: Backend, labels: Array, count: int) -> None:
    """Raise `InvalidArgumentError` if labels in the CPU's memory are not all from 0 up to `count`."""
    if not backend.device_of(labels).startswith("CPU") or 0 in labels.shape:
        return
    if bool(backend.any_out_of_range(labels, length=count)):
        low, high = int(backend.min(labels)), int(backend.max(labels))
        raise InvalidArgumentError(
            f"sparse_softmax_cross_entropy_with_logits: received the label {low if low < 0 else high}, which "
            f"is outside the range [0, {count}): the logits' last axis has {count} classes. Labels count "
            "from 0."
        )


def _at_labels(backend: Backend, labels: Array, logits: Array) -> Array:
    """Whether a class is the label's, for each of the logits."""
    classes = backend.arange(0, logits.shape[-1], 1, dtype=labels.dtype, device=backend.device_of(labels))
    return backend.equal(backend.reshape(labels, shape=(*labels.shape, 1)), classes)


@elementwise(
    lambda gradient, logits: -gradient * logits,
    lambda backend, gradient, labels, logits: gradient * (backend.sigmoid(logits) - labels),
    accepts=FLOATING,
)
def sigmoid_cross_entropy(backend: Backend, labels: Array, logits: Array) -> Array:
    """Return -labels · log sigmoid(logits) - (1 - labels) · log(1 - sigmoid(logits)), element by element."""
    return backend.softplus(logits) - logits * labels


def softmax_cross_entropy_with_logits(labels: Any, logits: Any, axis: Any = -1, name: str | None = None) -> Tensor:
    """Return the cross-entropy -Σ labels · log softmax(logits) along an axis.

    Gradients flow to logits and to labels; apply `tf.stop_gradient` to labels that shall have none.

    Args:
        labels: probabilities along the axis, of the shape of the logits; they are cast to the logits' dtype.
        logits: a floating-point tensor.
        axis: the axis of the classes.

    Returns:
        The logits' shape without that axis.

    Raises:
        InvalidArgumentError: if the shapes don't fit or there is no such axis.

    >>> import polytape as tf
    >>> labels, logits = [[0.0, 1.0], [0.5, 0.5]], [[0.0, 1000.0], [0.0, 0.0]]
    >>> tf.nn.softmax_cross_entropy_with_logits(labels, logits).numpy().round(4)
    array([-0.    ,  0.6931], dtype=float32)
    """
    logits = logits if type(logits) is Tensor else convert(logits)
    labels = labels if type(labels) is Tensor else convert(labels)
    axis = arguments.axis(axis, len(logits._array.shape), "softmax_cross_entropy_with_logits")
    if labels.dtype is not logits.dtype:
        labels = cast(labels, logits.dtype)
    if labels._array.shape != logits._array.shape:
        labels, logits = _of_one_shape(labels, logits)
    dtype = logits.dtype
    if dtype is float16:
        labels, logits = cast(labels, float32), cast(logits, float32)
    loss = softmax_cross_entropy(labels, logits, axis=axis)
    return cast(loss, float16) if dtype is float16 else loss


def sparse_softmax_cross_entropy_with_logits(labels: Any, logits: Any, name: str | None = None) -> Tensor:
    """Return the cross-entropy -log softmax(logits) at the labels' classes.

    Args:
        labels: integers from 0 up to the number of classes; the logits' shape without its last axis.
        logits: a floating-point tensor, (..., classes).

    Returns:
        The shape of the labels.

    Raises:
        InvalidArgumentError: if the shapes don't fit, or a label is out of range (on a GPU its loss is NaN
            instead).
        DTypeError: if the labels are not integers or the logits not floating-point.

    >>> import polytape as tf
    >>> tf.nn.sparse_softmax_cross_entropy_with_logits([1, 0], [[0.0, 1000.0], [0.0, 0.0]]).numpy().round(4)
    array([0.    , 0.6931], dtype=float32)
    """
    if type(labels) is not Tensor or type(logits) is not Tensor:
        labels, logits = convert_group(
            (labels, logits), (INTEGER, FLOATING), "sparse_softmax_cross_entropy_with_logits"
        )
    shape, wanted = labels._array.shape, logits._array.shape[:-1]
    if shape != wanted or not logits._array.shape:
        raise InvalidArgumentError(
            "sparse_softmax_cross_entropy_with_logits: labels must have the logits' shape without the last "
            f"axis, the classes; received labels of shape {list(shape)} and logits of shape "
            f"{list(logits._array.shape)}."
        )
    if logits.dtype is float16:
        return cast(sparse_softmax_cross_entropy(labels, cast(logits, float32)), float16)
    return sparse_softmax_cross_entropy(labels, logits)  # type: ignore[no-any-return]


def sigmoid_cross_entropy_with_logits(labels: Any = None, logits: Any = None, name: str | None = None) -> Tensor:
    """Return -labels · log sigmoid(logits) - (1 - labels) · log(1 - sigmoid(logits)), element by element.

    Args:
        labels: probabilities, of the shape and dtype of the logits.
        logits: a floating-point tensor of any shape.

    Raises:
        InvalidArgumentError: if the shapes differ or one is missing.
        DTypeError: if the dtypes differ or are not floating-point.

    >>> import polytape as tf
    >>> tf.nn.sigmoid_cross_entropy_with_logits([1.0, 0.0], [0.0, 10.0]).numpy().round(4)
    array([ 0.6931, 10.    ], dtype=float32)
    """
    labels, logits = _pair(labels, logits, "sigmoid_cross_entropy_with_logits")
    return sigmoid_cross_entropy(labels, logits)  # type: ignore[no-any-return]


def weighted_cross_entropy_with_logits(labels: Any, logits: Any, pos_weight: Any, name: str | None = None) -> Tensor:
    """Return `sigmoid_cross_entropy_with_logits` with the term of the label 1 multiplied by a weight.

    Args:
        labels: probabilities, of the shape and dtype of the logits.
        logits: a floating-point tensor of any shape.
        pos_weight: what positive labels weigh; a number or a tensor whose shape broadcasts.

    Raises:
        InvalidArgumentError: if the shapes differ.

    >>> import polytape as tf
    >>> tf.nn.weighted_cross_entropy_with_logits([1.0, 0.0], [0.0, 0.0], pos_weight=3.0).numpy().round(4)
    array([2.0794, 0.6931], dtype=float32)
    """
    labels, logits = _pair(labels, logits, "weighted_cross_entropy_with_logits")
    weight = 1 + (pos_weight - 1) * labels
    return (1 - labels) * logits + weight * softplus(-logits)  # type: ignore[no-any-return]


def log_poisson_loss(targets: Any, log_input: Any, compute_full_loss: bool = False, name: str | None = None) -> Tensor:
    """Return exp(log_input) - targets · log_input: how unlikely counts are under Poisson distributions.

    Args:
        targets: the counts, of the shape and dtype of `log_input`.
        log_input: the logarithms of the expected counts, floating-point.
        compute_full_loss: whether to add Stirling's approximation of log(targets!) for targets above 1.

    Raises:
        InvalidArgumentError: if the shapes differ.

    >>> import polytape as tf
    >>> tf.nn.log_poisson_loss([1.0, 2.0], [0.0, 1.0]).numpy().round(4)
    array([1.    , 0.7183], dtype=float32)
    """
    targets, log_input = _pair(targets, log_input, "log_poisson_loss", ("targets", "log_input"))
    loss: Tensor = exp(log_input) - log_input * targets
    if compute_full_loss:
        stirling = targets * log(targets) - targets + 0.5 * log(targets * (2 * math.pi))
        loss = loss + where((targets >= 0) & (targets <= 1), targets * 0, stirling)
    return loss


def _pair(labels: Any, logits: Any, op: str, names: tuple[str, str] = ("labels", "logits")) -> tuple[Tensor, Tensor]:
    """Both as tensors, of one shape."""
    if labels is None or logits is None:
        raise InvalidArgumentError(f"{op}: {names[0]} and {names[1]} must both be given.")
    if type(labels) is not Tensor or type(logits) is not Tensor:
        labels, logits = convert_group((labels, logits), (FLOATING, FLOATING), op)
    if labels._array.shape != logits._array.shape:
        raise InvalidArgumentError(
            f"{op}: {names[0]} and {names[1]} must have one shape; received {list(labels._array.shape)} and "
            f"{list(logits._array.shape)}."
        )
    return labels, logits


def _of_one_shape(labels: Tensor, logits: Tensor) -> tuple[Tensor, Tensor]:
    """Both broadcast to their common shape."""
    first, second = labels._array.shape, logits._array.shape
    if len(first) != len(second) or any(a != b and 1 not in (a, b) for a, b in zip(first, second)):
        raise InvalidArgumentError(
            f"softmax_cross_entropy_with_logits: labels and logits must have one shape; received "
            f"{list(first)} and {list(second)}. For labels that are class numbers use "
            "sparse_softmax_cross_entropy_with_logits."
        )
    shape = tuple(a if b == 1 else b for a, b in zip(first, second))
    return broadcast_to(labels, shape), broadcast_to(logits, shape)
