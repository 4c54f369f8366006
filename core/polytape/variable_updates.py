"""Changes to parts of a variable: slices of it, and rows at indices.

Several updates of one row all count: they add up, or the last of them stays.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from polytape.conversion import convert
from polytape.errors import DTypeError, InvalidArgumentError
from polytape.indexed_slices import IndexedSlices
from polytape.tensor import Tensor, key_of

if TYPE_CHECKING:
    from polytape.backend import Array
    from polytape.variable import Variable


class VariableSlice(Tensor):
    """What indexing a variable gives: the elements as a tensor, and methods that change them in the variable.

    >>> import polytape as tf
    >>> v = tf.Variable([1, 2, 3, 4])
    >>> _ = v[1:3].assign([20, 30])
    >>> v.numpy().tolist()
    [1, 20, 30, 4]
    """

    __slots__ = ("_place", "_tensor", "_variable")

    def __init__(self, tensor: Tensor, variable: Variable, place: Any) -> None:
        super().__init__(tensor._array, tensor._backend)
        self._key = key_of(tensor)
        self._tensor = tensor
        self._variable = variable
        self._place = place

    def __polytape_tensor__(self) -> Tensor:
        """The elements alone, which is what ops work on."""
        return self._tensor

    def __reduce__(self) -> tuple[Any, ...]:
        return self._tensor.__reduce__()

    def assign(
        self, value: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True
    ) -> Variable:
        """Replace these elements of the variable.

        Args:
            value: what converts to a tensor of the slice's shape and the variable's dtype.

        Raises:
            InvalidArgumentError: if the shape is another one.
            DTypeError: if the value does not convert to the dtype.
        """
        return self._write(value, None, "assign")

    def assign_add(
        self, delta: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True
    ) -> Variable:
        """Add `delta`, which has the slice's shape, to these elements of the variable."""
        return self._write(delta, "add", "assign_add")

    def assign_sub(
        self, delta: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True
    ) -> Variable:
        """Subtract `delta`, which has the slice's shape, from these elements of the variable."""
        return self._write(delta, "subtract", "assign_sub")

    def _write(self, value: Any, primitive: str | None, call: str) -> Variable:
        from polytape.ops.slicing import plain_key  # a floor above

        variable = self._variable
        held = variable._value
        key, is_basic = plain_key(self._place, held._array.shape)
        if not is_basic:
            raise InvalidArgumentError(
                f"{call}: only slices and integers name a part of a variable that can be assigned to; for rows at "
                "indices use scatter_update or scatter_nd_update."
            )
        new = variable._converted(value, call)
        backend = held._backend
        present = backend.getitem(held._array, key=key)
        if tuple(new._array.shape) != tuple(present.shape):
            raise InvalidArgumentError(
                f"{call}: cannot write a value of shape {new.shape} to a slice of shape {tuple(present.shape)} of the "
                f"variable {variable.name!r}; the shapes must be the same (tf.broadcast_to)."
            )
        array = new._array if primitive is None else getattr(backend, primitive)(present, new._array)
        variable._set(Tensor(backend.setitem(held._array, array, key=key), backend))
        return variable


