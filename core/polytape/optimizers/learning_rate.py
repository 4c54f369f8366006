"""`LearningRate`: the step size of an optimizer, whether it is a number, a schedule or a function."""

from __future__ import annotations

from typing import Any

from polytape import dtypes
from polytape.conversion import convert
from polytape.errors import InvalidArgumentError
from polytape.optimizers.hyperparameter import Hyperparameter
from polytape.optimizers.schedules.schedule import LearningRateSchedule


class LearningRate:
    """Where an optimizer finds its learning rate.

    Args:
        value: a number or a scalar tensor, a `LearningRateSchedule`, or a function without arguments.
    """

    __slots__ = ("_function", "_number")

    def __init__(self, value: Any) -> None:
        self._number = Hyperparameter(0.0, dtypes.float32, "learning_rate")
        self.set(value)

    def set(self, value: Any) -> None:
        """Replace it."""
        self._function = value if callable(value) else None
        if self._function is None:
            self._number.set(_number(value))

    def get(self, steps: int) -> float:
        """The learning rate after `steps` steps, as a Python number."""
        function = self._function
        if function is None:
            return self._number.get()  # type: ignore[no-any-return]
        if not isinstance(function, LearningRateSchedule):
            return _number(function())
        if type(function).__call__ is LearningRateSchedule.__call__:
            return function.rate(steps)
        return _number(function(convert(steps, dtypes.int64)))

    def read(self, steps: int) -> Any:
        """The learning rate as users see it: a variable to assign to, or the tensor that a schedule gives."""
        return self._number.variable() if self._function is None else convert(self.get(steps), dtypes.float32)

    def configured(self) -> Any:
        """What a configuration holds: the number, or the schedule."""
        return self._number.get() if self._function is None else self._function


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise InvalidArgumentError(
            f"learning_rate must be a number, a LearningRateSchedule, or a function that returns a number; received "
            f"{value!r}."
        ) from None
