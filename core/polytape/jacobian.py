"""Jacobians: the derivative of every element of a target, all of them in one backward pass where that is possible."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from polytape import nest
from polytape.backend import Array, Backend
from polytape.backward import UnconnectedGradients, as_tensor, tensor_backend
from polytape.batched import Batched, batched_backend, batching, yields
from polytape.conversion import as_source
from polytape.dtypes import int32
from polytape.errors import InvalidArgumentError
from polytape.indexed_slices import IndexedSlices
from polytape.recorder import listening
from polytape.tensor import Tensor

if TYPE_CHECKING:
    from polytape.tape import GradientTape


def jacobian(
    tape: GradientTape, target: Any, sources: Any, unconnected: UnconnectedGradients, in_one_pass: bool
) -> Any:
    """See `GradientTape.jacobian`."""
    output = as_source(target, "target")
    origins = [as_source(leaf, "each source") for leaf in nest.flatten(sources)]
    shape = tuple(output._array.shape)
    seeds = _identity(output, shape)
    tape._use()
    found = _gradients(tape, output, origins, seeds, in_one_pass)
    tape._let_go()
    results = []
    for origin in origins:
        part = None if origin._key is None else found.get(origin._key)
        full = (*shape, *origin._array.shape)
        results.append(_zeros(origin, full, unconnected) if part is None else _shaped(part, origin, full))
    return nest.pack_sequence_as(sources, results)


def batch_jacobian(
    tape: GradientTape, target: Any, source: Any, unconnected: UnconnectedGradients, in_one_pass: bool
) -> Any:
    """See `GradientTape.batch_jacobian`."""
    output, origin = as_source(target, "target"), as_source(source, "source")
    shape, origin_shape = tuple(output._array.shape), tuple(origin._array.shape)
    if not shape or not origin_shape or shape[0] != origin_shape[0]:
        raise InvalidArgumentError(
            f"batch_jacobian needs a target and a source with the same first axis; received {shape} and {origin_shape}."
        )
    backend = output._backend
    row = shape[1:]
    one = _identity(output, row)
    columns = one.shape[0]
    aligned = backend.reshape(one, shape=(columns, 1, *row))
    seeds = backend.broadcast_to(aligned, shape=(columns, *shape))
    tape._use()
    found = _gradients(tape, output, [origin], seeds, in_one_pass)
    tape._let_go()
    part = None if origin._key is None else found.get(origin._key)
    full = (shape[0], *row, *origin_shape[1:])
    if part is None:
        return _zeros(origin, full, unconnected)
    home = tensor_backend(origin._backend) if type(part) is Tensor else origin._backend
    axes = (1, 0, *range(2, len(origin_shape) + 1))
    return _shaped(home.permute_dims(part, axes=axes), origin, full)


def _gradients(
    tape: GradientTape, output: Tensor, origins: list[Tensor], seeds: Array, in_one_pass: bool
) -> dict[int, Any]:
    """The gradients of `origins` for each row of `seeds`, the rows along the first axis."""
    key = output._key
    if key is None or not output.dtype.is_differentiable or not seeds.shape[0]:
        return {}
    backend = output._backend
    alone = not listening() and batching.get() is None
    if in_one_pass and alone and yields(backend) and all(record[0].op.batches for record in tape._records):
        batched = batched_backend(backend)
        found = tape._propagate({key: Batched(seeds, batched)}, origins, batched_backend)
        return {name: _unbatched(part, seeds.shape[0], backend) for name, part in found.items()}
    rows = [
        tape._propagate({key: _seed(backend, seeds, index)}, origins, tensor_backend, keep=True)
        for index in range(seeds.shape[0])
    ]
    home = tensor_backend(backend)
    stacked = {}
    for name in rows[0]:
        parts = [as_tensor(row[name], backend) for row in rows]
        stacked[name] = home.concat([home.reshape(part, shape=(1, *part.shape)) for part in parts], axis=0)
    return stacked


def _seed(backend: Backend, seeds: Array, index: int) -> Tensor:
    return Tensor(backend.getitem(seeds, key=(index,)), backend)


def _unbatched(part: Any, count: int, backend: Backend) -> Array:
    """All rows in one array; a gradient that is the same for all of them, zero as a rule, is repeated."""
    dense = part.dense() if type(part) is IndexedSlices else part
    if isinstance(dense, Batched):
        return dense.array
    one = backend.reshape(dense, shape=(1, *dense.shape))
    return backend.broadcast_to(one, shape=(count, *dense.shape))


def _identity(output: Tensor, shape: tuple[int, ...]) -> Array:
    """The rows of the identity matrix, each of `shape`."""
    backend, count, native = output._backend, math.prod(shape), output._array.dtype
    numbers = backend.arange(0, count, 1, dtype=backend.native_dtype(int32))
    hits = backend.equal(backend.reshape(numbers, shape=(count, 1)), backend.reshape(numbers, shape=(1, count)))
    return backend.reshape(backend.astype(hits, dtype=native), shape=(count, *shape))


def _shaped(part: Any, origin: Tensor, shape: tuple[int, ...]) -> Tensor:
    home = tensor_backend(origin._backend) if type(part) is Tensor else origin._backend
    return as_tensor(home.reshape(part, shape=shape), origin._backend)  # type: ignore[no-any-return]


def _zeros(origin: Tensor, shape: tuple[int, ...], unconnected: UnconnectedGradients) -> Tensor | None:
    if unconnected is not UnconnectedGradients.ZERO:
        return None
    array = origin._array
    backend = origin._backend
    return Tensor(backend.full(shape, 0, dtype=array.dtype, device=backend.device_of(array)), backend)
