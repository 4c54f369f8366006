"""What a function may not do besides its work: write to arrays, warn, or give other bits the second time."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from polytape_conformance.arrays import integer_extremes, special_values
from polytape_conformance.arrays.call import Call
from polytape_conformance.arrays.contract import FUNCTIONS
from polytape_conformance.arrays.elementwise_table import TABLE
from polytape_conformance.arrays.function import FLOATING, INTEGER, Function
from polytape_conformance.case import Case
from polytape_conformance.level import Level
from polytape_conformance.subject import Subject


def cases(subject: Subject) -> Iterator[Case]:
    """For each function and dtype: its arrays stay what they are, its bits are the same again, and it is silent."""
    for function in FUNCTIONS.values():
        for dtype in function.dtypes:
            yield Case(Level.ARRAYS, function.name, "immutability", _kept(function, dtype), dtype)
            if subject.backend.deterministic:
                again = _repeated(function, dtype)
                yield Case(Level.ARRAYS, function.name, "determinism", again, dtype, quick=False)
    for dtype in (*FLOATING, *INTEGER):
        for name, entry in TABLE.items():
            if dtype in entry.accepts:
                yield Case(Level.ARRAYS, name, "no warnings", _silent(name, dtype), dtype)


def bits(subject: Subject, array: Any) -> bytes:
    """The elements as they lie in memory, row by row."""
    return bytes(np.ascontiguousarray(subject.backend.to_numpy(array)).tobytes())


def _kept(function: Function, dtype: str) -> Callable[[Subject], None]:
    """Neither a call nor a later one on other arrays changes the arrays that went in or those that came out."""

    def run(subject: Subject) -> None:
        for call in function.typical(dtype, 5):
            arrays = call.placed(subject)
            before = [bits(subject, array) for array in arrays]
            found = call.on(subject, arrays)
            results = [bits(subject, array) for array in found]
            other = replace(call, inputs=tuple(_other(x, i) for i, x in enumerate(call.inputs)))
            call.on(subject, arrays)
            other.on(subject, other.placed(subject))
            for position, (array, earlier) in enumerate(zip(arrays, before)):
                assert bits(subject, array) == earlier, f"{call}: input {position} is not what it was"
            for array, earlier in zip(found, results):
                assert bits(subject, array) == earlier, f"{call}: the result changed with a later call"

    return run


def _other(x: Any, position: int) -> Any:
    """An array of the same shape with the elements elsewhere; indices stay, as other places need not be there."""
    return x if position and x.dtype.kind in "iu" else np.ascontiguousarray(np.flip(x))


def _repeated(function: Function, dtype: str) -> Callable[[Subject], None]:
    def run(subject: Subject) -> None:
        for call in function.large(dtype):
            first = [bits(subject, array) for array in call.on(subject, call.placed(subject))]
            for _ in range(2):
                again = [bits(subject, array) for array in call.on(subject, call.placed(subject))]
                assert again == first, (
                    f"{call}: not the same bits again; if that is in the library's nature, set `deterministic = "
                    "False` in the backend"
                )

    return run


def _silent(name: str, dtype: str) -> Callable[[Subject], None]:
    """Neither infinities nor what overflows gives a warning of Python, in arrays with and without axes."""

    def run(subject: Subject) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for call in _extreme(name, dtype):
                results = call.on(subject, call.placed(subject))
                for array in results:
                    subject.backend.to_numpy(array)

    return run


def _extreme(name: str, dtype: str) -> Iterator[Call]:
    entry = TABLE[name]
    if dtype in FLOATING:
        numbers = [*special_values.EDGES, float(np.finfo(dtype).max), float(np.finfo(dtype).tiny)]
    else:
        numbers = [*integer_extremes.edges_of(dtype)[:2], *integer_extremes.edges_of(dtype)[-2:], 1, 2]
    second = [n for n in numbers if n or dtype in FLOATING]
    if dtype in INTEGER and (name == "pow" or "shift" in name):
        second = [0, 1, 3, 7]
    pairs = list(product(numbers, second)) if len(entry.domains) == 2 else [(n,) for n in numbers]
    operands = [np.array(column, dtype) for column in zip(*pairs)]
    yield entry.call(name, tuple(operands), dtype)
    for index in range(0, len(pairs), 1 if len(operands) == 1 else 5):
        yield entry.call(name, tuple(operand[index] for operand in operands), dtype)
