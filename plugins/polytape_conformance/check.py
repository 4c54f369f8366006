"""Checks of one row: its values against float64 NumPy, its derivatives against central differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from polytape_conformance.row import Inputs, Row

VALUE_TOLERANCE = {"float16": 4e-3, "float32": 2e-5, "float64": 1e-11, "complex64": 2e-5, "complex128": 1e-11}
STEP = 1e-6
DERIVATIVE_TOLERANCE = 2e-6
"""Central differences in float64 with this step are good to about 1e-9 relative; rounding costs the rest."""


def value(tf: Any, row: Row, case: Inputs, dtype: str) -> None:
    """Raise `AssertionError` unless the op's value on `case` in `dtype` agrees with the reference."""
    arrays = [_in_dtype(item, dtype) for item in case]
    found = tf.nest.flatten(row.call(tf, *map(tf.constant, arrays)))
    expected = tf.nest.flatten(row.reference(*[_widened(array) for array in arrays]))
    assert len(found) == len(expected), f"{row.id}: {len(found)} results, {len(expected)} expected"
    tolerance = VALUE_TOLERANCE[dtype] * row.tolerance
    for tensor, reference in zip(found, expected):
        result, reference = np.asarray(tensor), np.asarray(reference)
        assert result.shape == reference.shape, f"{row.id}: shape {result.shape}, expected {reference.shape}"
        scale = float(np.max(np.abs(reference[np.isfinite(reference)]), initial=1.0)) if reference.size else 1.0
        np.testing.assert_allclose(result, reference, rtol=tolerance, atol=tolerance * scale, err_msg=row.id)


def complex_value(tf: Any, row: Row, case: Inputs) -> None:
    """Raise `AssertionError` unless the op's value agrees with the reference for complex inputs made from `case`."""
    value(tf, row, tuple(_made_complex(item) for item in case), "complex128")


def _made_complex(item: Any) -> Any:
    """The real numbers of a case, each with another one of them as its imaginary part."""
    array = np.asarray(item)
    return array + 0.5j * array[..., ::-1] if array.dtype.kind == "f" and array.ndim else array * (1 + 0.5j)


def first_derivative(tf: Any, row: Row, case: Inputs) -> None:
    """Raise `AssertionError` unless the gradients of a weighted sum of the outputs match central differences."""
    for position in row.positions(case):

        def weighted(x: Any, position: int = position) -> float:
            return _scalar(tf, row, case, {position: x})

        _compare(weighted, _gradient_at(tf, row, case, position), case[position], row)


def second_derivative(tf: Any, row: Row, case: Inputs) -> None:
    """Raise `AssertionError` unless the gradients of a weighted sum of each gradient match central differences."""
    for outer in row.positions(case):
        for inner in row.positions(case):

            def weighted_gradient(x: Any, inner: int = inner, outer: int = outer) -> float:
                gradient = _gradient_at(tf, row, _replaced(case, {outer: x}), inner)
                return 0.0 if gradient is None else float(np.sum(gradient * _weights(gradient.shape, 7)))

            found = _second_gradient_at(tf, row, case, inner, outer)
            _compare(weighted_gradient, found, case[outer], row)


def _scalar(tf: Any, row: Row, case: Inputs, replacing: dict[int, Any]) -> float:
    outputs = tf.nest.flatten(row.call(tf, *map(tf.constant, _replaced(case, replacing))))
    return sum(
        float(np.sum(np.asarray(y) * _weights(y.shape, i))) for i, y in enumerate(outputs) if y.dtype.is_floating
    )


def _weighted(tf: Any, outputs: Any) -> Any:
    terms = [
        tf.reduce_sum(y * _weights(y.shape, i)) for i, y in enumerate(tf.nest.flatten(outputs)) if y.dtype.is_floating
    ]
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


def _gradient_at(tf: Any, row: Row, case: Inputs, position: int) -> Any:
    tensors = [tf.constant(item) for item in case]
    with tf.GradientTape() as tape:
        tape.watch(tensors[position])
        target = _weighted(tf, row.call(tf, *tensors))
    gradient = tape.gradient(target, tensors[position])
    return None if gradient is None else np.asarray(tf.convert_to_tensor(gradient))


def _second_gradient_at(tf: Any, row: Row, case: Inputs, inner: int, outer: int) -> Any:
    tensors = [tf.constant(item) for item in case]
    with tf.GradientTape() as outer_tape:
        outer_tape.watch(tensors[outer])
        with tf.GradientTape() as inner_tape:
            inner_tape.watch(tensors[inner])
            target = _weighted(tf, row.call(tf, *tensors))
        gradient = inner_tape.gradient(target, tensors[inner])
        if gradient is None:
            return None
        gradient = tf.convert_to_tensor(gradient)
        total = tf.reduce_sum(gradient * _weights(gradient.shape, 7))
    found = outer_tape.gradient(total, tensors[outer])
    return None if found is None else np.asarray(tf.convert_to_tensor(found))


def _compare(function: Callable[[Any], float], found: Any, at: Any, row: Row) -> None:
    """Compare a gradient with central differences of `function`; `None` stands for zero."""
    at = np.asarray(at, np.float64)
    expected = np.zeros_like(at)
    for index in np.ndindex(at.shape):
        for sign in (1, -1):
            moved = at.copy()
            moved[index] += sign * STEP
            expected[index] += sign * function(moved) / (2 * STEP)
    found = np.zeros_like(at) if found is None else found
    assert found.shape == at.shape, f"{row.id}: the gradient has shape {found.shape}, the input {at.shape}"
    tolerance = DERIVATIVE_TOLERANCE * row.tolerance
    scale = max(1.0, float(np.max(np.abs(expected), initial=0.0)))
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance * scale, err_msg=row.id)


def _weights(shape: Any, seed: int) -> Any:
    return np.random.default_rng(97 + seed).uniform(0.5, 1.5, tuple(shape))


def _replaced(case: Inputs, replacing: dict[int, Any]) -> list[Any]:
    return [replacing.get(position, item) for position, item in enumerate(case)]


def _in_dtype(item: Any, dtype: str) -> Any:
    array = np.asarray(item)
    return array.astype(dtype) if array.dtype.kind == "f" else array


def _widened(array: Any) -> Any:
    return array.astype(np.float64) if array.dtype.kind == "f" else array
