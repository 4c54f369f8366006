"""A long short-term memory in native code: all steps of a sequence are one call for each core.

The rows of a batch do not depend on one another, so each core takes some of them through all steps.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polytape.backend import Array
from polytape_numpy import native
from polytape_numpy.native.library import kernel_of
from polytape_numpy.native.planning import empty
from polytape_numpy.native.products import panel_width
from polytape_numpy.native.rows import dense
from polytape_numpy.native.source.sizes import DEPTH
from polytape_numpy.native.threads import added, bounds, cores, run
from polytape_numpy.recurrence import NumpyRecurrence

_WORTHWHILE = 50_000
"""Below that many products of two numbers NumPy's way is there at once, and native code would have to be compiled."""

_SHARED = 2_000_000
"""Below that many products one core is as quick as several."""

_STEPPED = ("array", "int", "int")
_FORWARD = (*_STEPPED, *["array"] * 4, *_STEPPED, *["array"] * 2, *["int"] * 5, *["array"] * 4)
_BACKWARD = (
    *(*(*_STEPPED, "int") * 3, *["array"] * 4, *_STEPPED, *["array"] * 3, *["int"] * 5),
    *["array"] * 3,
)
_KERNEL_GRADIENT = ("array", *_STEPPED, "array", *["int"] * 10, *["array"] * 3)


