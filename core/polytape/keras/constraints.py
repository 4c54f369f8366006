"""`tf.keras.constraints`: what the values of variables are made to fulfil after each step."""

from __future__ import annotations

from polytape.constraints import (
    Constraint as Constraint,
    MaxNorm as MaxNorm,
    MinMaxNorm as MinMaxNorm,
    NonNeg as NonNeg,
    UnitNorm as UnitNorm,
    get as get,
)

max_norm = MaxNorm
min_max_norm = MinMaxNorm
non_neg = NonNeg
unit_norm = UnitNorm
