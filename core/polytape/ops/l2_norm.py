"""The Euclidean (L2) norm as a normaliser and as a loss."""

from __future__ import annotations

from typing import Any

from polytape import arguments
from polytape.backend import Array, Backend
from polytape.conversion import convert
from polytape.dtypes import FLOATING
from polytape.op import op
from polytape.ops.powers import rsqrt
from polytape.ops.reduction import reduce_sum
from polytape.ops.selection import maximum
from polytape.tensor import Tensor


@op(lambda gradient, t: gradient * t, accepts=FLOATING)
def l2_loss(backend: Backend, t: Array) -> Array:
    """Return half the sum of the squares of all elements.

    Args:
        t: a floating-point tensor of any shape.

    >>> import polytape as tf
    >>> float(tf.nn.l2_loss([3.0, 4.0]))
    12.5
    """
    return backend.sum(backend.multiply(t, t)) * 0.5


def l2_normalize(x: Any, axis: Any = None, epsilon: float = 1e-12, name: str | None = None) -> Tensor:
    """Return x / √max(Σ x², epsilon), the sum taken along some axes.

    Args:
        x: a floating-point tensor.
        axis: an integer, several, or `None` for all.
        epsilon: what keeps the division from zero.

    Raises:
        InvalidArgumentError: if an axis is out of range or named twice.

    >>> import polytape as tf
    >>> tf.nn.l2_normalize([[3.0, 4.0], [0.0, 0.0]], axis=1).numpy().round(4).tolist()
    [[0.6000000238418579, 0.800000011920929], [0.0, 0.0]]
    """
    x = x if type(x) is Tensor else convert(x)
    along = arguments.axes(axis, len(x._array.shape), "l2_normalize")
    found: Tensor = x * rsqrt(maximum(reduce_sum(x * x, along, keepdims=True), epsilon))
    return found