class NativeRecurrence(NumpyRecurrence):
    """The part of the NumPy backend that runs recurrent layers."""

    def long_short_term_memory(self, *xs: Array) -> tuple[Array, Array, Array]:
        """The outputs, memories and gates of all steps; the outputs lie in memory as the inputs do."""
        projected, hidden, memory, kernel, *bias = xs
        if not _suits(projected, kernel, hidden, memory, *bias):
            return super().long_short_term_memory(*xs)  # type: ignore[no-any-return]
        (steps, batch, columns), width, dtype = projected.shape, kernel.shape[0], projected.dtype
        hidden, memory, kernel, *bias = map(dense, (hidden, memory, kernel, *bias))
        added = bias[0] if bias else np.zeros(columns, dtype)
        projected = _with_whole_rows(projected)
        outputs = _empty(steps, batch, width, projected)
        memories, gates = empty((steps, batch, width), dtype), empty((steps, batch, columns), dtype)
        panel = panel_width(dtype)
        whole = -(-columns // panel) * panel
        states = (hidden, memory, kernel, added)
        fixed = (*_stepped(projected), *states, *_stepped(outputs), memories, gates, steps, batch, width)
        run(
            kernel_of(dtype, "recurrence.forward", _FORWARD),
            [
                (*fixed, *part, *_rooms(dtype, whole * width, rows * whole, rows * width, rows * width))
                for part, rows in _parts(batch, steps * kernel.size)
            ],
        )
        return outputs, memories, gates

    def back_through_time(
        self,
        of_outputs: Array | None,
        of_memories: Array | None,
        of_gates: Array | None,
        hidden: Array,
        memory: Array,
        kernel: Array,
        outputs: Array,
        memories: Array,
        gates: Array,
    ) -> tuple[Array, Array, Array, Array, Array]:
        """The gradients; those of the projected inputs lie in memory as the outputs do."""
        given = [gradient for gradient in (of_outputs, of_memories, of_gates) if gradient is not None]
        if not _suits(gates, kernel, *given, hidden, memory, outputs, memories):
            return super().back_through_time(  # type: ignore[no-any-return]
                of_outputs, of_memories, of_gates, hidden, memory, kernel, outputs, memories, gates
            )
        (steps, batch, columns), width, dtype = gates.shape, kernel.shape[0], gates.dtype
        hidden, memory, kernel, memories, gates = map(dense, (hidden, memory, kernel, memories, gates))
        outputs = _with_whole_rows(outputs)
        of_projected = _empty(steps, batch, columns, outputs)
        of_hidden, of_memory = empty((batch, width), dtype), empty((batch, width), dtype)
        nothing = (memory, 0, 0, 0)
        gradients = [
            part
            for gradient in (of_outputs, of_memories, of_gates)
            for part in (nothing if gradient is None else (*_stepped(_with_whole_rows(gradient)), 1))
        ]
        panel = panel_width(dtype)
        whole, row = -(-width // panel) * panel, columns + panel
        parts = _parts(batch, steps * kernel.size)
        of_biases = empty((len(parts), columns), dtype)
        fixed = (*gradients, memory, kernel, memories, gates, *_stepped(of_projected), of_hidden, of_memory)
        run(
            kernel_of(dtype, "recurrence.backward", _BACKWARD),
            [
                (*fixed, of_bias, steps, batch, width, *part, *_rooms(dtype, whole * columns, rows * row, rows * whole))
                for of_bias, (part, rows) in zip(of_biases, parts)
            ],
        )
        of_kernel = _kernel_gradient(hidden, outputs, of_projected)
        return of_projected, of_hidden, of_memory, of_kernel, added(of_biases)


def _kernel_gradient(hidden: Array, outputs: Array, of_sums: Array) -> Array:
    """The products of what each step began with and the gradients of its sums, added up in the order in memory."""
    (steps, batch, columns), width, dtype = of_sums.shape, hidden.shape[1], of_sums.dtype
    of_kernel = empty((width, columns), dtype)
    _, *output_strides = _stepped(outputs)
    _, *sum_strides = _stepped(of_sums)
    lengths = [steps - 1, batch]
    start, row = sum_strides
    if abs(row) > abs(start):
        for pair in (output_strides, sum_strides, lengths):
            pair.reverse()
    panel = panel_width(dtype)
    count = -(-columns // panel)
    parts = bounds(count, min(cores(), count) if of_sums.size * width >= _SHARED else 1)
    fixed = (hidden, outputs, *output_strides, of_sums, start, *sum_strides, *lengths, row, batch, width)
    run(
        kernel_of(dtype, "recurrence.kernel_gradient", _KERNEL_GRADIENT),
        [
            (
                *fixed,
                left * panel,
                min(right * panel, columns),
                of_kernel,
                *_rooms(dtype, DEPTH * panel, width * panel),
            )
            for left, right in parts
        ],
    )
    return of_kernel


def _suits(gates: Array, kernel: Array, *others: Array) -> bool:
    """Whether native code is there for these arrays, and pays."""
    return (
        gates.dtype.char in "fd"
        and gates.shape[0] * gates.shape[1] * kernel.size > _WORTHWHILE
        and all(array.dtype == gates.dtype for array in (kernel, *others))
        and native.is_available()
    )


def _parts(batch: int, products: int) -> list[tuple[tuple[int, int], int]]:
    """The rows of each core, and how many they are; each row takes so many products of two numbers."""
    found = bounds(batch, min(cores(), batch) if batch * products >= _SHARED else 1)
    return [((first, last), last - first) for first, last in found]


def _empty(steps: int, batch: int, length: int, like: Array) -> Array:
    """Room for a row at each step for each member of the batch, in the order that those of `like` have in memory."""
    if abs(like.strides[1]) > abs(like.strides[0]):
        return empty((batch, steps, length), like.dtype).transpose(1, 0, 2)
    return empty((steps, batch, length), like.dtype)


def _with_whole_rows(x: Array) -> Array:
    """`x`, in which the elements of a row follow one another."""
    return x if x.strides[2] == x.itemsize else dense(x)


def _stepped(x: Array) -> tuple[Array, int, int]:
    """An array, and how many elements its steps and its rows are apart."""
    return x, x.strides[0] // x.itemsize, x.strides[1] // x.itemsize


def _rooms(dtype: np.dtype[Any], *sizes: int) -> list[Array]:
    """Memory to work in."""
    return [empty(size, dtype) for size in sizes]
