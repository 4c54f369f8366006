"""`LearningRateSchedule`: a learning rate that depends on the number of steps done."""

from __future__ import annotations

from typing import Any

from polytape import configuration
from polytape.conversion import convert
from polytape.dtypes import float32
from polytape.tensor import Tensor


class LearningRateSchedule:
    """Base class of schedules. A subclass defines `__call__(step)`, or `rate` of Python numbers, which is faster.

    >>> import polytape as tf
    >>> class Halving(tf.keras.optimizers.schedules.LearningRateSchedule):
    ...     def __call__(self, step):
    ...         return 0.5 ** tf.cast(step, tf.float32)
    >>> optimizer = tf.keras.optimizers.SGD(learning_rate=Halving())
    >>> w = tf.Variable(0.0)
    >>> for _ in range(3):
    ...     optimizer.apply_gradients([(tf.constant(-1.0), w)])
    >>> float(w)
    1.75
    """

    def __call__(self, step: Any) -> Tensor:
        """The learning rate after `step` steps, a float32 tensor without axes."""
        return convert(self.rate(float(step)), float32)

    def rate(self, step: float) -> float:
        """The learning rate after `step` steps."""
        raise NotImplementedError(f"{type(self).__name__} must define __call__(step) or rate(step).")

    def get_config(self) -> dict[str, Any]:
        """The arguments that make a schedule like this one."""
        return configuration.of(self, LearningRateSchedule)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """A schedule of the arguments that `get_config` returned."""
        return cls(**config)
