"""The distributions, from their arguments and a source of states.

The stateful functions, the stateless ones and the generators' methods differ only in that source.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from polytape.arguments import integer
from polytape.backend import Shape
from polytape.conversion import convert
from polytape.dtypes import FLOATING, DType, as_dtype, float32, int32, int64, names, uint32, uint64
from polytape.errors import DTypeError, InvalidArgumentError
from polytape.op import OPS, broadcastable
from polytape.ops.casting import cast
from polytape.ops.creation import lengths_of
from polytape.ops.random_bits import random_integers, random_permutation, random_uniform
from polytape.ops.random_categorical import random_categorical
from polytape.ops.random_counts import random_binomial, random_poisson
from polytape.ops.random_gamma import random_gamma
from polytape.ops.random_normal import random_normal, random_truncated_normal
from polytape.ops.selection import maximum, minimum
from polytape.ops.shape import broadcast_to
from polytape.random.streams import Draw
from polytape.tensor import Tensor

_INTEGERS = frozenset((int32, int64, uint32, uint64))


def uniform(draw: Draw, shape: Any, minval: Any, maxval: Any, dtype: Any, op: str) -> Tensor:
    """Uniform numbers in [minval, maxval); of integers all if both limits are `None`."""
    lengths, wanted = lengths_of(shape, op), _allowed(dtype, FLOATING | _INTEGERS, op)
    if wanted.is_integer:
        low, span = _integer_range(minval, maxval, wanted, op)
        state = draw(math.prod(lengths))
        return random_integers(state, shape=lengths, dtype=wanted, low=low, span=span)  # type: ignore[no-any-return]
    lower: Any = 0 if minval is None else minval
    upper: Any = 1 if maxval is None else maxval
    made = random_uniform(draw(math.prod(lengths)), shape=lengths, dtype=wanted)
    if type(lower) not in (int, float) or type(upper) not in (int, float):
        lower, upper = convert(lower, wanted), convert(upper, wanted)
        return made * (upper - lower) + lower  # type: ignore[no-any-return]
    if upper - lower != 1:
        made = made * (upper - lower)
    if lower != 0:
        made = made + lower
        if lower < upper:  # the sum may have been rounded up to the limit
            number = wanted.as_numpy_dtype
            made = minimum(made, float(np.nextafter(number(upper), number(lower))))
    return made  # type: ignore[no-any-return]


def full_integers(draw: Draw, shape: Any, dtype: Any, op: str) -> Tensor:
    """Integers, each value of the dtype as likely as any other."""
    lengths, wanted = lengths_of(shape, op), _allowed(dtype, _INTEGERS, op)
    low, span = _integer_range(None, None, wanted, op)
    return random_integers(draw(math.prod(lengths)), shape=lengths, dtype=wanted, low=low, span=span)  # type: ignore[no-any-return]


def normal(draw: Draw, shape: Any, mean: Any, stddev: Any, dtype: Any, op: str) -> Tensor:
    """Normally distributed numbers."""
    lengths, wanted = lengths_of(shape, op), _allowed(dtype, FLOATING, op)
    return _placed(random_normal(draw(math.prod(lengths)), shape=lengths, dtype=wanted), mean, stddev, wanted)


def truncated_normal(draw: Draw, shape: Any, mean: Any, stddev: Any, dtype: Any, op: str) -> Tensor:
    """Normally distributed numbers within two standard deviations of the mean."""
    lengths, wanted = lengths_of(shape, op), _allowed(dtype, FLOATING, op)
    return _placed(random_truncated_normal(draw(math.prod(lengths)), shape=lengths, dtype=wanted), mean, stddev, wanted)


def shuffle(draw: Draw, value: Any, op: str) -> Tensor:
    """A tensor's slices along its first axis in random order."""
    tensor = value if type(value) is Tensor else convert(value)
    if not tensor._array.shape:
        return tensor
    count = tensor._array.shape[0]
    order = random_permutation(draw(count), count=count)
    return OPS["take"](tensor, order, axis=0)  # type: ignore[no-any-return]


def categorical(draw: Draw, logits: Any, num_samples: Any, dtype: Any, op: str) -> Tensor:
    """Class indices, for each row of logits as many as asked for."""
    tensor = logits if type(logits) is Tensor else convert(logits)
    count, wanted = integer(num_samples, f"{op}: num_samples"), _allowed(dtype, _INTEGERS, op)
    if len(tensor._array.shape) != 2 or count < 0 or tensor._array.shape[1] < 1:
        raise InvalidArgumentError(
            f"{op}: logits must be of shape [batch, classes] with at least one class, and num_samples not "
            f"negative; received shape {list(tensor._array.shape)} and num_samples={count}."
        )
    state = draw(tensor._array.shape[0] * count)
    return cast(random_categorical(tensor, state, count=count), wanted)


