"""The backward pass: from the gradients of outputs, through a record of ops, to the gradients of inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from typing import Any

from polytape.backend import Backend
from polytape.batched import Batched
from polytape.indexed_slices import IndexedSlices
from polytape.observation import observed, observers
from polytape.op import Op
from polytape.plan import Plan, Record
from polytape.tensor import Tensor
from polytape.tensor_backend import TensorBackend

View = Callable[[Backend], Any]

_tensor_backends: dict[Backend, TensorBackend] = {}


class UnconnectedGradients(Enum):
    """What `gradient` gives for a source that the target does not depend on."""

    NONE = "none"
    ZERO = "zero"


def leading_to(sources: set[int], records: Iterable[Record]) -> set[int]:
    """Return the keys of all that depends on `sources`, with those of the sources themselves."""
    needed = set(sources)
    for _, keys, output, *_ in records:
        if not needed.isdisjoint(keys if type(keys) is tuple else (keys,)):
            needed.update(output if type(output) is tuple else (output,))
    return needed


def walk(
    records: Sequence[Record],
    gradients: dict[int, Any],
    sources: set[int],
    needed: set[int] | None,
    *,
    view: View | None,
    conjugate: bool,
    consume: bool,
) -> dict[int, Any]:
    """Walk `records` from the last to the first and return the gradients of `sources` by key.

    Args:
        records: what ran, in order.
        gradients: the gradients of the targets by key; used up.
        sources: the keys whose gradients are asked for.
        needed: the keys worth computing gradients for, or `None` for all.
        view: what to run the rules on in place of a backend and its bare arrays: `tensor_backend` for tensors.
        conjugate: whether there may be complex numbers, around whose holomorphic rules gradients are conjugated.
        consume: whether to let go of what each record has saved, so that it can be freed at once. What led where stays
            in the record, for `explain`.
    """
    kept: dict[int, Any] = {}
    pop, get = gradients.pop, gradients.get
    simple = view is None and needed is None and not conjugate and not observers
    for record in reversed(records):
        plan, keys, output, saved, backend = record
        if consume:
            record[3] = ()
        gradient = pop(output, None)
        if gradient is None:
            if type(output) is not tuple:
                continue
            gradient = _of_outputs(plan.op, backend, output, saved[-1], gradients, sources, kept, view)
            if gradient is None:
                continue
        elif output in sources:
            kept[output] = gradient
        if type(gradient) is IndexedSlices:
            gradient = gradient.dense()
        if backend.follow is not None and view is None:
            backend.follow(gradient)
        if simple:
            parts = plan.on_arrays(backend, gradient, saved)
        else:
            run = observed("gradient", plan.op.name, backend, _parts) if observers else _parts
            parts = run(plan, keys, gradient, saved, backend, needed, view, conjugate)
        if type(keys) is int:
            if parts is not None:
                held = get(keys)
                gradients[keys] = parts if held is None else _added(backend, held, parts)
            continue
        for key, part in zip(keys, parts):
            if part is not None and key is not None:
                held = get(key)
                gradients[key] = part if held is None else _added(backend, held, part)
    return kept | {key: gradients[key] for key in sources if key in gradients}


def _added(backend: Backend, held: Any, part: Any) -> Any:
    """The sum of two gradients; slices add themselves, since not every library's arrays leave that to them."""
    if backend.follow is not None:
        backend.follow(part)
    return part + held if type(part) is IndexedSlices else held + part


def _parts(
    plan: Plan,
    keys: Any,
    gradient: Any,
    saved: Any,
    backend: Any,
    needed: set[int] | None,
    view: View | None,
    conjugate: bool,
) -> Any:
    """What an op's rules give, where that is more than to run all of them on arrays."""
    home = backend if view is None else view(backend)
    on_tensors = view is tensor_backend
    conjugate = conjugate and plan.op.holomorphic and _is_complex(backend if on_tensors else home, gradient)
    if conjugate:
        gradient = _conjugate(home, gradient)
    if needed is None or plan.op.variadic or type(keys) is not tuple:
        if needed is not None and type(keys) is not tuple and keys not in needed:
            return None
        parts = (plan.on_tensors if on_tensors else plan.on_arrays)(home, gradient, saved)
    else:
        each = plan.each_on_tensors if on_tensors else plan.each_on_arrays
        parts = tuple([run(home, gradient, saved) if key in needed else None for key, run in zip(keys, each)])
    return _conjugate(home, parts) if conjugate else parts


def _of_outputs(
    op: Op,
    backend: Backend,
    keys: tuple[int, ...],
    outputs: Any,
    gradients: dict[int, Any],
    sources: set[int],
    kept: dict[int, Any],
    view: View | None,
) -> list[Any] | None:
    """The gradients of an op's several outputs; `None` if nothing depends on them.

    Those of single outputs that nothing depends on are zeros, or `None` for an op that copes with that.
    """
    found = [gradients.pop(key, None) for key in keys]
    kept.update((key, part) for key, part in zip(keys, found) if part is not None and key in sources)
    if all(part is None for part in found):
        return None
    home = backend if view is None else view(backend)
    dense = [part.dense() if type(part) is IndexedSlices else part for part in found]
    if op.partial:
        return dense
    device = home.device_of(next(part for part in dense if part is not None))
    return [
        home.full(shape, 0, dtype=dtype, device=device) if part is None else part
        for part, (shape, dtype) in zip(dense, outputs)
    ]


def _is_complex(backend: Backend, gradient: Any) -> bool:
    first = next(part for part in gradient if part is not None) if type(gradient) is list else gradient
    return backend.dtype_of(first._array if type(first) is Tensor else first).is_complex


def _conjugate(backend: Any, gradient: Any) -> Any:
    if isinstance(gradient, (list, tuple)):
        return [_conjugate(backend, part) for part in gradient]
    if gradient is None:
        return None
    return backend.conj(gradient.dense() if type(gradient) is IndexedSlices else gradient)


def tensor_backend(backend: Backend) -> TensorBackend:
    """The backend on which rules run on tensors that live on `backend`."""
    found = _tensor_backends.get(backend)
    if found is None:
        found = _tensor_backends[backend] = TensorBackend(backend)
    return found


def full_like(tensor: Tensor, value: int) -> Tensor:
    """A tensor of one value, of the shape, dtype and device of `tensor`."""
    array = tensor._array
    backend = tensor._backend
    return Tensor(backend.full(array.shape, value, dtype=array.dtype, device=backend.device_of(array)), backend)


def as_tensor(gradient: Any, backend: Backend) -> Any:
    """A gradient as it is handed out: a tensor, or slices whose values and indices are tensors."""
    if type(gradient) is IndexedSlices:
        values, indices = as_tensor(gradient.values, backend), as_tensor(gradient.indices, backend)
        return IndexedSlices(values, indices, gradient.dense_shape, tensor_backend(backend))
    if type(gradient) is Tensor:
        return gradient
    return Tensor(gradient, gradient.backend if type(gradient) is Batched else backend)
