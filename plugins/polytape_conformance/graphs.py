"""The cases of `function`: a replay on other values gives what eager mode gives on them, gradients included."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from polytape_conformance.budgets import budget, measure
from polytape_conformance.case import Case
from polytape_conformance.figures import Figures
from polytape_conformance.level import Level
from polytape_conformance.op_class import OpClass
from polytape_conformance.row import Inputs, Row
from polytape_conformance.subject import Subject
from polytape_conformance.table import table
from polytape_conformance.training.layer_cases import ten_steps
from polytape_conformance.training.layer_rows import LAYERS


def cases(subject: Subject) -> Iterator[Case]:
    """Every op in float32, with its gradients where it has some, and every layer over ten steps."""
    seen: set[str] = set()
    for row in table():
        if "float32" not in row.dtypes or not row.cases:
            continue
        variant, quick = row.variant.replace(" ", "-"), row.name not in seen
        seen.add(row.name)
        largest = max(row.cases, key=lambda case: sum(np.size(item) for item in case))
        yield Case(Level.GRAPH, row.name, "replay", partial(replay, row=row, case=largest), "float32", variant, quick)
        if row.positions(largest):
            run = partial(replay_of_gradients, row=row, case=largest)
            yield Case(Level.GRAPH, row.name, "replay of gradients", run, "float32", variant, quick)
    for layer in LAYERS:
        run = partial(ten_steps, row=layer, dtype="float32", compiled=True)
        yield Case(
            Level.GRAPH, f"layers.{layer.name}", "replay of ten steps", run, "float32", layer.variant.replace(" ", "-")
        )


def replay(subject: Subject, *, row: Row, case: Inputs) -> Figures | None:
    """Record a run on the inputs of a case and replay it on them in another order."""
    return _compared(subject, row, case, lambda tensors: subject.tf.nest.flatten(row.call(subject.tf, *tensors)))


def replay_of_gradients(subject: Subject, *, row: Row, case: Inputs) -> Figures | None:
    """The same with the gradients of the sum of all results."""
    tf = subject.tf

    def gradients(tensors: list[Any]) -> list[Any]:
        watched = [tensors[position] for position in row.positions(case)]
        with tf.GradientTape() as tape:
            tape.watch(watched)
            results = [y for y in tf.nest.flatten(row.call(tf, *tensors)) if y.dtype.is_floating]
            total = tf.add_n([tf.reduce_sum(y) for y in results])
        found = tape.gradient(total, watched, unconnected_gradients="zero")
        return [tf.convert_to_tensor(gradient) for gradient in found]

    return _compared(subject, row, case, gradients)


def _compared(subject: Subject, row: Row, case: Inputs, run: Callable[[list[Any]], list[Any]]) -> Figures | None:
    tf = subject.tf
    first = [_in_float32(item) for item in case]
    second = [array[::-1].copy() if array.ndim else array for array in first]
    compiled = tf.function(lambda *tensors: run(list(tensors)))
    worst = []
    for arrays in (first, second, first):
        tensors = [tf.constant(array) for array in arrays]
        try:
            expected = run(tensors)
        except tf.errors.PolytapeError:  # the other order makes no sense to this op
            continue
        found = compiled(*tensors)
        assert len(found) == len(expected), f"{row.id}: {len(found)} results, {len(expected)} expected"
        for index, (one, other) in enumerate(zip(found, expected)):
            assert one.dtype == other.dtype, f"{row.id}: result {index} is of {one.dtype}; expected {other.dtype}"
            worst.append(_held(row, np.asarray(one), np.asarray(other), f"{row.id}: result {index} of a replay"))
    return Figures.worst(filter(None, worst))


def _held(row: Row, found: Any, expected: Any, what: str) -> Figures | None:
    assert found.shape == expected.shape, f"{what} has shape {found.shape}; expected {expected.shape}"
    if np.array_equal(found, expected, equal_nan=found.dtype.kind in "fc") or not found.size:
        return None
    scale = float(np.max(np.abs(expected[np.isfinite(expected)]), initial=0.0)) if expected.dtype.kind in "fc" else 0.0
    errors = measure(found, expected, str(expected.dtype), scale)
    op_class = max(row.op_class, OpClass.COMPOSED, key=lambda each: budget(each, "float32").ulp)
    allowed = budget(op_class, str(expected.dtype), max(2, found.size)).ulp
    ulp = float(np.max(errors.ulp))
    assert ulp <= allowed, f"{what} is {ulp:.3g} ULP from eager mode's; fusion may make it {allowed:.3g}"
    return Figures(ulp, float(np.max(errors.relative)), ulp / allowed if allowed else 0.0)


def _in_float32(item: Any) -> Any:
    array = np.asarray(item)
    return array.astype(np.float32) if array.dtype.kind == "f" else array
