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
        tensors = inputs(tf, case, dtype)
        with tf.GradientTape() as tape:
            tape.watch(tensors[position])
            results = tf.nest.flatten(row.call(tf, *tensors))
        weights = _weights_of(results)
        gradient = _gradient(tf, tape, results, tensors[position], weights)
        expected = _product(row, case, floating_ones(results), position, weights)
        what = f"the gradient by input {position}"
        found.append(_held(tf, row, gradient, expected, tensors, position, dtype, what, order=1))
    return Figures.worst(filter(None, found))


def complex_derivative(tf: Any, row: Row, case: Inputs, dtype: str = "complex128") -> Figures | None:
    """Check the gradients for complex inputs: ∂L/∂Re x + i·∂L/∂Im x, where L weights the results' parts.

    For a holomorphic f that is TensorFlow's `gradient * conj(f'(x))`.
    """
    found = []
    parts = {"complex64": "float32", "complex128": "float64"}[dtype]
    for position in row.positions(case):
        tensors = made(tf, [x.astype(dtype) if x.dtype.kind == "c" else x for x in oracle.at(case, dtype)])
        with tf.GradientTape() as tape:
            tape.watch(tensors[position])
            results = tf.nest.flatten(row.call(tf, *tensors))
        derivative, outputs = oracle.complex_jacobian(row, case, position)
        weights: list[Any] = []
        for index, (result, y) in enumerate(zip(results, outputs)):
            pair = [drawn(y.shape, index + k, parts) for k in (0, 50)]
            weights.append(pair[0] + 1j * pair[1] if result.dtype.is_complex else pair[0])
        gradient = tape.gradient(results, tensors[position], output_gradients=[tf.constant(w) for w in weights])
        w = np.concatenate([oracle.pairs(w).ravel().astype(np.float64) for w in weights])
        real = Expected(w @ derivative.value, w @ derivative.doubt, largest(w @ np.abs(derivative.value)))
        shape = tuple(tensors[position].shape)
        value, doubt = real.value.reshape(*shape, 2), real.doubt.reshape(*shape, 2)
        expected = Expected(value[..., 0] + 1j * value[..., 1], doubt.sum(axis=-1), real.scale)
        what = f"the gradient by input {position}"
        found.append(_held(tf, row, gradient, expected, tensors, position, dtype, what, order=1))
    return Figures.worst(filter(None, found))


def second_derivative(tf: Any, row: Row, case: Inputs, dtype: str = "float64") -> Figures | None:
    """Check the gradients of a weighted sum of each gradient by each input."""
    found = []
    for inner in row.positions(case):
        for outer in row.positions(case):
            tensors = inputs(tf, case, dtype)
            direction = drawn(np.shape(case[inner]), 7, "float32")
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
            expected = _mixed_product(row, case, floating_ones(results), inner, direction, outer, weights)
            what = f"the gradient by input {outer} of the gradient by input {inner}"
            found.append(_held(tf, row, second, expected, tensors, outer, dtype, what, order=2))
    return Figures.worst(filter(None, found))


def inputs(tf: Any, case: Inputs, dtype: str) -> list[Any]:
    """The tensors at which derivatives are taken."""
    return made(tf, [x.astype(dtype) if x.dtype.kind == "f" else x for x in oracle.at(case)])


def floating_ones(results: Sequence[Any]) -> Floating:
    """Which results are in floating point."""
    return tuple(bool(result.dtype.is_floating) for result in results)


def _weights_of(results: Sequence[Any]) -> list[Any]:
    """Weights for the floating-point results, in their dtypes."""
    return [drawn(y.shape, i, y.dtype.name) for i, y in enumerate(results) if y.dtype.is_floating]


def drawn(shape: Any, seed: int, dtype: str) -> Any:
    """Numbers between 0.5 and 1.5, the same at every call."""
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
    size = np.abs(w) @ finite(np.abs(derivative.value))
    return Expected(w @ derivative.value, np.abs(w) @ derivative.doubt, float(np.max(size, initial=0.0)))


def _mixed_product(
    row: Row, case: Inputs, floating: Floating, inner: int, direction: Any, outer: int, weights: list[Any]
) -> Expected:
    """What a second derivative must be. The first one and the value count among its terms."""
    derivative = oracle.mixed(row, case, floating, inner, direction.astype(np.float64), outer)
    w = np.concatenate([w.ravel().astype(np.float64) for w in weights] or [np.zeros(0)])
    size = np.abs(w) @ finite(np.abs(derivative.value))
    first = max(_product(row, case, floating, position, weights).scale for position in (inner, outer))
    extent = max(1.0, *[largest(x) for x in oracle.at(case) if x.dtype.kind == "f"])
    first = max(first, max(map(largest, oracle.outputs(row, case, floating)), default=0.0) / extent**2)
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
    return matched(row, found, expected.reshaped(*tensors[position].numpy().shape), dtype, what, order=order)


def matched(row: Row, found: Any, expected: Expected, dtype: str, what: str, *, order: int = 1) -> Figures | None:
    """Hold a derivative against what it must be; `None` stands for zero."""
    size = max(expected.scale, 1.0)
    assert np.all(expected.doubt <= 1e-4 * size), (
        f"{row.id}: {what} can't be checked on these inputs: the differences of the reference do not converge"
    )
    actual = np.zeros(expected.value.shape) if found is None else found
    return compared(
        row, actual, expected.value, dtype, scale=expected.scale, doubt=expected.doubt, order=order, what=what
    )


def finite(array: Any) -> Any:
    """The array with zeros in place of infinities and NaN."""
    return np.where(np.isfinite(array), array, 0.0)


def largest(array: Any) -> float:
    """The largest magnitude in it."""
    return float(np.max(finite(np.abs(array)), initial=0.0))
