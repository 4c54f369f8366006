"""Updates of single rows: what an optimizer does with `IndexedSlices`, the gradient of rows that were looked up."""

from __future__ import annotations

from typing import Any

from polytape.backend import Array, Backend
from polytape.graph.live import tracing
from polytape.indexed_slices import IndexedSlices
from polytape.optimizers.formula import update_formula
from polytape.primitive import formula
from polytape.tensor import Tensor
from polytape.variable import Variable


def without_duplicates(gradient: IndexedSlices) -> IndexedSlices:
    """The same gradient with each row once: values that share a row are summed."""
    values, indices = gradient.values, gradient.indices
    if indices._array.shape[0] < 2:
        return gradient
    backend = values._backend
    rows, sums = backend.sum_rows(indices._array, values._array)
    return IndexedSlices(Tensor(sums, backend), Tensor(rows, backend), gradient.dense_shape, gradient._backend)


class Rows:
    """Some rows of a variable and of its slots, to be updated as if they were all.

    Slots of another shape than the variable's, such as counters, are taken along whole.
    """

    def __init__(self, variable: Variable, slots: dict[str, Any], indices: Tensor) -> None:
        held = variable._value
        self.whole = variable
        self.whole_slots = slots
        self.backend = held._backend
        self.indices = indices._array
        self.variable = Variable(Tensor(self._take(held._array), self.backend), trainable=False, name=variable._name)
        shape = held._array.shape
        self.along = {name for name, slot in slots.items() if getattr(slot, "shape", None) == shape}
        self.slots = {name: self._of_slot(slot) if name in self.along else slot for name, slot in slots.items()}

    def put_back(self) -> None:
        """Write the updated rows to the variable and its slots."""
        alone = tracing.get() is None and self.whole._holds_alone()  # a replay looks for itself, each time
        put = self.backend.put_slot_rows if alone else self.backend.put_rows
        updated = put(self.whole._value._array, self.indices, self.variable._value._array)
        self.whole._set(Tensor(updated, self.backend))
        for name, slot in self.slots.items():
            self.whole_slots[name] = self._into_slot(self.whole_slots[name], slot) if name in self.along else slot

    def _take(self, array: Array) -> Array:
        return self.backend.take(array, self.indices, axis=0)

    def _of_slot(self, slot: Any) -> Any:
        return Tensor(self._take(slot._array), self.backend) if type(slot) is Tensor else self._take(slot)

    def _into_slot(self, slot: Any, rows: Any) -> Any:
        if type(slot) is Tensor:
            return Tensor(self.backend.put_rows(slot._array, self.indices, rows._array), self.backend)
        return self.backend.put_slot_rows(slot, self.indices, rows)


@formula
def sum_rows(backend: Backend, indices: Array, values: Array) -> tuple[Array, Array]:
    """Return each index once, in ascending order, and the sums of the values that share it."""
    order = backend.argsort(indices, axis=0)
    indices, values = backend.take(indices, order, axis=0), backend.take(values, order, axis=0)
    count = indices.shape[0]
    later = backend.getitem(indices, key=(slice(1, None),))
    earlier = backend.getitem(indices, key=(slice(None, -1),))
    begins = backend.concat((backend.equal(order[:1], order[:1]), backend.not_equal(later, earlier)), axis=0)
    segments = backend.cumulative_sum(backend.astype(begins, dtype=order.dtype), axis=0) - 1
    number = int(segments[-1]) + 1
    device = backend.device_of(indices)
    firsts = backend.where(begins, indices, backend.full((count,), 0, dtype=indices.dtype, device=device))
    none = backend.full((number,), 0, dtype=indices.dtype, device=device)
    rows = backend.scatter_add(none, segments, firsts)
    zeros = backend.full((number, *values.shape[1:]), 0, dtype=values.dtype, device=device)
    return rows, backend.scatter_add(zeros, segments, values)


@update_formula
def put_rows(backend: Backend, x: Array, rows: Array, values: Array) -> Array:
    """Return a copy of x whose rows at distinct indices are replaced."""
    return backend.scatter_add(x, rows, values - backend.take(x, rows, axis=0))


@update_formula
def put_slot_rows(backend: Backend, slot: Array, rows: Array, values: Array) -> Array:
    """Return `slot` with rows at distinct indices replaced; a backend may write to `slot` itself."""
    return backend.put_rows(slot, rows, values)
