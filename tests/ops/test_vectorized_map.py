"""`tf.vectorized_map`: one call for all slices, the results those of one slice after another."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import polytape as tf

GENERATOR = np.random.default_rng(3)
ROWS = GENERATOR.standard_normal((5, 4))
MATRICES = GENERATOR.standard_normal((5, 3, 4))
IMAGES = GENERATOR.standard_normal((3, 1, 6, 6, 2))
WEIGHTS = tf.constant(GENERATOR.standard_normal((4, 2)))
KERNEL = tf.constant(GENERATOR.standard_normal((3, 3, 2, 4)))
VARIABLE = tf.Variable(GENERATOR.standard_normal(4))
TABLE = tf.constant(GENERATOR.standard_normal((6, 3)))
INDICES = np.array([[0, 3], [5, 5], [2, 1]])

AT_ONCE: dict[str, tuple[Callable[..., Any], Any]] = {
    "elementwise": (lambda x: tf.exp(x) * 2.0 + 1.0 / (1.0 + x * x), ROWS),
    "several ranks": (lambda x: tf.reduce_sum(x, axis=0, keepdims=True) - x + x[0], MATRICES),
    "reductions": (lambda x: (tf.reduce_mean(x, axis=1), tf.reduce_max(x), tf.math.reduce_std(x, axis=-1)), MATRICES),
    "closure on the left": (lambda x: VARIABLE * x - tf.ones([4], tf.float64), ROWS),
    "closure on the right": (lambda x: x - VARIABLE, MATRICES),
    "three operands": (lambda x: tf.where(x > 0.0, x, tf.zeros([4], tf.float64)), ROWS),
    "comparison": (lambda x: (x == VARIABLE, x != x, x < 0.0), ROWS),
    "matmul with what is the same for all": (lambda x: x @ WEIGHTS, MATRICES),
    "matmul of what is the same for all": (
        lambda x: tf.matmul(WEIGHTS, x, transpose_a=True, transpose_b=True),
        MATRICES,
    ),
    "matmul of slices": (lambda x: tf.matmul(x, x, transpose_b=True), MATRICES),
    "einsum": (lambda x: tf.einsum("ij,jk->ki", x, WEIGHTS), MATRICES),
    "gather from a slice": (lambda x: tf.gather(x, [2, 0, 2]), MATRICES),
    "gather at a slice": (lambda i: tf.gather(TABLE, i), INDICES),
    "gather at a slice along another axis": (lambda i: tf.gather(TABLE, i % 3, axis=1), INDICES),
    "softmax": (lambda x: tf.nn.softmax(x) + tf.nn.log_softmax(x, axis=0), MATRICES),
    "cumsum": (lambda x: tf.cumsum(x, axis=1, reverse=True), MATRICES),
    "sort": (lambda x: tf.sort(x, direction="DESCENDING"), ROWS),
    "argmax": (lambda x: tf.argmax(x, axis=0), MATRICES),
    "shapes": (lambda x: tf.reshape(tf.transpose(x)[:, None], [2, -1]), MATRICES),
    "joining": (lambda x: tf.stack([tf.concat([x, VARIABLE], 0), tf.pad(x, [[1, 3]])]), ROWS),
    "conv2d": (lambda x: tf.nn.conv2d(x, KERNEL, 1, "SAME"), IMAGES),
    "structure": (lambda pair: {"sum": pair[0] + pair[1], "first": pair[0]}, (ROWS, ROWS * 2)),
    "the same for all": (lambda x: (x, VARIABLE * 2.0, 1.0), ROWS),
    "solve": (lambda x: tf.linalg.solve(tf.matmul(x, x, transpose_b=True), x), MATRICES),
}


def slice_by_slice(fn: Callable[..., Any], elems: Any) -> list[Any]:
    """The leaves of the results for each slice, stacked by NumPy."""
    leaves = tf.nest.flatten(elems)
    rows = []
    for index in range(len(leaves[0])):
        item = tf.nest.pack_sequence_as(elems, [tf.constant(leaf[index]) for leaf in leaves])
        rows.append([np.asarray(tf.convert_to_tensor(leaf)) for leaf in tf.nest.flatten(fn(item))])
    return [np.stack(column) for column in zip(*rows)]


def agree(found: Any, wanted: list[Any]) -> None:
    """Assert equality up to rounding, with shapes and dtypes."""
    leaves = tf.nest.flatten(found)
    assert len(leaves) == len(wanted)
    for leaf, expected in zip(leaves, wanted):
        assert leaf.backend == "numpy" and leaf.dtype == expected.dtype and tuple(leaf.shape) == expected.shape
        np.testing.assert_allclose(leaf.numpy(), expected, rtol=1e-10, atol=1e-12)


@pytest.fixture(autouse=True)
def no_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.mark.parametrize("name", AT_ONCE)
def test_at_once(name: str) -> None:
    fn, elems = AT_ONCE[name]
    calls = []

    def counted(item: Any) -> Any:
        calls.append(item)
        return fn(item)

    found = tf.vectorized_map(counted, elems, fallback_to_while_loop=False)
    assert len(calls) == 1
    agree(found, slice_by_slice(fn, elems))


def test_a_layer_at_once() -> None:
    layer = tf.keras.layers.Dense(3, activation="relu", dtype="float64")
    layer(ROWS)
    agree(tf.vectorized_map(lambda x: layer(x), MATRICES, fallback_to_while_loop=False), [layer(MATRICES).numpy()])


def test_gradients_of_each_example() -> None:
    kernel = tf.Variable(WEIGHTS)

    def of_one(x: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.tanh(tf.linalg.matvec(kernel * 2.0, x, transpose_a=True)))
        return tape.gradient(loss, kernel)

    agree(tf.vectorized_map(of_one, ROWS, fallback_to_while_loop=False), slice_by_slice(of_one, ROWS))


def test_a_jacobian_of_each_example() -> None:
    def of_one(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x * x[0]
        return tape.jacobian(y, x)

    agree(tf.vectorized_map(of_one, ROWS), slice_by_slice(of_one, ROWS))


NOT_AT_ONCE: dict[str, Callable[..., Any]] = {
    "if": lambda x: x * 2.0 if tf.reduce_sum(x) > 0.0 else -x,
    "float()": lambda x: x * float(x[0]),
    "numpy()": lambda x: tf.constant(np.sort(x.numpy())),
    "NumPy's functions": lambda x: tf.constant(np.sin(x)),
    "cond": lambda x: tf.cond(x[0] > 0.0, lambda: x, lambda: -x),
    "while": lambda x: tf.while_loop(lambda y: tf.reduce_sum(y * y) < 100.0, lambda y: y * 2.0, [x])[0],
    "iteration": lambda x: sum(float(item) for item in x) + x,
    "numpy_function": lambda x: tf.numpy_function(np.cumsum, [x], tf.float64),
    "another map": lambda x: tf.vectorized_map(lambda item: item * x[0], x),
}


@pytest.mark.parametrize("name", NOT_AT_ONCE)
def test_one_after_another(name: str) -> None:
    fn = NOT_AT_ONCE[name]
    if name == "another map":  # the inner one goes slice by slice, the outer one does not
        agree(tf.vectorized_map(fn, ROWS, fallback_to_while_loop=False), slice_by_slice(fn, ROWS))
        return
    with pytest.warns(RuntimeWarning, match="one slice after another"):
        found = tf.vectorized_map(fn, ROWS)
    agree(found, slice_by_slice(fn, ROWS))
    agree(tf.vectorized_map(fn, ROWS, warn=False), slice_by_slice(fn, ROWS))
    with pytest.raises(tf.errors.UnimplementedError, match="does not run for all slices at once"):
        tf.vectorized_map(fn, ROWS, fallback_to_while_loop=False)


def test_random_numbers_differ_from_slice_to_slice() -> None:
    found = tf.vectorized_map(lambda x: tf.random.normal([3]), ROWS, warn=False).numpy()
    assert len(np.unique(found)) == found.size


def test_an_assignment_happens_for_each_slice() -> None:
    count, last = tf.Variable(0), tf.Variable(tf.zeros([4], tf.float64))

    def counted(x: Any) -> Any:
        count.assign_add(1)
        last.assign(x)
        return x

    tf.vectorized_map(counted, ROWS, warn=False)
    assert int(count) == len(ROWS)
    np.testing.assert_array_equal(last.numpy(), ROWS[-1])


def test_the_functions_own_error_is_raised_as_it_is() -> None:
    def broken(x: Any) -> Any:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        tf.vectorized_map(broken, ROWS)
    with pytest.raises(tf.errors.InvalidArgumentError, match="incompatible shapes"):
        tf.vectorized_map(lambda x: x + tf.zeros([3], tf.float64), ROWS)
    with pytest.raises(tf.errors.InvalidArgumentError, match="99"):
        tf.vectorized_map(lambda i: tf.gather(TABLE, i), np.array([[0], [99]]))


def test_a_tape_outside_sees_slices() -> None:
    x = tf.constant(ROWS)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.vectorized_map(lambda row: row * row, x)
    np.testing.assert_allclose(tape.gradient(y, x).numpy(), 2 * ROWS)


def test_other_backends_are_still_refused() -> None:
    from loopback_backend import LoopbackBackend

    away = tf.constant(1.0).to(LoopbackBackend())
    with pytest.raises(tf.errors.BackendMismatchError):
        tf.vectorized_map(lambda x: x + away, tf.constant([1.0, 2.0]))
