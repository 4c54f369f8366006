"""Values of every function of the contract in every dtype: small arrays of every rank, long ones, any memory layout."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from polytape_conformance.arrays.call import Call
from polytape_conformance.arrays.contract import FUNCTIONS
from polytape_conformance.arrays.function import Function
from polytape_conformance.case import Case
from polytape_conformance.figures import Figures
from polytape_conformance.level import Level
from polytape_conformance.subject import Subject


def cases(subject: Subject) -> Iterator[Case]:
    """For each function and dtype: its values on small arrays, on long ones, and on arrays laid out otherwise."""
    for function in FUNCTIONS.values():
        for dtype in function.dtypes:
            yield Case(Level.ARRAYS, function.name, "contract", _all(function.small, dtype), dtype)
            yield Case(Level.ARRAYS, function.name, "long arrays", _all(function.large, dtype), dtype, quick=False)
            yield Case(Level.ARRAYS, function.name, "memory layout", _layouts(function, dtype), dtype)
            if function.operator is not None:
                yield Case(Level.ARRAYS, function.name, "operator", _operators(function, dtype), dtype)
            if function.scalar:
                yield Case(Level.ARRAYS, function.name, "Python number", _scalars(function, dtype), dtype)


def _all(calls: Callable[[str], Any], dtype: str) -> Callable[[Subject], Figures | None]:
    return lambda subject: Figures.worst(call.run(subject) for call in calls(dtype))


def transposed(subject: Subject, array: Any) -> Any:
    """The array as a view of one whose axes are in the opposite order."""
    axes = tuple(reversed(range(array.ndim)))
    there = subject.backend.from_numpy(np.ascontiguousarray(array.transpose(axes)), subject.device)
    return subject.backend.permute_dims(there, axes=axes)


def strided(subject: Subject, array: Any) -> Any:
    """The array as every second element of a larger one."""
    wide = np.zeros(tuple(2 * length for length in array.shape), array.dtype)
    wide[(slice(None, None, 2),) * array.ndim] = array
    there = subject.backend.from_numpy(wide, subject.device)
    return subject.backend.getitem(there, key=(slice(None, None, 2),) * array.ndim)


def backwards(subject: Subject, array: Any) -> Any:
    """The array as one that is read from its end."""
    key = (slice(None, None, -1),) * array.ndim
    there = subject.backend.from_numpy(np.ascontiguousarray(array[key]), subject.device)
    return subject.backend.getitem(there, key=key)


def offset(subject: Subject, array: Any) -> Any:
    """The array as the end of a longer one, so that its memory begins elsewhere."""
    long = np.concatenate([np.zeros((1, *array.shape[1:]), array.dtype), array])
    there = subject.backend.from_numpy(long, subject.device)
    return subject.backend.getitem(there, key=(slice(1, None),))


LAYOUTS: tuple[Callable[[Subject, Any], Any], ...] = (transposed, strided, backwards, offset)


def _layouts(function: Function, dtype: str) -> Callable[[Subject], Figures | None]:
    def run(subject: Subject) -> Figures | None:
        found: list[Figures | None] = []
        for call in _of_every_rank(function, dtype):
            for layout in LAYOUTS:
                arrays = [layout(subject, x) if x.ndim else subject.backend.from_numpy(x) for x in call.inputs]
                found.append(call.check(subject, call.on(subject, arrays)))
            found.append(_repeated(subject, call))
        return Figures.worst(filter(None, found))

    return run


def _of_every_rank(function: Function, dtype: str) -> list[Call]:
    """A few calls: the largest of each rank."""
    calls = sorted((c for c in function.small(dtype) if c.size > 1), key=lambda call: call.size)
    return [*{max(x.ndim for x in call.inputs): call for call in calls}.values(), *calls[-3:-1]]


def _repeated(subject: Subject, call: Call) -> Figures | None:
    """The call on operands that `broadcast_to` has repeated, where that is what broadcasting would do by itself."""
    shapes = {x.shape for x in call.inputs}
    if len(shapes) < 2 or call.sequence or call.name in ("take", "scatter_add", "matmul", "solve"):
        return None
    whole = np.broadcast_shapes(*shapes)
    arrays = [subject.backend.broadcast_to(x, shape=whole) for x in call.placed(subject)]
    return call.check(subject, call.on(subject, arrays))


def _operators(function: Function, dtype: str) -> Callable[[Subject], Figures | None]:
    def run(subject: Subject) -> Figures | None:
        assert function.operator is not None
        operate = function.operator
        with subject.backend.computing():
            return Figures.worst(
                call.check(subject, (operate(*call.placed(subject)),)) for call in function.typical(dtype, 12)
            )

    return run


def _scalars(function: Function, dtype: str) -> Callable[[Subject], Figures | None]:
    """The last operand as a Python number, for the function and for its operator."""

    def run(subject: Subject) -> Figures | None:
        found = []
        for call in function.typical(dtype, 40):
            if call.inputs[-1].ndim:
                continue
            x, number = subject.backend.from_numpy(call.inputs[0], subject.device), call.inputs[-1].item()
            found.append(call.check(subject, call.on(subject, [x, number])))
            if function.operator is not None:
                with subject.backend.computing():
                    found.append(call.check(subject, (function.operator(x, number),)))
        assert found, "no call has a last operand without axes"
        return Figures.worst(found)

    return run
