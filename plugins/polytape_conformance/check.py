"""The checks of one row on one set of inputs, on whichever backend new tensors are: values and refusals.

Each raises `AssertionError` where the backend disagrees with the row's reference, and returns the errors that it found.
The checks of derivatives are in `derivatives`; their names stand here, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from polytape_conformance import budgets, oracle
from polytape_conformance.derivatives import (
    complex_derivative as complex_derivative,
    first_derivative as first_derivative,
    second_derivative as second_derivative,
)
from polytape_conformance.figures import Figures
from polytape_conformance.jacobians import (
    forward_mode as forward_mode,
    whole_jacobian as whole_jacobian,
)
from polytape_conformance.row import Inputs, Row
from polytape_conformance.tensors import compared, made, on_backend

_COMPLEX = {"float32": "complex64", "float64": "complex128"}


def value(tf: Any, row: Row, case: Inputs, dtype: str) -> Figures | None:
    """Check the op's results on `case` in `dtype`: number, backend, dtypes, shapes, values; and that inputs stay.

    Where an input has fractions, results in floating point are of `dtype`, or of the complex dtype of such parts, or of
    the dtype of a complex number's parts; and where the reference has fractions, so must the result. A row whose op
    does it otherwise says so in `results`.
    """
    arrays = oracle.in_dtype(case, dtype)
    tensors = made(tf, arrays)
    return _checked(tf, row, case, dtype, tensors, arrays)


def value_of_views(tf: Any, row: Row, case: Inputs, dtype: str) -> Figures | None:
    """Check the same with inputs that are views on the device: transposed ones, or every second of more elements."""
    arrays = oracle.in_dtype(case, dtype)
    tensors = []
    for position, array in enumerate(arrays):
        if array.ndim >= 2 and position % 2 == 0:
            tensors.append(tf.transpose(tf.constant(np.ascontiguousarray(array.T))))
        elif array.ndim >= 1:
            tensors.append(tf.constant(np.repeat(array, 2, axis=0))[::2])
        else:
            tensors.append(tf.constant(array))
    return _checked(tf, row, case, dtype, tensors, arrays)


def refusals(tf: Any, row: Row) -> None:
    """Check that each bad input of the row gets its error."""
    import re

    for number, (call, error, pattern) in enumerate(row.rejects):
        try:
            found = call(tf)
        except error as raised:
            assert re.search(pattern, str(raised)), (
                f"{row.id}: refusal {number} must say something like {pattern!r}; it says: {raised}"
            )
        else:
            raise AssertionError(f"{row.id}: refusal {number} must raise {error.__name__}; it gives {found!r}")


def aliases(tf: Any, row: Row) -> None:
    """Check that the row's other names are the same function."""
    for name in row.alias_of:
        assert _at(tf, name) is _at(tf, row.name), f"{row.id}: tf.{name} is another function"


def _checked(tf: Any, row: Row, case: Inputs, dtype: str, tensors: list[Any], arrays: Sequence[Any]) -> Figures | None:
    results = tf.nest.flatten(row.call(tf, *tensors))
    expected = oracle.results(row, arrays)
    assert len(results) == len(expected), f"{row.id}: {len(results)} results, {len(expected)} expected"
    for index, result in enumerate(results):
        on_backend(tf, result, tensors, f"{row.id}: result {index}")
    scales = oracle.scales(row, case, dtype, expected, tuple(result.dtype.is_floating for result in results))
    names, terms = row.results or (None,) * len(expected), oracle.terms(arrays, expected)
    found = []
    for index, (result, reference, scale) in enumerate(zip(results, expected, scales)):
        name = _expected_dtype(names[index % len(names)], result, reference, dtype, row, case)
        what = f"result {index}"
        found.append(compared(row, result, reference, name, scale=scale, terms=terms, what=what))
    for position, (tensor, array) in enumerate(zip(tensors, arrays)):
        assert np.array_equal(np.asarray(tensor), array, equal_nan=array.dtype.kind in "fc"), (
            f"{row.id}: input {position} is another one after the call: {np.asarray(tensor)}, it was {array}"
        )
    return Figures.worst(filter(None, found))


def _expected_dtype(stated: str | None, result: Any, reference: Any, dtype: str, row: Row, case: Inputs) -> str:
    """The dtype that a result must have; fails if it has another."""
    name = str(result.dtype.name)
    right = name
    if stated is not None:
        right = stated
    elif not any(np.asarray(item).dtype.kind in "fc" for item in case):
        pass
    elif result.dtype.is_complex:
        right = _COMPLEX.get(dtype, dtype)
    elif result.dtype.is_floating or (reference.dtype.kind in "fc" and reference.size):
        right = budgets.parts(dtype)
    assert name == right, f"{row.id}: a result is of dtype {name}; expected {right}"
    return name


def _at(tf: Any, path: str) -> Any:
    holder = tf
    for part in path.split("."):
        holder = getattr(holder, part)
    return holder
