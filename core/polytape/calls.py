"""The functions behind ops' names: what runs from a call to its result, written out for each number of tensors.

They differ in what they need not do. For four numbers, the addition itself takes a third of the time of `tf.add`; a
loop over the tensors or a dictionary of metadata that is empty would add to the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from polytape.backend import Backend
from polytape.recorder import NO_METADATA, listening
from polytape.tensor import Tensor

if TYPE_CHECKING:
    from polytape.op import Op

_new = object.__new__


def unary(op: Op) -> Callable[..., Any]:
    """A function of one tensor."""
    checked, implementations = op.checked, op.implementations

    def call(x: Any, name: str | None = None) -> Tensor:
        if type(x) is not Tensor:
            (x,) = op.prepare((x,))
        array = x._array
        backend = x._backend
        if array.dtype not in checked[backend]:
            op.check((x,))
        try:
            array = implementations[backend](array)
        except Exception as error:
            op.fail(error, (x,), NO_METADATA)
        output = _new(Tensor)
        output._array = array
        output._backend = backend
        output._key = None
        for recorder in listening():
            recorder.record_unary(op, x, output)
        return output

    return call


def unary_with_metadata(op: Op) -> Callable[..., Any]:
    """A function of one tensor and of metadata by keyword."""
    checked, implementations = op.checked, op.implementations

    def call(x: Any, **metadata: Any) -> Tensor:
        if type(x) is not Tensor:
            (x,) = op.prepare((x,))
        array = x._array
        backend = x._backend
        if array.dtype not in checked[backend]:
            op.check((x,))
        try:
            array = implementations[backend](array, **metadata)
        except Exception as error:
            op.fail(error, (x,), metadata)
        output = _new(Tensor)
        output._array = array
        output._backend = backend
        output._key = None
        for recorder in listening():
            recorder.record(op, (x,), metadata, output)
        return output

    return call


def binary(op: Op) -> Callable[..., Any]:
    """A function of two tensors; numbers stand beside tensors without a detour."""
    checked, implementations = op.checked, op.implementations
    alike = op.accepts[0] is op.accepts[1]

    def call(x: Any, y: Any, name: str | None = None) -> Tensor:
        if type(y) is not Tensor or type(x) is not Tensor:
            x, y = op.operands(x, y)
        left = x._array
        right = y._array
        backend = x._backend
        dtype = left.dtype
        other = right.dtype  # MLX makes a new object each time somebody asks
        if y._backend is not backend or (other is not dtype and other != dtype) or dtype not in checked[backend]:
            x, y = op.check((x, y))
            backend = x._backend
        try:
            array = implementations[backend](left, right)
        except Exception as error:
            op.fail(error, (x, y), NO_METADATA)
        output = _new(Tensor)
        output._array = array
        output._backend = backend
        output._key = None
        for recorder in listening():
            recorder.record_binary(op, x, y, output)
        return output

    return call if alike else general(op)


def general(op: Op) -> Callable[..., Any]:
    """A function of any number of tensors and of metadata by keyword."""
    checked, implementations = op.checked, op.implementations
    multiple = op.multiple

    def call(*inputs: Any, **metadata: Any) -> Any:
        for value in inputs:
            if type(value) is not Tensor:
                inputs = tuple(op.prepare(inputs))
                break
        arrays = [tensor._array for tensor in inputs]
        backend = inputs[0]._backend
        if tuple([array.dtype for array in arrays]) not in checked[backend] or not _on(backend, inputs):
            inputs = tuple(op.check(inputs))
            backend = inputs[0]._backend
        try:
            made = implementations[backend](*arrays, **metadata)
        except Exception as error:
            op.fail(error, inputs, metadata)
        output: Any = tuple([Tensor(array, backend) for array in made]) if multiple else Tensor(made, backend)
        for recorder in listening():
            recorder.record(op, inputs, metadata, output)
        return output

    return call


def _on(backend: Backend, inputs: Sequence[Tensor]) -> bool:
    for tensor in inputs:  # noqa: SIM110 - a loop is twice as fast as all() of a generator
        if tensor._backend is not backend:
            return False
    return True
