"""Normalisation against means and squares written out."""

from __future__ import annotations

from typing import Any

import numpy as np

from polytape_conformance.row import Row, positive, real


def _moments(x: Any, axes: tuple[int, ...], keepdims: bool = False, weights: Any = None) -> list[Any]:
    weights = np.ones_like(x) if weights is None else weights * np.ones_like(x)
    mean = np.average(x, axis=axes, weights=weights, keepdims=True)
    variance = np.average((x - mean) ** 2, axis=axes, weights=weights, keepdims=True)
    return [mean, variance] if keepdims else [np.squeeze(mean, axes), np.squeeze(variance, axes)]


def _batch(x: Any, mean: Any, variance: Any, offset: Any = 0.0, scale: Any = 1.0) -> Any:
    return scale * (x - mean) / np.sqrt(variance + 0.01) + offset


def _standardized(tf: Any, x: Any, axes: tuple[int, ...]) -> Any:
    from polytape.ops.normalization import standardize

    return list(standardize(x, axes=axes, epsilon=0.1))


def _standardization(x: Any, axes: tuple[int, ...]) -> list[Any]:
    mean, variance = _moments(x, axes, keepdims=True)
    return [(x - mean) / np.sqrt(variance + 0.1), mean, variance]


def _local_response(x: Any, radius: int, bias: float, alpha: float, beta: float) -> Any:
    result = np.zeros_like(x)
    for *place, channel in np.ndindex(x.shape):
        near = x[(*place, slice(max(channel - radius, 0), channel + radius + 1))]
        result[(*place, channel)] = x[(*place, channel)] / (bias + alpha * np.sum(near * near)) ** beta
    return result


def _normalised(x: Any, axis: Any, epsilon: float = 1e-12) -> Any:
    return x / np.sqrt(np.maximum(np.sum(x * x, axis=axis, keepdims=True), epsilon))


_BIAS = "bias must have one axis, as long as the channels"