def gamma(draw: Draw, shape: Shape, alpha: Tensor, beta: Tensor | None, op: str) -> Tensor:
    """Gamma-distributed numbers: `alpha` broadcasts to `shape`, and `beta` with the result."""
    _allowed(alpha.dtype, FLOATING, op)
    made = random_gamma(_spread(alpha, shape, op, "alpha"), draw(math.prod(shape)))
    if beta is not None:
        made = made / _spread(beta, shape, op, "beta")
    return maximum(made, float(alpha.dtype.as_numpy_dtype(np.finfo(alpha.dtype.as_numpy_dtype).tiny)))  # type: ignore[no-any-return]


def poisson(draw: Draw, shape: Shape, lam: Any, dtype: Any, op: str) -> Tensor:
    """Poisson-distributed numbers: `lam` broadcasts to `shape`."""
    wanted = _allowed(dtype, FLOATING | _INTEGERS, op)
    mean = _real(lam, wanted, op, "lam")
    return cast(random_poisson(_spread(mean, shape, op, "lam"), draw(math.prod(shape))), wanted)


def binomial(draw: Draw, shape: Any, counts: Any, probs: Any, dtype: Any, op: str) -> Tensor:
    """Numbers of successes: `counts` and `probs` broadcast to `shape`."""
    lengths, wanted = lengths_of(shape, op), _allowed(dtype, FLOATING | _INTEGERS, op)
    probability = _real(probs, wanted, op, "probs")
    trials = cast(counts, probability.dtype)
    parts = (_spread(trials, lengths, op, "counts"), _spread(probability, lengths, op, "probs"))
    return cast(random_binomial(*parts, draw(math.prod(lengths))), wanted)


def parameters(values: Sequence[Any], dtype: Any, op: str) -> list[Tensor | None]:
    """The parameters of a distribution as tensors of one dtype; `None` stays."""
    wanted = _allowed(dtype, FLOATING, op)
    return [None if value is None else convert(value, wanted) for value in values]


def common_shape(alpha: Tensor, beta: Tensor, op: str) -> Shape:
    """The shape to which two parameters broadcast."""
    shapes = tuple(alpha._array.shape), tuple(beta._array.shape)
    if not broadcastable(shapes):
        raise InvalidArgumentError(f"{op}: alpha and beta must broadcast; received {shapes[0]} and {shapes[1]}.")
    return np.broadcast_shapes(*shapes)


def _real(value: Any, like: DType, op: str, name: str) -> Tensor:
    """A parameter as a floating-point tensor: of its own dtype, else of `like` or of float32."""
    tensor = convert(value, hint=like if like.is_floating else float32)
    if not tensor.dtype.is_floating:
        raise DTypeError(f"{op}: {name} must be floating-point; received {tensor.dtype.name}.")
    return tensor


def _spread(value: Tensor, shape: Shape, op: str, name: str) -> Tensor:
    found = tuple(value._array.shape)
    if found == shape:
        return value
    if len(found) > len(shape) or any(a not in (1, b) for a, b in zip(reversed(found), reversed(shape))):
        raise InvalidArgumentError(
            f"{op}: {name} must broadcast to the result's shape {list(shape)}; received shape {list(found)}."
        )
    return broadcast_to(value, shape)


def _allowed(dtype: Any, allowed: frozenset[DType], op: str) -> DType:
    wanted = as_dtype(dtype)
    if wanted not in allowed:
        raise DTypeError(f"{op}: dtype must be among {names(allowed)}; received {wanted.name}.")
    return wanted


def _integer_range(minval: Any, maxval: Any, dtype: DType, op: str) -> tuple[int, int]:
    """The smallest value, and how many there are."""
    if minval is None and maxval is None:
        return int(dtype.min), int(dtype.max) - int(dtype.min) + 1
    if maxval is None or minval is None:
        raise InvalidArgumentError(f"{op}: for dtype {dtype.name}, maxval must be given: the values are below it.")
    low, high = integer(minval, f"{op}: minval"), integer(maxval, f"{op}: maxval")
    if low >= high:
        raise InvalidArgumentError(f"{op}: need minval < maxval; received minval={low} and maxval={high}.")
    if low < dtype.min or high > int(dtype.max) + 1:
        raise InvalidArgumentError(
            f"{op}: minval={low} and maxval={high} do not fit {dtype.name} ({dtype.min} to {dtype.max}); "
            "pass another dtype."
        )
    return low, high - low


def _placed(made: Tensor, mean: Any, stddev: Any, dtype: DType) -> Tensor:
    """Standard numbers, stretched by `stddev` and moved by `mean`."""
    if type(stddev) not in (int, float):
        made = made * convert(stddev, dtype)
    elif stddev != 1:
        made = made * stddev
    if type(mean) not in (int, float):
        made = made + convert(mean, dtype)
    elif mean != 0:
        made = made + mean
    return made
