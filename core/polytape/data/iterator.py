"""`Iterator`: one run through a dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from polytape.errors import OutOfRangeError
from polytape.observation import observed, observers

if TYPE_CHECKING:
    from polytape.data.dataset import Dataset


class Iterator:
    """One run through a dataset; `iter(dataset)` makes it."""

    __slots__ = ("_dataset", "_elements")

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._elements = dataset._stage.elements()

    def __iter__(self) -> Iterator:
        return self

    def __next__(self) -> Any:
        if observers:
            return observed("data", "next element", None, next)(self._elements)
        return next(self._elements)

    def get_next(self) -> Any:
        """The next element.

        Raises:
            OutOfRangeError: if there are no more.
        """
        for element in self._elements:
            return element
        raise OutOfRangeError("End of sequence: the dataset has no more elements.")

    @property
    def element_spec(self) -> Any:
        """The structure of `TensorSpec`s that the elements fit."""
        return self._dataset.element_spec
