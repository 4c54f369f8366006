"""Learning rates that fall along a cosine, once or again and again.

Source: Loshchilov and Hutter, "SGDR: Stochastic gradient descent with warm restarts", 2016.
"""

from __future__ import annotations

import math

from polytape.errors import InvalidArgumentError
from polytape.optimizers.schedules.schedule import LearningRateSchedule


class CosineDecay(LearningRateSchedule):
    """Half a cosine wave from the initial rate down to `alpha` times that, in `decay_steps`.

    Args:
        initial_learning_rate: the rate at the start; of the warm-up, if there is one.
        decay_steps: the length of the fall.
        alpha: the fraction that is left at the end.
        warmup_target: if given, the rate first climbs to this one, and falls from there.
        warmup_steps: the length of the climb.

    >>> import polytape as tf
    >>> float(tf.keras.optimizers.schedules.CosineDecay(1.0, decay_steps=10)(5))
    0.5
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        alpha: float = 0.0,
        name: str = "CosineDecay",
        warmup_target: float | None = None,
        warmup_steps: int = 0,
    ) -> None:
        if not decay_steps > 0:
            raise InvalidArgumentError(f"CosineDecay: decay_steps must be positive; received {decay_steps!r}.")
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.alpha = alpha
        self.name = name
        self.warmup_target = warmup_target
        self.warmup_steps = warmup_steps

    def rate(self, step: float) -> float:
        """The learning rate after `step` steps."""
        start, top, climb = self.initial_learning_rate, self.warmup_target, self.warmup_steps
        if top is None:
            return start * _fallen(min(step, self.decay_steps) / self.decay_steps, self.alpha)
        if step < climb:
            return start + (top - start) * step / climb
        return top * _fallen(min(step - climb, self.decay_steps) / self.decay_steps, self.alpha)


class CosineDecayRestarts(LearningRateSchedule):
    """Cosine decay that starts anew when it has ended: each time `t_mul` as long, from `m_mul` as high.

    >>> import polytape as tf
    >>> schedule = tf.keras.optimizers.schedules.CosineDecayRestarts(1.0, first_decay_steps=2, m_mul=0.5)
    >>> [float(schedule(step)) for step in (0, 1, 2, 6)]
    [1.0, 0.5, 0.5, 0.25]
    """

    def __init__(
        self,
        initial_learning_rate: float,
        first_decay_steps: int,
        t_mul: float = 2.0,
        m_mul: float = 1.0,
        alpha: float = 0.0,
        name: str = "SGDRDecay",
    ) -> None:
        if not first_decay_steps > 0:
            raise InvalidArgumentError(
                f"CosineDecayRestarts: first_decay_steps must be positive; received {first_decay_steps!r}."
            )
        if not t_mul >= 1:
            raise InvalidArgumentError(f"CosineDecayRestarts: t_mul must be at least 1; received {t_mul!r}.")
        self.initial_learning_rate = initial_learning_rate
        self.first_decay_steps = first_decay_steps
        self.t_mul = t_mul
        self.m_mul = m_mul
        self.alpha = alpha
        self.name = name

    def rate(self, step: float) -> float:
        """The learning rate after `step` steps."""
        time = step / self.first_decay_steps
        if self.t_mul == 1.0:
            restarts, length = math.floor(time), 1.0
            begin = float(restarts)
        else:  # the n-th restart is at 1 + t + ... + t^(n-1) = (tⁿ - 1) / (t - 1)
            restarts = math.floor(math.log(1 - time * (1 - self.t_mul)) / math.log(self.t_mul))
            length = self.t_mul**restarts
            begin = (length - 1) / (self.t_mul - 1)
        return self.initial_learning_rate * _fallen((time - begin) / length, self.alpha, self.m_mul**restarts)


def _fallen(part: float, alpha: float, top: float = 1.0) -> float:
    """What is left of the rate when a part of the fall from `top` to `alpha`, from 0 to 1, is done."""
    return (1 - alpha) * top * 0.5 * (1 + math.cos(math.pi * part)) + alpha
