"""What elements look like: from tensors to structures of `TensorSpec`s, and how batches change them."""

from __future__ import annotations

from typing import Any

from polytape.data.stage import Stage, first_element
from polytape.data.structure import flatten, map_leaves, pack
from polytape.errors import FailedPreconditionError
from polytape.tensor_spec import TensorSpec


class DatasetSpec:
    """What the elements of a dataset within a dataset look like.

    Args:
        element_spec: the structure of `TensorSpec`s that the inner elements fit.
    """

    def __init__(self, element_spec: Any) -> None:
        self.element_spec = element_spec

    def __eq__(self, other: object) -> bool:
        return self.element_spec == other.element_spec if isinstance(other, DatasetSpec) else NotImplemented

    def __hash__(self) -> int:
        return hash(repr(self))

    def __repr__(self) -> str:
        return f"DatasetSpec({self.element_spec!r})"


def of_element(element: Any) -> Any:
    """The specification of one element."""
    return map_leaves(_of_leaf, element)


def of_first(stage: Stage, call: str) -> Any:
    """The specification of a stage's first element."""
    for element in first_element(stage):
        return of_element(element)
    raise FailedPreconditionError(
        f"What a dataset's elements look like after {call} is known from the first of them, and this dataset is empty."
    )


def batched(specification: Any, size: int | None) -> Any:
    """The specification of batches of such elements; `size` is `None` where the last one may be smaller."""
    return map_leaves(
        lambda leaf: leaf if leaf.shape is None else TensorSpec([size, *leaf.shape], leaf.dtype),
        specification,
    )


def sliced(specification: Any) -> Any:
    """The specification of the slices of such elements along their first axis."""
    return map_leaves(
        lambda leaf: leaf if leaf.shape is None else TensorSpec(leaf.shape[1:], leaf.dtype), specification
    )


def relaxed(first: Any, second: Any) -> Any:
    """The specification that fits the elements of both, whose structures and dtypes are the same."""
    leaves = [a.most_specific_compatible_type(b) for a, b in zip(flatten(first), flatten(second))]
    return pack(first, leaves)


def _of_leaf(leaf: Any) -> Any:
    return DatasetSpec(leaf.element_spec) if hasattr(leaf, "_stage") else TensorSpec(leaf.shape, leaf.dtype)
