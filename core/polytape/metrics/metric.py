"""`Metric`: a figure gathered over batches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from polytape import configuration
from polytape.dtypes import DType
from polytape.errors import FailedPreconditionError
from polytape.floatx import default
from polytape.layers import weight
from polytape.layers.naming import snake_case
from polytape.tensor import Tensor
from polytape.variable import Variable


class Metric:
    """Base class of metrics. A subclass makes its state in `__init__`, and defines `update_state` and `result`.

    Args:
        name: a name for people to read; by default the class's in snake case.
        dtype: the dtype of the state; by default `floatx`.

    >>> import polytape as tf
    >>> class Largest(tf.keras.metrics.Metric):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.largest = self.add_weight(name="largest", initializer="zeros")
    ...     def update_state(self, values):
    ...         self.largest.assign(tf.maximum(self.largest, tf.reduce_max(values)))
    ...     def result(self):
    ...         return self.largest.read_value()
    >>> metric = Largest()
    >>> float(metric(tf.constant([1.0, 3.0]))), float(metric(tf.constant([2.0])))
    (3.0, 3.0)
    """

    _dtype: DType | None = None

    def __init__(self, name: str | None = None, dtype: Any = None) -> None:
        self._name = name or snake_case(type(self).__name__)
        self._dtype = default(dtype)

    @property
    def name(self) -> str:
        """The name."""
        return self._name

    @property
    def dtype(self) -> DType | None:
        """The dtype of the state."""
        return self._dtype

    @property
    def variables(self) -> list[Variable]:
        """The state: variables among the attributes, and those of metrics among them."""
        return list(_variables(self))

    def add_weight(self, *arguments: Any, **options: Any) -> Variable:
        """Make a variable that holds state; keep it as an attribute.

        It takes `shape=(), initializer="zeros", dtype=None, name=None`, best by name. A name in the first place says
        that the others follow in the order of earlier versions of TensorFlow.
        """
        if self._dtype is None:
            raise FailedPreconditionError(
                f"In the metric {type(self).__name__}, you forgot to call `super().__init__()` as the first statement "
                "of its `__init__`."
            )
        return weight.make(weight.named(arguments, options), self.name, self._dtype, "zeros", trainable=False)

    add_variable = add_weight

    def update_state(self, *values: Any, **options: Any) -> None:
        """Take in a batch."""
        raise NotImplementedError(f"{type(self).__name__} must define update_state.")

    def result(self) -> Any:
        """Return the figure for all that was taken in since the last reset."""
        raise NotImplementedError(f"{type(self).__name__} must define result.")

    def reset_state(self) -> None:
        """Forget what was taken in: the state becomes zero."""
        for variable in self.variables:
            held = variable._value
            variable._set(Tensor(held._backend.full(held._array.shape, 0, dtype=held._array.dtype), held._backend))

    def reset_states(self) -> None:
        """`reset_state`, under the name that it had in earlier versions of TensorFlow."""
        self.reset_state()

    def __call__(self, *values: Any, **options: Any) -> Any:
        """Take in a batch, and return the figure for all that was taken in."""
        self.update_state(*values, **options)
        return self.result()

    def get_config(self) -> dict[str, Any]:
        """The arguments that make a metric like this one, without its state."""
        return configuration.of(self, Metric)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """A metric of the arguments that `get_config` returned."""
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self._name}>"


def _variables(value: Any) -> Iterator[Variable]:
    if isinstance(value, Variable):
        yield value
        return
    held: Any = ()
    if isinstance(value, Metric):
        held = vars(value).values()
    elif isinstance(value, (list, tuple)):
        held = value
    elif isinstance(value, dict):
        held = value.values()
    for item in held:
        yield from _variables(item)
