"""`tf.data.experimental`: older names of what is in `tf.data`."""

from __future__ import annotations

from polytape.data.dataset import AUTOTUNE as AUTOTUNE, Dataset
from polytape.data.stage import INFINITE as INFINITE_CARDINALITY, UNKNOWN as UNKNOWN_CARDINALITY
from polytape.tensor import Tensor

__all__ = ["AUTOTUNE", "INFINITE_CARDINALITY", "UNKNOWN_CARDINALITY", "cardinality"]


def cardinality(dataset: Dataset) -> Tensor:
    """The number of elements of `dataset`, or `INFINITE_CARDINALITY`, or `UNKNOWN_CARDINALITY`."""
    return dataset.cardinality()