class VariableUpdates:
    """The methods of `Variable` that change rows of it at indices. They return the variable."""

    __slots__ = ()

    def scatter_update(
        self, sparse_delta: IndexedSlices, use_locking: bool = False, name: str | None = None
    ) -> Variable:
        """Put the slices in place of the variable's rows.

        >>> import polytape as tf
        >>> v = tf.Variable([1, 2, 3])
        >>> v.scatter_update(tf.IndexedSlices([10, 30], [0, 2], [3])).numpy().tolist()
        [10, 2, 30]
        """
        return self._scatter("scatter_update", sparse_delta)

    def scatter_add(self, sparse_delta: IndexedSlices, use_locking: bool = False, name: str | None = None) -> Variable:
        """Add the slices to the variable's rows."""
        return self._scatter("scatter_add", sparse_delta)

    def scatter_sub(self, sparse_delta: IndexedSlices, use_locking: bool = False, name: str | None = None) -> Variable:
        """Subtract the slices from the variable's rows."""
        return self._scatter("scatter_sub", sparse_delta, "scatter_add", negate=True)

    def scatter_max(self, sparse_delta: IndexedSlices, use_locking: bool = False, name: str | None = None) -> Variable:
        """Raise the variable's rows to the slices where those are larger."""
        return self._scatter("scatter_max", sparse_delta, "scatter_maximum")

    def scatter_min(self, sparse_delta: IndexedSlices, use_locking: bool = False, name: str | None = None) -> Variable:
        """Lower the variable's rows to the slices where those are smaller."""
        return self._scatter("scatter_min", sparse_delta, "scatter_minimum")

    def scatter_mul(self, sparse_delta: IndexedSlices, use_locking: bool = False, name: str | None = None) -> Variable:
        """Multiply the variable's rows by the slices."""
        return self._scatter("scatter_mul", sparse_delta, "scatter_multiply")

    def scatter_div(self, sparse_delta: IndexedSlices, use_locking: bool = False, name: str | None = None) -> Variable:
        """Divide the variable's rows by the slices; the variable is floating-point or complex."""
        return self._scatter("scatter_div", sparse_delta, "scatter_divide")

    def batch_scatter_update(
        self, sparse_delta: IndexedSlices, use_locking: bool = False, name: str | None = None
    ) -> Variable:
        """Put the slices in place of rows of each batch.

        Args:
            sparse_delta: indices of shape [*batch, n] and values of shape [*batch, n, *row]; the variable has the
                shape [*batch, rows, *row].
        """
        values, indices = self._delta(sparse_delta, "batch_scatter_update")
        shape, wanted = tuple(self._variable._value._array.shape), tuple(indices._array.shape)
        axis = len(wanted) - 1
        if axis < 0 or len(shape) <= axis or wanted[:-1] != shape[:axis]:
            raise InvalidArgumentError(
                f"batch_scatter_update: the indices must have the shape [*batch, n] for a variable of shape "
                f"{list(shape)}; received {list(wanted)}."
            )
        rows = _rows(indices, (shape[axis],), axis)
        return self._change(
            "batch_scatter_update", "scatter_update", rows, values, (*wanted, *shape[axis + 1 :]), axis + 1
        )

    def scatter_nd_update(self, indices: Any, updates: Any, name: str | None = None) -> Variable:
        """Put slices in place of those at `indices`, as `tf.tensor_scatter_nd_update` does.

        >>> import polytape as tf
        >>> v = tf.Variable([[1, 2], [3, 4]])
        >>> v.scatter_nd_update([[0, 1], [1, 0]], [20, 30]).numpy().tolist()
        [[1, 20], [30, 4]]
        """
        return self._scatter_nd("scatter_nd_update", "scatter_update", indices, updates)

    def scatter_nd_add(self, indices: Any, updates: Any, name: str | None = None) -> Variable:
        """Add slices to those at `indices`, as `tf.tensor_scatter_nd_add` does."""
        return self._scatter_nd("scatter_nd_add", "scatter_add", indices, updates)

    def scatter_nd_sub(self, indices: Any, updates: Any, name: str | None = None) -> Variable:
        """Subtract slices from those at `indices`, as `tf.tensor_scatter_nd_sub` does."""
        return self._scatter_nd("scatter_nd_sub", "scatter_add", indices, updates, negate=True)

    def sparse_read(self, indices: Any, name: str | None = None) -> Tensor:
        """Return the rows at `indices`, as `tf.gather` does."""
        from polytape.ops.gathering import gather  # a floor above

        return gather(self, indices)

    def gather_nd(self, indices: Any, name: str | None = None) -> Tensor:
        """Return the slices at `indices`, as `tf.gather_nd` does."""
        from polytape.ops.gathering import gather_nd

        return gather_nd(self, indices)

    @property
    def _variable(self) -> Variable:
        return self  # type: ignore[return-value]

    def _delta(self, slices: Any, call: str) -> tuple[Tensor, Tensor]:
        """The values and the indices of slices, as tensors where the variable is."""
        if not isinstance(slices, IndexedSlices):
            raise DTypeError(f"{call}: sparse_delta must be a tf.IndexedSlices; received {type(slices).__name__}.")
        return self._variable._converted(slices.values, call), _integers(slices.indices, self._variable, call)

    def _scatter(self, call: str, slices: Any, op: str | None = None, negate: bool = False) -> Variable:
        values, indices = self._delta(slices, call)
        shape = tuple(self._variable._value._array.shape)
        if not shape:
            raise InvalidArgumentError(f"{call}: the variable {self._variable.name!r} has no axes, and so no rows.")
        rows = _rows(indices, shape[:1], 0)
        return self._change(call, op or call, rows, values, (*indices._array.shape, *shape[1:]), 1, negate)

    def _scatter_nd(self, call: str, op: str, indices: Any, updates: Any, negate: bool = False) -> Variable:
        at = _integers(indices, self._variable, call)
        values = self._variable._converted(updates, call)
        shape, wanted = tuple(self._variable._value._array.shape), tuple(at._array.shape)
        depth = wanted[-1] if wanted else 0
        if not wanted or depth > len(shape):
            raise InvalidArgumentError(
                f"{call}: the last axis of the indices holds at most {len(shape)} indices for a variable of shape "
                f"{list(shape)}; received indices of shape {list(wanted)}."
            )
        backend = at._backend
        rows = backend.row_numbers(at._array, lengths=shape[:depth], batch_dims=0)
        return self._change(call, op, rows, values, (*wanted[:-1], *shape[depth:]), depth, negate)

    def _change(
        self,
        call: str,
        op: str,
        rows: Array,
        values: Tensor,
        wanted: tuple[int, ...],
        depth: int,
        negate: bool = False,
    ) -> Variable:
        """Run an op on the value whose first `depth` axes have been joined to rows."""
        variable = self._variable
        held = variable._value
        backend, shape = held._backend, tuple(held._array.shape)
        if tuple(values._array.shape) != wanted:
            raise InvalidArgumentError(
                f"{call}: the updates of the variable {variable.name!r} of shape {list(shape)} must be of shape "
                f"{list(wanted)}; received {values.shape}."
            )
        row = shape[depth:]
        flat = backend.reshape(held._array, shape=(math.prod(shape[:depth]), *row))
        updates = backend.reshape(values._array, shape=(rows.shape[0], *row))
        made = getattr(backend, op)(flat, rows, backend.negative(updates) if negate else updates)
        variable._set(Tensor(backend.reshape(made, shape=shape), backend))
        return variable


def subscript(variable: Variable, key: Any) -> VariableSlice:
    """Return `variable[key]`, which can be assigned to."""
    from polytape.ops.slicing import subscript as of_tensor

    return VariableSlice(of_tensor(variable.__polytape_tensor__(), key), variable, key)


def _integers(indices: Any, variable: Variable, call: str) -> Tensor:
    found = convert(indices, like=variable._value)
    if not found.dtype.is_integer:
        raise DTypeError(f"{call}: indices must be integers; received {found.dtype.name}.")
    return found


def _rows(indices: Tensor, lengths: tuple[int, ...], batch_dims: int) -> Array:
    backend = indices._backend
    column = backend.reshape(indices._array, shape=(*indices._array.shape, 1))
    return backend.row_numbers(column, lengths=lengths, batch_dims=batch_dims)
