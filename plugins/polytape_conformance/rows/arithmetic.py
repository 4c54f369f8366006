"""Arithmetic, element by element."""

from __future__ import annotations

import numpy as np

from polytape_conformance.row import Row, positive, real

_PAIRS = ((real(2, 3), positive(2, 3, seed=1)), (real(2, 1, 3), positive(4, 1, seed=1)), (real(), positive(3)), (real(0, 3), positive(3)))

ROWS = [
    Row("add", lambda tf, x, y: tf.add(x, y), lambda x, y: x + y, _PAIRS),
    Row("subtract", lambda tf, x, y: tf.subtract(x, y), lambda x, y: x - y, _PAIRS),
    Row("multiply", lambda tf, x, y: tf.multiply(x, y), lambda x, y: x * y, _PAIRS),
    Row("divide", lambda tf, x, y: tf.divide(x, y), np.true_divide, _PAIRS),
]
