"""`tape.explain` and `on_unconnected="raise"`: why a gradient is `None`, each way of losing it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import polytape as tf


def _explained(function: Callable[[Any], Any], **variable: Any) -> str:
    v = tf.Variable([2.0, 1.0], **variable)
    with tf.GradientTape() as tape:
        y = function(v)
    assert tape.gradient(y, v) is None
    return tape.explain(y, v)


def test_an_integer_on_the_way() -> None:
    text = _explained(lambda v: tf.cast(tf.argmax(v), tf.float32) * 2.0)
    assert "'argmax'" in text and "int64" in text and "test_explain.py:" in text


def test_a_cast_to_integers_and_back() -> None:
    text = _explained(lambda v: tf.cast(tf.cast(v * 3.0, tf.int32), tf.float32))
    assert "int32" in text and "test_explain.py:" in text


def test_left_through_numpy_with_file_and_line() -> None:
    text = _explained(lambda v: tf.constant((v * 2.0).numpy()) + 1.0)
    assert "left the tape through .numpy() at" in text and "test_explain.py:" in text
    text = _explained(lambda v: tf.constant(np.square(v)) + 1.0)
    assert "left the tape through a NumPy function at" in text
    text = _explained(lambda v: tf.constant(float(v[0])) + 1.0)
    assert "left the tape through float()" in text


def test_stopped() -> None:
    assert "stopped by tf.stop_gradient at" in _explained(lambda v: tf.stop_gradient(v * 2.0) * 3.0)


def test_not_watched() -> None:
    x = tf.constant(1.0)
    with tf.GradientTape() as tape:
        y = x * 2.0
    assert tape.gradient(y, x) is None
    assert "a tensor that the tape does not watch" in tape.explain(y, x)
    assert "is not trainable" in _explained(lambda v: v * 2.0, trainable=False)


def test_a_variable_replaced_by_a_tensor() -> None:
    v = tf.Variable(1.0)
    v = v - 0.1
    with tf.GradientTape() as tape:
        y = v * v
    assert tape.gradient(y, v) is None
    assert "v.assign_sub(step)" in tape.explain(y, v)


def test_computed_outside_the_tape() -> None:
    v = tf.Variable(1.0)
    y = v * 2.0
    with tf.GradientTape() as tape:
        _ = v * 3.0
    assert tape.gradient(y, v) is None
    assert "was not computed inside the tape's context" in tape.explain(y, v)


def test_without_the_source() -> None:
    v, w = tf.Variable(1.0), tf.Variable(2.0)
    with tf.GradientTape() as tape:
        _ = v * 2.0
        y = w * w
    assert tape.gradient(y, v) is None
    assert "computed without the source" in tape.explain(y, v)


def test_integers_themselves() -> None:
    x = tf.constant([1, 2])
    with tf.GradientTape() as tape:
        y = tf.cast(x, tf.float32)
    assert "dtype int32" in tape.explain(y, x)


def test_where_there_is_a_gradient() -> None:
    v = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        y = v * 2.0
    assert tape.explain(y, v).startswith("There is a gradient")
    tape.gradient(y, v)
    assert tape.explain(y, v).startswith("There is a gradient")


def test_raise_instead_of_none() -> None:
    v = tf.Variable([1.0, 2.0])
    with tf.GradientTape(on_unconnected="raise") as tape:
        y = tf.cast(tf.argmax(v), tf.float32)
    with pytest.raises(tf.errors.UnconnectedError, match="'argmax' at"):
        tape.gradient(y, v)
    with pytest.raises(ValueError, match="on_unconnected must be one of 'none', 'raise'; received 'shout'"):
        tf.GradientTape(on_unconnected="shout")
