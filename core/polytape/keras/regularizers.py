"""`tf.keras.regularizers`: penalties on the size of weights."""

from __future__ import annotations

from polytape.regularizers import (
    L1 as L1,
    L1L2 as L1L2,
    L2 as L2,
    OrthogonalRegularizer as OrthogonalRegularizer,
    Regularizer as Regularizer,
    get as get,
)

l1 = L1
l2 = L2
l1_l2 = L1L2
