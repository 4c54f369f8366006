"""Local response normalisation: channels inhibit their neighbours."""

from __future__ import annotations

from typing import Any

from polytape import arguments
from polytape.backend import Array, Backend
from polytape.conversion import convert
from polytape.dtypes import FLOATING
from polytape.errors import InvalidArgumentError
from polytape.op import op
from polytape.ops.powers import pow
from polytape.tensor import Tensor


@op(lambda backend, gradient, radius: backend.sum_of_neighbours(gradient, radius=radius), accepts=FLOATING)
def sum_of_neighbours(backend: Backend, x: Array, *, radius: int) -> Array:
    """Return the sum of the elements up to `radius` places away along the last axis: a band matrix, its own
    adjoint.

    >>> import polytape as tf
    >>> sum_of_neighbours([1.0, 2.0, 3.0, 4.0], radius=1).numpy().tolist()
    [3.0, 6.0, 9.0, 7.0]
    """
    places = backend.arange(0, x.shape[-1], 1, dtype=x.dtype, device=backend.device_of(x))
    apart = backend.abs(backend.subtract(backend.reshape(places, shape=(-1, 1)), places))
    band = backend.astype(backend.less_equal(apart, radius), dtype=x.dtype)
    return backend.matmul(x, band)


def local_response_normalization(
    input: Any,
    depth_radius: Any = 5,
    bias: float = 1.0,
    alpha: float = 1.0,
    beta: float = 0.5,
    name: str | None = None,
) -> Tensor:
    """Return input / (bias + alpha · Σ input²)^beta, the sum over the channels up to `depth_radius` away.

    Args:
        input: a floating-point tensor, (batch, height, width, channels).
        depth_radius: how many channels on each side count.
        bias, alpha, beta: numbers.

    Raises:
        InvalidArgumentError: if the rank is not 4 or the radius is negative.

    Source: A. Krizhevsky et al., "ImageNet classification with deep convolutional neural networks", 2012.

    >>> import polytape as tf
    >>> tf.nn.local_response_normalization(tf.ones([1, 1, 1, 3]), depth_radius=1, beta=1.0).numpy().round(4)
    array([[[[0.3333, 0.25  , 0.3333]]]], dtype=float32)
    """
    x = input if type(input) is Tensor else convert(input)
    radius = arguments.integer(depth_radius, "local_response_normalization: depth_radius")
    if len(x._array.shape) != 4 or radius < 0:
        raise InvalidArgumentError(
            "local_response_normalization: input must be (batch, height, width, channels) and depth_radius "
            f"not negative; received shape {list(x._array.shape)} and {radius}."
        )
    found: Tensor = x * pow(bias + alpha * sum_of_neighbours(x * x, radius=radius), -beta)
    return found
