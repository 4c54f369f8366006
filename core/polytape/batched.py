"""Arrays with a leading axis that ops do not see, and the backend that computes with them.

`Batched` stands for many arrays of one shape at once: `shape` is the shape of each. `BatchedBackend` fulfils the
contract over them and over ordinary arrays of the backend below, which mean the same for each of the many. Whatever is
written against a backend, a gradient rule above all, so runs for the whole batch in one pass: `GradientTape.jacobian`
sends all rows of the identity matrix backwards together, and `vectorized_map` runs a function once for all slices.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from functools import cache
from typing import Any, NoReturn

from polytape.backend import Array, Axis, Backend, Shape
from polytape.dtypes import float32
from polytape.errors import UnimplementedError


class NotBatchedError(UnimplementedError):
    """Something was asked of many arrays at once that has an answer for one array only."""


class Batched:
    """Many arrays of one shape, along the first axis of `array`."""

    __slots__ = ("array", "backend")
    __array_ufunc__ = None  # so that `ndarray * batched` asks the batched

    def __init__(self, array: Array, backend: BatchedBackend) -> None:
        self.array = array
        self.backend = backend

    @property
    def shape(self) -> Shape:
        """The shape of each of the many."""
        return tuple(self.array.shape[1:])

    @property
    def dtype(self) -> Any:
        """The native dtype."""
        return self.array.dtype

    def _refuse(self, *_: Any) -> NoReturn:
        raise NotBatchedError("The values differ from one element of the batch to the next: there is no single one.")

    __array__ = __bool__ = __complex__ = __float__ = __getitem__ = __index__ = __int__ = __iter__ = __len__ = _refuse

    def __eq__(self, other: object) -> Any:
        return self.backend.equal(self, other)

    def __ne__(self, other: object) -> Any:
        return self.backend.not_equal(self, other)

    __hash__ = object.__hash__

    def __add__(self, other: Any) -> Any:
        return self.backend.add(self, other)

    def __radd__(self, other: Any) -> Any:
        return self.backend.add(other, self)

    def __sub__(self, other: Any) -> Any:
        return self.backend.subtract(self, other)

    def __rsub__(self, other: Any) -> Any:
        return self.backend.subtract(other, self)

    def __mul__(self, other: Any) -> Any:
        return self.backend.multiply(self, other)

    def __rmul__(self, other: Any) -> Any:
        return self.backend.multiply(other, self)

    def __truediv__(self, other: Any) -> Any:
        return self.backend.divide(self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return self.backend.divide(other, self)

    def __pow__(self, other: Any) -> Any:
        return self.backend.pow(self, other)

    def __neg__(self) -> Any:
        return self.backend.negative(self)

    def __matmul__(self, other: Any) -> Any:
        return self.backend.matmul(self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return self.backend.matmul(other, self)

    def __lt__(self, other: Any) -> Any:
        return self.backend.less(self, other)

    def __le__(self, other: Any) -> Any:
        return self.backend.less_equal(self, other)

    def __gt__(self, other: Any) -> Any:
        return self.backend.greater(self, other)

    def __ge__(self, other: Any) -> Any:
        return self.backend.greater_equal(self, other)


class _Lifted:
    """A namespace whose functions work element by element, or on the last axes, and so take a batch as it is."""

    def __init__(self, backend: BatchedBackend, inner: Any) -> None:
        self.backend = backend
        self.inner = inner

    def __getattr__(self, name: str) -> Any:
        return self.backend.lifted(getattr(self.inner, name))


def _of_matrices(name: str) -> Callable[..., Any]:
    """A function of the backend below that works on the last two axes, and so takes a batch as it is."""

    def call(self: BatchedBackend, *arrays: Any, **options: Any) -> Any:
        return self.lifted(getattr(self.inner, name))(*arrays, **options)

    return call


class BatchedBackend(Backend):
    """The backend `inner`, for arrays that may be batched."""

    name = "batched"

    def __init__(self, inner: Backend) -> None:
        self.inner = inner
        self.namespace = _Lifted(self, inner)
        self.dtypes = inner.dtypes  # type: ignore[misc]
        self.lacks = inner.lacks  # type: ignore[misc]

    def lifted(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """`function`, taking batches: each gets axes of length one so that the batch stays in front."""

        def call(*values: Any, **options: Any) -> Any:
            rank = max([len(value.shape) for value in values if hasattr(value, "shape")], default=0)
            if not any(type(value) is Batched for value in values):
                return function(*values, **options)
            found = function(*[self._padded(value, rank) for value in values], **options)
            return self._wrap(tuple(found) if isinstance(found, tuple) else found)

        return call

    def _wrap(self, found: Any) -> Any:
        return tuple([Batched(item, self) for item in found]) if type(found) is tuple else Batched(found, self)

    def _padded(self, value: Any, rank: int) -> Any:
        """The bare array, its batch followed by axes of length one up to `rank`."""
        if type(value) is not Batched:
            return value
        array = value.array
        missing = rank + 1 - len(array.shape)
        if missing <= 0:
            return array
        return self.inner.reshape(array, shape=(array.shape[0], *(1,) * missing, *array.shape[1:]))

    def _batch(self, *values: Any) -> int:
        return int(next(value.array.shape[0] for value in values if type(value) is Batched))

    def _full_batch(self, value: Any, count: int) -> Array:
        """The bare array with a batch in front, even if it is the same for each of the many."""
        if type(value) is Batched:
            return value.array
        return self.inner.broadcast_to(value, shape=(count, *value.shape))

    # What the backend below is asked for.

    def takes(self, other: Backend) -> bool:
        """Arrays of the backend below are the same for each of the many."""
        return other is self or other is self.inner

    def devices(self) -> tuple[str, ...]:
        """The devices of the backend below."""
        return self.inner.devices()

    def to_device(self, array: Array, device: str) -> Array:
        """Each on another device."""
        return self._each(lambda one: self.inner.to_device(one, device), array)

    def from_numpy(self, array: Any, device: str | None = None) -> Array:
        """One array for all."""
        return self.inner.from_numpy(array, device)

    def to_numpy(self, array: Array) -> Any:
        """The value of what is the same for all; what differs has none."""
        if type(array) is Batched:
            array._refuse()
        return self.inner.to_numpy(array)

    def to_dlpack(self, array: Array, **options: Any) -> Any:
        """The same for DLPack."""
        if type(array) is Batched:
            array._refuse()
        return self.inner.to_dlpack(array, **options)

    def native_dtype(self, dtype: Any) -> Any:
        """The native dtype of the backend below."""
        return self.inner.native_dtype(dtype)

    def dtype_of(self, array: Array) -> Any:
        """The dtype of an array or of each of many."""
        return self.inner.dtype_of(array.array if type(array) is Batched else array)

    def device_of(self, array: Array) -> str:
        """The device that holds `array`."""
        return self.inner.device_of(array.array if type(array) is Batched else array)

    def scalar(self, value: Any, like: Array) -> Array:
        """One number for all."""
        return self.inner.scalar(value, like.array if type(like) is Batched else like)

    def full(self, shape: Shape, value: Any, *, dtype: Any, device: str | None = None) -> Array:
        """One array for all."""
        return self.inner.full(shape, value, dtype=dtype, device=device)

    def arange(self, start: Any, stop: Any, step: Any, *, dtype: Any, device: str | None = None) -> Array:
        """One array for all."""
        return self.inner.arange(start, stop, step, dtype=dtype, device=device)

    def astype(self, x: Array, *, dtype: Any) -> Array:
        """Each in another dtype."""
        return self._each(self.inner.astype, x, dtype=dtype)

    # Reductions and scans: axes are counted behind the batch.

    def _each(self, function: Callable[..., Any], x: Any, **options: Any) -> Any:
        if type(x) is not Batched:
            return function(x, **options)
        return self._wrap(function(x.array, **options))

    def _reduce(self, function: Callable[..., Any], x: Any, axis: Axis, **options: Any) -> Any:
        if type(x) is not Batched:
            return function(x, axis=axis, **options)
        if axis is None:
            axis = tuple(range(1, len(x.array.shape)))
        elif isinstance(axis, tuple):
            axis = tuple([item + 1 if item >= 0 else item for item in axis])
        elif axis >= 0:
            axis += 1
        return self._wrap(x.array if axis == () else function(x.array, axis=axis, **options))

    def sum(self, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
        """The sum of each."""
        return self._reduce(self.inner.sum, x, axis, keepdims=keepdims)

    def prod(self, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
        """The product of each."""
        return self._reduce(self.inner.prod, x, axis, keepdims=keepdims)

    def max(self, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
        """The largest element of each."""
        return self._reduce(self.inner.max, x, axis, keepdims=keepdims)

    def min(self, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
        """The smallest element of each."""
        return self._reduce(self.inner.min, x, axis, keepdims=keepdims)

    def all(self, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
        """Whether all elements of each are true."""
        return self._reduce(self.inner.all, x, axis, keepdims=keepdims)

    def any(self, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
        """Whether some element of each is true."""
        return self._reduce(self.inner.any, x, axis, keepdims=keepdims)

    def argmax(self, x: Array, *, axis: int) -> Array:
        """The index of the largest element of each."""
        return self._reduce(self.inner.argmax, x, axis)

    def argmin(self, x: Array, *, axis: int) -> Array:
        """The index of the smallest element of each."""
        return self._reduce(self.inner.argmin, x, axis)

    def cumulative_sum(self, x: Array, *, axis: int) -> Array:
        """The running sum of each."""
        return self._reduce(self.inner.cumulative_sum, x, axis)

    def sort(self, x: Array, *, axis: int) -> Array:
        """The elements of each in order."""
        return self._reduce(self.inner.sort, x, axis)

    def argsort(self, x: Array, *, axis: int) -> Array:
        """The indices that sort each."""
        return self._reduce(self.inner.argsort, x, axis)

    # Shape, indexing, matrix product.

    def reshape(self, x: Array, *, shape: Shape) -> Array:
        """Each under another shape."""
        return self._each(self.inner.reshape, x, shape=(self._batch(x), *shape) if type(x) is Batched else shape)

    def permute_dims(self, x: Array, *, axes: tuple[int, ...]) -> Array:
        """The axes of each in another order."""
        moved = (0, *[axis + 1 for axis in axes]) if type(x) is Batched else axes
        return self._each(self.inner.permute_dims, x, axes=moved)

    def broadcast_to(self, x: Array, *, shape: Shape) -> Array:
        """Each repeated along axes."""
        if type(x) is not Batched:
            return self.inner.broadcast_to(x, shape=shape)
        return self._wrap(self.inner.broadcast_to(self._padded(x, len(shape)), shape=(self._batch(x), *shape)))

    def concat(self, arrays: Sequence[Array], *, axis: int) -> Array:
        """Each joined with its like."""
        if not any(type(array) is Batched for array in arrays):
            return self.inner.concat(arrays, axis=axis)
        count = self._batch(*arrays)
        whole = [self._full_batch(array, count) for array in arrays]
        return self._wrap(self.inner.concat(whole, axis=axis + 1 if axis >= 0 else axis))

    def getitem(self, x: Array, *, key: tuple[Any, ...]) -> Array:
        """The same part of each."""
        return self._each(self.inner.getitem, x, key=(slice(None), *key) if type(x) is Batched else key)

    def take(self, x: Array, indices: Array, *, axis: int) -> Array:
        """Slices of each; the indices may be batched too."""
        axis = axis % len(x.shape)
        if type(indices) is not Batched:
            behind = axis + 1 if type(x) is Batched else axis
            return self._each(lambda array: self.inner.take(array, indices, axis=behind), x)
        count = self._batch(indices)
        whole = self._full_batch(x, count)
        order = (0, axis + 1, *[i for i in range(1, len(whole.shape)) if i != axis + 1])
        front = self.inner.permute_dims(whole, axes=order)
        rows = self.inner.reshape(front, shape=(count * front.shape[1], *front.shape[2:]))
        found = self.inner.take(rows, self._flat_rows(indices.array, int(front.shape[1])), axis=0)
        found = self.inner.reshape(found, shape=(count, indices.array.shape[1], *front.shape[2:]))
        back = sorted(range(len(order)), key=order.__getitem__)
        return self._wrap(self.inner.permute_dims(found, axes=tuple(back)))

    def scatter_add(self, x: Array, indices: Array, updates: Array) -> Array:
        """Rows added to each."""
        if not any(type(value) is Batched for value in (x, indices, updates)):
            return self.inner.scatter_add(x, indices, updates)
        count = self._batch(x, indices, updates)
        into, rows, what = (self._full_batch(value, count) for value in (x, indices, updates))
        flat = self.inner.reshape(into, shape=(count * into.shape[1], *into.shape[2:]))
        what = self.inner.reshape(what, shape=(count * what.shape[1], *what.shape[2:]))
        added = self.inner.scatter_add(flat, self._flat_rows(rows, int(into.shape[1])), what)
        return self._wrap(self.inner.reshape(added, shape=tuple(into.shape)))

    def any_out_of_range(self, indices: Array, *, length: int) -> Array:
        """Whether an index of one of the many is out of range: a question that has one answer for all."""
        return self.inner.any_out_of_range(indices.array if type(indices) is Batched else indices, length=length)

    def _flat_rows(self, indices: Array, length: int) -> Array:
        """Row numbers of each, made into row numbers of all arrays laid end to end."""
        count = int(indices.shape[0])
        first = self.inner.arange(0, count * length, length, dtype=indices.dtype) if length else indices[:, 0] * 0
        shifted = self.inner.add(indices, self.inner.reshape(first, shape=(count, 1)))
        return self.inner.reshape(shifted, shape=(math.prod(indices.shape),))

    def matmul(self, x: Array, y: Array) -> Array:
        """The matrix product of each."""
        if type(x) is Batched and type(y) is not Batched and len(x.shape) == 2 and len(y.shape) == 2:
            rows = self.inner.reshape(x.array, shape=(x.array.shape[0] * x.array.shape[1], x.array.shape[2]))
            product = self.inner.matmul(rows, y)  # one large product instead of many small ones
            return self._wrap(self.inner.reshape(product, shape=(*x.array.shape[:2], y.shape[1])))
        return self.lifted(self.inner.matmul)(x, y)

    cholesky, inv, solve = _of_matrices("cholesky"), _of_matrices("inv"), _of_matrices("solve")
    det, slogdet, qr = _of_matrices("det"), _of_matrices("slogdet"), _of_matrices("qr")
    svd, svdvals = _of_matrices("svd"), _of_matrices("svdvals")
    eigh, eigvalsh = _of_matrices("eigh"), _of_matrices("eigvalsh")


@cache
def batched_backend(backend: Backend) -> BatchedBackend:
    """The batched backend over each backend; a batched one itself."""
    return backend if isinstance(backend, BatchedBackend) else BatchedBackend(backend)


@cache
def yields(backend: Backend) -> bool:
    """Whether the library's arrays leave `array * batched` to the batch; others, such as MLX's, refuse it."""
    one = backend.full((1,), 1, dtype=backend.native_dtype(float32))
    try:
        return type(one * Batched(one, batched_backend(backend))) is Batched
    except (TypeError, ValueError):
        return False


batching: ContextVar[Callable[[Backend], BatchedBackend] | None] = ContextVar("polytape_batching", default=None)
"""`batched_backend` while a function runs once for many slices: on what gradient rules then run."""


def refuse_in_batch(what: str) -> None:
    """Raise `NotBatchedError` if a function runs once for many slices, for each of which `what` would happen."""
    if batching.get() is not None:
        raise NotBatchedError(f"{what} must happen for each slice by itself.")
