"""`tf.autodiff`: forward-mode differentiation, and the tape by its other name."""

from __future__ import annotations

from polytape.forward_accumulator import ForwardAccumulator as ForwardAccumulator
from polytape.tape import GradientTape as GradientTape
