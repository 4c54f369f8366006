"""The backend contract: all that an array library has to offer, each primitive with its signature and one sentence.

A backend is a class of about a page. `backend.add`, `backend.softmax`, any op's name, is looked up in this order:

1. a method of the backend's own class;
2. for the primitives below: the body given here, where there is one, else the function of the same name in the
   backend's array-API-like `namespace`;
3. for every other op: the composition that the op's entry in `polytape.ops` writes in terms of the primitives.

So a backend that wants a faster softmax defines a method `softmax`; one that does not gets the composed one. What was
found is kept on the instance, and the next lookup costs a dictionary access. Arrays are the library's own, never
wrapped; they are not written to after a primitive has returned them. Backends know nothing of tensors or gradients.

The contract stands in one file on purpose, and is long because each function has its signature and its sentence here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from math import prod
from typing import Any, ClassVar

from polytape import dtypes
from polytape.basic_indexing import standard_key
from polytape.capabilities import declared, refuse_lacking
from polytape.dtypes import DType
from polytape.exchange import Exchange
from polytape.execution import Execution
from polytape.linear_algebra_extension import LinearAlgebraExtension
from polytape.primitive import (
    COMPOSITIONS as COMPOSITIONS,
    Array as Array,
    Axis as Axis,
    Primitive,
    Shape as Shape,
    adapted,
    primitive,
)


class Backend(Exchange, Execution, LinearAlgebraExtension):
    """An array library, as polytape sees it."""

    name: ClassVar[str] = ""
    """The name under which users ask for it."""
    requires: ClassVar[str] = ""
    """The command that installs what it needs."""
    priority: ClassVar[int] = 0
    """Its rank where the best available backend is asked for (`auto`): the higher is taken."""
    namespace: Any
    """The library's module, or whatever offers functions by array-API names."""
    dtypes: ClassVar[dict[str, frozenset[DType]]] = {"CPU": dtypes.ANY}
    """The dtypes it computes with, by kind of device."""
    lacks: ClassVar[Mapping[str, str]] = {}
    """What it declares not to have, and why: `{"sort:float16": "..."}`; see `polytape.capabilities`."""
    on_host: ClassVar[Mapping[str, str]] = {}
    """The ops that it declares to compute on the host, through NumPy, and why."""
    deviations: ClassVar[Mapping[str, str]] = {}
    """Cases of the conformance kit that it is known to fail, by id or by pattern (`"qr-*"`), and why."""
    deterministic: ClassVar[bool] = True
    """Whether the same op on the same arrays gives the same bits each time."""
    observer: Callable[[str, Callable[..., Any]], Callable[..., Any]] | None = None
    """What stands around each of an instance's functions, if somebody watches: `(name, function) -> function`. Gradient
    rules then run op by op."""

    def __getattr__(self, name: str) -> Any:
        if name not in COMPOSITIONS and not name.startswith("_"):
            from polytape.ops import import_families  # a floor above: an op may be asked for before its family was

            import_families()
        if name not in COMPOSITIONS:
            raise AttributeError(f"{type(self).__name__} has no {name!r}: it is neither a primitive nor an op.")
        refuse_lacking(self, name)
        self.composed.add(name)
        found = declared(self, name, partial(COMPOSITIONS[name], self))
        if self.observer is not None:
            found = self.observer(name, found)
        self.__dict__[name] = found
        return found

    @cached_property
    def composed(self) -> set[str]:
        """The ops found so far that it leaves to their composition."""
        return set()

    def __repr__(self) -> str:
        return f"<backend {self.name!r}>"

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        from polytape.plugins import backends

        return backends.get, (self.name,)

    def takes(self, other: Backend) -> bool:
        """Whether it computes with the arrays of `other` as they are."""
        return other is self

    def adopted(self, array: Array) -> Array:
        """An array of a backend whose arrays it takes, as one of its own."""
        return array

    # Creation and dtype.

    @adapted
    def full(self, shape: Shape, value: Any, *, dtype: Any, device: str | None = None) -> Array:
        """An array of one value; `dtype` is native."""
        return self.namespace.full(shape, value, dtype=dtype)

    @adapted
    def arange(self, start: Any, stop: Any, step: Any, *, dtype: Any, device: str | None = None) -> Array:
        """Evenly spaced values from `start` up to but without `stop`; `dtype` is native."""
        return self.namespace.arange(start, stop, step, dtype=dtype)

    @adapted
    def astype(self, x: Array, *, dtype: Any) -> Array:
        """`x` converted to a native dtype: floats are truncated on the way to integers, imaginary parts dropped."""
        target = self._of_native(dtype)
        if self.dtype_of(x).is_complex and not target.is_complex:  # the array API has no such conversion
            if target.is_bool:
                return self.not_equal(x, self.scalar(0, x))
            x = self.real(x)
        return self.namespace.astype(x, dtype)

    # Arithmetic, element by element; operands broadcast and share a dtype.

    @primitive
    def add(self, x: Array, y: Array) -> Array:
        """x + y."""

    @primitive
    def subtract(self, x: Array, y: Array) -> Array:
        """x - y."""

    @primitive
    def multiply(self, x: Array, y: Array) -> Array:
        """x · y."""

    @primitive
    def divide(self, x: Array, y: Array) -> Array:
        """x / y for floating-point and complex operands."""

    @primitive
    def floor_divide(self, x: Array, y: Array) -> Array:
        """⌊x / y⌋, rounded towards minus infinity; integers too."""

    @primitive
    def remainder(self, x: Array, y: Array) -> Array:
        """x - y·⌊x / y⌋, with the sign of `y`."""

    @primitive
    def pow(self, x: Array, y: Array) -> Array:
        """x to the power of y."""

    @primitive
    def negative(self, x: Array) -> Array:
        """-x."""

    @primitive
    def abs(self, x: Array) -> Array:
        """|x|; the modulus of a complex number."""

    @adapted
    def maximum(self, x: Array, y: Array) -> Array:
        """The larger of two; NaN where either is NaN."""
        return self.where(self.logical_or(self.less(y, x), self.not_equal(x, x)), x, y)

    @adapted
    def minimum(self, x: Array, y: Array) -> Array:
        """The smaller of two; NaN where either is NaN."""
        return self.where(self.logical_or(self.less(x, y), self.not_equal(x, x)), x, y)

    # Exponential, trigonometric and hyperbolic functions.

    @primitive
    def exp(self, x: Array) -> Array:
        """e to the power of x."""

    @primitive
    def expm1(self, x: Array) -> Array:
        """exp(x) - 1, exact for small x."""

    @primitive
    def log(self, x: Array) -> Array:
        """The natural logarithm."""

    @primitive
    def log1p(self, x: Array) -> Array:
        """log(1 + x), exact for small x."""

    @primitive
    def sqrt(self, x: Array) -> Array:
        """The square root."""

    @primitive
    def sin(self, x: Array) -> Array:
        """The sine of an angle in radians."""

    @primitive
    def cos(self, x: Array) -> Array:
        """The cosine of an angle in radians."""

    @primitive
    def tan(self, x: Array) -> Array:
        """The tangent of an angle in radians."""

    @primitive
    def asin(self, x: Array) -> Array:
        """The inverse sine."""

    @primitive
    def acos(self, x: Array) -> Array:
        """The inverse cosine."""

    @primitive
    def atan(self, x: Array) -> Array:
        """The inverse tangent."""

    @primitive
    def atan2(self, x: Array, y: Array) -> Array:
        """The angle of the point (y, x): the inverse tangent of x / y in the right quadrant."""

    @primitive
    def sinh(self, x: Array) -> Array:
        """The hyperbolic sine."""

    @primitive
    def cosh(self, x: Array) -> Array:
        """The hyperbolic cosine."""

    @primitive
    def tanh(self, x: Array) -> Array:
        """The hyperbolic tangent."""

    @primitive
    def asinh(self, x: Array) -> Array:
        """The inverse hyperbolic sine."""

    @primitive
    def acosh(self, x: Array) -> Array:
        """The inverse hyperbolic cosine."""

    @primitive
    def atanh(self, x: Array) -> Array:
        """The inverse hyperbolic tangent."""

    @primitive
    def floor(self, x: Array) -> Array:
        """The largest whole number not above x."""

    @primitive
    def ceil(self, x: Array) -> Array:
        """The smallest whole number not below x."""

    @primitive
    def round(self, x: Array) -> Array:
        """The nearest whole number, ties to the even one."""

    # Comparison, logic, bits.

    @primitive
    def equal(self, x: Array, y: Array) -> Array:
        """Whether x = y."""

    @primitive
    def less(self, x: Array, y: Array) -> Array:
        """Whether x < y."""

    @adapted
    def not_equal(self, x: Array, y: Array) -> Array:
        """Whether x ≠ y; true for NaN."""
        return self.logical_not(self.equal(x, y))

    @adapted
    def greater(self, x: Array, y: Array) -> Array:
        """Whether x > y."""
        return self.less(y, x)

    @adapted
    def less_equal(self, x: Array, y: Array) -> Array:
        """Whether x ≤ y."""
        return self.logical_or(self.less(x, y), self.equal(x, y))

    @adapted
    def greater_equal(self, x: Array, y: Array) -> Array:
        """Whether x ≥ y."""
        return self.logical_or(self.less(y, x), self.equal(x, y))

    @primitive
    def logical_and(self, x: Array, y: Array) -> Array:
        """Whether both are true."""

    @primitive
    def logical_or(self, x: Array, y: Array) -> Array:
        """Whether one is true."""

    @primitive
    def logical_not(self, x: Array) -> Array:
        """Whether it is false."""

    @primitive
    def bitwise_and(self, x: Array, y: Array) -> Array:
        """The bits set in both integers."""

    @primitive
    def bitwise_or(self, x: Array, y: Array) -> Array:
        """The bits set in one of two integers."""

    @primitive
    def bitwise_xor(self, x: Array, y: Array) -> Array:
        """The bits set in just one of two integers."""

    @primitive
    def bitwise_invert(self, x: Array) -> Array:
        """The bits not set in an integer."""

    @primitive
    def bitwise_left_shift(self, x: Array, y: Array) -> Array:
        """The bits of x moved up by y places."""

    @primitive
    def bitwise_right_shift(self, x: Array, y: Array) -> Array:
        """The bits of x moved down by y places."""

    @primitive
    def where(self, condition: Array, x: Array, y: Array) -> Array:
        """x where the condition holds, else y."""

    @primitive
    def isnan(self, x: Array) -> Array:
        """Whether x is not a number."""

    @primitive
    def isfinite(self, x: Array) -> Array:
        """Whether x is neither infinite nor NaN."""

    # Reductions; the dtype stays.

    @adapted
    def sum(self, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
        """The sum along axes."""
        return self.namespace.sum(x, axis=axis, dtype=x.dtype, keepdims=keepdims)

    @adapted
    def prod(self, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
        """The product along axes."""
        return self.namespace.prod(x, axis=axis, dtype=x.dtype, keepdims=keepdims)

    @primitive
    def max(self, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
        """The largest element along axes."""

    @primitive
    def min(self, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
        """The smallest element along axes."""

    @primitive
    def argmax(self, x: Array, *, axis: int) -> Array:
        """The index of the first largest element along one axis, as int64; x is real, not bool."""

    @primitive
    def argmin(self, x: Array, *, axis: int) -> Array:
        """The index of the first smallest element along one axis, as int64; x is real, not bool."""

    @primitive
    def all(self, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
        """Whether all elements along axes are true."""

    @primitive
    def any(self, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
        """Whether some element along axes is true."""

    @adapted
    def cumulative_sum(self, x: Array, *, axis: int) -> Array:
        """The running sum along one axis."""
        return self.namespace.cumulative_sum(x, axis=axis, dtype=x.dtype)

    @adapted
    def sort(self, x: Array, *, axis: int) -> Array:
        """The elements along one axis in ascending order, NaN last."""
        return self.namespace.sort(x, axis=axis)

    @adapted
    def argsort(self, x: Array, *, axis: int) -> Array:
        """The indices that sort along one axis, equal elements in their order, as int64."""
        return self.namespace.argsort(x, axis=axis, stable=True)

    # Shape, indexing, matrix product.

    @adapted
    def reshape(self, x: Array, *, shape: Shape) -> Array:
        """The same elements in row-major order under another shape; one length may be -1."""
        return self.namespace.reshape(x, shape)

    @adapted
    def permute_dims(self, x: Array, *, axes: tuple[int, ...]) -> Array:
        """The axes in another order."""
        return self.namespace.permute_dims(x, axes)

    @adapted
    def broadcast_to(self, x: Array, *, shape: Shape) -> Array:
        """x repeated along axes of length one and along new leading axes."""
        return self.namespace.broadcast_to(x, shape)

    @adapted
    def concat(self, arrays: Sequence[Array], *, axis: int) -> Array:
        """Arrays joined along an axis."""
        return self.namespace.concat(tuple(arrays), axis=axis)

    @adapted
    def getitem(self, x: Array, *, key: tuple[Any, ...]) -> Array:
        """Basic indexing: integers within range, slices with any step, ellipsis, None; axes may be left out."""
        return x[standard_key(key, x.shape)]

    @primitive
    def take(self, x: Array, indices: Array, *, axis: int) -> Array:
        """Slices of x along one axis at a one-dimensional array of integers within range."""

    @adapted
    def scatter_add(self, x: Array, indices: Array, updates: Array) -> Array:
        """A copy of x with `updates[i]` added to row `indices[i]`; repeated rows add up."""
        rows = self.arange(0, x.shape[0], 1, dtype=indices.dtype, device=self.device_of(indices))
        hits = self.equal(self.reshape(rows, shape=(-1, 1)), self.reshape(indices, shape=(1, -1)))
        flat = self.reshape(updates, shape=(updates.shape[0], prod(x.shape[1:])))
        if self.dtype_of(x).is_differentiable and not self._all_finite(flat):  # 0 · NaN would reach every row
            zero = self.full((), 0, dtype=x.dtype, device=self.device_of(x))
            chosen = self.where(self.reshape(hits, shape=(*hits.shape, 1)), flat, zero)
            added = self.sum(chosen, axis=1)
        else:
            added = self.matmul(self.astype(hits, dtype=x.dtype), flat)
        return self.add(x, self.reshape(added, shape=tuple(x.shape)))

    def _all_finite(self, x: Array) -> bool:
        parts = (self.real(x), self.imag(x)) if self.dtype_of(x).is_complex else (x,)
        return all(bool(self.all(self.isfinite(part))) for part in parts)

    @primitive
    def matmul(self, x: Array, y: Array) -> Array:
        """The matrix product of the last two axes; leading axes broadcast."""

    # Complex numbers.

    @primitive
    def real(self, x: Array) -> Array:
        """The real part."""

    @primitive
    def imag(self, x: Array) -> Array:
        """The imaginary part."""

    @primitive
    def conj(self, x: Array) -> Array:
        """The complex conjugate."""


CONTRACT: dict[str, Primitive] = {
    name: value
    for part in (Backend, LinearAlgebraExtension)
    for name, value in vars(part).items()
    if isinstance(value, Primitive)
}
"""Every function of the contract, by name."""
PRIMITIVES: tuple[str, ...] = tuple(name for name, entry in CONTRACT.items() if entry.required)
"""The primitives that a backend's class or namespace must define."""
