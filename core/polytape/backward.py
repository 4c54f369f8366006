"""The backward pass: from the gradients of outputs, through a record of ops, to the gradients of inputs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from polytape.backend import Backend
from polytape.indexed_slices import IndexedSlices
from polytape.op import TensorBackend
from polytape.plan import Plan, Record
from polytape.tensor import Tensor

_tensor_backends: dict[Backend, TensorBackend] = {}


def consume(records: list[Record]) -> Iterator[Record]:
    """Yield records from the last to the first, letting go of each: what it saved can be freed at once."""
    while records:
        yield records.pop()


def leading_to(sources: set[int], records: Iterable[Record]) -> set[int]:
    """Return the keys of all that depends on `sources`, with those of the sources themselves."""
    needed = set(sources)
    for _, keys, output, _, _ in records:
        if not needed.isdisjoint(keys):
            needed.update(output if type(output) is tuple else (output,))
    return needed


def walk(
    records: Iterable[Record],
    gradients: dict[int, Any],
    sources: set[int],
    needed: set[int] | None,
    *,
    on_tensors: bool,
    conjugate: bool,
) -> dict[int, Any]:
    """Walk `records`, given from the last to the first, and return the gradients of `sources` by key.

    Args:
        records: what ran.
        gradients: the gradients of the targets by key; used up.
        sources: the keys whose gradients are asked for.
        needed: the keys worth computing gradients for, or `None` for all.
        on_tensors: whether to run the rules on tensors instead of bare arrays.
        conjugate: whether there may be complex numbers, around whose holomorphic rules gradients are conjugated.
    """
    kept: dict[int, Any] = {}
    pop, get = gradients.pop, gradients.get
    for plan, keys, output, saved, backend in records:
        gradient = pop(output, None)
        if gradient is None:
            if type(output) is not tuple:
                continue
            gradient = _of_outputs(backend, output, saved[-1], gradients, sources, kept, on_tensors)
            if gradient is None:
                continue
        elif output in sources:
            kept[output] = gradient
        if type(gradient) is IndexedSlices:
            gradient = gradient.dense()
        if on_tensors or conjugate or needed is not None:
            parts = _parts(plan, keys, gradient, saved, backend, needed, on_tensors, conjugate)
        else:
            parts = plan.on_arrays(backend, gradient, saved)
        for key, part in zip(keys, parts):
            if part is not None:
                held = get(key)
                gradients[key] = part if held is None else held + part
    return kept | {key: gradients[key] for key in sources if key in gradients}


def _parts(
    plan: Plan,
    keys: Sequence[int | None],
    gradient: Any,
    saved: Any,
    backend: Any,
    needed: set[int] | None,
    on_tensors: bool,
    conjugate: bool,
) -> Sequence[Any]:
    """What an op's rules give, where that is more than to run all of them on arrays."""
    conjugate = conjugate and plan.op.holomorphic and _is_complex(backend, gradient)
    home = tensor_backend(backend) if on_tensors else backend
    if conjugate:
        gradient = _conjugate(home, gradient)
    if needed is None or plan.op.variadic:
        parts = (plan.on_tensors if on_tensors else plan.on_arrays)(home, gradient, saved)
    else:
        each = plan.each_on_tensors if on_tensors else plan.each_on_arrays
        parts = [run(home, gradient, saved) if key in needed else None for key, run in zip(keys, each)]
    return [None if part is None else _conjugate(home, part) for part in parts] if conjugate else parts


def _of_outputs(
    backend: Backend,
    keys: tuple[int, ...],
    outputs: Any,
    gradients: dict[int, Any],
    sources: set[int],
    kept: dict[int, Any],
    on_tensors: bool,
) -> list[Any] | None:
    """The gradients of an op's several outputs, zeros for those that nothing depends on; `None` if nothing does."""
    found = [gradients.pop(key, None) for key in keys]
    kept.update((key, part) for key, part in zip(keys, found) if part is not None and key in sources)
    if all(part is None for part in found):
        return None
    full = tensor_backend(backend).full if on_tensors else backend.full
    return [full(shape, 0, dtype=dtype) if part is None else part for part, (shape, dtype) in zip(found, outputs)]


def _is_complex(backend: Backend, gradient: Any) -> bool:
    first = gradient[0] if type(gradient) is list else gradient
    return backend.dtype_of(first._array if type(first) is Tensor else first).is_complex


def _conjugate(backend: Any, gradient: Any) -> Any:
    if type(gradient) is list:
        return [backend.conj(part) for part in gradient]
    return backend.conj(gradient.dense() if type(gradient) is IndexedSlices else gradient)


def tensor_backend(backend: Backend) -> TensorBackend:
    """The backend on which rules run on tensors that live on `backend`."""
    found = _tensor_backends.get(backend)
    if found is None:
        found = _tensor_backends[backend] = TensorBackend(backend)
    return found


def as_tensor(gradient: Any, backend: Backend) -> Any:
    """A gradient as it is handed out: a tensor, or slices whose values and indices are tensors."""
    if type(gradient) is IndexedSlices:
        values, indices = as_tensor(gradient.values, backend), as_tensor(gradient.indices, backend)
        return IndexedSlices(values, indices, gradient.dense_shape, tensor_backend(backend))
    return gradient if type(gradient) is Tensor else Tensor(gradient, backend)

