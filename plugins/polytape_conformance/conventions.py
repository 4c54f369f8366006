"""Gradients where there is none: at ties, kinks and ends, TensorFlow's conventions, written down number by number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from polytape_conformance.case import Case
from polytape_conformance.level import Level
from polytape_conformance.subject import Subject

INFINITY = float("inf")


class Convention(NamedTuple):
    """The gradients of the sum of what `call` gives at `inputs`."""

    op: str
    variant: str
    call: Callable[..., Any]
    inputs: tuple[Any, ...]
    gradients: tuple[Any, ...]


CONVENTIONS = (
    Convention(
        "reduce_max", "ties", lambda tf, x: tf.reduce_max(x), ([1, 3, 3, 0, 3],), ([0, 1 / 3, 1 / 3, 0, 1 / 3],)
    ),
    Convention(
        "reduce_max",
        "ties along an axis",
        lambda tf, x: tf.reduce_max(x, axis=1),
        ([[2, 2], [1, 5]],),
        ([[0.5, 0.5], [0, 1]],),
    ),
    Convention("reduce_min", "ties", lambda tf, x: tf.reduce_min(x), ([1, 3, 1],), ([0.5, 0, 0.5],)),
    Convention("maximum", "ties", lambda tf, x, y: tf.maximum(x, y), ([1, 2, 3], [1, 1, 4]), ([1, 1, 0], [0, 0, 1])),
    Convention("minimum", "ties", lambda tf, x, y: tf.minimum(x, y), ([1, 2, 3], [1, 1, 4]), ([1, 0, 1], [0, 1, 0])),
    Convention("nn.relu", "kink", lambda tf, x: tf.nn.relu(x), ([-1, 0, 1],), ([0, 0, 1],)),
    Convention("nn.relu6", "kinks", lambda tf, x: tf.nn.relu6(x), ([0, 3, 6, 7],), ([0, 1, 0, 0],)),
    Convention("nn.leaky_relu", "kink", lambda tf, x: tf.nn.leaky_relu(x, 0.25), ([-1, 0, 1],), ([0.25, 0.25, 1],)),
    Convention("abs", "kink", lambda tf, x: tf.abs(x), ([-2, 0, 2],), ([-1, 0, 1],)),
    Convention("sign", "everywhere", lambda tf, x: tf.sign(x), ([-2, 0, 2],), ([0, 0, 0],)),
    Convention("math.floor", "everywhere", lambda tf, x: tf.floor(x) + 0 * x, ([-1.5, 0, 2.5],), ([0, 0, 0],)),
    Convention("sqrt", "end", lambda tf, x: tf.sqrt(x), ([0, 4],), ([INFINITY, 0.25],)),
    Convention(
        "clip_by_value", "ends", lambda tf, x: tf.clip_by_value(x, -1.0, 1.0), ([-2, -1, 0, 1, 2],), ([0, 1, 1, 1, 0],)
    ),
    Convention(
        "math.xlogy", "zero", lambda tf, x, y: tf.math.xlogy(x, y), ([0, 2], [0, 4]), ([0, np.log(4)], [0, 0.5])
    ),
    Convention(
        "math.divide_no_nan",
        "zero",
        lambda tf, x, y: tf.math.divide_no_nan(x, y),
        ([1, 6], [0, 2]),
        ([0, 0.5], [0, -1.5]),
    ),
    Convention("pow", "base of zero", lambda tf, x, y: tf.pow(x, y), ([0, 2], [2, 3]), ([0, 12], [0, 8 * np.log(2)])),
    Convention("reduce_prod", "one zero", lambda tf, x: tf.reduce_prod(x), ([2, 0, 3],), ([0, 6, 0],)),
    Convention("reduce_prod", "two zeros", lambda tf, x: tf.reduce_prod(x), ([2, 0, 0],), ([0, 0, 0],)),
    Convention("norm", "zero", lambda tf, x: tf.norm(x - x + x), ([3, 4],), ([0.6, 0.8],)),
    Convention("gather", "repeated rows", lambda tf, x: tf.gather(x, [1, 1, 0]), ([5, 6, 7],), ([1, 2, 0],)),
    Convention(
        "nn.max_pool2d",
        "ties",
        lambda tf, x: tf.nn.max_pool2d(tf.reshape(x, (1, 2, 2, 1)), 2, 2, "VALID"),
        ([3, 3, 1, 3],),
        ([1, 0, 0, 0],),
    ),
    Convention(
        "sort", "ties", lambda tf, x: tf.sort(x) * tf.constant([1.0, 2.0, 3.0], x.dtype), ([2, 1, 2],), ([2, 1, 3],)
    ),
    Convention(
        "where", "not chosen", lambda tf, x: tf.where(x > 0, x * 2, tf.zeros_like(x)), ([-1, 0, 1],), ([0, 0, 2],)
    ),
)


def cases(subject: Subject) -> Iterator[Case]:
    """Each convention in float32 and float64."""
    for convention in CONVENTIONS:
        for dtype in ("float32", "float64"):
            run = partial(gradients, convention=convention, dtype=dtype)
            variant = convention.variant.replace(" ", "-")
            yield Case(Level.TRAINING, convention.op, "gradient by convention", run, dtype, variant)


def gradients(subject: Subject, *, convention: Convention, dtype: str) -> None:
    """Hold the gradients to the convention's numbers."""
    tf = subject.tf
    tensors = [tf.constant(np.array(value, dtype)) for value in convention.inputs]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        total = tf.reduce_sum(convention.call(tf, *tensors))
    found = tape.gradient(total, tensors, unconnected_gradients="zero")
    for position, (gradient, expected) in enumerate(zip(found, convention.gradients)):
        np.testing.assert_allclose(
            np.asarray(tf.convert_to_tensor(gradient)),
            np.array(expected, dtype),
            rtol=1e-6,
            err_msg=f"{convention.op}, {convention.variant}: the gradient of input {position}",
        )
