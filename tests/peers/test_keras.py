"""Layers, optimizers, schedules, losses and metrics, with the same numbers on polytape and on Keras."""

from __future__ import annotations

from typing import Any

import keras_cases as cases
import numpy as np
import pytest
from comparison import differing

import polytape

tensorflow: Any = pytest.importorskip("tensorflow", reason="TensorFlow, the peer, is not installed (tox -e peers)")

TRAINED = ("BatchNormalization",)
"""Layers that are tried as in training as well, and give the same numbers then."""
REDUCTIONS = ("sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none", None)


def _ids(table: Any) -> list[str]:
    return [f"{row[0]}-{index}" for index, row in enumerate(table)]


def _agree(ours: list[Any], theirs: list[Any], tolerance: float = 1.0) -> None:
    assert len(ours) == len(theirs)
    words = []
    for index, (mine, other) in enumerate(zip(ours, theirs)):
        words += differing(str(index), np.asarray(mine), np.asarray(other), tolerance)
    assert not words, "\n".join(words)


def _layer(tf: Any, name: str, options: dict[str, Any], x: Any, weights: Any, training: bool) -> list[list[Any]]:
    """Shapes of the weights; output, gradients, and weights after one call; the weights that were used."""
    layer = getattr(tf.keras.layers, name)(**options)
    x = tf.constant(x)
    layer(x)
    layer.set_weights(
        [_weight(place, w.shape) for place, w in enumerate(layer.weights)] if weights is None else weights
    )
    used = layer.get_weights()
    arguments = {"training": training} if name in TRAINED else {}
    sources = [*([x] if x.dtype.is_floating else []), *map(_value, layer.trainable_variables)]
    with tf.GradientTape() as tape:
        for source in sources[: x.dtype.is_floating]:
            tape.watch(source)
        y = layer(x, **arguments)
        total = tf.reduce_sum(y * y * tf.cast(tf.reshape(tf.range(tf.size(y)), tf.shape(y)), y.dtype))
    found = tape.gradient(total, sources)
    shapes = [np.array(tuple(w.shape)) for w in layer.weights]
    return [shapes, [y, *map(tf.convert_to_tensor, found), *layer.get_weights()], used]


def _weight(place: int, shape: Any) -> Any:
    """Positive numbers, because a weight may be a variance."""
    return np.random.default_rng(place).uniform(0.1, 0.9, tuple(shape)).astype("float32")


def _value(variable: Any) -> Any:
    """A Keras variable's TensorFlow variable."""
    return getattr(variable, "value", variable) if not callable(getattr(variable, "value", None)) else variable


@pytest.mark.parametrize(("name", "options", "x"), cases.LAYERS, ids=_ids(cases.LAYERS))
def test_layer(name: str, options: dict[str, Any], x: Any) -> None:
    for training in (False, True) if name in TRAINED else (False,):
        theirs = _layer(tensorflow, name, options, x, None, training)
        ours = _layer(polytape, name, options, x, theirs[2], training)
        _agree(ours[0], theirs[0])
        _agree(ours[1], theirs[1], tolerance=5)


_START = [cases.normal(3, 2), cases.normal(2)]
_GRADIENTS = [[cases.normal(3, 2), cases.normal(2)] for _ in range(10)]


def _ten_steps(tf: Any, optimizer: Any) -> list[Any]:
    variables = [tf.Variable(start) for start in _START]
    for gradients in _GRADIENTS:
        optimizer.apply_gradients(zip(map(tf.constant, gradients), variables))
    return [variable.numpy() for variable in variables]


@pytest.mark.parametrize(("name", "options"), cases.OPTIMIZERS, ids=_ids(cases.OPTIMIZERS))
def test_ten_steps_of_an_optimizer(name: str, options: dict[str, Any]) -> None:
    ours, theirs = (_ten_steps(tf, getattr(tf.keras.optimizers, name)(**options)) for tf in (polytape, tensorflow))
    _agree(ours, theirs)


@pytest.mark.parametrize(("name", "arguments", "options"), cases.SCHEDULES, ids=_ids(cases.SCHEDULES))
def test_schedule(name: str, arguments: tuple[Any, ...], options: dict[str, Any]) -> None:
    def rates(tf: Any) -> list[Any]:
        schedule = getattr(tf.keras.optimizers.schedules, name)(*arguments, **options)
        return [np.asarray(schedule(tf.constant(step))) for step in range(12)] + _ten_steps(
            tf, tf.keras.optimizers.SGD(schedule)
        )

    _agree(rates(polytape), rates(tensorflow))


@pytest.mark.parametrize(("name", "options", "y", "x"), cases.LOSSES, ids=_ids(cases.LOSSES))
@pytest.mark.parametrize("weight", [None, cases.SAMPLE_WEIGHT], ids=["plain", "weighted"])
def test_loss(name: str, options: dict[str, Any], y: Any, x: Any, weight: Any) -> None:
    def value_and_gradient(tf: Any, reduction: str | None) -> list[Any]:
        loss = getattr(tf.keras.losses, name)(reduction=reduction, **options)
        prediction = tf.constant(x)
        with tf.GradientTape() as tape:
            tape.watch(prediction)
            value = loss(tf.constant(y), prediction, sample_weight=weight)
            total = tf.reduce_sum(value)
        return [value, tape.gradient(total, prediction)]

    for reduction in REDUCTIONS:
        _agree(value_and_gradient(polytape, reduction), value_and_gradient(tensorflow, reduction))


@pytest.mark.parametrize(("name", "options", "y", "x"), cases.METRICS, ids=_ids(cases.METRICS))
@pytest.mark.parametrize("weight", [None, cases.SAMPLE_WEIGHT], ids=["plain", "weighted"])
def test_metric(name: str, options: dict[str, Any], y: Any, x: Any, weight: Any) -> None:
    def results(tf: Any) -> list[Any]:
        metric = getattr(tf.keras.metrics, name)(**options)
        found = []
        for prediction in (x, x[::-1].copy()):
            metric.update_state(tf.constant(y), tf.constant(prediction), sample_weight=weight)
            found.append(np.asarray(metric.result()))
        metric.reset_state()
        return [*found, np.asarray(metric(tf.constant(y), tf.constant(x)))]

    _agree(results(polytape), results(tensorflow))


@pytest.mark.parametrize("name", ["Mean", "Sum"])
def test_metric_of_values(name: str) -> None:
    def result(tf: Any) -> list[Any]:
        metric = getattr(tf.keras.metrics, name)()
        metric.update_state(tf.constant([1.0, 2.0]))
        metric.update_state(3.0, sample_weight=2)
        metric.update_state(tf.constant([[1, 2], [3, 4]]))
        metric.update_state(tf.constant([[1.0, 2.0], [3.0, 5.0]]), sample_weight=tf.constant([1.0, 0.5]))
        metric.update_state(tf.constant([1.0, 5.0]), sample_weight=0.5)
        return [metric.result()]

    _agree(result(polytape), result(tensorflow))
