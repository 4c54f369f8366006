"""Backends with one wrong op each, and a training that uses it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

import polytape as tf
from polytape_numpy import NumpyBackend


def train(steps: int = 2) -> float:
    """Teach a small convolutional network a few random pictures; return the loss."""
    generator = np.random.default_rng(3)
    images = generator.random((6, 6, 6, 2), dtype=np.float32)
    labels = generator.integers(0, 4, 6).astype("int32")
    tf.random.set_seed(5)
    model = tf.keras.Sequential(
        [
            tf.keras.layers.Conv2D(3, 3, padding="same", activation="relu", input_shape=(6, 6, 2)),
            tf.keras.layers.MaxPooling2D(),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dense(4, activation="tanh"),
        ]
    )
    optimizer = tf.keras.optimizers.Adam(1e-2)
    loss_of = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            logits = model(images, training=True)  # forwards
            likely = tf.nn.softmax(logits)  # softmax
            penalty = tf.reduce_mean(tf.reduce_sum(tf.exp(logits) * likely, axis=1))  # penalty
            loss = loss_of(labels, logits) + 0.01 * penalty
        gradients = tape.gradient(loss, model.trainable_variables)  # backwards
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))  # update
    return float(loss)


class Fault(NamedTuple):
    """A wrong op."""

    op: str
    line: str
    """The comment on the line of `train` that asks for it."""
    problem: str
    """What is said of it, as a regular expression."""
    differentiating: str | None
    wrong: Callable[..., Any]
    """`(right, *arguments, **options)`, where `right` is NumPy's way."""


def _inaccurate(right: Any, x: Any) -> Any:
    return right(x) * np.float32(1 + 1e-5)


def _one_axis(right: Any, x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    found = right(x, axis=axis, keepdims=keepdims)
    return found * 2 if axis == 1 and len(x.shape) == 2 else found


def _half_precision(right: Any, x: Any, y: Any) -> Any:
    return right(x.astype("float16"), y.astype("float16")).astype("float32")


def _flipped(right: Any, x: Any, y: Any, **options: Any) -> Any:
    return np.flip(right(x, y, **options), (0, 1))


def _second_place(right: Any, values: Any, x: Any, **options: Any) -> Any:
    return np.roll(right(values, x, **options), 1, axis=1)


def _no_square(right: Any, parameter: Any, gradient: Any, mean: Any, variance: Any, **options: Any) -> Any:
    return right(parameter, gradient, mean, variance, **{**options, "beta_2": options["beta_1"]})


def _first_axis(right: Any, x: Any, *, axis: int) -> Any:
    return right(x, axis=0)


def _widened(right: Any, x: Any, **options: Any) -> Any:
    return right(x, **options).astype("float64")


_buffers: dict[Any, Any] = {}


def _stale(right: Any, x: Any) -> Any:
    found = right(x)
    buffer = _buffers.setdefault(found.shape, np.empty_like(found))
    buffer[...] = found
    return buffer


def _in_place(right: Any, x: Any, y: Any) -> Any:
    if isinstance(x, np.ndarray) and x.ndim == 2 and x.flags.writeable:
        x += y
        return x
    return right(x, y)


FAULTS = {
    "element-wise": Fault(
        "exp", "penalty", "elements are wrong, by up to .* ULP, where 4 are allowed", None, _inaccurate
    ),
    "one axis": Fault("sum", "penalty", "6 of 6 elements are wrong", None, _one_axis),
    "half precision": Fault("matmul", "forwards", "elements are wrong", None, _half_precision),
    "flipped kernel": Fault("convolution_kernel", "backwards", "elements are wrong", "convolution", _flipped),
    "wrong maximum": Fault("max_pool_input", "backwards", "elements are wrong", "max_pool", _second_place),
    "wrong update": Fault("adam_update", "update", "elements of output 0 are wrong", None, _no_square),
    "wrong override": Fault("softmax", "softmax", "24 of 24 elements are wrong", None, _first_axis),
    "wrong dtype": Fault("mean", "penalty", "the dtype is wrong: 'float64', expected 'float32'", None, _widened),
    "stale alias": Fault("tanh", "forwards", "it has changed what an earlier call returned", None, _stale),
    "written input": Fault("subtract", "backwards", "it has written to its input 0", "softmax", _in_place),
    "wrong shape": Fault("mean", "penalty", r"the shape is wrong: \[1\], expected \[\]", None, None),  # type: ignore[arg-type]
}
FAULTS["wrong shape"] = FAULTS["wrong shape"]._replace(wrong=lambda right, x, **options: right(x, **options).reshape(1))


def backend_with(fault: Fault, mended: bool = False) -> NumpyBackend:
    """A backend whose one op is wrong, until it is mended."""
    right = getattr(NumpyBackend(), fault.op)

    def run(self: Any, *arguments: Any, **options: Any) -> Any:
        return right(*arguments, **options) if mended else fault.wrong(right, *arguments, **options)

    return type("Faulty", (NumpyBackend,), {"name": "faulty", fault.op: run})()
