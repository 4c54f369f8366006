"""One call of a function of the contract on bare arrays, and what it must give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from polytape import dtypes
from polytape_conformance.arrays.agreement import agree
from polytape_conformance.budgets import budget
from polytape_conformance.figures import Figures
from polytape_conformance.op_class import OpClass, class_of
from polytape_conformance.subject import Subject

Results = tuple[Any, ...]
_OF_PARTS = frozenset(("abs", "multiply", "divide", "sqrt"))
"""What is exact or rounded once for real numbers, and takes several steps for complex ones."""


@dataclass(frozen=True)
class Call:
    """One call of a function of the contract.

    Attributes:
        name: the function.
        inputs: its arrays, as NumPy has them.
        expected: gives what it must return, by another route than the function's: NumPy arrays in at least the
            precision of the result.
        results: the dtypes of what it returns.
        options: its keyword arguments. `dtype` is a name here; the backend is given its own object for it.
        terms: how many terms make up one element of the result.
        scale: gives the magnitude of those terms, for functions in which they cancel.
        sequence: whether the arrays are passed as one sequence.
        several: whether it returns a tuple.
        judge: looks at the results, in place of `expected`, where there are several right ones.
    """

    name: str
    inputs: tuple[Any, ...]
    expected: Callable[[], Results]
    results: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    terms: int = 1
    scale: Callable[[], Any] | None = None
    sequence: bool = False
    several: bool = False
    judge: Callable[..., Figures] | None = None

    @property
    def kind(self) -> OpClass:
        """The class of the function, from which follows what the result may be off."""
        several_steps = self.name in _OF_PARTS and any(x.dtype.kind == "c" for x in self.inputs)
        return OpClass.ELEMENTARY if several_steps else class_of(self.name)

    def __str__(self) -> str:
        """The call, as an error message shows it."""
        described = [
            f"{x.dtype.name}{list(x.shape)}" if x.size > 8 else f"{x.dtype.name}{x.tolist()!r}" for x in self.inputs
        ]
        return f"{self.name}({', '.join([*described, *[f'{key}={value}' for key, value in self.options.items()]])})"

    @property
    def size(self) -> int:
        """The number of elements that go in."""
        return sum(array.size for array in self.inputs)

    def repeated(self, shape: tuple[int, ...]) -> Call:
        """The same call of a function that works element by element, on arrays that repeat these over and over."""

        def expected() -> Results:
            return tuple(np.resize(each, shape) for each in self.expected())

        scale = self.scale
        inputs = tuple(np.resize(each, shape) for each in self.inputs)
        return replace(self, inputs=inputs, expected=expected, scale=scale and (lambda: np.resize(scale(), shape)))

    def placed(self, subject: Subject) -> list[Any]:
        """The inputs on the device under test."""
        return [subject.backend.from_numpy(array, subject.device) for array in self.inputs]

    def on(self, subject: Subject, arrays: list[Any]) -> Results:
        """What the backend returns for bare arrays."""
        options = dict(self.options)
        if "dtype" in options:
            options["dtype"] = subject.backend.native_dtype(dtypes.BY_NAME[options["dtype"]])
        function = getattr(subject.backend, self.name)
        found = function(arrays, **options) if self.sequence else function(*arrays, **options)
        return tuple(found) if self.several else (found,)

    def check(self, subject: Subject, found: Results) -> Figures:
        """Raise `AssertionError` unless these results are what the call must give."""
        assert len(found) == len(self.results), f"{self}: {len(found)} results, expected {len(self.results)}"
        for array, dtype in zip(found, self.results):
            declared = subject.backend.dtype_of(array).name
            assert declared == dtype, f"{self}: dtype {declared}, expected {dtype}"
            device = subject.backend.device_of(array)
            assert device == subject.device, f"{self}: the result is on {device}, not on {subject.device}"
        results = [np.asarray(subject.backend.to_numpy(array)) for array in found]
        for array, result in zip(found, results):
            assert tuple(array.shape) == result.shape, (
                f"{self}: it has shape {tuple(array.shape)}, and {result.shape} as a NumPy array"
            )
        if self.judge is not None:
            return self.judge(*results)
        figures = []
        for result, reference, dtype in zip(results, self.expected(), self.results):
            allowed = budget(self.kind, dtype, self.terms)
            figures.append(agree(result, reference, allowed, scale=self.scale and self.scale(), what=self))
        return Figures.worst(figures) or Figures(0.0, 0.0, 0.0)

    def run(self, subject: Subject) -> Figures:
        """Make the call and check its result."""
        return self.check(subject, self.on(subject, self.placed(subject)))
