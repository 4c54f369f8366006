"""Learning rates that depend on the number of steps done."""

from __future__ import annotations

from polytape.optimizers.schedules.cosine import (
    CosineDecay as CosineDecay,
    CosineDecayRestarts as CosineDecayRestarts,
)
from polytape.optimizers.schedules.decay import (
    ExponentialDecay as ExponentialDecay,
    InverseTimeDecay as InverseTimeDecay,
    PiecewiseConstantDecay as PiecewiseConstantDecay,
    PolynomialDecay as PolynomialDecay,
)
from polytape.optimizers.schedules.schedule import LearningRateSchedule as LearningRateSchedule