ROWS = [
    Row(
        "nn.moments",
        lambda tf, x: list(tf.nn.moments(x, [0, 1])),
        lambda x: _moments(x, (0, 1)),
        ((real(2, 3),), (real(3, 2).T,), (real(2, 1, 3),)),
        rejects=(
            (lambda tf: tf.nn.moments([1.0], 1), ValueError, "axes 1 is out of range"),
            (lambda tf: tf.nn.moments([[1.0]], [0, -2]), ValueError, "axes names an axis twice"),
            (lambda tf: tf.nn.moments([1, 2], 0), TypeError, "int32"),
        ),
    ),
    Row(
        "nn.moments",
        lambda tf, x: list(tf.nn.moments(x, -1, keepdims=True)),
        lambda x: _moments(x, (-1,), keepdims=True),
        ((real(2, 3),), (real(4) + 100,)),
        variant="keepdims",
        dtypes=("float16", "float32", "float64"),
        tolerance=16,  # gradients are differences from a mean that is rounded at the size of the numbers
    ),
    Row(
        "nn.weighted_moments",
        lambda tf, x, weights: list(tf.nn.weighted_moments(x, [1], weights)),
        lambda x, weights: _moments(x, (1,), weights=weights),
        ((real(2, 3), positive(2, 3, seed=1)), (real(2, 3), positive(3, seed=1))),
    ),
    Row(
        "nn.batch_normalization",
        lambda tf, x, mean, variance, offset, scale: tf.nn.batch_normalization(x, mean, variance, offset, scale, 0.01),
        _batch,
        ((real(2, 3), real(3, seed=1), positive(3, seed=2), real(3, seed=3), real(3, seed=4)),),
    ),
    Row(
        "nn.batch_normalization",
        lambda tf, x, mean, variance: tf.nn.batch_normalization(x, mean, variance, None, None, 0.01),
        _batch,
        ((real(2, 3), real(1, 3, seed=1), positive(1, 3, seed=2)), (real(2, 3), real(), positive())),
        variant="without offset and scale",
    ),
    Row(
        "nn.batch_normalization",
        lambda tf, x, *rest: _standardized(tf, x, (0,)),
        lambda x: _standardization(x, (0,)),
        ((real(3, 2),), (real(2, 2, 2),)),
        variant="the op behind layers, over the batch",
    ),
    Row(
        "nn.batch_normalization",
        lambda tf, x: _standardized(tf, x, (1, 2)),
        lambda x: _standardization(x, (1, 2)),
        ((real(2, 2, 3),), (real(3, 2, 2).T,)),
        variant="the op behind layers, over features",
    ),
    Row(
        "nn.bias_add",
        lambda tf, x, bias: tf.nn.bias_add(x, bias),
        lambda x, bias: np.stack([x[..., i] + bias[i] for i in range(len(bias))], axis=-1),
        ((real(2, 3), real(3, seed=1)), (real(2, 2, 1, 3), real(3, seed=1))),
        rejects=(
            (lambda tf: tf.nn.bias_add([[1.0]], [1.0, 2.0]), ValueError, _BIAS),
            (lambda tf: tf.nn.bias_add([1.0], [1.0]), ValueError, "which must have rank 2 or more"),
            (lambda tf: tf.nn.bias_add([[1.0]], [[1.0]]), ValueError, _BIAS),
            (lambda tf: tf.nn.bias_add([[1.0]], [1.0], "CHW"), ValueError, "data_format must be"),
            (lambda tf: tf.nn.bias_add(tf.constant([[1.0]]), tf.constant([1])), TypeError, "int32"),
        ),
    ),
    Row(
        "nn.bias_add",
        lambda tf, x, bias: tf.nn.bias_add(x, bias, data_format="NCHW"),
        lambda x, bias: np.stack([x[:, i] + bias[i] for i in range(len(bias))], axis=1),
        ((real(2, 3, 2, 1), real(3, seed=1)), (real(2, 3), real(3, seed=1))),
        variant="channels first",
    ),
    Row(
        "nn.l2_loss",
        lambda tf, x: tf.nn.l2_loss(x),
        lambda x: sum(item * item for item in np.ravel(x)) / 2,
        ((real(2, 3),), (real(),), (real(0),)),
        rejects=((lambda tf: tf.nn.l2_loss([1]), TypeError, "int32"),),
    ),
    Row(
        "nn.l2_normalize",
        lambda tf, x: tf.nn.l2_normalize(x, axis=-1),
        lambda x: _normalised(x, -1),
        ((real(2, 3),), (real(3),)),
        rejects=((lambda tf: tf.nn.l2_normalize([1.0], axis=3), ValueError, "axis 3 is out of range"),),
        alias_of=("math.l2_normalize", "linalg.l2_normalize"),
    ),
    Row(
        "nn.l2_normalize",
        lambda tf, x: tf.nn.l2_normalize(x, epsilon=100.0),
        lambda x: _normalised(x, None, 100.0),
        ((real(2, 3),), (np.zeros(2),)),
        variant="all axes, epsilon",
    ),
    Row(
        "nn.local_response_normalization",
        lambda tf, x: tf.nn.local_response_normalization(x, 1, 2.0, 0.5, 0.75),
        lambda x: _local_response(x, 1, 2.0, 0.5, 0.75),
        ((real(1, 2, 1, 5),), (real(2, 1, 1, 1),)),
        rejects=(
            (lambda tf: tf.nn.local_response_normalization([1.0]), ValueError, "must be .batch, height"),
            (lambda tf: tf.nn.lrn([[[[1.0]]]], depth_radius=-1), ValueError, "not negative"),
        ),
        alias_of=("nn.lrn",),
    ),
    Row(
        "nn.zero_fraction",
        lambda tf, x: tf.nn.zero_fraction(x),
        lambda x: np.mean([float(item == 0) for item in np.ravel(x)]),
        ((np.array([[0.0, 1.0], [2.0, 0.0]]),), (np.array([0, 0, 5, 0]),)),
        differentiable=(),
        alias_of=("math.zero_fraction",),
        results=("float32",),
    ),
]
