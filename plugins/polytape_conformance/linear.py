"""Rows of linear ops, whose second derivatives would tell nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from polytape_conformance.row import Inputs, Row


def linear(
    name: str,
    call: Callable[..., Any],
    reference: Callable[..., Any],
    cases: tuple[Inputs, ...],
    **options: Any,
) -> Row:
    """Return a row for an op that is linear in its floating-point inputs.

    It gives what the op gives, followed by the squares of that. Their gradients depend on the inputs, so that second
    derivatives run through the rules of the op's gradient rules.
    """

    def with_squares(tf: Any, *tensors: Any) -> list[Any]:
        found: list[Any] = tf.nest.flatten(call(tf, *tensors))
        return found + [y * y for y in found if y.dtype.is_floating]

    def reference_with_squares(*arrays: Any) -> list[Any]:
        made = reference(*arrays)
        found = [np.asarray(y) for y in (made if isinstance(made, (list, tuple)) else [made])]
        return found + [y * y for y in found if y.dtype.kind == "f"]

    return Row(name, with_squares, reference_with_squares, cases, **options)
