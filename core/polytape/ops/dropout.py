"""Dropout: elements set to zero at random."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polytape import arguments
from polytape.backend import Array, Backend
from polytape.conversion import convert
from polytape.dtypes import BOOL, FLOATING, DType, names
from polytape.errors import DTypeError, InvalidArgumentError
from polytape.op import op
from polytape.ops.activation import number
from polytape.tensor import Tensor


@op(
    lambda backend, gradient, keep, factor: backend.scale_where(gradient, keep, factor=factor),
    None,
    accepts=(FLOATING, BOOL),
)
def scale_where(backend: Backend, x: Array, keep: Array, *, factor: float) -> Array:
    """Return x · factor where `keep`, of a shape that broadcasts to that of x, holds, and zero elsewhere.

    >>> import polytape as tf
    >>> scale_where([1.0, 2.0], [True, False], factor=3.0).numpy().tolist()
    [3.0, 0.0]
    """
    return backend.where(keep, x * factor, 0)


def dropout(x: Any, rate: Any, noise_shape: Any = None, seed: int | None = None, name: str | None = None) -> Tensor:
    """Return `x` with elements set to zero at random, and the others scaled up so that the expected sum
    stays.

    Args:
        x: a floating-point tensor.
        rate: the probability that an element is set to zero, from 0 up to but without 1.
        noise_shape: a shape that broadcasts to that of `x`: along its axes of length 1 (or `None` for as long
            as `x`), all elements share one fate.
        seed: a seed for this op; see `tf.random.set_seed`.

    Raises:
        InvalidArgumentError: if the rate is out of range or the shape does not broadcast.
        DTypeError: if `x` is not floating-point.

    Source: N. Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014.

    >>> import polytape as tf
    >>> tf.random.set_seed(0)
    >>> x = tf.nn.dropout(tf.ones([1000]), rate=0.5)
    >>> sorted(set(x.numpy().tolist())), 400 < float(tf.math.count_nonzero(x)) < 600
    ([0.0, 2.0], True)
    """
    from polytape.random import uniform  # a floor above: only dropout draws

    return _dropped(x, rate, noise_shape, lambda shape, dtype: uniform(shape, seed=seed, dtype=dtype))


def stateless_dropout(
    x: Any,
    rate: Any,
    seed: Any,
    rng_alg: Any = "auto_select",
    noise_shape: Any = None,
    name: str | None = None,
) -> Tensor:
    """Return `x` with elements set to zero, the same ones for the same seed; see `dropout`.

    Args:
        x, rate, noise_shape: as in `dropout`.
        seed: two integers.
        rng_alg: the generator; there is one.

    >>> import polytape as tf
    >>> x = tf.ones([1000])
    >>> a, b = stateless_dropout(x, 0.5, [1, 2]), stateless_dropout(x, 0.5, [1, 2])
    >>> bool(tf.reduce_all(a == b))
    True
    """
    from polytape.random import stateless_uniform  # a floor above: only dropout draws

    return _dropped(x, rate, noise_shape, lambda shape, dtype: stateless_uniform(shape, seed, dtype=dtype, alg=rng_alg))


def _dropped(x: Any, rate: Any, noise_shape: Any, draw: Callable[[tuple[int, ...], DType], Tensor]) -> Tensor:
    """Dropout by the uniformly distributed numbers that `draw` gives."""
    x = x if type(x) is Tensor else convert(x)
    if x.dtype not in FLOATING:
        raise DTypeError(
            f"dropout: x must be of a dtype among {names(FLOATING)}, because it is scaled; received {x.dtype.name}."
        )
    share = number(rate, "dropout", "rate")
    if not 0 <= share < 1:
        raise InvalidArgumentError(f"dropout: rate must be in [0, 1); received {rate!r}.")
    if share == 0:
        return x  # type: ignore[no-any-return]
    keep = draw(_noise_shape(noise_shape, x._array.shape), x.dtype) >= share
    return scale_where(x, keep, factor=1 / (1 - share))  # type: ignore[no-any-return]


def _noise_shape(wanted: Any, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of the random numbers for a tensor of `shape`."""
    if wanted is None:
        return shape
    given = list(wanted) if isinstance(wanted, (list, tuple)) else arguments.shape(wanted, "dropout", "noise_shape")
    lengths = arguments.shape(
        [length if item is None else item for item, length in zip(given, shape)], "dropout", "noise_shape"
    )
    if len(given) != len(shape) or any(item not in (1, length) for item, length in zip(lengths, shape)):
        raise InvalidArgumentError(
            f"dropout: noise_shape must have, for each axis of x, its length, 1 or None; received {wanted!r} "
            f"for x of shape {list(shape)}."
        )
    return lengths
