"""The checks of derivatives, all of them against central differences of the row's reference.

They are taken at the inputs rounded to single precision, so that one set of differences serves all dtypes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from polytape_conformance import oracle
from polytape_conformance.figures import Figures
from polytape_conformance.oracle import Floating
from polytape_conformance.row import Inputs, Row
from polytape_conformance.tensors import compared, made, on_backend


@dataclass(frozen=True)
class Expected:
    """A derivative by the reference.

    Attributes:
        value: what it is.
        doubt: how far that may be off.
        scale: the size of the terms that make it up.
    """

    value: Any
    doubt: Any
    scale: float

    def reshaped(self, *shape: int) -> Expected:
        """The same in another shape."""
        return Expected(self.value.reshape(shape), self.doubt.reshape(shape), self.scale)


def first_derivative(tf: Any, row: Row, case: Inputs, dtype: str = "float64") -> Figures | None:
    """Check the gradients of a weighted sum of the results by each input."""
    found = []
    for position in row.positions(case):
        tensors = _tensors(tf, case, dtype)
        with tf.GradientTape() as tape:
            tape.watch(tensors[position])
            results = tf.nest.flatten(row.call(tf, *tensors))
        weights = _weights_of(results)
        gradient = _gradient(tf, tape, results, tensors[position], weights)
        expected = _product(row, case, _floating(results), position, weights)
        what = f"the gradient by input {position}"
        found.append(_held(tf, row, gradient, expected, tensors, position, dtype, what, order=1))
    return Figures.worst(filter(None, found))


def second_derivative(tf: Any, row: Row, case: Inputs, dtype: str = "float64") -> Figures | None:
    """Check the gradients of a weighted sum of each gradient by each input."""
    found = []
    for inner in row.positions(case):
        for outer in row.positions(case):
            tensors = _tensors(tf, case, dtype)
            direction = _weights(np.shape(case[inner]), 7, "float32")
            with tf.GradientTape() as outer_tape:
                outer_tape.watch(tensors[outer])
                with tf.GradientTape() as inner_tape:
                    inner_tape.watch(tensors[inner])
                    results = tf.nest.flatten(row.call(tf, *tensors))
                weights = _weights_of(results)
                gradient = _gradient(tf, inner_tape, results, tensors[inner], weights)
            second = None
            if gradient is not None:
                second = _gradient(tf, outer_tape, [gradient], tensors[outer], [direction.astype(dtype)])
            expected = _mixed_product(row, case, _floating(results), inner, direction, outer, weights)
            what = f"the gradient by input {outer} of the gradient by input {inner}"
            found.append(_held(tf, row, second, expected, tensors, outer, dtype, what, order=2))
    return Figures.worst(filter(None, found))


def forward_mode(tf: Any, row: Row, case: Inputs, dtype: str = "float64") -> Figures | None:
    """Check the products of the Jacobian and a vector that `ForwardAccumulator` gives, for each input."""
    found = []
    for position in row.positions(case):
        tensors = _tensors(tf, case, dtype)
        vector = _weights(np.shape(case[position]), 11, dtype)
        with tf.autodiff.ForwardAccumulator(tensors[position], tf.constant(vector)) as accumulator:
            results = tf.nest.flatten(row.call(tf, *tensors))
        products = [accumulator.jvp(result) for result in results if result.dtype.is_floating]
        floating = _floating(results)
        derivative, outputs = oracle.jacobian(row, case, floating, position), oracle.outputs(row, case, floating)
        v = vector.ravel().astype(np.float64)
        sizes = _finite(np.abs(derivative.value)) @ np.abs(v)
        parts = [oracle.split(each @ v, outputs) for each in (derivative.value, derivative.doubt)]
        for index, (product, value, doubt) in enumerate(zip(products, *parts)):
            actual = np.zeros(value.shape) if product is None else product
            what = f"the product of the Jacobian of result {index} by input {position}"
            scale = float(np.max(sizes, initial=0.0))
            found.append(compared(row, actual, value, dtype, scale=scale, doubt=doubt, order=1, what=what))
    return Figures.worst(filter(None, found))


def whole_jacobian(tf: Any, row: Row, case: Inputs, dtype: str = "float64", in_one_pass: bool = True) -> Figures | None:
    """Check `GradientTape.jacobian`, and `batch_jacobian` where each row of the result comes from that of the input.

    Args:
        tf: the module `polytape`.
        row: the row.
        case: the inputs.
        dtype: the dtype under test.
        in_one_pass: whether all rows of a Jacobian are computed in one backward pass.
    """
    found = []
    for position in row.positions(case):
        tensors = _tensors(tf, case, dtype)
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(tensors[position])
            results = tf.nest.flatten(row.call(tf, *tensors))
        floating = _floating(results)
        derivative, outputs = oracle.jacobian(row, case, floating, position), oracle.outputs(row, case, floating)
        shape, start = np.shape(case[position]), 0
        for index, (result, y) in enumerate(zip([y for y in results if y.dtype.is_floating], outputs)):
            rows = slice(start, start + y.size)
            start += y.size
            part = Expected(derivative.value[rows], derivative.doubt[rows], _largest(derivative.value[rows]))
            whole = part.reshaped(*y.shape, *shape)
            what = f"Jacobian of result {index} by input {position}"
            matrix = tape.jacobian(result, tensors[position], experimental_use_pfor=in_one_pass)
            found.append(_matched(row, matrix, whole, dtype, f"the {what}"))
            if y.ndim and shape and y.shape[0] == shape[0] and _by_rows(whole.value, y.ndim):
                matrix = tape.batch_jacobian(result, tensors[position], experimental_use_pfor=in_one_pass)
                found.append(_matched(row, matrix, _diagonal(whole, y.ndim), dtype, f"the batch {what}"))
    return Figures.worst(filter(None, found))


def _by_rows(jacobian: Any, axis: int) -> bool:
    """Whether each row of the result depends on the same row of the input alone."""
    count = jacobian.shape[0]
    return all(not np.any(np.take(jacobian[i], j, axis=axis - 1)) for i in range(count) for j in range(count) if i != j)


def _diagonal(whole: Expected, axis: int) -> Expected:
    """The blocks of a Jacobian that belong to one row of the result and the same row of the input."""
    count = whole.value.shape[0]

    def blocks(array: Any) -> Any:
        found = [np.take(array[i], i, axis=axis - 1) for i in range(count)]
        return np.stack(found) if count else np.zeros((*array.shape[:axis], *array.shape[axis + 1 :]))

    return Expected(blocks(whole.value), blocks(whole.doubt), whole.scale)


def _tensors(tf: Any, case: Inputs, dtype: str) -> list[Any]:
    return made(tf, [x.astype(dtype) if x.dtype.kind == "f" else x for x in oracle.at(case)])


def _floating(results: Sequence[Any]) -> Floating:
    return tuple(bool(result.dtype.is_floating) for result in results)


def _weights_of(results: Sequence[Any]) -> list[Any]:
    """Weights for the floating-point results, in their dtypes."""
    return [_weights(y.shape, i, y.dtype.name) for i, y in enumerate(results) if y.dtype.is_floating]


def _weights(shape: Any, seed: int, dtype: str) -> Any:
    return np.asarray(np.random.default_rng(97 + seed).uniform(0.5, 1.5, tuple(shape))).astype(dtype)


def _gradient(tf: Any, tape: Any, results: Sequence[Any], source: Any, weights: list[Any]) -> Any:
    targets = [y for y in results if y.dtype.is_floating]
    if not targets:
        return None
    found = tape.gradient(targets, source, output_gradients=[tf.constant(w) for w in weights])
    return None if found is None else tf.convert_to_tensor(found)


def _product(row: Row, case: Inputs, floating: Floating, position: int, weights: list[Any]) -> Expected:
    derivative = oracle.jacobian(row, case, floating, position)
    w = np.concatenate([w.ravel().astype(np.float64) for w in weights] or [np.zeros(0)])
    size = np.abs(w) @ _finite(np.abs(derivative.value))
    return Expected(w @ derivative.value, np.abs(w) @ derivative.doubt, float(np.max(size, initial=0.0)))


def _mixed_product(
    row: Row, case: Inputs, floating: Floating, inner: int, direction: Any, outer: int, weights: list[Any]
) -> Expected:
    """What a second derivative must be. The first one and the value count among its terms."""
    derivative = oracle.mixed(row, case, floating, inner, direction.astype(np.float64), outer)
    w = np.concatenate([w.ravel().astype(np.float64) for w in weights] or [np.zeros(0)])
    size = np.abs(w) @ _finite(np.abs(derivative.value))
    first = max(_product(row, case, floating, position, weights).scale for position in (inner, outer))
    largest = max(1.0, *[_largest(x) for x in oracle.at(case) if x.dtype.kind == "f"])
    first = max(first, max(map(_largest, oracle.outputs(row, case, floating)), default=0.0) / largest**2)
    return Expected(w @ derivative.value, np.abs(w) @ derivative.doubt, max(first, float(np.max(size, initial=0.0))))


def _held(
    tf: Any,
    row: Row,
    found: Any,
    expected: Expected,
    tensors: list[Any],
    position: int,
    dtype: str,
    what: str,
    *,
    order: int,
) -> Figures | None:
    if found is not None:
        on_backend(tf, found, tensors, f"{row.id}: {what}")
        assert found.dtype.name == dtype, f"{row.id}: {what} is of dtype {found.dtype.name}; expected {dtype}"
    return _matched(row, found, expected.reshaped(*tensors[position].numpy().shape), dtype, what, order=order)


def _matched(row: Row, found: Any, expected: Expected, dtype: str, what: str, *, order: int = 1) -> Figures | None:
    """Hold a derivative against what it must be; `None` stands for zero."""
    size = max(expected.scale, 1.0)
    assert np.all(expected.doubt <= 1e-4 * size), (
        f"{row.id}: {what} can't be checked on these inputs: the differences of the reference do not converge"
    )
    actual = np.zeros(expected.value.shape) if found is None else found
    return compared(
        row, actual, expected.value, dtype, scale=expected.scale, doubt=expected.doubt, order=order, what=what
    )


def _finite(array: Any) -> Any:
    return np.where(np.isfinite(array), array, 0.0)


def _largest(array: Any) -> float:
    return float(np.max(_finite(np.abs(array)), initial=0.0))
