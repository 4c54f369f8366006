"""Element-wise compositions as one kernel each: core's own formulas, traced by `cupy.fuse`.

A composition is written once, beside its op or in its optimizer's file. `cupy.fuse` runs it with stand-ins for arrays,
notes which functions it calls, and makes one kernel of them: Adam's update, a dozen passes over memory otherwise, is
one. So there is no second formula here, only the list of what is traced, and the names that the tracing needs.

Metadata becomes part of a kernel: another `alpha` is another kernel. Numbers that change from step to step (`PASSED`)
are handed to the kernel instead; a formula may combine such a number only with arrays, because two numbers would make
one of float64, which arrays of float32 would follow.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from inspect import signature
from typing import Any

import cupy
import numpy
from cupyx.scipy import special

from polytape import dtypes
from polytape.backend import COMPOSITIONS
from polytape.dtypes import DType
from polytape_cupy.arithmetic import remainder

ELEMENTWISE = frozenset(
    (
        *("sigmoid", "softplus", "log_sigmoid", "relu6", "hard_sigmoid", "leaky_relu", "elu", "selu", "gelu", "silu"),
        *("softsign", "where_positive", "sigmoid_cross_entropy", "scaled_residual", "squared_difference", "clip"),
        *("divide_no_nan", "multiply_no_nan", "xlogy", "xlog1py", "xdivy", "truncate_divide", "truncate_remainder"),
        *("digamma", "lgamma", "ndtri", "zeta", "polygamma", "bessel_i0", "bessel_i0e", "bessel_i1", "bessel_i1e"),
    )
)
"""The ops whose compositions are traced."""
UPDATES = frozenset(
    (
        *("sgd_update", "momentum_update", "adam_update", "amsgrad_update", "rmsprop_update", "adagrad_update"),
        *("adadelta_update", "adamax_update", "nadam_update", "lion_update", "accumulated_momentum_update"),
    )
)
"""The optimizers' updates that are traced."""
PASSED = {
    "clip": ("low", "high"),
    **dict.fromkeys(UPDATES, ("rate",)),
    "nadam_update": ("rate", "of_mean", "of_gradient", "of_variance"),
}
"""The metadata that kernels are given when they run."""


class _Traced:
    """What compositions find as `backend` while they are traced: CuPy's functions, and what those are made of."""

    def __getattr__(self, name: str) -> Any:
        found = getattr(cupy, name, None) or partial(_composition(name), self)
        self.__dict__[name] = found
        return found

    def astype(self, x: Any, *, dtype: Any) -> Any:
        """`x` in another dtype."""
        return x.astype(dtype)

    def dtype_of(self, x: Any) -> DType:
        """The dtype of an array."""
        return dtypes.as_dtype(x.dtype)

    def native_dtype(self, dtype: DType) -> Any:
        """NumPy's dtype object."""
        return numpy.dtype(dtype.name)

    def erf(self, x: Any) -> Any:
        """CUDA's own error function; CuPy would give float64 for float16."""
        return special.erf(x.astype(numpy.float32)).astype(x.dtype) if x.dtype == numpy.float16 else special.erf(x)

    def round(self, x: Any) -> Any:
        """The nearest whole number of floating-point ones."""
        return cupy.rint(x)

    def remainder(self, x: Any, y: Any) -> Any:
        """The backend's own, not CuPy's."""
        return remainder(x, y)

    def clip(self, x: Any, *, low: Any, high: Any) -> Any:
        """Core's composition: CuPy's function of this name is called otherwise."""
        return _composition("clip")(self, x, low=low, high=high)


TRACED = _Traced()


def _composition(name: str) -> Callable[..., Any]:
    """Core's composition of an op, or an optimizer's formula."""
    if name not in COMPOSITIONS:
        from polytape.ops import import_families  # an op may be asked for before its family was

        import_families()
    return COMPOSITIONS[name]


@lru_cache(maxsize=512)
def _kernel(name: str, passed: tuple[str, ...], fixed: tuple[tuple[str, Any], ...]) -> Callable[..., Any]:
    """The fused function of `(*numbers, *arrays)` for one op and the metadata that is part of it."""
    composition = partial(_composition(name), TRACED, **dict(fixed))
    count = len(passed)

    def traced(*arguments: Any) -> Any:
        return composition(*arguments[count:], **dict(zip(passed, arguments[:count])))

    return cupy.fuse(kernel_name=f"polytape_{name}")(traced)  # type: ignore[no-any-return]


def fused(name: str) -> Callable[..., Any]:
    """The element-wise op `name` as one kernel, or as one for each set of metadata."""
    kinds = [parameter.kind for parameter in list(signature(_composition(name)).parameters.values())[1:]]
    if len(kinds) == 1:
        return _kernel(name, (), ())
    passed = PASSED.get(name, ())

    def call(*arrays: Any, **metadata: Any) -> Any:
        numbers = [metadata.pop(number) for number in passed]
        return _kernel(name, passed, tuple(metadata.items()))(*numbers, *_made_arrays(arrays))

    return call


def _made_arrays(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Numbers that stand in the place of arrays as such, of the others' dtype."""
    for value in values:
        if type(value) in (int, float, complex):
            dtype = next(array.dtype for array in values if isinstance(array, cupy.ndarray))
            return tuple([cupy.full((), x, dtype) if type(x) in (int, float, complex) else x for x in values])
    return values


def fused_update(name: str) -> Callable[..., Any]:
    """The optimizer's update `name` as one kernel; slots that are `None` stay out of it, and stay so."""
    call = fused(name)

    def update(parameter: Any, gradient: Any, *slots: Any, **numbers: Any) -> Any:
        found = call(parameter, gradient, *slots, **numbers)
        if not slots:
            return found
        made = iter(found)
        return (next(made), *[None if slot is None else next(made) for slot in slots])

    return update
