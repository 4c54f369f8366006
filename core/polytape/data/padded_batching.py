"""A stage that joins elements of different shapes to batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

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
        for block in blocks(self.source.elements(), self.size, self.drop_remainder):
            structure = block[0]
            found = columns(block)
            paths = [path for path, _ in walk(structure)]
            shapes, values = shapes_for(structure, self.shapes), values_for(structure, self.values)
            yield pack(structure, map(_padded, found, paths, shapes, values))

    def specification(self) -> Any:
        found = super().specification()
        leaves = []
        for leaf, shape in zip(flatten(found), shapes_for(found, self.shapes)):
            axes = [None] * (len(leaf.shape) - 1) if shape is None else shape
            leaves.append(TensorSpec([leaf.shape[0], *axes], leaf.dtype))
        return pack(found, leaves)


def _padded(column: Sequence[Tensor], path: str, shape: Sequence[int | None] | None, value: Any) -> Tensor:
    """A batch of tensors that are filled up to `shape`, or along each axis to the longest of them."""
    rank = column[0].ndim if shape is None else len(shape)
    found = {tensor.ndim for tensor in column}
    where = f"component {path}" if path else "all elements"
    if found != {rank}:
        raise InvalidArgumentError(
            f"padded_batch: {where} must have {rank} axes; received ranks {', '.join(map(str, sorted(found)))}."
        )
    longest = [max(lengths) for lengths in zip(*[tensor._array.shape for tensor in column])]
    wanted = [most if length is None else length for most, length in zip(longest, shape or [None] * rank)]
    if any(length < most for length, most in zip(wanted, longest)):
        raise InvalidArgumentError(
            f"padded_batch: {where} must fit into shape {wanted}; received lengths up to {longest}. Give "
            "larger "
            "padded_shapes, or None for an axis."
        )
    return stack([pad(tensor, wanted, value) for tensor in column], path)
