"""The checks of forward mode and of whole Jacobians, against central differences of the row's reference."""

from __future__ import annotations

from typing import Any

import numpy as np

from polytape_conformance import oracle
from polytape_conformance.derivatives import Expected, drawn, finite, floating_ones, inputs, largest, matched
from polytape_conformance.figures import Figures
from polytape_conformance.row import Inputs, Row
from polytape_conformance.tensors import compared


def forward_mode(tf: Any, row: Row, case: Inputs, dtype: str = "float64") -> Figures | None:
    """Check the products of the Jacobian and a vector that `ForwardAccumulator` gives, for each input."""
    found = []
    for position in row.positions(case):
        tensors = inputs(tf, case, dtype)
        vector = drawn(np.shape(case[position]), 11, dtype)
        with tf.autodiff.ForwardAccumulator(tensors[position], tf.constant(vector)) as accumulator:
            results = tf.nest.flatten(row.call(tf, *tensors))
        products = [accumulator.jvp(result) for result in results if result.dtype.is_floating]
        floating = floating_ones(results)
        derivative, outputs = oracle.jacobian(row, case, floating, position), oracle.outputs(row, case, floating)
        v = vector.ravel().astype(np.float64)
        sizes = finite(np.abs(derivative.value)) @ np.abs(v)
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
        tensors = inputs(tf, case, dtype)
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(tensors[position])
            results = tf.nest.flatten(row.call(tf, *tensors))
        floating = floating_ones(results)
        derivative, outputs = oracle.jacobian(row, case, floating, position), oracle.outputs(row, case, floating)
        shape, start = np.shape(case[position]), 0
        for index, (result, y) in enumerate(zip([y for y in results if y.dtype.is_floating], outputs)):
            rows = slice(start, start + y.size)
            start += y.size
            part = Expected(derivative.value[rows], derivative.doubt[rows], largest(derivative.value[rows]))
            whole = part.reshaped(*y.shape, *shape)
            what = f"Jacobian of result {index} by input {position}"
            matrix = tape.jacobian(result, tensors[position], experimental_use_pfor=in_one_pass)
            found.append(matched(row, matrix, whole, dtype, f"the {what}"))
            if y.ndim and shape and y.shape[0] == shape[0] and _by_rows(whole.value, y.ndim):
                matrix = tape.batch_jacobian(result, tensors[position], experimental_use_pfor=in_one_pass)
                found.append(matched(row, matrix, _diagonal(whole, y.ndim), dtype, f"the batch {what}"))
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
