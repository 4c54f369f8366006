"""`Variable`: a place for a tensor whose value may be replaced."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from polytape.backend import Backend
from polytape.batched import batching, refuse_in_batch
from polytape.conversion import convert
from polytape.dtypes import DType
from polytape.errors import DTypeError, InvalidArgumentError
from polytape.graph.live import tracing
from polytape.living import variables
from polytape.operand import Operand
from polytape.recorder import listening
from polytape.shape import TensorShape
from polytape.tensor import Reference, Tensor, new_key
from polytape.variable_updates import VariableSlice, VariableUpdates, subscript

_numbers = itertools.count()


class Variable(VariableUpdates, Operand):
    """A tensor that can be given another value of the same shape and dtype.

    Reading it inside a `GradientTape` watches it, unless `trainable` is false.

    Args:
        initial_value: a value that converts to a tensor, or a function without arguments that returns one.
        trainable: whether tapes watch it and optimizers are meant to change it.
        name: a name for people to read.
        dtype: the dtype; by default that of the initial value.
        constraint: a function applied to the value after an optimizer's update.
        shape: if given, what the initial value's shape must be.

    >>> import polytape as tf
    >>> v = tf.Variable([1.0, 2.0])
    >>> v.assign_add([0.5, 0.5]).numpy().tolist()
    [1.5, 2.5]
    """

    __slots__ = ("__weakref__", "_key", "_name", "_trainable", "_value", "constraint")

    def __init__(
        self,
        initial_value: Any = None,
        trainable: bool = True,
        validate_shape: bool = True,
        name: str | None = None,
        dtype: Any = None,
        constraint: Callable[[Tensor], Any] | None = None,
        shape: Any = None,
    ) -> None:
        if initial_value is None:
            raise InvalidArgumentError("A Variable needs an initial_value: a value, or a function that returns one.")
        value = convert(initial_value() if callable(initial_value) else initial_value, dtype)
        if shape is not None and not TensorShape(shape).is_compatible_with(value.shape):
            raise InvalidArgumentError(
                f"The initial value has shape {value.shape}; shape={TensorShape(shape)} was asked for."
            )
        self._key = new_key()
        self._name = "Variable" if name is None else name
        self._trainable = bool(trainable)
        self.constraint = constraint
        self._set(value)
        variables[self._key] = self

    def __polytape_tensor__(self) -> Tensor:
        """The value, as tapes see it: reading it is what watches the variable."""
        if self._trainable:
            for recorder in listening():
                recorder.accessed(self)
        return self._value

    def read_value(self) -> Tensor:
        """The value now; later assignments do not change what was read."""
        return self.__polytape_tensor__()

    value = read_value

    def numpy(self) -> Any:
        """The value as a NumPy array of its own memory."""
        return self.__polytape_tensor__().numpy()

    @property
    def name(self) -> str:
        """The name, with TensorFlow's `:0`."""
        return f"{self._name}:0"

    @property
    def trainable(self) -> bool:
        """Whether tapes watch it by themselves."""
        return self._trainable

    @property
    def shape(self) -> TensorShape:
        """The lengths of the axes; they stay."""
        return self._value.shape

    def get_shape(self) -> TensorShape:
        """The lengths of the axes."""
        return self._value.shape

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self._value.ndim

    @property
    def dtype(self) -> DType:
        """The type of the elements; it stays."""
        return self._value.dtype

    @property
    def device(self) -> str:
        """The device that holds the value."""
        return self._value.device

    @property
    def backend(self) -> str:
        """The name of the backend that holds the value."""
        return self._value.backend

    @property
    def _backend(self) -> Backend:
        return self._value._backend

    def assign(
        self, value: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True
    ) -> Variable:
        """Replace the value.

        Args:
            value: what converts to a tensor of the variable's shape and dtype.

        Raises:
            InvalidArgumentError: if the shape is another one.
            DTypeError: if the value does not convert to the dtype.
        """
        new = self._converted(value, "assign")
        if new._array.shape != self._value._array.shape:
            raise InvalidArgumentError(
                f"Cannot assign a value of shape {new.shape} to the variable {self.name!r} of shape {self.shape}: the "
                "shapes are incompatible."
            )
        self._set(new)
        return self

    def assign_add(
        self, delta: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True
    ) -> Variable:
        """Add `delta`, which has the variable's shape, to the value."""
        return self._shift(delta, "assign_add", "add")

    def assign_sub(
        self, delta: Any, use_locking: bool = False, name: str | None = None, read_value: bool = True
    ) -> Variable:
        """Subtract `delta`, which has the variable's shape, from the value."""
        return self._shift(delta, "assign_sub", "subtract")

    def _shift(self, delta: Any, call: str, primitive: str) -> Variable:
        change = self._converted(delta, call)
        if change._array.shape != self._value._array.shape:
            raise InvalidArgumentError(
                f"{call}: the change has shape {change.shape}, the variable {self.name!r} has {self.shape}; they must "
                "be the same."
            )
        backend = self._value._backend
        self._set(Tensor(getattr(backend, primitive)(self._value._array, change._array), backend))
        return self

    def _converted(self, value: Any, call: str) -> Tensor:
        try:
            new = convert(value, self.dtype, like=self._value)
        except DTypeError as error:
            raise DTypeError(f"{call} to the variable {self.name!r}: {error}") from None
        trace = tracing.get()
        if trace is not None:
            new = trace.seen(new)
        if new._backend is not self._value._backend:
            raise InvalidArgumentError(
                f"{call}: the variable {self.name!r} is on the backend {self.backend!r} and the value on "
                f"{new.backend!r}; move the value with value.to({self.backend!r})."
            )
        return new

    def _holds_alone(self) -> bool:
        """Whether nothing but this variable refers to its array, so that it may be written to.

        References are counted, as CPython does; where they are not, the answer is no, and a copy is made.
        """
        count = getattr(sys, "getrefcount", None)
        if count is None or batching.get() is not None:
            return False
        return bool(count(self._value) == 2 and count(self._value._array) == 2)

    def _set(self, value: Tensor) -> None:
        refuse_in_batch("An assignment to a variable")
        trace = tracing.get()
        if trace is not None:
            value = trace.seen(value)
        held = Tensor(value._array, value._backend)
        held._key = self._key
        self._value = held

    def __bool__(self) -> bool:
        return bool(self._value)

    def __int__(self) -> int:
        return int(self._value)

    def __float__(self) -> float:
        return float(self.__polytape_tensor__())

    def __complex__(self) -> complex:
        return complex(self.__polytape_tensor__())

    def __index__(self) -> int:
        return self._value.__index__()

    def __len__(self) -> int:
        return len(self._value)

    def __getitem__(self, key: Any) -> VariableSlice:
        return subscript(self, key)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return self.__polytape_tensor__().__array__(dtype, copy)

    def __iter__(self) -> Iterator[Tensor]:
        return iter(self.__polytape_tensor__())

    def __contains__(self, value: Any) -> NoReturn:
        raise TypeError("`in` is not defined for variables; use tf.reduce_any(variable == value).")

    def __deepcopy__(self, memo: Any) -> Variable:
        return Variable(self._value, self._trainable, name=self._name, constraint=self.constraint)

    def __reduce__(self) -> tuple[Any, ...]:
        return Variable, (self._value, self._trainable, True, self._name, None, self.constraint)

    def ref(self) -> Reference:
        """A hashable reference, for use as a key of dictionaries and sets."""
        return Reference(self)

    def __repr__(self) -> str:
        value = self._value._text(repr)
        return f"<tf.Variable {self.name!r} shape={self.shape} dtype={self.dtype.name}, numpy={value}>"

    def _repr_html_(self) -> str:
        from polytape.notebook import table

        return table(f"tf.Variable {self.name!r}", self._value)
