"""What is known of a function that works element by element, and the calls that try it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from polytape_conformance.arrays import scalars
from polytape_conformance.arrays.call import Call
from polytape_conformance.arrays.flat import by_element
from polytape_conformance.arrays.function import COMPLEX, FLOATING, INTEGER, Function
from polytape_conformance.arrays.samples import LONG, PAIRS, PERIOD, SHAPES, numbers

Domain = tuple[float, float]
WIDE: Domain = (-8, 8)


@dataclass(frozen=True)
class Elementwise:
    """A function that works element by element.

    Attributes:
        function: `(*Python numbers) -> Python number`; for integers it may leave the dtype's range.
        accepts: the dtypes that it takes.
        domains: the range of each operand.
        result: `"same"`, `"bool"` or `"real"`.
        of_complex: the function of complex numbers, where that is another one.
        operator: the Python operator of the same meaning.
        step: floating-point operands are multiples of it.
        whole: the ranges of integers, where they are others.
        size: of complex numbers, the size of what they are computed from by the usual formula, if that is larger.
        signed: whether a zero's sign is promised.
        divisor: whether the last operand must not be zero.
        scalar: whether the last operand may be a Python number.
    """

    function: Callable[..., Any]
    accepts: tuple[str, ...]
    domains: tuple[Domain, ...] = (WIDE, WIDE)
    result: str = "same"
    of_complex: Callable[..., Any] | None = None
    operator: Callable[..., Any] | None = None
    step: float = 0.0
    whole: tuple[Domain, ...] | None = None
    size: Callable[..., float] | None = None
    signed: bool = True
    divisor: bool = False
    scalar: bool = False

    def result_in(self, dtype: str) -> str:
        """The dtype of the result."""
        real = {"complex64": "float32", "complex128": "float64"}.get(dtype, dtype)
        return {"same": dtype, "bool": "bool", "real": real}[self.result]

    def of(self, dtype: str) -> Callable[..., Any]:
        """The function of Python numbers for a dtype."""
        if dtype in COMPLEX and self.of_complex is not None:
            return self.of_complex
        integer = dtype in INTEGER and self.result != "bool"
        return scalars.wrapped(self.function, dtype) if integer else self.function

    def operand(self, shape: tuple[int, ...], dtype: str, position: int) -> Any:
        """Numbers from the domain."""
        domains = self.whole if self.whole is not None and dtype in INTEGER else self.domains
        low, high = domains[position]
        made = numbers(shape, dtype, low, high, salt=position, step=self.step)
        return np.where(made == 0, made.dtype.type(1), made) if self.divisor and position else made

    def expected(self, inputs: tuple[Any, ...], dtype: str) -> Any:
        """What the function gives."""
        result = self.result_in(dtype)
        wide = "float64" if result in FLOATING else "complex128" if result in COMPLEX else result
        return by_element(self.of(dtype), inputs, wide)

    def call(self, name: str, inputs: tuple[Any, ...], dtype: str) -> Call:
        """A call on given arrays."""
        return Call(
            name,
            inputs,
            lambda: (self.expected(inputs, dtype),),
            (self.result_in(dtype),),
            scale=self._scale(inputs, dtype),
        )

    def _scale(self, inputs: tuple[Any, ...], dtype: str) -> Callable[[], Any] | None:
        size = self.size
        if size is not None and dtype in COMPLEX:
            return lambda: by_element(size, inputs, "float64")
        return None if self.signed else lambda: np.zeros(())

    def named(self, name: str) -> Function:
        """The function with its calls."""
        count = len(self.domains)

        def small(dtype: str) -> Iterator[Call]:
            for shapes in [(shape,) for shape in SHAPES] if count == 1 else PAIRS:
                operands = tuple(self.operand(shape, dtype, position) for position, shape in enumerate(shapes))
                yield self.call(name, operands, dtype)

        def large(dtype: str) -> Iterator[Call]:
            base = tuple(self.operand((PERIOD,), dtype, position) for position in range(count))
            pattern = self.call(name, base, dtype)
            for shape in ((LONG,), (3, LONG // 3), (LONG // 3, 3)):
                yield pattern.repeated(shape)

        return Function(name, self.accepts, small, large, self.operator, self.scalar)
