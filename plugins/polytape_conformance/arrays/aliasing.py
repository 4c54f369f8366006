"""Views and updates: a tensor read earlier is not changed by what is done later, even if memory is shared.

Backends may update in place what nobody else holds: the slots of optimizers, say. Here somebody holds everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from polytape import dtypes
from polytape_conformance.arrays.function import ANY, FLOATING
from polytape_conformance.arrays.immutability import bits
from polytape_conformance.arrays.samples import numbers
from polytape_conformance.case import Case
from polytape_conformance.level import Level
from polytape_conformance.subject import Subject

View = Callable[[Any, Any], Any]
VIEWS: dict[str, View] = {
    "reshape": lambda backend, x: backend.reshape(x, shape=(12,)),
    "permute_dims": lambda backend, x: backend.permute_dims(x, axes=(1, 0)),
    "getitem": lambda backend, x: backend.getitem(x, key=(slice(1, None), slice(None, None, 2))),
    "broadcast_to": lambda backend, x: backend.broadcast_to(x, shape=(2, 3, 4)),
    "astype": lambda backend, x: backend.astype(x, dtype=x.dtype),
    "concat": lambda backend, x: backend.concat([x], axis=0),
    "take": lambda backend, x: backend.take(x, backend.arange(0, 3, 1, dtype=_int32(backend)), axis=0),
    "where": lambda backend, x: backend.where(backend.equal(x, x), x, x),
    "stop_gradient": lambda backend, x: backend.stop_gradient(x),
    "abs": lambda backend, x: backend.abs(x),
    "round": lambda backend, x: backend.round(x),
    "conj": lambda backend, x: backend.conj(x),
    "real": lambda backend, x: backend.real(x),
    "imag": lambda backend, x: backend.imag(x),
    "unpack": lambda backend, x: backend.unpack(x, axis=0)[1],
    "split": lambda backend, x: backend.split(x, sizes=(2, 1), axis=0)[0],
    "sort": lambda backend, x: backend.sort(x, axis=1),
}
"""Functions whose result may share memory with their argument."""
_DTYPES = {
    "abs": ("float32", "int32"),
    "round": ("float32", "int32"),
    "sort": ("float32", "int32"),
    **dict.fromkeys(("conj", "real", "imag"), ("complex64", "complex128")),
}
WRITERS: dict[str, Callable[[Any], Any]] = {
    "assign": lambda v: v.assign(v * 0 + 5),
    "assign_add": lambda v: v.assign_add(v * 0 + 5),
    "assign_sub": lambda v: v.assign_sub(v * 0 + 5),
    "assign to a part": lambda v: v[1].assign(v[0] * 0 + 5),
}
"""What changes a variable of shape (3, 4)."""


def cases(subject: Subject) -> Iterator[Case]:
    """For each view and dtype, for each way to write to a variable, and for each optimizer."""
    for name, view in VIEWS.items():
        for dtype in _DTYPES.get(name, ANY):
            yield Case(Level.ARRAYS, name, "aliasing", _viewed(view, dtype), dtype)
    for name, write in WRITERS.items():
        yield Case(Level.ARRAYS, "Variable", "aliasing", _updated(write), "float32", name.replace(" ", "-"))
    yield Case(Level.ARRAYS, "scatter_add", "aliasing", _scattered, "float32")
    yield Case(Level.ARRAYS, "setitem", "aliasing", _set, "float32")
    for name in ("SGD", "Adam", "RMSprop", "Adagrad", "Adadelta", "Adamax", "Nadam", "Ftrl"):
        for dtype in FLOATING[1:]:
            yield Case(Level.ARRAYS, f"optimizers.{name}", "aliasing", _optimized(name, dtype), dtype)


def _int32(backend: Any) -> Any:
    return backend.native_dtype(dtypes.int32)


def _viewed(view: View, dtype: str) -> Callable[[Subject], None]:
    """A view and its source, while variables made from either are updated in every way."""

    def run(subject: Subject) -> None:
        tf, backend = subject.tf, subject.backend
        source = tf.constant(numbers((3, 4), dtype))
        found = tf.Tensor(view(backend, source._array), backend)
        held = {"the source": source, "the view": found}
        before = {name: bits(subject, tensor._array) for name, tensor in held.items()}
        for name, tensor in held.items():
            variable = tf.Variable(tensor)
            was = variable.value()
            variable.assign(tf.zeros_like(tensor))
            if dtype != "bool":
                variable.assign_add(tf.ones_like(tensor))
                variable.assign_sub(tf.ones_like(tensor) + tf.ones_like(tensor))
            for other, earlier in before.items():
                assert bits(subject, held[other]._array) == earlier, f"{other} changed with a variable made of {name}"
            assert bits(subject, was._array) == before[name], f"the value read from a variable made of {name} changed"

    return run


def _updated(write: Callable[[Any], Any]) -> Callable[[Subject], None]:
    """Values, rows and NumPy arrays that were read from a variable before it was written to."""

    def run(subject: Subject) -> None:
        tf, x = subject.tf, numbers((3, 4), "float32")
        initial = tf.constant(x)
        variable = tf.Variable(initial)
        read = [variable.value(), tf.convert_to_tensor(variable), variable + 0, tf.identity(variable), initial]
        rows, host = variable[1], variable.numpy()
        write(variable)
        write(variable)
        for number, tensor in enumerate(read):
            assert tensor.numpy().tobytes() == x.tobytes(), f"what was read earlier ({number}) changed"
        assert rows.numpy().tobytes() == x[1].tobytes(), "a row that was read earlier changed"
        assert host.tobytes() == x.tobytes(), "a NumPy array that was read earlier changed"
        assert variable.numpy()[1].tolist() != x[1].tolist(), "the variable did not change"

    return run


def _scattered(subject: Subject) -> None:
    """Rows added to a tensor and to a variable."""
    tf, x = subject.tf, numbers((3, 4), "float32")
    tensor, rows = tf.constant(x), tf.ones([2, 4])
    variable = tf.Variable(tensor)
    was = variable.value()
    tf.tensor_scatter_nd_add(tensor, [[0], [2]], rows)
    tf.tensor_scatter_nd_update(tensor, [[0], [2]], rows)
    variable.scatter_nd_add([[0], [2]], rows)
    variable.scatter_nd_update([[1]], rows[:1])
    variable.assign_add(tf.ones([3, 4]))
    for read in (tensor, was):
        assert read.numpy().tobytes() == x.tobytes(), "scattering wrote to a tensor"
    assert rows.numpy().tolist() == [[1.0] * 4] * 2, "scattering wrote to the rows that it added"


def _set(subject: Subject) -> None:
    """`setitem` gives another array."""
    backend, x = subject.backend, numbers((3, 4), "float32")
    there, row = backend.from_numpy(x), backend.from_numpy(x[0])
    found = backend.setitem(there, row, key=(2,))
    assert bits(subject, there) == x.tobytes(), "setitem wrote to its argument"
    assert np.asarray(backend.to_numpy(found)).tobytes() == np.stack([x[0], x[1], x[0]]).tobytes()


def _optimized(name: str, dtype: str) -> Callable[[Subject], None]:
    """Parameters and gradients that were read before a step."""

    def run(subject: Subject) -> None:
        tf, x = subject.tf, numbers((3, 4), dtype)
        optimizer = getattr(tf.keras.optimizers, name)(0.1)
        variable, gradient = tf.Variable(tf.constant(x)), tf.constant(numbers((3, 4), dtype, salt=1))
        for _ in range(3):
            read = [variable.value(), gradient, variable + 0]
            before = [bits(subject, tensor._array) for tensor in read]
            optimizer.apply_gradients([(gradient, variable)])
            for number, (tensor, earlier) in enumerate(zip(read, before)):
                assert bits(subject, tensor._array) == earlier, (
                    f"{name}: what was read before a step ({number}) changed"
                )
        assert bits(subject, variable.value()._array) != x.tobytes(), f"{name}: the parameter did not move"

    return run
