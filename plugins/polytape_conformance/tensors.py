"""From the arrays of a case to tensors, and from results to errors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from polytape_conformance.budgets import budget, measure, underflow
from polytape_conformance.figures import Figures
from polytape_conformance.row import Row


def made(tf: Any, arrays: Sequence[Any]) -> list[Any]:
    """A tensor for each array. The memory they come from is overwritten, so that one that aliases it is found."""
    tensors = []
    for array in arrays:
        source = array.copy(order="K")
        tensors.append(tf.constant(source))
        source[...] = 77 if source.dtype.kind != "b" else ~source
    return tensors


def on_backend(tf: Any, result: Any, tensors: Sequence[Any], what: str) -> None:
    """Fail unless a result is a tensor on the backend and the device of the inputs."""
    assert isinstance(result, tf.Tensor), f"{what} is a {type(result).__name__}, no tensor"
    like = tensors[0] if tensors else tf.zeros([])
    assert (result.backend, result.device) == (like.backend, like.device), (
        f"{what} is on {result.backend!r}, {result.device}; the inputs are on {like.backend!r}, {like.device}"
    )


def compared(
    row: Row,
    result: Any,
    reference: Any,
    dtype: str,
    *,
    scale: Any = None,
    doubt: Any = 0.0,
    terms: int = 1,
    order: int = 0,
    what: str,
) -> Figures | None:
    """Hold a result against a reference; fail where an error exceeds the budget of the row's class.

    Args:
        row: says the class, and a factor on its budget.
        result: a tensor, or an array.
        reference: what it should be.
        dtype: the dtype under test.
        scale: the size of the terms that make up the result.
        doubt: how far the reference itself may be off; that much is taken off the errors.
        terms: how many terms make up one element.
        order: 0 for values, 1 for first derivatives, 2 for second ones.
        what: names the result in errors.
    """
    found = np.asarray(result)
    assert found.shape == reference.shape, f"{row.id}: {what} has shape {found.shape}; expected {reference.shape}"
    if not found.size:
        return None
    if row.op_class.may_underflow:
        scale = np.maximum(0.0 if scale is None else scale, underflow(dtype))
    errors = measure(found, reference, dtype, scale, doubt)
    allowed = budget(row.op_class, dtype, terms, order).ulp * row.tolerance
    worst = int(np.argmax(errors.ulp))
    ulp, relative = float(np.max(errors.ulp)), float(np.max(errors.relative))
    assert ulp <= allowed, (
        f"{row.id}: {what} is off by {ulp:.3g} ULP of {dtype}, {relative:.2g} relative; the budget of the class "
        f"{str(row.op_class)!r} is {allowed:.3g} ULP. At {tuple(map(int, np.unravel_index(worst, found.shape)))}: "
        f"{found.reshape(-1)[worst]!r}, expected {reference.reshape(-1)[worst]!r}"
    )
    return Figures(ulp, relative, ulp / allowed if allowed else 0.0)
