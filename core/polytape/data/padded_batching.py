"""A stage that joins elements of different shapes to batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from polytape.data.batching import Batched, blocks
from polytape.data.padding import shapes_for, values_for
from polytape.data.stacking import columns, pad, stack
from polytape.data.stage import Stage
from polytape.data.structure import flatten, pack, walk
from polytape.errors import InvalidArgumentError
from polytape.tensor import Tensor
from polytape.tensor_spec import TensorSpec


class PaddedBatched(Batched):
    """Batches of elements that are filled up at the ends of their axes to one shape.

    Args:
        shapes: the shapes to fill up to, a structure as elements have, or `None`; see `padding`.
        values: what to fill up with, in the same form.
    """

    def __init__(self, source: Stage, size: int, shapes: Any, values: Any, drop_remainder: bool) -> None:
        super().__init__(source, size, drop_remainder)
        self.shapes = shapes
        self.values = values

    def elements(self) -> Iterator[Any]:
        rows = self.source.as_rows()
        if rows is not None and rows.table.is_uniform:
            return map(self._of_batch, self._gathered(rows))
        return map(self._of_block, blocks(self.source.elements(), self.size, self.drop_remainder))

    def _of_block(self, block: Sequence[Any]) -> Any:
        """A batch of several elements."""
        structure = block[0]
        shapes, values = shapes_for(structure, self.shapes), values_for(structure, self.values)
        paths = [path for path, _ in walk(structure)]
        return pack(structure, map(_padded, columns(block), paths, shapes, values))

    def _of_batch(self, batch: Any) -> Any:
        """A batch of elements of one shape, which are joined already."""
        leaves = []
        for (path, tensor), shape, value in zip(
            walk(batch), shapes_for(batch, self.shapes), values_for(batch, self.values)
        ):
            count, *found = tensor._array.shape
            leaves.append(pad(tensor, (count, *_common_shape([found], path, shape)), value))
        return pack(batch, leaves)

    def specification(self) -> Any:
        found = super().specification()
        leaves = []
        for leaf, shape in zip(flatten(found), shapes_for(found, self.shapes)):
            axes = [None] * (len(leaf.shape) - 1) if shape is None else shape
            leaves.append(TensorSpec([leaf.shape[0], *axes], leaf.dtype))
        return pack(found, leaves)


def _padded(column: Sequence[Tensor], path: str, shape: Sequence[int | None] | None, value: Any) -> Tensor:
    """A batch of tensors that are filled up to `shape`, or along each axis to the longest of them."""
    shapes = [tensor._array.shape for tensor in column]
    wanted = _common_shape(shapes, path, shape)
    rests = {found[1:] for found in shapes}
    if wanted and rests == {tuple(wanted[1:])} and len({tensor._array.dtype for tensor in column}) == 1:
        return _lengthened(column, wanted, value)
    return stack([pad(tensor, wanted, value) for tensor in column], path)


def _common_shape(shapes: Sequence[Sequence[int]], path: str, shape: Sequence[int | None] | None) -> list[int]:
    """The shape that tensors of these shapes are filled up to."""
    rank = len(shapes[0]) if shape is None else len(shape)
    found = {len(lengths) for lengths in shapes}
    where = f"component {path}" if path else "all elements"
    if found != {rank}:
        raise InvalidArgumentError(
            f"padded_batch: {where} must have {rank} axes; received ranks {', '.join(map(str, sorted(found)))}."
        )
    longest = [max(lengths) for lengths in zip(*shapes)]
    wanted = [most if length is None else length for most, length in zip(longest, shape or [None] * rank)]
    if any(length < most for length, most in zip(wanted, longest)):
        raise InvalidArgumentError(
            f"padded_batch: {where} must fit into shape {wanted}; received lengths up to {longest}. Give larger "
            "padded_shapes, or None for an axis."
        )
    return wanted


def _lengthened(column: Sequence[Tensor], wanted: Sequence[int], value: Any) -> Tensor:
    """A batch of tensors that only differ in the length of their first axis.

    Their rows are laid end to end, with one row to fill up with behind them, and then gathered.
    """
    backend, arrays = column[0]._backend, [tensor._array for tensor in column]
    lengths = np.array([[array.shape[0]] for array in arrays])
    ends = lengths.cumsum(axis=0)
    places = np.arange(wanted[0])
    rows = np.where(places < lengths, places + (ends - lengths), ends[-1])
    device = backend.device_of(arrays[0])
    filling = backend.full((1, *wanted[1:]), value, dtype=arrays[0].dtype, device=device)
    found = backend.take(
        backend.concat([*arrays, filling], axis=0), backend.from_numpy(rows.reshape(-1), device), axis=0
    )
    return Tensor(backend.reshape(found, shape=(len(column), *wanted)), backend)
