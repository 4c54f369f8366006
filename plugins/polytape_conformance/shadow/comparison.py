"""Holds what a backend has returned against what the reference returns for the same call."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from polytape_conformance.shadow.admissible import BY_PARTS, undefined
from polytape_conformance.shadow.call import Call
from polytape_conformance.shadow.judgement import worst_element
from polytape_conformance.shadow.reference import Reference, dtype_of_result
from polytape_conformance.shadow.standard import Standard, excuses, standard


@dataclass(frozen=True)
class Part:
    """Something that must hold of what a function has returned.

    Attributes:
        what: its name where there are several: `"output 1"`, `"Q·R"`.
        index: which output it is; `None` for what follows from several.
        found: the array.
        dtype: the dtype in which it is rounded.
        standards: what it should be: one of these.
    """

    what: str
    index: int | None
    found: Any
    dtype: str
    standards: tuple[Standard, ...]


@dataclass(frozen=True)
class Difference:
    """What is wrong with a result.

    Attributes:
        problem: what, in a few words.
        ulp: the largest error in units in the last place; infinite where that has no meaning.
        budget: how many units it may be.
        place: the worst element, where values are wrong.
        found: that element, or whatever else is wrong.
        expected: what it should be.
        part: the array, where values are wrong.
    """

    problem: str
    ulp: float = math.inf
    budget: float = 0.0
    place: tuple[int, ...] | None = None
    found: Any = None
    expected: Any = None
    part: Part | None = None


def difference(reference: Reference, call: Call, outputs: list[Any], dtypes: list[str | None]) -> Difference | None:
    """What is wrong with the outputs of a call; `None` if nothing is.

    Args:
        reference: what to compare with.
        call: the call.
        outputs: what it returned, as NumPy arrays.
        dtypes: the names of the outputs' dtypes, `None` for what is no array.
    """
    expected = reference.exact(call)
    wrong = _of_form(call, outputs, dtypes, expected)
    if wrong is None:
        judged = (_of_values(reference, call, part) for part in _parts(call, outputs, expected))
        wrong = next(filter(None, judged), None)
    return wrong


def _of_form(call: Call, outputs: list[Any], dtypes: list[str | None], expected: list[Any]) -> Difference | None:
    """What is wrong with the number of outputs, or with their dtypes or shapes."""
    if len(outputs) != len(expected):
        return _differs("the number of outputs", len(outputs), len(expected))
    for index, (output, dtype, right) in enumerate(zip(outputs, dtypes, expected)):
        of = f" of output {index}" if len(outputs) > 1 else ""
        if output is None or right is None:
            if output is not right:
                return _differs(f"what is returned as output {index}", output, right)
            continue
        if dtype is None and not isinstance(output, (bool, int, float, complex)):
            return _differs(f"what is returned as output {index}", output, "an array or a number")
        if dtype is None:  # a number of Python's may stand for an array without axes
            output, dtype = np.asarray(output), dtype_of_result(call, np.asarray(right))
        right = np.asarray(right)
        name = dtype_of_result(call, right)
        if dtype != name:
            return _differs(f"the dtype{of}", dtype, name)
        if output.shape != right.shape:
            return _differs(f"the shape{of}", list(output.shape), list(right.shape))
    return None


def _differs(what: str, found: Any, expected: Any) -> Difference:
    return Difference(f"{what} is wrong", found=found, expected=expected)


def _parts(call: Call, outputs: list[Any], expected: list[Any]) -> Iterator[Part]:
    """What must hold of the outputs, each as the budget says."""
    free: tuple[int, ...] = ()
    if call.name in BY_PARTS:
        function, direct = BY_PARTS[call.name]
        free = tuple(index for index in range(len(outputs)) if index not in direct)
        wide = [output.astype(np.complex128 if output.dtype.kind == "c" else np.float64) for output in outputs]
        x = call.widened().arguments[0]
        for what, found, right in function(x, wide):
            scale = float(np.max(np.abs(x), initial=1.0))
            yield Part(what, None, found, outputs[0].dtype.name, (standard(call, right, outputs[0].dtype.name, scale),))
    mask = undefined(call)
    for index, (output, right) in enumerate(zip(outputs, expected)):
        if index in free or right is None:
            continue
        output, right = np.asarray(output), np.asarray(right)
        right = right if mask is None else np.where(mask, output.astype(right.dtype), right)
        what = f"output {index}" if len(outputs) > 1 else ""
        yield Part(what, index, output, output.dtype.name, (standard(call, right, output.dtype.name),))


def _of_values(reference: Reference, call: Call, part: Part) -> Difference | None:
    """What is wrong with an array, after all that may excuse it."""
    (strict,) = part.standards
    worst = worst_element(part.found, strict.expected, strict.unit, strict.limit)
    if worst is None:
        return None
    if part.index is not None and strict.expected.dtype.kind in "fc":
        allowed = tuple(excuses(reference, call, part.index, strict, part.dtype))
        judged = [worst_element(part.found, each.expected, each.unit, each.limit) for each in allowed]
        if judged[0] is None or None in judged:
            return None
        worst, part = judged[0], Part(part.what, part.index, part.found, part.dtype, allowed)
    place, ulp, wrong = worst
    of = f" of {part.what}" if part.what else ""
    many = f"{wrong} of {part.found.size} elements{of} are wrong"
    problem = f"the value{of} is wrong" if part.found.size == 1 else many
    expected = part.standards[0].expected[place].item()
    return Difference(problem, ulp, part.standards[0].limit, place, part.found[place].item(), expected, part)
