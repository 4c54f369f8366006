"""Initial values with orthonormal rows or columns."""

from __future__ import annotations

import math
from typing import Any

from polytape.errors import InvalidArgumentError
from polytape.floatx import default
from polytape.initializers.initializer import RandomInitializer
from polytape.op import OPS
from polytape.ops.arithmetic import sign
from polytape.ops.creation import lengths_of
from polytape.ops.diagonal import diag_part
from polytape.ops.linear_algebra import matrix_transpose
from polytape.ops.shape import reshape
from polytape.random import distributions
from polytape.tensor import Tensor


class Orthogonal(RandomInitializer):
    """A random orthogonal matrix, times `gain`; of more axes, all but the last count as rows.

    Source: Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural
    networks", 2013.

    >>> import polytape as tf
    >>> w = tf.keras.initializers.Orthogonal(seed=1)((3, 3))
    >>> float(tf.reduce_max(tf.abs(tf.matmul(w, w, transpose_a=True) - tf.eye(3)))) < 1e-6
    True
    """

    def __init__(self, gain: float = 1.0, seed: int | None = None) -> None:
        super().__init__(seed)
        self.gain = gain

    def __call__(self, shape: Any, dtype: Any = None, **options: Any) -> Tensor:
        """Return the matrix in `shape` and `dtype`."""
        lengths = lengths_of(shape, "Orthogonal")
        if len(lengths) < 2:
            raise InvalidArgumentError(
                f"The Orthogonal initializer needs two axes or more; received shape {list(lengths)}."
            )
        rows, columns = math.prod(lengths[:-1]), lengths[-1]
        tall = (max(rows, columns), min(rows, columns))
        made = distributions.normal(self.draw(), tall, 0.0, 1.0, default(dtype), "Orthogonal")
        orthonormal, triangular = OPS["qr"](made, full_matrices=False)
        # Signs such that the matrix is uniformly distributed: Mezzadri, "How to generate random matrices", 2006.
        orthonormal = orthonormal * sign(diag_part(triangular))
        if rows < columns:
            orthonormal = matrix_transpose(orthonormal)
        return reshape(orthonormal, lengths) * self.gain
