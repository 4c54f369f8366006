"""Learning rates that fall by a simple formula."""

from __future__ import annotations

import bisect
import math
from collections.abc import Sequence
from typing import Any

from polytape.errors import InvalidArgumentError
from polytape.optimizers.schedules.schedule import LearningRateSchedule


class ExponentialDecay(LearningRateSchedule):
    """initial_learning_rate · decay_rate^(step / decay_steps), the exponent rounded down if `staircase`.

    >>> import polytape as tf
    >>> float(tf.keras.optimizers.schedules.ExponentialDecay(1.0, decay_steps=10, decay_rate=0.25)(5))
    0.5
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        decay_rate: float,
        staircase: bool = False,
        name: str = "ExponentialDecay",
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = _positive(decay_steps, "ExponentialDecay: decay_steps")
        self.decay_rate = decay_rate
        self.staircase = staircase
        self.name = name

    def rate(self, step: float) -> float:
        """The learning rate after `step` steps."""
        power = step / self.decay_steps
        return float(self.initial_learning_rate * self.decay_rate ** (math.floor(power) if self.staircase else power))


class InverseTimeDecay(LearningRateSchedule):
    """initial_learning_rate / (1 + decay_rate · step / decay_steps), the quotient rounded down if `staircase`.

    >>> import polytape as tf
    >>> float(tf.keras.optimizers.schedules.InverseTimeDecay(1.0, decay_steps=1, decay_rate=0.5)(2))
    0.5
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        decay_rate: float,
        staircase: bool = False,
        name: str = "InverseTimeDecay",
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = _positive(decay_steps, "InverseTimeDecay: decay_steps")
        self.decay_rate = decay_rate
        self.staircase = staircase
        self.name = name

    def rate(self, step: float) -> float:
        """The learning rate after `step` steps."""
        time = step / self.decay_steps
        return float(
            self.initial_learning_rate / (1 + self.decay_rate * (math.floor(time) if self.staircase else time))
        )


class PiecewiseConstantDecay(LearningRateSchedule):
    """`values[0]` up to and including step `boundaries[0]`, then `values[1]`, and so on.

    >>> import polytape as tf
    >>> schedule = tf.keras.optimizers.schedules.PiecewiseConstantDecay([10, 20], [1.0, 0.5, 0.25])
    >>> [float(schedule(step)) for step in (10, 11, 21)]
    [1.0, 0.5, 0.25]
    """

    def __init__(self, boundaries: Sequence[float], values: Sequence[float], name: str = "PiecewiseConstant") -> None:
        if len(values) != len(boundaries) + 1:
            raise InvalidArgumentError(
                f"PiecewiseConstantDecay: there must be one value more than boundaries; received {len(values)} values "
                f"and {len(boundaries)} boundaries."
            )
        if list(boundaries) != sorted(boundaries):
            raise InvalidArgumentError(f"PiecewiseConstantDecay: boundaries must ascend; received {list(boundaries)}.")
        self.boundaries = list(boundaries)
        self.values = list(values)
        self.name = name

    def rate(self, step: float) -> float:
        """The learning rate after `step` steps."""
        return float(self.values[bisect.bisect_left(self.boundaries, step)])


class PolynomialDecay(LearningRateSchedule):
    """From `initial_learning_rate` to `end_learning_rate` in `decay_steps`, along (1 - step / decay_steps)^power.

    With `cycle`, the period is prolonged to the next multiple of `decay_steps` each time it ends.

    >>> import polytape as tf
    >>> float(tf.keras.optimizers.schedules.PolynomialDecay(1.0, decay_steps=4, end_learning_rate=0.0)(1))
    0.75
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        end_learning_rate: float = 0.0001,
        power: float = 1.0,
        cycle: bool = False,
        name: str = "PolynomialDecay",
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = _positive(decay_steps, "PolynomialDecay: decay_steps")
        self.end_learning_rate = end_learning_rate
        self.power = power
        self.cycle = cycle
        self.name = name

    def rate(self, step: float) -> float:
        """The learning rate after `step` steps."""
        if self.cycle:
            period: float = self.decay_steps * max(1, math.ceil(step / self.decay_steps))
        else:
            period = self.decay_steps
            step = min(step, period)
        left = (1 - step / period) ** self.power
        return float((self.initial_learning_rate - self.end_learning_rate) * left + self.end_learning_rate)


def _positive(number: Any, what: str) -> Any:
    if not number > 0:
        raise InvalidArgumentError(f"{what} must be positive; received {number!r}.")
    return number
