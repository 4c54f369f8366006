"""`tf.contrib.eager`: early eager mode, as TensorFlow 1's programs know it (`import ... as tfe`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator as PythonIterator
from typing import Any, TypeVar

from polytape.compat.global_step import get_or_create_global_step as get_or_create_global_step
from polytape.config import list_logical_devices
from polytape.custom_gradient import custom_gradient as custom_gradient
from polytape.eager import (
    enable_eager_execution as enable_eager_execution,
    executing_eagerly as executing_eagerly,
    executing_eagerly as in_eager_mode,  # noqa: F401
)
from polytape.functional import (
    gradients_function as gradients_function,
    implicit_gradients as implicit_gradients,
    implicit_value_and_gradients as implicit_value_and_gradients,
    value_and_gradients_function as value_and_gradients_function,
)
from polytape.tape import GradientTape as GradientTape
from polytape.variable import Variable as Variable

Element = TypeVar("Element")

SYNC = 0
"""The one execution mode: an op is done when its call returns."""
DEVICE_PLACEMENT_EXPLICIT = 0
"""The one device policy: tensors are moved by `tensor.to(...)` only."""


class Iterator(PythonIterator[Element]):
    """Goes through a dataset once.

    >>> import polytape as tf
    >>> [int(x) for x in tf.contrib.eager.Iterator(tf.data.Dataset.range(3))]
    [0, 1, 2]
    """

    def __init__(self, dataset: Iterable[Element]) -> None:
        self._elements = iter(dataset)

    def __iter__(self) -> PythonIterator[Element]:
        return self._elements  # a loop over it needs no step through Python

    def __next__(self) -> Element:
        return next(self._elements)

    def next(self, name: str | None = None) -> Element:
        """Return the next element; `StopIteration` at the end."""
        return next(self._elements)


def num_gpus() -> int:
    """Return the number of GPUs that `tf.device` can choose."""
    return len(list_logical_devices("GPU"))


def list_devices() -> list[str]:
    """Return the names of the devices that `tf.device` can choose."""
    return [f"/job:localhost/replica:0/task:0{device.name}" for device in list_logical_devices()]


def __getattr__(name: str) -> Any:
    raise AttributeError(
        f"module {__name__!r} has no attribute {name!r}. What left tf.contrib.eager is in its later place: "
        "metrics in tf.keras.metrics, Network as tf.keras.Model, Checkpoint in tf.train."
    )
