"""A row of the op table: one public op, what it must give, and on which inputs that is tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from polytape_conformance.op_class import OpClass, class_of

Inputs = tuple[Any, ...]
_SEED = 20_161_114


@dataclass(frozen=True)
class Row:
    """What one public op must give.

    Attributes:
        name: the op's public path below `tf`, such as `"math.log1p"`; unique, unless `variant` tells rows apart.
        call: `(tf, *tensors) -> tensor or structure of tensors`.
        reference: `(*float64 NumPy arrays) -> array or structure of arrays`, by another route than the op's.
        cases: the inputs to try, each a tuple of NumPy arrays. Floating-point ones are given in float64 and are
            converted to the dtype under test; integers and booleans stay as they are.
        variant: what sets this row apart from others of the same op.
        differentiable: the positions of inputs whose derivatives are checked; by default all floating-point ones.
        second: whether second derivatives are checked as well.
        dtypes: the floating-point dtypes in which the op is tried.
        half: whether its values are tried in float16 as well.
        complex: whether its values are also tried with complex inputs, made from the numbers of each case.
        rejects: `(call of tf, error class, pattern)`: bad input, and the error that it must get.
        tolerance: a factor on the error budget, for ops that lose digits by their nature.
        alias_of: other public paths that are the same function (`"add"` for `"math.add"`).
        kind: the class whose error budget holds, where that is not the class of the op of this name.
        results: the dtypes of the results where they are not the usual ones, see `check.value`; `None` for a usual one.
    """

    name: str
    call: Callable[..., Any]
    reference: Callable[..., Any]
    cases: tuple[Inputs, ...]
    variant: str = ""
    differentiable: tuple[int, ...] | None = None
    second: bool = True
    dtypes: tuple[str, ...] = ("float32", "float64")
    complex: bool = False
    rejects: tuple[tuple[Callable[[Any], Any], type[Exception], str], ...] = ()
    tolerance: float = 1.0
    alias_of: tuple[str, ...] = field(default=())
    kind: OpClass | None = None
    results: tuple[str | None, ...] = ()
    half: bool = True

    @property
    def op_class(self) -> OpClass:
        """The class whose error budget holds; an op that the kit does not know counts as a formula of several steps."""
        return self.kind or class_of(self.name, OpClass.COMPOSED)

    @property
    def id(self) -> str:
        """The name by which test reports call the row."""
        return f"{self.name}[{self.variant}]" if self.variant else self.name

    def positions(self, case: Inputs) -> tuple[int, ...]:
        """The inputs of `case` whose derivatives are checked."""
        if self.differentiable is not None:
            return self.differentiable
        return tuple(i for i, value in enumerate(case) if np.asarray(value).dtype.kind == "f")


def real(*shape: int, low: float = -2.0, high: float = 2.0, seed: int = 0) -> Any:
    """Float64 values between `low` and `high`, the same at every call."""
    return np.random.default_rng(_SEED + seed).uniform(low, high, shape)


def positive(*shape: int, low: float = 0.3, high: float = 3.0, seed: int = 0) -> Any:
    """Float64 values well above zero."""
    return real(*shape, low=low, high=high, seed=seed)


def distinct(*shape: int, seed: int = 0) -> Any:
    """Float64 values no two of which are close: for ops with ties and kinks, such as max and sort."""
    count = int(np.prod(shape))
    return (np.random.default_rng(_SEED + seed).permutation(count).reshape(shape) - count / 2 + 0.3) / max(count, 1) * 4


def integers(*shape: int, low: int = 0, high: int = 10, dtype: str = "int32", seed: int = 0) -> Any:
    """Integers from `low` up to but without `high`."""
    return np.random.default_rng(_SEED + seed).integers(low, high, shape).astype(dtype)


def booleans(*shape: int, seed: int = 0) -> Any:
    """Truth values."""
    return np.random.default_rng(_SEED + seed).integers(0, 2, shape).astype(bool)
